"""Scores from the order of the units alone: ranks, percentile ranks and Borda's points.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.ranks_within import Ties, ascending_ranks
from dynapolis.model.arrays import FloatArray


def rank_scores(values: FloatArray, ties: Ties) -> FloatArray:
    """Rank of each value within its indicator, 1 for the worst, so that more is better.

    Args:
        values: shape (..., n_rows, n_indicators), directed; NaN stays NaN.
        ties: which rank equal values share.

    Example:
        >>> rank_scores(np.array([[7.0], [9.0], [7.0]]), "min").ravel().tolist()
        [1.0, 3.0, 1.0]
    """
    turned = np.ascontiguousarray(np.moveaxis(values, -2, -1))
    return np.moveaxis(ascending_ranks(turned, ties), -1, -2)


def percentile_ranks(values: FloatArray, ties: Ties) -> FloatArray:
    """(rank − 1) / (n − 1); 0.5 where there is one value, or all are equal.

    Example:
        >>> percentile_ranks(np.array([[7.0], [9.0], [8.0]]), "min").ravel().tolist()
        [0.0, 1.0, 0.5]
    """
    ranks = rank_scores(values, ties)
    n = np.isfinite(values).sum(axis=-2, keepdims=True)
    differ = np.fmax.reduce(values, axis=-2, keepdims=True) > np.fmin.reduce(values, axis=-2, keepdims=True)
    part = np.where(differ, (ranks - 1) / np.maximum(n - 1, 1), 0.5)
    return np.where(np.isnan(values), np.nan, part)
