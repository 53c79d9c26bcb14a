"""The score of the index shared out among its nodes and indicators, for all units at once.

Each node's points are shared out among its children (see ``shares``), from the index down, so that the points of
everything that is not divided further, together with what no child has, add up to the score of the index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.index.analysis.rows import require_one
from dynapolis.index.analysis.shares import share_out
from dynapolis.index.compose import Composite
from dynapolis.model.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Points of the score of one node, by code of everything below it; shape (n_rows,) each.

    Attributes:
        of: the node, such as the index.
        score: what is shared out; NaN for a unit without a score, which has no points at all.
        points: of each node and indicator. The children of a node and its remainder add up to the node's points.
        remainders: of each node, what none of its children has, such as a penalty for unbalance.
        weights: of each child among the children of its parent that are there.
        logs: where the rule of its parent is a geometric mean, w ln x of each child: the logarithm of the parent's
            score, shared out.
    """

    of: str
    score: FloatArray
    points: dict[str, FloatArray]
    remainders: dict[str, FloatArray]
    weights: dict[str, FloatArray]
    logs: dict[str, FloatArray]


def decompose(composite: Composite, of: str | None = None) -> Decomposition:
    """Share out the score of a node among everything below it.

    Args:
        composite: made without replicas.
        of: the node; none: the index.

    Raises:
        BadUse: no such node, or the index was made with replicas.

    Example:
        >>> from dynapolis.index.compose import compose
        >>> from dynapolis.model.unit_table import UnitTable
        >>> from dynapolis.model.composite import Aggregate, CompositeSpec, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Aggregate(step="aggregate", method="geometric"),),
        ...     indicators=(IndexIndicator(code="x", parent="i"), IndexIndicator(code="y", parent="i")),
        ... )
        >>> table = UnitTable(("a",), ("A",), (), ("x", "y"), np.array([[1.0, 100.0]]), {}, {})
        >>> found = decompose(compose(table, spec))
        >>> [found.points[code].round(6).tolist() for code in ("i", "x", "y")]
        [[10.0], [0.5], [9.5]]
    """
    spec = composite.spec
    target = spec.root if of is None else of
    score = require_one(composite, target)
    start = np.where(np.isnan(score), 0.0, score)
    made = Decomposition(target, score, {target: start}, {}, {}, {})
    factors = {target: np.where(np.isnan(score), 0.0, 1.0)}
    for node in reversed(spec.upwards):
        if node in made.points:
            _divide(composite, node, made, factors)
    return made


def _divide(composite: Composite, node: str, made: Decomposition, factors: dict[str, FloatArray]) -> None:
    """Share out the points of one node; a factor is how many points of the index go with a point of a node's score."""
    shares, factor = share_out(composite, node), factors[node]
    untied = np.where(factor == 0, made.points[node], 0.0)
    made.remainders[node] = factor * shares.remainder + untied
    for place, child in enumerate(composite.spec.children[node]):
        made.points[child] = factor * shares.points[:, place]
        made.weights[child] = shares.weights[:, place]
        if shares.logs is not None:
            made.logs[child] = shares.logs[:, place]
        if shares.linear:
            factors[child] = factor * shares.weights[:, place]
        else:
            factors[child] = _factor(made.points[child], np.asarray(composite.scores[child]))


def _factor(points: FloatArray, score: FloatArray) -> FloatArray:
    """Points of the index for each point of a score; 0 where the score is 0, so that its points stay with the node."""
    there = ~np.isnan(score) & (score != 0)
    return np.where(there, points / np.where(there, score, 1.0), 0.0)
