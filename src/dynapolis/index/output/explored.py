"""Tables of what is uncertain about an index: rank intervals, who is ahead of whom, replicas, shares of variance."""

from __future__ import annotations

from typing import Any

import numpy as np

from dynapolis.ids import canonical_json
from dynapolis.index.output.made import Rows, plain
from dynapolis.index.rank import probability_ahead
from dynapolis.index.uncertainty.distribution import Uncertainty
from dynapolis.index.uncertainty.rank_sets import rank_sets_of_replicas
from dynapolis.index.uncertainty.replicas import describe
from dynapolis.index.uncertainty.sobol import Sensitivity
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

MOST_PAIRED = 500  # units up to which every pair is written out


def explored_tables(table: UnitTable, spec: CompositeSpec, found: Uncertainty) -> dict[str, Rows]:
    """Tables of replicas.

    ``ahead`` and ``rank_sets`` are there for one time and at most ``MOST_PAIRED`` units; ``replicas`` lists every
    replica with its choices, so that it can be built again, and ``failures`` those that failed.
    """
    tables = {
        "rank_intervals": _intervals(table, found),
        "replicas": _replicas(spec, found),
        "replica_scores": _scores(found),
        "failures": [{"replica": number, "why": why} for number, why in sorted(found.replicas.failures.items())],
    }
    if not table.is_panel and table.n_rows <= MOST_PAIRED:
        tables["ahead"] = _ahead(table, found)
        tables["rank_sets"] = _rank_sets(table, found)
    return tables


def sensitivity_rows(found: Sensitivity) -> Rows:
    """Sobol indices of every input, with their intervals where they are estimates."""
    return [{"input": name} | _index(found, name) for name in found.indices.first]


def _index(found: Sensitivity, name: str) -> dict[str, Any]:
    first, total = found.indices.first[name], found.indices.total[name]
    row = {"first_order": plain(first), "total_order": plain(total)}
    for kind in ("first", "total"):
        intervals = getattr(found.indices, f"{kind}_interval", {})
        low, high = intervals.get(name, (None, None))
        row |= {f"{kind}_order_low": plain(low), f"{kind}_order_high": plain(high)}
    counts = {"n": found.n, "n_builds": found.n_builds, "n_failed": found.n_failed, "n_left_out": found.n_left_out}
    return row | counts | {"output": found.output}


def _intervals(table: UnitTable, found: Uncertainty) -> Rows:
    ranks = found.ranks
    rows = []
    for row in range(table.n_rows):
        said: dict[str, Any] = {"unit": table.units[row], "name": table.names[row]}
        said |= {"time": table.times[row]} if table.times else {}
        said |= {"score": plain(ranks.nominal_score[row]), "rank": plain(ranks.nominal[row])}
        said |= {"median_rank": plain(ranks.median[row]), "mean_rank": plain(ranks.mean[row])}
        for level, (low, high) in ranks.intervals.items():
            percent = f"{level * 100:g}"
            said |= {f"rank_{percent}_low": plain(low[row]), f"rank_{percent}_high": plain(high[row])}
        said |= {f"p_top_{k}": plain(share[row]) for k, share in ranks.top.items()}
        said |= {"tier": plain(ranks.tier[row]), "share_unranked": plain(ranks.share_unranked[row])}
        rows.append(said)
    return rows


def _replicas(spec: CompositeSpec, found: Uncertainty) -> Rows:
    replicas = found.replicas
    return [
        {
            "replica": number,
            "ok": bool(replicas.ok[number]),
            "choices": canonical_json(describe(spec, replicas.choices, number)),
        }
        for number in range(len(replicas.ok))
    ]


def _scores(found: Uncertainty) -> Rows:
    """Scores of the index, a row a replica, a column a row of the data."""
    replicas = found.replicas
    times = replicas.times or ("",) * len(replicas.units)
    names = [f"{unit} {time}".strip() for unit, time in zip(replicas.units, times, strict=True)]
    return [
        {"replica": number} | dict(zip(names, map(plain, scores), strict=True))
        for number, scores in enumerate(replicas.scores)
    ]


def _ahead(table: UnitTable, found: Uncertainty) -> Rows:
    ahead = probability_ahead(found.replicas.scores[found.replicas.ok])
    return [
        {"unit": table.units[row], "of": table.units[column], "p_ahead": plain(ahead[row, column])}
        for row in range(table.n_rows)
        for column in range(table.n_rows)
        if row != column
    ]


def _rank_sets(table: UnitTable, found: Uncertainty) -> Rows:
    """Simultaneous confidence sets of the ranks of the units that always have a score.

    Replicas may be on different scales (0 to 100, z-scores, ranks), so that each is first brought to mean 0 and
    deviation 1 over its units. This changes no rank within a replica.
    """
    scores = found.replicas.scores[found.replicas.ok]
    whole = np.flatnonzero(np.isfinite(scores).all(axis=0) & np.isfinite(found.ranks.nominal_score))
    if len(whole) < 2 or len(scores) < 2:
        return []
    sets = rank_sets_of_replicas(_standard(found.ranks.nominal_score[whole]), _standard(scores[:, whole]))
    return [
        {"unit": table.units[int(row)], "rank": plain(sets.rank[place]), "low": plain(sets.low[place])}
        | {"high": plain(sets.high[place]), "level": sets.level, "simultaneous": sets.simultaneous}
        for place, row in enumerate(whole)
    ]


def _standard(scores: FloatArray) -> FloatArray:
    """Scores of units along the last axis with mean 0 and deviation 1; 0 where all are equal."""
    centred = scores - scores.mean(axis=-1, keepdims=True)
    spread = centred.std(axis=-1, keepdims=True)
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))
