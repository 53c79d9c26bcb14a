"""Ends of intervals that hold their value, and numbers that are there or are not."""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import FloatArray


def holding(value: float, low: float, high: float) -> tuple[float, float]:
    """An interval stretched to hold what was found: that of a count is above 0 even where nothing was counted."""
    return min(low, value), max(high, value)


def ends_of(draws: FloatArray, point: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    """Quantiles over draws that have a value, widened to hold the point; NaN where the point is."""
    there = np.isfinite(point)
    filled = np.where(np.isfinite(draws), draws, point[None])
    low, high = np.quantile(np.where(there[None], filled, 0.0), [tail, 1 - tail], axis=0)
    return np.where(there, np.minimum(low, point), np.nan), np.where(there, np.maximum(high, point), np.nan)


def finite(value: float) -> float | None:
    """The value, or nothing where it is no number."""
    return float(value) if np.isfinite(value) else None
