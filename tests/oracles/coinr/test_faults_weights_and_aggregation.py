"""Faults that COINr 1.1.14 has in weighting and aggregating, each with what is right. No reference data needed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.errors import BadInput
from dynapolis.index.combining.combine import combine
from dynapolis.index.weighting.weights import weigh_children, weights_below
from dynapolis.model.composite import AggregateChoice, CompositeSpec, WeightChoice

FloatArray = NDArray[np.float64]
COPELAND = AggregateChoice(method="copeland")
GAPS = np.array(
    [
        [3.0, np.nan, 5.0, 1.0],
        [2.0, 4.0, np.nan, np.nan],
        [np.nan, 1.0, 2.0, 7.0],
        [1.0, 6.0, 5.0, 2.0],
        [5.0, np.nan, np.nan, 3.0],
    ]
)
WEIGHTS = np.array([1.0, 2.0, 0.5, 1.2])


def tree(*codes: str, method: str = "arithmetic") -> CompositeSpec:
    return CompositeSpec.model_validate(
        {
            "index": "small",
            "nodes": [{"code": "Index"}],
            "indicators": [{"code": code, "parent": "Index"} for code in codes],
            "steps": [{"step": "aggregate", "method": method}],
        }
    )


def test_copeland_is_called_like_every_other_rule() -> None:
    """COINr's documented call ``Aggregate(f_ag = "a_copeland")`` stops with an unused argument."""
    values = np.array([[3.0, 1.0, 2.0], [2.0, 2.0, 1.0], [1.0, 3.0, 0.0]])
    assert combine(values, np.ones(3), COPELAND).tolist() == [2.0, 0.0, -2.0]


def test_copeland_with_gaps_does_not_depend_on_the_order_of_units() -> None:
    """In COINr an unknown comparison counts for the unit that stands lower in the table."""
    found = combine(GAPS, WEIGHTS, COPELAND)
    rng = np.random.default_rng(1)
    for _ in range(20):
        order = rng.permutation(len(GAPS))
        assert (combine(GAPS[order], WEIGHTS, COPELAND) == found[order]).all()
    assert found.sum() == 0  # every win is another's loss


def test_copeland_with_gaps_compares_two_units_by_the_indicators_both_have() -> None:
    """Counted by hand: the first two share indicator 1 (3 > 2); the last two share 1 and 4 (5 > 1, 3 > 2)."""
    assert combine(GAPS[:2], WEIGHTS, COPELAND).tolist() == [1.0, -1.0]
    assert combine(GAPS[3:], WEIGHTS, COPELAND).tolist() == [-1.0, 1.0]
    nothing_shared = np.array([[1.0, np.nan], [np.nan, 2.0]])
    assert combine(nothing_shared, np.ones(2), COPELAND).tolist() == [0.0, 0.0]


def test_a_power_mean_with_one_gap_is_that_of_the_others() -> None:
    """COINr sums over the gap and gives NA."""
    choice = AggregateChoice(method="power", power=2)
    values = np.array([[1.0, np.nan, 7.0], [1.0, 4.0, 7.0]])
    found = combine(values, np.array([1.0, 9.0, 1.0]), choice)
    assert found[0] == pytest.approx(5.0)
    assert found[1] == pytest.approx(np.sqrt((1 + 9 * 16 + 49) / 11))


def opposed_scores() -> FloatArray:
    """Three children that go together and one that runs against them: exact balance needs a negative weight."""
    rng = np.random.default_rng(8)
    common = rng.normal(size=(60, 1))
    return np.hstack([common + 0.3 * rng.normal(size=(60, 3)), -common + 0.8 * rng.normal(size=(60, 1))]) + 50


@pytest.mark.parametrize("method", ["balance", "infomax"])
def test_optimised_weights_are_never_negative_unless_allowed(method: str) -> None:
    """COINr's balancing of the ASEM pillars gives one of them −0.19."""
    scores, spec = opposed_scores(), tree("a", "b", "c", "d")
    choice = WeightChoice.model_validate({"method": method})
    found = weights_below("Index", scores, spec, choice)
    assert (found >= 0).all() and found.sum() == pytest.approx(1)


def test_a_balance_that_needs_a_negative_weight_gets_it_only_when_asked() -> None:
    rng = np.random.default_rng(3)
    a, b, c = rng.normal(size=(3, 80))
    scores = np.stack([a, a + 0.2 * b, a + 0.2 * c, a + 0.2 * b + 0.2 * c + 0.05 * rng.normal(size=80)], axis=1)
    spec = tree("a", "b", "c", "d")
    free = weigh_children("Index", scores, spec, WeightChoice(method="balance", allow_negative=True))
    bound = weigh_children("Index", scores, spec, WeightChoice(method="balance"))
    assert free.weights.min() < 0 and bound.weights.min() >= 0
    assert free.details["correlations"] == pytest.approx(free.details["correlations"][0], abs=1e-9)
    assert free.details["objective"] < bound.details["objective"]


def test_negative_loadings_are_refused_by_name_unless_allowed() -> None:
    """COINr writes them into the weights without a word."""
    scores, spec = opposed_scores(), tree("a", "b", "c", "against")
    with pytest.raises(BadInput, match=r"against: found -0\.\d+; expected 0 or more"):
        weights_below("Index", scores, spec, WeightChoice(method="pca"))
    allowed = weights_below("Index", scores, spec, WeightChoice(method="pca", allow_negative=True))
    assert allowed[3] < 0 < allowed[:3].min()
    squared = weights_below("Index", scores, spec, WeightChoice(method="pca", components=1))
    assert squared.min() > 0 and squared.sum() == pytest.approx(1)
