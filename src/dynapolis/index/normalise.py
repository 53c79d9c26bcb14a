"""The normalisations of the own index, as choices of the general ones.

The scale begins above 0, because a geometric mean cannot take 0.
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.scales.among_others import rank_scores
from dynapolis.index.scales.within_data import min_max, z_score
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
    low, high = (np.full(len(directions), float(end)) for end in scale)
    directed = values * directions
    if method == "z_score":
        centre, spread = np.full_like(low, Z_CENTRE), np.full_like(low, Z_SPREAD)
        return np.clip(z_score(directed, centre, spread), low, high)
    return min_max(rank_scores(directed, "average") if method == "rank" else directed, low, high)
