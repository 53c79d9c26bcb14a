"""What the steps on data refuse, with every fault at once, and what they do at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dynapolis.errors import BadUse
from dynapolis.index.denominate import denominate
from dynapolis.index.impute import filled, impute
from dynapolis.index.normalising import normalise_table
from dynapolis.index.outliers import treat_outliers
from dynapolis.index.screen import screen
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

NAN = float("nan")
SPEC = CompositeSpec(
    index="i",
    nodes=(Node(code="i"), Node(code="p", parent="i"), Node(code="q", parent="i")),
    indicators=(
        IndexIndicator(code="x", parent="p", denominator="people"),
        IndexIndicator(code="y", parent="p"),
        IndexIndicator(code="z", parent="q"),
    ),
    steps=(Denominate(step="denominate"),),
)
VALUES = np.array([[1.0, 0.0, 5.0], [NAN, 10.0, 6.0], [3.0, NAN, NAN]])


def table(values: Any = VALUES, times: tuple[str, ...] = (), **more: Any) -> UnitTable:
    units = ("a",) * 3 if times else ("a", "b", "c")
    return UnitTable(units, units, times, ("x", "y", "z"), values, more.get("groups", {}), more.get("below", {}))


def fill(values: Any = VALUES, times: tuple[str, ...] = (), rng: Any = None, **choices: Any) -> Any:
    step = Impute.model_validate({"step": "impute", **choices})
    return impute(values, table(values, times), SPEC, step, rng)


def test_screening_refuses_units_that_are_not_there_or_in_both_lists() -> None:
    step = Screen(step="screen", keep=("a", "zz"), drop=("a",))
    with pytest.raises(BadUse, match=r"a is both in keep and in drop.*zz is not a unit"):
        screen(table(), step)


def test_denominating_refuses_columns_that_are_not_there_and_factors_without_use() -> None:
    with pytest.raises(BadUse, match=r"x is divided by people, which is no column.*z has a factor but no denominator"):
        denominate(VALUES, table(), SPEC, Denominate(step="denominate", factors={"z": 2}))


def test_an_indicator_may_be_divided_by_another_as_it_stands() -> None:
    indicators = (SPEC.indicators[0].model_copy(update={"denominator": "z"}), *SPEC.indicators[1:])
    spec = SPEC.model_copy(update={"indicators": indicators})
    found = denominate(VALUES, table(), spec, Denominate(step="denominate"))
    assert found[:, 0] == pytest.approx([0.2, NAN, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"method": "group_mean"}, "no group is given; group_mean needs one"),
        ({"method": "group_mean", "group": "land"}, "land is no column of groups"),
        ({"method": "linear"}, "name the column of years"),
        ({"method": "multiple"}, "needs a random generator"),
        ({"method": "row_mean", "within": 7}, "within 7 is no node or level"),
        ({"method": "row_mean", "within": "nowhere"}, "within 'nowhere' is no node"),
    ],
)
def test_imputing_refuses_what_it_has_no_means_for(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(BadUse, match=message):
        fill(**choices)


def test_imputing_along_years_refuses_times_that_are_no_numbers() -> None:
    with pytest.raises(BadUse, match="time 'spring' is no number"):
        fill(times=("2018", "spring", "2020"), method="carried")


def test_a_node_fills_the_indicators_below_it_and_no_others() -> None:
    found = fill(method="row_mean", within="p")
    assert found[1, 0] == 3.0 and found[2, 1] == 10.0 and np.isnan(found[2, 2])
    assert filled(VALUES, found).sum() == 2


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"method": "carried"}, [NAN, 4.0, 4.0]),
        ({"method": "carried", "ends": "nearest"}, [4.0, 4.0, 4.0]),
        ({"method": "linear"}, [4.0, 4.0, 4.0]),
        ({"method": "linear", "ends": "leave"}, [NAN, 4.0, NAN]),
        ({"method": "linear", "at_most": 1}, [4.0, 4.0, NAN]),
    ],
)
def test_what_becomes_of_the_years_before_and_after_the_observed_ones(
    choices: dict[str, Any], expected: list[float]
) -> None:
    values = np.array([[NAN] * 3, [4.0] * 3, [NAN] * 3])
    found = fill(values, ("2018", "2019", "2021"), **choices)
    assert found[:, 0] == pytest.approx(expected, nan_ok=True)


def test_the_order_of_rows_in_a_panel_does_not_matter() -> None:
    values = np.array([[NAN] * 3, [4.0] * 3, [8.0] * 3])
    found = fill(values, ("2020", "2021", "2018"), method="linear")
    assert found[0, 0] == pytest.approx(8 - 4 * 2 / 3)


def test_each_replica_has_its_own_draw_and_its_own_gaps() -> None:
    values = np.stack([VALUES, np.where(np.isnan(VALUES), 2.0, VALUES), VALUES])
    found = fill(values, rng=np.random.default_rng(3), method="multiple", predictors=1)
    assert found.shape == values.shape and np.array_equal(found[1], values[1])
    assert found[0, 1, 0] != found[2, 1, 0]


def test_treating_and_normalising_refuse_indicators_that_are_not_there() -> None:
    step = TreatOutliers.model_validate({"step": "treat", "only": ["v"], "each": {"w": {"force": True}}})
    with pytest.raises(BadUse, match="step treat: no such indicator: v, w"):
        treat_outliers(VALUES, ("x", "y", "z"), step)
    scale = Normalise.model_validate({"step": "normalise", "method": "rank", "each": {"w": {"method": "rank"}}})
    with pytest.raises(BadUse, match="step normalise: no such indicator: w"):
        normalise_table(VALUES, SPEC, ("x", "y", "z"), scale, table())


def test_only_the_named_indicators_are_treated() -> None:
    values = np.tile(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100])[:, None], (1, 2))
    found = treat_outliers(values, ("x", "y"), TreatOutliers(step="treat", only=("y",)))
    assert found.n_winsorised.tolist() == [0, 1] and found.passed.tolist() == [False, True]


def test_a_range_in_each_goes_before_the_indicators_and_that_before_the_steps() -> None:
    indicators = (
        IndexIndicator(code="x", parent="p", range=(0, 5)),
        IndexIndicator(code="y", parent="p", range=(0, 5)),
        IndexIndicator(code="z", parent="q"),
    )
    spec = SPEC.model_copy(update={"indicators": indicators})
    each = {"y": {"method": "min_max", "range": (2, 3)}}
    step = Normalise.model_validate({"step": "normalise", "method": "min_max", "range": (1, 9), "each": each})
    found = normalise_table(np.array([[0.0] * 3, [1.0] * 3]), spec, ("x", "y", "z"), step, table())
    assert found.tolist() == [[0.0, 2.0, 1.0], [5.0, 3.0, 9.0]]
    with pytest.raises(BadUse, match="range 9 to 1 does not rise"):
        normalise_table(VALUES, SPEC, ("x", "y", "z"), step.model_copy(update={"range": (9, 1), "each": {}}), table())


def test_z_scores_are_cut_off_where_a_range_and_a_cap_are_given() -> None:
    step = Normalise(step="normalise", method="z_score", centre=50, spread=15, range=(40, 60), cap=True)
    found = normalise_table(np.array([[0.0], [1.0], [2.0]]), SPEC, ("x",), step, table())
    assert found[:, 0].tolist() == [40.0, 50.0, 60.0]
