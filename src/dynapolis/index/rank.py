"""Ranks, their intervals, and who is ahead of whom (method, section 6). Rank 1 is the highest score.

Source: Saisana, Saltelli and Tarantola (2005), doi 10.1111/j.1467-985X.2005.00350.x; OECD/JRC Handbook, step
"uncertainty and sensitivity".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from dynapolis.model.arrays import FloatArray, IntArray


def average_ranks(scores: FloatArray) -> FloatArray:
    """Rank of each value along the last axis; ties share the mean of the ranks they span, NaN stays NaN.

    The ranks of n values always add up to n (n + 1) / 2.

    Example:
        >>> average_ranks(np.array([[5., 9., 5.]])).tolist()
        [[2.5, 1.0, 2.5]]
    """
    return np.asarray(rankdata(-scores, method="average", axis=-1, nan_policy="omit"), dtype=float)


def rank_interval(ranks: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """The narrowest whole-number quantiles that leave (1 − level) / 2 of the draws on either side.

    Args:
        ranks: shape (n_draws, n_cities).
        level: share of draws the interval must hold, between 0 and 1.

    Returns:
        low and high, shape (n_cities,), ranks that were taken in some draw.

    Example:
        >>> low, high = rank_interval(np.array([[1., 2.], [2., 1.]]), 1.0)
        >>> low.tolist(), high.tolist()
        ([1.0, 1.0], [2.0, 2.0])
    """
    tail = (1 - level) / 2
    low = np.quantile(ranks, tail, axis=0, method="inverted_cdf")
    return low, np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf")


def probability_of_top(ranks: FloatArray, k: int) -> FloatArray:
    """Share of draws in which a city is among the first ``k``, shape (n_cities,)."""
    return np.asarray((ranks <= k).mean(axis=0))


def probability_ahead(scores: FloatArray) -> FloatArray:
    """P(row scores more than column) over draws, ties counted half; shape (n_cities, n_cities), ½ on the diagonal.

    Example:
        >>> probability_ahead(np.array([[2., 1.], [2., 1.], [0., 1.], [2., 1.]])).tolist()
        [[0.5, 0.75], [0.25, 0.5]]
    """
    n = scores.shape[1]
    ahead = np.full((n, n), 0.5)
    for row in range(n):
        difference = scores[:, [row]] - scores
        ahead[row] = (difference > 0).mean(axis=0) + 0.5 * (difference == 0).mean(axis=0)
    return ahead


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
    tiers = np.zeros(len(ahead), dtype=np.int64)
    first, tier = None, 0
    for city in order:
        if first is None or ahead[first, city] >= probability:
            first, tier = city, tier + 1
        tiers[city] = tier
    return tiers
