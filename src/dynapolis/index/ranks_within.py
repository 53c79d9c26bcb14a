"""Ranks of values within an indicator, for many indicators and replicas at once."""

from __future__ import annotations

from typing import Literal

import numpy as np

from dynapolis.model.arrays import FloatArray

Ties = Literal["min", "average"]


def ascending_ranks(values: FloatArray, ties: Ties = "average") -> FloatArray:
    """Rank of each value along the last axis, 1 for the lowest; NaN stays NaN.

    Args:
        values: shape (..., n).
        ties: equal values share the lowest of the ranks they span, or their mean.

    Example:
        >>> ascending_ranks(np.array([5.0, 9.0, 5.0, np.nan])).tolist()
        [1.5, 3.0, 1.5, nan]
        >>> ascending_ranks(np.array([5.0, 9.0, 5.0, np.nan]), "min").tolist()
        [1.0, 3.0, 1.0, nan]
    """
    order = np.argsort(values, axis=-1)  # gaps at the end
    ordered = np.take_along_axis(values, order, axis=-1)
    ranks = np.where(np.isnan(ordered), np.nan, _places(ordered, ties))
    result = np.empty(values.shape)
    np.put_along_axis(result, order, ranks, axis=-1)
    return result


def _places(ordered: FloatArray, ties: Ties) -> FloatArray:
    """Ranks of values in their order."""
    n = ordered.shape[-1]
    places = np.arange(n)
    new = np.ones(ordered.shape, dtype=bool)
    new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    if new.all():
        return np.broadcast_to(places + 1.0, ordered.shape)
    first = np.maximum.accumulate(np.where(new, places, 0), axis=-1)
    if ties == "min":
        return np.asarray(first + 1.0)
    ends = np.ones(ordered.shape, dtype=bool)
    ends[..., :-1] = new[..., 1:]
    last = np.minimum.accumulate(np.where(ends, places, n)[..., ::-1], axis=-1)[..., ::-1]
    return np.asarray((first + last) / 2 + 1)
