"""Ranks that weights can reach, against hand counts, all subsets and breakpoints; and how often each unit leads."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from dynapolis.errors import BadUse
from dynapolis.index.combining.combine import combine
from dynapolis.index.uncertainty.lead_shares import lead_shares
from dynapolis.index.uncertainty.reachable_ranks import reachable_ranks, vertices, weights_within
from dynapolis.model.composite import AggregateChoice, AggregationMethod

FloatArray = NDArray[np.float64]
ARITHMETIC = AggregateChoice(method="arithmetic")


def fewest_by_subsets(change: FloatArray) -> int:
    """How few rows of change @ weights must be above 0, by trying which ones may be: one linear programme each."""
    n, k = change.shape
    for size in range(n + 1):
        for free in combinations(range(n), size):
            kept = [row for row in range(n) if row not in free]
            found = linprog(
                np.zeros(k), A_ub=change[kept] if kept else None, b_ub=np.zeros(len(kept)) if kept else None,
                A_eq=np.ones((1, k)), b_eq=[1.0], bounds=(0, 1),
            )  # fmt: skip
            if found.status == 0:
                return size
    raise AssertionError


@pytest.mark.parametrize("seed", range(6))
def test_best_and_worst_ranks_are_those_found_by_trying_all_subsets(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(6, 3))
    found = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1), n_draws=0)
    assert found.method == "exact" and found.is_exact.all()
    for unit in range(6):
        others = np.delete(scores, unit, axis=0) - scores[unit]
        assert found.best[unit] == 1 + fewest_by_subsets(others)
        assert found.worst[unit] == 6 - fewest_by_subsets(-others)


@pytest.mark.parametrize("seed", range(5))
def test_with_two_children_the_ranks_are_those_between_breakpoints(seed: int) -> None:
    """With two children the weight is one number; the order changes only where two units score the same."""
    scores = np.random.default_rng(50 + seed).normal(size=(12, 2))
    slopes = scores[:, 0] - scores[:, 1]
    points = {0.0, 1.0}
    for a, b in combinations(range(12), 2):
        if slopes[a] != slopes[b]:
            w = (scores[b, 1] - scores[a, 1]) / (slopes[a] - slopes[b])
            points |= {w} if 0 < w < 1 else set()
    ordered = np.sort(list(points))
    middles = np.concatenate([(ordered[1:] + ordered[:-1]) / 2, [0.0, 1.0]])
    index = middles[:, None] * scores[:, 0] + (1 - middles[:, None]) * scores[:, 1]
    ranks = 1 + (index[:, None, :] > index[:, :, None]).sum(axis=2)
    found = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1), n_draws=0)
    assert (found.best <= ranks.min(axis=0)).all() and (found.worst >= ranks.max(axis=0)).all()
    # At a breakpoint itself units tie, which may better the best rank; never by more than the tie.
    tied = np.array(sorted(points))
    at = tied[:, None] * scores[:, 0] + (1 - tied[:, None]) * scores[:, 1]
    best = 1 + (at[:, None, :] > at[:, :, None] + 1e-9).sum(axis=2).min(axis=0)
    assert found.best.tolist() == np.minimum(best, ranks.min(axis=0)).tolist()


@pytest.mark.parametrize(
    ("method", "power"),
    [("arithmetic", None), ("geometric", None), ("harmonic", None), ("power", 2.0), ("power", -2.0)],
)
def test_the_weights_told_give_the_rank_told_under_every_mean(method: AggregationMethod, power: float | None) -> None:
    scores = np.random.default_rng(8).uniform(1, 100, size=(15, 4))
    choice = AggregateChoice(method=method, power=power)
    found = reachable_ranks(scores, choice, np.random.default_rng(1))
    drawn = combine(scores, np.random.default_rng(2).dirichlet(np.ones(4), size=3000), choice)
    ranks = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    assert found.is_exact.all()
    assert (found.best <= ranks.min(axis=0)).all() and (ranks.max(axis=0) <= found.worst).all()
    for unit in range(15):
        assert found.best_weights[unit].sum() == pytest.approx(1) and (found.best_weights[unit] >= 0).all()
        best, worst = (combine(scores, weights[unit], choice) for weights in (found.best_weights, found.worst_weights))
        assert 1 + (best > best[unit] * (1 + 1e-7)).sum() == found.best[unit]
        assert (worst >= worst[unit] * (1 - 1e-7)).sum() == found.worst[unit]


def test_a_unit_that_another_outdoes_everywhere_never_leads_and_the_bound_says_so() -> None:
    scores = np.array([[5.0, 5.0], [4.0, 4.5], [9.0, 0.0]])
    for most_units in (200, 1):
        found = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1), most_units=most_units)
        assert found.best_bound.tolist() == [1, 2, 1]
        assert found.worst_bound[0] <= 2


def test_too_many_units_to_solve_get_ranks_that_are_reached_and_bounds_that_hold() -> None:
    scores = np.random.default_rng(5).normal(size=(40, 3))
    exact = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1))
    rough = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1), most_units=10)
    assert rough.method == "vertices_and_draws" and exact.is_exact.all()
    assert (rough.best_bound <= exact.best).all() and (exact.best <= rough.best).all()
    assert (rough.worst <= exact.worst).all() and (exact.worst <= rough.worst_bound).all()


def test_limits_of_weights_are_kept_and_narrow_the_ranks() -> None:
    scores = np.random.default_rng(6).normal(size=(12, 4))
    free = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1))
    held = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1), least=0.15, most=0.4)
    assert (held.best >= free.best).all() and (held.worst <= free.worst).all()
    for weights in (held.best_weights, held.worst_weights):
        assert (weights >= 0.15 - 1e-9).all() and (weights <= 0.4 + 1e-9).all()
        assert weights.sum(axis=1) == pytest.approx(1)
    fixed = reachable_ranks(scores, ARITHMETIC, np.random.default_rng(1), least=0.25, most=0.25)
    ranks = 1 + (scores.mean(axis=1)[None, :] > scores.mean(axis=1)[:, None] + 1e-12).sum(axis=1)
    assert fixed.best.tolist() == fixed.worst.tolist() == ranks.tolist()


def test_weights_are_drawn_and_cornered_within_their_limits() -> None:
    low, high = np.array([0.1, 0.0, 0.2]), np.array([0.5, 0.3, 1.0])
    for weights in (weights_within(500, low, high, np.random.default_rng(1)), vertices(low, high)):
        assert (weights >= low - 1e-12).all() and (weights <= high + 1e-12).all()
        assert weights.sum(axis=1) == pytest.approx(1)


def test_the_share_of_weights_in_which_a_unit_leads_is_the_length_of_its_stretch() -> None:
    """Units (0, 10), (6, 6), (10, 0): the first leads for w < 0.4, the last for w > 0.6, the middle one between."""
    scores = np.array([[0.0, 10.0], [6.0, 6.0], [10.0, 0.0]])
    found = lead_shares(scores, ARITHMETIC, np.random.default_rng(1), n_draws=20_000)
    assert found.lead.sum() == pytest.approx(1)
    for share, exact, error in zip(found.lead, (0.4, 0.2, 0.4), found.lead_error, strict=True):
        assert abs(share - exact) <= 4 * error
        assert error == pytest.approx(np.sqrt(share * (1 - share) / 20_000))
    assert found.central_weights[1] == pytest.approx([0.5, 0.5], abs=0.01)
    assert found.mean_rank[1] == pytest.approx(1.8, abs=0.02)  # second but for a fifth of the weights


def test_with_three_children_the_share_is_the_area_of_its_part_of_the_triangle() -> None:
    """Three units best in one child each, alike otherwise: a third of the triangle each."""
    found = lead_shares(np.eye(3), ARITHMETIC, np.random.default_rng(1), n_draws=30_000)
    assert (np.abs(found.lead - 1 / 3) <= 4 * found.lead_error).all()


def test_units_that_tie_share_the_lead_and_units_without_a_score_have_none() -> None:
    scores = np.array([[2.0, 2.0], [2.0, 2.0], [1.0, np.nan], [np.nan, np.nan]])
    found = lead_shares(scores, ARITHMETIC, np.random.default_rng(1), n_draws=100)
    assert found.lead.tolist() == [0.5, 0.5, 0.0, 0.0]
    assert found.mean_rank[:3].tolist() == [1.5, 1.5, 3.0] and np.isnan(found.mean_rank[3])
    assert np.isnan(found.central_weights[2:]).all()


@pytest.mark.parametrize(
    ("scores", "method", "limits", "told"),
    [
        (np.array([[1.0, np.nan]]), "arithmetic", {}, "a gap"),
        (np.ones((2, 2)), "copeland", {}, "found copeland"),
        (np.array([[0.0, 1.0]]), "geometric", {}, "does not take"),
        (np.ones((2, 2)), "arithmetic", {"most": 0.4}, "no weights lie between"),
    ],
)
def test_what_has_no_reachable_rank_is_refused(
    scores: FloatArray, method: AggregationMethod, limits: dict[str, float], told: str
) -> None:
    with pytest.raises(BadUse, match=told):
        reachable_ranks(scores, AggregateChoice(method=method), np.random.default_rng(1), **limits)  # type: ignore[arg-type]
