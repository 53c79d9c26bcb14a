"""Confidence sets for ranks: which ranks a unit may truly have, for one unit or for all units at once.

A unit's rank is 1 + the number of units whose true score is higher. For pairs of units the difference is tested; a unit
that is certainly above j takes rank 1 from it, one that is certainly below takes the last. Critical values come from
the greatest standardised difference among the pairs tested, so that all their decisions hold together with the
given probability; stepping down, pairs that are decided leave and the critical value of the others is found again.

Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for Ranks with Applications to Mobility across
Neighbourhoods and Academic Achievement across Countries, Review of Economic Studies 91, 476–518,
doi 10.1093/restud/rdad006; Romano and Wolf (2005), doi 10.1198/016214504000000539 (stepping down).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

Sides = Literal["both", "lower", "upper"]
_BLOCK_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class RankSets:
    """Ranks that each unit may have, shape (n_units,) each.

    Attributes:
        low, high: the first and the last of them.
        rank: the estimated rank, 1 + the number of units with a higher estimate.
        level: the probability with which the set of one unit (``simultaneous`` false) or the sets of all units at once
            hold the true ranks.
        simultaneous: which of the two.
    """

    low: IntArray
    high: IntArray
    rank: IntArray
    level: float
    simultaneous: bool

    def may_be_among_first(self, k: int) -> BoolArray:
        """Units that may be among the first ``k``, with the probability of ``level`` that none is forgotten.

        For simultaneous sets only; the paper's projection set for the k best.
        """
        return np.asarray(self.low <= k)


def rank_sets_of_estimates(
    estimates: FloatArray,
    covariance: FloatArray,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    simultaneous: bool = True,
    stepdown: bool = True,
    sides: Sides = "both",
    n_draws: int = 10_000,
) -> RankSets:
    """Sets from estimates that are about normal, by the parametric bootstrap.

    Args:
        estimates: shape (n_units,).
        covariance: of the estimates, shape (n_units, n_units), or their standard errors, shape (n_units,), where they
            are independent.
        rng: for the draws.
        level: such as 0.95.
        simultaneous: for all units at once, or for each by itself.
        stepdown: whether to step down; sets are never wider for it.
        sides: both ends, or one only, which is then closer.
        n_draws: of the bootstrap.

    Raises:
        BadUse: shapes or numbers do not fit.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> found = rank_sets_of_estimates(np.array([9.0, 5.0, 4.9]), np.full(3, 0.5), rng)
        >>> found.low.tolist(), found.high.tolist()
        ([1, 2, 2], [1, 3, 3])
    """
    estimates, covariance = np.asarray(estimates, dtype=float), np.asarray(covariance, dtype=float)
    _require(estimates, covariance, level)
    n = len(estimates)
    if covariance.ndim == 1:
        deviations = rng.standard_normal((n_draws, n)) * covariance
        variances = covariance[:, None] ** 2 + covariance[None, :] ** 2
    else:
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        deviations = rng.standard_normal((n_draws, n)) * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
        own = np.diag(covariance)
        variances = own[:, None] + own[None, :] - 2 * covariance
    spreads = np.sqrt(np.maximum(variances, 0.0))
    return _sets(estimates, deviations, spreads, level, simultaneous, stepdown, sides)


def rank_sets_of_replicas(
    estimates: FloatArray,
    replicas: FloatArray,
    *,
    level: float = 0.95,
    simultaneous: bool = True,
    stepdown: bool = True,
    sides: Sides = "both",
) -> RankSets:
    """Sets from replicas of the scores, whose scatter stands for that of the estimates around the truth.

    Args:
        estimates: scores of the index as it stands, shape (n_units,).
        replicas: scores, shape (n_replicas, n_units); scatter around their mean counts, and each replica is taken with
            all its units, so that errors in common cancel out. Replicas with a gap are left out.
        level, simultaneous, stepdown, sides: as in ``rank_sets_of_estimates``.

    Raises:
        BadUse: fewer than two replicas without gaps, or shapes that do not fit.

    Example:
        >>> scatter = np.random.default_rng(1).normal(size=(2000, 1)) + np.array([[9.0, 8.0]])
        >>> rank_sets_of_replicas(np.array([9.0, 8.0]), scatter).high.tolist()
        [1, 2]
    """
    whole = replicas[np.isfinite(replicas).all(axis=1)]
    if len(whole) < 2:
        raise BadUse(f"rank sets: found {len(whole)} replicas without gaps; expected 2 or more; rank fewer units")
    _require(estimates, np.ones(len(estimates)), level)
    if whole.shape[1] != len(estimates):
        raise BadUse(f"rank sets: found {whole.shape[1]} units in replicas, {len(estimates)} estimates; give as many")
    deviations = whole - whole.mean(axis=0)
    scale = np.abs(whole).max(axis=0)
    spreads = np.stack([_spread(deviations, row, scale) for row in range(len(estimates))])
    return _sets(estimates, deviations, spreads, level, simultaneous, stepdown, sides)


def _spread(deviations: FloatArray, row: int, scale: FloatArray) -> FloatArray:
    """Standard deviation of the difference to every unit; what rounding leaves of none is none."""
    found = (deviations[:, [row]] - deviations).std(axis=0, ddof=1)
    return np.where(found <= 1e-12 * np.maximum(scale, scale[row]), 0.0, found)


def _require(estimates: FloatArray, covariance: FloatArray, level: float) -> None:
    n = len(estimates)
    if estimates.ndim != 1 or covariance.shape not in ((n,), (n, n)):
        raise BadUse(
            f"rank sets: found shapes {estimates.shape} and {covariance.shape}; expected (n,) and (n,) or (n, n)"
        )
    if not (np.isfinite(estimates).all() and np.isfinite(covariance).all()):
        raise BadUse("rank sets: found a gap among the estimates or their errors; leave these units out")
    if not 0 < level < 1:
        raise BadUse(f"rank sets: found level {level:g}; expected one between 0 and 1, such as 0.95")


def _sets(
    estimates: FloatArray,
    deviations: FloatArray,
    spreads: FloatArray,
    level: float,
    simultaneous: bool,
    stepdown: bool,
    sides: Sides,
) -> RankSets:
    n = len(estimates)
    differences = estimates[:, None] - estimates[None, :]
    tests = [np.ones((n, n), dtype=bool)] if simultaneous else [_about(unit, n, sides) for unit in range(n)]
    low, high = np.ones(n, dtype=np.int64), np.full(n, n, dtype=np.int64)
    for unit, pairs in enumerate(tests):
        np.fill_diagonal(pairs, False)
        above = _decided(differences, deviations, spreads, pairs, level, stepdown)
        units = np.arange(n) if simultaneous else np.array([unit])
        if sides != "upper":
            low[units] += above[:, units].sum(axis=0)
        if sides != "lower":
            high[units] -= above[units].sum(axis=1)
    rank = 1 + (differences < 0).sum(axis=1)
    return RankSets(low, high, rank, level, simultaneous)


def _about(unit: int, n: int, sides: Sides) -> BoolArray:
    """Pairs (a above b) that say something of one unit: those that raise its first rank, lower its last, or both."""
    pairs = np.zeros((n, n), dtype=bool)
    pairs[:, unit] = sides != "upper"
    pairs[unit] = sides != "lower"
    return pairs


def _decided(
    differences: FloatArray,
    deviations: FloatArray,
    spreads: FloatArray,
    pairs: BoolArray,
    level: float,
    stepdown: bool,
) -> BoolArray:
    """Pairs of which the first is certainly above the second, shape (n_units, n_units)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(spreads > 0, differences / spreads, np.where(differences > 0, np.inf, 0.0))
    certain = pairs & np.isposinf(statistic)
    left = pairs & ~certain & (spreads > 0)
    while left.any():
        greatest = _greatest(deviations, spreads, left)
        new = left & (statistic > np.quantile(greatest, level))
        certain, left = certain | new, left & ~new
        if not stepdown or not new.any():
            break
    return certain


def _greatest(deviations: FloatArray, spreads: FloatArray, pairs: BoolArray) -> FloatArray:
    """Of each draw, the greatest standardised difference among some pairs, shape (n_draws,)."""
    greatest = np.full(len(deviations), -np.inf)
    for row in np.flatnonzero(pairs.any(axis=1)):
        some = np.flatnonzero(pairs[row])
        for part in np.array_split(some, 1 + deviations.shape[0] * len(some) // _BLOCK_CELLS):
            scaled = (deviations[:, [row]] - deviations[:, part]) / spreads[row, part]
            np.maximum(greatest, scaled.max(axis=1), out=greatest)
    return greatest
