"""What COINr 1.1.14 gets wrong when it looks at an index, each with the right behaviour; small cases by hand.

On the real data where the fault shows there; the reference lies beside the repository (``../shared``).
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dynapolis.errors import BadUse
from dynapolis.index.analysis.availability import availability
from dynapolis.index.analysis.comparison import compare_scores
from dynapolis.index.analysis.components import components_of_level
from dynapolis.index.analysis.correlation import correlate
from dynapolis.index.analysis.pairs import Asked, flagged, within_groups
from dynapolis.index.analysis.rankings import rank_columns
from dynapolis.index.analysis.rows import columns, some_rows
from dynapolis.index.analysis.statistics import Limits, describe, flag
from dynapolis.index.analysis.strengths import strengths_and_weaknesses
from dynapolis.index.analysis.trends import trends
from dynapolis.model.composite import Aggregate, CompositeSpec, IndexIndicator, Node
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_files import read_composite

COINR = Path(__file__).parents[3].parent / "shared" / "reference" / "coinr"
reference = pytest.mark.skipif(
    not COINR.is_dir(), reason="the COINr reference does not lie beside the repository, in ../shared/reference/coinr"
)
PLAIN = (Aggregate(step="aggregate", method="arithmetic"),)


def tree(*indicators: tuple[str, int]) -> CompositeSpec:
    items = tuple(
        IndexIndicator.model_validate({"code": code, "parent": "i", "direction": direction})
        for code, direction in indicators
    )
    return CompositeSpec(index="i", nodes=(Node(code="i"),), indicators=items, steps=PLAIN)


def rows_of(*values: tuple[float, ...], codes: str = "xy") -> UnitTable:
    units = tuple("abcdefghij"[: len(values)])
    return UnitTable(units, units, (), tuple(codes[: len(values[0])]), np.array(values), {}, {})


@pytest.fixture(scope="module")
def panel() -> tuple[UnitTable, CompositeSpec]:
    return read_composite(COINR / "input/asem_idata_panel.csv", COINR / "input/asem_imeta.csv")


# Years of a panel


@reference
def test_trends_of_some_years_are_those_of_a_panel_that_has_only_these(panel: tuple[UnitTable, CompositeSpec]) -> None:
    """COINr looks the years up in the list that was asked for, and so takes the first years of the panel instead."""
    table, spec = panel
    years = [2020, 2021, 2022]
    alone = some_rows(table, times=years)
    for method in ("growth", "slope", "percent"):
        some, whole = trends(table, spec, method, years=years), trends(table, spec, method)
        assert some.values == pytest.approx(trends(alone, spec, method).values, nan_ok=True)
        assert some.years.tolist() == [2020, 2021, 2022]
        assert not np.allclose(some.values, whole.values, equal_nan=True)
    first = trends(table, spec, "slope", years=[2018, 2019, 2020]).values
    assert not np.allclose(trends(table, spec, "slope", years=years).values, first, equal_nan=True)


@reference
def test_statistics_and_ranks_of_one_year_are_those_of_a_table_of_that_year(
    panel: tuple[UnitTable, CompositeSpec],
) -> None:
    table, spec = panel
    year = some_rows(table, times=["2020"])
    rows = [row for row, time in enumerate(table.times) if time == "2020"]
    assert year.n_rows == len(rows) == 51
    assert describe(year.values).mean == pytest.approx(np.nanmean(table.values[rows], axis=0), rel=1e-12)
    assert availability(year, spec).available == pytest.approx(availability(table, spec).available[rows])
    assert rank_columns(year) == pytest.approx(rank_columns(table)[rows], nan_ok=True)


@reference
def test_a_year_that_the_panel_lacks_is_refused_by_name(panel: tuple[UnitTable, CompositeSpec]) -> None:
    with pytest.raises(BadUse, match="time '1999'"):
        trends(*panel, years=[2018, 1999])


@reference
def test_the_latest_years_may_be_all_years(panel: tuple[UnitTable, CompositeSpec]) -> None:
    """COINr goes back one step too many: asked for the latest five years of five it gives nothing."""
    table, spec = panel
    full, latest = trends(table, spec, "slope"), trends(table, spec, "slope", latest=5)
    ends_last = full.latest == 2022
    assert ends_last.any()
    assert latest.values[ends_last] == pytest.approx(full.values[ends_last], nan_ok=True)
    assert np.isnan(latest.values[~ends_last]).all()


def test_years_that_are_missing_do_not_shift_a_trend() -> None:
    rows = np.array([[10.0], [np.nan], [40.0]])
    panel = UnitTable(("a",) * 3, ("a",) * 3, ("2018", "2019", "2021"), ("x",), rows, {}, {})
    assert trends(panel, tree(("x", 1)), "slope").values.tolist() == [[10.0]]
    assert trends(panel, tree(("x", 1))).values[0, 0] == pytest.approx(4 ** (1 / 3) - 1)
    assert trends(panel, tree(("x", -1)), "slope", directed=True).values.tolist() == [[-10.0]]


# Flags


def test_an_indicator_with_gaps_but_without_noughts_is_not_flagged_for_noughts() -> None:
    """COINr prints 100 % of values not nought and flags "LOW" beside it, because it flags a share of all rows."""
    column = np.array([[1.0], [2.0], [3.0], [4.0], *[[np.nan]] * 6])
    found = describe(column)
    assert float(found.non_zero[0]) == float(found.unique[0]) == 1.0
    assert not flag(found).many_zeros[0]
    assert not flag(found).few_unique[0]
    assert flag(found).few_values[0]
    as_coinr = flag(found, Limits(share_of="rows"))
    assert as_coinr.many_zeros[0]
    assert as_coinr.few_unique[0]


def test_conflicts_in_raw_data_are_flagged_by_direction_not_by_sign() -> None:
    """Income and unemployment: opposed in raw numbers, and in harmony. COINr's flags take the raw sign."""
    spec = tree(("income", 1), ("unemployment", -1))
    table = UnitTable(
        tuple("abcd"),
        tuple("abcd"),
        (),
        ("income", "unemployment"),
        np.array([[1.0, 9], [2, 7], [3, 6], [4, 2]]),
        {},
        {},
    )
    raw = flagged(within_groups(table, spec), below=-0.5)
    turned = within_groups(table, spec, asked=Asked(directed=True))
    assert len(raw.r) == 1
    assert len(flagged(turned, below=-0.5).r) == 0
    assert len(flagged(turned, above=0.9).r) == 1


def test_a_pair_with_too_few_common_rows_has_no_p_and_does_not_stop_the_others() -> None:
    """COINr's p-values stop with an error ("not enough finite observations") at the first such pair."""
    values = np.array([[1.0, 1.0, np.nan], [2.0, 2.5, np.nan], [3.0, 2.0, 1.0], [4.0, 5.0, 2.0]])
    found = correlate(values, values)
    assert np.isnan(found.p[0, 2])
    assert found.n[0, 2] == 2
    assert 0 < found.p[0, 1] < 1


def test_a_constant_indicator_is_flagged_and_stops_no_analysis() -> None:
    """COINr's components stop: "cannot rescale a constant/zero column to unit variance"."""
    table = rows_of((1.0, 5.0), (2.0, 5.0), (3.0, 5.0))
    spec = tree(("x", 1), ("y", 1))
    found = components_of_level(table, spec)
    assert found.weights.tolist() == [1.0, 0.0]
    assert found.explained.tolist() == [1.0, 0.0]
    flags = flag(describe(table.values))
    assert flags.constant.tolist() == [False, True]
    assert np.isnan(describe(table.values).skewness[1])


def test_an_empty_indicator_is_flagged_and_its_figures_are_gaps() -> None:
    """In COINr its minimum is Inf, its maximum −Inf."""
    found = describe(np.full((4, 1), np.nan))
    assert all(np.isnan(getattr(found, name)[0]) for name in ("minimum", "maximum", "mean", "median", "deviation"))
    assert (found.n_available[0], found.n_unique[0], found.n_same[0]) == (0, 0, 0)
    assert flag(found).few_values[0]


# Ranks


def test_ranks_are_those_of_scores_and_not_of_rounded_scores() -> None:
    """COINr rounds to two decimals before it ranks, which makes ties of 61.234 and 61.231."""
    table = rows_of((61.234,), (61.231,), (60.0,))
    assert rank_columns(table).ravel().tolist() == [1.0, 2.0, 3.0]
    assert rank_columns(table, decimals=2).ravel().tolist() == [1.0, 1.0, 3.0]


@reference
def test_rounding_before_ranking_changes_ranks_of_the_example() -> None:
    with (COINR / "pipeline/aggregated.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = tuple(code for code in rows[0] if code != "uCode")
    units = tuple(row["uCode"] for row in rows)
    values = np.array([[float(row[code]) for code in codes] for row in rows])
    table = UnitTable(units, units, (), codes, values, {}, {})
    changed = rank_columns(table) != rank_columns(table, decimals=2)
    assert changed.any()
    assert changed[units.index("SGP"), codes.index("Elec")]


def test_the_last_of_all_is_a_weakness() -> None:
    """COINr drops the indicators in which a unit is last, to keep shared last ranks from the strengths, from both."""
    table = rows_of((9.0, 0.0), (5.0, 3.0), (1.0, 4.0))
    spec = tree(("x", 1), ("y", 1))
    found = strengths_and_weaknesses(table, spec, "a", n=1)
    assert [item.code for item in found.strengths] == ["x"]
    assert [(item.code, item.rank) for item in found.weaknesses] == [("y", 3)]
    as_coinr = strengths_and_weaknesses(table, spec, "a", n=1, last="neither")
    assert as_coinr.weaknesses == ()


def test_a_last_rank_that_is_shared_by_half_of_all_is_no_strength() -> None:
    table = rows_of((0.0, 1.0), (0.0, 9.0), (0.0, 8.0), (5.0, 7.0))
    found = strengths_and_weaknesses(table, tree(("x", 1), ("y", 1)), "a", n=2)
    assert found.strengths == ()
    assert {(item.code, item.rank) for item in found.weaknesses} == {("x", 2), ("y", 4)}


def test_a_unit_that_only_a_variant_has_keeps_its_place_there() -> None:
    """Comparing several, COINr drops such units before ranking, so that others rank higher than they did."""
    base = (("a", "b"), (), np.array([2.0, 1.0]))
    variant = (("new", "a", "b"), (), np.array([9.0, 2.0, 1.0]))
    found = compare_scores({"base": base, "variant": variant})
    assert found.units == ("a", "b", "new")
    assert found.ranks[1].tolist() == [2.0, 3.0, 1.0]
    assert found.changes[1].tolist() == pytest.approx([-1.0, -1.0, np.nan], nan_ok=True)
    assert found.movers("variant") == (("a", "", -1.0), ("b", "", -1.0))


def test_a_single_indicator_or_unit_can_be_chosen_anywhere() -> None:
    """In COINr's strengths a table that is cut to one column turns into a vector, and they stop."""
    table = rows_of((1.0, 2.0), (3.0, 1.0), (2.0, 4.0))
    one = replace(table, codes=("x",), values=columns(table, ["x"]))
    assert describe(one.values).mean.tolist() == [2.0]
    assert correlate(one.values, one.values).r.tolist() == [[pytest.approx(1.0)]]
    alone = some_rows(table, units=["b"])
    assert rank_columns(alone).tolist() == [[1.0, 1.0]]
    assert describe(alone.values).n_available.tolist() == [1, 1]
