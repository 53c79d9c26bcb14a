"""Everything a typed town may stand for in one country, each candidate with its signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dynapolis.places.fold import loosen
from dynapolis.places.gazetteer import NEAR_KM, SURE, Country, Found
from dynapolis.places.reading import (
    Place,
    Reading,
    readings_of_hangul,
    readings_of_parts,
    readings_of_words,
    split_parts,
    strip_tails,
)
from dynapolis.places.rules import PlaceRules, Tails
from dynapolis.places.score import Look, Rest, Signs
from dynapolis.places.typing_errors import Misspelt, Speller
from dynapolis.text import has_hangul

BESIDE_KM = 25.0  # a rest that names a place so near confirms the candidate
_SHORTEST_LOOSE = 4
_SHORTEST_AMONG_WORDS = 4
_LONGEST_CODE = 3
_SEVERAL = 3
_VOWELS = set("aeiouy")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that may be meant.

    Attributes:
        country: where it lies.
        place: its position there.
        next: the next place under the same name, or -1.
        signs: what is known about the match.
        reading: how the town was read.
    """

    country: Country
    place: int
    next: int
    signs: Signs
    reading: Reading

    @property
    def is_city(self) -> bool:
        """Whether the place may be an answer."""
        return self.country.is_city(self.place)


@dataclass
class CountryReader:
    """Reads typed towns of one country."""

    country: Country
    rules: PlaceRules
    names_of_countries: Mapping[str, str]

    @cached_property
    def tails(self) -> Tails:
        """The patterns of the country."""
        return self.rules.tails(self.country.code)

    @cached_property
    def speller(self) -> Speller:
        """Its names, ready for wrong letters."""
        return Speller(self.country)

    @cached_property
    def loose(self) -> dict[str, list[tuple[int, float]]]:
        """Places by loosened names of several words; of small places only their own names."""
        found: dict[str, list[tuple[int, float]]] = {}
        columns, saints, small = self.country.columns, self.rules.saints, self.rules.small
        for offset, cells in ((0, columns.main), (1, columns.others[: columns.n_cities])):
            for place, cell in enumerate(cells):
                for words in cell.split("|") if " " in cell else ():
                    if " " in words and words.isascii():
                        key = loosen(words, saints, small)
                        if len(key) >= _SHORTEST_LOOSE:
                            found.setdefault(key, []).append((2 * place + offset, 0.0))
        return found

    @cached_property
    def cut(self) -> dict[str, list[tuple[int, float]]]:
        """Places by names cut off before the first accented letter."""
        found: dict[str, list[tuple[int, float]]] = {}
        for place, key in enumerate(self.country.columns.cut):
            if key:
                found.setdefault(key, []).append((2 * place, 0.0))
        return found

    def make_ready(self) -> None:
        """Read the country and make everything that the first town of it would need."""
        _ = (self.country.keys, self.tails, self.loose, self.cut, self.long_names, self.speller.by_length)

    def core(self, words: str) -> str:
        """Folded words without postcodes, districts and the words for a municipality."""
        return strip_tails(words, self.tails, self.rules.municipalities) if " " in words else words

    def is_region(self, words: str) -> bool:
        """Whether one of the words says that a region is meant."""
        return not self.rules.regions.isdisjoint(words.split(" "))

    def look(self, words: str) -> tuple[Found, Look] | None:
        """A name among the own, the alternate and the loosened ones, and those with a shortened word."""
        found = self.country.find(words.replace(" ", ""))
        if found:
            return found, Look.OWN if found.main else Look.ALTERNATE
        if not words.isascii():
            return None
        key = loosen(words, self.rules.saints, self.rules.small)
        codes = self.loose.get(key)
        if codes:
            return self.country.judge(codes), Look.LOOSE
        found = self.country.find(key) if len(key) >= _SHORTEST_LOOSE else None
        if found:
            return found, Look.LOOSE
        codes = self._shortened(words)
        return (self.country.judge(codes), Look.SHORTENED) if codes else None

    @cached_property
    def long_names(self) -> dict[tuple[str, str, int], list[tuple[list[str], int]]]:
        """Names of several words by their first word, the first letter of the second, and their number of words."""
        found: dict[tuple[str, str, int], list[tuple[list[str], int]]] = {}
        for place, cell in enumerate(self.country.columns.main):
            for words in cell.split("|"):
                if " " in words:
                    parts = words.split(" ")
                    found.setdefault((parts[0], parts[1][0], len(parts)), []).append((parts, 2 * place))
        return found

    def _shortened(self, words: str) -> list[tuple[int, float]]:
        """Places whose further words begin like the typed ones: "Gorzow Wlkp." for "Gorzów Wielkopolski"."""
        parts = words.split(" ")
        is_name = len(parts) > 1 and parts[0] not in self.rules.small
        names = self.long_names.get((parts[0], parts[1][0], len(parts)), ()) if is_name else ()
        return [(code, 0.0) for name, code in names if all(map(is_shortened, parts[1:], name[1:]))]

    def candidates(self, town: str, words: str, core: str) -> list[Candidate]:
        """Candidates of a town whose whole text is no name of a city, likeliest reading first.

        Args:
            town: as typed.
            words: the same, folded.
            core: the same without tails.
        """
        if has_hangul(words):
            found = [c for reading in readings_of_hangul(words, self.rules) if (c := self._candidate(reading))]
            if found:
                return found[:1]
        whole = self._whole(words, core)
        if whole:
            return whole
        parts = self.parts(town)
        among_parts = [c for reading in readings_of_parts(parts) if (c := self._candidate(reading))]
        if among_parts:
            return self.leading(among_parts)
        return [] if self.is_region(words) else self.among_words(core)

    def of_small(self, small: Candidate, words: str) -> list[Candidate]:
        """Candidates of a town whose whole text names a small place: also the city named in it, when it is so near."""
        return self.leading([small, *(c for c in self.among_words(self.core(words)) if c.is_city)])

    def without_district(self, whole: Candidate, words: str) -> Candidate:
        """The city of a numbered district that the gazetteer lists as a place of its own: Paris, not Paris 16 Passy."""
        core = self.core(words)
        found = self.country.find(core.replace(" ", ""))
        if found and core != words and self.country.km(found.place, whole.place) <= NEAR_KM:
            return self.of_found(
                found, Look.OWN if found.main else Look.ALTERNATE, Reading(core, Place.TAIL), Rest.NONE
            )
        return whole

    def names_several(self, found: Sequence[Candidate]) -> bool:
        """Whether so many cities are named that none of them is meant alone."""
        cities = {c.place for c in found if c.is_city and c.signs.look in (Look.OWN, Look.ALTERNATE)}
        return len(cities) >= _SEVERAL

    def leading(self, found: list[Candidate]) -> list[Candidate]:
        """The first place named decides: what follows is its province or another name of it.

        A small place within ``NEAR_KM`` of a city named beside it is taken for a part of that city.
        """
        first = found[0]
        if first.is_city:
            return found
        beside = [c for c in found if c.is_city and self.country.km(c.place, first.place) <= NEAR_KM]
        return [replace(c, signs=replace(c.signs, rest=Rest.CONFIRMS)) for c in beside[:1]] or found

    def parts(self, town: str) -> list[str]:
        """The parts of a town as typed, each without its tails."""
        return [self.core(part) for part in split_parts(town)]

    def _whole(self, words: str, core: str) -> list[Candidate]:
        """What is left of the text without tails, and the text loosened or cut off."""
        place = Place.WHOLE if core == words else Place.TAIL
        readings = [Reading(words, Place.WHOLE), *([Reading(core, Place.TAIL)] if core != words else [])]
        found = [c for reading in readings if (c := self._candidate(reading))]
        codes = self.cut.get(core.replace(" ", ""))
        if not found and codes:
            found = [self.of_found(self.country.judge(codes), Look.CUT, Reading(core, place), Rest.NONE)]
        return found[:1]

    def among_words(self, core: str) -> list[Candidate]:
        """The longest run of words at the beginning and the longest at the end that are names, first the beginning."""
        found: dict[Place, Candidate] = {}
        for reading in readings_of_words(core, self.rules):
            side = Place.LAST_WORDS if reading.place is Place.LAST_WORDS else Place.FIRST_WORDS
            if side not in found and len(reading.key) >= _SHORTEST_AMONG_WORDS:
                candidate = self._candidate(reading)
                if candidate and candidate.signs.look in (Look.OWN, Look.ALTERNATE):
                    found[side] = candidate
        return self.leading([found[side] for side in sorted(found)]) if found else []

    def _candidate(self, reading: Reading) -> Candidate | None:
        if self.is_region(reading.words) or reading.key in self.names_of_countries:
            return None
        found = (reading.rest and self._in_region(reading)) or self.look(reading.words)
        return self.of_found(*found, reading, self.rest_says(found[0].place, reading.rest)) if found else None

    def _in_region(self, reading: Reading) -> tuple[Found, Look] | None:
        """Of several places of one name the one in the region that the rest names by its code."""
        regions = {self._region_code(words) for words in reading.rest} - {""}
        codes = self.country.keys.get(reading.key, ()) if regions else ()
        columns = self.country.columns
        inside = [c for c in codes if {columns.admin1[c >> 1], columns.admin2[c >> 1]} & regions]
        if not inside:
            return None
        found = self.country.judge((code, 0.0) for code in inside)
        return found, Look.OWN if found.main else Look.ALTERNATE

    def _region_code(self, words: str) -> str:
        """The code of a region that words name or are; empty if they do not."""
        code = self.rules.file.region_codes.get(self.country.code, {}).get(words, "")
        return code or (words.upper() if len(words) <= _LONGEST_CODE and words.isalpha() else "")

    def of_found(self, found: Found, look: Look, reading: Reading, rest: Rest) -> Candidate:
        """A candidate with all its signs."""
        population = self.country.columns.population[found.place]
        signs = Signs(look, reading.place, rest, found.lead, population, len(reading.key))
        return Candidate(self.country, found.place, found.next, signs, reading)

    def misspelt(self, reading: Reading, near: Misspelt) -> Candidate:
        """A candidate that a wrong letter or two keep from its name."""
        look = Look.ONE_ERROR if near.errors == 1 else Look.TWO_ERRORS
        found = self.of_found(near.found, look, reading, self.rest_says(near.found.place, reading.rest))
        wrong_first, exchanged = near.name[0] != reading.key[0], len(near.name) == len(reading.key)
        return replace(found, signs=replace(found.signs, first_is_wrong=wrong_first, same_length=exchanged))

    def to_spell(self, town: str, words: str, core: str) -> list[Reading]:
        """The readings worth a search for wrong letters: what is left without tails, and each part."""
        whole = Reading(core, Place.WHOLE if core == words else Place.TAIL)
        named = [r for r in readings_of_parts(self.parts(town)) if r.key not in self.names_of_countries]
        return [r for r in (whole, *named) if not self.is_region(r.words)]

    def rest_says(self, place: int, rest: Iterable[str]) -> Rest:
        """What the other parts say about a candidate; one against it outweighs all others."""
        said = {self._one_says(place, words) for words in rest}
        return next((word for word in (Rest.AGAINST, Rest.CONFIRMS, Rest.UNKNOWN) if word in said), Rest.NONE)

    def _one_says(self, place: int, words: str) -> Rest:
        key = words.replace(" ", "")
        region = self._region_code(words)
        if region and region in (
            self.country.code,
            self.country.columns.admin1[place],
            self.country.columns.admin2[place],
        ):
            return Rest.CONFIRMS
        country = self.names_of_countries.get(key)
        if country or key.isdigit() or self.is_region(words):
            return Rest.AGAINST if country and country != self.country.code else Rest.NONE
        found = self.look(words)
        if found is None:
            return Rest.UNKNOWN
        other = found[0].place
        near = other == place or self.country.km(place, other) <= BESIDE_KM or self.country.same_area(place, other)
        if near:
            return Rest.CONFIRMS
        return Rest.AGAINST if found[0].main and found[0].lead >= SURE / 4 else Rest.UNKNOWN


def is_shortened(short: str, long: str) -> bool:
    """Whether a word is another one shortened: its beginning, or its first letter and consonants that follow.

    Example:
        >>> is_shortened("wlkp", "wielkopolski"), is_shortened("sl", "slaskie"), is_shortened("pera", "prosperitat")
        (True, True, False)
    """
    if long.startswith(short):
        return True
    letters = iter(long)
    return short[0] == long[0] and not _VOWELS & set(short[1:]) and all(letter in letters for letter in short)
