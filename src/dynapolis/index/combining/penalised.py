"""Means from which the unbalance of the children is taken off, so that weaknesses are not bought off by strengths."""

from __future__ import annotations

from typing import Literal

import numpy as np

from dynapolis.index.combining.means import arithmetic_mean
from dynapolis.index.moments import ALL_BUT_EQUAL
from dynapolis.model.arrays import FloatArray

Standardised = Literal["given", "range_70_130", "mean_100_sd_10"]


def mazziotta_pareto(
    values: FloatArray, weights: FloatArray, sign: Literal["+", "-"], standardised: Standardised
) -> FloatArray:
    """M ∓ S · cv: the mean less (or plus) the deviation S between the children times their variation cv = S / M.

    Args:
        values: shape (..., n_rows, k); on a given scale each unit's mean must be above 0; NaN is a gap.
        weights: broadcasts to the same shape; mean and deviation are weighted with them.
        sign: "-" where a high score is good, "+" where it is bad: either way unbalance counts against the unit.
        standardised: "given" takes the scores as they are; "range_70_130" spreads each child over 70 to 130 between
            its least and greatest unit (the adjusted index, for comparisons over time); "mean_100_sd_10" gives each
            child mean 100 and deviation 10 (the original index). A child that is equal for all units gets 100.

    Returns:
        shape (..., n_rows).

    Source:
        De Muro, Mazziotta and Pareto (2011), doi 10.1007/s11205-010-9727-z (original); Mazziotta and Pareto (2016),
        doi 10.1007/s11205-015-0998-2 (adjusted); the same, Weighting in composite indices construction, Rivista
        Italiana di Economia Demografia e Statistica (weighted).

    Example:
        >>> mazziotta_pareto(np.array([[80.0, 120.0]]), np.ones((1, 2)), "-", "given").tolist()
        [96.0]
    """
    on_scale = _standardise(values, standardised)
    mean = arithmetic_mean(on_scale, weights)
    variance = arithmetic_mean((on_scale - mean[..., None]) ** 2, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        penalty = np.where(variance > 0, variance / mean, 0.0)
    return np.asarray(mean - penalty if sign == "-" else mean + penalty)


def _standardise(values: FloatArray, to: Standardised) -> FloatArray:
    if to == "given":
        return values
    there = ~np.isnan(values)
    if to == "range_70_130":
        low = np.fmin.reduce(values, axis=-2, keepdims=True)
        room = np.fmax.reduce(values, axis=-2, keepdims=True) - low
        flat = ~(room > 0)
        return np.where(flat & there, 100.0, 70.0 + 60.0 * (values - low) / np.where(flat, 1.0, room))
    n = np.maximum(there.sum(axis=-2, keepdims=True), 1)
    mean = np.where(there, values, 0.0).sum(axis=-2, keepdims=True) / n
    centred = np.where(there, values - mean, 0.0)
    deviation = np.sqrt((centred**2).sum(axis=-2, keepdims=True) / n)
    flat = deviation <= ALL_BUT_EQUAL * np.maximum(np.abs(mean), 1e-300)
    return np.where(there, 100.0 + 10.0 * np.where(flat, 0.0, centred / np.where(flat, 1.0, deviation)), np.nan)


def mean_min(values: FloatArray, weights: FloatArray, alpha: float, beta: float) -> FloatArray:
    """M − α (√((M − m)² + β²) − β): the mean M, drawn towards the worst child m.

    α = 0 is the arithmetic mean; α = 1 with β = 0 the worst child; a larger β forgives small unbalances.

    Args:
        values: shape (..., n_rows, k); NaN is a gap.
        weights: broadcasts to the same shape, not below 0.
        alpha: from 0 to 1.
        beta: 0 or more, in points of the scores.

    Source:
        Casadio Tarabusi and Guarini (2013), An unbalance adjustment method for development indicators,
        doi 10.1007/s11205-012-0070-4.

    Example:
        >>> mean_min(np.array([[20.0, 80.0]]), np.ones((1, 2)), 0.5, 0.0).tolist()
        [35.0]
    """
    mean = arithmetic_mean(values, weights)
    worst = np.fmin.reduce(values, axis=-1)
    return np.asarray(mean - alpha * (np.hypot(mean - worst, beta) - beta))
