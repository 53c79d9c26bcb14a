"""The score of a node from the scores of its children, by any rule, over any number of replicas at once."""

from __future__ import annotations

import numpy as np

from dynapolis.index.combining.domain import Labels, require_defined
from dynapolis.index.combining.kemeny import kemeny
from dynapolis.index.combining.means import arithmetic_mean, geometric_mean, harmonic_mean, power_mean
from dynapolis.index.combining.outranking import borda_count, copeland
from dynapolis.index.combining.penalised import mazziotta_pareto, mean_min
from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.composite import AggregateChoice

NOBODY = Labels()
_COMPARING = {"copeland": copeland, "borda_count": borda_count, "kemeny": kemeny}


def combine(values: FloatArray, weights: FloatArray, choice: AggregateChoice, labels: Labels = NOBODY) -> FloatArray:
    """Combine children into one score a unit.

    A gap is left out and the weights of the other children are rescaled; a child of weight 0 is left out too. Only the
    ratios of weights count, but under ``weighted_sum``. Rules that compare units (Copeland, Borda, Kemeny, and
    Mazziotta–Pareto unless on a given scale) compare all rows they are handed: hand over the rows of one time.

    Args:
        values: shape (..., n_rows, k); NaN is a gap; more is better.
        weights: shape (..., k), leading axes broadcast with those of ``values``; under ``weighted_sum`` each unit has
            its own, shape (..., n_rows or 1, k), used as they are.
        choice: the rule, and which share of the children a unit must have.
        labels: names of node, units and children, for refusals.

    Returns:
        shape (..., n_rows); NaN where too few children are there.

    Raises:
        BadInput: scores or weights that the rule is not defined for, each with unit and child.
        BadUse: a power mean without exponent, or Kemeny's rule with too many units in circles.

    Example:
        >>> plain = AggregateChoice(method="arithmetic", least_available=0.6)
        >>> combine(np.array([[1.0, 3.0], [5.0, np.nan]]), np.array([1.0, 1.0]), plain).tolist()
        [2.0, nan]
    """
    own = choice.method == "weighted_sum"
    broad = weights if own else weights[..., None, :]
    require_defined(values, broad, choice, labels)
    used = values
    if not own and (weights == 0).any():
        used = np.where(broad == 0, np.nan, values)
    enough = _enough(values, broad, choice)
    if choice.method in _COMPARING:
        # A unit without a score is not an opponent either.
        used = used if enough is None else np.where(enough[..., None], used, np.nan)
        return _COMPARING[choice.method](used, weights)
    score = _mean(used, broad, choice)
    return score if enough is None else np.where(enough, score, np.nan)


def _mean(values: FloatArray, weights: FloatArray, choice: AggregateChoice) -> FloatArray:
    if choice.method == "geometric":
        return geometric_mean(values, weights)
    if choice.method == "harmonic":
        return harmonic_mean(values, weights)
    if choice.method == "power":
        return power_mean(values, weights, choice.power or 0.0)
    if choice.method == "mazziotta_pareto":
        return mazziotta_pareto(values, weights, choice.sign, choice.standardised)
    if choice.method == "mean_min":
        return mean_min(values, weights, choice.alpha, choice.beta)
    if choice.method == "weighted_sum":
        there = ~np.isnan(values)
        total = np.einsum("...k,...k->...", np.where(there, values, 0.0), weights)
        return np.where(there.any(axis=-1), total, np.nan)
    return arithmetic_mean(values, weights)


def _enough(values: FloatArray, weights: FloatArray, choice: AggregateChoice) -> BoolArray | None:
    """Which units have enough of their children; None when none is asked for."""
    if choice.least_available <= 0:
        return None
    there = ~np.isnan(values)
    if choice.available_by == "number":
        return np.asarray(there.sum(axis=-1) / values.shape[-1] >= choice.least_available)
    size = np.abs(weights)
    share = np.einsum("...k,...k->...", there.astype(float), size)
    return np.asarray(share >= choice.least_available * size.sum(axis=-1) * (1 - 1e-12))
