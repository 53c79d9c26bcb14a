"""Tables that examine an index: what it would be without a part, strengths, trends, other weights, other variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dynapolis.errors import BadUse, DynapolisError
from dynapolis.index.analysis.comparison import compare
from dynapolis.index.analysis.kin import codes_at
from dynapolis.index.analysis.leave_out import leave_one_out
from dynapolis.index.analysis.regrouping import children_of, rule_of
from dynapolis.index.analysis.rows import require_one, row_of
from dynapolis.index.analysis.strengths import Standing, strengths_and_weaknesses
from dynapolis.index.analysis.trends import trends
from dynapolis.index.compose import Composite
from dynapolis.index.denominate import denominate
from dynapolis.index.output.made import Rows, plain, pointed
from dynapolis.index.uncertainty.lead_shares import lead_shares
from dynapolis.index.uncertainty.reachable_ranks import reachable_ranks
from dynapolis.model.composite import CompositeSpec, Denominate
from dynapolis.model.unit_table import UnitTable

MOST_STANDINGS = 5  # strengths, or weaknesses, of one unit
_SEARCHED = ("best_rank", "worst_rank", "best_bound", "worst_bound", "is_exact")
_DRAWN = ("share_leading", "share_leading_error", "mean_rank")


def left_out_rows(composite: Composite) -> Rows:
    """What leaving out each indicator does to the ranks, the one that moves them most first.

    An index that cannot be made without an indicator stands last, with why.

    Args:
        composite: made once.

    Raises:
        BadUse: gaps were filled by several draws.
    """
    require_one(composite, composite.spec.root)
    rows = [_without(composite, code) for code in codes_at(composite.spec, 1, composite.spec.root)]
    return sorted(rows, key=lambda row: (row["mean_shift"] is None, -(row["mean_shift"] or 0.0), row["left_out"]))


def _without(composite: Composite, code: str) -> dict[str, Any]:
    try:
        found = leave_one_out(composite, codes=(code,))
    except DynapolisError as error:  # such as a rule that finds no order of what is left
        return {"left_out": code, "mean_shift": None, "largest_shift": None, "n_moved": None, "why": str(error)}
    return {
        "left_out": code,
        "mean_shift": plain(found.mean_shift[0]),
        "largest_shift": _whole(found.largest_shift[0]),
        "n_moved": int((np.nan_to_num(found.shifts[0]) != 0).sum()),
        "why": None,
    }


def trend_rows(raw: UnitTable, composite: Composite) -> Rows:
    """Compound growth and slope of every indicator of every unit of a panel, turned so that more is better.

    Indicators are told as the index measures them: divided where it divides, before gaps are filled.

    Args:
        raw: the data before screening.
        composite: the index.

    Raises:
        BadUse: the data have no years, or they are no numbers.
    """
    measured = _measured(raw, composite.spec)
    growth = trends(measured, composite.spec, "growth", directed=True)
    slope = trends(measured, composite.spec, "slope", directed=True)
    return [
        {
            "unit": unit,
            "indicator": code,
            "growth": plain(growth.values[row, column]),
            "slope": plain(slope.values[row, column]),
            "first": _whole(growth.first[row, column]),
            "latest": _whole(growth.latest[row, column]),
            "n_observed": int(growth.n_observed[row, column]),
        }
        for row, unit in enumerate(growth.units)
        for column, code in enumerate(growth.codes)
    ]


def strength_rows(composite: Composite, units: Sequence[str]) -> Rows:
    """The indicators in which some units stand best and worst; in a panel, in the last year each of them has.

    Indicators are compared as the index measures them: divided where it divides, before gaps are filled. At most half
    of them are told as strengths, and at most half as weaknesses.

    Raises:
        BadUse: no such unit.
    """
    table = _measured(composite.table, composite.spec)
    most = min(MOST_STANDINGS, max(1, len(codes_at(composite.spec, 1)) // 2))
    rows: Rows = []
    for unit in units:
        found = strengths_and_weaknesses(table, composite.spec, unit, n=most)
        base = {"unit": unit, "time": table.times[row_of(table, unit)] if table.times else None}
        rows += [base | _standing("strength", item) for item in found.strengths]
        rows += [base | _standing("weakness", item) for item in found.weaknesses]
    return rows


def laboratory_rows(composite: Composite, node: str, rng: np.random.Generator) -> Rows:
    """What the weights of the children of one node can do: best and worst rank of each unit, and how often it leads.

    Units that lack the score of a child are compared with none, and stand with nothing.

    Raises:
        BadUse: no such node, a panel, no unit without a gap, or a rule whose weights cannot be searched.
    """
    composite = pointed(composite)
    _require_one_time(composite, node)
    scores, rule = children_of(composite, node), rule_of(composite, node)
    whole = np.asarray(np.isfinite(scores).all(axis=1))
    if not whole.any():
        raise BadUse(f"weights laboratory: no unit has the scores of all children of {node}; fill gaps (impute)")
    reach, lead = reachable_ranks(scores[whole], rule, rng), lead_shares(scores[whole], rule, rng)
    searched = (reach.best, reach.worst, reach.best_bound, reach.worst_bound, reach.is_exact)
    told = zip(*searched, lead.lead, lead.lead_error, lead.mean_rank, strict=True)
    nothing = (None,) * len(_SEARCHED + _DRAWN)
    return [
        {"unit": unit, "node": node}
        | dict(zip(_SEARCHED + _DRAWN, map(plain, next(told) if there else nothing), strict=True))
        for unit, there in zip(composite.table.units, whole, strict=True)
    ]


def _require_one_time(composite: Composite, node: str) -> None:
    nodes = composite.spec.upwards[::-1]
    if node not in nodes:
        raise BadUse(f"weights laboratory: no node {node!r}; expected one of {', '.join(nodes)}; correct it")
    if composite.table.is_panel:
        raise BadUse(f"weights laboratory: found {len(composite.table.periods)} times; expected one; give one year")


def compared_tables(variants: Mapping[str, Composite]) -> dict[str, Rows]:
    """Scores and ranks of several variants side by side, and how alike their ranks are. The first is the base.

    Raises:
        BadUse: fewer than two variants.
    """
    found = compare({name: pointed(made) for name, made in variants.items()})
    base = found.names.index(found.base)
    rows: Rows = []
    for number, name in enumerate(found.names):
        rows += [
            {
                "variant": name,
                "unit": found.units[row],
                "time": found.times[row] if found.times else None,
                "score": plain(found.scores[number, row]),
                "rank": _whole(found.ranks[number, row]),
                "rank_change": _whole(found.changes[number, row]),
                "score_change": plain(found.score_changes[number, row]),
            }
            for row in range(len(found.units))
        ]
    summary = [
        {
            "variant": name,
            "compared_with": found.base,
            "rank_correlation": plain(found.correlations[number, base]),
            "mean_change": plain(found.mean_change[number]),
            "n_moved": int(found.n_moved[number]),
        }
        for number, name in enumerate(found.names)
    ]
    return {"compared": rows, "variants": summary}


def _measured(table: UnitTable, spec: CompositeSpec) -> UnitTable:
    """The data as they were observed, divided where the index divides them."""
    step = spec.step("denominate")
    if not isinstance(step, Denominate):
        return table
    return replace(table, values=denominate(table.values, table, spec, step))


def _standing(kind: str, item: Standing) -> dict[str, Any]:
    told = {"kind": kind, "indicator": item.code, "parent": item.parent, "rank": item.rank, "n_ranked": item.n_ranked}
    return told | {"value": plain(item.value)}


def _whole(value: float) -> int | float | None:
    """A rank or a year as people write it."""
    return int(value) if float(value).is_integer() else plain(value)
