"""Populations of cities by year, each with what was counted and by whom (``content/places/population.csv``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.place import PlaceSource, Slug
from dynapolis.model.problem import Problem, duplicates, entries

Definition = Literal["agglomeration", "city_proper", "place"]


class PopulationSource(PlaceSource):
    """A publisher's list of populations.

    ``definitions`` are the kinds of area it counts. Where it gives several figures of one area and year, the one is
    taken whose record type stands first in ``record_types``, then the reliability first in ``reliabilities``, then
    the latest source year. Both lists are closed: another word is a fault.
    """

    definitions: tuple[Definition, ...] = Field(min_length=1)
    record_types: tuple[NonEmpty, ...] = ()
    reliabilities: tuple[NonEmpty, ...] = ()


class Link(Frozen):
    """A hand-made link: under which name, country and code a source prints a city."""

    city_id: Slug
    source: NonEmpty
    country: NonEmpty
    name: NonEmpty
    code: NonEmpty | None = None
    note: Text | None = None


class PopulationDescription(Frozen):
    """The file beside the populations: their sources, and the link of every city to its printed names."""

    sources: dict[str, PopulationSource]
    links: tuple[Link, ...] = ()


class Population(Frozen):
    """Inhabitants of one kind of area of a city in one year, as one source gives them.

    ``value`` is in persons; a mean of a year can have a half. ``source_name`` and ``source_country`` are as printed,
    ``locator`` says where in the file it stands, ``footnote`` what the source says about this figure.
    """

    city_id: Slug
    definition: Definition
    year: int = Field(ge=1900, le=2100)
    value: float = Field(gt=0, allow_inf_nan=False)
    source: NonEmpty
    source_country: NonEmpty
    source_name: NonEmpty
    locator: NonEmpty
    is_projection: bool
    record_type: NonEmpty | None = None
    reliability: NonEmpty | None = None
    source_year: int | None = Field(default=None, ge=1900, le=2100)
    footnote: NonEmpty | None = None


class PopulationBasis(Frozen):
    """Which population divides: the kind of area, the source, the year, and how far another year may lie.

    Nothing is interpolated. The nearest year within ``within_years`` is taken, of two equally near ones the earlier;
    where there is none, the city has no value.
    """

    definition: Definition
    source: NonEmpty
    year: int = Field(ge=1900, le=2100)
    within_years: int = Field(ge=0, le=50)


@dataclass(frozen=True)
class Populations:
    """All populations with their sources, and the one that a basis asks for."""

    sources: Mapping[str, PopulationSource]
    links: tuple[Link, ...]
    rows: tuple[Population, ...]

    @cached_property
    def by_city(self) -> dict[tuple[str, str, str], list[Population]]:
        """Populations by city, definition and source, in the order of the file."""
        found: dict[tuple[str, str, str], list[Population]] = defaultdict(list)
        for row in self.rows:
            found[row.city_id, row.definition, row.source].append(row)
        return dict(found)

    def choose(self, city_id: str, basis: PopulationBasis) -> Population | None:
        """The population of a city on a basis, or nothing.

        Example:
            >>> row = {"city_id": "oslo", "definition": "place", "source": "s", "source_country": "Norway",
            ...        "source_name": "Oslo", "locator": "1", "is_projection": False}
            >>> rows = tuple(Population(year=y, value=v, **row) for y, v in ((2010, 5.0), (2014, 6.0)))
            >>> source = PopulationSource(title="S", publisher="S", licence="S", date="2020", url="u",
            ...                           note={"en": "n", "ko": "n"}, definitions=("place",))
            >>> all_of_them = Populations({"s": source}, (), rows)
            >>> basis = PopulationBasis(definition="place", source="s", year=2012, within_years=2)
            >>> all_of_them.choose("oslo", basis).year
            2010
            >>> all_of_them.choose("oslo", basis.model_copy(update={"within_years": 1})) is None
            True
        """
        near = [
            row
            for row in self.by_city.get((city_id, basis.definition, basis.source), ())
            if abs(row.year - basis.year) <= basis.within_years
        ]
        return min(near, key=lambda row: self._order(row, basis.year), default=None)

    def _order(self, row: Population, year: int) -> tuple[int, int, int, int, int]:
        source = self.sources[row.source]
        return (
            abs(row.year - year),
            row.year,
            source.record_types.index(row.record_type) if row.record_type else -1,
            source.reliabilities.index(row.reliability) if row.reliability else -1,
            -(row.source_year or 0),
        )

    def note(self, row: Population) -> Text | None:
        """What a reader should know about a city's figures of a source."""
        for link in self.links:
            if (link.city_id, link.source, link.name) == (row.city_id, row.source, row.source_name):
                return link.note
        return None


def check_description(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Links to sources that are not described, links given twice, words given twice in an order."""
    sources = raw.get("sources") or {}
    for name, source in sources.items():
        for key in ("definitions", "record_types", "reliabilities"):
            words = [{key: word} for word in source.get(key) or ()]
            yield from duplicates(words, ("sources", name, key), key, "it stands above")
    seen: set[tuple[Any, ...]] = set()
    for number, link in entries(raw.get("links")):
        if link.get("source") not in sources:
            told = f"one of {', '.join(sources)}"
            mend = "describe the source under sources:"
            yield Problem(("links", number, "source"), repr(link.get("source")), told, mend)
        printed = (link.get("source"), link.get("country"), link.get("name"), link.get("code"))
        if printed in seen:
            yield Problem(("links", number, "name"), repr(link.get("name")), "each printed name once", "remove one")
        seen.add(printed)


def check_populations(
    rows: Iterable[tuple[int, Population]], description: PopulationDescription
) -> Iterator[tuple[int, Problem]]:
    """Rows of unknown sources, of words outside their lists, of names that no link declares, and rows told twice.

    Args:
        rows: each with the line on which it stands.
        description: the sources and links.

    Returns:
        problems with their lines.
    """
    links = {(link.city_id, link.source, link.country, link.name) for link in description.links}
    linked = {link.source for link in description.links}
    seen: set[tuple[Any, ...]] = set()
    for line, row in rows:
        source = description.sources.get(row.source)
        if source is None:
            told = f"one of {', '.join(description.sources)}"
            yield line, Problem(("source",), repr(row.source), told, "describe it in the YAML file of the same name")
            continue
        yield from ((line, problem) for problem in _words(row, source))
        if row.source in linked and (row.city_id, row.source, row.source_country, row.source_name) not in links:
            found = f"{row.source_name} ({row.source_country}) for {row.city_id}"
            yield line, Problem(("source_name",), found, "a link of the city to this name", "add it under links:")
        key = (row.city_id, row.definition, row.source, row.year, row.record_type, row.reliability, row.source_year)
        if key in seen:
            yield line, Problem(("year",), str(row.year), "a figure that nothing else equals", "remove one of the two")
        seen.add(key)


def _words(row: Population, source: PopulationSource) -> Iterator[Problem]:
    for column, value, allowed in (
        ("definition", row.definition, source.definitions),
        ("record_type", row.record_type, source.record_types),
        ("reliability", row.reliability, source.reliabilities),
    ):
        if value is not None and value not in allowed:
            told = f"one of {', '.join(allowed)}" if allowed else "nothing"
            yield Problem((column,), repr(value), told, "correct it, or add it to the source's list")
