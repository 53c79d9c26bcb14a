"""Gaps filled from the other units: mean or median of the indicator, among all units or those of the same group.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3, doi 10.1787/9789264043466-en; Little and
Rubin (2002), Statistical Analysis with Missing Data, doi 10.1002/9781119013563.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np

from dynapolis.model.arrays import FloatArray

Centre = Literal["mean", "median"]


def centre_of(values: FloatArray, centre: Centre, axis: int = -2) -> FloatArray:
    """Mean or median along an axis, which stays with length 1; NaN where there is no value.

    Example:
        >>> centre_of(np.array([[1.0], [2.0], [9.0], [np.nan]]), "median").tolist()
        [[2.0]]
    """
    if centre == "mean":
        n = np.isfinite(values).sum(axis=axis, keepdims=True)
        total = np.nansum(values, axis=axis, keepdims=True)
        return np.asarray(np.where(n > 0, total / np.maximum(n, 1), np.nan))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice encountered", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=axis, keepdims=True))


def fill_from_column(values: FloatArray, centre: Centre, groups: Sequence[str] | None = None) -> FloatArray:
    """Each gap becomes the mean or median of the values of its column that are there.

    Args:
        values: shape (..., n_rows, n_indicators).
        centre: which.
        groups: the group of each row; a row without a group (empty text) keeps its gaps, and so does a group
            without any value. None: all rows are one group.

    Example:
        >>> rows = np.array([[1.0], [3.0], [np.nan], [8.0]])
        >>> fill_from_column(rows, "mean").ravel().tolist()
        [1.0, 3.0, 4.0, 8.0]
        >>> fill_from_column(rows, "mean", ("a", "a", "a", "b")).ravel().tolist()
        [1.0, 3.0, 2.0, 8.0]
    """
    if groups is None:
        return np.where(np.isnan(values), centre_of(values, centre), values)
    result = values.copy()
    named = np.array(groups)
    for group in sorted(set(groups) - {""}):
        rows = named == group
        result[..., rows, :] = fill_from_column(values[..., rows, :], centre)
    return result
