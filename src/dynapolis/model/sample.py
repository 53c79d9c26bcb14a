"""A population of which a part was drawn by chance and coded by people, while a model scored all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from dynapolis.model.screening import Picked

_TOLERANCE = 0.005  # by how much a recorded probability may differ from what was drawn, for its rounding


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """One unit of the population.

    Attributes:
        unit_id: its id.
        stratum: the group within which units were drawn with equal probability.
        inclusion: recorded probability of being drawn, above 0 and up to 1; None where it was not recorded.
        drawn: whether it was drawn.
        picked: how it came to be coded; None where it was not coded.
        label: 1.0 if people gave it the code whose share is wanted, 0.0 if another one; None if not coded.
        score: the model's probability of that code, 0 to 1; None where the model said nothing.
        row: line of the file, 0 where there is none.
    """

    unit_id: str
    stratum: str
    inclusion: float | None
    drawn: bool
    picked: Picked | None
    label: float | None
    score: float | None
    row: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why no share can be estimated: the line and column, what was found and expected, what to do."""

    row: int
    column: str
    found: str
    expected: str
    mend: str


def check_sample(units: Sequence[SampleUnit]) -> Iterator[Refusal]:
    """Everything that keeps a share from being estimated from these units by design.

    A stratum of which every unit was coded needs no chance; there it does not matter how the units were picked.

    Example:
        >>> picked = SampleUnit("a", "all", 0.5, True, Picked.MODEL, 1.0, 0.9, 2)
        >>> other = SampleUnit("b", "all", 0.5, True, Picked.RANDOM, 0.0, 0.1, 3)
        >>> next(check_sample([picked, other, SampleUnit("c", "all", 0.5, False, None, None, 0.2, 4)])).column
        'picked'
    """
    yield from _repeated(units)
    if not any(unit.label is not None for unit in units):
        yield Refusal(0, "label", "no coded unit", "a sample coded by people", "code the drawn units first")
    if any(unit.score is None for unit in units) and any(unit.score is not None for unit in units):
        silent = next(unit for unit in units if unit.score is None)
        yield Refusal(
            silent.row, "score", "no score", "a score of every unit, or of none", "let the model score all units"
        )
    for _, members in groupby(sorted(units, key=attrgetter("stratum", "row")), key=attrgetter("stratum")):
        stratum = list(members)
        yield from _check_units(stratum)
        yield from _check_stratum(stratum)


def _repeated(units: Sequence[SampleUnit]) -> Iterator[Refusal]:
    seen: set[str] = set()
    for unit in units:
        if unit.unit_id in seen:
            yield Refusal(
                unit.row, "unit_id", repr(unit.unit_id), "each unit once", "keep one line; a unit has one chance"
            )
        seen.add(unit.unit_id)


def _is_census(stratum: Sequence[SampleUnit]) -> bool:
    return all(unit.label is not None and unit.inclusion == 1 for unit in stratum)


def _check_units(stratum: Sequence[SampleUnit]) -> Iterator[Refusal]:
    census = _is_census(stratum)
    for unit in stratum:
        if unit.inclusion is None:
            yield Refusal(
                unit.row, "inclusion", "no probability", "the probability with which the unit could be drawn",
                "take it from the design; without it no unit stands for the others",
            )  # fmt: skip
        elif not 0 < unit.inclusion <= 1:
            yield Refusal(
                unit.row, "inclusion", f"{unit.inclusion:g}", "a probability above 0 and up to 1",
                "a unit that could not be drawn is not represented: leave it out of the population, and say so",
            )  # fmt: skip
        if unit.drawn and unit.label is None:
            yield Refusal(
                unit.row, "label", "drawn, but not coded", "a label of every drawn unit",
                "code it: units left out are seldom like the others",
            )  # fmt: skip
        if unit.label is not None and not census:
            yield from _check_picked(unit)


def _check_picked(unit: SampleUnit) -> Iterator[Refusal]:
    if unit.picked is None:
        yield Refusal(
            unit.row, "picked", "not told", "random", "say how the unit came to be coded; only chance makes a sample"
        )
    elif unit.picked is Picked.MODEL:
        yield Refusal(
            unit.row, "picked", "model", "random",
            "active learning shows what it takes for likely first, so that the share among its records is too high; "
            "draw a sample by chance, or put all of these records into a stratum of their own with inclusion 1",
        )  # fmt: skip
    elif unit.picked is Picked.SEED:
        yield Refusal(
            unit.row, "picked", "seed", "random",
            "it was known beforehand and not drawn; put all of these into a stratum of their own with inclusion 1",
        )  # fmt: skip
    elif not unit.drawn:
        yield Refusal(unit.row, "drawn", "coded, but not drawn", "labels of drawn units", "remove the label")


def _check_stratum(stratum: Sequence[SampleUnit]) -> Iterator[Refusal]:
    name, row = stratum[0].stratum, stratum[0].row
    chances = sorted({unit.inclusion for unit in stratum if unit.inclusion is not None})
    if len(chances) > 1:
        yield Refusal(
            row, "inclusion", f"{chances[0]:g} to {chances[-1]:g} in stratum '{name}'",
            "one probability within a stratum", "make a stratum of each probability",
        )  # fmt: skip
    n_labels = sum(unit.label is not None for unit in stratum)
    if n_labels < 2 and n_labels < len(stratum):
        yield Refusal(
            row, "label", f"{n_labels} coded of {len(stratum)} in stratum '{name}'", "at least 2 coded units",
            "one unit does not tell how units differ: code another one drawn by chance, or join two strata "
            "that have the same probability",
        )  # fmt: skip
    elif len(chances) == 1 and abs(n_labels / len(stratum) - chances[0]) > _TOLERANCE:
        yield Refusal(
            row, "inclusion", f"{chances[0]:g} in stratum '{name}', of which {n_labels} of {len(stratum)} were coded",
            f"{n_labels / len(stratum):.4g}", "labels were dropped or added after the draw: restore them",
        )  # fmt: skip
