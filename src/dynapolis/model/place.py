"""Cities, read from ``content/places/cities.yml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.problem import Problem, duplicates

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class PlaceSource(Frozen):
    """Where a fact about a place comes from, and under which licence."""

    title: NonEmpty
    publisher: NonEmpty
    licence: NonEmpty
    date: NonEmpty
    url: NonEmpty
    note: Text


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


class Places(Frozen):
    """All cities, with the sources of their facts."""

    sources: dict[str, PlaceSource]
    cities: tuple[City, ...] = Field(min_length=1)

    @cached_property
    def by_id(self) -> dict[str, City]:
        """Cities by id, in the order of the file."""
        return {city.id: city for city in self.cities}


def check_places(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Cities listed twice."""
    for key in ("id", "geonames_id"):
        yield from duplicates(raw.get("cities"), ("cities",), key, "another city has it")
