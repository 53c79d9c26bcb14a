"""Means, deviations and correlations of children over the units that have all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.index.moments import ALL_BUT_EQUAL
from dynapolis.model.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """Of the children of a node, over complete rows.

    Attributes:
        n: complete rows, shape (...).
        deviation: standard deviation with n − 1, shape (..., k); 0 for a child that is equal for all units.
        correlation: Pearson's, shape (..., k, k); a child that is equal for all has 0 with all and with itself.
        varies: which children are not equal for all units, shape (..., k).
    """

    n: FloatArray
    deviation: FloatArray
    correlation: FloatArray
    varies: BoolArray


def complete_moments(values: FloatArray) -> Moments:
    """Moments over the rows without a gap.

    Args:
        values: shape (..., n_rows, k); NaN is a gap.

    Example:
        >>> found = complete_moments(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [9.0, np.nan]]))
        >>> float(found.n), found.deviation.tolist(), found.correlation.round(9).tolist()
        (3.0, [1.0, 2.0], [[1.0, 1.0], [1.0, 1.0]])
    """
    complete: BoolArray = np.asarray(~np.isnan(values).any(axis=-1))
    n = complete.sum(axis=-1).astype(float)
    kept = np.where(complete[..., None], values, 0.0)
    mean = kept.sum(axis=-2, keepdims=True) / np.maximum(n, 1)[..., None, None]
    centred = np.where(complete[..., None], values - mean, 0.0)
    covariance = np.swapaxes(centred, -1, -2) @ centred / np.maximum(n - 1, 1)[..., None, None]
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    varies: BoolArray = np.asarray(deviation > ALL_BUT_EQUAL * np.maximum(np.abs(mean[..., 0, :]), 1e-300))
    scale = np.where(varies, deviation, 1.0)
    both = varies[..., :, None] & varies[..., None, :]
    correlation = np.where(both, covariance / (scale[..., :, None] * scale[..., None, :]), 0.0)
    return Moments(n, np.where(varies, deviation, 0.0), correlation, varies)


def even_where_nothing(weights: FloatArray, size: FloatArray) -> FloatArray:
    """Weights scaled to add up to 1; where there is nothing to weight by (size 0), equal ones.

    Example:
        >>> even_where_nothing(np.array([[1.0, 3.0], [0.0, 0.0]]), np.array([4.0, 0.0])).tolist()
        [[0.25, 0.75], [0.5, 0.5]]
    """
    there = size[..., None] != 0
    return np.where(there, weights / np.where(there, size[..., None], 1.0), 1.0 / weights.shape[-1])
