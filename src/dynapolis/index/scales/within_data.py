"""Scores from the place of a value within the data: min–max, z-scores, distance to and fraction of the maximum.

All values are directed: more is better. Equal values everywhere get the middle of the range (z-scores: the centre).

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from dynapolis.index.moments import moments
from dynapolis.model.arrays import BoolArray, FloatArray


def lowest(values: FloatArray) -> FloatArray:
    """Lowest value of each indicator, shape (..., 1, n_indicators); NaN where there is none."""
    return np.asarray(np.fmin.reduce(values, axis=-2, keepdims=True))


def highest(values: FloatArray) -> FloatArray:
    """Highest value of each indicator, shape (..., 1, n_indicators); NaN where there is none."""
    return np.asarray(np.fmax.reduce(values, axis=-2, keepdims=True))


def onto(part: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Parts between 0 and 1 spread over a range; its ends are of shape (n_indicators,)."""
    return np.asarray(low + (high - low) * part)


def min_max(values: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """The lowest value gets the low end, the highest the high end, the others their place between.

    This is also the distance to the maximum, 1 − (max − x) / (max − min), on a range of 0 to 1.

    Args:
        values: shape (..., n_rows, n_indicators), directed; NaN stays NaN.
        low, high: ends of the range, shape (n_indicators,).

    Example:
        >>> min_max(np.array([[1.0], [3.0], [2.0]]), np.array([0.0]), np.array([100.0])).ravel().tolist()
        [0.0, 100.0, 50.0]
    """
    floor = lowest(values)
    room = highest(values) - floor
    spread = room > 0
    part = np.where(spread, (values - floor) / np.where(spread, room, 1.0), 0.5)
    return np.where(np.isnan(values), np.nan, onto(part, low, high))


def z_score(values: FloatArray, centre: FloatArray, spread: FloatArray) -> FloatArray:
    """Standard deviations from the mean (divided by n − 1), brought to another centre and spread.

    Args:
        values: shape (..., n_rows, n_indicators), directed; NaN stays NaN.
        centre, spread: mean and standard deviation of the scores, shape (n_indicators,).

    Example:
        >>> z_score(np.array([[1.0], [3.0]]), np.array([0.0]), np.array([1.0])).ravel().round(4).tolist()
        [-0.7071, 0.7071]
    """
    found = moments(values)
    deviation = np.sqrt(found.m2 * found.n / np.maximum(found.n - 1, 1))[..., None, :]
    differ = deviation > 0
    z = np.where(differ, (values - found.mean[..., None, :]) / np.where(differ, deviation, 1.0), 0.0)
    return np.where(np.isnan(values), np.nan, centre + spread * z)


def fraction_of_max(values: FloatArray, directions: FloatArray, turn: Literal["rest", "sign"]) -> FloatArray:
    """x / max, and for an indicator of which less is better 1 − x / max, or x / min as in COINr.

    Args:
        values: shape (..., n_rows, n_indicators), directed.
        directions: 1 or −1, shape (n_indicators,).
        turn: how an indicator of direction −1 is turned round.

    Returns:
        NaN where the values divide by a maximum that is not above 0, see ``has_maximum``.

    Example:
        >>> rows = np.array([[2.0], [4.0]])
        >>> fraction_of_max(rows, np.array([1.0]), "rest").ravel().tolist()
        [0.5, 1.0]
        >>> fraction_of_max(-rows, np.array([-1.0]), "rest").ravel().tolist()
        [0.5, 0.0]
    """
    if turn == "sign":
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(values / highest(values))
    raw = values * directions
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = np.where(has_maximum(values, directions, turn)[..., None, :], raw / highest(raw), np.nan)
    return np.where(directions > 0, fraction, 1 - fraction)


def has_maximum(values: FloatArray, directions: FloatArray, turn: Literal["rest", "sign"]) -> BoolArray:
    """Whether the raw maximum is above 0, so that a fraction of it keeps the order, shape (..., n_indicators)."""
    if turn == "sign":
        return np.ones((*values.shape[:-2], values.shape[-1]), dtype=bool)
    return np.asarray(highest(values * directions)[..., 0, :] > 0)
