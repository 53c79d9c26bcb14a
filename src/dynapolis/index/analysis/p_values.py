"""How probable a correlation at least as far from 0 is if there is no dependence. Two-sided.

Source: Student's t for Pearson's r and, with ties or many units, Spearman's; Best and Roberts (1975), Algorithm AS 89,
doi 10.2307/2347111, for Spearman without ties; Kendall, Rank Correlation Methods (1970), for Kendall with and without
ties. The rules for choosing between them are those of cor.test in R, but for the two tails of AS 89, which are alike
here.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import ndtr, stdtr

from dynapolis.model.arrays import BoolArray, FloatArray

Ties = FloatArray  # sums over groups of t tied values, last axis: t(t−1), t(t−1)(t−2), t(t−1)(2t+5)
SPEARMAN_EXACT = 9  # units up to which all orders are counted
SPEARMAN_SERIES = 1290  # units up to which the Edgeworth series is taken
KENDALL_EXACT = 49


def pearson_p(r: FloatArray, n: FloatArray) -> FloatArray:
    """By t = r √((n − 2) / (1 − r²)) with n − 2 degrees of freedom; NaN with fewer than three rows.

    Example:
        >>> pearson_p(np.array([0.5, 1.0, 1.0]), np.array([10.0, 10.0, 2.0])).round(6).tolist()
        [0.141113, 0.0, nan]
    """
    free = n - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(free / (1 - r**2))
        p = 2 * stdtr(np.maximum(free, 1), -t)
    return np.asarray(np.where((free > 0) & ~np.isnan(r), p, np.nan))


def spearman_p(r: FloatArray, n: FloatArray, tied: BoolArray) -> FloatArray:
    """Exact up to nine units without ties, by the Edgeworth series up to 1,290, else by t.

    Example:
        >>> spearman_p(np.array([1.0]), np.array([4.0]), np.array([False])).round(6).tolist()
        [0.083333]
    """
    p = pearson_p(r, n)
    for size in np.unique(n[~np.isnan(p) & ~tied & (n <= SPEARMAN_SERIES)]).astype(int):
        here = (n == size) & ~tied & ~np.isnan(p)
        squares = np.rint((size**3 - size) * (1 - np.abs(r[here])) / 6).astype(np.int64)
        tail = _exact_tail(size)[squares // 2] if size <= SPEARMAN_EXACT else _series_tail(squares, size)
        p[here] = np.minimum(2 * tail, 1.0)
    return p


@cache
def _exact_tail(n: int) -> FloatArray:
    """Share of the n! orders with Σ d² ≤ 2 q, for q = 0, 1, …: counted over sets of places already taken."""
    longest = (n**3 - n) // 3
    counts = {0: np.eye(1, longest + 1, dtype=float)[0]}
    for place in range(n):
        after: dict[int, FloatArray] = {}
        for taken, ways in counts.items():
            for rank in range(n):
                if not taken >> rank & 1:
                    step = (place - rank) ** 2
                    moved = np.zeros_like(ways)
                    moved[step:] = ways[: len(ways) - step]
                    key = taken | 1 << rank
                    after[key] = after[key] + moved if key in after else moved
        counts = after
    whole = counts[(1 << n) - 1]
    return np.asarray(np.cumsum(whole)[::2] / whole.sum())


def _series_tail(squares: FloatArray, n: int) -> FloatArray:
    """P(Σ d² ≤ squares) by the Edgeworth series of AS 89."""
    b = 1 / n
    x = (6 * (squares + 1) * b / (n * n - 1) - 1) * np.sqrt(1 / b - 1)
    y = x * x
    inner = 0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y)
    odd = -0.3932 * b - 0.1033 + y * (0.0879 + 0.0151 * b - y * inner)
    u = x * b * (0.2274 + b * (0.2531 + 0.1745 * b) + y * (-0.0758 - b * odd))
    return np.asarray(np.clip(ndtr(x) - u / np.exp(y / 2), 0.0, 1.0))


def ties_of(values: FloatArray) -> Ties:
    """Sums over the groups of tied values along the last axis, shape (..., n) to (..., 3); gaps are no values."""
    n = values.shape[-1]
    ordered = np.sort(values, axis=-1)
    there = ~np.isnan(ordered)
    new = there.copy()
    new[..., 1:] &= ordered[..., 1:] != ordered[..., :-1]
    places = np.arange(n)
    first = np.maximum.accumulate(np.where(new, places, 0), axis=-1)
    end = there.copy()
    end[..., :-1] &= new[..., 1:] | ~there[..., 1:]
    t = np.where(end, places - first + 1, 0).astype(float)
    return np.stack([(t * (t - 1)).sum(-1), (t * (t - 1) * (t - 2)).sum(-1), (t * (t - 1) * (2 * t + 5)).sum(-1)], -1)


def kendall_p(score: FloatArray, n: FloatArray, first: Ties, second: Ties) -> FloatArray:
    """From pairs in the same order less pairs in opposite order: exact below 50 units without ties, else normal.

    Example:
        >>> none = np.zeros((1, 3))
        >>> kendall_p(np.array([6.0]), np.array([4.0]), none, none).round(6).tolist()
        [0.083333]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (n * (n - 1) * (2 * n + 5) - first[..., 2] - second[..., 2]) / 18
        spread += first[..., 0] * second[..., 0] / (2 * n * (n - 1))
        spread += np.where(n > 2, first[..., 1] * second[..., 1] / (9 * n * (n - 1) * (n - 2)), 0.0)
        p = 2 * ndtr(-np.abs(score) / np.sqrt(spread))
    p = np.where(n > 2, p, np.nan)
    untied = (first[..., 0] == 0) & (second[..., 0] == 0) & (n > 2) & (n <= KENDALL_EXACT)
    for size in np.unique(n[untied]).astype(int):
        here = untied & (n == size)
        discordant = np.rint((size * (size - 1) / 2 - np.abs(score[here])) / 2).astype(np.int64)
        p[here] = np.minimum(2 * _inversions_tail(size)[discordant], 1.0)
    return np.asarray(p)


@cache
def _inversions_tail(n: int) -> FloatArray:
    """Share of the n! orders with at most q pairs in the wrong order, for q = 0, 1, …."""
    shares = np.ones(1)
    for size in range(2, n + 1):
        shares = np.convolve(shares, np.full(size, 1 / size))
    return np.asarray(np.cumsum(shares))
