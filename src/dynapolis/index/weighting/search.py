"""Balancing under rules that are not arithmetic means: a search that starts from the weights for the arithmetic one.

Correlations of children with a geometric mean, say, have no closed form. The search (sequential least squares over
weights that add up to 1) never ends worse than it began.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from dynapolis.index.combining.combine import combine
from dynapolis.index.combining.domain import outside
from dynapolis.index.weighting.balance import Balanced
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import AggregateChoice

# Rules whose scores change smoothly with the weights. Under others the weights for the arithmetic mean stay.
SMOOTH = ("geometric", "harmonic", "power", "mean_min", "mazziotta_pareto")


def searched(
    start: Balanced, scores: FloatArray, rule: AggregateChoice, target: FloatArray | None, allow_negative: bool
) -> Balanced:
    """Weights for the rule of the node.

    Args:
        start: the answer for the arithmetic mean.
        scores: of the children, shape (..., n_rows, k).
        rule: how the node is aggregated.
        target: importances to be reached, shape (k,); none makes the sum of correlations greatest.
        allow_negative: has no effect here: these rules take no negative weights.

    Returns:
        the start itself for the arithmetic mean, for rules outside of ``SMOOTH``, and for scores that the rule cannot
        take, which it will refuse itself.
    """
    if rule.method not in SMOOTH or outside(scores, np.ones(scores.shape[-1]), rule).any():
        return start
    k = scores.shape[-1]
    begin = np.maximum(start.weights, 0.0)
    begin = begin / begin.sum(axis=-1, keepdims=True)
    goal = None if target is None else target / target.sum()
    tables = scores.reshape(-1, *scores.shape[-2:])
    starts = np.broadcast_to(begin, (*scores.shape[:-2], k)).reshape(-1, k)
    found = np.array([_search(table, one, rule, goal) for table, one in zip(tables, starts, strict=True)])
    told = [_correlations(table, one, rule) for table, one in zip(tables, found, strict=True)]
    worth = [_loss(one, goal) * (1 if goal is not None else -1) for one in told]
    lead = scores.shape[:-2]
    return Balanced(found.reshape(*lead, k), np.array(told).reshape(*lead, k), np.array(worth).reshape(lead))


def _search(table: FloatArray, start: FloatArray, rule: AggregateChoice, goal: FloatArray | None) -> FloatArray:
    def loss(weights: FloatArray) -> float:
        # Scaled, so that the search sees differences of the correlations' last digits too.
        return 1e3 * _loss(_correlations(table, np.maximum(weights, 0.0), rule), goal)

    found: Any = minimize(
        loss, start, method="SLSQP", bounds=[(0.0, 1.0)] * len(start),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0}, options={"maxiter": 500, "ftol": 1e-14},
    )  # fmt: skip
    end = np.maximum(found.x, 0.0)
    end = end / end.sum() if end.sum() > 0 else start
    return np.asarray(end if loss(end) <= loss(start) else start)


def _correlations(table: FloatArray, weights: FloatArray, rule: AggregateChoice) -> FloatArray:
    """Pearson's, of each child with the node, over units without a gap."""
    complete = table[~np.isnan(table).any(axis=1)]
    if len(complete) < 2 or not weights.any():
        return np.zeros(table.shape[1])
    score = combine(complete, weights, rule)
    a, b = complete - complete.mean(axis=0), score - score.mean()
    size = np.sqrt((a**2).sum(axis=0) * (b**2).sum())
    return np.asarray(np.where(size > 0, a.T @ b / np.where(size > 0, size, 1.0), 0.0))


def _loss(correlations: FloatArray, goal: FloatArray | None) -> float:
    total = correlations.sum()
    if goal is None:
        return -float(total)
    return float(((correlations / total - goal) ** 2).mean()) if total > 0 else 1e3
