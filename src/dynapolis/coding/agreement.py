"""How far coders agree: percent agreement and Krippendorff's alpha with a bootstrap interval.

Source: Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability (nominal data, missing values allowed);
interval by resampling units, Krippendorff (2019), Content Analysis, 4th ed., section 12.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over units coded by at least two coders; ``alpha`` is NaN where only one code occurs at all."""

    n_units: int
    percent: float
    alpha: float
    low: float
    high: float


def resample_units(n_units: int, n_resamples: int, rng: np.random.Generator) -> FloatArray:
    """How often each unit is drawn in each resample, shape (n_resamples, n_units)."""
    even = np.full(n_units, 1 / max(n_units, 1))
    return rng.multinomial(n_units, even, size=n_resamples).astype(float)


def agreement(codes: IntArray, weights: FloatArray, *, n_codes: int, level: float) -> Agreement:
    """Percent agreement and nominal alpha of several coders.

    Args:
        codes: shape (n_coders, n_units); code numbers 0 … ``n_codes`` − 1, and −1 where a coder gave none.
        weights: resamples of the units for the interval, from ``resample_units``.
        n_codes: how many codes the scheme has.
        level: share of resamples the interval holds, such as 0.95.

    Returns:
        the number of units with two or more codes, the share of agreeing pairs in percent, alpha and its interval.

    Raises:
        ValueError: a code number is outside the range.

    Example:
        >>> codes = np.array([[0, 0, 1, 1], [0, 0, 1, 0]])
        >>> weights = resample_units(4, 10, np.random.default_rng(1))
        >>> round(agreement(codes, weights, n_codes=2, level=0.9).alpha, 3)
        0.533
    """
    if codes.size and (codes.min() < -1 or codes.max() >= n_codes):
        raise ValueError(f"code numbers must lie between -1 and {n_codes - 1}")
    counts = _count_per_unit(codes, n_codes)
    usable = counts.sum(axis=1) >= 2
    counts, weights = counts[usable], weights[:, usable]
    if not len(counts):
        return Agreement(0, float("nan"), float("nan"), float("nan"), float("nan"))
    disagreeing = _disagreeing_pairs(counts)
    alpha = float(_alpha(np.ones((1, len(counts))), counts, disagreeing)[0])
    draws = _alpha(weights, counts, disagreeing)
    draws = draws[np.isfinite(draws)]
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail]) if len(draws) else (np.nan, np.nan)
    size = counts.sum(axis=1)
    percent = 100 * (1 - (disagreeing * (size - 1)).sum() / (size * (size - 1)).sum())
    return Agreement(len(counts), float(percent), alpha, float(low), float(high))


def _count_per_unit(codes: IntArray, n_codes: int) -> FloatArray:
    """Shape (n_units, n_codes): how many coders gave the unit that code."""
    counts = np.zeros((codes.shape[1], n_codes))
    for row in codes:
        given = row >= 0
        counts[np.flatnonzero(given), row[given]] += 1
    return counts


def _disagreeing_pairs(counts: FloatArray) -> FloatArray:
    """Ordered pairs of unequal codes in each unit, divided by its number of codes less one."""
    size = counts.sum(axis=1)
    return np.asarray((counts * (size[:, None] - counts)).sum(axis=1) / (size - 1))


def _alpha(weights: FloatArray, counts: FloatArray, disagreeing: FloatArray) -> FloatArray:
    """Alpha of each row of unit weights, shape (n_resamples,): 1 − observed / expected disagreement."""
    totals = weights @ counts
    n = totals.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = weights @ disagreeing / n
        expected = (n**2 - (totals**2).sum(axis=1)) / (n * (n - 1))
        return np.asarray(1 - observed / expected)
