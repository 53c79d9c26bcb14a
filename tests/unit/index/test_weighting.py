"""Weights counted by hand (those the handbook prints), a published table, refusals, and cases at the edge."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.errors import BadInput, BadUse
from dynapolis.index.combining.combine import combine
from dynapolis.index.weighting.benefit_of_doubt import benefit_of_doubt
from dynapolis.index.weighting.effective import effective_weights
from dynapolis.index.weighting.experts import analytic_hierarchy
from dynapolis.index.weighting.principal_components import weights_of_factors
from dynapolis.index.weighting.weights import weigh_children, weights_below
from dynapolis.model.composite import AggregateChoice, CompositeSpec, WeightChoice

FloatArray = NDArray[np.float64]
DOCS = Path(__file__).parents[3] / "docs"


def tree(n: int = 3, **aggregate: Any) -> CompositeSpec:
    return CompositeSpec.model_validate(
        {
            "index": "small",
            "nodes": [{"code": "Index"}],
            "indicators": [{"code": code, "parent": "Index"} for code in "abcdefgh"[:n]],
            "steps": [{"step": "aggregate", "method": "arithmetic", **aggregate}],
        }
    )


def scores_with(correlation: FloatArray, deviation: FloatArray, n: int = 40) -> FloatArray:
    """Scores that have exactly these correlations and deviations."""
    raw = np.random.default_rng(4).normal(size=(n, len(deviation)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    return 50 + white @ np.linalg.cholesky(correlation).T * deviation


TWINS = np.array([[1.0, 0.8, 0.2], [0.8, 1.0, 0.2], [0.2, 0.2, 1.0]])
LIKE_TWINS = scores_with(TWINS, np.ones(3))
SPREADS = np.array([[0.0, 2.0, 0.0], [1.0, 4.0, 2.0], [2.0, 6.0, 0.0]])
SHARES = np.array([[1.0, 1.0, 0.0], [1.0, 3.0, 8.0]])
NOTHING = np.zeros((1, 3))
EXPERTS = ({"a": 50.0, "b": 30.0, "c": 20.0}, {"a": 40.0, "b": 40.0, "c": 20.0}, {"a": 60.0, "b": 20.0, "c": 20.0})
COMPARED = ((1.0, 3.0, 5.0), (1 / 3, 1.0, 2.0), (1 / 5, 1 / 2, 1.0))


def choice(method: str, **more: Any) -> WeightChoice:
    return WeightChoice.model_validate({"method": method, **more})


BY_HAND: list[tuple[str, WeightChoice, FloatArray, list[float]]] = [
    ("given", choice("given", values={"a": 2.0}), NOTHING, [0.5, 0.25, 0.25]),
    ("equal", choice("equal"), NOTHING, [1 / 3, 1 / 3, 1 / 3]),
    ("pca", choice("pca"), LIKE_TWINS, [0.4082, 0.4082, 0.1835]),
    ("pca, components: 1", choice("pca", components=1), LIKE_TWINS, [0.4541, 0.4541, 0.0918]),
    ("balance", choice("balance"), LIKE_TWINS, [4 / 15, 4 / 15, 7 / 15]),
    ("infomax", choice("infomax"), LIKE_TWINS, [1 / 3, 1 / 3, 1 / 3]),
    ("entropy", choice("entropy"), SHARES, [0.0, 0.1588, 0.8412]),
    ("critic", choice("critic"), SPREADS, [0.2321, 0.2321, 0.5359]),
    ("budget_allocation", choice("budget_allocation", experts=EXPERTS), NOTHING, [0.5, 0.3, 0.2]),
    ("ahp", choice("ahp", comparisons=COMPARED), NOTHING, [0.6483, 0.2297, 0.1220]),
]


@pytest.mark.parametrize(("name", "how", "scores", "expected"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_weights_are_those_counted_by_hand(
    name: str, how: WeightChoice, scores: FloatArray, expected: list[float]
) -> None:
    found = weights_below("Index", scores, tree(), how)
    assert found == pytest.approx(expected, abs=5.1e-5) and found.sum() == pytest.approx(1)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_handbook_prints_these_weights(lang: str) -> None:
    text = (DOCS / lang / "method" / "composite" / "weight.md").read_text(encoding="utf-8")
    for name, _, _, expected in BY_HAND:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |") and line.count("|") == 6)
        printed = [float(cell) for cell in re.findall(r"(?<=\| )[\d.]+(?= \|)", row)]
        assert printed == pytest.approx(expected, abs=5.1e-5), name


def test_a_child_that_spreads_twice_as_far_gets_half_the_weight_for_the_same_influence() -> None:
    scores = scores_with(np.array([[1.0, 0.3], [0.3, 1.0]]), np.array([10.0, 20.0]))
    for method in ("balance", "infomax"):
        found = weigh_children("Index", scores, tree(2), choice(method))
        assert found.weights == pytest.approx([2 / 3, 1 / 3])
        assert found.details["correlations"] == pytest.approx([np.sqrt(0.65)] * 2)


def test_balance_reaches_the_importances_it_is_asked_for() -> None:
    scores = scores_with(TWINS, np.array([1.0, 2.0, 3.0]))
    found = weigh_children("Index", scores, tree(), choice("balance", values={"a": 3.0, "b": 3.0, "c": 2.0}))
    reached = found.details["correlations"]
    assert reached / reached.sum() == pytest.approx([3 / 8, 3 / 8, 2 / 8])
    assert found.details["objective"] == pytest.approx(0, abs=1e-18)


@pytest.mark.parametrize("method", ["geometric", "harmonic", "mean_min"])
def test_balance_under_another_mean_is_searched_and_nearer_than_that_of_the_arithmetic_one(method: str) -> None:
    scores = np.exp(scores_with(TWINS, np.array([0.5, 0.8, 1.0])) / 25)
    rule = AggregateChoice.model_validate({"method": method})
    for aim in ("balance", "infomax"):
        found = weigh_children("Index", scores, tree(method=method), choice(aim))
        assert (found.weights >= 0).all() and found.weights.sum() == pytest.approx(1)
        start = weights_below("Index", scores, tree(), choice(aim))

        def told(weights: FloatArray) -> FloatArray:
            whole = combine(scores, weights, rule)
            return np.array([np.corrcoef(column, whole)[0, 1] for column in scores.T])

        assert found.details["correlations"] == pytest.approx(told(found.weights), abs=1e-9)
        if aim == "balance":
            assert np.ptp(told(found.weights)) < 1e-4 < np.ptp(told(start))
        else:
            assert told(found.weights).sum() >= told(start).sum()


def test_squared_loadings_are_those_of_the_oecd_handbook_s_example() -> None:
    """Technology Achievement Index, table 17 of the handbook: rotated loadings of four factors, printed to 2 digits,
    and the squares scaled within factors (Patents 0.67, Internet 0.24, Electricity 0.25, Schooling 0.29, …)."""
    loadings = np.array(
        [
            [0.07, 0.97, 0.06, 0.06],
            [0.13, 0.07, -0.07, 0.93],
            [0.79, -0.21, 0.21, 0.42],
            [-0.64, 0.56, -0.04, 0.36],
            [0.37, 0.17, 0.38, 0.68],
            [0.82, -0.04, 0.25, 0.35],
            [0.88, 0.23, -0.09, 0.09],
            [0.08, 0.04, 0.96, 0.04],
        ]
    )
    explained = (loadings**2).sum(axis=0)
    assert explained == pytest.approx([2.64, 1.39, 1.19, 1.76], abs=0.02)
    factor = (loadings**2).argmax(axis=1)
    within = (loadings**2).max(axis=1) / explained[factor]
    assert within[[0, 2, 5, 6]] == pytest.approx([0.67, 0.24, 0.25, 0.29], abs=0.011)
    theirs = within * (explained / explained.sum())[factor]
    ours = weights_of_factors(loadings)
    assert ours / ours.sum() == pytest.approx(theirs / theirs.sum())


# People.


def test_budgets_have_their_spread_and_an_expert_who_gives_nothing_here_does_not_count() -> None:
    silent = (*EXPERTS, {"a": 0.0})
    found = weigh_children("Index", NOTHING, tree(), choice("budget_allocation", experts=silent))
    assert found.weights == pytest.approx([0.5, 0.3, 0.2])
    assert found.details["spread"] == pytest.approx([0.1, 0.1, 0.0])
    assert found.details["low"] == pytest.approx([0.4, 0.2, 0.2])
    assert found.details["high"] == pytest.approx([0.6, 0.4, 0.2])


def test_budgets_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInput, match="expert 2, b: found -1; expected 0 or more points"):
        weights_below("Index", NOTHING, tree(), choice("budget_allocation", experts=({"a": 1.0}, {"b": -1.0})))
    with pytest.raises(BadInput, match="no expert who gives points"):
        weights_below("Index", NOTHING, tree(), choice("budget_allocation", experts=({"a": 0.0},)))
    with pytest.raises(BadInput, match="experts: found 'z'; expected the code of an indicator or node"):
        weights_below("Index", NOTHING, tree(), choice("budget_allocation", experts=({"z": 1.0},)))


def test_the_consistency_ratio_is_saaty_s() -> None:
    """Counted by hand: of three, the eigenvector is that of the geometric means of the rows."""
    found = analytic_hierarchy(np.array(COMPARED))
    rows = np.array([15 ** (1 / 3), (2 / 3) ** (1 / 3), 0.1 ** (1 / 3)])
    assert found.weights == pytest.approx(rows / rows.sum())
    assert found.greatest == pytest.approx(3.0037, abs=5e-5)
    assert found.consistency_ratio == pytest.approx((found.greatest - 3) / 2 / 0.58)


def test_comparisons_that_contradict_each_other_are_refused_above_a_tenth_or_told() -> None:
    circle = ((1.0, 3.0, 1 / 3), (1 / 3, 1.0, 3.0), (3.0, 1 / 3, 1.0))
    with pytest.raises(BadInput, match=r"found a consistency ratio of 1\.149; expected at most 0\.1"):
        weights_below("Index", NOTHING, tree(), choice("ahp", comparisons=circle))
    told = weigh_children("Index", NOTHING, tree(), choice("ahp", comparisons=circle, max_inconsistency=None))
    assert told.weights == pytest.approx(1 / 3) and told.details["consistency_ratio"] > 1


@pytest.mark.parametrize(
    ("comparisons", "told"),
    [
        (((1.0, 2.0), (0.5, 1.0)), "found 2 rows; expected 3"),
        (((1.0, 2.0, 1.0), (2.0, 1.0, 1.0), (1.0, 1.0, 1.0)), "row 1, column 2: found 2 and 2 across the diagonal"),
        (((1.0, 0.0, 1.0), (2.0, 1.0, 1.0), (1.0, 1.0, 1.0)), "a number that is not above 0"),
    ],
)
def test_comparisons_that_are_none_are_refused(comparisons: Any, told: str) -> None:
    with pytest.raises((BadInput, BadUse), match=told):
        weights_below("Index", NOTHING, tree(), choice("ahp", comparisons=comparisons))


def test_more_children_than_random_indices_are_known_for_are_refused() -> None:
    with pytest.raises(BadUse, match="found 16 children; expected at most 15"):
        analytic_hierarchy(np.ones((16, 16)))


# Given.


def test_given_weights_that_are_none_are_refused() -> None:
    with pytest.raises(BadInput, match="weights that add up to 0"):
        weights_below("Index", NOTHING, tree(), choice("given", values={"a": 0, "b": 0, "c": 0}))
    with pytest.raises(BadInput, match="b: found -1; expected 0 or more"):
        weights_below("Index", NOTHING, tree(), choice("given", values={"b": -1.0}))
    with pytest.raises(BadInput, match="values: found 'x'"):
        weights_below("Index", NOTHING, tree(), choice("given", values={"x": 1.0}))
    kept = weights_below("Index", NOTHING, tree(), choice("given", values={"b": -1.0}, allow_negative=True))
    assert kept.tolist() == [1.0, -1.0, 1.0]


def test_effective_weights_multiply_on_the_way_down() -> None:
    spec = CompositeSpec.model_validate(
        {
            "index": "small",
            "nodes": [{"code": "Index"}, {"code": "A", "parent": "Index"}, {"code": "B", "parent": "Index"}],
            "indicators": [
                *({"code": code, "parent": "A"} for code in ("a1", "a2", "a3")),
                {"code": "b1", "parent": "B"},
                {"code": "aside"},
            ],
            "steps": [{"step": "aggregate", "method": "arithmetic"}],
        }
    )
    weights = {"Index": np.array([[3.0, 2.0], [1.0, 3.0]]), "A": np.ones(3), "B": np.array([7.0])}
    found = effective_weights(spec, weights)
    assert found["a2"] == pytest.approx([0.2, 1 / 12]) and found["b1"] == pytest.approx([0.4, 0.75])
    assert found["Index"] == 1 and "aside" not in found


# Benefit of the doubt.

CITIES = np.array([[80.0, 20.0], [60.0, 60.0], [40.0, 50.0]])


def test_benefit_of_the_doubt_is_that_counted_by_hand() -> None:
    """The third city does best with all weight on the second child, where the second city sets the mark: 50 / 60.

    With at least a quarter on each: (40 + 3 × 50) / 4 over the second city's 60.
    """
    assert benefit_of_doubt(CITIES).scores == pytest.approx([1, 1, 50 / 60])
    assert benefit_of_doubt(CITIES).shares[2] == pytest.approx([0, 1])
    bound = benefit_of_doubt(CITIES, least=0.25)
    assert bound.scores == pytest.approx([1, 1, 47.5 / 60])
    assert bound.shares[2] == pytest.approx([0.25, 0.75])
    assert benefit_of_doubt(CITIES, most=0.75).scores == pytest.approx(bound.scores)


def test_benefit_of_the_doubt_goes_with_a_weighted_sum_alone() -> None:
    spec = tree(2, method="weighted_sum")
    found = weigh_children("Index", CITIES, spec, choice("benefit_of_doubt"))
    assert found.weights.shape == (3, 2)
    scores = combine(CITIES, found.weights, AggregateChoice(method="weighted_sum"))
    assert scores == pytest.approx(found.details["scores"])
    with pytest.raises(BadUse, match="benefit_of_doubt with arithmetic aggregation; expected weighted_sum"):
        weights_below("Index", CITIES, tree(2), choice("benefit_of_doubt"))


def test_gaps_get_no_weight_and_units_without_anything_no_score() -> None:
    values = np.array([[0.0, 5.0], [np.nan, 2.0], [np.nan, np.nan], [4.0, np.nan]])
    found = benefit_of_doubt(values)
    assert found.scores == pytest.approx([1.0, 0.4, np.nan, 1.0], nan_ok=True)
    assert found.weights[1, 0] == 0 and found.weights[3, 1] == 0 and not found.weights[2].any()
    nobody = benefit_of_doubt(np.zeros((2, 2)))
    assert nobody.scores.tolist() == [0.0, 0.0] and np.isfinite(nobody.weights).all()


def test_replicas_of_benefit_of_the_doubt_are_each_as_alone() -> None:
    many = np.stack([CITIES, CITIES[::-1] + 1])
    found = benefit_of_doubt(many, least=0.1)
    for place in range(2):
        assert found.scores[place] == pytest.approx(benefit_of_doubt(many[place], least=0.1).scores)


def test_bounds_that_no_weights_keep_and_scores_below_nought_are_refused() -> None:
    with pytest.raises(BadUse, match=r"at least 0\.6 and at most 1 for each of 2 children"):
        benefit_of_doubt(CITIES, least=0.6)
    with pytest.raises(BadUse, match="expected none below 0"):
        benefit_of_doubt(-CITIES)
    with pytest.raises(BadInput, match="a: found the score -80"):
        weights_below("Index", -CITIES, tree(2, method="weighted_sum"), choice("benefit_of_doubt"))


# Edges.


@pytest.mark.parametrize("method", ["pca", "balance", "infomax", "entropy", "critic"])
def test_where_there_is_nothing_to_go_by_weights_are_equal(method: str) -> None:
    for scores in (np.full((6, 3), 7.0), np.array([[1.0, 2.0, 3.0]]), np.full((4, 3), np.nan)):
        assert weights_below("Index", scores, tree(), choice(method)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("method", ["pca", "balance", "infomax", "entropy", "critic"])
def test_an_only_child_has_all_the_weight(method: str) -> None:
    scores = np.array([[1.0], [2.0], [5.0]])
    assert weights_below("Index", scores, tree(1), choice(method)).tolist() == [1.0]


def test_twins_share_what_one_of_them_would_get() -> None:
    """The second child is the first again: correlations are the same however the two share."""
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(2, 50))
    found = weights_below("Index", np.stack([a, a, b], axis=1), tree(), choice("balance"))
    alone = weights_below("Index", np.stack([a, b], axis=1), tree(2), choice("balance"))
    assert found[0] == pytest.approx(found[1]) and found[0] + found[1] == pytest.approx(alone[0])


def test_more_components_than_children_are_refused() -> None:
    with pytest.raises(BadUse, match="found components: 4; expected at most 3"):
        weights_below("Index", LIKE_TWINS, tree(), choice("pca", components=4))
    several = weights_below("Index", LIKE_TWINS, tree(), choice("pca", components=2))
    assert (several > 0).all() and several.sum() == pytest.approx(1)


def test_importances_that_are_none_are_refused() -> None:
    with pytest.raises(BadUse, match="found importances"):
        weights_below("Index", LIKE_TWINS, tree(), choice("balance", values={"a": -1.0}))
