"""Least squares with side conditions, and with no unknown below 0 where asked: small, and solved to the end."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from dynapolis.model.arrays import FloatArray

_WEIGHT = 1e4  # of the side conditions while the unknowns at 0 are looked for
_ZERO = 1e-9


def constrained_least_squares(
    a: FloatArray, b: FloatArray, conditions: FloatArray, wanted: FloatArray, *, allow_negative: bool
) -> FloatArray:
    """The v that makes |a v − b|² least among those with conditions v = wanted, and v ≥ 0 unless negatives may be.

    Convex, so that the least found is the least there is. First which unknowns are 0 (non-negative least squares with
    heavily weighted conditions), then the others exactly.

    Args:
        a: shape (m, k). b: shape (m,). conditions: shape (c, k). wanted: shape (c,).

    Example:
        >>> one = np.ones((1, 2))
        >>> b = np.array([2.0, -1.0])
        >>> constrained_least_squares(np.eye(2), b, one, np.ones(1), allow_negative=True).round(9).tolist()
        [2.0, -1.0]
        >>> constrained_least_squares(np.eye(2), b, one, np.ones(1), allow_negative=False).round(9).tolist()
        [1.0, 0.0]
    """
    k = a.shape[1]
    if allow_negative:
        return _exactly(a, b, conditions, wanted)
    rough, _ = nnls(np.vstack([a, _WEIGHT * conditions]), np.concatenate([b, _WEIGHT * wanted]), maxiter=100 * k)
    used = rough > _ZERO * max(float(rough.max()), 1e-300)
    exact = np.zeros(k)
    exact[used] = _exactly(a[:, used], b, conditions[:, used], wanted)
    return np.asarray(exact if (exact >= 0).all() else rough)


def _exactly(a: FloatArray, b: FloatArray, conditions: FloatArray, wanted: FloatArray) -> FloatArray:
    """By Lagrange's multipliers; of several answers the shortest."""
    k, c = a.shape[1], len(conditions)
    left = np.block([[a.T @ a, conditions.T], [conditions, np.zeros((c, c))]])
    solved = np.linalg.lstsq(left, np.concatenate([a.T @ b, wanted]), rcond=1e-13)[0]
    return np.asarray(solved[:k]) + 0.0
