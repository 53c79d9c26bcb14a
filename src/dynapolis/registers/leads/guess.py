"""Guesses for a new register: what a column gives, how its values are written, which columns name an entry.

Guesses are made from the header and a sample of entries. Each comes with what is doubtful about it, for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from dynapolis.model.lead import LeadField, LeadVocabulary, PropertyType
from dynapolis.registers.leads.values import Refused, parser_of
from dynapolis.registers.wording import Wording
from dynapolis.text import clean, has_hangul

DATE_FORMS = (None, "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y", "%d %B %Y")
ABSENT = ("n/a", "N/A", "-", "–", "null", "NULL", "None", "없음", "미상", "해당없음", "해당 없음")
_TOLERATED = 0.02  # share of a sample's values that may be unreadable before a column is not used
_JOINT = re.compile(r"[\s_.\-·/()]+")
_LONGEST_KEY = 3
_EUROS = re.compile(r"eur|€|유로", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to give: a property and how its values are written, or nothing; and what is doubtful."""

    column: str
    field: LeadField | None
    doubts: tuple[Wording, ...]


def guess_columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    synonyms: Mapping[str, Sequence[str]],
    vocabulary: LeadVocabulary,
) -> list[Guess]:
    """A guess for every column, each property once.

    Args:
        header: names of the columns as printed.
        rows: cells of a sample of entries.
        synonyms: by property, the words publishers print for it, in any language.
        vocabulary: the types of the properties.

    Example:
        >>> from dynapolis.store.register_files import read_lead_vocabulary
        >>> names = {"title": ["사업명"], "town": ["도시명"]}
        >>> [g.field.property for g in guess_columns(["사업명", "도시 명"], [], names, read_lead_vocabulary())]
        ['title', 'town']
    """
    known = {_word(word): name for name, words in synonyms.items() for word in (name, *words)}
    first: dict[str, str] = {}
    guesses = []
    for place, column in enumerate(header):
        name = known.get(_word(column))
        if name is None:
            guesses.append(Guess(column, None, ()))
        elif name in first:
            told = {"column": column, "property": name, "other": first[name]}
            guesses.append(Guess(column, None, (Wording("draft.taken", told),)))
        else:
            guess = _read_as(column, name, [row[place] for row in rows], vocabulary.type_of(name))
            if guess.field:
                first[name] = column
            guesses.append(guess)
    return guesses


def guess_kind(properties: Sequence[str]) -> str:
    """What an entry seems to be.

    Example:
        >>> guess_kind(["project_id", "organisation_name", "town"]), guess_kind(["title", "town"])
        ('participation', 'project')
    """
    given = set(properties)
    if {"network", "member"} <= given:
        return "membership"
    if {"project_id", "organisation_name"} <= given and not given & {"title", "description"}:
        return "participation"
    if "organisation_name" in given and not given & {"title", "project_id"}:
        return "organisation"
    return "project"


def guess_key(header: Sequence[str], rows: Sequence[Sequence[str]], guesses: Sequence[Guess]) -> tuple[str, ...]:
    """The fewest columns, ids and names first, whose values name each sampled entry; all of them where none do."""
    wanted = ("project_id", "organisation_id", "record_number", "grant_id", "organisation_name", "title", "member")
    order = {name: rank for rank, name in enumerate(wanted)}
    places = sorted(
        (i for i, g in enumerate(guesses) if g.field and g.field.property in order),
        key=lambda i: order[guesses[i].field.property],  # type: ignore[union-attr]
    )
    for size in range(1, _LONGEST_KEY + 1):
        for chosen in combinations(places, size):
            keys = [tuple(row[i] for i in chosen) for row in rows]
            if len(set(keys)) == len(keys) and all(any(key) for key in keys):
                return tuple(header[i] for i in chosen)
    return tuple(header)


def _read_as(column: str, name: str, cells: Sequence[str], kind: PropertyType) -> Guess:
    if name.endswith("_eur") and has_hangul(column) and not _EUROS.search(column):
        return Guess(column, None, (Wording("draft.no_euros", {"column": column, "property": name}),))
    values = [value for value in (clean(cell) for cell in cells) if value]
    is_text = kind in (PropertyType.TEXT, PropertyType.LIST)  # in which NA may be Namibia
    missing = tuple(word for word in (ABSENT if is_text else ("NA", *ABSENT)) if word in values)
    best, unread = _best_field(name, missing, values, kind)
    doubts = [Wording("draft.absent", {"column": column, "words": missing})] if missing else []
    if name.endswith("_eur") and not _EUROS.search(column):
        doubts.append(Wording("draft.euros", {"column": column}))
    if best.date in ("%d/%m/%Y", "%m/%d/%Y"):
        doubts.append(Wording("draft.day_or_month", {"column": column, "form": best.date}))
    if unread:
        told = {"column": column, "kind": Wording(f"draft.type.{kind.value}"), "example": unread[:1]}
        told |= {"unread": len(unread), "total": len(values)}
        if len(unread) > _TOLERATED * len(values):
            return Guess(column, None, (Wording("draft.unread_unused", {**told, "property": name}),))
        doubts.append(Wording("draft.unread_refused", told))
    return Guess(column, best, tuple(doubts))


def _best_field(
    name: str, missing: tuple[str, ...], values: Sequence[str], kind: PropertyType
) -> tuple[LeadField, tuple[str, ...]]:
    """The way of writing under which the fewest values are unreadable, and those values."""
    options = [LeadField(property=name, missing=missing)]
    if kind is PropertyType.NUMBER:
        options.append(LeadField(property=name, missing=missing, decimal="comma"))
    elif kind is PropertyType.DATE:
        options += [LeadField(property=name, missing=missing, date=form) for form in DATE_FORMS[1:]]
    elif kind is PropertyType.LIST:
        options.append(LeadField(property=name, missing=missing, separator=_separator(values)))
    tried = [(field, tuple(v for v in values if isinstance(parser_of(field, kind)(v), Refused))) for field in options]
    if kind is PropertyType.LIST:
        return tried[-1]
    return min(tried, key=lambda item: len(item[1]))


def _separator(values: Sequence[str]) -> str:
    """The sign that stands in most values; a semicolon where none does."""
    return max(";|,/", key=lambda sign: (sum(sign in value for value in values), sign == ";"))


def _word(name: str) -> str:
    return _JOINT.sub("", name.strip().lower())
