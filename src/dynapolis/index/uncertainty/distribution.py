"""What the ranks would have been: the distribution of every unit's rank over all replicas.

Source: Saisana, Saltelli and Tarantola (2005), doi 10.1111/j.1467-985X.2005.00350.x; OECD/JRC, Handbook on
Constructing Composite Indicators (2008), step 8, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.index.compose import compose
from dynapolis.index.rank import (
    median_rank,
    probability_of_top,
    rank_interval,
    ranks_by_period,
    tiers_of,
)
from dynapolis.index.uncertainty.choices import draw_choices, draw_uniforms, fork
from dynapolis.index.uncertainty.replicas import Replicas, build_replicas
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class RankDistribution:
    """Ranks of all rows over all replicas; in a panel among the units of the same time.

    All but ``ranks`` have shape (n_rows,), in the order of the table. Shares are of the replicas in which the unit has
    a rank; how many lack one is in ``share_unranked``, how many failed in ``share_failed``.

    Attributes:
        units, times: code and time of each row.
        ranks: shape (n_replicas, n_rows); ties share the mean of the ranks they span; NaN has none.
        nominal_score, nominal: score and rank of the index as it stands; NaN for a unit it screens out.
        median, mean: of the ranks.
        intervals: by level, low and high; ranks that were taken.
        top: by k, share of replicas in which the unit is among the first k.
        tier: from 1; a unit joins the tier unless its first unit is ahead with at least the given probability; 0 for a
            unit without a rank.
        share_unranked: of the replicas that did not fail, how many have no rank for the unit.
        share_failed: of all replicas, how many failed.
        failures: by the place of the replica, why.
    """

    units: tuple[str, ...]
    times: tuple[str, ...]
    ranks: FloatArray
    nominal_score: FloatArray
    nominal: FloatArray
    median: FloatArray
    mean: FloatArray
    intervals: Mapping[float, tuple[FloatArray, FloatArray]]
    top: Mapping[int, FloatArray]
    tier: IntArray
    share_unranked: FloatArray
    share_failed: float
    failures: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Replicas of an index and the ranks they give."""

    replicas: Replicas
    ranks: RankDistribution


def explore(
    table: UnitTable, spec: CompositeSpec, n: int, rng: np.random.Generator, *, ahead_probability: float = 0.9
) -> Uncertainty:
    """Draw what is uncertain ``n`` times, build every replica, and rank.

    Args:
        table: raw data.
        spec: the index, what is uncertain about it, and which intervals and tops to tell.
        n: replicas.
        rng: its state moves on by the draws.
        ahead_probability: for tiers.

    Raises:
        BadUse, BadInput: the index as it stands cannot be built, or what is uncertain does not fit its steps.
    """
    choices = draw_choices(table, spec, draw_uniforms(spec, n, rng), rng)
    replicas = build_replicas(table, spec, choices)
    nominal = nominal_scores(table, spec, choices.stream)
    return Uncertainty(replicas, distribution(table, replicas, nominal, spec, ahead_probability))


def nominal_scores(table: UnitTable, spec: CompositeSpec, rng: np.random.Generator) -> FloatArray:
    """Scores of the index as it stands, shape (n_rows,); the mean over imputations where there are several.

    A unit that is screened out is NaN. The state of ``rng`` is left alone.
    """
    made = compose(table, spec, rng=fork(rng))
    score = made.index.mean(axis=0) if made.index.ndim == 2 else made.index
    if made.table.n_rows == table.n_rows:
        return np.asarray(score)
    found = dict(zip(zip(made.table.units, made.table.times or made.table.units, strict=True), score, strict=True))
    return np.array([found.get(key, np.nan) for key in zip(table.units, table.times or table.units, strict=True)])


def distribution(
    table: UnitTable, replicas: Replicas, nominal: FloatArray, spec: CompositeSpec, ahead_probability: float = 0.9
) -> RankDistribution:
    """Ranks of replicas, and what they say of every unit.

    Args:
        table: the rows.
        replicas: their scores.
        nominal: scores of the index as it stands, shape (n_rows,).
        spec: intervals and tops.
        ahead_probability: for tiers.
    """
    rows_of = [table.rows_of(period) for period in table.periods]
    ranks = ranks_by_period(replicas.scores, rows_of)
    n_ranked = np.isfinite(ranks).sum(axis=0)
    n_built = len(ranks) - len(replicas.failures)
    median = median_rank(ranks)
    tier = np.zeros(table.n_rows, dtype=np.int64)
    for rows in rows_of:
        tier[rows] = tiers_of(_order(median[rows], nominal[rows]), replicas.scores[:, rows], ahead_probability)
    return RankDistribution(
        units=table.units,
        times=table.times,
        ranks=ranks,
        nominal_score=nominal,
        nominal=ranks_by_period(nominal, rows_of),
        median=median,
        mean=np.where(n_ranked > 0, np.nansum(ranks, axis=0) / np.maximum(n_ranked, 1), np.nan),
        intervals={level: rank_interval(ranks, level) for level in spec.intervals},
        top={k: probability_of_top(ranks, k) for k in spec.top},
        tier=tier,
        share_unranked=1 - n_ranked / n_built if n_built else np.full(table.n_rows, np.nan),
        share_failed=replicas.share_failed,
        failures=replicas.failures,
    )


def _order(median: FloatArray, nominal: FloatArray) -> Sequence[int]:
    """Places from the top: by median rank, then nominal score; units without a rank are left out."""
    order = np.lexsort((-nominal, median))
    return [int(place) for place in order if np.isfinite(median[place])]
