"""The score of a node made again from some of its children, by the rule the index was made by."""

from __future__ import annotations

import numpy as np

from dynapolis.index.combining.choice import choice_of_means
from dynapolis.index.combining.combine import combine
from dynapolis.index.combining.domain import Labels
from dynapolis.index.compose import AMONG_UNITS, Composite
from dynapolis.index.periods import blocks
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.composite import AggregateChoice


def rule_of(composite: Composite, node: str) -> AggregateChoice:
    """How the children of a node became its score."""
    return choice_of_means(composite.spec.step("aggregate"), composite.spec, node)


def children_of(composite: Composite, node: str) -> FloatArray:
    """Scores of the children of a node, shape (n_rows, k)."""
    scores = [composite.scores[child] for child in composite.spec.children[node]]
    return np.stack(np.broadcast_arrays(*scores), axis=-1)


def rows_compared(composite: Composite, rule: AggregateChoice) -> tuple[IntArray, ...]:
    """Rows that a rule looks at together: those of a year where it compares units, else all."""
    return blocks(composite.table, "year" if rule.method in AMONG_UNITS else "panel")


def score_from(composite: Composite, node: str, children: FloatArray, kept: IntArray) -> FloatArray:
    """Score of a node from some of its children, with the weights they have in the index, rescaled.

    Args:
        composite: the index.
        node: code.
        children: scores of all its children, shape (n_rows, k).
        kept: places of those that are used; none of them: no unit has a score.
    """
    rule = rule_of(composite, node)
    if not len(kept):
        return np.full(children.shape[:-1], np.nan)
    weights = np.asarray(composite.weights[node])[..., kept]
    labels = Labels(node, composite.table.units, tuple(composite.spec.children[node][int(i)] for i in kept))
    result = np.full(children.shape[:-1], np.nan)
    for rows in rows_compared(composite, rule):
        own = weights[..., rows, :] if weights.ndim > 1 and weights.shape[-2] > 1 else weights
        result[rows] = combine(children[rows][:, kept], own, rule, labels)
    return result
