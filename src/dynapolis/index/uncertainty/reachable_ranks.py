"""The best and the worst rank that weights can give a unit, exactly where the mean allows it.

Under an arithmetic mean a unit is ahead of another where a linear function of the weights is above 0. Which units can
be ahead of it at once, and how many at least, is a mixed-integer linear programme over the simplex of weights; a
geometric, harmonic or power mean orders units as the arithmetic mean of transformed scores does. The answer names the
weights that reach it, and the bound that no weights can pass.

Source: Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), doi 10.1007/s11205-006-9029-7 (weights most favourable to a
unit); Salo and Punkka (2011), Ranking intervals and dominance relations for ratio-based efficiency analysis,
doi 10.1287/mnsc.1100.1265 (best and worst rank by mixed-integer programming).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from dynapolis.errors import BadUse
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import AggregateChoice

MOST_UNITS = 200  # beyond that, ranks are searched and bounded, not solved
MOST_NODES = 2000  # of the search tree of one programme; a bound by steps, not by time, so that results repeat
_TIE = 1e-9  # scores closer than this share of their spread are taken to be equal
_MARGIN = 1e-6


@dataclass(frozen=True, slots=True)
class ReachableRanks:
    """Best and worst rank of each unit over all weights, shape (n_units,) each.

    The best rank counts units that are strictly ahead, the worst one all that are not strictly behind: units that tie
    with it are given the benefit, or not.

    Attributes:
        best, worst: ranks that some weights give; weights for them in ``best_weights`` and ``worst_weights``, shape
            (n_units, k).
        best_bound, worst_bound: ranks that no weights can pass; equal to ``best`` and ``worst`` where the answer is
            exact.
        method: ``exact`` where ranks and bounds agree for all units; ``solved_within_bounds`` where programmes were
            solved but some stopped early; ``vertices_and_draws`` where there were too many units for them: the best of
            all vertices and random weights, with the bound of pairs of units one of which is ahead under all weights.
    """

    best: IntArray
    worst: IntArray
    best_bound: IntArray
    worst_bound: IntArray
    best_weights: FloatArray
    worst_weights: FloatArray
    method: str

    @property
    def is_exact(self) -> BoolArray:
        """Where both ranks are the best and the worst there can be."""
        return np.asarray((self.best == self.best_bound) & (self.worst == self.worst_bound))


def reachable_ranks(
    scores: FloatArray,
    choice: AggregateChoice,
    rng: np.random.Generator,
    *,
    least: FloatArray | float = 0.0,
    most: FloatArray | float = 1.0,
    n_draws: int = 2000,
    most_units: int = MOST_UNITS,
) -> ReachableRanks:
    """Ranks that weights of the children of one node can give.

    For a whole index of arithmetic means, hand over the normalised indicators: weights at all levels together make
    every set of weights of the indicators there is.

    Args:
        scores: of the children, shape (n_units, k), without gaps.
        choice: arithmetic, geometric, harmonic or power mean.
        rng: for the random weights of the search.
        least, most: of the weight of each child, numbers or shape (k,); weights add up to 1.
        n_draws: random weights tried beside the vertices.
        most_units: more are searched and bounded, not solved.

    Raises:
        BadUse: another rule, a gap, scores the mean is not defined for, or limits that no weights keep.

    Example:
        >>> three = np.array([[10.0, 0.0], [0.0, 10.0], [4.0, 4.0]])
        >>> found = reachable_ranks(three, AggregateChoice(method="arithmetic"), np.random.default_rng(1))
        >>> found.best.tolist(), found.worst.tolist()
        ([1, 1, 2], [3, 3, 3])
    """
    linear = _linear(scores, choice)
    low, high = _limits(linear.shape[1], least, most)
    tried = np.concatenate(
        [vertices(low, high), weights_within(n_draws, low, high, rng), (low + _room(low, high))[None]]
    )
    search = _Search(linear, low, high, tried)
    if len(linear) > most_units:
        return search.bounded()
    return search.solved()


def _linear(scores: FloatArray, choice: AggregateChoice) -> FloatArray:
    """Scores whose arithmetic mean orders units as the mean of the rule does, each column on its own scale."""
    if not np.isfinite(scores).all():
        raise BadUse(
            "reachable ranks: found a gap among the scores; expected none, for a gap changes the weights; fill it"
        )
    power = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(choice.method, choice.power)
    if choice.method not in ("arithmetic", "geometric", "harmonic", "power") or power is None:
        raise BadUse(
            f"reachable ranks: found {choice.method}; expected arithmetic, geometric, harmonic or power, whose order "
            "weights decide linearly; for others, draw weights (lead_shares)"
        )
    if (power != 1 and (scores < 0).any()) or (power <= 0 and (scores <= 0).any()):
        raise BadUse(f"reachable ranks: found scores that a {choice.method} mean does not take; normalise above 0")
    if power == 1:
        return scores
    return np.log(scores) if power == 0 else np.asarray(np.sign(power) * scores**power)


def _limits(k: int, least: FloatArray | float, most: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    low, high = np.broadcast_to(np.asarray(least, float), (k,)), np.broadcast_to(np.asarray(most, float), (k,))
    if (low < 0).any() or (low > high).any() or low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12:
        raise BadUse(
            f"reachable ranks: no weights lie between {low.tolist()} and {high.tolist()} and add up to 1; widen them"
        )
    return low, np.minimum(high, 1.0)


def _room(low: FloatArray, high: FloatArray) -> FloatArray:
    """What is left of 1 beyond the least weights, shared out in proportion to the room there is."""
    room = high - low
    return np.asarray(room * ((1 - low.sum()) / room.sum()) if room.sum() > 0 else room)


def vertices(low: FloatArray, high: FloatArray) -> FloatArray:
    """Weights at the corners: one child gets all it can, and the rest goes to others in turn, shape (n, k).

    All corners where weights are free or only bounded from below; some of them where they are bounded from above.

    Example:
        >>> vertices(np.array([0.2, 0.0]), np.array([1.0, 1.0])).tolist()
        [[1.0, 0.0], [0.2, 0.8]]
    """
    k = len(low)
    found = np.empty((k, k))
    for first in range(k):
        weights, left = low.copy(), 1 - low.sum()
        for child in [first, *(c for c in range(k) if c != first)]:
            more = min(high[child] - low[child], left)
            weights[child] += more
            left -= more
        found[first] = weights
    return found


def weights_within(n: int, low: FloatArray, high: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Weights evenly over the simplex, drawn towards its limits where they bind, shape (n, k)."""
    drawn = low + (1 - low.sum()) * rng.dirichlet(np.ones(len(low)), size=n)
    outside = (drawn > high).any(axis=1)
    centre = low + _room(low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(drawn > high, (high - centre) / (drawn - centre), 1.0).min(axis=1)
    return np.asarray(np.where(outside[:, None], centre + reach[:, None] * (drawn - centre), drawn))


class _Search:
    """Scores that are linear in the weights, and the weights tried so far."""

    def __init__(self, scores: FloatArray, low: FloatArray, high: FloatArray, tried: FloatArray) -> None:
        span = np.ptp(scores) or 1.0
        self.scores, self.low, self.high, self.tried = scores / span, low, high, tried
        self.n, self.k = scores.shape
        self.ahead, self.not_behind = self._counts(tried)

    def _counts(self, weights: FloatArray) -> tuple[IntArray, IntArray]:
        """Of each set of weights and unit, how many others are ahead, and how many are not behind."""
        index = weights @ self.scores.T
        ordered = np.sort(index, axis=1)
        ahead, not_behind = np.empty(index.shape, np.int64), np.empty(index.shape, np.int64)
        for row, (one, sorted_one) in enumerate(zip(index, ordered, strict=True)):
            ahead[row] = self.n - np.searchsorted(sorted_one, one + _TIE, side="right")
            not_behind[row] = self.n - np.searchsorted(sorted_one, one - _TIE, side="left") - 1
        return ahead, not_behind

    def _always_ahead(self) -> Iterator[tuple[int, int]]:
        """Of each unit, how many others are ahead, and how many behind, under all weights."""
        room = 1 - self.low.sum()
        for unit in range(self.n):
            change = self.scores - self.scores[unit]
            base = change @ self.low
            worst, best = (self._extreme(sign * change, room) for sign in (1.0, -1.0))
            yield int((base + worst > _TIE).sum()), int((-base + best > _TIE).sum())

    def _extreme(self, change: FloatArray, room: float) -> FloatArray:
        """The least of Σ change × what is beyond the least weights: all that is left goes where it is least."""
        order = np.argsort(change, axis=1)
        spans = np.take_along_axis(np.broadcast_to(self.high - self.low, change.shape), order, axis=1)
        before = np.cumsum(spans, axis=1) - spans
        given = np.clip(room - before, 0.0, spans)
        return np.asarray((np.take_along_axis(change, order, axis=1) * given).sum(axis=1))

    def bounded(self) -> ReachableRanks:
        """The best of what was tried, and the bound of pairs."""
        ahead, behind = np.array(list(self._always_ahead()), dtype=np.int64).reshape(-1, 2).T
        at_best, at_worst = self.ahead.argmin(axis=0), self.not_behind.argmax(axis=0)
        best, worst = 1 + self.ahead.min(axis=0), 1 + self.not_behind.max(axis=0)
        low, high = 1 + ahead, self.n - behind
        found = (best, worst, low, high, self.tried[at_best], self.tried[at_worst])
        exact = bool((best == low).all() and (worst == high).all())
        return ReachableRanks(*found, method="exact" if exact else "vertices_and_draws")

    def solved(self) -> ReachableRanks:
        """The same, with a programme for every end that the bound of pairs leaves open."""
        start = self.bounded()
        best, worst = start.best.copy(), start.worst.copy()
        low, high = start.best_bound.copy(), start.worst_bound.copy()
        best_weights, worst_weights = start.best_weights.copy(), start.worst_weights.copy()
        for unit in range(self.n):
            if best[unit] > low[unit]:
                weights, bound = self._fewest(self.scores - self.scores[unit])
                low[unit] = max(low[unit], 1 + bound)
                ahead = int(self._counts(weights[None])[0][0, unit]) if weights is not None else self.n
                if 1 + ahead < best[unit] and weights is not None:
                    best[unit], best_weights[unit] = 1 + ahead, weights
            if worst[unit] < high[unit]:
                weights, bound = self._fewest(self.scores[unit] - self.scores)
                high[unit] = min(high[unit], self.n - bound)
                not_behind = int(self._counts(weights[None])[1][0, unit]) if weights is not None else 0
                if 1 + not_behind > worst[unit] and weights is not None:
                    worst[unit], worst_weights[unit] = 1 + not_behind, weights
        low, high = np.minimum(low, best), np.maximum(high, worst)
        exact = bool((best == low).all() and (worst == high).all())
        return ReachableRanks(
            best, worst, low, high, best_weights, worst_weights, "exact" if exact else "solved_within_bounds"
        )

    def _fewest(self, change: FloatArray) -> tuple[FloatArray | None, int]:
        """Weights under which the fewest rows of ``change`` @ weights are above 0, and how few there can be.

        A row counts as above 0 unless it is at most 0; each such row has a switch that, when on, lets it be anything.
        """
        top = change.max(axis=1)
        open_ = np.flatnonzero(top > _TIE)
        m = len(open_)
        rows = np.hstack([change[open_], -np.diag(top[open_])])
        total = np.concatenate([np.ones(self.k), np.zeros(m)])
        done = milp(
            np.concatenate([np.zeros(self.k), np.ones(m)]),
            integrality=np.concatenate([np.zeros(self.k), np.ones(m)]),
            bounds=Bounds(np.concatenate([self.low, np.zeros(m)]), np.concatenate([self.high, np.ones(m)])),
            constraints=[LinearConstraint(rows, -np.inf, 0.0), LinearConstraint(total[None], 1.0, 1.0)],
            options={"node_limit": MOST_NODES},
        )
        bound = 0 if done.mip_dual_bound is None else int(np.ceil(done.mip_dual_bound - _MARGIN))
        if done.x is None:
            return None, bound
        weights = np.clip(done.x[: self.k], self.low, self.high)
        return np.asarray(weights / weights.sum() if self.low.sum() == 0 else weights), bound
