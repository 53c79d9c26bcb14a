"""Outliers: winsorise a skewed indicator, and take a logarithm when that is not enough.

Rule of the COIN tool (JRC): an indicator is treated when |skew| > 2 and excess kurtosis > 3.5. Skew and kurtosis are
the sample-adjusted ones (type 2 of Joanes and Gill 1998, doi 10.1111/1467-9884.00122).
"""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.index_spec import Treat


def skewness(values: FloatArray) -> FloatArray:
    """Adjusted skewness along axis 1, passing over NaN; NaN with fewer than 3 values or no spread."""
    n, m2, m3, _ = _moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where((n >= 3) & (m2 > 0), m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2), np.nan))


def excess_kurtosis(values: FloatArray) -> FloatArray:
    """Adjusted excess kurtosis along axis 1, passing over NaN; NaN with fewer than 4 values or no spread."""
    n, m2, _, m4 = _moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = m4 / m2**2 - 3
        return np.asarray(np.where((n >= 4) & (m2 > 0), ((n + 1) * plain + 6) * (n - 1) / ((n - 2) * (n - 3)), np.nan))


def _moments(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Number of values and central moments 2 to 4. Values that are all but equal count as equal."""
    n = np.isfinite(values).sum(axis=1).astype(float)
    size = np.maximum(n, 1)
    mean = np.nansum(values, axis=1) / size
    centred = np.nan_to_num(values - mean[:, None])
    square = centred * centred
    m2, m3, m4 = (power.sum(axis=1) / size for power in (square, square * centred, square * square))
    flat = m2 <= (1e-12 * np.maximum(np.abs(mean), 1e-300)) ** 2
    return n, np.where(flat, 0.0, m2), m3, m4


def treat(values: FloatArray, rule: Treat) -> tuple[FloatArray, IntArray]:
    """Indicators with their outliers drawn in.

    The side of the skew is fixed by the raw values. Up to ``max_winsorised`` of the most extreme values on that side
    take the value of the next one, one more at a time until the rule is met; if it never is, the raw values are
    replaced by log(x − min + range / 100), mirrored for a left skew.

    Args:
        values: shape (n_draws, n_cities, n_indicators).
        rule: thresholds; method "none" returns the values as they are.

    Returns:
        the treated values, and per draw and indicator what was done: 0 nothing, k points winsorised, −1 logarithm.
    """
    done = np.zeros((values.shape[0], values.shape[2]), dtype=np.int64)
    if rule.method == "none":
        return values, done
    result = values.copy()
    open_ = _is_outlying(result, rule)
    side = np.where(np.nan_to_num(skewness(values)) < 0, -1.0, 1.0)
    for points in range(1, rule.max_winsorised + 1):
        if not open_.any():
            break
        winsorised = _winsorise(values, side, points)
        result = np.where(open_[:, None, :], winsorised, result)
        done = np.where(open_, points, done)
        open_ = open_ & _is_outlying(result, rule)
    if open_.any():
        result = np.where(open_[:, None, :], _logarithm(values, side), result)
        done = np.where(open_, -1, done)
    return result, done


def _is_outlying(values: FloatArray, rule: Treat) -> BoolArray:
    skew, kurtosis = skewness(values), excess_kurtosis(values)
    return np.asarray((np.abs(np.nan_to_num(skew)) > rule.max_skew) & (np.nan_to_num(kurtosis) > rule.max_kurtosis))


def _winsorise(values: FloatArray, side: FloatArray, points: int) -> FloatArray:
    """The ``points`` most extreme values on one side take the value of the next."""
    mirrored = values * side[:, None, :]
    n = np.isfinite(mirrored).sum(axis=1)
    ordered = np.sort(np.where(np.isfinite(mirrored), mirrored, -np.inf), axis=1)
    place = np.maximum(values.shape[1] - 1 - np.minimum(points, np.maximum(n - 1, 0)), 0)
    limit = np.take_along_axis(ordered, place[:, None, :], axis=1)
    return np.asarray(np.minimum(mirrored, limit) * side[:, None, :])


def _logarithm(values: FloatArray, side: FloatArray) -> FloatArray:
    mirrored = values * side[:, None, :]
    low, high = np.fmin.reduce(mirrored, axis=1, keepdims=True), np.fmax.reduce(mirrored, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.log(mirrored - low + (high - low) / 100) * side[:, None, :])
