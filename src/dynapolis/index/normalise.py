"""Indicators on one scale. The scale begins above 0, because a geometric mean cannot take 0."""

from __future__ import annotations

import numpy as np

from dynapolis.index.rank import average_ranks
from dynapolis.model.arrays import FloatArray
from dynapolis.model.index_spec import Normalisation

Z_CENTRE, Z_SPREAD = 50.0, 15.0


def normalise(
    values: FloatArray, directions: FloatArray, method: Normalisation, scale: tuple[float, float]
) -> FloatArray:
    """Values of each draw and indicator on the scale; more is better, whatever the indicator's direction.

    min_max: the lowest city gets the low end, the highest the high end. rank: places, ties shared, spread evenly over
    the scale. z_score: mean 50, one standard deviation 15, cut off at the ends of the scale. Where all cities are
    equal, each gets the middle. NaN stays NaN.

    Args:
        values: shape (n_draws, n_cities, n_indicators).
        directions: shape (n_indicators,), 1 or −1.
        method: one of the three.
        scale: its low and high end.

    Example:
        >>> normalise(np.array([[[1.], [3.], [2.]]]), np.array([1.]), "min_max", (1, 100)).ravel().tolist()
        [1.0, 100.0, 50.5]
    """
    low, high = scale
    directed = values * directions
    if method == "z_score":
        n = np.isfinite(directed).sum(axis=1, keepdims=True)
        centred = directed - np.nanmean(directed, axis=1, keepdims=True)
        spread = np.sqrt(np.nansum(centred**2, axis=1, keepdims=True) / np.maximum(n - 1, 1))
        differ = np.nanmax(directed, axis=1, keepdims=True) > np.nanmin(directed, axis=1, keepdims=True)
        z = np.where(differ, centred / np.where(differ, spread, 1.0), 0.0)
        return np.where(np.isfinite(values), np.clip(Z_CENTRE + Z_SPREAD * z, low, high), np.nan)
    if method == "rank":
        directed = np.moveaxis(-average_ranks(np.moveaxis(directed, 1, 2)), 2, 1)
    floor = np.nanmin(directed, axis=1, keepdims=True)
    room = np.nanmax(directed, axis=1, keepdims=True) - floor
    part = np.where(room > 0, (directed - floor) / np.where(room > 0, room, 1.0), 0.5)
    return np.where(np.isfinite(values), low + (high - low) * part, np.nan)
