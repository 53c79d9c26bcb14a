"""Scores counted by hand (those the handbook prints), refusals, and cases at the edge."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.errors import BadInput, BadUse
from dynapolis.index.combining import outranking
from dynapolis.index.combining.choice import choice_of_means
from dynapolis.index.combining.combine import combine
from dynapolis.index.combining.domain import Labels
from dynapolis.index.combining.kemeny import MOST_IN_A_CIRCLE, mean_places
from dynapolis.index.combining.outranking import outranking_shares
from dynapolis.model.composite import Aggregate, AggregateChoice, CompositeSpec

FloatArray = NDArray[np.float64]
DOCS = Path(__file__).parents[3] / "docs"
ALBA, BRUN, COLE = [80.0, 20.0, 50.0], [60.0, 60.0, 40.0], [40.0, 50.0, np.nan]
CITIES, WEIGHTS = np.array([ALBA, BRUN, COLE]), np.array([2.0, 1.0, 1.0])


def rule(method: str, **more: object) -> AggregateChoice:
    return AggregateChoice.model_validate({"method": method, **more})


BY_HAND = [
    (rule("arithmetic"), [57.5, 55.0, 130 / 3]),
    (rule("geometric"), [(80**2 * 20 * 50) ** 0.25, (60**3 * 40) ** 0.25, (40**2 * 50) ** (1 / 3)]),
    (rule("harmonic"), [4 / 0.095, 4 / 0.075, 3 / 0.07]),
    (rule("power", power=2), [3925**0.5, 3100**0.5, 1900**0.5]),
    (rule("copeland"), [2, 0, -2]),
    (rule("borda_count"), [3 / 4 + 2 / 3, 1 / 4 + 1, 1 / 3]),
    (rule("kemeny"), [2, 1, 0]),
    (rule("mazziotta_pareto"), [57.5 - 618.75 / 57.5, 55 - 75 / 55, 130 / 3 - (200 / 9) / (130 / 3)]),
    (rule("mean_min", alpha=0.5, beta=0), [57.5 - 37.5 / 2, 55 - 15 / 2, 130 / 3 - (10 / 3) / 2]),
]


@pytest.mark.parametrize(("choice", "expected"), BY_HAND, ids=[choice.method for choice, _ in BY_HAND])
def test_scores_of_three_cities_are_those_counted_by_hand(choice: AggregateChoice, expected: list[float]) -> None:
    assert combine(CITIES, WEIGHTS, choice) == pytest.approx(expected)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_handbook_prints_these_scores(lang: str) -> None:
    text = (DOCS / lang / "method" / "composite" / "aggregate.md").read_text(encoding="utf-8")
    for choice, expected in BY_HAND:
        row = next(
            line for line in text.splitlines() if line.startswith(f"| `{choice.method}` |") and line.count("|") == 5
        )
        printed = [float(cell.replace("−", "-")) for cell in re.findall(r"(?<=\| )[−\d.]+(?= \|)", row)]
        assert printed == pytest.approx(expected, abs=0.0051), choice.method


def test_mazziotta_and_pareto_s_own_scales_are_counted_by_hand() -> None:
    """Two units, two children: on 70 to 130 they get (130, 70) and (70, 130); mean 100, variance 900, so 100 ∓ 9."""
    values = np.array([[5.0, 1.0], [3.0, 9.0]])
    assert combine(values, np.ones(2), rule("mazziotta_pareto", standardised="range_70_130")).tolist() == [91.0, 91.0]
    plus = rule("mazziotta_pareto", standardised="range_70_130", sign="+")
    assert combine(values, np.ones(2), plus).tolist() == [109.0, 109.0]
    # Deviations of 1 from the mean of 4, and of 4 from 5: 100 ± 10 each; variance 100, so 100 − 1.
    original = rule("mazziotta_pareto", standardised="mean_100_sd_10")
    assert combine(values, np.ones(2), original) == pytest.approx([99.0, 99.0])


# Refusals.


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_a_mean_of_scores_at_or_below_nought_is_refused_with_unit_and_child(method: str) -> None:
    values = np.array([[1.0, 0.0], [5.0, 2.0], [-3.5, np.nan]])
    labels = Labels("Index", ("DEU", "FRA", "KOR"), ("x", "y"))
    with pytest.raises(BadInput) as refused:
        combine(values, np.ones(2), rule(method), labels)
    told = str(refused.value)
    assert "2 faults" in told
    assert "scores of Index, unit DEU, y: found 0; expected scores above 0; normalise" in told
    assert "scores of Index, unit KOR, x: found -3.5;" in told


def test_a_refusal_says_in_how_many_replicas() -> None:
    values = np.array([[[1.0, 2.0]], [[1.0, -1.0]], [[1.0, -2.0]]])
    with pytest.raises(BadInput, match=r"unit row 1, column 2: found -2 \(in 2 of 3 replicas\)"):
        combine(values, np.ones(2), rule("geometric"))


def test_a_score_of_nought_that_weighs_nothing_is_not_refused() -> None:
    assert combine(np.array([[4.0, 0.0]]), np.array([1.0, 0.0]), rule("geometric")) == pytest.approx(4.0)


@pytest.mark.parametrize("exponent", [2, 0.5])
def test_power_means_above_nought_refuse_scores_below(exponent: float) -> None:
    choice = rule("power", power=exponent)
    assert combine(np.array([[0.0, 0.0]]), np.ones(2), choice).tolist() == [0.0]
    with pytest.raises(BadInput, match="expected scores not below 0"):
        combine(np.array([[3.0, -1.0]]), np.ones(2), choice)


def test_mazziotta_and_pareto_refuse_scores_whose_mean_is_not_above_nought() -> None:
    """3 and −1: mean 1, variance 4, so 1 − 4 / 1. Of 1 and −1 the fine has no size."""
    choice = rule("mazziotta_pareto")
    assert combine(np.array([[3.0, -1.0], [0.0, 0.0]]), np.ones(2), choice).tolist() == [-3.0, 0.0]
    with pytest.raises(BadInput, match=r"unit row 1, column 2: found -1; expected scores whose mean is above 0"):
        combine(np.array([[1.0, -1.0]]), np.ones(2), choice)


def test_a_power_mean_without_its_exponent_is_refused() -> None:
    with pytest.raises(BadUse, match="found power None; expected a finite number"):
        combine(CITIES, WEIGHTS, rule("power"))


@pytest.mark.parametrize("method", ["geometric", "copeland", "borda_count", "mean_min"])
def test_negative_weights_are_refused_but_by_the_arithmetic_mean(method: str) -> None:
    weights = np.array([2.0, -0.5, 1.0])
    with pytest.raises(BadInput, match=r"weights of Index, b: found -0\.5; expected 0 or more"):
        combine(CITIES, weights, rule(method), Labels("Index", children=("a", "b", "c")))
    assert combine(CITIES, weights, rule("arithmetic"))[0] == pytest.approx((160 - 10 + 50) / 2.5)


def test_kemeny_s_rule_is_refused_where_too_many_units_go_in_a_circle() -> None:
    n = MOST_IN_A_CIRCLE + 1
    with pytest.raises(BadUse, match=rf"{n} units beat or tie one another in circles.*Use copeland or borda_count"):
        combine(np.ones((n, 2)), np.ones(2), rule("kemeny"))
    # As many units as one likes, where no circle is large.
    many = np.arange(200.0)[:, None] + np.array([0.0, 0.2])
    assert combine(many, np.ones(2), rule("kemeny")).tolist() == list(range(200))


def test_a_condorcet_circle_is_shared_and_what_it_beats_comes_after() -> None:
    """Rock, paper, scissors and a loser: the three share the mean of places 0 to 2."""
    circle = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    shares = outranking_shares(circle, np.ones(3))
    assert shares[0, 1] == pytest.approx(2 / 3) and shares[3].tolist() == [0, 0, 0, 0.5]
    assert mean_places(shares).tolist() == [1.0, 1.0, 1.0, 3.0]
    assert combine(circle, np.ones(3), rule("copeland")).tolist() == [1.0, 1.0, 1.0, -3.0]


# Edges.


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "mazziotta_pareto", "mean_min"])
def test_one_unit_alone_has_its_mean_or_less(method: str) -> None:
    found = combine(np.array([[4.0, 9.0]]), np.ones(2), rule(method))
    assert found.shape == (1,) and 4 <= found[0] <= 6.5


@pytest.mark.parametrize("method", ["copeland", "borda_count", "kemeny"])
def test_one_unit_alone_beats_nobody(method: str) -> None:
    assert combine(np.array([[4.0, 9.0]]), np.ones(2), rule(method)).tolist() == [0.0]
    assert combine(np.empty((0, 2)), np.ones(2), rule(method)).shape == (0,)


@pytest.mark.parametrize("choice", [choice for choice, _ in BY_HAND], ids=[choice.method for choice, _ in BY_HAND])
def test_a_unit_without_any_child_has_no_score(choice: AggregateChoice) -> None:
    found = combine(np.vstack([CITIES, [np.nan] * 3]), WEIGHTS, choice)
    assert np.isnan(found[3]) and found[:3] == pytest.approx(combine(CITIES, WEIGHTS, choice))


def test_least_available_counts_children_or_their_weight() -> None:
    """The third city has two of three children, which carry three quarters of the weight."""
    by_number = rule("arithmetic", least_available=0.7)
    by_weight = rule("arithmetic", least_available=0.7, available_by="weight")
    assert np.isnan(combine(CITIES, WEIGHTS, by_number)).tolist() == [False, False, True]
    assert not np.isnan(combine(CITIES, WEIGHTS, by_weight)).any()
    exactly = rule("arithmetic", least_available=0.75, available_by="weight")
    assert not np.isnan(combine(CITIES, WEIGHTS, exactly)).any()


def test_a_weighted_sum_takes_the_weights_of_each_unit_as_they_are() -> None:
    weights = np.array([[0.5, 0.0, 0.0], [0.0, 2.0, 0.0], [1.0, 1.0, 1.0]])
    assert combine(CITIES, weights, rule("weighted_sum")).tolist() == [40.0, 120.0, 90.0]


def test_the_rule_of_a_node_is_its_own_before_that_of_its_level_before_that_of_all() -> None:
    step = Aggregate.model_validate(
        {
            "step": "aggregate",
            "method": "arithmetic",
            "levels": {2: {"method": "geometric"}},
            "each": {"B": {"method": "harmonic"}},
        }
    )
    spec = CompositeSpec.model_validate(
        {
            "index": "small",
            "nodes": [{"code": "Index"}, {"code": "A", "parent": "Index"}, {"code": "B", "parent": "Index"}],
            "indicators": [{"code": "a", "parent": "A"}, {"code": "b", "parent": "B"}],
            "steps": [step],
        }
    )
    found = {node: choice_of_means(step, spec, node).method for node in spec.upwards}
    assert found == {"A": "geometric", "B": "harmonic", "Index": "arithmetic"}
    assert choice_of_means(None, spec, "A").method == "arithmetic"


def test_pairs_are_made_in_blocks_and_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    values = rng.integers(0, 5, size=(4, 23, 3)).astype(float)
    values[rng.random(values.shape) < 0.2] = np.nan
    whole = [combine(values, np.ones(3), rule(method)) for method in ("copeland", "borda_count")]
    for pairs in (1, 30, 24 * 24, 2 * 24 * 24):
        monkeypatch.setattr(outranking, "PAIRS_AT_ONCE", pairs)
        assert max(stop.stop - stop.start for _, stop in outranking._blocks(4, 23)) * 23 <= max(pairs, 23)
        for before, method in zip(whole, ("copeland", "borda_count"), strict=True):
            assert np.array_equal(combine(values, np.ones(3), rule(method)), before, equal_nan=True)


def test_two_sides_that_are_even_but_for_rounding_are_even() -> None:
    """0.1 + 0.2 is not 0.3 to a computer."""
    values = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert combine(values, np.array([0.1, 0.2, 0.3]), rule("copeland")).tolist() == [0.0, 0.0]
