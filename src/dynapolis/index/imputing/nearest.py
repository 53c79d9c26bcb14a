"""Gaps filled from the units most alike: the mean of the nearest ones that have the value.

Source: Troyanskaya and others (2001), Missing value estimation methods for DNA microarrays,
doi 10.1093/bioinformatics/17.6.520.
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.scales.within_data import highest, lowest
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

ROWS_AT_ONCE = 512  # so that memory grows with units and not with their square
SAME = 1e-12  # squared distances this close are a tie


def fill_from_nearest(values: FloatArray, neighbours: int) -> FloatArray:
    """Each gap becomes the mean of the ``neighbours`` nearest units that have a value there.

    Two units are as far apart as their mean squared difference over the indicators both have, each between 0 and 1;
    one of which all values are equal does not count. Units equally far are taken together, so that the order of rows
    does not matter. A unit that shares no indicator with any that has the value keeps its gap.

    Args:
        values: shape (..., n_rows, n_indicators).
        neighbours: how many; where fewer have the value, all of them.

    Example:
        >>> rows = np.array([[0.0, 1.0], [1.0, 2.0], [10.0, 30.0], [1.0, np.nan]])
        >>> float(fill_from_nearest(rows, 2)[3, 1])
        1.5
    """
    flat = values.reshape(-1, *values.shape[-2:])
    return np.stack([_fill(table, neighbours) for table in flat]).reshape(values.shape)


def _fill(table: FloatArray, neighbours: int) -> FloatArray:
    gaps = np.isnan(table)
    result = table.copy()
    asking = np.flatnonzero(gaps.any(axis=1))
    for rows in np.split(asking, range(ROWS_AT_ONCE, len(asking), ROWS_AT_ONCE)) if len(asking) else ():
        far = _distances(table, rows)
        for column in np.flatnonzero(gaps[rows].any(axis=0)):
            some = np.flatnonzero(gaps[rows, column])
            giving = np.flatnonzero(~gaps[:, column])
            result[rows[some], column] = _nearest_mean(far[np.ix_(some, giving)], table[giving, column], neighbours)
    return result


def _distances(table: FloatArray, rows: IntArray) -> FloatArray:
    """Mean squared difference of some rows from all, over what both have; infinite where they share nothing."""
    low, room = lowest(table), highest(table) - lowest(table)
    scaled = np.where(room > 0, (table - low) / np.where(room > 0, room, 1.0), np.nan)
    there: BoolArray = ~np.isnan(scaled)
    x, m = np.where(there, scaled, 0.0), there.astype(float)
    square = x * x
    total = square[rows] @ m.T + m[rows] @ square.T - 2 * x[rows] @ x.T
    shared = m[rows] @ m.T
    return np.where(shared > 0, np.maximum(total, 0.0) / np.maximum(shared, 1.0), np.inf)


def _nearest_mean(far: FloatArray, given: FloatArray, neighbours: int) -> FloatArray:
    """Mean of the nearest of the given values, for each row of distances."""
    if not far.shape[1]:
        return np.full(len(far), np.nan)
    k = min(neighbours, far.shape[1]) - 1
    limit = np.partition(far, k, axis=1)[:, k : k + 1]
    farthest_known = np.where(np.isfinite(far), far, -np.inf).max(axis=1, keepdims=True)
    near = np.isfinite(far) & (far <= np.minimum(limit, farthest_known) + SAME)
    count = near.sum(axis=1)
    return np.asarray(np.where(count > 0, (near * given).sum(axis=1) / np.maximum(count, 1), np.nan))
