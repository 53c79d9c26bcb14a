"""Cities and their populations, read from ``content/places/cities.yml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.problem import Problem, duplicates, entries

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
PopulationBasis = Literal["agglomeration", "place"]


class PlaceSource(Frozen):
    """Where a fact about a place comes from, and under which licence."""

    title: NonEmpty
    publisher: NonEmpty
    licence: NonEmpty
    date: NonEmpty
    url: NonEmpty
    note: Text


class Population(Frozen):
    """Inhabitants, always with the area counted, the year and the source."""

    basis: PopulationBasis
    value: int = Field(gt=0)
    year: int = Field(ge=1900, le=2100)
    source: NonEmpty
    source_name: NonEmpty
    note: Text | None = None


class City(Frozen):
    """A city as the index sees it."""

    id: Slug
    name: Text
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    country_name: Text
    geonames_id: int = Field(gt=0)
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    in_report_2022: bool
    population: tuple[Population, ...] = Field(min_length=1)

    def inhabitants(self, basis: PopulationBasis) -> Population:
        """The city's population on one basis.

        Raises:
            KeyError: the city has no population on that basis.
        """
        return {item.basis: item for item in self.population}[basis]


class Places(Frozen):
    """All cities, with the sources of their facts."""

    sources: dict[str, PlaceSource]
    cities: tuple[City, ...] = Field(min_length=1)

    @cached_property
    def by_id(self) -> dict[str, City]:
        """Cities by id, in the order of the file."""
        return {city.id: city for city in self.cities}


def check_places(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Cities listed twice, populations listed twice, and sources that are not described."""
    for key in ("id", "geonames_id"):
        yield from duplicates(raw.get("cities"), ("cities",), key, "another city has it")
    bases = get_args(PopulationBasis)
    for number, city in entries(raw.get("cities")):
        found = [item.get("basis") for _, item in entries(city.get("population"))]
        for basis in bases:
            if basis not in found:
                yield Problem(
                    ("cities", number, "population"), f"no {basis}", f"one of each: {', '.join(bases)}", "add it"
                )
        yield from duplicates(city.get("population"), ("cities", number, "population"), "basis", "it stands above")
        for place, item in entries(city.get("population")):
            if item.get("source") not in (raw.get("sources") or {}):
                yield Problem(
                    ("cities", number, "population", place, "source"),
                    repr(item.get("source")),
                    f"one of {', '.join(raw.get('sources') or {})}",
                    "describe the source under sources:",
                )
