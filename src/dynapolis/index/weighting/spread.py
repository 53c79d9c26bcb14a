"""Weights by what children tell units apart by: entropy, and CRITIC."""

from __future__ import annotations

import numpy as np

from dynapolis.index.weighting.moments import complete_moments, even_where_nothing
from dynapolis.model.arrays import FloatArray


def entropy_weights(values: FloatArray) -> FloatArray:
    """Weights in proportion to 1 − e, where e is the entropy of a child's values as shares of their sum.

    e = − Σ p ln p / ln n over the n units that have the child; a child that is equal for all has e = 1 and weight 0.
    Where no child tells any units apart, weights are equal.

    Args:
        values: shape (..., n_rows, k), not below 0; NaN is a gap.

    Returns:
        shape (..., k), adding up to 1.

    Source:
        Shannon (1948), doi 10.1002/j.1538-7305.1948.tb01338.x; Hwang and Yoon, Multiple Attribute Decision Making
        (1981), doi 10.1007/978-3-642-48318-9.

    Example:
        >>> entropy_weights(np.array([[1.0, 1.0, 0.0], [1.0, 3.0, 8.0]])).round(4).tolist()
        [0.0, 0.1588, 0.8412]
    """
    n = (~np.isnan(values)).sum(axis=-2)
    kept = np.nan_to_num(values)
    total = kept.sum(axis=-2, keepdims=True)
    share = np.where(total > 0, kept / np.where(total > 0, total, 1.0), 0.0)
    spread = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=-2)
    told = (n > 1) & (total[..., 0, :] > 0)
    entropy = np.where(told, spread / np.log(np.maximum(n, 2)), 1.0)
    apart = np.maximum(1.0 - entropy, 0.0)
    apart = np.where(apart > 1e-14, apart, 0.0)
    return even_where_nothing(apart, apart.sum(axis=-1))


def critic_weights(values: FloatArray) -> FloatArray:
    """Weights in proportion to s Σ (1 − r): a child counts for its spread and for what others do not say already.

    s is the deviation of the child after it is spread over 0 to 1, r its correlations with the others; both over
    units without a gap. A child that is equal for all units gets 0; where there is nothing to go by, weights are
    equal.

    Args:
        values: shape (..., n_rows, k).

    Returns:
        shape (..., k), adding up to 1.

    Source:
        Diakoulaki, Mavrotas and Papayannakis (1995), Determining objective weights in multiple criteria problems: the
        CRITIC method, doi 10.1016/0305-0548(94)00059-H.

    Example:
        >>> critic_weights(np.array([[0.0, 2.0, 0.0], [1.0, 4.0, 2.0], [2.0, 6.0, 0.0]])).round(4).tolist()
        [0.2321, 0.2321, 0.5359]
    """
    moments = complete_moments(values)
    complete = ~np.isnan(values).any(axis=-1, keepdims=True)
    high = np.where(complete, values, -np.inf).max(axis=-2)
    low = np.where(complete, values, np.inf).min(axis=-2)
    room = np.where(moments.varies, high - low, 1.0)
    pairs = moments.varies[..., :, None] & moments.varies[..., None, :]
    conflict = np.where(pairs, np.maximum(1.0 - moments.correlation, 0.0), 0.0).sum(axis=-1)
    told = np.where(moments.varies, moments.deviation / room * conflict, 0.0)
    told = np.where(told > 1e-14, told, 0.0)
    alone = moments.varies & (moments.varies.sum(axis=-1, keepdims=True) == 1)  # nothing to be in conflict with
    told = np.where(alone, 1.0, told)
    return even_where_nothing(told, told.sum(axis=-1))
