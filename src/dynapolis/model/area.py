"""Which places belong to a city, and which to its functional area only (``content/places/areas.csv``).

City proper and functional area are two answers: Espoo is not Helsinki, but it belongs to its area. Both are declared,
with a source for every list, and nothing is inferred from distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.place import PlaceSource, Slug
from dynapolis.model.problem import Problem, duplicates, entries

Basis = Literal[
    "part_of_city", "metropolitan_government", "urban_agglomeration", "statistical_area", "administrative_region",
    "transport_authority",
]  # fmt: skip


class AreaSource(PlaceSource):
    """Who drew the border. ``was_read`` is false where the list was written down without the text at hand: check it."""

    was_read: bool


class AreaRule(Frozen):
    """Which entries of the gazetteer are members: all with one of these codes on each level that is named, and, where
    names are listed, one of these names."""

    country: NonEmpty
    admin1: tuple[str, ...] = ()
    admin2: tuple[str, ...] = ()
    admin3: tuple[str, ...] = ()
    names: tuple[NonEmpty, ...] = ()


class AreaPart(Frozen):
    """One list of members of a city's area: on what it rests, how far it reaches at most, and whether it is complete.

    Complete means: every place of the gazetteer that lies in the unit the source names is a member.
    """

    area_id: Slug
    basis: Basis
    source: NonEmpty
    max_km: float = Field(gt=0, le=200)
    is_complete: bool
    rules: tuple[AreaRule, ...] = Field(min_length=1)
    note: Text


class AreaDescription(Frozen):
    """The file beside the members: sources, and the rules that the members were made by."""

    sources: dict[str, AreaSource]
    parts: tuple[AreaPart, ...] = Field(min_length=1)
    left_out: dict[str, Text] = Field(default_factory=dict)


class AreaMember(Frozen):
    """A place of the gazetteer that belongs to a city, or to its functional area."""

    member_geonameid: int = Field(gt=0)
    member_name: NonEmpty
    country: NonEmpty
    area_id: Slug
    basis: Basis
    source: NonEmpty

    @property
    def is_part_of_city(self) -> bool:
        """Whether the place is the city itself under another name, such as a district."""
        return self.basis == "part_of_city"


@dataclass(frozen=True)
class Areas:
    """All members, with the sources and rules of their lists."""

    sources: Mapping[str, AreaSource]
    parts: tuple[AreaPart, ...]
    left_out: Mapping[str, Text]
    members: tuple[AreaMember, ...]

    @cached_property
    def by_place(self) -> dict[int, AreaMember]:
        """Members by GeoNames id; a place belongs to one city at most."""
        return {member.member_geonameid: member for member in self.members}

    def city_of(self, geonameid: int) -> str | None:
        """The city that a place is a part of; nothing where it only lies in a functional area, or in none."""
        member = self.by_place.get(geonameid)
        return member.area_id if member and member.is_part_of_city else None

    def area_of(self, geonameid: int) -> str | None:
        """The city to whose area a place belongs, as a part of the city or around it."""
        member = self.by_place.get(geonameid)
        return member.area_id if member else None


def check_area_description(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Lists from sources that are not described, and lists given twice."""
    sources = raw.get("sources") or {}
    seen: set[tuple[Any, Any]] = set()
    for number, part in entries(raw.get("parts")):
        if part.get("source") not in sources:
            told, mend = f"one of {', '.join(sources)}", "describe the source under sources:"
            yield Problem(("parts", number, "source"), repr(part.get("source")), told, mend)
        key = (part.get("area_id"), part.get("basis"))
        if key in seen:
            yield Problem(("parts", number, "basis"), repr(key[1]), "each basis once for a city", "join the two lists")
        seen.add(key)


def check_members(
    rows: Iterable[tuple[int, AreaMember]], description: AreaDescription
) -> Iterator[tuple[int, Problem]]:
    """Members of lists that are not described, and places that belong to two cities.

    Args:
        rows: each with the line on which it stands.
        description: the lists.

    Returns:
        problems with their lines.
    """
    rows = list(rows)
    known = {(part.area_id, part.basis, part.source) for part in description.parts}
    for line, row in rows:
        if (row.area_id, row.basis, row.source) not in known:
            found = f"{row.area_id}, {row.basis}, {row.source}"
            yield line, Problem(("area_id",), found, "a list under parts:", "describe it in the YAML file")
    ids = [{"member_geonameid": row.member_geonameid} for _, row in rows]
    for problem in duplicates(ids, (), "member_geonameid", "it stands above"):
        yield (
            rows[int(problem.loc[0])][0],
            Problem(("member_geonameid",), problem.found, problem.expected, problem.mend),
        )
