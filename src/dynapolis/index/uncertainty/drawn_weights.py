"""Weights drawn around given ones: from a Dirichlet distribution, or each times 1 ± a share.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 8, doi 10.1787/9789264043466-en; the noise
of COINr's ``get_noisy_weights`` (doi 10.21105/joss.04567) is the second.
"""

from __future__ import annotations

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.uncertainty.seeds import keys_of, log_gammas, uniforms
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec, UncertainWeights


def nodes_of(item: UncertainWeights, spec: CompositeSpec) -> tuple[str, ...]:
    """Nodes whose children's weights an input is about; its levels are those of the children (1: indicators).

    Example:
        >>> from dynapolis.model.composite import IndexIndicator, Node, Normalise
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"), Node(code="p", parent="i")),
        ...     indicators=(IndexIndicator(code="x", parent="p"),), steps=(Normalise(step="normalise", method="rank"),),
        ... )
        >>> nodes_of(UncertainWeights(name="w", kind="weights", levels=(2,)), spec)
        ('i',)
    """

    def level(node: str) -> int:
        return max(spec.levels[child] for child in spec.children[node])

    return tuple(
        node
        for node in spec.upwards
        if (item.levels is None or level(node) in item.levels) and (item.nodes is None or node in item.nodes)
    )


def draw_weights(
    seeds: FloatArray, centre: FloatArray, item: UncertainWeights, spec: CompositeSpec, node: str
) -> FloatArray:
    """Weights of the children of a node.

    ``dirichlet``: concentration × shares, whose mean is the shares. ``uniform_noise``: each share times a number evenly
    between 1 − noise and 1 + noise, then scaled to add up to 1, which no mean can tell from the unscaled ones.

    Args:
        seeds: one for each replica, shape (n,).
        centre: weights to draw around, shape (k,) or (n, k).
        item: the distribution.
        spec: the tree.
        node: its code.

    Returns:
        shape (n, k), adding up to 1.

    Raises:
        BadUse: a Dirichlet distribution around a negative weight.
    """
    children = spec.children[node]
    _require_centre(centre, item, node)
    share = np.broadcast_to(centre / centre.sum(axis=-1, keepdims=True), (len(seeds), len(children)))
    keys = keys_of(f"{item.name}\0{node}", children)
    if item.distribution == "uniform_noise":
        noise = np.array([item.noise_at.get(spec.levels[child], item.noise) for child in children])
        drawn = share * (1 + noise * (2 * uniforms(seeds, keys) - 1))
        return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))
    there = share > 0
    logs = log_gammas(seeds, keys, item.concentration * np.where(there, share, 1.0))
    logs = np.where(there, logs, -np.inf)
    drawn = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _require_centre(centre: FloatArray, item: UncertainWeights, node: str) -> None:
    if item.distribution == "dirichlet" and (centre < 0).any():
        raise BadUse(
            f"uncertain {item.name}: a weight below {node} is negative; a Dirichlet distribution has none; take "
            "uniform_noise, or weights that are not negative"
        )
