"""Gaps filled by regression on the complete indicators: what the others let expect.

Source: Little and Rubin (2002), Statistical Analysis with Missing Data, doi 10.1002/9781119013563, conditional means;
OECD/JRC Handbook (2008), step 3, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.imputing.patterns import by_pattern
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray


def fill_from_regression(values: FloatArray, predictors: int) -> FloatArray:
    """Each gap becomes the value that least squares on complete indicators predict.

    Of the indicators without any gap the ``predictors`` are taken that correlate most with the one to be filled, over
    the units that have it; at most so many that one degree of freedom is left. Without any, this is the mean. An
    indicator without values stays without.

    Args:
        values: shape (..., n_rows, n_indicators).
        predictors: how many at most.

    Example:
        >>> rows = np.array([[1.0, 3.0], [2.0, 5.0], [3.0, 7.0], [4.0, np.nan]])
        >>> float(fill_from_regression(rows, 5)[3, 1].round(9))
        9.0
    """
    return by_pattern(values, lambda tables, gaps: _fill(tables, gaps, predictors))


def _fill(tables: FloatArray, gaps: BoolArray, predictors: int) -> FloatArray:
    """Tables of shape (n, n_rows, n_indicators) that have the same gaps."""
    result = tables.copy()
    complete = tables[:, :, ~gaps.any(axis=0)]
    for column in np.flatnonzero(gaps.any(axis=0) & ~gaps.all(axis=0)):
        seen = ~gaps[:, column]
        target = tables[:, seen, column]
        most = max(min(predictors, complete.shape[2], int(seen.sum()) - 2), 0)
        chosen = strongest(complete[:, seen], target, most)
        taken = np.take_along_axis(complete, chosen[:, None, :], axis=2)
        centre = taken[:, seen].mean(axis=1, keepdims=True)
        spread = taken[:, seen].std(axis=1, keepdims=True)
        scaled = (taken - centre) / np.where(spread > 0, spread, 1.0)
        mean = target.mean(axis=1, keepdims=True)
        known = scaled[:, seen]
        inverse = np.linalg.pinv(np.swapaxes(known, 1, 2) @ known, rcond=1e-10, hermitian=True)
        slopes = inverse @ (np.swapaxes(known, 1, 2) @ (target - mean)[:, :, None])
        result[:, ~seen, column] = mean + (scaled[:, ~seen] @ slopes)[:, :, 0]
    return result


def strongest(columns: FloatArray, target: FloatArray, most: int) -> IntArray:
    """Places of the columns that correlate most with a target, whatever the sign.

    Args:
        columns: shape (n, n_rows, n_columns), without gaps; one without spread correlates with nothing.
        target: shape (n, n_rows).
        most: how many.

    Returns:
        shape (n, most), the strongest first.

    Example:
        >>> strongest(np.array([[[1.0, 5.0], [2.0, -1.0], [3.0, 2.0]]]), np.array([[2.0, 4.0, 6.0]]), 1).tolist()
        [[0]]
    """
    x = columns - columns.mean(axis=1, keepdims=True)
    y = target - target.mean(axis=1, keepdims=True)
    together = np.einsum("tij,ti->tj", x, y)
    size = np.sqrt(np.einsum("tij,tij->tj", x, x) * np.einsum("ti,ti->t", y, y)[:, None])
    strength = np.abs(np.where(size > 0, together / np.where(size > 0, size, 1.0), 0.0))
    return np.argsort(-strength.round(12), axis=1, kind="stable")[:, :most]
