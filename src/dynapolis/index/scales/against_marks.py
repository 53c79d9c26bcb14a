"""Scores against marks that do not depend on the other units: goalposts, a target, a reference, a fixed scale.

Marks are given in the indicator's own units and its own direction as printed; ``directed`` turns them together with
the values.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5, doi 10.1787/9789264043466-en; goalposts:
UNDP, Human Development Report, technical note 1.
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.scales.within_data import lowest
from dynapolis.model.arrays import FloatArray


def directed_marks(low: FloatArray, high: FloatArray, directions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The worse and the better of two marks, turned so that more is better.

    Of an indicator of which less is better, the better mark is the low one: between 10 and 50 deaths, 10 is best.

    Example:
        >>> worse, better = directed_marks(np.array([10.0]), np.array([50.0]), np.array([-1.0]))
        >>> worse.tolist(), better.tolist()
        ([-50.0], [-10.0])
    """
    up = directions > 0
    return np.where(up, low, -high), np.where(up, high, -low)


def between_marks(values: FloatArray, worse: FloatArray, better: FloatArray) -> FloatArray:
    """Share of the way from the worse to the better mark; below 0 and above 1 beyond them.

    Args:
        values: shape (..., n_rows, n_indicators), directed.
        worse, better: directed marks, shape (n_indicators,) or (..., 1, n_indicators), which differ.

    Example:
        >>> between_marks(np.array([[-20.0]]), np.array([-50.0]), np.array([-10.0])).tolist()
        [[0.75]]
    """
    return np.asarray((values - worse) / (better - worse))


def towards(values: FloatArray, mark: FloatArray, cap: bool) -> FloatArray:
    """Share of the way from the lowest value to a mark: a target, or what the reference unit has.

    Args:
        values: shape (..., n_rows, n_indicators), directed.
        mark: directed, shape (n_indicators,) or (..., 1, n_indicators).
        cap: no share is above 1.

    Returns:
        NaN where the mark is not above the lowest value, or is a gap: there is no way to it. With a cap, every
        value that has reached such a mark gets 1. Where all values and the mark are equal, the middle, 0.5.

    Example:
        >>> towards(np.array([[0.0], [5.0], [11.0]]), np.array([10.0]), True).ravel().tolist()
        [0.0, 0.5, 1.0]
    """
    floor = lowest(values)
    room = mark - floor
    far = room > 0
    part = (values - floor) / np.where(far, room, 1.0)
    flat = ~(np.fmax.reduce(values, axis=-2, keepdims=True) > floor) & (room == 0)
    reached = np.where(flat, 0.5, 1.0 if cap else np.nan)
    part = np.where(far, np.minimum(part, 1.0) if cap else part, np.where(np.isnan(room), np.nan, reached))
    return np.where(np.isnan(values), np.nan, part)
