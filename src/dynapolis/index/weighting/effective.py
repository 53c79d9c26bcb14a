"""What each indicator and node weighs in the index as a whole: weights multiplied on the way down."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec


def effective_weights(spec: CompositeSpec, weights: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Share of the index that passes through each indicator and node; those of one level of a whole tree add up to 1.

    True to the letter for arithmetic means without gaps; for other rules it is the weight that they are given.

    Args:
        spec: the tree.
        weights: of the children of each node, in the order of ``spec.children``, shape (..., k), any scale.

    Returns:
        by code, shape (...); 1 for the index itself. Indicators without a parent are not in it.
    """
    found: dict[str, FloatArray] = {spec.root: np.asarray(1.0)}
    for node in reversed(spec.upwards):
        own = weights[node]
        share = own / own.sum(axis=-1, keepdims=True)
        for place, child in enumerate(spec.children[node]):
            found[child] = np.asarray(found[node] * share[..., place])
    return found
