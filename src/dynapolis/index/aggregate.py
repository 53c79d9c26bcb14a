"""Weighted means of the index of cities: those of ``combining``, by their names in its specification."""

from __future__ import annotations

from dynapolis.index.combining.combine import combine
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import AggregateChoice
from dynapolis.model.index_spec import Aggregation


def aggregate(values: FloatArray, weights: FloatArray, method: Aggregation) -> FloatArray:
    """Weighted mean over the last axis; missing values are left out and the weights of the others rescaled.

    Args:
        values: shape (n_draws, n_cities, n_parts), positive for the geometric and harmonic mean.
        weights: shape (n_parts,) or (n_draws, n_parts), not negative.
        method: which mean.

    Returns:
        shape (n_draws, n_cities); NaN where every part is missing.

    Example:
        >>> import numpy as np
        >>> aggregate(np.array([[[1., 100.]]]), np.array([1., 1.]), "geometric").round(6).tolist()
        [[10.0]]
    """
    return combine(values, weights, AggregateChoice(method=method))
