"""Ranks, their intervals, and who is ahead of whom (method, section 6). Rank 1 is the highest score.

A replica without a score for a unit says nothing of that unit: every share is one of the replicas that do.

Source: Saisana, Saltelli and Tarantola (2005), doi 10.1111/j.1467-985X.2005.00350.x; OECD/JRC Handbook, step
"uncertainty and sensitivity".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from dynapolis.index.ranks_within import Ties, ascending_ranks
from dynapolis.model.arrays import FloatArray, IntArray

_BLOCK_CELLS = 4_000_000  # numbers compared at a time
_LOOKED_AT = 64  # units looked at a time for the end of a tier


def average_ranks(scores: FloatArray) -> FloatArray:
    """Rank of each value along the last axis; ties share the mean of the ranks they span, NaN stays NaN.

    The ranks of n values always add up to n (n + 1) / 2.

    Example:
        >>> average_ranks(np.array([[5., 9., 5.]])).tolist()
        [[2.5, 1.0, 2.5]]
    """
    return ascending_ranks(-scores)


def ranks_by_period(scores: FloatArray, rows_of: Sequence[IntArray], ties: Ties = "average") -> FloatArray:
    """Ranks among the units of the same time; shape as ``scores``, (..., n_rows).

    Args:
        scores: NaN has no rank.
        rows_of: places of the rows of each time; together all rows.
        ties: equal values share the mean of the ranks they span, or the smallest.

    Example:
        >>> ranks_by_period(np.array([5., 9., 7., 1.]), [np.array([0, 1]), np.array([2, 3])]).tolist()
        [2.0, 1.0, 1.0, 2.0]
    """
    if len(rows_of) == 1:
        return ascending_ranks(-scores, ties)
    result = np.full(scores.shape, np.nan)
    for rows in rows_of:
        result[..., rows] = ascending_ranks(-scores[..., rows], ties)
    return result


def rank_quantiles(ranks: FloatArray, shares: Sequence[float]) -> FloatArray:
    """Quantiles that are ranks taken in some draw: the smallest one that at least a share of the draws does not pass.

    Args:
        ranks: shape (n_draws, n_units); NaN is a draw that says nothing of the unit.
        shares: each between 0 and 1.

    Returns:
        shape (n_shares, n_units); NaN for a unit without a rank.

    Example:
        >>> rank_quantiles(np.array([[1.], [2.], [4.], [np.nan]]), (0.5, 1.0)).ravel().tolist()
        [2.0, 4.0]
    """
    ordered = np.sort(ranks, axis=0)  # gaps at the end
    return _from_ordered(ordered, shares)


def _from_ordered(ordered: FloatArray, shares: Sequence[float]) -> FloatArray:
    n = np.isfinite(ordered).sum(axis=0)
    result = np.full((len(shares), ordered.shape[1]), np.nan)
    columns = np.flatnonzero(n > 0)
    for place, share in enumerate(shares):
        at = np.clip(np.ceil(n[columns] * share).astype(np.int64) - 1, 0, n[columns] - 1)
        result[place, columns] = ordered[at, columns]
    return result


def median_rank(ranks: FloatArray) -> FloatArray:
    """The middle rank, or the mean of the two in the middle, shape (n_units,); NaN for a unit without a rank.

    Example:
        >>> median_rank(np.array([[1.], [2.], [4.], [5.]])).tolist()
        [3.0]
    """
    ordered = np.sort(ranks, axis=0)
    n = np.isfinite(ordered).sum(axis=0)
    columns = np.arange(ordered.shape[1])
    middle = ordered[np.maximum(n - 1, 0) // 2, columns] + ordered[np.minimum(n // 2, len(ordered) - 1), columns]
    return np.asarray(np.where(n > 0, middle / 2, np.nan))


def rank_interval(ranks: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """The narrowest whole-number quantiles that leave (1 − level) / 2 of the draws on either side.

    Args:
        ranks: shape (n_draws, n_cities); NaN is a draw that says nothing of the city.
        level: share of draws the interval must hold, between 0 and 1.

    Returns:
        low and high, shape (n_cities,), ranks that were taken in some draw.

    Example:
        >>> low, high = rank_interval(np.array([[1., 2.], [2., 1.]]), 1.0)
        >>> low.tolist(), high.tolist()
        ([1.0, 1.0], [2.0, 2.0])
    """
    tail = (1 - level) / 2
    low, high = rank_quantiles(ranks, (tail, 1 - tail))
    return low, high


def probability_of_top(ranks: FloatArray, k: int) -> FloatArray:
    """Share of draws in which a city is among the first ``k``, shape (n_cities,); NaN for a city without a rank."""
    n = np.isfinite(ranks).sum(axis=0)
    return np.asarray(np.where(n > 0, (ranks <= k).sum(axis=0) / np.maximum(n, 1), np.nan))


def probability_ahead(scores: FloatArray) -> FloatArray:
    """P(row scores more than column) over draws, ties counted half; shape (n_cities, n_cities), ½ on the diagonal.

    Draws in which both have a score count; NaN where there is none. For many units, see ``ahead_in_blocks``.

    Example:
        >>> probability_ahead(np.array([[2., 1.], [2., 1.], [0., 1.], [2., 1.]])).tolist()
        [[0.5, 0.75], [0.25, 0.5]]
    """
    n = scores.shape[1]
    ahead = np.full((n, n), 0.5)
    for rows, part in ahead_in_blocks(scores):
        ahead[rows] = part
    np.fill_diagonal(ahead, 0.5)
    return ahead


def ahead_in_blocks(scores: FloatArray) -> Iterator[tuple[IntArray, FloatArray]]:
    """Rows of ``probability_ahead``, some at a time, so that all pairs of many units need not be held at once.

    Yields:
        places of some units, and their probabilities to be ahead of each unit, shape (n_some, n_units).
    """
    n_draws, n = scores.shape
    by_unit = np.ascontiguousarray(scores.T)
    size = max(1, _BLOCK_CELLS // max(n_draws * n, 1))
    for start in range(0, n, size):
        rows = np.arange(start, min(start + size, n))
        yield rows, np.stack([_ahead_of(by_unit[row], by_unit) for row in rows])


def _ahead_of(own: FloatArray, by_unit: FloatArray) -> FloatArray:
    """P(a unit is ahead) of each of others; its scores of shape (n_draws,), theirs (n_units, n_draws)."""
    more = (own > by_unit).sum(axis=1)
    less = (own < by_unit).sum(axis=1)
    if np.isnan(own).any() or np.isnan(by_unit).any():
        both = (np.isfinite(own) & np.isfinite(by_unit)).sum(axis=1)
    else:
        both = np.full(len(by_unit), by_unit.shape[1])
    ahead = (more + 0.5 * (both - more - less)) / np.maximum(both, 1)
    return np.asarray(np.where(both > 0, ahead, np.nan))


def assign_tiers(order: Sequence[int], ahead: FloatArray, probability: float) -> IntArray:
    """Tier of each city, from 1: from the top, a city joins the tier unless the tier's first city is ahead of it
    with at least ``probability``; then it opens the next.

    Args:
        order: numbers of the cities from the top.
        ahead: from ``probability_ahead``.
        probability: such as 0.9.

    Example:
        >>> assign_tiers([0, 1, 2], np.array([[.5, .6, .95], [.4, .5, .8], [.05, .2, .5]]), 0.9).tolist()
        [1, 1, 2]
    """
    return _tiers(order, len(ahead), lambda first, others: ahead[first, others], probability)


def tiers_of(order: Sequence[int], scores: FloatArray, probability: float) -> IntArray:
    """The same from scores of shape (n_draws, n_units), looking only at the pairs it needs; 0 for units not in order.

    Example:
        >>> tiers_of([0, 1], np.array([[2., 1.], [2., 1.], [0., 1.], [2., 1.]]), 0.7).tolist()
        [1, 2]
    """
    by_unit = np.ascontiguousarray(scores.T)
    return _tiers(order, len(by_unit), lambda first, others: _ahead_of(by_unit[first], by_unit[others]), probability)


def _tiers(order: Sequence[int], n: int, ahead: Callable[[int, IntArray], FloatArray], probability: float) -> IntArray:
    tiers = np.zeros(n, dtype=np.int64)
    places = np.asarray(order, dtype=np.int64)
    tier, at = 0, 0
    while at < len(places):
        tier, first, end = tier + 1, int(places[at]), at + 1
        while end < len(places):
            beaten = ahead(first, places[end : end + _LOOKED_AT]) >= probability
            end += int(beaten.argmax()) if beaten.any() else len(beaten)
            if beaten.any():
                break
        tiers[places[at:end]] = tier
        at = end
    return tiers
