"""The power transformation of Box and Cox, and its exponent by maximum likelihood.

Source: Box and Cox (1964), An analysis of transformations, doi 10.1111/j.2517-6161.1964.tb00553.x.
"""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import FloatArray

WIDEST = 5.0  # exponents are looked for between −5 and 5
_GRID = np.linspace(-WIDEST, WIDEST, 41)
_GOLDEN = (np.sqrt(5) - 1) / 2
_STEPS = 36


def box_cox(series: FloatArray, lambdas: FloatArray) -> FloatArray:
    """(x^λ − 1) / λ, and ln x where λ is 0.

    Args:
        series: shape (n_series, n_rows), above 0; NaN stays.
        lambdas: shape (n_series,).

    Example:
        >>> box_cox(np.array([[1.0, 4.0]]), np.array([0.5])).tolist()
        [[0.0, 2.0]]
    """
    exponent = lambdas[:, None]
    safe = np.where(exponent == 0, 1.0, exponent)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(series)
        return np.asarray(np.where(exponent == 0, logs, np.expm1(exponent * logs) / safe))


def estimate_lambda(series: FloatArray) -> FloatArray:
    """The exponent after which values are most nearly normal, by maximum profile likelihood, between −5 and 5.

    The best point of a grid, then a golden section between its neighbours; exact to about 1e-7.

    Args:
        series: shape (n_series, n_rows), above 0, at least two different values in each.

    Returns:
        shape (n_series,).

    Example:
        >>> estimate_lambda(np.exp([[-2.0, -1.0, 0.0, 1.0, 2.0]])).round(6).tolist() == [0.0]
        True
    """
    logs = np.log(series)
    logs = logs - np.nanmean(logs, axis=1, keepdims=True)
    on_grid = np.stack([_likelihood(logs, np.full(len(logs), point)) for point in _GRID])
    best = on_grid.argmax(axis=0)
    low, high = _GRID[np.maximum(best - 1, 0)], _GRID[np.minimum(best + 1, len(_GRID) - 1)]
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        up = _likelihood(logs, left) < _likelihood(logs, right)
        low, high = np.where(up, left, low), np.where(up, high, right)
    middle = (low + high) / 2
    return np.asarray(np.where(np.abs(middle) < 1e-9, 0.0, middle))


def _likelihood(logs: FloatArray, lambdas: FloatArray) -> FloatArray:
    """Profile log-likelihood per value, but for a constant; logarithms have mean 0, so the Jacobian is 1."""
    exponent = lambdas[:, None]
    near_zero = np.abs(exponent) < 1e-12
    transformed = np.where(near_zero, logs, np.expm1(exponent * logs) / np.where(near_zero, 1.0, exponent))
    return np.asarray(-np.log(np.nanvar(transformed, axis=1)))
