"""Rules that compare every unit with every other: how many it beats (Copeland), and by how much weight (Borda).

Two units are compared by the children that both have, with the weights of these rescaled; a child that either lacks
says nothing for or against. So no score depends on the order of the rows, with gaps or without.

Memory is bounded: pairs are made in blocks of at most ``PAIRS_AT_ONCE``. Time grows with n² k.

Source: Munda and Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking countries,
doi 10.1080/00036840601019364; Saari and Merlin (1996), The Copeland method, doi 10.1007/BF01212012.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

import numpy as np

from dynapolis.index.ranks_within import ascending_ranks
from dynapolis.model.arrays import BoolArray, FloatArray

PAIRS_AT_ONCE = 1_000_000
Summed = Callable[[FloatArray, FloatArray], FloatArray]  # from net and shared weight of pairs to a number a unit
_EVEN = 1e-12  # share of the weight below which two sides count as even: rounding must not make a winner


def copeland(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Units beaten less units that beat it; one unit beats another by more than half of the weight they can share.

    Args:
        values: shape (..., n_rows, k); NaN is a gap.
        weights: shape (..., k), not below 0.

    Returns:
        shape (..., n_rows), whole numbers from −(n − 1) to n − 1; NaN for a unit without any child. Two units that
        share no child are even.

    Example:
        >>> copeland(np.array([[3.0, 1.0, 2.0], [2.0, 2.0, 1.0], [1.0, 3.0, 0.0]]), np.ones(3)).tolist()
        [2.0, 0.0, -2.0]
    """

    def wins(net: FloatArray, shared: FloatArray) -> FloatArray:
        return np.asarray(((net > _EVEN * shared).sum(axis=-1) - (net < -_EVEN * shared).sum(axis=-1)).astype(float))

    return _over_pairs(values, weights, wins)


def borda_count(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Sum over all others of the share of weight by which a unit is ahead, a tie counted half.

    Without gaps this is Borda's count: Σ over children of weight share × units left behind (ties half), from 0 to
    n − 1. Two units that share no child get half a point each.

    Args:
        values: shape (..., n_rows, k); NaN is a gap.
        weights: shape (..., k), not below 0.

    Returns:
        shape (..., n_rows); NaN for a unit without any child.

    Example:
        >>> borda_count(np.array([[3.0, 1.0], [2.0, 3.0], [1.0, 2.0]]), np.array([3.0, 1.0])).tolist()
        [1.5, 1.25, 0.25]
    """
    if not np.isnan(values).any():
        behind = np.swapaxes(ascending_ranks(np.swapaxes(values, -1, -2)), -1, -2) - 1
        return np.asarray((behind * (weights / weights.sum(axis=-1, keepdims=True))[..., None, :]).sum(axis=-1))

    def ahead(net: FloatArray, shared: FloatArray) -> FloatArray:
        share = np.divide(net, shared, out=np.zeros_like(net), where=shared > 0)
        return np.asarray(share.sum(axis=-1))

    # Against each of the m others: ½ + share / 2; a unit's share against itself is 0.
    others = _is_there(values, weights).sum(axis=-1, keepdims=True) - 1
    return np.asarray((_over_pairs(values, weights, ahead) + others) / 2)


def outranking_shares(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Share of the common weight by which the unit of the row is ahead of that of the column, ties half; shape (n, n).

    ½ on the diagonal and where two units share no child, so that a share and its mirror always add up to 1.

    Args:
        values: shape (n, k).
        weights: shape (k,).
    """
    net, shared = _compare(values[None], weights[None], slice(None))
    share = np.divide(net[0], shared[0], out=np.zeros_like(net[0]), where=shared[0] > 0)
    return np.where(np.abs(share) <= _EVEN, 0.5, 0.5 + share / 2)


def _is_there(values: FloatArray, weights: FloatArray) -> BoolArray:
    return np.asarray((~np.isnan(values) & (weights[..., None, :] > 0)).any(axis=-1))


def in_one_row(values: FloatArray, weights: FloatArray) -> tuple[tuple[int, ...], FloatArray, FloatArray]:
    """The leading axes of both, and both with these as one: shapes (n_replicas, n_rows, k) and (n_replicas, k)."""
    lead = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    n, k = values.shape[-2:]
    flat = np.broadcast_to(values, (*lead, n, k)).reshape(prod(lead), n, k)
    return lead, flat, np.broadcast_to(weights, (*lead, k)).reshape(prod(lead), k)


def _over_pairs(values: FloatArray, weights: FloatArray, summed: Summed) -> FloatArray:
    """For each unit, what ``summed`` makes of its comparisons with all units, block by block."""
    lead, flat, flat_weights = in_one_row(values, weights)
    n = values.shape[-2]
    result = np.empty(flat.shape[:2])
    for replicas, rows in _blocks(len(flat), n):
        result[replicas, rows] = summed(*_compare(flat[replicas], flat_weights[replicas], rows))
    result[~_is_there(flat, flat_weights)] = np.nan
    return result.reshape(*lead, n)


def _blocks(n_replicas: int, n: int) -> Iterator[tuple[slice, slice]]:
    together = max(1, PAIRS_AT_ONCE // max(n * n, 1))
    height = max(1, min(n, PAIRS_AT_ONCE // max(n, 1)))
    for first in range(0, n_replicas, together):
        for top in range(0, n, height):
            yield slice(first, min(first + together, n_replicas)), slice(top, min(top + height, n))


def _compare(values: FloatArray, weights: FloatArray, rows: slice) -> tuple[FloatArray, FloatArray]:
    """Weight for less weight against, and weight in common, of some rows against all: shapes (n_replicas, rows, n)."""
    some = values[:, rows]
    net = np.zeros((len(values), some.shape[1], values.shape[1]))
    shared = np.zeros_like(net)
    step = np.empty_like(net)
    gaps = np.isnan(values)
    any_gap = gaps.any()
    for child in range(values.shape[-1]):
        a, b = some[:, :, None, child], values[:, None, :, child]
        weight = weights[:, None, None, child]
        np.subtract(a > b, a < b, out=step, dtype=float)
        net += np.multiply(step, weight, out=step)
        if any_gap:
            shared += weight * ~(gaps[:, rows, None, child] | gaps[:, None, :, child])
    if not any_gap:
        shared += weights.sum(axis=-1)[:, None, None]
    return net, shared
