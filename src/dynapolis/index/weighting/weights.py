"""The weights of the children of a node, by any of the methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dynapolis.errors import BadInput, BadUse, Fault
from dynapolis.index.combining.choice import choice_of_means
from dynapolis.index.weighting.balance import Balanced, balance, infomax
from dynapolis.index.weighting.benefit_of_doubt import benefit_of_doubt
from dynapolis.index.weighting.experts import analytic_hierarchy, budget_allocation
from dynapolis.index.weighting.principal_components import first_loadings, principal_components, squared_loadings
from dynapolis.index.weighting.search import searched
from dynapolis.index.weighting.spread import critic_weights, entropy_weights
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec, WeightChoice


@dataclass(frozen=True, slots=True)
class ChildWeights:
    """Weights of the children of a node.

    Attributes:
        weights: shape (..., k), adding up to 1, in the order of ``spec.children``; for benefit of the doubt one set
            for each unit, shape (..., n_rows, k), for a weighted sum, not adding up to 1.
        details: what the method has to say of them, by name: ``consistency_ratio`` of comparisons, ``spread``, ``low``,
            ``high`` over experts, ``correlations`` and ``objective`` of balancing, ``explained`` of components,
            ``shares`` and ``scores`` of benefit of the doubt.
    """

    weights: FloatArray
    details: Mapping[str, Any] = field(default_factory=dict)


def weights_below(node: str, child_scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> FloatArray:
    """Weights of the children of a node; see ``weigh_children``."""
    return weigh_children(node, child_scores, spec, choice).weights


def weigh_children(node: str, child_scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    """Weights of the children of a node, with what there is to say of them.

    Args:
        node: its code.
        child_scores: shape (..., n_rows, k), in the order of ``spec.children[node]``; NaN is a gap.
        spec: the tree, with the weights given in it and the rule by which the node is aggregated.
        choice: the method and what it needs.

    Raises:
        BadInput: weights that the method does not allow, such as a negative one, comparisons that contradict each
            other too much, or experts who gave no points.
        BadUse: a method that does not fit the data or the aggregation of the node.
    """
    _require_known(node, spec, choice)
    return _METHODS[choice.method](node, child_scores, spec, choice)


def _require_known(node: str, spec: CompositeSpec, choice: WeightChoice) -> None:
    named = {code: "values" for code in choice.values} | {code: "experts" for one in choice.experts for code in one}
    faults = [
        Fault(f"weights of {node}", 0, where, repr(code), "the code of an indicator or node", "correct the code")
        for code, where in named.items()
        if code not in spec.parents
    ]
    if faults:
        raise BadInput(f"{choice.method} weights of {node}", faults)


def _given(node: str, _: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    in_tree = {item.code: item.weight for item in spec.indicators} | {item.code: item.weight for item in spec.nodes}
    children = spec.children[node]
    raw = np.array([float(choice.values.get(child, in_tree[child])) for child in children])
    return ChildWeights(_to_one(node, raw, spec, choice))


def _equal(node: str, _: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    k = len(spec.children[node])
    return ChildWeights(np.full(k, 1.0 / k))


def _pca(node: str, scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    explained = principal_components(scores).explained
    if choice.components is None:
        raw = first_loadings(scores)
    elif choice.components > scores.shape[-1]:
        raise BadUse(
            f"weights of {node}: found components: {choice.components}; expected at most {scores.shape[-1]}, as "
            "many as it has children; take fewer."
        )
    else:
        raw = squared_loadings(scores, choice.components)
    nothing = ~(np.abs(raw).sum(axis=-1, keepdims=True) > 0)
    raw = np.where(nothing, 1.0, np.where(np.abs(raw) > 1e-12, raw, 0.0))
    return ChildWeights(_to_one(node, raw, spec, choice), {"explained": explained})


def _balance(node: str, scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    target = np.array([choice.values.get(child, 1.0) for child in spec.children[node]])
    if (target < 0).any() or not target.any():
        raise BadUse(
            f"weights of {node}: found importances {target.tolist()}; expected none below 0 and one above; correct "
            "them in values."
        )
    found = balance(scores, target=target, allow_negative=choice.allow_negative)
    return _correlating(node, scores, spec, searched(found, scores, _rule(node, spec), target, choice.allow_negative))


def _infomax(node: str, scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    return _correlating(node, scores, spec, searched(infomax(scores), scores, _rule(node, spec), None, False))


def _correlating(node: str, scores: FloatArray, spec: CompositeSpec, found: Balanced) -> ChildWeights:
    return ChildWeights(found.weights, {"correlations": found.correlations, "objective": found.objective})


def _entropy(node: str, scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    _require_not_negative(node, scores, spec, "entropy")
    return ChildWeights(entropy_weights(scores))


def _critic(node: str, scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    return ChildWeights(critic_weights(scores))


def _budget(node: str, _: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    children = spec.children[node]
    faults = [
        Fault(f"weights of {node}, expert {number}", 0, code, f"{value:g}", "0 or more points", "correct the number")
        for number, expert in enumerate(choice.experts, 1)
        for code, value in expert.items()
        if code in children and value < 0
    ]
    points = np.array([[expert.get(child, 0.0) for child in children] for expert in choice.experts])
    gave = points.reshape(-1, len(children)).sum(axis=1) > 0
    if not faults and not gave.any():
        where = f"weights of {node}"
        mend = f"give points to {', '.join(children)}, or choose another method for this node"
        faults.append(Fault(where, 0, "experts", "no expert who gives points", "one or more", mend))
    if faults:
        raise BadInput(f"budget allocation for {node}", faults)
    found = budget_allocation(points[gave])
    told = {"spread": found.spread, "low": found.low, "high": found.high, "shares": found.shares}
    return ChildWeights(found.weights, told)


def _ahp(node: str, _: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    children = spec.children[node]
    if len(choice.comparisons) != len(children) or {len(row) for row in choice.comparisons} != {len(children)}:
        mend = f"write one row and one column for each of {', '.join(children)}"
        found = f"{len(choice.comparisons)} rows"
        raise BadInput("comparisons", [Fault(f"weights of {node}", 0, "comparisons", found, f"{len(children)}", mend)])
    made = analytic_hierarchy(np.array(choice.comparisons, dtype=float))
    limit = choice.max_inconsistency
    if limit is not None and made.consistency_ratio > limit:
        found = f"a consistency ratio of {made.consistency_ratio:.3f}"
        mend = "compare again where they contradict each other, or set max_inconsistency"
        raise BadInput(
            "comparisons", [Fault(f"weights of {node}", 0, "comparisons", found, f"at most {limit:g}", mend)]
        )
    told = {"consistency_ratio": made.consistency_ratio, "consistency_index": made.consistency_index}
    return ChildWeights(made.weights, told | {"greatest": made.greatest})


def _doubt(node: str, scores: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> ChildWeights:
    rule = _rule(node, spec).method
    if rule != "weighted_sum":
        raise BadUse(
            f"weights of {node}: found benefit_of_doubt with {rule} aggregation; expected weighted_sum, which takes "
            f"the weights of each unit as they are; write it in the step aggregate, for all nodes or each: {node}."
        )
    _require_not_negative(node, scores, spec, "benefit_of_doubt")
    found = benefit_of_doubt(scores, least=choice.least, most=choice.most)
    return ChildWeights(found.weights, {"shares": found.shares, "scores": found.scores})


_METHODS: Mapping[str, Callable[[str, FloatArray, CompositeSpec, WeightChoice], ChildWeights]] = {
    "given": _given,
    "equal": _equal,
    "pca": _pca,
    "balance": _balance,
    "infomax": _infomax,
    "entropy": _entropy,
    "critic": _critic,
    "budget_allocation": _budget,
    "ahp": _ahp,
    "benefit_of_doubt": _doubt,
}


def _rule(node: str, spec: CompositeSpec) -> Any:
    return choice_of_means(spec.step("aggregate"), spec, node)


def _to_one(node: str, raw: FloatArray, spec: CompositeSpec, choice: WeightChoice) -> FloatArray:
    """Weights scaled to add up to 1; refused where one is below 0 and may not be, or where nothing is left."""
    lowest = raw.reshape(-1, raw.shape[-1]).min(axis=0)
    mend = "allow_negative: true keeps it; for pca, components: 1 takes squares; or leave the child out"
    faults = [
        Fault(f"weights of {node}", 0, child, f"{low:.6g}", "0 or more", mend)
        for child, low in zip(spec.children[node], lowest, strict=True)
        if low < 0 and not choice.allow_negative
    ]
    total = raw.sum(axis=-1, keepdims=True)
    if not faults and (np.abs(total) <= 1e-12 * np.abs(raw).sum(axis=-1, keepdims=True)).any():
        faults = [Fault(f"weights of {node}", 0, "", "weights that add up to 0", "a sum that is not 0", "correct them")]
    if faults:
        raise BadInput(f"{choice.method} weights of {node}", faults)
    return np.asarray(raw / total)


def _require_not_negative(node: str, scores: FloatArray, spec: CompositeSpec, method: str) -> None:
    if not (scores < 0).any():
        return
    lowest = np.nanmin(scores.reshape(-1, scores.shape[-1]), axis=0)
    mend = "normalise to a range that begins at 0 or above"
    raise BadInput(
        f"{method} weights of {node}",
        [
            Fault(f"weights of {node}", 0, child, f"the score {low:.6g}", "scores of 0 or more", mend)
            for child, low in zip(spec.children[node], lowest, strict=True)
            if low < 0
        ],
    )
