"""A record made ready to be compared: names in words with their weights, dates, organisations, address."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa
from rapidfuzz.distance import JaroWinkler

from dynapolis.resolve.compare.keys import abbreviates, address, host, town_key
from dynapolis.resolve.names import (
    acronyms,
    fold,
    initials,
    letters,
    numbers,
    read_vocabulary,
    romanise,
    squash,
    variants,
    words_of,
)
from dynapolis.text import has_hangul

_TEXT, _LIST = pa.string(), pa.list_(pa.string())
SUBJECT = pa.schema(
    [
        ("record_id", _TEXT), ("register", _TEXT), ("name", _TEXT), ("name_local", _TEXT), ("acronym", _TEXT),
        ("city", _TEXT), ("area", _TEXT), ("country", _TEXT), ("postcode", _TEXT), ("start", _TEXT), ("end", _TEXT),
        ("lead", _TEXT), ("partners", _LIST), ("url", _TEXT), ("text", _TEXT), ("codes", _LIST), ("parts", _LIST),
        ("part_names", _LIST),
    ]
)  # fmt: skip
_LISTS = ("partners", "codes", "parts", "part_names")
_MOST_TEXT_WORDS = 60
_LONG_SHORT_NAME = 2  # a short name of more words is a further name, often in another language
_SMALL_CITY = 5  # with fewer records a city says nothing about which words are common in it
_TOLD = ("name", "city", "postcode", "lead", "url")  # what evidence quotes as printed
_RARE = 2  # an acronym that no third record has
_USUAL = 0.01  # a word in more of all names says nothing of one thing
AUTHORITY = "*city"
_COMMON_SHARE, _COMMON_LEAST = 0.1, 4
_CITY_ALIKE = 0.85
_SAME_COUNTRY = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a record.

    Attributes:
        printed: as the register has it.
        words: as ``names.words_of`` gives them, each once.
        weights: how much each word tells this record from others.
        total: sum of the weights.
        letters: all words in their order as one row of letters, Hangul as jamo.
        is_hangul: whether Hangul is in it.
        is_roman: whether it is a Hangul name put into Latin letters.
        is_inside: whether it stands in the brackets of a longer name.
        is_second: whether it is not the record's first name: the local one, or an organisation's long short name.
    """

    printed: str
    words: tuple[str, ...]
    weights: tuple[float, ...]
    total: float
    letters: str
    is_hangul: bool
    is_roman: bool
    is_inside: bool
    is_second: bool


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that a record names.

    Attributes:
        printed: as the register has it.
        key: under which its spellings meet.
        is_common: whether it is the city's own administration, or with many records of the same city.
    """

    printed: str
    key: str
    is_common: bool = False


@dataclass(frozen=True, slots=True)
class Rare:
    """Words and pairs of neighbouring words of a record's names that at most one other record has.

    Attributes:
        in_city: in a name of its city; those of the names of the city and of the parts of it that the record lies in
            are left out, the city's abbreviation, and those in one of a hundred names.
        anywhere: also in a name anywhere, or a description of its city.
    """

    in_city: frozenset[str]
    anywhere: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One record, ready to be compared. Empty texts and tuples stand for what the record does not tell.

    ``rare_acronyms`` are those that no third record has; ``rare`` is nothing where a city has too few records to tell;
    ``codes`` are those that any coder gave, as ``scheme:code``; ``parts`` are the parts of its city that it surely lies
    in, but for those of many records.
    """

    number: int
    record_id: str
    register: str
    names: tuple[Name, ...]
    acronyms: frozenset[str]
    rare_acronyms: frozenset[str]
    initials: frozenset[str]
    numbers: tuple[str, ...]
    city: str
    area: str
    country: str
    postcode: str
    start: str
    end: str
    lead: tuple[Body, ...]
    partners: tuple[Body, ...]
    url: str
    host: str
    text: Mapping[str, float]
    rare: Rare | None
    codes: frozenset[str]
    parts: frozenset[str]
    printed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Raw:
    """Words before their weights are known."""

    names: tuple[tuple[str, tuple[str, ...], bool], ...]
    city: str
    text: frozenset[str]
    lead: tuple[Body, ...]
    partners: tuple[Body, ...]
    acronyms: frozenset[str]
    parts: frozenset[str]
    told: frozenset[str]
    lies_in: frozenset[str]
    part_words: frozenset[str]


def subjects_of(table: pa.Table, *, organisations: bool = False) -> list[Subject]:
    """The rows of a table with the columns ``SUBJECT``, made ready, in their order.

    A word weighs the logarithm of how many records there are for each that has it, in all or in the same city,
    whichever
    is less: "Helsinki" tells nothing among the projects of Helsinki.

    Args:
        table: columns of ``SUBJECT``; those that are missing count as empty.
        organisations: the names are those of organisations, so legal forms are left out.

    Source: inverse document frequency after Spärck Jones (1972), doi 10.1108/eb026526.
    """
    columns = {name: table[name].to_pylist() if name in table.column_names else None for name in SUBJECT.names}

    def row(number: int) -> dict[str, Any]:
        return {name: column[number] if column is not None else None for name, column in columns.items()}

    raws = [_raw(row(number), organisations) for number in range(table.num_rows)]
    weights = _Weights(raws)
    return [_subject(number, row(number), raw, weights) for number, raw in enumerate(raws)]


def _raw(row: Mapping[str, Any], organisations: bool) -> _Raw:
    printed = [part for column in ("name", "name_local") for part in variants(row[column] or "")]
    if row["acronym"] and not organisations:
        printed = [part for part in printed if fold(part) != fold(row["acronym"])]
    elif row["acronym"] and len(row["acronym"].split()) >= _LONG_SHORT_NAME:
        printed.append(row["acronym"])
    names = []
    for part in dict.fromkeys(printed):
        names.append((part, tuple(dict.fromkeys(words_of(part, organisation=organisations))), False))
        if has_hangul(part):
            names.append((part, tuple(dict.fromkeys(words_of(romanise(fold(part))))), True))
    words = words_of(row["text"]) if row["text"] else ()
    parts = frozenset() if organisations else _parts(*(found for _, found, is_roman in names if not is_roman))
    told = frozenset() if organisations else parts | _parts(words)
    city = row["city"] or ""
    lead, partners = bodies([row["lead"] or ""], city), bodies(row["partners"] or (), city)
    of_bodies = {initials(body.printed) for body in (*lead, *partners)}
    short = _acronyms({column: row[column] or "" for column in ("name", "name_local", "acronym")})
    shown = frozenset(found for found in short if found not in of_bodies and not abbreviates(found, city))
    lies_in = frozenset(row["parts"] or ())
    part_words = frozenset(word for name in row["part_names"] or () for word in words_of(name))
    return _Raw(tuple(names), city, frozenset(words), lead, partners, shown, parts, told, lies_in, part_words)


def _parts(*rows: Sequence[str]) -> frozenset[str]:
    """Words, and every two neighbouring ones written as one."""
    return frozenset(part for words in rows for part in (*words, *(a + b for a, b in pairwise(words))))


class _Weights:
    """How rare words are among the records, and among those of one city."""

    def __init__(self, raws: Sequence[_Raw]) -> None:
        self.n = len(raws)
        self.n_city = Counter(raw.city for raw in raws if raw.city)
        self.df: Counter[str] = Counter()
        self.df_city: Counter[tuple[str, str]] = Counter()
        self.df_text: Counter[str] = Counter()
        self.n_acronym = Counter(acronym for raw in raws for acronym in raw.acronyms)
        self.n_body: Counter[tuple[str, str]] = Counter()
        self.n_parts: Counter[str] = Counter()
        self.n_parts_city: Counter[tuple[str, str]] = Counter()
        self.n_told: Counter[tuple[str, str]] = Counter()
        self.n_part_of_city: Counter[tuple[str, str]] = Counter()
        for raw in raws:
            words = {word for _, words, _ in raw.names for word in words}
            self.df.update(words)
            self.n_part_of_city.update((raw.city, part) for part in raw.lies_in)
            self.df_text.update(raw.text)
            self.n_body.update({(raw.city, body.key) for body in (*raw.lead, *raw.partners)})
            if raw.city:
                self.df_city.update((raw.city, word) for word in words)
                self.n_parts.update(raw.parts)
                self.n_parts_city.update((raw.city, part) for part in raw.parts)
                self.n_told.update((raw.city, part) for part in raw.told)

    def of(self, word: str, city: str) -> float:
        """The weight of a word of a name."""
        weight = math.log(1 + self.n / self.df[word])
        n_city = self.n_city.get(city, 0)
        if n_city >= _SMALL_CITY:
            weight = min(weight, math.log(1 + n_city / self.df_city[city, word]))
        return weight

    def rare(self, raw: _Raw) -> Rare | None:
        """What at most one other record of the city has; nothing where the city has too few to tell."""
        if not raw.parts or self.n_city.get(raw.city, 0) < _SMALL_CITY:
            return None
        town = {*words_of(raw.city.replace("-", " ")), *raw.part_words}
        most = max(_RARE, self.n * _USUAL)
        parts = [p for p in raw.parts if self.n_parts[p] <= most and not any(word in p for word in town)]
        parts = [p for p in parts if not abbreviates(p, raw.city)]
        in_city = frozenset(part for part in parts if self.n_parts_city[raw.city, part] <= _RARE)
        seldom = (part for part in in_city if self.n_parts[part] <= _RARE)
        return Rare(in_city, frozenset(part for part in seldom if self.n_told[raw.city, part] <= _RARE))

    def bodies(self, found: Iterable[Body], city: str) -> tuple[Body, ...]:
        """Organisations of which it is known whether they are common in the city."""
        least = self.common_from(city)
        return tuple(
            Body(body.printed, body.key, body.key == AUTHORITY or self.n_body[city, body.key] > least) for body in found
        )

    def common_from(self, city: str) -> float:
        """What more records of a city share is common in it."""
        return max(_COMMON_LEAST, _COMMON_SHARE * self.n_city.get(city, 0))

    def telling(self, raw: _Raw) -> frozenset[str]:
        """The parts of its city a record lies in, but for those of many records."""
        most = self.common_from(raw.city)
        return frozenset(part for part in raw.lies_in if self.n_part_of_city[raw.city, part] <= most)

    def text(self, words: Iterable[str]) -> dict[str, float]:
        """The most telling words of a text as a vector of length 1."""
        found = [(math.log(self.n / self.df_text[word]), word) for word in words]
        kept = [(weight, word) for weight, word in sorted(found, reverse=True)[:_MOST_TEXT_WORDS] if weight > 0]
        length = math.sqrt(sum(weight * weight for weight, _ in kept))
        return {word: weight / length for weight, word in kept} if length else {}


def _subject(number: int, row: Mapping[str, Any], raw: _Raw, weights: _Weights) -> Subject:
    texts = {column: row[column] or "" for column in SUBJECT.names if column not in _LISTS}
    return Subject(
        number=number,
        record_id=texts["record_id"],
        register=texts["register"],
        names=tuple(_name(part, words, is_roman, texts, weights) for part, words, is_roman in raw.names if words),
        acronyms=raw.acronyms,
        rare_acronyms=frozenset(found for found in raw.acronyms if weights.n_acronym[found] <= _RARE),
        initials=frozenset(found for part, _, r in raw.names if not r and (found := initials(part))),
        numbers=numbers(texts["name"]),
        city=town_key(texts["city"]),
        area=texts["area"],
        country=_SAME_COUNTRY.get(texts["country"].upper(), texts["country"].upper()),
        postcode=squash(fold(texts["postcode"])).replace(" ", ""),
        start=texts["start"],
        end=texts["end"],
        lead=weights.bodies(raw.lead, raw.city),
        partners=weights.bodies(raw.partners, raw.city),
        url=address(texts["url"]),
        host=host(texts["url"]),
        text=weights.text(raw.text) if raw.text else {},
        rare=weights.rare(raw),
        codes=frozenset(row["codes"] or ()),
        parts=weights.telling(raw),
        printed={column: texts[column] for column in _TOLD},
    )


def _acronyms(texts: Mapping[str, str]) -> Iterable[str]:
    for column in ("name", "name_local"):
        yield from acronyms(texts[column])
    given = fold(texts["acronym"]).replace(" ", "")
    if given:
        yield given


def _name(printed: str, words: tuple[str, ...], is_roman: bool, texts: Mapping[str, str], weights: _Weights) -> Name:
    each = tuple(weights.of(word, texts["city"]) for word in words)
    return Name(
        printed=printed,
        words=words,
        weights=each,
        total=sum(each),
        letters=letters("".join(words)),
        is_hangul=not is_roman and has_hangul(printed),
        is_roman=is_roman,
        is_second=printed not in variants(texts["name"]),
        is_inside=any(sign + printed in texts[column] for sign in "([（" for column in ("name", "name_local")),
    )


def bodies(printed: Iterable[str], city: str = "") -> tuple[Body, ...]:
    """Organisations by the key under which their spellings meet; lists joined by "and" or a comma are taken apart.

    The administration of the city has one key, however it is called; other names are without the city's.

    Example:
        >>> [body.key for body in bodies(["K-water, Ministry of Land and City of Busan", "PAYCE Pty Ltd"], "Busan")]
        ['k water', 'land ministry', '*city', 'payce']
    """
    parts = [part for text in printed for part in re.split(r"\s*[,;]\s+|\s+and\s+(?=[A-Z])", text) if part.strip()]
    own = fold(city).split()
    found: dict[str, str] = {}
    for part in parts:
        words = words_of(part, organisation=True)
        if words:
            found.setdefault(_body_key(words, own), part.strip())
    return tuple(Body(part, key) for key, part in found.items())


def _body_key(words: Sequence[str], city: Sequence[str]) -> str:
    own = {word for word in words if any(JaroWinkler.similarity(word, part) >= _CITY_ALIKE for part in city)}
    rest = [word for word in words if word not in own]
    if city and all(word in read_vocabulary().authority for word in rest) and rest:
        return AUTHORITY
    return " ".join(sorted(rest or words))
