"""Facets of a list: what is chosen, what is left, how many of each value; OR within a facet, AND across.

Each facet is a column with one number per document: the position of its value (one value per document), or bits of
all its values (several). Counts of a facet leave its own choice out, so a reader sees what choosing more would add.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
MOST_VALUES = 62  # of a facet with several values per document


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet's name, its values in order, and whether a document may have several."""

    name: str
    values: tuple[str, ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Values wanted (any of them) and values not wanted (none of them) of one facet."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """What a choice leaves.

    Attributes:
        mask: documents left, shape (n_documents,).
        counts: per facet and value, documents that would be left if the facet's own choice were only this value.
        without: per facet that is chosen, documents left when its choice is lifted.
    """

    mask: Mask
    counts: dict[str, dict[str, int]]
    without: dict[str, int]

    @property
    def n(self) -> int:
        """Documents left."""
        return int(np.count_nonzero(self.mask))


def encode(values: Sequence[str | None], facet: Facet) -> npt.NDArray[np.int16]:
    """Column of a facet with one value per document; −1 where there is none."""
    place = {value: number for number, value in enumerate(facet.values)}
    return np.array([-1 if value is None else place[value] for value in values], np.int16)


def encode_several(values: Sequence[Sequence[str]], facet: Facet) -> npt.NDArray[np.int64]:
    """Column of a facet with several values per document, as bits.

    Raises:
        OverflowError: the facet has more values than there are bits.
    """
    if len(facet.values) > MOST_VALUES:
        raise OverflowError(f"facet {facet.name} has {len(facet.values)} values; at most {MOST_VALUES} fit")
    bit = {value: 1 << number for number, value in enumerate(facet.values)}
    return np.array([sum(bit[v] for v in set(row)) for row in values], np.int64)


def select(
    facets: Sequence[Facet], columns: Mapping[str, npt.NDArray[Any]], choices: Mapping[str, Choice], base: Mask
) -> Selection:
    """Documents that the choices leave of ``base``, with the counts beside every value.

    Args:
        facets: all facets of the list.
        columns: one per facet, shape (n_documents,).
        choices: by facet; a facet that is not named is not restricted.
        base: documents that everything else (the search, the years) leaves.
    """
    by_name = {facet.name: facet for facet in facets}
    masks = {name: _chosen(by_name[name], columns[name], choice) for name, choice in choices.items()}
    mask = base.copy()
    for chosen in masks.values():
        mask &= chosen
    counts, without = {}, {}
    places = np.flatnonzero(mask)
    for facet in facets:
        here = places
        if facet.name in masks:
            others = base.copy()
            for name, chosen in masks.items():
                if name != facet.name:
                    others &= chosen
            here = np.flatnonzero(others)
            without[facet.name] = len(here)
        counts[facet.name] = _count(facet, columns[facet.name], here)
    return Selection(mask, counts, without)


def _chosen(facet: Facet, column: npt.NDArray[Any], choice: Choice) -> Mask:
    wanted = _any_of(facet, column, choice.wanted) if choice.wanted else np.ones(len(column), bool)
    return wanted & ~_any_of(facet, column, choice.unwanted) if choice.unwanted else wanted


def _any_of(facet: Facet, column: npt.NDArray[Any], values: Sequence[str]) -> Mask:
    places = [facet.values.index(value) for value in values]
    if facet.several:
        held: Mask = (column & sum(1 << place for place in places)) != 0
        return held
    table = np.zeros(len(facet.values) + 1, bool)  # the last place is for −1, no value
    table[places] = True
    found: Mask = table[column]
    return found


def _count(facet: Facet, column: npt.NDArray[Any], places: npt.NDArray[np.intp]) -> dict[str, int]:
    here = column if len(places) == len(column) else column[places]
    if facet.several:
        return {v: int(np.count_nonzero(here & (1 << n))) for n, v in enumerate(facet.values)}
    found = np.bincount(here + 1, minlength=len(facet.values) + 1)[1:]
    return {value: int(n) for value, n in zip(facet.values, found, strict=True)}
