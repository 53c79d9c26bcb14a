"""A unit at a glance: its score and rank in the index, in each node, and if asked for in each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.rankings import rank_columns
from dynapolis.index.analysis.rows import columns, row_of, some_rows
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class Line:
    """A unit in one node or indicator: score, rank (1 is best; none where there is no score), and units ranked."""

    code: str
    level: int
    score: float
    rank: int | None
    n_ranked: int


def unit_summary(
    table: UnitTable,
    spec: CompositeSpec,
    unit: str,
    *,
    levels: Sequence[int] | None = None,
    time: str | int | None = None,
    group: str | None = None,
) -> tuple[Line, ...]:
    """Scores and ranks of a unit, from the index down, in the order of the specification within a level.

    Args:
        table: scores.
        spec: the tree.
        unit: its code.
        levels: which levels; none: all nodes.
        time: a year of a panel; none: the last one the unit has.
        group: ranks inside its group of this column.

    Raises:
        BadUse: no such unit, year, group or level.
    """
    known = set(spec.levels.values())
    wanted = sorted(known - {1} if levels is None else set(levels), reverse=True)
    if not set(wanted) <= known:
        raise BadUse(f"found levels {wanted}; expected some of {sorted(known)}; correct them")
    row = row_of(table, unit, time)
    year = some_rows(table, times=[table.times[row]]) if table.times else table
    every = (*(node.code for node in spec.nodes), *(item.code for item in spec.indicators if item.parent is not None))
    codes = [code for level in wanted for code in every if spec.levels[code] == level]
    part = replace(year, codes=tuple(codes), values=columns(year, codes))
    ranks = rank_columns(part, group=group)
    at = row_of(part, unit)
    inside = [group is None or part.groups[group][i] == part.groups[group][at] for i in range(part.n_rows)]
    counts = (~np.isnan(ranks[inside])).sum(axis=0)
    return tuple(
        Line(code, spec.levels[code], float(score), None if np.isnan(rank) else int(rank), int(count))
        for code, score, rank, count in zip(codes, part.values[at], ranks[at], counts, strict=True)
    )
