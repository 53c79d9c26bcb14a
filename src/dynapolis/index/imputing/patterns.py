"""Replicas that have the same gaps are filled together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray


def by_pattern(values: FloatArray, fill: Callable[[FloatArray, BoolArray], FloatArray]) -> FloatArray:
    """Fill all replicas, those with the same gaps in one call.

    Args:
        values: shape (..., n_rows, n_indicators).
        fill: from tables of shape (n, n_rows, n_indicators) and their gaps, shape (n_rows, n_indicators), to tables.

    Example:
        >>> rows = np.array([[[1.0], [np.nan]], [[2.0], [np.nan]], [[3.0], [4.0]]])
        >>> seen = []
        >>> _ = by_pattern(rows, lambda tables, gaps: seen.append(len(tables)) or tables)
        >>> sorted(seen)
        [1, 2]
    """
    tables = values.reshape(-1, *values.shape[-2:])
    patterns = np.isnan(tables)
    if (patterns == patterns[:1]).all():
        return fill(tables, patterns[0]).reshape(values.shape)
    kinds: dict[bytes, list[int]] = {}
    for place, pattern in enumerate(patterns):
        kinds.setdefault(np.packbits(pattern).tobytes(), []).append(place)
    result = np.empty_like(tables)
    for places in kinds.values():
        result[places] = fill(tables[places], patterns[places[0]])
    return result.reshape(values.shape)
