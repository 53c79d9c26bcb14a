"""What the matching of towns knows besides the gazetteer, read from ``content/places/place_rules.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import StringConstraints

from dynapolis.model.language import Frozen, NonEmpty
from dynapolis.model.problem import Problem, entries
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml
from dynapolis.text import has_hangul

Pattern = Annotated[str, StringConstraints(min_length=1)]  # its spaces count
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Tail(Frozen):
    """A part of an address before or after a town, as a pattern over folded words."""

    pattern: Pattern
    what: NonEmpty
    countries: tuple[CountryCode, ...] = ()


class HangulLevels(Frozen):
    """Endings of Korean names by the level of the authority they name."""

    cities: tuple[NonEmpty, ...]
    regions: tuple[NonEmpty, ...]
    districts: tuple[NonEmpty, ...]
    offices: tuple[NonEmpty, ...]


class RuleFile(Frozen):
    """The file as it stands."""

    country_codes: dict[str, CountryCode]
    territories: dict[CountryCode, tuple[CountryCode, ...]]
    country_names: dict[CountryCode, tuple[NonEmpty, ...]]
    region_codes: dict[CountryCode, dict[NonEmpty, NonEmpty]]
    tails: tuple[Tail, ...]
    hangul: HangulLevels
    saints: tuple[NonEmpty, ...]
    small_words: tuple[NonEmpty, ...]
    locating_words: tuple[NonEmpty, ...]
    municipality_words: tuple[NonEmpty, ...]
    region_words: tuple[NonEmpty, ...]
    organisation_words: tuple[NonEmpty, ...]


@dataclass(frozen=True, slots=True)
class Tails:
    """The patterns of one country: one by one, and all in one, which quickly tells that none of them is there."""

    patterns: tuple[re.Pattern[str], ...]
    some: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """The same, made ready for use."""

    file: RuleFile
    saints: frozenset[str]
    small: frozenset[str]
    locating: frozenset[str]
    municipalities: frozenset[str]
    regions: frozenset[str]
    organisations: frozenset[str]
    organisation_endings: tuple[str, ...]

    def is_organisation(self, words: str) -> bool:
        """Whether one of several folded words is one of organisations."""
        parts = words.split(" ")
        named = not self.organisations.isdisjoint(parts) if len(parts) > 1 else False
        return named or any(part.endswith(self.organisation_endings) for part in parts)

    def tails(self, country: str) -> Tails:
        """Patterns of one country, in the order of the file; of an unknown country those that hold everywhere."""
        patterns = [t.pattern for t in self.file.tails if not t.countries or country in t.countries]
        return Tails(tuple(map(re.compile, patterns)), re.compile("|".join(f"(?:{p})" for p in patterns)))


def read_place_rules(path: Path | None = None) -> PlaceRules:
    """The rules of a file; the shipped ones if none is named.

    Raises:
        BadContent: the file is missing or faulty; all faults are listed.
    """
    file = read_yaml(path or shipped() / "places" / "place_rules.yml", RuleFile, check_place_rules)
    return PlaceRules(
        file=file,
        saints=frozenset(file.saints),
        small=frozenset(file.small_words),
        locating=frozenset(file.locating_words),
        municipalities=frozenset(file.municipality_words),
        regions=frozenset(file.region_words),
        organisations=frozenset(file.organisation_words),
        organisation_endings=tuple(word for word in file.organisation_words if has_hangul(word)),
    )


def check_place_rules(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Patterns that are no regular expression."""
    for number, tail in entries(raw.get("tails")):
        try:
            re.compile(str(tail.get("pattern")))
        except re.error as error:
            where = ("tails", number, "pattern")
            yield Problem(where, repr(tail.get("pattern")), f"a regular expression ({error})", "correct it")
