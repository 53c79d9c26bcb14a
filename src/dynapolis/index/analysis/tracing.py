"""One score followed from the rank down to the raw cell: the parts of the index, and what each step made of a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.index.analysis.comparison import rank_by_year
from dynapolis.index.analysis.decomposition import Decomposition, decompose
from dynapolis.index.analysis.rows import row_of
from dynapolis.index.compose import Composite
from dynapolis.index.outliers import OUTCOMES, Treated
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import IndexIndicator

What = Literal[
    "raw", "missing", "unchanged", "divided", "imputed", "winsorised_high", "winsorised_low", "transformed",
    "winsorised_and_transformed", "normalised",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one indicator of one unit after one step.

    Attributes:
        stage: name of the stage, ``raw`` first.
        value: NaN where it is a gap.
        what: what the step made of it.
        by: what it was divided by (the denominator's code) or the method; empty where there is nothing to name.
        amount: the denominator's value where it was divided, else NaN.
    """

    stage: str
    value: float
    what: What
    by: str = ""
    amount: float = float("nan")


@dataclass(frozen=True, slots=True)
class Part:
    """A node or indicator in the score of one unit.

    Attributes:
        code, level: which; level 1 is an indicator.
        score: of the unit; NaN where it has none.
        rank: of the unit in this part within its year; NaN where it has no score.
        weight: among the siblings that are there; 1 for the top.
        points: share of the top's score, in points.
        log: w ln score, where the parent is a geometric mean, else NaN.
        remainder: points of this part that none of its children has.
        children: parts below.
        cells: of an indicator, its value through all stages.
    """

    code: str
    level: int
    score: float
    rank: float
    weight: float
    points: float
    log: float
    remainder: float
    children: tuple[Part, ...] = ()
    cells: tuple[Cell, ...] = ()

    def walk(self) -> Iterator[Part]:
        """This part and everything below it, from the top down."""
        yield self
        for child in self.children:
            yield from child.walk()


def trace(composite: Composite, unit: str, *, time: str | int | None = None, of: str | None = None) -> Part:
    """The score of one unit taken apart down to its raw values.

    The points of all indicators, and the remainders of all nodes, add up to the score at the top.

    Args:
        composite: made without replicas.
        unit: its code.
        time: a year of a panel; none: the last one the unit has.
        of: the node at the top; none: the index.

    Raises:
        BadUse: no such unit, year or node.
    """
    row = row_of(composite.table, unit, time)
    found = decompose(composite, of)
    return _part(composite, found, found.of, row)


def _part(composite: Composite, found: Decomposition, code: str, row: int) -> Part:
    spec = composite.spec
    children = tuple(_part(composite, found, child, row) for child in spec.children.get(code, ()))

    def at(values: dict[str, FloatArray], otherwise: float) -> float:
        return float(values[code][row]) if code in values else otherwise

    return Part(
        code=code,
        level=spec.levels[code],
        score=float(composite.scores[code][row]),
        rank=float(rank_by_year(composite, code)[row]),
        weight=at(found.weights, 1.0),
        points=at(found.points, 0.0),
        log=at(found.logs, float("nan")),
        remainder=at(found.remainders, 0.0),
        children=children,
        cells=() if code in spec.children else cells(composite, code, row),
    )


def cells(composite: Composite, code: str, row: int) -> tuple[Cell, ...]:
    """The value of an indicator in one row of the table through all stages, from the raw cell on."""
    place = composite.table.codes.index(code)
    indicator = next(item for item in composite.spec.indicators if item.code == code)
    found: list[Cell] = []
    for stage, values in composite.stages.items():
        value = float(values[row, place])
        before = found[-1].value if found else float("nan")
        found.append(_cell(composite, indicator, stage, (row, place), before, value))
    return tuple(found)


def _cell(
    composite: Composite, item: IndexIndicator, stage: str, at: tuple[int, int], before: float, value: float
) -> Cell:
    if stage == "raw":
        return Cell(stage, value, "missing" if np.isnan(value) else "raw")
    if stage == "denominated" and item.denominator is not None:
        return Cell(stage, value, "divided", item.denominator, _denominator(composite, item.denominator, at[0]))
    if np.isnan(value):
        return Cell(stage, value, "missing")
    if stage == "imputed" and np.isnan(before):
        return Cell(stage, value, "imputed", _method(composite, "impute"))
    if stage == "treated":
        what, by = _treatment(composite, at, before, value)
        return Cell(stage, value, what, by)
    if stage == "normalised":
        return Cell(stage, value, "normalised", _method(composite, "normalise"))
    return Cell(stage, value, "unchanged")


def _denominator(composite: Composite, name: str, row: int) -> float:
    """A column of its own, or another indicator as it stood before the step."""
    table, stages = composite.table, list(composite.stages)
    if name in table.denominators:
        return float(table.denominators[name][row])
    before = stages[stages.index("denominated") - 1]
    return float(composite.stages[before][row, table.codes.index(name)])


def _method(composite: Composite, step: str) -> str:
    found = composite.spec.step(step)
    return str(found.method) if found is not None else ""


def _treatment(composite: Composite, at: tuple[int, int], before: float, value: float) -> tuple[What, str]:
    """What treatment did to a cell: as its own record says, and where there is none, whether the value changed."""
    told = composite.details.get("treat")
    if not isinstance(told, Treated) or told.points.shape != composite.stages["treated"].shape:
        return ("unchanged" if value == before else "transformed"), ""
    point = int(told.points[at])
    whole = "transformed" in _outcome(composite, told, at)
    by = told.function[at[1]] if whole else ""
    if whole:
        return ("winsorised_and_transformed" if point else "transformed"), by
    if point:
        return ("winsorised_high" if point > 0 else "winsorised_low"), by
    return "unchanged", by


def _outcome(composite: Composite, told: Treated, at: tuple[int, int]) -> str:
    number = told.outcome[..., at[1]]
    if told.periods:
        number = number[told.periods.index(composite.table.times[at[0]])]
    return OUTCOMES[int(number)]
