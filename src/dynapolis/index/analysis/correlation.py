"""Correlation of every column of one table with every column of another, each pair over the rows that have both.

Source: Pearson (1896), doi 10.1098/rsta.1896.0007; Spearman (1904), doi 10.2307/1412159; Kendall (1938),
doi 10.1093/biomet/30.1-2.81, and Kendall (1945), doi 10.1093/biomet/33.3.239, for ties (tau-b).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dynapolis.index.analysis.p_values import Ties, kendall_p, pearson_p, spearman_p, ties_of
from dynapolis.index.moments import ALL_BUT_EQUAL
from dynapolis.index.ranks_within import ascending_ranks
from dynapolis.model.arrays import BoolArray, FloatArray

Method = Literal["pearson", "spearman", "kendall"]
Singles = NDArray[np.float32]
PAIRS_AT_ONCE = 20_000  # of units, for Kendall; bounds the memory


@dataclass(frozen=True, slots=True)
class Correlations:
    """Of each column of the first table (rows) with each of the second, shape (k_first, k_second).

    Attributes:
        r: from −1 to 1; NaN where a column does not vary over the common rows, or there are fewer than two.
        p: probability of an r at least as far from 0 if there were no dependence (two-sided); NaN where r is, and
            with fewer than three common rows.
        n: common rows.
    """

    r: FloatArray
    p: FloatArray
    n: FloatArray


def correlate(first: FloatArray, second: FloatArray, method: Method = "pearson") -> Correlations:
    """Correlations with their p-values.

    Rules for p: Pearson by Student's t; Spearman and Kendall exactly, or nearly so, in small tables without ties,
    else by t and by the normal approximation with ties; see ``p_values``.

    Args:
        first, second: shape (n_rows, k); NaN is a gap. The same array twice gives the usual square matrix.
        method: of Pearson (straight lines), of Spearman (ranks) or Kendall (order of pairs, tau-b).

    Example:
        >>> x = np.array([[1.0], [2.0], [3.0], [np.nan]])
        >>> found = correlate(x, np.array([[2.0, 3.0], [4.0, 2.0], [6.0, 1.0], [0.0, 0.0]]))
        >>> found.r.round(9).tolist(), found.n.tolist()
        ([[1.0, -1.0]], [[3.0, 3.0]])
    """
    if method == "kendall":
        return _kendall(first, second)
    ranked = method == "spearman"
    parts = [_moments(*pair, ranked) for pair in _pairs(first, second)]
    r, n, tied = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Correlations(r, spearman_p(r, n, tied.astype(bool)) if ranked else pearson_p(r, n), n)


def _pairs(first: FloatArray, second: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Columns that are met with each other over common rows, along the last axis: (some of first, 1 or k, n_rows).

    Without gaps all are met at once. With gaps each column of the first table is met by itself, both cut to the rows
    they share, so that means, ranks and ties are those of the shared rows.
    """
    a, b = first.T, second.T
    if not (np.isnan(a).any() or np.isnan(b).any()):
        yield a[:, None, :], b[None, :, :]
        return
    for column in a:
        gaps = np.isnan(column)[None, :] | np.isnan(b)
        yield np.where(gaps, np.nan, column)[None], np.where(gaps, np.nan, b)[None]


def _moments(x: FloatArray, y: FloatArray, ranked: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """r, common rows, and whether either is tied; shape (some of first, k_second) each."""
    if ranked:
        x, y = ascending_ranks(x), ascending_ranks(y)
    dx, dy = _standardised(x), _standardised(y)
    if dx.shape[1] == 1 and dy.shape[0] == 1 and not np.isnan(x).any():
        r = dx[:, 0] @ dy[0].T
    else:
        r = np.einsum("...i,...i->...", dx, dy)
    n = np.broadcast_to((~np.isnan(x)).sum(axis=-1), r.shape).astype(float)
    tied = np.broadcast_to(_has_ties(x) | _has_ties(y), r.shape) if ranked else np.zeros(r.shape)
    flat = np.broadcast_to(~(np.abs(dx).any(axis=-1) & np.abs(dy).any(axis=-1)), r.shape)
    return np.where(flat, np.nan, np.clip(r, -1.0, 1.0)), n, tied.astype(float)


def _standardised(x: FloatArray) -> FloatArray:
    """Distances from the mean as shares of their length; gaps and what does not vary become 0."""
    there = ~np.isnan(x)
    n = np.maximum(there.sum(axis=-1, keepdims=True), 1)
    mean = np.where(there, x, 0.0).sum(axis=-1, keepdims=True) / n
    centred = np.where(there, x - mean, 0.0)
    length = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    varies = length > ALL_BUT_EQUAL * np.sqrt(n) * np.maximum(np.abs(mean), 1e-150)
    return np.where(varies, centred / np.where(varies, length, 1.0), 0.0)


def _has_ties(ranks: FloatArray) -> BoolArray:
    ordered = np.sort(ranks, axis=-1)
    return np.asarray((ordered[..., 1:] == ordered[..., :-1]).any(axis=-1))


def _kendall(first: FloatArray, second: FloatArray) -> Correlations:
    """Tau-b: pairs of units in the same order less pairs in opposite order, over pairs that are not tied."""
    score, ordered_first, ordered_second = _count_orders(first, second)
    product = ordered_first * ordered_second
    r = np.where(product > 0, np.clip(score / np.sqrt(np.where(product > 0, product, 1.0)), -1.0, 1.0), np.nan)
    parts = [(_n(x, y), ties_of(x), ties_of(y)) for x, y in _pairs(first, second)]
    n = np.concatenate([part[0] for part in parts])
    tied_first, tied_second = (_stacked([part[side] for part in parts], r.shape) for side in (1, 2))
    return Correlations(r, np.where(np.isnan(r), np.nan, kendall_p(score, n, tied_first, tied_second)), n)


def _n(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray((~np.isnan(x) & ~np.isnan(y)).sum(axis=-1).astype(float))


def _stacked(parts: list[Ties], shape: tuple[int, ...]) -> Ties:
    whole = np.concatenate([np.broadcast_to(part, (*_lead(part, shape, len(parts)), 3)) for part in parts])
    return np.broadcast_to(whole, (*shape, 3))


def _lead(part: Ties, shape: tuple[int, ...], n_parts: int) -> tuple[int, int]:
    return (shape[0] if n_parts == 1 else 1), shape[1]


def _count_orders(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sum of agreeing less opposing pairs, and pairs that are not tied in the first and in the second table.

    Pairs are taken in blocks; only whole numbers are added, so the result is exact.
    """
    shape = first.shape[1], second.shape[1]
    gaps = bool(np.isnan(first).any() or np.isnan(second).any())
    same = first is second
    score, in_first, in_second = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for rows, others, share in _blocks(len(first)):
        a = _orders(first, rows, others)
        b = a if same else _orders(second, rows, others)
        score += share * (a.T @ b)
        if gaps:
            both_a, both_b = _both(first, rows, others), _both(second, rows, others)
            in_first += share * (np.abs(a).T @ both_b)
            in_second += share * (both_a.T @ np.abs(b))
        else:
            in_first += share * np.abs(a).sum(axis=0)[:, None]
            in_second += share * np.abs(b).sum(axis=0)[None, :]
    return score, in_first, in_second


def _orders(values: FloatArray, rows: slice, others: slice) -> Singles:
    """1 where a row is above another, −1 below, 0 where tied or either is a gap; shape (n_pairs, k)."""
    one, other = values[rows, None, :], values[None, others, :]
    return np.subtract(one > other, one < other, dtype=np.float32).reshape(-1, values.shape[1])


def _both(values: FloatArray, rows: slice, others: slice) -> Singles:
    """1 where both rows of a pair have a value."""
    there = ~np.isnan(values)
    return (there[rows, None, :] & there[None, others, :]).reshape(-1, values.shape[1]).astype(np.float32)


def _blocks(n: int) -> Iterator[tuple[slice, slice, float]]:
    """Blocks of pairs, and what a pair in them counts: pairs inside a block of rows are met twice."""
    height = max(1, PAIRS_AT_ONCE // max(n, 1))
    for top in range(0, n, height):
        end = min(top + height, n)
        yield slice(top, end), slice(top, end), 0.5
        if end < n:
            yield slice(top, end), slice(end, n), 1.0
