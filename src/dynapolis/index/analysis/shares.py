"""The score of one node shared out among its children, so that the shares add up to it.

Means of any power. f is the mean, φ(f) = Σ w φ(x) with φ(x) = x^p, or ln x for p = 0, and r a score to count from: 0
where p is above 0, else 1. A child has

    w r + w (φ(x) − φ(r)) (f − r) / (φ(f) − φ(r)),

which adds up to f, rises with the child's own score under given w, and is plain w x for the arithmetic mean. For the
geometric mean this is the logarithmic mean divisia index from a unit whose children all score 1.

Rules that compare units with each other are shared out by Shapley's value over the children: what each adds to the
score on average over all orders in which children may be added; the score without any is the remainder. Penalised
means are shared out as their arithmetic mean, and the penalty is the remainder.

Source: Ang (2004), Decomposition analysis for policymaking in energy, doi 10.1016/S0301-4215(03)00076-4; Shapley
(1953), A value for n-person games, doi 10.1515/9781400881970-018.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from dynapolis.index.analysis.regrouping import children_of, rule_of, score_from
from dynapolis.index.compose import Composite
from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.composite import AggregateChoice

POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
COMPARING = ("copeland", "borda_count", "kemeny")
MOST_CHILDREN = 10  # of a node that is shared out by Shapley's value: it takes 2^k scores


@dataclass(frozen=True, slots=True)
class Shares:
    """Of the score of one node.

    Attributes:
        points: of each child, shape (n_rows, k), in points of the node's score; 0 for a child that is not there.
        weights: of each child among those that are there, shape (n_rows, k); they add up to 1, but for weighted sums.
        logs: w ln x of each child, which add up to the logarithm of the score, where the rule is the geometric mean.
        remainder: what no child has, shape (n_rows,).
        linear: whether a child's points are its weight times its score.
    """

    points: FloatArray
    weights: FloatArray
    logs: FloatArray | None
    remainder: FloatArray
    linear: bool


def share_out(composite: Composite, node: str) -> Shares:
    """Points of each child of a node; with the remainder they add up to its score.

    A unit without a score has no points.
    """
    rule, children = rule_of(composite, node), children_of(composite, node)
    score = np.broadcast_to(composite.scores[node], children.shape[:-1])
    own = rule.method == "weighted_sum"
    weights = _weights(np.asarray(composite.weights[node]), children, rescale=not own)
    power = _power(rule)
    if rule.method in COMPARING:
        points, logs = _shapley(composite, node, children, score), None
    elif power is None or power == 1:
        points, logs = _product(weights, children), None
    else:
        points = _quasi_linear(children, weights, score, power)
        logs = _product(weights, np.log(np.where(weights > 0, children, 1.0))) if power == 0 else None
    points = np.where(np.isnan(score)[:, None], 0.0, points)
    remainder = np.where(np.isnan(score), 0.0, score - points.sum(axis=-1))
    exact = power is not None
    return Shares(points, weights, logs, np.zeros(score.shape) if exact else remainder, own or power == 1)


def _power(rule: AggregateChoice) -> float | None:
    """Exponent of a mean whose points leave no remainder; none for other rules."""
    if rule.method == "weighted_sum":
        return 1.0
    return rule.power if rule.method == "power" else POWERS.get(rule.method)


def _weights(weights: FloatArray, children: FloatArray, *, rescale: bool) -> FloatArray:
    there = np.where(np.isnan(children), 0.0, weights)
    if not rescale:
        return there
    total = there.sum(axis=-1, keepdims=True)
    return np.where(total != 0, there / np.where(total != 0, total, 1.0), 0.0)


def _product(weights: FloatArray, values: FloatArray) -> FloatArray:
    return np.where(weights != 0, weights * np.where(np.isnan(values), 0.0, values), 0.0)


def _quasi_linear(children: FloatArray, weights: FloatArray, score: FloatArray, power: float) -> FloatArray:
    used: BoolArray = np.asarray((weights != 0) & ~np.isnan(children))
    start = 0.0 if power > 0 else 1.0
    x, f = np.where(used, children, 1.0), score[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = _phi(f, power, start)
        at_start = np.abs(f - start) < 1e-12
        slope = np.where(at_start, _slope_at_start(power), (f - start) / whole)
        points = weights * (start + _phi(x, power, start) * slope)
    return np.where(used, points, 0.0)


def _phi(x: FloatArray, power: float, start: float) -> FloatArray:
    """φ(x) − φ(r)."""
    return np.asarray(np.log(x) if power == 0 else x**power if start == 0 else np.expm1(power * np.log(x)))


def _slope_at_start(power: float) -> float:
    """(f − r) / (φ(f) − φ(r)) where f is r: 1 / φ′(1), and nothing to share out where f is 0."""
    return 0.0 if power > 0 else 1.0 if power == 0 else 1 / power


def _shapley(composite: Composite, node: str, children: FloatArray, score: FloatArray) -> FloatArray:
    """Average addition of each child over all orders; all stays in the remainder where there are too many children."""
    n, k = children.shape
    points = np.zeros((n, k))
    if k > MOST_CHILDREN:
        return points
    alone = np.isnan(score)
    values = [_worth(composite, node, children, members, k) for members in range(1 << k)]
    for members in range(1 << k):
        size = members.bit_count()
        for child in range(k):
            if not members >> child & 1:
                share = factorial(size) * factorial(k - size - 1) / factorial(k)
                points[:, child] += share * (values[members | 1 << child] - values[members])
    return np.where(alone[:, None], 0.0, points)


def _worth(composite: Composite, node: str, children: FloatArray, members: int, k: int) -> FloatArray:
    """Score by some children alone; a unit that has none of them stands with those it cannot be told from."""
    kept = np.array([child for child in range(k) if members >> child & 1], dtype=np.int64)
    found = score_from(composite, node, children, kept) if len(kept) else np.full(len(children), np.nan)
    return np.where(np.isnan(found), _nothing(composite, node), found)


def _nothing(composite: Composite, node: str) -> FloatArray:
    """Score of a unit that ties with all others: 0 by Copeland, the middle place by Borda and Kemeny."""
    score = np.asarray(composite.scores[node])
    if rule_of(composite, node).method == "copeland":
        return np.zeros(score.shape)
    result = np.zeros(score.shape)
    for rows in map(composite.table.rows_of, composite.table.periods):
        result[rows] = ((~np.isnan(score[rows])).sum() - 1) / 2
    return result
