"""JSON and JSON Lines as a table: a first pass gives the header, a second the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dynapolis.model.layout import Layout
from dynapolis.registers.readers.encoding import find_encoding, sample
from dynapolis.registers.readers.json_cells import flatten
from dynapolis.registers.readers.json_items import Item, find_records, read_items, read_json_lines
from dynapolis.registers.readers.refuse import refusal
from dynapolis.registers.readers.stream import Part
from dynapolis.registers.readers.table import VALUES, Decision, Entry

KEY = "_key"
MEMBER = "_member"
Object = tuple[int, dict[str, str], str]
"""Position of an entry, its cells by name, and what is wrong with it."""


def open_json(
    parts: Sequence[Part], layout: Layout, *, lines: bool, with_member: bool
) -> tuple[tuple[str, ...], Iterator[Entry], list[Decision]]:
    """Header, entries and decisions of one or more JSON texts of the same form.

    The header is the union of all keys in the order in which they first appear.

    Args:
        parts: the texts, read one after another; positions begin anew in each.
        layout: ``records``, ``explode`` and ``encoding`` of it.
        lines: JSON Lines.
        with_member: each entry says in column ``_member`` which part it comes from.

    Raises:
        BadInput: a text is broken, or holds no list of objects.
    """
    decisions = list(find_encoding(sample(parts[0]), layout.encoding, parts[0].name)[1])
    records = layout.records
    if records is None and not lines:
        records, why = find_records(parts[0], layout.encoding)
        decisions.append(Decision("records", records, why))
    columns: dict[str, None] = {MEMBER: None} if with_member else {}
    n_entries, first_wrong = 0, ""
    for part in parts:
        for number, cells, wrong in _objects(part, layout, records, lines):
            columns.update(dict.fromkeys(cells))
            n_entries += 1
            first_wrong = first_wrong or (f"{number}: {wrong}" if wrong else "")
    if not n_entries:
        mend = "check layout.records and layout.explode, or export it again"
        raise refusal(parts[0].name, "no entries", "a list of objects", mend)
    if not columns:
        found = f"no entry that is an object with keys ({first_wrong or 'all are empty'})"
        raise refusal(parts[0].name, found, "a list of objects", "check layout.records")
    header = tuple(columns)
    return header, _entries(parts, layout, records, lines, header, with_member), decisions


def _entries(
    parts: Sequence[Part],
    layout: Layout,
    records: str | None,
    lines: bool,
    header: tuple[str, ...],
    with_member: bool,
) -> Iterator[Entry]:
    for part in parts:
        member = {MEMBER: part.inside or ""} if with_member else {}
        for number, cells, wrong in _objects(part, layout, records, lines):
            found = cells | member
            yield Entry(number, tuple([found.get(column, "") for column in header]), wrong)


def _objects(part: Part, layout: Layout, records: str | None, lines: bool) -> Iterator[Object]:
    encoding = layout.encoding
    for item in read_json_lines(part, encoding) if lines else read_items(part, records or "", encoding):
        yield from _flat(item, layout.explode, with_key=records == VALUES and not lines)


def _flat(item: Item, explode: str | None, *, with_key: bool) -> Iterator[Object]:
    number, key, value, wrong = item
    if not isinstance(value, dict):
        yield number, {}, wrong or f"{_what(value)} where an object is expected"
        return
    start = {KEY: key} if with_key else {}
    try:
        if explode is None:
            yield _cells(number, start, flatten(value), wrong)
        else:
            yield from _exploded(number, start, value, explode, wrong)
    except RecursionError:
        yield number, start, "objects nested too deeply"


def _cells(number: int, start: Mapping[str, str], cells: Iterator[tuple[str, str]], wrong: str) -> Object:
    """One entry; two cells of one name, as of ``{"a.b": 1, "a": {"b": 2}}``, are a fault."""
    found = dict(start)
    for name, text in cells:
        if name in found:
            wrong = wrong or f"two values named {name!r}"
        found[name] = text
    return number, found, wrong


def _exploded(
    number: int, start: Mapping[str, str], value: Mapping[str, Any], explode: str, wrong: str
) -> Iterator[Object]:
    """An entry per element of a list inside the item; one without it gives a single entry without element."""
    elements = value.get(explode)
    rest = {key: other for key, other in value.items() if key != explode}
    if elements is None or elements == []:
        yield _cells(number, start, flatten(rest), wrong)
        return
    if not isinstance(elements, list):
        yield number, dict(start), f"{_what(elements)} in {explode!r} where a list is expected"
        return
    for element in elements:
        inner = element if isinstance(element, dict) else {"": element}
        names = ((name.removesuffix("."), text) for name, text in flatten(inner, f"{explode}."))
        yield _cells(number, start, iter([*flatten(rest), *names]), wrong)


def _what(value: Any) -> str:
    return {list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(type(value), "a number")
