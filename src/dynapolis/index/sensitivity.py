"""Which source of uncertainty moves the ranks: Sobol indices of first and total order (method, section 6).

Sources: Saltelli et al. (2010), Variance based sensitivity analysis of model output, doi 10.1016/j.cpc.2009.09.018
(first order); Jansen (1999), doi 10.1016/S0010-4655(98)00154-4 (total order).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from dynapolis.model.arrays import FloatArray

Source = TypeVar("Source")


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Shares of the variance of ranks.

    ``first``: what a source explains alone; ``total``: with everything it does together with others. Each is a mean
    over cities weighted by the variance of their ranks. Over independent sources the first-order ones add up to at
    most 1, the total ones to at least 1, up to the noise of the draws.
    """

    first: dict[str, float]
    total: dict[str, float]


def sobol_indices(
    evaluate: Callable[[Mapping[str, Source]], FloatArray], a: Mapping[str, Source], b: Mapping[str, Source]
) -> SobolIndices:
    """Sobol indices of groups of inputs.

    Args:
        evaluate: ranks, shape (n_draws, n_cities), from one set of draws per source.
        a: draws of every source.
        b: the same number of draws again, independent of ``a``.

    Returns:
        indices per source; all 0 when no rank ever moves.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> draw = lambda: {"x": rng.normal(size=(4000, 1)) * 2, "y": rng.normal(size=(4000, 1))}
        >>> found = sobol_indices(lambda s: s["x"] + s["y"], draw(), draw())
        >>> round(found.first["x"], 1), round(found.total["y"], 1)
        (0.8, 0.2)
    """
    f_a, f_b = evaluate(a), evaluate(b)
    variance = np.concatenate([f_a, f_b]).var(axis=0)
    whole = float(variance.sum())
    first, total = {}, {}
    for source in a:
        f_mixed = evaluate({**a, source: b[source]})
        explained = (f_b * (f_mixed - f_a)).mean(axis=0) - f_b.mean(axis=0) * (f_mixed - f_a).mean(axis=0)
        unexplained = ((f_a - f_mixed) ** 2).mean(axis=0) / 2
        first[source] = float(explained.sum() / whole) if whole else 0.0
        total[source] = float(unexplained.sum() / whole) if whole else 0.0
    return SobolIndices(first, total)
