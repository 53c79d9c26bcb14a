"""Statistics, availability and reliability of COINr's ASEM example: every table of ``stats`` that is not a correlation.

The reference lies beside the repository, in ``../shared/reference/coinr``.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.index.analysis.availability import availability
from dynapolis.index.analysis.reliability import cronbach_alpha, reliability
from dynapolis.index.analysis.rows import columns
from dynapolis.index.analysis.statistics import Limits, describe, flag
from dynapolis.index.screen import screen
from dynapolis.model.composite import CompositeSpec, Screen
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_files import read_composite

COINR = Path(__file__).parents[3].parent / "shared" / "reference" / "coinr"
Row = dict[str, str]

pytestmark = pytest.mark.skipif(
    not COINR.is_dir(), reason="the COINr reference does not lie beside the repository, in ../shared/reference/coinr"
)


def read_rows(name: str) -> list[Row]:
    with (COINR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows: list[Row], column: str) -> NDArray[np.float64]:
    return np.array([float(row[column]) if row[column] else np.nan for row in rows])


@pytest.fixture(scope="module")
def spec() -> CompositeSpec:
    return read_composite(COINR / "input/asem_idata.csv", COINR / "input/asem_imeta.csv")[1]


def table(name: str) -> UnitTable:
    rows = read_rows(name)
    codes = tuple(code for code in rows[0] if code != "uCode")
    units = tuple(row["uCode"] for row in rows)
    values = np.stack([numbers(rows, code) for code in codes], axis=1)
    return UnitTable(units, units, (), codes, values, {}, {})


FIGURES = {
    "Min": "minimum", "Max": "maximum", "Mean": "mean", "Median": "median", "Std": "deviation", "Skew": "skewness",
    "Kurt": "kurtosis", "N.Avail": "n_available", "N.NonZero": "n_non_zero", "N.Unique": "n_unique", "N.Same": "n_same",
    "Frc.Avail": "available", "Frc.NonZero": "non_zero", "Frc.Unique": "unique", "Frc.Same": "same",
}  # fmt: skip
FLAGS = {
    "Flag.Avail": "few_values", "Flag.NonZero": "many_zeros", "Flag.Unique": "few_unique", "Flag.SkewKurt": "outlying",
}  # fmt: skip


UNIQUE = ("N.Unique", "Frc.Unique")


@pytest.mark.parametrize("column", sorted(FIGURES.keys() - set(UNIQUE)))
def test_statistics_of_the_raw_indicators_are_those_of_stats_raw(column: str) -> None:
    rows = read_rows("stats/stats_raw")
    found = describe(columns(table("pipeline/raw"), [row["iCode"] for row in rows]))
    assert getattr(found, FIGURES[column]) == pytest.approx(numbers(rows, column), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("column", UNIQUE)
def test_counts_of_different_values_are_those_of_stats_raw(column: str) -> None:
    """All but tolerance of minorities: the files keep 15 digits, and two of its values differed after them in R."""
    rows = read_rows("stats/stats_raw")
    found = describe(columns(table("pipeline/raw"), [row["iCode"] for row in rows]))
    mine, expected = getattr(found, FIGURES[column]), numbers(rows, column)
    place = [row["iCode"] for row in rows].index("TolMin")
    assert np.delete(mine, place) == pytest.approx(np.delete(expected, place), abs=1e-12)
    assert (found.n_unique[place], rows[place]["N.Unique"]) == (40, "42")


@pytest.mark.parametrize("share_of", ["values", "rows"])
@pytest.mark.parametrize("column", FLAGS)
def test_flags_of_the_raw_indicators_are_those_of_stats_raw(column: str, share_of: str) -> None:
    rows = read_rows("stats/stats_raw")
    found = describe(columns(table("pipeline/raw"), [row["iCode"] for row in rows]))
    flags = flag(found, Limits(share_of="values" if share_of == "values" else "rows"))
    assert getattr(flags, FLAGS[column]).tolist() == [row[column] != "ok" for row in rows]


def test_skew_and_kurtosis_are_those_of_the_file_of_treatment() -> None:
    rows = read_rows("treat/skew_kurt")
    names = list(rows[0])
    found = describe(columns(table("pipeline/raw"), [row[names[0]] for row in rows]))
    assert found.skewness == pytest.approx(numbers(rows, names[1]), abs=1e-9)
    assert found.kurtosis == pytest.approx(numbers(rows, names[2]), abs=1e-9)


def test_gaps_and_noughts_of_units_are_those_of_data_availability(spec: CompositeSpec) -> None:
    rows, raw = read_rows("stats/data_availability"), table("pipeline/raw")
    found = availability(raw, spec)
    assert raw.units == tuple(row["uCode"] for row in rows)
    assert found.n_missing.tolist() == numbers(rows, "N_missing").tolist()
    assert found.n_zero.tolist() == numbers(rows, "N_zero").tolist()
    assert (found.n_missing + found.n_zero).tolist() == numbers(rows, "N_miss_or_zero").tolist()
    assert found.available == pytest.approx(numbers(rows, "Dat_Avail"), abs=1e-12)
    assert found.non_zero == pytest.approx(numbers(rows, "Non_Zero"), abs=1e-12)


def test_availability_below_each_node_is_that_of_data_availability_by_group(spec: CompositeSpec) -> None:
    rows = read_rows("stats/data_availability_by_group")
    found = availability(table("pipeline/raw"), spec).below
    assert set(found) == set(rows[0]) - {"uCode"}
    for node, share in found.items():
        assert share == pytest.approx(numbers(rows, node), abs=1e-12), node


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("stats/screen_byna_090", Screen(step="screen", available=0.9)),
        ("stats/screen_bynaandzeros_090_095", Screen(step="screen", available=0.9, non_zero=0.95)),
    ],
)
def test_who_is_screened_out_is_told_as_in_the_file(name: str, step: Screen) -> None:
    rows = read_rows(name)
    found = screen(table("pipeline/raw"), step)
    assert found.keep.tolist() == [row["Included"] == "TRUE" for row in rows]
    assert found.available == pytest.approx(numbers(rows, "Dat_Avail"), abs=1e-12)
    assert found.non_zero == pytest.approx(numbers(rows, "Non_Zero"), abs=1e-12)


def test_alpha_of_every_group_is_that_of_cronbach_alpha(spec: CompositeSpec) -> None:
    rows = read_rows("stats/cronbach_alpha")
    found = {(item.node, item.level): item for item in reliability(table("pipeline/aggregated"), spec)}
    assert {(row["Group"], int(row["ChildLevel"])) for row in rows} == set(found)
    for row in rows:
        item = found[row["Group"], int(row["ChildLevel"])]
        assert item.alpha == pytest.approx(float(row["Alpha"]), abs=1e-9), item.node
        assert item.n_rows == 51


def test_alpha_of_raw_pillars_over_pairs_is_that_of_cronbach_alpha(spec: CompositeSpec) -> None:
    rows = [row for row in read_rows("stats/cronbach_alpha") if row["AlphaRawPairwise"]]
    found = {item.node: item for item in reliability(table("pipeline/raw"), spec, "pairwise") if item.level == 1}
    assert len(rows) == 8
    for row in rows:
        assert found[row["Group"]].alpha == pytest.approx(float(row["AlphaRawPairwise"]), abs=1e-9), row["Group"]


def test_alpha_without_a_member_is_that_of_the_others(spec: CompositeSpec) -> None:
    data = table("pipeline/normalised")
    social = next(item for item in reliability(data, spec) if item.node == "Social")
    for place, code in enumerate(social.codes):
        others = columns(data, [other for other in social.codes if other != code])
        assert social.without[place] == pytest.approx(cronbach_alpha(others), abs=1e-12)


def test_statistics_do_not_depend_on_the_order_of_units() -> None:
    raw = table("pipeline/raw")
    turned = replace(raw, values=raw.values[::-1])
    one, other = describe(raw.values), describe(turned.values)
    assert one.mean == pytest.approx(other.mean, rel=1e-12)
    assert one.n_same.tolist() == other.n_same.tolist()
    assert one.n_outliers.tolist() == other.n_outliers.tolist()
