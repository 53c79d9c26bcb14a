"""Items of JSON texts one after another, so that memory does not grow with the file."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from dynapolis.errors import BadInput
from dynapolis.registers.readers.encoding import find_encoding, sample
from dynapolis.registers.readers.json_cells import MOST_DEEP, compact
from dynapolis.registers.readers.refuse import refusal, shown
from dynapolis.registers.readers.stream import CHUNK, Part, Readable, read_fully
from dynapolis.registers.readers.table import ROOT, VALUES
from dynapolis.registers.readers.text_lines import SURROGATE, TextLines
from dynapolis.registers.wording import Wording

_ENDLESS = re.compile(rb"\d{2001}")  # the library fails on numbers of 4,301 digits, also across two pieces
# \ud800 to \udbff without its second half; what stands at the very end of a piece is not seen
_HALF_LETTER = re.compile(rb"(?<!\\)\\u[dD][89aAbB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])[\s\S]{6}")

Item = tuple[int, str, Any, str]
"""Position (line) of an item from 1, its key in the root object, its value, and what is wrong with it."""
Event = tuple[str, Any]


class _Utf8:
    """A JSON text as UTF-8 without byte order mark, which stops when too much stands between two items."""

    def __init__(self, stream: Readable, codec: str, part: Part) -> None:
        self._stream, self._name, self._most = stream, part.name, part.limits.item_bytes
        self._decoder = None if codec == "utf-8" else codecs.getincrementaldecoder(codec)("strict")
        self._first = True
        self.since_item = 0

    def read(self, size: int = CHUNK, /) -> bytes:
        """Up to ``size`` bytes; more where another encoding was changed to UTF-8."""
        if size == 0:
            return b""
        data = read_fully(self._stream, size)
        if self._decoder:
            data = self._changed(self._decoder, data)
        self._refuse_unreadable(data)
        if self._first and data:
            data, self._first = data.removeprefix(codecs.BOM_UTF8), False
        self.since_item += len(data)
        if self.since_item > self._most:
            found = f"more than {self._most:,} bytes without a new entry"
            raise refusal(self._name, found, "a list of entries", "name the list in layout.records, or divide the file")
        return data

    def _refuse_unreadable(self, data: bytes) -> None:
        """What the library would fail on, or change without a word."""
        if _ENDLESS.search(data):
            found = "a number of more than two thousand digits"
            raise refusal(self._name, found, "numbers a person can read", "check the file")
        half = _HALF_LETTER.search(data)
        if half:
            found = f"half a letter ({half.group()[:6].decode('ascii')})"
            raise refusal(self._name, found, "both halves of each letter", "fetch the file again, or correct it there")

    def _changed(self, decoder: codecs.IncrementalDecoder, data: bytes) -> bytes:
        try:
            text = decoder.decode(data, not data)
            while data and not text:
                data = self._stream.read(CHUNK)
                text = decoder.decode(data, not data)
            return text.encode("utf-8")
        except UnicodeError as error:
            raise refusal(self._name, str(error), "text", "save the file as UTF-8") from error


@contextmanager
def _events(part: Part, declared: str | None) -> Iterator[tuple[Iterator[Event], _Utf8]]:
    import ijson

    codec, _ = find_encoding(sample(part), declared, part.name)
    with part.open() as stream:
        text = _Utf8(stream, codec, part)
        yield iter(ijson.basic_parse(text, buf_size=CHUNK)), text


def read_items(part: Part, records: str, encoding: str | None) -> Iterator[Item]:
    """The items of one list, or the values of the root object.

    Args:
        part: the text.
        records: ``ROOT``, ``VALUES``, or a dotted path to a list.
        encoding: as declared.

    Raises:
        BadInput: the text is no JSON, ends before it is complete, or has no list at ``records``.
    """
    import ijson

    number = 0
    twice: list[str] = []
    path = records.split(".") if records not in (ROOT, VALUES) else []
    with _events(part, encoding) as (events, text):
        try:
            _find_list(events, text, path, records, part.name)
            for event, value in events:
                if event in ("end_array", "end_map"):
                    break
                key, start = (value, next(events)) if event == "map_key" else ("", (event, value))
                item = _build(start, events, twice, 0)
                number, text.since_item = number + 1, 0
                yield number, key, item, _told(twice)
            _finish(events, text, path, part.name)
        except (ijson.JSONError, StopIteration, UnicodeDecodeError) as error:
            raise _broken(part.name, number, error) from error
        except RecursionError as error:
            found = f"objects nested in more than {MOST_DEEP} others after entry {number}"
            raise refusal(part.name, found, "a list of plain entries", "check the file") from error


def _find_list(events: Iterator[Event], text: _Utf8, path: list[str], records: str, name: str) -> None:
    """Goes forward to the first item."""
    event, _ = next(events)
    for step in path:
        keys: list[str] = []
        while event == "start_map":
            event, key = next(events)
            if event == "end_map":
                break
            keys.append(key)
            event, _ = next(events)
            if key == step:
                break
            _skip(event, events, text)
            event = "start_map"
        else:
            raise _no_list(name, records, f"no object that could hold {step!r}")
        if not keys or keys[-1] != step:
            raise _no_list(name, records, f"no {step!r} (keys: {shown(keys)})")
    wanted = "start_map" if records == VALUES else "start_array"
    if event != wanted:
        raise _no_list(name, records, "no list there" if path else "a root that is no list")


def _no_list(name: str, records: str, found: str) -> BadInput:
    where = f"a list at {records!r}" if records not in (ROOT, VALUES) else "a list of objects"
    return refusal(name, found, where, "correct layout.records", column="layout")


def _skip(event: str, events: Iterator[Event], text: _Utf8) -> None:
    """Passes over one value, whose first event was read."""
    depth = int(event.startswith("start_"))
    while depth:
        event, _ = next(events)
        text.since_item = 0
        depth += event.startswith("start_") - event.startswith("end_")


def _told(twice: list[str]) -> str:
    """What to say of keys that stood twice in one object, which are forgotten with it."""
    if not twice:
        return ""
    key = twice[0]
    twice.clear()
    return f"the key {key!r} twice in one object"


def _build(start: Event, events: Iterator[Event], twice: list[str], depth: int) -> Any:
    """One value, whose first event was read. A key that stands twice is added to ``twice``."""
    event, value = start
    if depth > MOST_DEEP:
        raise RecursionError
    if event == "start_map":
        found: dict[str, Any] = {}
        for inner, key in events:
            if inner == "end_map":
                return found
            if key in found:
                twice.append(key)
            found[key] = _build(next(events), events, twice, depth + 1)
    elif event == "start_array":
        items: list[Any] = []
        for element in events:
            if element[0] == "end_array":
                return items
            items.append(_build(element, events, twice, depth + 1))
    return value


def _finish(events: Iterator[Event], text: _Utf8, path: list[str], name: str) -> None:
    """Reads on to the end, so that a text which is cut off, or names its list twice, does not pass for whole."""
    depth = 0
    for event, value in events:
        text.since_item = 0
        if event == "map_key" and depth == 0 and path and value == path[-1]:
            raise refusal(name, f"the list {value!r} twice", "one list", "check the file")
        depth += event.startswith("start_") - event.startswith("end_")


def _broken(name: str, number: int, error: Exception) -> BadInput:
    where = f"after entry {number}" if number else "before the first entry"
    said = " ".join(str(error).split())[:120]
    cut = isinstance(error, StopIteration) or "premature EOF" in said
    found = f"a JSON text that {'is cut off' if cut else 'breaks'} {where}" + (f" ({said})" if said else "")
    return refusal(name, found, "a complete JSON text", "fetch the file again, or correct it there")


def find_records(part: Part, encoding: str | None) -> tuple[str, Wording]:
    """Where the entries stand when nobody said it, and why.

    The root list; the values of a root object when all are objects; otherwise the only list of objects in it.

    Raises:
        BadInput: none of these, or several lists.
    """
    types = _types_at_top(part, encoding)
    if types is None:
        return ROOT, Wording("decision.why.root_list")
    if types and set(types.values()) == {"object"}:
        return VALUES, Wording("decision.why.root_values")
    lists = [key for key, what in types.items() if what == "list of objects"]
    if len(lists) == 1 and "." not in lists[0]:
        return lists[0], Wording("decision.why.only_list")
    found = f"a root object with {'several lists' if lists else 'no list'} of objects (its keys: {shown(list(types))})"
    raise refusal(part.name, found, "a list of objects", "name the list in layout.records", column="layout")


def _types_at_top(part: Part, encoding: str | None) -> dict[str, str] | None:
    """By key of the root object, what its value is; nothing at all when the root is a list."""
    import ijson

    types: dict[str, str] = {}
    depth, key = 0, ""
    with _events(part, encoding) as (events, text):
        try:
            for event, value in events:
                text.since_item = 0
                if depth == 0 and event == "start_array":
                    return None
                if depth == 1 and event == "map_key":
                    key = value
                elif depth == 1 and event != "end_map":
                    types[key] = {"start_map": "object", "start_array": "list"}.get(event, "scalar")
                elif depth == 2 and event == "start_map" and types[key] == "list":
                    types[key] = "list of objects"
                depth += event.startswith("start_") - event.startswith("end_")
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise _broken(part.name, 0, error) from error
    return types


def read_json_lines(part: Part, encoding: str | None) -> Iterator[Item]:
    """The object of each line; a line that is none is told, and reading goes on.

    Raises:
        BadInput: a line is over the limit, or git left its marks in the file.
    """
    codec, _ = find_encoding(sample(part), encoding, part.name)
    with part.open() as stream:
        lines = TextLines(part.name, stream, codec, part.limits)
        parse = _line_parser()
        for line in lines:
            lines.entry_ended = True
            bad = lines.bad.pop(lines.number, "")
            if bad:
                yield lines.number, "", {}, bad
            elif line.strip():
                value, wrong = parse(line)
                yield lines.number, "", value, wrong


def _line_parser() -> Callable[[str], tuple[Any, str]]:
    """A function that gives the value of one line, and what is wrong with it."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.append(next(key for key in keys if keys.count(key) > 1))
        return found

    decoder = json.JSONDecoder(object_pairs_hook=once, parse_float=Decimal, parse_constant=_no_number)

    def parse(line: str) -> tuple[Any, str]:
        try:
            value = decoder.decode(line)
            if "\\u" in line and SURROGATE.search(compact(value)):
                return {}, "half a letter (\\ud800 to \\udfff)"
            return value, _told(twice)
        except (ValueError, ArithmeticError) as error:
            twice.clear()
            return {}, f"no JSON ({error})"
        except RecursionError:
            return {}, f"objects nested in more than {MOST_DEEP} others"

    return parse


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")
