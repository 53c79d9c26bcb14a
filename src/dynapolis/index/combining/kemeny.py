"""The order of units that agrees most with all comparisons of two (Kemeny–Young).

Exact, or refused: finding the order is hard in general, and an order that is only nearly the best is no order. Units
that beat all others of a group may be put before them without loss, so only groups that beat one another in circles
need a search; each may have ``MOST_IN_A_CIRCLE`` units.

Source: Young and Levenglick (1978), A consistent extension of Condorcet's election principle, doi 10.1137/0135023;
Munda and Nardo (2009), doi 10.1080/00036840601019364; Held and Karp (1962), doi 10.1137/0110015, for the search.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import connected_components

from dynapolis.errors import BadUse
from dynapolis.index.combining.outranking import in_one_row, outranking_shares
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

MOST_IN_A_CIRCLE = 16
_SAME = 1e-9


def kemeny(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Units left behind in the best order; where several orders are best, the mean over all of them.

    Args:
        values: shape (..., n_rows, k); NaN is a gap, and two units are compared by the children that both have.
        weights: shape (..., k), not below 0.

    Returns:
        shape (..., n_rows), from 0 (last) to n − 1 (first); NaN for a unit without any child.

    Raises:
        BadUse: more than ``MOST_IN_A_CIRCLE`` units beat one another in circles.

    Example:
        >>> kemeny(np.array([[3.0, 1.0, 2.0], [2.0, 2.0, 1.0], [1.0, 3.0, 0.0]]), np.ones(3)).tolist()
        [2.0, 1.0, 0.0]
    """
    lead, flat, flat_weights = in_one_row(values, weights)
    result = np.full(flat.shape[:2], np.nan)
    for replica, (table, weight) in enumerate(zip(flat, flat_weights, strict=True)):
        there = np.flatnonzero((~np.isnan(table) & (weight > 0)).any(axis=1))
        shares = outranking_shares(table[there], weight)
        result[replica, there] = len(there) - 1 - mean_places(shares)
    return result.reshape(*lead, values.shape[-2])


def mean_places(shares: FloatArray) -> FloatArray:
    """Place of each unit, from 0, averaged over all orders that agree most with the shares.

    Args:
        shares: shape (n, n), share by which the row is ahead of the column; a share and its mirror add up to 1.
    """
    places = np.zeros(len(shares))
    before = 0
    for group in _groups(shares):
        places[group] = before + _places_in_circle(shares[np.ix_(group, group)])
        before += len(group)
    return places


def _groups(shares: FloatArray) -> list[IntArray]:
    """Units that beat or tie one another in circles, group by group, from the one that beats all others down."""
    if not len(shares):
        return []
    _, group = connected_components(shares >= 0.5, directed=True, connection="strong")
    members = [np.flatnonzero(group == number) for number in range(group.max() + 1)]
    return sorted(members, key=lambda units: -float((shares[units[0]] > 0.5)[group != group[units[0]]].sum()))


def _places_in_circle(shares: FloatArray) -> FloatArray:
    """Over the sets of units that may come first: the least cost of an order up to and from there, and how many."""
    n = len(shares)
    if n > MOST_IN_A_CIRCLE:
        raise BadUse(
            f"Kemeny's rule: {n} units beat or tie one another in circles; the best order is found for at most "
            f"{MOST_IN_A_CIRCLE}. Use copeland or borda_count, or more indicators that tell these units apart."
        )
    if n == 1:
        return np.zeros(1)
    sets = np.arange(1 << n)
    holds = (sets[None, :] >> np.arange(n)[:, None]) & 1 == 1
    size = holds.sum(axis=0)
    cost = np.where(holds, np.inf, shares @ holds)  # of a unit right after a set: what it leads each of the set by
    to, n_to = _cheapest_to(cost, holds, size)
    rest, n_rest = _cheapest_from(cost, holds, size)
    places = np.zeros(n)
    for unit in range(n):
        before = sets[~holds[unit]]
        after = before | (1 << unit)
        best = np.abs(to[before] + cost[unit, before] + rest[after] - rest[0]) < _SAME
        orders = np.where(best, n_to[before] * n_rest[after], 0.0)
        places[unit] = (orders * size[before]).sum() / n_rest[0]
    return places


def _cheapest_to(cost: FloatArray, holds: BoolArray, size: IntArray) -> tuple[FloatArray, FloatArray]:
    """Least cost of any order of a set that comes first, and how many orders have it; shapes (2^n,)."""
    least, orders = np.zeros(len(size)), np.ones(len(size))
    for count in range(1, len(cost) + 1):
        now = np.flatnonzero(size == count)
        before = np.where(holds[:, now], now ^ _bits(cost), 0)
        options = np.where(holds[:, now], least[before] + np.take_along_axis(cost, before, axis=1), np.inf)
        least[now] = options.min(axis=0)
        orders[now] = np.where(options <= least[now] + _SAME, orders[before], 0.0).sum(axis=0)
    return least, orders


def _cheapest_from(cost: FloatArray, holds: BoolArray, size: IntArray) -> tuple[FloatArray, FloatArray]:
    """Least cost of putting all others in order after a set, and how many orders have it; shapes (2^n,)."""
    least, orders = np.zeros(len(size)), np.ones(len(size))
    for count in range(len(cost) - 1, -1, -1):
        now = np.flatnonzero(size == count)
        after = now | _bits(cost)
        options = cost[:, now] + least[after]
        least[now] = options.min(axis=0)
        orders[now] = np.where(options <= least[now] + _SAME, orders[after], 0.0).sum(axis=0)
    return least, orders


def _bits(cost: FloatArray) -> IntArray:
    return np.asarray(1 << np.arange(len(cost))[:, None])
