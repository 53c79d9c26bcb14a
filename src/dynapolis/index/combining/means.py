"""Weighted means over children: gaps are left out and the weights of the others rescaled.

The smaller the exponent, the less a strength makes up for a weakness: arithmetic (1) lets it fully, geometric (0)
less, harmonic (−1) less still.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en, step 7;
Bullen, Handbook of Means and Their Inequalities (2003), doi 10.1007/978-94-017-0399-4, for power means.
"""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import FloatArray


def arithmetic_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Σ w x / Σ w over the last axis.

    Each row is summed by itself in the order of its children, so that equal rows get equal scores to the last digit
    wherever they stand.

    Args:
        values: shape (..., n_rows, k); NaN is a gap.
        weights: broadcasts to the same shape.

    Returns:
        shape (..., n_rows); NaN where no child is there or the weights of those that are add up to 0.

    Example:
        >>> arithmetic_mean(np.array([[1.0, 4.0, np.nan]]), np.array([[1.0, 2.0, 5.0]])).tolist()
        [3.0]
    """
    gaps = np.isnan(values)
    if gaps.any():
        total = (weights * ~gaps).sum(axis=-1)
        summed = (weights * np.where(gaps, 0.0, values)).sum(axis=-1)
    else:
        total = weights.sum(axis=-1)
        summed = (weights * values).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total != 0, summed / total, np.nan))


def geometric_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """exp(Σ w ln x / Σ w) of values above 0; shapes as in ``arithmetic_mean``.

    Example:
        >>> geometric_mean(np.array([[1.0, 100.0]]), np.ones((1, 2))).round(9).tolist()
        [10.0]
    """
    return np.asarray(np.exp(arithmetic_mean(np.log(values), weights)))


def harmonic_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Σ w / Σ (w / x) of values above 0; shapes as in ``arithmetic_mean``.

    Example:
        >>> harmonic_mean(np.array([[2.0, 6.0]]), np.ones((1, 2))).tolist()
        [3.0]
    """
    present = ~np.isnan(values)
    total = (weights * present).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            np.where(total != 0, total / (weights / np.where(present, values, np.inf)).sum(axis=-1), np.nan)
        )


def power_mean(values: FloatArray, weights: FloatArray, power: float) -> FloatArray:
    """(Σ w x^p / Σ w)^(1/p); exponent 0 is its limit, the geometric mean. Shapes as in ``arithmetic_mean``.

    Values are divided by the largest (p > 0) or smallest (p < 0) of their row first, so that no power overflows, and
    powers are taken as exp(p ln x) − 1, so that none loses its digits near p = 0.

    Args:
        values: not below 0; above 0 when p ≤ 0.
        weights: not below 0.
        power: any finite number.

    Example:
        >>> power_mean(np.array([[1.0, 7.0, np.nan]]), np.ones((1, 3)), 2).tolist()
        [5.0]
    """
    if power == 0:
        return geometric_mean(values, weights)
    extreme = (np.fmax if power > 0 else np.fmin).reduce(values, axis=-1)
    unit = np.where(extreme > 0, extreme, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = arithmetic_mean(np.expm1(power * np.log(values / unit[..., None])), weights)
        mean = unit * np.exp(np.log1p(grown) / power)
    return np.asarray(np.where(extreme == 0, 0.0 * grown, mean))
