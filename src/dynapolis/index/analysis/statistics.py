"""What each indicator looks like: extremes, centre, spread, shape, gaps, noughts, repeated values; and flags.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en, step 4; names of
the figures as in COINr (doi 10.21105/joss.04567); fences after Tukey, Exploratory Data Analysis (1977).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.index.moments import moments
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

FENCE = 1.5  # quartile ranges beyond a quartile from which a point counts as outlying


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of each indicator, shape (..., n_indicators); NaN where there are too few values.

    Attributes:
        minimum, maximum, mean, median: in the indicator's units.
        deviation: standard deviation with n − 1.
        skewness, kurtosis: adjusted skewness and adjusted excess kurtosis.
        n_rows: rows that were looked at, gaps included.
        n_available, n_non_zero: values that are there, and those of them that are not nought.
        n_unique: different values.
        n_same: how often the most frequent value occurs.
        n_outliers: points beyond Tukey's fences.
    """

    minimum: FloatArray
    maximum: FloatArray
    mean: FloatArray
    median: FloatArray
    deviation: FloatArray
    skewness: FloatArray
    kurtosis: FloatArray
    n_rows: int
    n_available: IntArray
    n_non_zero: IntArray
    n_unique: IntArray
    n_same: IntArray
    n_outliers: IntArray

    @property
    def available(self) -> FloatArray:
        """Share of the rows that have a value."""
        return np.asarray(self.n_available / max(self.n_rows, 1))

    @property
    def non_zero(self) -> FloatArray:
        """Share of the values that are not nought."""
        return _share(self.n_non_zero, self.n_available)

    @property
    def unique(self) -> FloatArray:
        """Different values as a share of the values."""
        return _share(self.n_unique, self.n_available)

    @property
    def same(self) -> FloatArray:
        """Share of the values that are the most frequent one."""
        return _share(self.n_same, self.n_available)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where an indicator is flagged.

    Attributes:
        available, non_zero, unique: shares below which it is flagged.
        skewness, kurtosis: |skewness| and excess kurtosis that must both be exceeded.
        share_of: whether noughts and different values are counted as a share of the values that are there, or of all
            rows, gaps included, as COINr flags them though it prints the other share.
    """

    available: float = 0.65
    non_zero: float = 0.5
    unique: float = 0.5
    skewness: float = 2.0
    kurtosis: float = 3.5
    share_of: Literal["values", "rows"] = "values"


@dataclass(frozen=True, slots=True)
class Flags:
    """What deserves a look in each indicator, shape (..., n_indicators).

    Attributes:
        few_values: it has too many gaps.
        many_zeros: too many of its values are nought.
        few_unique: too few of its values differ.
        outlying: its shape hints at outliers.
        constant: all its values are equal, or it has none; it tells no units apart.
    """

    few_values: BoolArray
    many_zeros: BoolArray
    few_unique: BoolArray
    outlying: BoolArray
    constant: BoolArray


def describe(values: FloatArray) -> Statistics:
    """Statistics of each indicator, gaps passed over.

    Args:
        values: shape (..., n_rows, n_indicators).

    Example:
        >>> found = describe(np.array([[0.0], [2.0], [2.0], [8.0], [np.nan]]))
        >>> float(found.mean[0]), float(found.median[0]), int(found.n_same[0]), float(found.non_zero[0])
        (3.0, 2.0, 2, 0.75)
    """
    found = moments(values)
    there = ~np.isnan(values)
    n_available = there.sum(axis=-2)
    some = n_available > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        deviation = np.where(n_available > 1, np.sqrt(found.m2 * found.n / (found.n - 1)), np.nan)
    low, median, high = _quartiles(values, n_available)
    room = FENCE * (high - low)
    beyond = (values < (low - room)[..., None, :]) | (values > (high + room)[..., None, :])
    n_unique, n_same = _repeated(values)
    return Statistics(
        minimum=np.fmin.reduce(values, axis=-2, initial=np.nan),
        maximum=np.fmax.reduce(values, axis=-2, initial=np.nan),
        mean=np.where(some, found.mean, np.nan),
        median=median,
        deviation=deviation,
        skewness=found.skewness,
        kurtosis=found.excess_kurtosis,
        n_rows=values.shape[-2],
        n_available=n_available,
        n_non_zero=(there & (values != 0)).sum(axis=-2),
        n_unique=n_unique,
        n_same=n_same,
        n_outliers=beyond.sum(axis=-2),
    )


def flag(found: Statistics, limits: Limits | None = None) -> Flags:
    """Which indicators deserve a look. An indicator without any value is flagged for that alone, and as constant.

    Example:
        >>> found = describe(np.array([[1.0, 0.0], [2.0, 0.0], [np.nan, 3.0], [np.nan, 0.0]]))
        >>> flags = flag(found)
        >>> flags.few_values.tolist(), flags.many_zeros.tolist()
        ([True, False], [False, True])
    """
    asked = limits or Limits()
    whole = found.n_available if asked.share_of == "values" else np.full_like(found.n_available, found.n_rows)
    some = found.n_available > 0
    return Flags(
        few_values=np.asarray(found.available < asked.available),
        many_zeros=np.asarray(some & (found.n_non_zero < asked.non_zero * whole)),
        few_unique=np.asarray(some & (found.n_unique < asked.unique * whole)),
        outlying=np.asarray((np.abs(found.skewness) > asked.skewness) & (found.kurtosis > asked.kurtosis)),
        constant=np.asarray(found.n_unique <= 1),
    )


def _share(part: IntArray, whole: IntArray) -> FloatArray:
    return np.asarray(np.where(whole > 0, part / np.maximum(whole, 1), np.nan))


def _quartiles(values: FloatArray, n: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lower quartile, median and upper quartile between the nearest values (the usual, type 7); NaN without values."""
    ordered = np.sort(values, axis=-2)  # gaps at the end
    last = np.maximum(n - 1, 0)
    found = []
    for share in (0.25, 0.5, 0.75):
        place = last * share
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, last)
        left = np.take_along_axis(ordered, below[..., None, :], axis=-2)[..., 0, :]
        right = np.take_along_axis(ordered, above[..., None, :], axis=-2)[..., 0, :]
        found.append(left + (right - left) * (place - below))
    return found[0], found[1], found[2]


def _repeated(values: FloatArray) -> tuple[IntArray, IntArray]:
    """How many different values there are, and how often the most frequent one occurs."""
    n = values.shape[-2]
    ordered = np.sort(values, axis=-2)
    there = ~np.isnan(ordered)
    new = there.copy()
    new[..., 1:, :] &= ordered[..., 1:, :] != ordered[..., :-1, :]
    places = np.arange(n)[:, None]
    first = np.maximum.accumulate(np.where(new, places, 0), axis=-2)
    runs = np.where(there, places - first + 1, 0)
    return new.sum(axis=-2), runs.max(axis=-2, initial=0)
