"""Which source of uncertainty moves the result: Sobol indices of first and total order (method, section 6).

Where every source can take few values, the indices are computed exactly from every combination; else they are
estimated from two samples A and B and, for each source, A with that source as in B.

Sources: Sobol' (1993), Sensitivity estimates for nonlinear mathematical models; Saltelli et al. (2010), Variance based
sensitivity analysis of model output, doi 10.1016/j.cpc.2009.09.018 (first order); Jansen (1999),
doi 10.1016/S0010-4655(98)00154-4 (total order); Archer, Saltelli and Sobol' (1997), doi 10.1080/00949659708811825
(intervals by resampling).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from dynapolis.index.moments import ALL_BUT_EQUAL
from dynapolis.model.arrays import BoolArray, FloatArray

Source = TypeVar("Source")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Shares of the variance of the outputs, such as the ranks of all units.

    Over independent sources the first-order ones add up to at most 1, the total ones to at least 1, up to the noise of
    the draws.

    Attributes:
        first: what a source explains alone, by its name: a mean over outputs weighted by their variance.
        total: the same with everything it does together with others.
        exact: computed from every combination, not estimated.
        first_interval, total_interval: of an estimate, from resampling; empty where none was asked for or ``exact``.
        first_each, total_each: by source, the index of each output, shape (n_outputs,); NaN where it never moves.
        variance: of each output, shape (n_outputs,).
    """

    first: dict[str, float]
    total: dict[str, float]
    exact: bool = False
    first_interval: dict[str, Interval] = field(default_factory=dict)
    total_interval: dict[str, Interval] = field(default_factory=dict)
    first_each: dict[str, FloatArray] = field(default_factory=dict)
    total_each: dict[str, FloatArray] = field(default_factory=dict)
    variance: FloatArray = field(default_factory=lambda: np.empty(0))


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
    return sobol_estimates(evaluate(a), evaluate(b), {source: evaluate({**a, source: b[source]}) for source in a})


def sobol_estimates(
    f_a: FloatArray,
    f_b: FloatArray,
    mixed: Mapping[str, FloatArray],
    *,
    n_resamples: int = 0,
    level: float = 0.9,
    rng: np.random.Generator | None = None,
) -> SobolIndices:
    """Indices from outputs of both samples and of every mixture.

    Both estimators are centred: a constant added to all outputs changes nothing, and no index is thrown off by a mean
    far from 0.

    Args:
        f_a, f_b: outputs of the samples A and B, shape (n_draws, n_outputs).
        mixed: by source, outputs of A with that source as in B.
        n_resamples: rows drawn again this often, with replacement, for intervals; 0 for none.
        level: share of resamples that an interval holds.
        rng: for the resamples.

    Returns:
        indices; all 0 when no output ever moves.
    """
    n = len(f_a)
    whole = np.full((1, n), 1 / n)
    each, variance = _moments_of(whole, f_a, f_b, mixed)
    points = {name: _shared(found[0], left[0], variance[0]) for name, (found, left) in each.items()}
    intervals: dict[str, tuple[Interval, Interval]] = {}
    if n_resamples and rng is not None:
        shares = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples) / n
        drawn, spread = _moments_of(shares, f_a, f_b, mixed)
        intervals = {name: _intervals(*parts, spread, level) for name, parts in drawn.items()}
    with np.errstate(invalid="ignore", divide="ignore"):
        moving = np.where(variance[0] > 0, variance[0], np.nan)
        return SobolIndices(
            first={name: point[0] for name, point in points.items()},
            total={name: point[1] for name, point in points.items()},
            first_interval={name: found[0] for name, found in intervals.items()},
            total_interval={name: found[1] for name, found in intervals.items()},
            first_each={name: parts[0][0] / moving for name, parts in each.items()},
            total_each={name: parts[1][0] / moving for name, parts in each.items()},
            variance=variance[0],
        )


def _moments_of(
    shares: FloatArray, f_a: FloatArray, f_b: FloatArray, mixed: Mapping[str, FloatArray]
) -> tuple[dict[str, tuple[FloatArray, FloatArray]], FloatArray]:
    """By source, the variance explained by it and not by the others, and the whole variance.

    Args:
        shares: weights of the draws in each resample, shape (n_resamples, n_draws).

    Returns:
        arrays of shape (n_resamples, n_outputs).
    """
    centre = (f_a.mean(axis=0) + f_b.mean(axis=0)) / 2
    f_a, f_b = f_a - centre, f_b - centre
    mean_b = shares @ f_b
    variance = (shares @ f_a**2 + shares @ f_b**2) / 2 - ((shares @ f_a + mean_b) / 2) ** 2
    found = {}
    for name, outputs in mixed.items():
        change = outputs - centre - f_a
        explained = shares @ (f_b * change) - mean_b * (shares @ change)
        found[name] = explained, shares @ change**2 / 2
    still = _is_still(np.concatenate([f_a + centre, f_b + centre, *mixed.values()]))
    found = {name: (np.where(still, 0.0, first), np.where(still, 0.0, left)) for name, (first, left) in found.items()}
    return found, np.where(still, 0.0, np.maximum(variance, 0.0))


def _is_still(outputs: FloatArray) -> BoolArray:
    """Outputs, along the last axis, that move by no more than rounding does."""
    flat = outputs.reshape(-1, outputs.shape[-1])
    return np.asarray(np.ptp(flat, axis=0) <= ALL_BUT_EQUAL * np.abs(flat).max(axis=0))


def _shared(explained: FloatArray, unexplained: FloatArray, variance: FloatArray) -> tuple[float, float]:
    whole = float(variance.sum())
    return (float(explained.sum() / whole), float(unexplained.sum() / whole)) if whole > 0 else (0.0, 0.0)


def _intervals(
    explained: FloatArray, unexplained: FloatArray, variance: FloatArray, level: float
) -> tuple[Interval, Interval]:
    found = np.array([_shared(*parts) for parts in zip(explained, unexplained, variance, strict=True)])
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def sobol_exact(outputs: FloatArray, probabilities: Mapping[str, Sequence[float]]) -> SobolIndices:
    """Indices of independent sources that can each take few values, from the outputs of every combination.

    First order is the variance of the mean given the source; total order the mean of the variance that is left when
    all others are given.

    Args:
        outputs: one axis for each source in the order of ``probabilities``, and a last one of outputs.
        probabilities: by source, of its values.

    Returns:
        indices without error but that of the arithmetic; all 0 when no output ever moves.

    Example:
        >>> table = np.array([[0.0, 0.0], [0.0, 1.0]])[:, :, None]  # both together
        >>> found = sobol_exact(table, {"x": (0.5, 0.5), "y": (0.5, 0.5)})
        >>> round(found.first["x"], 4), round(found.total["x"], 4)
        (0.3333, 0.6667)
    """
    names = list(probabilities)
    chances = [np.asarray(probabilities[name], dtype=float) for name in names]
    centred = outputs - _mean(outputs, chances, range(len(names)))
    variance = _mean(centred**2, chances, range(len(names))).reshape(-1)
    still = _is_still(outputs)
    variance = np.where(still, 0.0, variance)
    first_each, total_each, first, total = {}, {}, {}, {}
    for place, name in enumerate(names):
        others = [axis for axis in range(len(names)) if axis != place]
        explained = _mean(_mean(centred, chances, others) ** 2, chances, [place]).reshape(-1)
        own_mean = _mean(centred, chances, [place])
        left = _mean((centred - own_mean) ** 2, chances, range(len(names))).reshape(-1)
        explained, left = np.where(still, 0.0, explained), np.where(still, 0.0, left)
        first[name], total[name] = _shared(explained, left, variance)
        with np.errstate(invalid="ignore", divide="ignore"):
            first_each[name], total_each[name] = explained / variance, left / variance
    return SobolIndices(first, total, True, {}, {}, first_each, total_each, variance)


def _mean(values: FloatArray, chances: Sequence[FloatArray], axes: Sequence[int] | range) -> FloatArray:
    """Mean over some axes by their probabilities; the axes stay, with length 1."""
    for axis in axes:
        shape = [1] * values.ndim
        shape[axis] = -1
        values = (values * chances[axis].reshape(shape)).sum(axis=axis, keepdims=True)
    return values
