"""Laws of every way to weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dynapolis.index.combining.combine import combine
from dynapolis.index.weighting.balance import balance, infomax
from dynapolis.index.weighting.benefit_of_doubt import benefit_of_doubt
from dynapolis.index.weighting.experts import analytic_hierarchy, budget_allocation
from dynapolis.index.weighting.moments import complete_moments
from dynapolis.index.weighting.principal_components import principal_components, squared_loadings, varimax
from dynapolis.index.weighting.quadratic import constrained_least_squares
from dynapolis.index.weighting.spread import critic_weights, entropy_weights
from dynapolis.model.composite import AggregateChoice

FloatArray = NDArray[np.float64]
laws = settings(max_examples=50, deadline=None)

WAYS = {
    "balance": lambda x: balance(x).weights,
    "infomax": lambda x: infomax(x).weights,
    "entropy": entropy_weights,
    "critic": critic_weights,
    "squared_loadings": lambda x: squared_loadings(x, 1) / squared_loadings(x, 1).sum(axis=-1, keepdims=True),
}
from_scores = pytest.mark.parametrize("way", WAYS, ids=str)


@st.composite
def score_tables(draw: st.DrawFn) -> FloatArray:
    """Scores of 8 to 30 units by a seed, any correlations, all from 1 to 100."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n, k = draw(st.integers(8, 30)), draw(st.integers(1, 6))
    raw = rng.normal(size=(n, k)) + draw(st.floats(-2, 2)) * rng.normal(size=(n, 1)) * rng.choice([-1.0, 1.0], size=k)
    low, high = raw.min(axis=0), raw.max(axis=0)
    return 1 + 99 * (raw - low) / (high - low)


@from_scores
@laws
@given(scores=score_tables())
def test_weights_add_up_to_one_and_none_is_negative(way: str, scores: FloatArray) -> None:
    found = WAYS[way](scores)
    assert found.shape == scores.shape[1:]
    assert (found >= 0).all() and found.sum() == pytest.approx(1)


@from_scores
@laws
@given(scores=score_tables(), data=st.data())
def test_permuting_units_or_children_permutes_the_weights(way: str, scores: FloatArray, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(len(scores))))
    children = list(data.draw(st.permutations(range(scores.shape[1]))))
    assert WAYS[way](scores[rows][:, children]) == pytest.approx(WAYS[way](scores)[children], abs=1e-7)


@from_scores
@laws
@given(scores=score_tables())
def test_a_child_that_is_equal_for_all_gets_nothing_and_all_equal_children_get_the_same(
    way: str, scores: FloatArray
) -> None:
    with_flat = np.column_stack([scores, np.full(len(scores), 42.0)])
    found = WAYS[way](with_flat)
    assert found[-1] == pytest.approx(0, abs=1e-12)
    assert found[:-1] == pytest.approx(WAYS[way](scores), abs=1e-7)
    if way != "squared_loadings":  # which leaves it to its caller
        assert WAYS[way](np.full((5, 4), 3.0)) == pytest.approx(0.25)


@from_scores
@laws
@given(scores=score_tables(), n=st.integers(1, 3))
def test_replicas_are_each_as_they_are_alone(way: str, scores: FloatArray, n: int) -> None:
    many = np.stack([scores**power for power in (1.0, 1.3, 0.7)[:n]])
    together = WAYS[way](many)
    for one, alone in zip(together, many, strict=True):
        assert one == pytest.approx(WAYS[way](alone), abs=1e-7)


@pytest.mark.parametrize("way", ["balance", "infomax", "critic", "squared_loadings"])
@laws
@given(scores=score_tables())
def test_a_row_with_a_gap_is_passed_over(way: str, scores: FloatArray) -> None:
    gap = np.concatenate([scores, np.full((1, scores.shape[1]), 7.0)])
    gap[-1, 0] = np.nan
    assert WAYS[way](gap) == pytest.approx(WAYS[way](scores), abs=1e-9)


# Balance.


@laws
@given(scores=score_tables(), data=st.data())
def test_free_balance_reaches_its_targets_exactly(scores: FloatArray, data: st.DataObject) -> None:
    k = scores.shape[1]
    target = data.draw(arrays(np.float64, k, elements=st.integers(1, 5).map(float)))
    moments = complete_moments(scores)
    assume(np.linalg.cond(moments.correlation) < 1e4)
    found = balance(scores, target=target, allow_negative=True)
    assume(abs(found.weights).max() < 1e3)
    assert found.correlations / found.correlations.sum() == pytest.approx(target / target.sum(), abs=1e-7)
    # The correlations told are those with the mean that the weights make.
    whole = combine(scores, found.weights, AggregateChoice(method="arithmetic"))
    measured = [np.corrcoef(column, whole)[0, 1] for column in scores.T]
    assert found.correlations == pytest.approx(measured, abs=1e-9)


@laws
@given(scores=score_tables(), seed=st.integers(0, 1000))
def test_no_other_weights_balance_better(scores: FloatArray, seed: int) -> None:
    k = scores.shape[1]
    found = balance(scores)
    rng = np.random.default_rng(seed)
    correlation = complete_moments(scores).correlation
    for weights in rng.dirichlet(np.full(k, 0.7), size=60):
        v = weights * scores.std(axis=0)
        told = correlation @ v
        if told.sum() > 0:
            assert found.objective <= ((told / told.sum() - 1 / k) ** 2).mean() + 1e-12


@laws
@given(scores=score_tables(), seed=st.integers(0, 1000))
def test_no_other_weights_have_a_greater_sum_of_correlations(scores: FloatArray, seed: int) -> None:
    found = infomax(scores)
    rng = np.random.default_rng(seed)
    correlation = complete_moments(scores).correlation
    for weights in rng.dirichlet(np.full(scores.shape[1], 0.7), size=60):
        v = weights * scores.std(axis=0)
        length = np.sqrt(v @ correlation @ v)
        if length > 0:
            assert (correlation @ v).sum() / length <= found.objective + 1e-9


@laws
@given(seed=st.integers(0, 10_000), k=st.integers(1, 6))
def test_constrained_least_squares_ends_where_no_step_helps(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(k + 2, k)), rng.normal(size=k + 2)
    found = constrained_least_squares(a, b, np.ones((1, k)), np.ones(1), allow_negative=False)
    assert (found >= 0).all() and found.sum() == pytest.approx(1)
    slope = a.T @ (a @ found - b)
    used = found > 1e-9
    assert slope[used] == pytest.approx(slope[used].mean(), abs=1e-6)
    assert (slope >= slope[used].mean() - 1e-6).all()


# Components.


@laws
@given(scores=score_tables())
def test_components_are_of_length_one_at_right_angles_and_explain_everything(scores: FloatArray) -> None:
    found = principal_components(scores)
    k = scores.shape[1]
    assert found.loadings.T @ found.loadings == pytest.approx(np.eye(k), abs=1e-9)
    assert found.explained.sum() == pytest.approx(1)
    rebuilt = found.loadings @ np.diag(found.deviation**2) @ found.loadings.T
    assert rebuilt == pytest.approx(np.corrcoef(scores.T).reshape(k, k), abs=1e-9)
    assert (found.loadings.sum(axis=0) > -1e-9).all()


@laws
@given(seed=st.integers(0, 10_000), k=st.integers(2, 7), n_factors=st.integers(1, 4))
def test_rotation_keeps_what_factors_say_and_never_makes_them_less_simple(seed: int, k: int, n_factors: int) -> None:
    factors = np.random.default_rng(seed).normal(size=(k, n_factors))
    turned = varimax(factors)
    assert turned @ turned.T == pytest.approx(factors @ factors.T, abs=1e-9)
    length = np.sqrt((factors**2).sum(axis=1, keepdims=True))
    before, after = (((table / length) ** 2).var(axis=0).sum() for table in (factors, turned))
    assert after >= before - 1e-12


# People.


@laws
@given(weights=arrays(np.float64, st.integers(1, 9), elements=st.floats(0.1, 9)))
def test_comparisons_that_agree_give_back_the_weights_they_come_from(weights: FloatArray) -> None:
    found = analytic_hierarchy(weights[:, None] / weights[None, :])
    assert found.weights == pytest.approx(weights / weights.sum())
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


@laws
@given(seed=st.integers(0, 10_000), k=st.integers(3, 7))
def test_comparisons_that_disagree_have_a_greatest_eigenvalue_above_their_number(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    table = np.ones((k, k))
    for a in range(k):
        for b in range(a):
            table[a, b] = rng.choice([1 / 5, 1 / 3, 1.0, 3.0, 5.0])
            table[b, a] = 1 / table[a, b]
    found = analytic_hierarchy(table)
    assert found.greatest >= k and found.weights.sum() == pytest.approx(1) and (found.weights > 0).all()
    assert table @ found.weights == pytest.approx(found.greatest * found.weights, rel=1e-7)


@laws
@given(points=arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(0.5, 50)))
def test_budgets_count_by_their_shares_and_the_mean_lies_within_them(points: FloatArray) -> None:
    found = budget_allocation(points)
    assert found.weights.sum() == pytest.approx(1)
    assert ((found.low <= found.weights + 1e-12) & (found.weights <= found.high + 1e-12)).all()
    rescaled = budget_allocation(points * np.arange(1, len(points) + 1)[:, None])
    assert rescaled.weights == pytest.approx(found.weights)


# Benefit of the doubt.

small = settings(max_examples=25, deadline=None)


@small
@given(scores=score_tables(), seed=st.integers(0, 1000))
def test_no_weights_in_bounds_suit_a_unit_better_than_its_own(scores: FloatArray, seed: int) -> None:
    scores = scores[:10]
    k = scores.shape[1]
    least = 0.4 / k
    found = benefit_of_doubt(scores, least=least)
    assert (found.scores > 0).all() and found.scores.max() == pytest.approx(1)
    assert (found.shares >= least - 1e-7).all() and found.shares.sum(axis=1) == pytest.approx(1)
    own = combine(scores, found.weights, AggregateChoice(method="weighted_sum"))
    assert own == pytest.approx(found.scores, abs=1e-9)
    assert (found.weights @ scores.T <= 1 + 1e-7).all()
    for weights in least + (1 - k * least) * np.random.default_rng(seed).dirichlet(np.ones(k), size=30):
        whole = scores @ weights
        assert (whole / whole.max() <= found.scores + 1e-7).all()


@small
@given(scores=score_tables(), times=st.sampled_from([0.01, 3.0, 1000.0]))
def test_benefit_of_the_doubt_does_not_depend_on_the_unit_of_a_child(scores: FloatArray, times: float) -> None:
    scores = scores[:10]
    stretched = scores * np.append(times, np.ones(scores.shape[1] - 1))
    assert benefit_of_doubt(stretched).scores == pytest.approx(benefit_of_doubt(scores).scores, abs=1e-7)


@small
@given(scores=score_tables())
def test_tighter_bounds_never_raise_a_score(scores: FloatArray) -> None:
    scores = scores[:8]
    k = scores.shape[1]
    free, tight = (
        benefit_of_doubt(scores),
        benefit_of_doubt(scores, least=0.5 / k, most=max(0.8, 1.5 / k) if k > 1 else 1),
    )
    equal = benefit_of_doubt(scores, least=1 / k)
    assert (tight.scores <= free.scores + 1e-7).all() and (equal.scores <= tight.scores + 1e-7).all()
    assert equal.scores == pytest.approx(scores.mean(axis=1) / scores.mean(axis=1).max(), abs=1e-7)
