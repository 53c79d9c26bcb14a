"""Mean, skewness and kurtosis of many indicators at once, passing over gaps.

Source: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis, doi 10.1111/1467-9884.00122 (type 2,
the sample-adjusted ones, which spreadsheets print).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray

ALL_BUT_EQUAL = 1e-12  # a spread this small, as a share of the mean, is what rounding makes of equal values


@dataclass(frozen=True, slots=True)
class Moments:
    """Of values along one axis, which the arrays no longer have.

    Attributes:
        n: number of values that are there.
        mean: their mean; 0 where there is none.
        m2, m3, m4: central moments, divided by n; m2 is 0 where values are all but equal.
    """

    n: FloatArray
    mean: FloatArray
    m2: FloatArray
    m3: FloatArray
    m4: FloatArray

    @property
    def flat(self) -> BoolArray:
        """Where there is no spread."""
        return np.asarray(self.m2 <= 0)

    @property
    def skewness(self) -> FloatArray:
        """Adjusted skewness; NaN with fewer than 3 values or no spread."""
        n = self.n
        with np.errstate(invalid="ignore", divide="ignore"):
            adjusted = self.m3 / self.m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
        return np.asarray(np.where((n >= 3) & ~self.flat, adjusted, np.nan))

    @property
    def excess_kurtosis(self) -> FloatArray:
        """Adjusted excess kurtosis; NaN with fewer than 4 values or no spread."""
        n = self.n
        with np.errstate(invalid="ignore", divide="ignore"):
            adjusted = ((n + 1) * (self.m4 / self.m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
        return np.asarray(np.where((n >= 4) & ~self.flat, adjusted, np.nan))


def moments(values: FloatArray, axis: int = -2) -> Moments:
    """Moments along an axis, NaN passed over; ``axis`` is −2 (rows) or −1.

    Example:
        >>> found = moments(np.array([1.0, 2.0, 9.0, np.nan]), axis=-1)
        >>> float(found.n), float(found.mean), float(found.skewness.round(4))
        (3.0, 4.0, 1.6301)
    """
    there = np.isfinite(values)
    n = there.sum(axis=axis).astype(float)
    size = np.maximum(n, 1)
    mean = np.where(there, values, 0.0).sum(axis=axis) / size
    centred = np.where(there, values - np.expand_dims(mean, axis), 0.0)
    square = centred * centred
    along = "...ij,...ij->...j" if axis == -2 else "...j,...j->..."
    m2 = square.sum(axis=axis) / size
    m3 = np.einsum(along, square, centred) / size
    m4 = np.einsum(along, square, square) / size
    flat = m2 <= (ALL_BUT_EQUAL * np.maximum(np.abs(mean), 1e-150)) ** 2
    return Moments(n, mean, np.where(flat, 0.0, m2), m3, m4)


def skewness(values: FloatArray) -> FloatArray:
    """Adjusted skewness of each indicator, shape (..., n_rows, n_indicators) to (..., n_indicators).

    Example:
        >>> skewness(np.array([[1.0], [2.0], [9.0]])).round(4).tolist()
        [1.6301]
    """
    return moments(values).skewness


def excess_kurtosis(values: FloatArray) -> FloatArray:
    """Adjusted excess kurtosis of each indicator, shape (..., n_rows, n_indicators) to (..., n_indicators).

    Example:
        >>> excess_kurtosis(np.array([[1.0], [2.0], [3.0], [4.0]])).round(4).tolist()
        [-1.2]
    """
    return moments(values).excess_kurtosis
