"""The ways in which a town as typed can be read: as it stands, without its postcode, as one of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dynapolis.places.fold import fold_words
from dynapolis.places.rules import PlaceRules, Tails
from dynapolis.text import has_hangul

_SEPARATOR = re.compile(r"[()\[\]{},;:/|]|\s[-–—.]+|[-–—]+\s|–|—|(?<=\w{4})\.\s+")
_MOST_TAILS = 3


class Place(StrEnum):
    """Where in the typed text the name stands."""

    WHOLE = "whole"
    TAIL = "tail"  # all that is left without postcode, district or the word for a municipality
    FIRST_PART = "first_part"  # before a comma, a bracket, a slash or a dash
    LAST_PART = "last_part"
    FIRST_WORDS = "first_words"  # at the beginning, nothing separates it from the rest
    LAST_WORDS = "last_words"
    TIED_WORDS = "tied_words"  # at the beginning, a small word ties the rest to it


AMONG_WORDS = (Place.FIRST_WORDS, Place.LAST_WORDS, Place.TIED_WORDS)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a town.

    Attributes:
        words: folded words that are taken for the name.
        place: where they stand.
        rest: the other parts, as folded words.
    """

    words: str
    place: Place
    rest: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The words as a key of the gazetteer."""
        return self.words.replace(" ", "")


def strip_tails(words: str, tails: Tails, municipalities: frozenset[str]) -> str:
    """Folded words without postcodes, numbered districts and the words for a municipality.

    Example:
        >>> from dynapolis.places.rules import read_place_rules
        >>> rules = read_place_rules()
        >>> strip_tails("paris cedex 15", rules.tails("FR"), rules.municipalities)
        'paris'
        >>> strip_tails("stadt wien", rules.tails("AT"), rules.municipalities)
        'wien'
    """
    for _ in range(_MOST_TAILS):
        before = words
        if tails.some.search(words):
            for tail in tails.patterns:
                words = tail.sub("", words).strip() or words
        words = _without_municipality(words, municipalities)
        if words == before:
            break
    return words


def _without_municipality(words: str, municipalities: frozenset[str]) -> str:
    parts = words.split(" ")
    for n in (3, 2, 1):
        if len(parts) > n and " ".join(parts[:n]) in municipalities:
            return " ".join(parts[n:])
        if len(parts) > n and " ".join(parts[-n:]) in municipalities:
            return " ".join(parts[:-n])
    return words


def split_parts(town: str) -> list[str]:
    """Folded words of the parts of a town, in their order; one that stands twice is kept once.

    Example:
        >>> split_parts("BRUXELLES / BRUSSEL"), split_parts("Andria (BA)"), split_parts("Aix-en-Provence")
        (['bruxelles', 'brussel'], ['andria', 'ba'], ['aix en provence'])
    """
    return list(dict.fromkeys(words for part in _SEPARATOR.split(town) if (words := fold_words(part))))


def readings_of_words(words: str, rules: PlaceRules) -> Iterator[Reading]:
    """Runs of words at the beginning and the end, longer ones first.

    A run that a small word ties to the rest is left out, since "Villeneuve" is another place than "Villeneuve sur
    Lot"; unless the small word only says where it lies, as in "Rottenburg am Neckar". So is a run of nothing but
    saints and small words.

    Example:
        >>> from dynapolis.places.rules import read_place_rules
        >>> [(r.words, r.rest) for r in readings_of_words("verbania pallanza", read_place_rules())]
        [('verbania', ('pallanza',)), ('pallanza', ('verbania',))]
    """
    parts = words.split(" ")
    empty = rules.small | rules.saints
    for n in range(len(parts) - 1, 0, -1):
        head, tail = parts[:n], parts[n:]
        if head[-1] not in empty and (tail[0] not in rules.small or tail[0] in rules.locating):
            place = Place.TIED_WORDS if tail[0] in rules.small else Place.FIRST_WORDS
            yield Reading(" ".join(head), place, (" ".join(tail),))
        head, tail = parts[:-n], parts[-n:]
        if tail[0] not in rules.small and head[-1] not in empty:
            yield Reading(" ".join(tail), Place.LAST_WORDS, (" ".join(head),))


def readings_of_parts(parts: Sequence[str]) -> Iterator[Reading]:
    """Each part as the name, with all others as the rest."""
    for n, words in enumerate(parts) if len(parts) > 1 else ():
        rest = (*parts[:n], *parts[n + 1 :])
        yield Reading(words, Place.FIRST_PART if n == 0 else Place.LAST_PART, rest)


def readings_of_hangul(words: str, rules: PlaceRules) -> Iterator[Reading]:
    """A Korean address as its city: the word with the highest city ending, with and without the ending.

    Example:
        >>> from dynapolis.places.rules import read_place_rules
        >>> [r.words for r in readings_of_hangul("경기도 수원시 영통구", read_place_rules())]
        ['수원시', '수원']
    """
    levels = rules.file.hangul
    below = (*levels.districts, *levels.offices)
    parts = [part for part in words.split(" ") if has_hangul(part)]
    with_level = [
        Reading(name, Place.WHOLE if part == words else Place.TAIL)
        for ending in levels.cities
        for part in parts
        for head, found, tail in [part.partition(ending)]
        if found and len(head) > 1 and (not tail or tail.endswith(below))
        for name in (head + found, head)
    ]
    named = [part for part in parts if not part.endswith((*levels.regions, *below)) or len(part) < 3]
    plain = [Reading(named[0], Place.TAIL)] if 0 < len(named) < len(parts) else []
    yield from with_level or plain
