"""Weighted means: arithmetic lets strengths make up for weaknesses, geometric less, harmonic least."""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import FloatArray
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
        >>> aggregate(np.array([[[1., 100.]]]), np.array([1., 1.]), "geometric").round(6).tolist()
        [[10.0]]
    """
    present = np.isfinite(values)
    w = np.broadcast_to(weights[:, None, :] if weights.ndim == 2 else weights, values.shape) * present
    total = w.sum(axis=2)
    safe = np.where(present, values, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == "arithmetic":
            mean = (w * safe).sum(axis=2) / total
        elif method == "geometric":
            mean = np.exp((w * np.log(safe)).sum(axis=2) / total)
        else:
            mean = total / (w / safe).sum(axis=2)
    return np.asarray(np.where(total > 0, mean, np.nan))
