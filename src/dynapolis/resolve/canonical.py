"""What is said of an entity whose records differ: every value with its record, the rule that took it, and the others.

Which rule decides on which property, and whose record names an entity, is content (``content/resolve/canonical.yml``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from dynapolis.model.evidence import Record
from dynapolis.model.language import Frozen
from dynapolis.model.problem import Problem
from dynapolis.resolve.entities import Entities
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml

_TEXT, _TEXTS = pa.string(), pa.list_(pa.string())
PROPERTY = pa.schema(
    [
        ("entity_id", _TEXT), ("property", _TEXT), ("value", _TEXT), ("record_id", _TEXT), ("rule", _TEXT),
        ("alternatives", _TEXTS), ("alternative_records", _TEXTS),
    ]
)  # fmt: skip
_DOUBTED_AS = {"city_id": "city"}  # what registers call a property that a record has under another name


class Rule(StrEnum):
    """Which of several values is taken."""

    MOST_OFFICIAL = "most_official"
    MOST_RECENT = "most_recent"
    LONGEST = "longest"
    MAJORITY = "majority"
    EACH = "each"


class First(StrEnum):
    """What makes one record come before another."""

    OFFICIAL_PUBLISHER = "official_publisher"
    SMALLEST_RECORD_ID = "smallest_record_id"


class CanonicalRules(Frozen):
    """The file as it stands."""

    precedence: tuple[First, ...]
    properties: dict[str, Rule]


@dataclass(frozen=True, slots=True)
class Said:
    """One record says one value.

    Attributes:
        value: as printed; a number as text.
        record: who says it.
        doubted: the register marks it as doubtful.
    """

    value: str
    record: Record
    doubted: bool


@cache
def read_rules(path: Path | None = None) -> CanonicalRules:
    """The shipped rules, or those of another file.

    Raises:
        BadContent: the file is missing or faulty, or names a property that records do not have.
    """
    return read_yaml(path or shipped() / "resolve" / "canonical.yml", CanonicalRules, _check)


def _check(data: Mapping[str, Any]) -> Iterator[Problem]:
    known = {field.name for field in fields(Record)}
    for name in data.get("properties") or ():
        if name not in known:
            yield Problem(("properties", name), repr(name), "a property of a record", "correct the name")
    order = data.get("precedence")
    if not isinstance(order, list) or order[-1:] != [First.SMALLEST_RECORD_ID]:
        expected = f"a list that ends with {First.SMALLEST_RECORD_ID.value}, so that something always decides"
        yield Problem(("precedence",), repr(order), expected, "add it")


def precedence_of(records: Sequence[Record], official: frozenset[str], rules: CanonicalRules) -> dict[str, int]:
    """By record, the number of its rank before ids decide: 0 for those that come first.

    Args:
        official: registers whose publisher is a public body.
    """
    if First.OFFICIAL_PUBLISHER not in rules.precedence:
        return {}
    return {record.record_id: int(record.register not in official) for record in records}


def canonical_values(records: Sequence[Record], rules: CanonicalRules) -> Iterator[dict[str, Any]]:
    """What is said of one entity.

    Args:
        records: its records in the order of precedence.
        rules: which rule decides on which property.

    Yields:
        rows with ``property``, ``value``, ``record_id``, ``rule``, ``alternatives`` (other values, each once) and
        ``alternative_records`` (the record of each). A property of which no record says anything has no row.
    """
    for name, rule in rules.properties.items():
        said = list(_said(records, name))
        certain = [item for item in said if not item.doubted] or said
        if not certain:
            continue
        taken = list(_distinct(certain)) if rule is Rule.EACH else [_RULES[rule](certain)]
        keys = {_key(item.value) for item in taken}
        others = [item for item in _distinct(said) if _key(item.value) not in keys]
        for item in taken:
            yield {
                "property": name,
                "value": item.value,
                "record_id": item.record.record_id,
                "rule": rule.value,
                "alternatives": [other.value for other in others],
                "alternative_records": [other.record.record_id for other in others],
            }


def property_table(records: Mapping[str, Record], entities: Entities, rules: CanonicalRules) -> pa.Table:
    """Canonical values of every entity of two records or more; of the others, the one record says everything."""
    rows = [
        {"entity_id": entity, **row}
        for entity, members in sorted(entities.members.items())
        if len(members) > 1
        for row in canonical_values([records[member] for member in members], rules)
    ]
    return pa.Table.from_pylist(rows, PROPERTY)


def _said(records: Sequence[Record], name: str) -> Iterator[Said]:
    for record in records:
        value = getattr(record, name)
        doubted = _DOUBTED_AS.get(name, name) in record.doubted
        for part in value if isinstance(value, tuple) else (value,):
            if part is not None and str(part).strip():
                yield Said(str(part), record, doubted)


def _key(value: str) -> str:
    return " ".join(value.split()).casefold()


def _distinct(said: Sequence[Said]) -> Iterator[Said]:
    """The first that says each value; spaces and case make no other value."""
    seen = set()
    for item in said:
        if _key(item.value) not in seen:
            seen.add(_key(item.value))
            yield item


def _majority(said: Sequence[Said]) -> Said:
    votes: dict[str, set[str]] = {}
    for item in said:
        votes.setdefault(_key(item.value), set()).add(item.record.record_id)
    return max(said, key=lambda item: len(votes[_key(item.value)]))


# Python's max takes the first of several, and that is the one that comes first in the precedence.
_RULES: Mapping[Rule, Callable[[Sequence[Said]], Said]] = {
    Rule.MOST_OFFICIAL: lambda said: said[0],
    Rule.MOST_RECENT: lambda said: max(said, key=lambda item: item.record.register_date),
    Rule.LONGEST: lambda said: max(said, key=lambda item: len(item.value)),
    Rule.MAJORITY: _majority,
}
