"""Weights by which the children correlate with their parent as they should: equally, or as much as they can.

For a weighted arithmetic mean nothing has to be searched for. With R the correlations of the children, s their
deviations and v = w s, child i correlates with the parent as (R v)ᵢ / √(vᵀ R v). So

- *balance*: correlations in the ratios t need R v ∝ t, that is v ∝ R⁻¹ t. Where that has negative weights, the weights
  that are not negative and come nearest to t are those of a convex least squares problem with one best answer;
- *infomax*: the sum of the correlations is greatest at v ∝ 1 (Cauchy and Schwarz), that is w ∝ 1 / s.

Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Weights and importance in composite indicators: closing the
gap, doi 10.1016/j.ecolind.2017.03.056, for the aim; Paruolo, Saisana and Saltelli (2013),
doi 10.1111/j.1467-985X.2012.01059.x, for why weights are not importance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.index.weighting.moments import Moments, complete_moments, even_where_nothing
from dynapolis.index.weighting.quadratic import constrained_least_squares
from dynapolis.model.arrays import FloatArray

_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class Balanced:
    """Weights with what they bring about.

    Attributes:
        weights: shape (..., k), adding up to 1.
        correlations: of each child with the parent, shape (..., k).
        objective: shape (...): for balance, the mean squared distance of the correlations, scaled to add up to 1, from
            their targets, least is best; for infomax the sum of the correlations, greatest is best.
    """

    weights: FloatArray
    correlations: FloatArray
    objective: FloatArray


@dataclass(frozen=True, slots=True)
class Level:
    """Where the children have several parents: whose child each is, and what each parent weighs in the whole.

    Attributes:
        parent: number of the parent of each child, from 0.
        weights: of the parents, none below 0.
    """

    parent: Sequence[int]
    weights: Sequence[float]


def balance(
    values: FloatArray,
    *,
    target: FloatArray | None = None,
    level: Level | None = None,
    allow_negative: bool = False,
) -> Balanced:
    """Weights that make the correlations of the children with the whole equal, or proportional to ``target``.

    Args:
        values: scores of the children, shape (..., n_rows, k); rows with a gap are passed over.
        target: how important each child is to be, shape (k,); equal if not given.
        level: for children of several parents, whose weights stand fast; the whole is then what the parents make
            together. One parent if not given.
        allow_negative: whether a weight may be below 0.

    A child that is equal for all units gets weight 0; where all are, or no row is complete, weights are equal.

    Example:
        >>> x = np.array([[0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [2.0, 2.0, 1.0], [3.0, 3.0, 2.0], [4.0, 4.0, 1.0]])
        >>> found = balance(x)
        >>> found.correlations.round(6).tolist(), bool(found.weights[2] > found.weights[0])
        ([0.850651, 0.850651, 0.850651], True)
    """
    moments = complete_moments(values)
    wanted = np.ones(values.shape[-1]) if target is None else np.asarray(target, dtype=float)
    wanted = np.where(moments.varies, wanted, 0.0)
    total = wanted.sum(axis=-1, keepdims=True)
    wanted = wanted / np.where(total > 0, total, 1.0)
    return _solve(moments, wanted, level, "balance", allow_negative)


def infomax(values: FloatArray, *, level: Level | None = None) -> Balanced:
    """Weights, none below 0, that make the sum of the correlations of the children with the whole greatest.

    Args:
        values: shape (..., n_rows, k).
        level: as in ``balance``.

    Example:
        >>> infomax(np.array([[1.0, 4.0], [2.0, 2.0], [3.0, 6.0]])).weights.round(6).tolist()
        [0.666667, 0.333333]
    """
    moments = complete_moments(values)
    return _solve(moments, np.where(moments.varies, 1.0, 0.0), level, "infomax", False)


def correlations_with_whole(moments: Moments, effective: FloatArray) -> FloatArray:
    """Correlation of each child with the weighted sum of all; 0 where either does not vary.

    Args:
        moments: of the children.
        effective: weight of each child in the whole, shape (..., k).
    """
    v = effective * moments.deviation
    shared = np.einsum("...ij,...j->...i", moments.correlation, v)
    length = np.sqrt(np.maximum((v * shared).sum(axis=-1, keepdims=True), 0.0))
    return np.where(length > 0, shared / np.where(length > 0, length, 1.0), 0.0)


def _solve(
    moments: Moments,
    wanted: FloatArray,
    level: Level | None,
    aim: Literal["balance", "infomax"],
    allow_negative: bool,
) -> Balanced:
    v = _freely(moments, wanted, aim) if level is None else np.full(wanted.shape, -1.0)
    if level is not None or (not allow_negative and (v < -_ZERO).any()):
        v = _one_by_one(moments, wanted, v, level, aim, allow_negative)
    scale = np.where(moments.varies, moments.deviation, 1.0)
    raw = np.where(moments.varies, v / scale, 0.0)
    raw = raw if allow_negative else np.maximum(raw, 0.0)
    usable = (moments.n > 1) & (np.abs(raw.sum(axis=-1)) > _ZERO * np.abs(raw).sum(axis=-1))
    weights = even_where_nothing(raw, np.where(usable, raw.sum(axis=-1), 0.0))
    found = correlations_with_whole(moments, weights)
    return Balanced(weights, found, _objective(found, wanted, aim))


def _objective(correlations: FloatArray, wanted: FloatArray, aim: str) -> FloatArray:
    total = correlations.sum(axis=-1, keepdims=True)
    if aim == "infomax":
        return np.asarray(total[..., 0])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(((correlations / total - wanted) ** 2).mean(axis=-1))


def _freely(moments: Moments, wanted: FloatArray, aim: str) -> FloatArray:
    """The closed form, for all replicas at once."""
    if aim == "infomax":
        return wanted
    inverse = np.linalg.pinv(moments.correlation, rcond=1e-10, hermitian=True)
    v = np.einsum("...ij,...j->...i", inverse, wanted)
    # Summed correlations are positive at the answer; the mirrored one has the same ratios.
    flip = np.einsum("...i,...ij,...j->...", wanted, moments.correlation, v)[..., None] < 0
    return np.asarray(np.where(flip, -v, v))


def _one_by_one(
    moments: Moments, wanted: FloatArray, free: FloatArray, level: Level | None, aim: str, allow_negative: bool
) -> FloatArray:
    k = wanted.shape[-1]
    result = np.broadcast_to(free, np.broadcast_shapes(free.shape, wanted.shape)).copy()
    tables = moments.correlation.reshape(-1, k, k)
    flat, targets = result.reshape(-1, k), np.broadcast_to(wanted, result.shape).reshape(-1, k)
    deviations = moments.deviation.reshape(-1, k)
    for place, (table, target, deviation) in enumerate(zip(tables, targets, deviations, strict=True)):
        if (flat[place] < -_ZERO).any():
            flat[place] = _best(table, target, deviation, level, aim, allow_negative)
    return np.asarray(flat.reshape(result.shape))


def _best(
    table: FloatArray, target: FloatArray, deviation: FloatArray, level: Level | None, aim: str, allow_negative: bool
) -> FloatArray:
    """Nearest correlations to the target, or their greatest sum, with 1ᵀ R v = 1 and the parents' weights kept."""
    conditions = np.vstack([table.sum(axis=0), *_parents_kept(deviation, level)])
    wanted = np.zeros(len(conditions))
    wanted[0] = 1.0
    if aim == "balance":
        return constrained_least_squares(table, target, conditions, wanted, allow_negative=allow_negative)
    size, vectors = np.linalg.eigh(table)
    root = np.sqrt(np.maximum(size, 0.0))[:, None] * vectors.T  # |root v|² = vᵀ R v
    return constrained_least_squares(root, np.zeros(len(root)), conditions, wanted, allow_negative=allow_negative)


def _parents_kept(deviation: FloatArray, level: Level | None) -> list[FloatArray]:
    """One condition for each parent but the first: its children weigh, against those of the first, what it weighs."""
    if level is None:
        return []
    parent = np.array(level.parent)
    share = np.where(deviation > 0, 1.0 / np.where(deviation > 0, deviation, 1.0), 0.0)
    sums = [np.where(parent == number, share, 0.0) for number in range(len(level.weights))]
    scale = max(float(share.max()), 1e-300)
    first = level.weights[0]
    rest = zip(sums[1:], level.weights[1:], strict=True)
    return [(first * own - weight * sums[0]) / scale for own, weight in rest]
