"""Every table of correlations of COINr's ASEM example, and its p-values.

The reference lies beside the repository, in ``../shared/reference/coinr``. P-values of Spearman and Kendall, which it
does not hold, are compared with scipy and with counts of all orders.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from dynapolis.index.analysis.correlation import Method, correlate
from dynapolis.index.analysis.pairs import (
    Asked,
    Pairs,
    between_levels,
    flagged,
    with_ancestors,
    with_denominators,
    within_groups,
)
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_files import read_composite

COINR = Path(__file__).parents[3].parent / "shared" / "reference" / "coinr"
Row = dict[str, str]

reference = pytest.mark.skipif(
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


def by_pair(found: Pairs) -> dict[tuple[str, str], float]:
    shown = np.where(found.shown, found.r, np.nan)
    return {(one, other): float(r) for one, other, r in zip(found.first, found.second, shown, strict=True)}


def normalised() -> UnitTable:
    """Two values of TolMin differ in R's memory after the 15th digit, which the files leave out. Ranks see that, so the
    column is replaced by the ranks R gave it, which have the same order."""
    made = table("pipeline/normalised")
    ranks = {row["uCode"]: float(row["TolMin"]) for row in read_rows("pipeline/results_full_ranks")}
    values = made.values.copy()
    values[:, made.codes.index("TolMin")] = [-ranks[unit] for unit in made.units]
    return replace(made, values=values)


LEVEL_1: list[tuple[str, str, Asked]] = [
    ("corr_level1_pearson", "pipeline/normalised", Asked()),
    ("corr_level1_spearman", "pipeline/normalised", Asked(method="spearman")),
    ("corr_level1_kendall", "pipeline/normalised", Asked(method="kendall")),
    ("corr_level1_pearson_p005", "pipeline/normalised", Asked(max_p=0.05)),
    ("corr_raw_level1_pearson_pairwise", "pipeline/raw", Asked()),
]


@reference
@pytest.mark.parametrize(("name", "data", "asked"), LEVEL_1, ids=[name for name, _, _ in LEVEL_1])
def test_correlations_of_all_indicators_are_those_of_the_file(
    spec: CompositeSpec, name: str, data: str, asked: Asked
) -> None:
    given = table(data) if asked.method == "pearson" else normalised()
    found = by_pair(between_levels(given, spec, asked=asked))
    rows = read_rows(f"stats/{name}")
    assert len(rows) == len(found)
    mine = np.array([found[row["Var1"], row["Var2"]] for row in rows])
    assert mine == pytest.approx(numbers(rows, "Correlation"), abs=1e-9, nan_ok=True)


@reference
def test_correlations_of_pillars_are_those_of_the_file(spec: CompositeSpec) -> None:
    found = by_pair(between_levels(table("pipeline/aggregated"), spec, (2, 2)))
    rows = read_rows("stats/corr_level2_pearson")
    assert len(rows) == len(found)
    for row in rows:
        assert found[row["Var1"], row["Var2"]] == pytest.approx(float(row["Correlation"]), abs=1e-9)


@reference
def test_p_values_of_all_indicators_are_those_of_the_file(spec: CompositeSpec) -> None:
    found = between_levels(table("pipeline/normalised"), spec)
    p = {(one, other): float(value) for one, other, value in zip(found.first, found.second, found.p, strict=True)}
    for row in read_rows("stats/pvalues_level1_pearson"):
        for other in set(row) - {"iCode"}:
            assert p[row["iCode"], other] == pytest.approx(float(row[other]), rel=1e-7, abs=1e-12)


@reference
def test_correlations_with_the_parent_are_those_of_the_file(spec: CompositeSpec) -> None:
    found = by_pair(with_ancestors(table("pipeline/aggregated"), spec, up_to=1))
    rows = read_rows("stats/corr_level1_with_parent")
    assert len(rows) == len(found)
    for row in rows:  # the file has the parent first
        assert found[row["Var2"], row["Var1"]] == pytest.approx(float(row["Correlation"]), abs=1e-9)


@reference
def test_correlations_with_the_whole_line_of_ancestors_are_those_of_the_file(spec: CompositeSpec) -> None:
    pairs = with_ancestors(table("pipeline/aggregated"), spec)
    level = {"Pillar": "2", "Sub-index": "3", "Index": "4"}
    found = {(g, one): float(r) for g, one, r in zip(pairs.group, pairs.first, pairs.r, strict=True)}
    rows = read_rows("stats/corr_level1_family")
    assert len(rows) == len(found)
    for row in rows:
        assert found[level[row["Var1"]], row["Var2"]] == pytest.approx(float(row["Correlation"]), abs=1e-9)


@reference
@pytest.mark.parametrize(
    ("name", "above", "below"), [("corr_flags_high_075", 0.75, None), ("corr_flags_low_m05", None, -0.5)]
)
def test_pairs_that_are_flagged_inside_pillars_are_those_of_the_file(
    spec: CompositeSpec, name: str, above: float | None, below: float | None
) -> None:
    found = flagged(within_groups(table("pipeline/normalised"), spec), above=above, below=below)
    mine = {
        (group, frozenset((one, other))): float(r)
        for group, one, other, r in zip(found.group, found.first, found.second, found.r, strict=True)
    }
    rows = read_rows(f"stats/{name}")
    expected = {(row["Group"], frozenset((row["Ind1"], row["Ind2"]))): float(row["Corr"]) for row in rows}
    assert mine == pytest.approx(expected, abs=1e-9)


@reference
def test_indicators_that_go_with_a_denominator_are_those_of_the_file(spec: CompositeSpec) -> None:
    data, _ = read_composite(COINR / "input/asem_idata.csv", COINR / "input/asem_imeta.csv")
    found = by_pair(with_denominators(data, spec, beyond=0.7))
    expected = {(row["Ind"], row["Denom"]): float(row["Corr"]) for row in read_rows("stats/denominator_corr_070")}
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_each_pair_is_what_scipy_finds_over_the_rows_that_have_both(method: Method, tied: bool, gaps: bool) -> None:
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(30, 4)), rng.normal(size=(30, 3))
    if tied:
        x, y = x.round(), y.round()
    if gaps:
        x[rng.random(x.shape) < 0.2], y[rng.random(y.shape) < 0.2] = np.nan, np.nan
    theirs = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}[method]
    chosen = {"method": "asymptotic" if tied else "exact"} if method == "kendall" else {}
    found = correlate(x, y, method)
    for i, j in np.ndindex(4, 3):
        both = ~np.isnan(x[:, i]) & ~np.isnan(y[:, j])
        r, p = theirs(x[both, i], y[both, j], **chosen)
        assert found.n[i, j] == both.sum()
        assert found.r[i, j] == pytest.approx(r, abs=1e-12)
        # Without ties ours is nearer to the exact p of Spearman than the t that scipy takes.
        assert found.p[i, j] == pytest.approx(p, abs=2e-2 if method == "spearman" and not tied else 1e-10)


@pytest.mark.parametrize("n", [4, 7])
@pytest.mark.parametrize("method", ["spearman", "kendall"])
def test_p_values_of_few_units_are_shares_of_all_orders(n: int, method: Method) -> None:
    places = np.arange(n, dtype=float)[:, None]
    orders = np.array(list(permutations(range(n))), dtype=float).T
    every = correlate(places, orders, method)
    size = np.abs(every.r[0])
    for order in range(0, orders.shape[1], 97):
        share = (size >= size[order] - 1e-9).mean()
        assert every.p[0, order] == pytest.approx(min(share, 1.0), abs=1e-9)


def test_a_column_that_does_not_vary_has_no_correlation() -> None:
    values = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
    for method in ("pearson", "spearman", "kendall"):
        found = correlate(values, values, method)
        assert found.r[0, 0] == pytest.approx(1.0)
        assert np.isnan(found.r[[0, 1, 1], [1, 0, 1]]).all()
        assert np.isnan(found.p[[0, 1, 1], [1, 0, 1]]).all()


def test_large_values_with_an_outlier_in_a_gap_lose_no_digits() -> None:
    x = np.array([1e15, 1.0, 2.0, 3.0, 5.0])[:, None]
    y = np.array([np.nan, 2.0, 4.0, 6.0, 10.0])[:, None]
    assert correlate(x, y).r[0, 0] == pytest.approx(1.0, abs=1e-12)
