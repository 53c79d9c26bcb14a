"""What COINr 1.1.14 does wrong in the steps on data, and what is right. Each test stands for one fault of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.errors import BadUse
from dynapolis.index.denominate import denominate
from dynapolis.index.impute import impute
from dynapolis.index.normalising import normalise_table
from dynapolis.index.outliers import OUTCOMES, treat_outliers
from dynapolis.index.screen import screen
from dynapolis.index.treating.box_cox import estimate_lambda
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
SKEWED = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100])


def treat(values: FloatArray, **choices: Any) -> Any:
    step = TreatOutliers.model_validate({"step": "treat", **choices})
    return treat_outliers(values, tuple(f"x{n}" for n in range(values.shape[-1])), step)


def outcome_of(found: Any) -> list[str]:
    return [OUTCOMES[number] for number in found.outcome.ravel()]


def normalise(
    values: FloatArray, indicators: tuple[IndexIndicator, ...], times: tuple[str, ...] = (), **choices: Any
) -> FloatArray:
    step = Normalise.model_validate({"step": "normalise", **choices})
    spec = CompositeSpec(index="i", nodes=(Node(code="i"),), indicators=indicators, steps=(step,))
    codes = tuple(item.code for item in indicators)
    units = tuple(f"u{n}" for n in range(values.shape[-2])) if not times else ("u0", "u1") * (len(times) // 2)
    table = UnitTable(units, units, times, codes, values.reshape(-1, *values.shape[-2:])[0], {}, {})
    return normalise_table(values, spec, codes, step, table)


def one(**of: Any) -> tuple[IndexIndicator, ...]:
    return (IndexIndicator.model_validate({"code": "x0", "parent": "i", **of}),)


# A treatment that silently does nothing.


def test_the_logarithm_of_the_gii_is_taken() -> None:
    """log_GII of COINr computes it and hands the values back as they were."""
    found = treat(SKEWED[:, None], max_winsorised=0, function="log_gii")
    assert outcome_of(found) == ["transformed"]
    assert found.values[:, 0] == pytest.approx(np.log(99 * (SKEWED - 1) / 99 + 1))


def test_a_logarithm_of_the_gii_that_would_turn_the_indicator_round_is_refused_and_said() -> None:
    found = treat(SKEWED[:, None] / 200, max_winsorised=0, function="log_gii")
    assert outcome_of(found) == ["not_possible"] and not found.passed.any()
    assert np.array_equal(found.values[:, 0], SKEWED / 200)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ([1.0, 2.0, 99.0] + [np.nan] * 9, "too_few"),
        ([3.0] * 12, "constant"),
        ([np.nan] * 12, "too_few"),
        ([0.0] * 11 + [1.0], "transformed"),  # the last point cannot be drawn in: all would be equal
    ],
)
def test_a_treatment_that_cannot_be_done_says_so(column: list[float], said: str) -> None:
    values = np.array(column)[:, None]
    found = treat(values)
    assert outcome_of(found) == [said]
    if said != "transformed":
        assert np.array_equal(found.values, values, equal_nan=True) and found.passed.tolist() == [False]


def test_a_point_that_cannot_be_drawn_in_is_said_where_there_is_no_function() -> None:
    found = treat(np.array([0.0] * 11 + [1.0])[:, None], function="none")
    assert outcome_of(found) == ["not_possible"] and not found.passed.any()


def test_a_logarithm_of_values_that_are_not_above_nought_is_refused_and_said() -> None:
    found = treat(SKEWED[:, None] - 1, max_winsorised=0, function="log")
    assert outcome_of(found) == ["not_possible"]


# Forced winsorising ignored: COINr asks the rule first and never comes to it.


@pytest.mark.parametrize("points", [1, 2, 3])
def test_forced_winsorising_is_done_where_the_rule_asks_for_none(points: int) -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 12.0])[:, None]
    assert not treat(values).n_winsorised.any()
    found = treat(values, force=True, max_winsorised=points, function="none")
    assert found.n_winsorised.tolist() == [points] and np.abs(found.points).sum() == points
    assert (found.values != values).sum() == points


# The exponent of Box and Cox is not passed on.


def test_the_exponent_of_box_and_cox_is_the_given_one() -> None:
    found = treat(SKEWED[:, None], max_winsorised=0, function="box_cox", **{"lambda": 0.25})
    assert found.lambdas.tolist() == [0.25]
    assert found.values[:, 0] == pytest.approx((SKEWED**0.25 - 1) / 0.25)


def test_an_exponent_of_one_indicator_alone_is_used_for_it_alone() -> None:
    values = np.stack([SKEWED, SKEWED], axis=1)
    each = {"x1": {"function": "box_cox", "lambda": 0.5}}
    found = treat(values, max_winsorised=0, each=each)
    assert np.isnan(found.lambdas[0]) and found.lambdas[1] == 0.5
    assert found.values[:, 1] == pytest.approx((SKEWED**0.5 - 1) / 0.5)


def test_without_an_exponent_the_likeliest_is_used() -> None:
    found = treat(SKEWED[:, None], max_winsorised=0, function="box_cox")
    assert found.lambdas == pytest.approx(estimate_lambda(SKEWED[None]))


# A constant indicator gives NaN without a policy.


@pytest.mark.parametrize(
    ("choices", "middle"),
    [
        ({"method": "min_max"}, 50.0),
        ({"method": "min_max", "range": (1, 100)}, 50.5),
        ({"method": "z_score"}, 0.0),
        ({"method": "z_score", "centre": 10, "spread": 2}, 10.0),
        ({"method": "rank"}, 2.0),
        ({"method": "rank", "range": (0, 10)}, 5.0),
        ({"method": "percentile_rank"}, 0.5),
        ({"method": "percentile_rank", "ties": "min"}, 0.5),
        ({"method": "distance_to_max"}, 0.5),
        ({"method": "distance_to_reference", "reference": "u0"}, 0.5),
    ],
)
@pytest.mark.parametrize("direction", [1, -1])
def test_a_constant_indicator_gets_the_middle(choices: dict[str, Any], middle: float, direction: int) -> None:
    values = np.array([[7.3], [7.3], [np.nan], [7.3]])
    found = normalise(values, one(direction=direction), **choices)[:, 0]
    assert found == pytest.approx([middle, middle, np.nan, middle], nan_ok=True)


# Goalposts in an indicator's own units score every unit 0 where less is better.


def test_goalposts_in_own_units_are_turned_with_an_indicator_of_which_less_is_better() -> None:
    deaths = np.array([[10.0], [20.0], [50.0], [70.0], [5.0]])
    found = normalise(deaths, one(direction=-1, low=10, high=50), method="goalposts")
    assert found[:, 0].tolist() == [100.0, 75.0, 0.0, 0.0, 100.0]
    open_ended = normalise(deaths, one(direction=-1, low=10, high=50), method="goalposts", cap=False)
    assert open_ended[:, 0].tolist() == [100.0, 75.0, 0.0, -50.0, 112.5]


def test_a_target_and_a_fixed_scale_in_own_units_are_turned_too() -> None:
    deaths = np.array([[10.0], [20.0], [50.0]])
    target = normalise(deaths, one(direction=-1, target=20), method="distance_to_target")
    assert target[:, 0] == pytest.approx([4 / 3, 1.0, 0.0])
    scaled = normalise(deaths, one(direction=-1, low=0, high=100), method="scaled")
    assert scaled[:, 0].tolist() == [90.0, 80.0, 50.0]


def test_a_fraction_of_the_maximum_gives_less_to_the_worse_where_less_is_better() -> None:
    """COINr divides −x by the largest −x and so gives 205 to the country with the most barriers to trade."""
    barriers = np.array([[1.0], [205.0], [0.0], [410.0]])
    found = normalise(barriers, one(direction=-1), method="fraction_of_max")[:, 0]
    assert found == pytest.approx([1 - 1 / 410, 0.5, 1.0, 0.0])
    as_coinr = normalise(barriers[[0, 1, 3]], one(direction=-1), method="fraction_of_max", turn="sign")[:, 0]
    assert as_coinr.tolist() == [1.0, 205.0, 410.0]


# Panels: year subsets fail; a globally normalised panel cannot be varied.

YEARS = ("2018", "2018", "2019", "2019", "2020", "2020")
PANEL = np.array([[0.0], [10.0], [20.0], [30.0], [40.0], [np.nan]])


def test_a_panel_is_normalised_over_all_years_or_year_by_year() -> None:
    together = normalise(PANEL, one(), YEARS, method="min_max")
    apart = normalise(PANEL, one(), YEARS, method="min_max", over="year")
    assert together[:, 0] == pytest.approx([0, 25, 50, 75, 100, np.nan], nan_ok=True)
    assert apart[:, 0] == pytest.approx([0, 100, 0, 100, 50, np.nan], nan_ok=True)


def test_replicas_of_a_panel_are_normalised_over_all_years_as_one_is() -> None:
    replicas = np.stack([PANEL, PANEL * 2 + 1, -PANEL])
    found = normalise(replicas, one(), YEARS, method="min_max")
    assert found[0] == pytest.approx(normalise(PANEL, one(), YEARS, method="min_max"), nan_ok=True)
    assert found[1] == pytest.approx(found[0], nan_ok=True)
    assert found[2] == pytest.approx(100 - found[0], nan_ok=True)


def test_the_reference_of_a_panel_is_that_of_the_same_year() -> None:
    values = np.array([[0.0], [10.0], [20.0], [40.0]])
    found = normalise(values, one(), YEARS[:4], method="distance_to_reference", reference="u1")
    assert found[:, 0].tolist() == [0.0, 1.0, 0.5, 1.0]


@pytest.mark.parametrize("years", [("2018",), ("2019", "2021"), ("2022", "2018", "2020")])
def test_every_step_takes_a_subset_of_the_years(coinr: Any, years: tuple[str, ...]) -> None:
    whole = coinr.panel
    table = whole.keep(np.isin(np.array(whole.times), years))
    values = denominate(table.values, table, coinr.spec, Denominate(step="denominate"))
    for method in ("carried", "linear", "group_mean"):
        step = Impute(step="impute", method=method, group="EurAsia_group")  # type: ignore[arg-type]
        values = impute(values, table, coinr.spec, step)
    assert np.isfinite(values).all()
    table = replace(table, values=values)
    assert screen(table, Screen(step="screen", available=0.9)).keep.all()
    treated = treat_outliers(values, table.codes, TreatOutliers(step="treat"), table)
    for over in ("panel", "year"):
        step = Normalise(step="normalise", method="min_max", over=over)  # type: ignore[arg-type]
        scores = normalise_table(treated.values, coinr.spec, table.codes, step, table)
        assert np.isfinite(scores).all() and scores.min() == 0 and scores.max() == pytest.approx(100)
    alone = table.keep(np.array(table.times) == years[0])
    treated_alone = treat_outliers(alone.values, table.codes, TreatOutliers(step="treat"), alone).values
    assert np.array_equal(treated.values[table.rows_of(years[0])], treated_alone)


# Refusals, all faults at once.


def test_a_mark_that_is_not_given_is_named_with_the_indicator() -> None:
    indicators = (IndexIndicator(code="x0", parent="i"), IndexIndicator(code="x1", parent="i", low=5, high=5))
    with pytest.raises(BadUse, match=r"x0 has no low.*x0 has no high.*x1: low 5 is not below high 5"):
        normalise(np.zeros((3, 2)), indicators, method="goalposts")


def test_a_reference_that_is_the_worst_or_has_a_gap_is_refused() -> None:
    for first in (0.0, np.nan):
        with pytest.raises(BadUse, match="x0: distance_to_reference has no scale"):
            normalise(np.array([[first], [1.0], [2.0]]), one(), method="distance_to_reference", reference="u0")
    with pytest.raises(BadUse, match="u9 is not a unit"):
        normalise(np.zeros((2, 1)), one(), method="distance_to_reference", reference="u9")


def test_a_target_below_all_values_is_refused_unless_scores_are_cut_off() -> None:
    values = np.array([[5.0], [6.0]])
    with pytest.raises(BadUse, match="distance_to_target has no scale"):
        normalise(values, one(target=4), method="distance_to_target")
    assert normalise(values, one(target=4), method="distance_to_target", cap=True)[:, 0].tolist() == [1.0, 1.0]


def test_a_replica_without_a_scale_is_a_gap_in_that_replica_alone() -> None:
    values = np.array([[[0.0], [5.0]], [[6.0], [5.0]]])
    found = normalise(values, one(), method="distance_to_reference", reference="u1")
    assert found[0, :, 0].tolist() == [0.0, 1.0] and np.isnan(found[1]).all()
