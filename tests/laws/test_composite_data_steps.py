"""Laws of the steps on data that hold for all inputs: screening, denominating, imputing, treating, normalising."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from dynapolis.index.denominate import denominate
from dynapolis.index.impute import filled, impute
from dynapolis.index.normalising import normalise_table
from dynapolis.index.outliers import OUTCOMES, Treated, treat_outliers
from dynapolis.index.ranks_within import ascending_ranks
from dynapolis.index.screen import screen
from dynapolis.index.treating.box_cox import box_cox, estimate_lambda
from dynapolis.index.treating.transformations import transform
from dynapolis.model.composite import (
    CompositeSpec,
    Denominate,
    Impute,
    IndexIndicator,
    Node,
    Normalise,
    Screen,
    TreatOutliers,
)
from dynapolis.model.unit_table import UnitTable

FloatArray = NDArray[np.float64]
laws = settings(deadline=None, max_examples=60)
whole = st.integers(-1000, 1000).map(float)
FILLS: tuple[dict[str, Any], ...] = (
    {"method": "mean"},
    {"method": "median"},
    {"method": "group_mean", "group": "g"},
    {"method": "group_median", "group": "g"},
    {"method": "row_mean"},
    {"method": "row_median"},
    {"method": "row_mean", "within": "parent"},
    {"method": "regression", "predictors": 2},
    {"method": "nearest", "neighbours": 2},
    {"method": "carried"},
    {"method": "linear"},
)
SCALES: tuple[dict[str, Any], ...] = (
    {"method": "min_max"},
    {"method": "z_score"},
    {"method": "rank"},
    {"method": "rank", "ties": "min", "range": (1, 100)},
    {"method": "percentile_rank"},
    {"method": "borda"},
    {"method": "distance_to_max"},
    {"method": "goalposts"},
    {"method": "scaled"},
    {"method": "distance_to_target", "cap": True},
    {"method": "fraction_of_max"},
)
fills, scales = st.sampled_from(FILLS), st.sampled_from(SCALES)


@st.composite
def tables(draw: st.DrawFn, gaps: bool = True, most_rows: int = 10) -> FloatArray:
    """Values, shape (n_rows, n_indicators): whole numbers, NaN where there is a gap."""
    shape = (draw(st.integers(2, most_rows)), draw(st.integers(1, 5)))
    values = draw(arrays(np.float64, shape, elements=whole))
    return np.where(draw(arrays(np.bool_, shape)), np.nan, values) if gaps else values


def spec_of(n: int, directions: list[int] | None = None, **marks: float) -> CompositeSpec:
    """Indicators x0, x1, … in two pillars below the index."""
    return CompositeSpec(
        index="i",
        nodes=(Node(code="i"), Node(code="p", parent="i"), Node(code="q", parent="i")),
        indicators=tuple(
            IndexIndicator.model_validate(
                {"code": f"x{k}", "parent": "pq"[k % 2], "direction": (directions or [1] * n)[k], **marks}
            )
            for k in range(n)
        ),
        steps=(Impute(step="impute", method="mean"),),
    )


def table_of(values: FloatArray) -> UnitTable:
    """A panel of units with two years each, in groups of three rows."""
    n, k = values.shape[-2:]
    units = tuple(f"u{row // 2}" for row in range(n))
    groups = {"g": tuple("abc"[row // 3 % 3] for row in range(n))}
    times = tuple(str(2020 + row % 2) for row in range(n))
    return UnitTable(units, units, times, tuple(f"x{c}" for c in range(k)), values.reshape(-1, n, k)[0], groups, {})


def fill(values: FloatArray, choices: dict[str, Any], table: UnitTable | None = None, seed: int = 0) -> FloatArray:
    step = Impute.model_validate({"step": "impute", "over": "panel", **choices})
    return impute(values, table or table_of(values), spec_of(values.shape[-1]), step, np.random.default_rng(seed))


def normalise(values: FloatArray, choices: dict[str, Any], directions: list[int] | None = None) -> FloatArray:
    table = table_of(values)
    step = Normalise.model_validate({"step": "normalise", **choices})
    spec = spec_of(values.shape[-1], directions, low=-500, high=500, target=700)
    return normalise_table(values, spec, table.codes, step, table)


def treat(values: FloatArray, **choices: Any) -> Treated:
    step = TreatOutliers.model_validate({"step": "treat", **choices})
    return treat_outliers(values, tuple(f"x{k}" for k in range(values.shape[-1])), step)


# Screening and denominating.


@laws
@given(tables(), st.floats(0, 1), st.floats(0, 1))
def test_a_lower_limit_never_leaves_out_more_units(values: FloatArray, one: float, other: float) -> None:
    table = table_of(values)
    low, high = sorted((one, other))
    for rule in ("available", "non_zero"):
        kept = [screen(table, Screen.model_validate({"step": "screen", rule: limit})).keep for limit in (low, high)]
        assert (kept[0] | ~kept[1]).all()


@laws
@given(tables())
def test_lists_go_before_rules_and_every_row_says_why(values: FloatArray) -> None:
    table = table_of(values)
    drop = table.units[-1] if table.units[-1] != "u0" else None
    step = Screen(step="screen", available=1.0, keep=("u0",), drop=(drop,) if drop else ())
    found = screen(table, step)
    for unit, keep, why, row in zip(table.units, found.keep, found.why, values, strict=True):
        complete = bool(np.isfinite(row).all())
        expected = unit != drop and (unit == "u0" or complete)
        assert keep == expected and (why in ("", "kept")) == keep
        assert (why == "kept") == (unit == "u0" and not complete)


@laws
@given(tables(), st.integers(1, 50), st.integers(1, 1000))
def test_the_unit_of_a_denominator_and_its_factor_cancel(values: FloatArray, size: int, factor: int) -> None:
    n, k = values.shape
    item = IndexIndicator(code="x0", parent="i", denominator="d")
    rest = tuple(IndexIndicator(code=f"x{c}", parent="i") for c in range(1, k))
    found = []
    for scale in (1, factor):
        step = Denominate(step="denominate", factors={"x0": float(scale)})
        spec = CompositeSpec(index="i", nodes=(Node(code="i"),), indicators=(item, *rest), steps=(step,))
        below = {"d": np.arange(n, dtype=float) * size * scale}
        table = UnitTable(("u",) * n, ("u",) * n, (), tuple(f"x{c}" for c in range(k)), values, {}, below)
        found.append(denominate(values, table, spec, step))
    assert found[0] == pytest.approx(found[1], rel=1e-12, nan_ok=True)
    assert np.isnan(found[0][0, 0]) and np.array_equal(found[0][:, 1:], values[:, 1:], equal_nan=True)


# Imputing.


@laws
@given(tables(), fills)
def test_filling_changes_nothing_that_is_there_and_a_second_time_nothing(
    values: FloatArray, choices: dict[str, Any]
) -> None:
    found = fill(values, choices)
    there = np.isfinite(values)
    assert np.array_equal(found[there], values[there])
    assert not filled(values, found)[there].any()
    if np.isfinite(found).all():
        assert np.array_equal(fill(found, choices), found)


@laws
@given(tables(), fills)
def test_filled_values_but_those_of_a_regression_lie_among_the_observed(
    values: FloatArray, choices: dict[str, Any]
) -> None:
    found = fill(values, choices)
    for before, after in zip(values.T, found.T, strict=True):
        if np.isnan(before).all():
            assert np.isnan(after).all()
        elif choices["method"] != "regression":
            assert np.nanmin(after) >= np.nanmin(before) - 1e-6 and np.nanmax(after) <= np.nanmax(before) + 1e-6


@laws
@given(tables(), fills, st.integers(1, 9), st.integers(-50, 50))
def test_another_unit_of_measurement_gives_the_same_fillings_in_that_unit(
    values: FloatArray, choices: dict[str, Any], times: int, plus: int
) -> None:
    assume(choices["method"] != "regression" or len(values) > 4)
    found, moved = fill(values, choices), fill(values * times + plus, choices)
    assert moved == pytest.approx(found * times + plus, abs=1e-5, nan_ok=True)


@laws
@given(tables(), fills, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values: FloatArray, choices: dict[str, Any], random: Any) -> None:
    table = table_of(values)
    order = np.array(random.sample(range(len(values)), len(values)))
    shuffled = UnitTable(
        tuple(table.units[row] for row in order),
        tuple(table.names[row] for row in order),
        tuple(table.times[row] for row in order),
        table.codes,
        values[order],
        {"g": tuple(table.groups["g"][row] for row in order)},
        {},
    )
    assert fill(values[order], choices, shuffled) == pytest.approx(fill(values, choices)[order], abs=1e-6, nan_ok=True)


@laws
@given(st.lists(tables(), min_size=3, max_size=3), fills)
def test_replicas_are_filled_as_each_alone(several: list[FloatArray], choices: dict[str, Any]) -> None:
    n, k = (min(values.shape[axis] for values in several) for axis in (0, 1))
    together = np.stack([values[:n, :k] for values in several])
    found = fill(together, choices)
    for replica, alone in zip(found, together, strict=True):
        assert replica == pytest.approx(fill(alone, choices), abs=1e-6, nan_ok=True)


@laws
@given(tables(), st.integers(0, 5))
def test_drawn_tables_keep_what_is_there_and_repeat_with_the_seed(values: FloatArray, seed: int) -> None:
    choices = {"method": "multiple", "n": 4, "predictors": 2}
    found = fill(values, choices, seed=seed)
    assert found.shape == (4, *values.shape)
    there = np.isfinite(values)
    assert (found[:, there] == values[there]).all()
    assert (np.isnan(found) == np.isnan(values).all(axis=0)).all()
    assert np.array_equal(found, fill(values, choices, seed=seed), equal_nan=True)


def test_drawn_values_are_as_spread_as_what_is_not_known() -> None:
    """y = x + noise of deviation 1: a gap at x has the prediction x and the deviation 1, a little more for what is
    estimated. Over 60 tables of 60 units, of which a third are gaps, intervals of 400 draws hold the truth as often as
    they say."""
    rng = np.random.default_rng(7)
    inside, spreads = [], []
    for _ in range(60):
        x = rng.normal(size=60) * 3
        truth = x + rng.normal(size=60)
        gaps = np.arange(60) < 20
        drawn = fill(np.stack([x, np.where(gaps, np.nan, truth)], axis=1), {"method": "multiple", "n": 400}, seed=1)
        low, high = np.quantile(drawn[:, gaps, 1], [0.025, 0.975], axis=0)
        inside.append(((low <= truth[gaps]) & (truth[gaps] <= high)).mean())
        spreads.append(drawn[:, gaps, 1].std(axis=0).mean())
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)
    assert np.mean(spreads) == pytest.approx(1.04, abs=0.06)


# Treating.


def winsorise_naively(values: FloatArray, at_most: int, force: bool) -> tuple[FloatArray, int]:
    """One series, point by point: the values at the end of the skew become the next one, tied ones together."""
    series, high, low = values.copy(), np.array([], dtype=int), np.array([], dtype=int)
    while len(high) + len(low) < at_most:
        skew, kurtosis = stats.skew(series, bias=False), stats.kurtosis(series, bias=False)
        if not force and not (abs(skew) >= 2 and kurtosis >= 3.5):
            break
        right = skew >= 0
        end = series.max() if right else series.min()
        rest = series[series != end]
        if len(set(rest)) < 2:
            break
        places = np.flatnonzero(series == end)
        series[places] = rest.max() if right else rest.min()
        high, low = (places, low) if right else (high, places)
    return series, len(high) + len(low)


@st.composite
def skewed(draw: st.DrawFn) -> FloatArray:
    """Thirty units, most of them near one another, some far out, many of them tied."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(0, draw(st.sampled_from([3, 20, 10**6])), size=(30, 3)).astype(float)
    far = draw(st.integers(0, 8))
    values[:far] += draw(st.sampled_from([-1, 1])) * np.round(values.max() * rng.exponential(8, size=(far, 3)))
    return values


@settings(deadline=None, max_examples=150)
@given(skewed(), st.integers(0, 7), st.booleans())
def test_winsorising_is_what_it_is_point_by_point(values: FloatArray, at_most: int, force: bool) -> None:
    assume(all(len(set(column)) > 2 for column in values.T))
    found = treat(values, max_winsorised=at_most, force=force, function="none")
    for k in range(3):
        expected, points = winsorise_naively(values[:, k], at_most, force)
        assert found.values[:, k].tolist() == expected.tolist()
        assert found.n_winsorised[k] == points == np.abs(found.points[:, k]).sum()


@laws
@given(
    skewed(), st.integers(0, 3), st.sampled_from(["log_shifted", "log_mirrored", "log_plus_one", "log_gii", "box_cox"])
)
def test_treatment_keeps_the_order_and_says_what_it_did(values: FloatArray, at_most: int, function: str) -> None:
    found = treat(values, max_winsorised=at_most, function=function)
    for k in range(3):
        raw, new, outcome = values[:, k], found.values[:, k], OUTCOMES[int(found.outcome[k])]
        above = raw[:, None] > raw[None, :]
        assert (new[:, None] - new[None, :])[above].min(initial=0) >= -1e-12
        changed = new != raw
        if outcome in ("left_alone", "constant"):
            assert not changed.any()
        if outcome == "winsorised":
            assert (changed == (found.points[:, k] != 0)).all() and changed.any()
        if outcome == "transformed":
            assert not found.points[:, k].any() and len(set(raw)) > 1
        assert np.isnan(found.lambdas[k]) == (outcome != "transformed" or function != "box_cox")


@laws
@given(skewed(), st.integers(1, 9), st.integers(-50, 50))
def test_another_unit_of_measurement_is_treated_alike(values: FloatArray, times: int, plus: int) -> None:
    assume(values.max() < 1e5)
    found, moved = treat(values, max_winsorised=2), treat(values * times + plus, max_winsorised=2)
    assert found.outcome.tolist() == moved.outcome.tolist()
    assert np.array_equal(found.points, moved.points)


@laws
@given(skewed(), st.randoms(use_true_random=False))
def test_replicas_rows_and_columns_are_treated_as_each_alone(values: FloatArray, random: Any) -> None:
    order = np.array(random.sample(range(30), 30))
    together = np.stack([values, values[order], -values])
    found = treat(together, max_winsorised=2, function="log_mirrored")
    alone = treat(values, max_winsorised=2, function="log_mirrored")
    assert found.values[0] == pytest.approx(alone.values)
    assert found.values[1] == pytest.approx(alone.values[order])
    assert found.values[2] == pytest.approx(-alone.values, abs=1e-9)
    assert found.outcome[0].tolist() == found.outcome[2].tolist() == alone.outcome.tolist()
    turned = treat(values[:, ::-1], max_winsorised=2, function="log_mirrored")
    assert np.array_equal(turned.values[:, ::-1], alone.values)


@settings(deadline=None, max_examples=25)
@given(arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(6, 30)), elements=st.floats(0.01, 1e4)))
def test_the_likeliest_exponent_is_scipys(series: FloatArray) -> None:
    assume(all(len(set(row)) > 4 and np.ptp(np.log(row)) > 0.1 for row in series))
    for row, exponent in zip(series, estimate_lambda(series), strict=True):
        theirs = [stats.boxcox_llf(other, row) for other in np.linspace(-5, 5, 21)]
        assert stats.boxcox_llf(exponent, row) >= max(theirs) - 1e-6


@laws
@given(st.floats(-3, 3), arrays(np.float64, 8, elements=st.floats(0.1, 100)))
def test_box_and_coxs_power_is_scipys(exponent: float, series: FloatArray) -> None:
    expected = (
        stats.boxcox(series, exponent) if len(set(series)) > 1 else box_cox(series[None], np.array([exponent]))[0]
    )
    assert box_cox(series[None], np.array([exponent]))[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@laws
@given(tables())
def test_a_function_never_fills_a_gap_or_makes_one(values: FloatArray) -> None:
    for function in ("log", "log_shifted", "log_mirrored", "log_plus_one", "log_gii", "box_cox"):
        found = transform(values.T, function)  # type: ignore[arg-type]
        assert np.array_equal(np.isnan(found.values), np.isnan(values.T))


# Normalising.


@laws
@given(tables(), scales, st.lists(st.sampled_from([1, -1]), min_size=5, max_size=5))
def test_improving_a_value_never_lowers_its_score_and_gaps_stay(
    values: FloatArray, choices: dict[str, Any], directions: list[int]
) -> None:
    if choices["method"] == "fraction_of_max":
        values = np.abs(values) + 1
    scores = normalise(values, choices, directions)
    assert np.array_equal(np.isnan(scores), np.isnan(values))
    for k, (column, scored) in enumerate(zip(values.T, scores.T, strict=True)):
        better = (column * directions[k])[:, None] > (column * directions[k])[None, :]
        assert (scored[:, None] - scored[None, :])[better].min(initial=0) >= -1e-9


@laws
@given(tables(), st.sampled_from(SCALES[:7]), st.integers(1, 50), st.integers(-500, 500))
def test_another_unit_of_measurement_changes_no_score(
    values: FloatArray, choices: dict[str, Any], times: int, plus: int
) -> None:
    assert normalise(values * times + plus, choices) == pytest.approx(normalise(values, choices), abs=1e-9, nan_ok=True)


@laws
@given(tables(), st.sampled_from(SCALES[:7]))
def test_turning_an_indicator_round_is_measuring_it_the_other_way(values: FloatArray, choices: dict[str, Any]) -> None:
    turned = normalise(values, choices, [-1] * 5)
    assert turned == pytest.approx(normalise(-values, choices), abs=1e-9, nan_ok=True)


@laws
@given(tables(), scales, st.randoms(use_true_random=False))
def test_permuting_rows_permutes_scores_and_replicas_are_as_each_alone(
    values: FloatArray, choices: dict[str, Any], random: Any
) -> None:
    if choices["method"] == "fraction_of_max":
        values = np.abs(values) + 1
    order = np.array(random.sample(range(len(values)), len(values)))
    alone = normalise(values, choices)
    found = normalise(np.stack([values, values[order]]), choices)
    assert found[0] == pytest.approx(alone, nan_ok=True)
    assert found[1] == pytest.approx(alone[order], abs=1e-9, nan_ok=True)


@laws
@given(tables(), st.sampled_from([(0.0, 100.0), (1.0, 100.0), (-3.0, 4.0)]))
def test_scores_with_a_range_reach_its_ends_and_go_no_further(values: FloatArray, ends: tuple[float, float]) -> None:
    for method in ("min_max", "rank", "percentile_rank", "distance_to_max"):
        scores = normalise(values, {"method": method, "range": ends})
        for column, scored in zip(values.T, scores.T, strict=True):
            seen = scored[np.isfinite(scored)]
            assert ((seen >= ends[0] - 1e-12) & (seen <= ends[1] + 1e-12)).all()
            if len(set(column[np.isfinite(column)])) > 1 and method != "percentile_rank":  # ties share its ends
                assert [seen.min(), seen.max()] == pytest.approx(ends)


@laws
@given(arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=st.integers(0, 4).map(float)))
def test_ranks_are_scipys(values: FloatArray) -> None:
    for ties in ("min", "average"):
        expected = [stats.rankdata(row, method=ties) for row in values]
        assert ascending_ranks(values, ties).tolist() == np.array(expected).tolist()  # type: ignore[arg-type]
