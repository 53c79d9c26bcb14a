"""Tables that examine an index: what stands in them, counted by hand on the examples of the method's pages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dynapolis.errors import BadUse
from dynapolis.index.compose import Composite, compose
from dynapolis.index.output.examined import (
    MOST_STANDINGS,
    compared_tables,
    laboratory_rows,
    left_out_rows,
    strength_rows,
    trend_rows,
)
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

NAN = float("nan")
ARITHMETIC = {"step": "aggregate", "method": "arithmetic"}
AS_THEY_ARE = {"step": "normalise", "method": "none"}


def spec_of(*indicators: dict[str, Any], steps: list[dict[str, Any]] | None = None, **more: Any) -> CompositeSpec:
    """An index of one node with some indicators, which are scores already."""
    return CompositeSpec.model_validate(
        {
            "index": "small",
            "nodes": [{"code": "City"}],
            "indicators": [{"parent": "City"} | item for item in indicators],
            "steps": steps or [AS_THEY_ARE, ARITHMETIC],
            **more,
        }
    )


def table_of(
    rows: dict[str, list[float]] | list[tuple[str, str, list[float]]], *codes: str, **denominators: list[float]
) -> UnitTable:
    """Values by unit, or, of a panel, unit, year and values."""
    listed = [(unit, "", values) for unit, values in rows.items()] if isinstance(rows, dict) else rows
    units = tuple(unit for unit, _, _ in listed)
    times = () if isinstance(rows, dict) else tuple(time for _, time, _ in listed)
    below = {name: np.array(column) for name, column in denominators.items()}
    return UnitTable(units, units, times, codes, np.array([values for _, _, values in listed], float), {}, below)


def by(rows: list[dict[str, Any]], *keys: str) -> dict[Any, dict[str, Any]]:
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in rows}


THREE = table_of({"Alba": [90, 10], "Brun": [50, 45], "Cole": [20, 60]}, "a", "b")
BOTH = spec_of({"code": "a"}, {"code": "b"})


# What is left out


def test_the_indicator_that_moves_ranks_most_stands_first() -> None:
    """Scores 50, 47.5, 40. Without a they are 10, 45, 60 and the ranks 3, 2, 1; without b the order stays."""
    assert left_out_rows(compose(THREE, BOTH)) == [
        {"left_out": "a", "mean_shift": pytest.approx(4 / 3), "largest_shift": 2, "n_moved": 2, "why": None},
        {"left_out": "b", "mean_shift": 0, "largest_shift": 0, "n_moved": 0, "why": None},
    ]


def test_where_nothing_is_left_there_is_no_shift() -> None:
    rows = by(left_out_rows(compose(THREE, spec_of({"code": "a"}, {"code": "b", "weight": 0}))), "left_out")
    assert (rows["a"]["mean_shift"], rows["a"]["largest_shift"], rows["a"]["n_moved"]) == (None, None, 0)
    assert rows["b"]["mean_shift"] == 0
    (alone,) = left_out_rows(compose(table_of({"Alba": [1], "Brun": [2]}, "a"), spec_of({"code": "a"})))
    assert alone["mean_shift"] is None


def test_an_index_that_cannot_be_made_without_an_indicator_stands_last_with_why() -> None:
    """Most of the weight lies on x, which orders all; without it y and z say the opposite of each other of 17 units,
    and Kemeny's rule finds no best order of so many. That does not stop the others."""
    table = table_of({f"u{n}": [n, n, -n] for n in range(17)}, "x", "y", "z")
    items = ({"code": "x", "weight": 3}, {"code": "y"}, {"code": "z"})
    made = compose(table, spec_of(*items, steps=[AS_THEY_ARE, {"step": "aggregate", "method": "kemeny"}]))
    rows = left_out_rows(made)
    assert [(row["left_out"], row["mean_shift"]) for row in rows] == [("y", 0), ("z", 0), ("x", None)]
    assert (rows[-1]["largest_shift"], rows[-1]["n_moved"]) == (None, None)
    assert "Kemeny" in rows[-1]["why"]


def test_an_indicator_that_is_carried_along_is_not_left_out() -> None:
    table = table_of({"Alba": [90, 10, 1], "Brun": [50, 45, 2]}, "a", "b", "note")
    rows = left_out_rows(compose(table, spec_of({"code": "a"}, {"code": "b"}, {"code": "note", "parent": None})))
    assert {row["left_out"] for row in rows} == {"a", "b"}


# Trends


def test_growth_and_slope_are_those_counted_by_hand_and_turned_where_less_is_better() -> None:
    """100, a gap, 110, 133.1: growth (133.1 / 100)^(1/3) − 1 = 10 %; slope 47.466… / 4.666… = 10.1714…"""
    series = [100, NAN, 110, 133.1]
    table = table_of(
        [("Alba", str(2018 + n), [value, value, 7 if n == 1 else NAN]) for n, value in enumerate(series)],
        "jobs", "dust", "once",
    )  # fmt: skip
    spec = spec_of({"code": "jobs"}, {"code": "dust", "direction": -1}, {"code": "once"})
    rows = by(trend_rows(table, compose(table, spec)), "indicator")
    assert rows["jobs"]["growth"] == pytest.approx(0.1)
    assert rows["jobs"]["slope"] == pytest.approx(((-5 / 3) * 100 + 110 / 3 + 133.1 * 4 / 3) / (14 / 3))
    assert rows["dust"]["growth"] == pytest.approx(-0.1)
    assert rows["dust"]["slope"] == -rows["jobs"]["slope"]
    assert [rows["jobs"][name] for name in ("first", "latest", "n_observed")] == [2018, 2021, 3]
    assert [rows["once"][name] for name in ("growth", "slope", "first", "n_observed")] == [None, None, 2019, 1]


def test_trends_are_those_of_what_the_index_measures() -> None:
    """Jobs treble and people grow by half: from 0.1 to 0.2 a head. Growth from nought is infinite, so not told."""
    table = table_of(
        [("Alba", "2020", [10]), ("Alba", "2021", [30]), ("Brun", "2020", [0]), ("Brun", "2021", [5])],
        "jobs", people=[100, 150, 50, 50],
    )  # fmt: skip
    spec = spec_of(
        {"code": "jobs", "denominator": "people"}, steps=[{"step": "denominate"}, AS_THEY_ARE, ARITHMETIC],
        columns={"denominators": ["people"]},
    )  # fmt: skip
    rows = by(trend_rows(table, compose(table, spec)), "unit")
    assert (rows["Alba"]["growth"], rows["Alba"]["slope"]) == (pytest.approx(1.0), pytest.approx(0.1))
    assert (rows["Brun"]["growth"], rows["Brun"]["slope"]) == (None, pytest.approx(0.1))


# Strengths


def test_the_last_place_is_a_weakness_though_many_share_it() -> None:
    """Brun is second in income and first in air; it shares rank 2 of 4 in libraries with all who have none."""
    table = table_of(
        {"Alba": [40, 30, 1], "Brun": [30, 10, 0], "Cole": [20, 20, 0], "Dorn": [10, 40, 0]}, "income", "air", "library"
    )
    made = compose(table, spec_of({"code": "income"}, {"code": "air", "direction": -1}, {"code": "library"}))
    base = {"unit": "Brun", "time": None, "parent": "City", "n_ranked": 4}
    assert strength_rows(made, ["Brun"]) == [
        base | {"kind": "strength", "indicator": "air", "rank": 1, "value": 10},
        base | {"kind": "weakness", "indicator": "library", "rank": 2, "value": 0},
    ]


def test_units_are_compared_by_what_the_index_measures_and_not_by_how_large_they_are() -> None:
    """300 trees among 100 people are more than 400 among 400; a filled gap is no strength."""
    table = table_of({"Alba": [300, NAN], "Brun": [400, 5], "Cole": [90, 4]}, "trees", "green", people=[100, 400, 100])
    steps = [{"step": "denominate", "factors": {"trees": 10}}, {"step": "impute", "method": "mean"}, AS_THEY_ARE]
    spec = spec_of(
        {"code": "trees", "denominator": "people"}, {"code": "green"}, steps=[*steps, ARITHMETIC],
        columns={"denominators": ["people"]},
    )  # fmt: skip
    (only,) = strength_rows(compose(table, spec), ["Alba"])
    assert (only["kind"], only["indicator"], only["rank"], only["value"]) == ("strength", "trees", 1, 30)


def test_no_more_than_half_of_the_indicators_are_strengths_and_never_more_than_five() -> None:
    for n, most in ((1, 1), (2, 1), (6, 3), (30, MOST_STANDINGS)):
        codes = [f"x{place}" for place in range(n)]
        table = table_of({"Alba": list(range(2, n + 2)), "Brun": [1] * n}, *codes)
        rows = strength_rows(compose(table, spec_of(*({"code": code} for code in codes))), ["Alba"])
        assert [row["kind"] for row in rows].count("strength") == most
        assert [row["kind"] for row in rows].count("weakness") == min(most, n - most)
        assert len({row["indicator"] for row in rows}) == len(rows)


def test_in_a_panel_a_unit_is_looked_at_in_the_last_year_it_has() -> None:
    table = table_of(
        [("Alba", "2020", [1, 2]), ("Brun", "2020", [2, 1]), ("Alba", "2021", [9, 1]), ("Cole", "2021", [8, 2])],
        "a", "b",
    )  # fmt: skip
    rows = strength_rows(compose(table, BOTH), ["Alba", "Brun"])
    assert {(row["unit"], row["time"], row["kind"], row["indicator"], row["value"]) for row in rows} == {
        ("Alba", "2021", "strength", "a", 9), ("Alba", "2021", "weakness", "b", 1),
        ("Brun", "2020", "strength", "a", 2), ("Brun", "2020", "weakness", "b", 1),
    }  # fmt: skip


def test_a_unit_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadUse, match="'Nowhere'"):
        strength_rows(compose(THREE, BOTH), ["Nowhere"])


# The weights laboratory

FOUR = table_of({"Ada": [9, 1], "Bo": [5, 6], "Cy": [4, 5], "Di": [1, 8]}, "a", "b")


def laboratory(made: Composite, node: str = "City") -> dict[str, dict[str, Any]]:
    return by(laboratory_rows(made, node, np.random.default_rng(7)), "unit")


def test_ranks_that_weights_can_give_are_those_counted_by_hand() -> None:
    """Ada leads for w > 5/9, Bo between 1/3 and 5/9, Di below 1/3; Cy is third at best (method page)."""
    rows = laboratory(compose(FOUR, BOTH))
    expected = {"Ada": (1, 4, 4 / 9), "Bo": (1, 2, 2 / 9), "Cy": (3, 4, 0), "Di": (1, 4, 1 / 3)}
    for unit, (best, worst, share) in expected.items():
        row = rows[unit]
        assert (row["best_rank"], row["worst_rank"], row["is_exact"]) == (best, worst, True)
        assert (row["best_bound"], row["worst_bound"]) == (best, worst)
        assert abs(row["share_leading"] - share) <= 4 * row["share_leading_error"]
    assert sum(row["share_leading"] for row in rows.values()) == pytest.approx(1)
    assert sum(row["mean_rank"] for row in rows.values()) == pytest.approx(10)


def test_a_unit_with_a_gap_stands_with_nothing_and_counts_for_nobody() -> None:
    table = table_of({"Ada": [9, 1], "Gap": [NAN, 99], "Di": [1, 8]}, "a", "b")
    rows = laboratory(compose(table, BOTH))
    assert (rows["Ada"]["worst_rank"], rows["Di"]["worst_rank"]) == (2, 2)
    assert {value for key, value in rows["Gap"].items() if key not in ("unit", "node")} == {None}


def test_the_rule_is_that_of_the_node() -> None:
    """Under a harmonic mean Ada's 1 weighs more: 1 / (w/9 + 1 − w) is above Di's 1 / (w + (1 − w)/8) for w > 63/127."""
    table = table_of({"Ada": [9, 1], "Di": [1, 8]}, "a", "b")
    rule = ARITHMETIC | {"each": {"City": {"method": "harmonic"}}}
    rows = laboratory(compose(table, spec_of({"code": "a"}, {"code": "b"}, steps=[AS_THEY_ARE, rule])))
    assert abs(rows["Ada"]["share_leading"] - 64 / 127) <= 4 * rows["Ada"]["share_leading_error"]


def test_of_several_draws_the_laboratory_and_the_comparison_take_the_means() -> None:
    table = table_of({"Ada": [9, 1, 3], "Bo": [5, 6, 2], "Cy": [4, 5, 9], "Di": [1, 8, NAN]}, "a", "b", "c")
    items = ({"code": "a"}, {"code": "b"}, {"code": "c"})
    spec = spec_of(*items, steps=[{"step": "impute", "method": "multiple", "n": 4}, AS_THEY_ARE, ARITHMETIC])
    made = compose(table, spec, rng=np.random.default_rng(1))
    assert made.index.shape == (4, 4)
    assert laboratory(made)["Di"]["best_rank"] == 1
    rows = by(compared_tables({"one": made, "two": made})["compared"], "variant", "unit")
    assert rows["two", "Di"]["score"] == pytest.approx(made.index[:, 3].mean())
    with pytest.raises(BadUse, match="made once"):
        left_out_rows(made)


@pytest.mark.parametrize(
    ("node", "values", "steps", "why"),
    [
        ("a", [[9, 1], [1, 8]], None, "no node 'a'; expected one of City"),
        ("Nowhere", [[9, 1], [1, 8]], None, "no node 'Nowhere'"),
        ("City", [[9, NAN], [NAN, 8]], None, "all children of City"),
        ("City", [[9, 1], [1, 8]], [AS_THEY_ARE, {"step": "aggregate", "method": "copeland"}], "found copeland"),
    ],
)
def test_what_the_laboratory_cannot_search_is_refused(
    node: str, values: list[list[float]], steps: list[dict[str, Any]] | None, why: str
) -> None:
    table = table_of({"Ada": values[0], "Di": values[1]}, "a", "b")
    with pytest.raises(BadUse, match=why):
        laboratory(compose(table, spec_of({"code": "a"}, {"code": "b"}, steps=steps)), node)


def test_the_laboratory_refuses_a_panel() -> None:
    table = table_of([("Ada", "2020", [9, 1]), ("Ada", "2021", [1, 8])], "a", "b")
    with pytest.raises(BadUse, match="found 2 times; expected one"):
        laboratory(compose(table, BOTH))


# Variants


def test_variants_stand_side_by_side_with_changes_counted_by_hand() -> None:
    """Geometric means 30, 47.43, 34.64: ranks 3, 1, 2 after 1, 2, 3; Spearman 1 − 6 (4 + 1 + 1) / 24 = −0.5."""
    geometric = spec_of({"code": "a"}, {"code": "b"}, steps=[AS_THEY_ARE, {"step": "aggregate", "method": "geometric"}])
    tables = compared_tables({"sum": compose(THREE, BOTH), "product": compose(THREE, geometric)})
    rows = by(tables["compared"], "variant", "unit")
    assert [rows["sum", unit]["rank"] for unit in THREE.units] == [1, 2, 3]
    assert [rows["sum", unit]["rank_change"] for unit in THREE.units] == [0, 0, 0]
    assert [rows["product", unit]["rank"] for unit in THREE.units] == [3, 1, 2]
    assert [rows["product", unit]["rank_change"] for unit in THREE.units] == [-2, 1, 1]
    assert rows["product", "Alba"]["score_change"] == pytest.approx(30 - 50)
    assert {row["time"] for row in tables["compared"]} == {None}
    assert by(tables["variants"], "variant") == {
        "sum": {"variant": "sum", "compared_with": "sum", "rank_correlation": pytest.approx(1), "mean_change": 0,
                "n_moved": 0},
        "product": {"variant": "product", "compared_with": "sum", "rank_correlation": pytest.approx(-0.5),
                    "mean_change": pytest.approx(4 / 3), "n_moved": 3},
    }  # fmt: skip


def test_a_unit_that_a_variant_screens_out_stands_with_nothing_there() -> None:
    table = table_of({"Alba": [90, 10], "Brun": [50, NAN], "Cole": [20, 60]}, "a", "b")
    strict = spec_of({"code": "a"}, {"code": "b"}, steps=[{"step": "screen", "available": 1}, AS_THEY_ARE, ARITHMETIC])
    tables = compared_tables({"all": compose(table, BOTH), "strict": compose(table, strict)})
    rows = by(tables["compared"], "variant", "unit")
    assert [rows["strict", "Brun"][name] for name in ("score", "rank", "rank_change", "score_change")] == [None] * 4
    assert (rows["all", "Cole"]["rank"], rows["strict", "Cole"]["rank"], rows["strict", "Cole"]["rank_change"]) == (
        3, 2, 1,
    )  # fmt: skip
    assert by(tables["variants"], "variant")["strict"]["n_moved"] == 1


def test_in_a_panel_ranks_of_variants_are_counted_within_a_year() -> None:
    table = table_of(
        [("Ada", "2020", [9, 1]), ("Di", "2020", [1, 8]), ("Ada", "2021", [4, 4]), ("Di", "2021", [5, 5])], "a", "b"
    )
    weighted = spec_of({"code": "a"}, {"code": "b", "weight": 3})
    rows = by(compared_tables({"even": compose(table, BOTH), "b": compose(table, weighted)})["compared"],
              "variant", "unit", "time")  # fmt: skip
    assert [rows["even", "Ada", time]["rank"] for time in ("2020", "2021")] == [1, 2]
    assert [rows["b", "Ada", time]["rank_change"] for time in ("2020", "2021")] == [-1, 0]


def test_one_variant_alone_is_refused() -> None:
    with pytest.raises(BadUse, match="found 1 variants"):
        compared_tables({"sum": compose(THREE, BOTH)})
