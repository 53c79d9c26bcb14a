"""In what a unit is strong and in what weak: the indicators in which it ranks highest and lowest.

Source: get_str_weak of COINr (Becker and others 2022, doi 10.21105/joss.04567).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dynapolis.index.analysis.kin import ancestors, codes_at, directions_of
from dynapolis.index.analysis.rankings import rank_columns
from dynapolis.index.analysis.rows import columns, row_of
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit in one indicator.

    Attributes:
        code, parent: the indicator, and the node it belongs to.
        rank: 1 is best, whatever the direction of the indicator.
        n_ranked: units it is compared with, itself included.
        value: as the table has it.
    """

    code: str
    parent: str
    rank: int
    n_ranked: int
    value: float


@dataclass(frozen=True, slots=True)
class StrengthsWeaknesses:
    """Strengths from the best rank down, weaknesses from the worst up; no indicator is in both."""

    strengths: tuple[Standing, ...]
    weaknesses: tuple[Standing, ...]


def strengths_and_weaknesses(
    table: UnitTable,
    spec: CompositeSpec,
    unit: str,
    *,
    time: str | int | None = None,
    n: int = 5,
    group: str | None = None,
    directed: bool = True,
    least_unique: float = 0.0,
    last: Literal["weakness", "neither"] = "weakness",
) -> StrengthsWeaknesses:
    """Strengths and weaknesses of a unit among its indicators.

    Where the unit shares the last rank, the indicator is no strength, however many units share it and however good
    the rank looks; it may be a weakness. Of equal ranks the earlier in the specification counts as the better. Gaps are
    passed over.

    Args:
        table: raw or treated data (``directed``), or normalised data, which are turned already (not ``directed``).
        spec: the tree.
        unit: its code.
        time: a year of a panel; none: the last one the unit has.
        n: how many of each at most.
        group: compare only units of its group in this column.
        directed: turn indicators of which less is better round first.
        least_unique: leave out indicators of which the share of different values is not above it, such as yes or no.
        last: whether the last rank may be a weakness; with "neither" it is left out of both, as in COINr.

    Raises:
        BadUse: no such unit, year or group.

    Example:
        >>> from dynapolis.model.composite import Aggregate, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Aggregate(step="aggregate", method="arithmetic"),),
        ...     indicators=(IndexIndicator(code="x", parent="i"), IndexIndicator(code="y", parent="i", direction=-1)),
        ... )
        >>> table = UnitTable(("a", "b"), ("A", "B"), (), ("x", "y"), np.array([[1.0, 5.0], [0.0, 3.0]]), {}, {})
        >>> found = strengths_and_weaknesses(table, spec, "a", n=1)
        >>> found.strengths[0].code, found.weaknesses[0].code, found.weaknesses[0].rank
        ('x', 'y', 2)
    """
    codes = codes_at(spec, 1)
    row = row_of(table, unit, time)
    values = columns(table, codes)
    turned = values * np.array(directions_of(spec, codes) if directed else (1,) * len(codes), dtype=float)
    ranks = rank_columns(replace(table, codes=codes, values=turned), group=group)
    peers = _peers(table, row, group)
    own, lowest = ranks[row], np.fmax.reduce(ranks[peers], axis=0, initial=np.nan)
    usable = ~np.isnan(own) & (_unique(values[peers]) > least_unique)
    is_last = own == lowest
    best = _from_best(own, usable & ~is_last)[:n]
    weak = usable & ~is_last if last == "neither" else usable
    weak[best] = False
    worst = _from_best(own, weak)[::-1][:n]
    counts = (~np.isnan(ranks[peers])).sum(axis=0)

    def told(places: IntArray) -> tuple[Standing, ...]:
        return tuple(
            Standing(codes[i], ancestors(spec, codes[i])[0], int(own[i]), int(counts[i]), float(values[row, i]))
            for i in places
        )

    return StrengthsWeaknesses(told(best), told(worst))


def _peers(table: UnitTable, row: int, group: str | None) -> BoolArray:
    """Rows of the same year, and of the same group where one is asked for."""
    same = np.ones(table.n_rows, dtype=bool)
    if table.times:
        same &= np.array(table.times) == table.times[row]
    if group is not None:
        same &= np.array(table.groups[group]) == table.groups[group][row]
    return same


def _from_best(ranks: FloatArray, chosen: BoolArray) -> IntArray:
    """Places of the chosen indicators from the best rank down, ties in their order."""
    places = np.flatnonzero(chosen)
    return np.asarray(places[np.argsort(ranks[places], kind="stable")])


def _unique(values: FloatArray) -> FloatArray:
    """Different values as a share of the values that are there."""
    ordered = np.sort(values, axis=0)
    there = ~np.isnan(ordered)
    new = there.copy()
    new[1:] &= ordered[1:] != ordered[:-1]
    return np.asarray(new.sum(axis=0) / np.maximum(there.sum(axis=0), 1))
