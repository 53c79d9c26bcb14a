"""Ranks of scores, among all units or inside groups. Rank 1 is the highest score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dynapolis.index.ranks_within import Ties, ascending_ranks
from dynapolis.model.arrays import FloatArray


def score_ranks(scores: FloatArray, *, ties: Ties = "min", groups: Sequence[str] | None = None) -> FloatArray:
    """Rank of each unit along the last axis.

    Args:
        scores: shape (..., n_rows); NaN has no rank.
        ties: the smallest rank they span ("1, 2, 2, 4"), or its mean, with which ranks add up to n (n + 1) / 2.
        groups: group of each row; ranks are then counted inside each group, and a unit without a group has none.

    Returns:
        shape (..., n_rows).

    Example:
        >>> score_ranks(np.array([5.0, 9.0, 5.0, np.nan])).tolist()
        [2.0, 1.0, 2.0, nan]
        >>> score_ranks(np.array([5.0, 9.0, 7.0]), groups=("a", "b", "a")).tolist()
        [2.0, 1.0, 1.0]
    """
    if groups is None:
        return ascending_ranks(-scores, ties)
    result = np.full(scores.shape, np.nan)
    names = np.array(groups, dtype=str)
    for name in np.unique(names[names != ""]):
        inside = np.flatnonzero(names == name)
        result[..., inside] = score_ranks(scores[..., inside], ties=ties)
    return result
