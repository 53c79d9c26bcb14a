"""Winsorising: the most extreme values take the value of the next one, on the side of the skew, one more at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.index.moments import moments
from dynapolis.index.treating.rules import Rules, is_outlying
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Winsorised:
    """Series with their ends drawn in.

    Attributes:
        values: shape (n_series, n_rows).
        n_points: values drawn in, shape (n_series,).
        lower, upper: what the values were drawn in to; the lowest and highest value where an end was left alone.
    """

    values: FloatArray
    n_points: IntArray
    lower: FloatArray
    upper: FloatArray


def winsorise(series: FloatArray, rules: Rules) -> Winsorised:
    """Draw in the ends until the rule is met or as many points are drawn in as may be.

    The side is that of the skew at each step, so that it may change. Values that are tied at an end go together:
    none of them is further out than the others. Where drawing in once more would make all values equal, it stops.

    Args:
        series: shape (n_series, n_rows), NaN is a gap, none without two different values.
        rules: of each series; ``force`` goes on whether the rule is met or not.

    Example:
        >>> from dynapolis.index.treating.rules import rules_of
        >>> from dynapolis.model.composite import TreatOutliers
        >>> rules = rules_of(("x",), TreatOutliers(step="treat", max_winsorised=2, force=True))
        >>> found = winsorise(np.array([[1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]]), rules)
        >>> found.values[0, -3:].tolist(), found.n_points.tolist()
        ([10.0, 10.0, 10.0], [2])
    """
    ordered = np.sort(series, axis=1)  # gaps at the end
    n = np.isfinite(ordered).sum(axis=1)
    first, last = _ties(ordered)
    low, high = np.zeros_like(n), n - 1
    open_ = _is_open(ordered, rules, rules.max_winsorised > 0)
    while open_.any():
        some = np.flatnonzero(open_)
        clipped = np.clip(ordered[some], *_ends(ordered, low, high, some))
        right = ~(moments(clipped, axis=1).skewness < 0)
        next_high = np.where(right, first[some, high[some]] - 1, high[some])
        next_low = np.where(right, low[some], last[some, low[some]] + 1)
        moves = ordered[some, np.maximum(next_high, 0)] > ordered[some, np.minimum(next_low, n[some] - 1)]
        low[some], high[some] = np.where(moves, next_low, low[some]), np.where(moves, next_high, high[some])
        clipped = np.clip(ordered[some], *_ends(ordered, low, high, some))
        room = moves & (low[some] + n[some] - 1 - high[some] < rules.max_winsorised[some])
        open_[some] = _is_open(clipped, rules.of(some), room)
    lower, upper = _ends(ordered, low, high, np.arange(len(n)))
    return Winsorised(np.clip(series, lower, upper), low + n - 1 - high, lower[:, 0], upper[:, 0])


def _is_open(series: FloatArray, rules: Rules, room: BoolArray) -> BoolArray:
    found = moments(series, axis=1)
    outlying = is_outlying(found.skewness, found.excess_kurtosis, rules.max_skew, rules.max_kurtosis)
    return np.asarray(room & (outlying | rules.force))


def _ends(ordered: FloatArray, low: IntArray, high: IntArray, some: IntArray) -> tuple[FloatArray, FloatArray]:
    return ordered[some, low[some]][:, None], ordered[some, high[some]][:, None]


def _ties(ordered: FloatArray) -> tuple[IntArray, IntArray]:
    """Of each place, the first and the last place with the same value."""
    n = ordered.shape[1]
    places = np.broadcast_to(np.arange(n), ordered.shape)
    new = np.ones(ordered.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(new, places, 0), axis=1)
    ends = np.ones(ordered.shape, dtype=bool)
    ends[:, :-1] = new[:, 1:]
    last = np.minimum.accumulate(np.where(ends, places, n - 1)[:, ::-1], axis=1)[:, ::-1]
    return first, last
