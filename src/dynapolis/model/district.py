"""Parts of cities at their own levels (``content/places/districts.csv``): autonomous districts, quarters, sites.

A row says how a place is written and in which district it lies. One that lies in several districts names none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.place import Slug
from dynapolis.model.problem import Problem, duplicates, entries
from dynapolis.text import split_list

Level = Literal["autonomous_district", "district", "municipality", "quarter", "site"]


class District(Frozen):
    """A part of a city: a row of the table. ``variants`` and ``within`` are lists joined by semicolons.

    ``in_text`` says whether the name is looked for in the texts of records, or compared with the column alone.
    """

    district_id: Slug
    city_id: Slug
    level: Level
    name_en: NonEmpty
    name_ko: NonEmpty
    variants: str = ""
    in_text: bool
    within: str = ""
    geonames_id: int | None = Field(default=None, gt=0)
    code: str | None = None
    source: NonEmpty

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way the name is written, the English name first."""
        return tuple(dict.fromkeys((self.name_en, self.name_ko, *split_list(self.variants))))

    @property
    def parents(self) -> tuple[str, ...]:
        """The districts it lies in."""
        return split_list(self.within)


class DistrictSource(Frozen):
    """Where rows come from. ``was_read`` is false where they were written down without the text at hand: check them."""

    title: NonEmpty
    publisher: NonEmpty
    licence: NonEmpty
    date: NonEmpty
    url: str | None = None
    was_read: bool
    note: Text


class LevelName(Frozen):
    """What a level is called, and what it means."""

    name: Text
    note: Text


class CompleteLevel(Frozen):
    """A level of which a city's districts are all in the table, and how many these are."""

    city_id: Slug
    level: Level
    n: int = Field(gt=0)


class DistrictDescription(Frozen):
    """The file beside the table: levels, where it is complete, and sources."""

    levels: dict[Level, LevelName]
    complete: tuple[CompleteLevel, ...] = ()
    sources: dict[str, DistrictSource]


@dataclass(frozen=True)
class Districts:
    """Parts of all cities with their description."""

    description: DistrictDescription
    rows: tuple[District, ...]

    @cached_property
    def by_id(self) -> dict[str, District]:
        """Districts by id."""
        return {row.district_id: row for row in self.rows}

    @cached_property
    def of_city(self) -> dict[str, tuple[District, ...]]:
        """Districts by city, in the order of the table."""
        found: dict[str, list[District]] = {}
        for row in self.rows:
            found.setdefault(row.city_id, []).append(row)
        return {city: tuple(rows) for city, rows in found.items()}

    def within(self, district: District) -> tuple[tuple[str, ...], ...]:
        """What a district lies in, outwards: each step is one district, or several of which it may be any.

        Example:
            A quarter in one district gives ``(("seoul-gangseo-gu",),)``, a stream through two
            ``(("seoul-jongno-gu", "seoul-jung-gu"),)``.
        """
        steps, parents = [], district.parents
        while parents:
            steps.append(parents)
            parents = self.by_id[parents[0]].parents if len(parents) == 1 else ()
        return tuple(steps)


def check_districts(
    rows: Iterable[tuple[int, District]], description: DistrictDescription
) -> Iterator[tuple[int, Problem]]:
    """Ids or spellings given twice in a city, districts within one that is not there or within each other, unknown
    sources and levels, and levels that are not complete though said to be."""
    listed = list(rows)
    by_id = {row.district_id: row for _, row in listed}
    ids: set[str] = set()
    spelled: dict[tuple[str, str], str] = {}
    for line, row in listed:
        if row.district_id in ids:
            yield line, Problem(("district_id",), repr(row.district_id), "each id once", "rename or remove one")
        ids.add(row.district_id)
        for name in row.spellings:
            other = spelled.setdefault((row.city_id, name.casefold()), row.district_id)
            if other != row.district_id:
                found, mend = f"'{name}', as of {other}", "leave it to one of the two"
                yield line, Problem(("variants",), found, "a spelling of one place of the city", mend)
        for parent in row.parents:
            if parent not in by_id or by_id[parent].city_id != row.city_id or parent == row.district_id:
                yield line, Problem(("within",), repr(parent), "the id of another district of the city", "correct it")
        if row.source not in description.sources:
            known = ", ".join(description.sources)
            yield line, Problem(("source",), repr(row.source), f"one of {known}", "describe it in the YAML file")
        if row.level not in description.levels:
            yield line, Problem(("level",), repr(row.level), "a level with a name", "describe it in the YAML file")
    yield from _check_order(listed, by_id)
    for part in description.complete:
        n = sum(1 for _, row in listed if (row.city_id, row.level) == (part.city_id, part.level))
        if n != part.n:
            found = f"{n} of level {part.level} in {part.city_id}"
            yield 0, Problem(("complete",), found, str(part.n), "add or remove rows, or correct the number")


def _check_order(
    listed: Iterable[tuple[int, District]], by_id: Mapping[str, District]
) -> Iterator[tuple[int, Problem]]:
    """Districts that lie in themselves by way of others."""
    for line, row in listed:
        seen, todo = {row.district_id}, [p for p in row.parents if p != row.district_id]
        while todo:
            parent = todo.pop()
            if parent == row.district_id:
                mend = "correct the column within"
                yield line, Problem(("within",), f"{row.district_id} within itself", "an order outwards", mend)
                break
            if parent in by_id and parent not in seen:
                todo += by_id[parent].parents
            seen.add(parent)


def check_district_description(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Levels said to be complete twice for one city."""
    pairs = [{"pair": f"{item.get('city_id')} {item.get('level')}"} for _, item in entries(raw.get("complete"))]
    yield from duplicates(pairs, ("complete",), "pair", "said above")
