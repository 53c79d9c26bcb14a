"""From a printed cell to a typed value, by what the description says of the column.

Every parser gives the value, or a ``Refused`` that says what was expected. Nothing is guessed: a cell that is neither
a value nor a declared sign of absence is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dynapolis.dates import parse_date
from dynapolis.model.lead import LeadField, PropertyType
from dynapolis.text import clean, split_list

_NUMBER = {
    "point": re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"),
    "comma": re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?"),
}
_GROUPED = {
    "point": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"),
    "comma": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?"),
}
_INTEGER = re.compile(r"([+-]?\d{1,18})(\.0*)?")  # as many digits as a column of 64 bits surely holds
_YEAR = re.compile(r"(1[89]|20|21)\d\d(\.0)?")
_URL = re.compile(r"https?://[^\s/]+\.\S+", re.IGNORECASE)
_MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that cannot be read; ``expected`` completes the sentence "expected …"."""

    expected: str


Parser = Callable[[str], Any]


def parser_of(field: LeadField, kind: PropertyType) -> Parser:
    """The parser of one column.

    Returns:
        a function from the printed cell to text, int, float, an ISO date, bool or None, or to ``Refused``.

    Example:
        >>> parser_of(LeadField(property="cost_eur", decimal="comma"), PropertyType.NUMBER)("7995922,4")
        7995922.4
        >>> parser_of(LeadField(property="country"), PropertyType.TEXT)("NA")
        'NA'
    """
    missing = frozenset(clean(word) for word in field.missing)
    if kind is PropertyType.TEXT and not field.extract:
        return _text if not missing else lambda cell: None if (value := _text(cell)) in missing else value
    read = _extracting(field.extract, _readers(field)[kind]) if field.extract else _readers(field)[kind]

    def parse(cell: str) -> Any:
        value = clean(cell)
        return None if not value or value in missing else read(value)

    return _remembering(parse)


def _text(cell: str) -> str | None:
    return clean(cell) or None


def _extracting(pattern: str, read: Parser) -> Parser:
    """Reads the one group of a regular expression that has to be found in the cell."""
    expression = re.compile(pattern)

    def parse(cell: str) -> Any:
        found = expression.search(cell)
        return read(found[1]) if found and found[1] is not None else Refused(f"a text that holds {pattern}")

    return parse


def _remembering(parse: Parser) -> Parser:
    """The same parser with a bounded memory of what it read: columns of codes, dates and amounts repeat themselves."""
    known: dict[str, Any] = {}

    def remembered(cell: str) -> Any:
        try:
            return known[cell]
        except KeyError:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            value = known[cell] = parse(cell)
            return value

    return remembered


def _readers(field: LeadField) -> dict[PropertyType, Parser]:
    return {
        PropertyType.TEXT: _text,
        PropertyType.LIST: lambda cell: "; ".join(split_list(cell, field.separator)) or None,
        PropertyType.INTEGER: _integer,
        PropertyType.NUMBER: lambda cell: _number(cell, field.decimal),
        PropertyType.YEAR: _year,
        PropertyType.DATE: lambda cell: _date(cell, field.date),
        PropertyType.BOOLEAN: lambda cell: _boolean(cell, field),
        PropertyType.URL: lambda cell: cell if _URL.fullmatch(cell) else Refused("an address with http:// or https://"),
    }


def _integer(cell: str) -> int | Refused:
    """Whole numbers, also those a spreadsheet has printed with a point and noughts (``7.0``)."""
    found = _INTEGER.fullmatch(cell)
    return int(found[1]) if found else Refused("a whole number")


def _number(cell: str, decimal: str) -> float | Refused:
    if decimal == "either":
        values = {value for sign in _NUMBER if not isinstance(value := _number(cell, sign), Refused)}
        return values.pop() if len(values) == 1 else Refused("a number that can be read in one way only")
    grouping, point = (",", ".") if decimal == "point" else (".", ",")
    if _NUMBER[decimal].fullmatch(cell) or _GROUPED[decimal].fullmatch(cell):
        value = float(cell.replace(grouping, "").replace(point, "."))
        if math.isfinite(value):
            return value
    return Refused(f"a number with a decimal {decimal}")


def _year(cell: str) -> int | Refused:
    return int(cell[:4]) if _YEAR.fullmatch(cell) else Refused("a year of four digits")


def _date(cell: str, form: str | None) -> str | Refused:
    return parse_date(cell, form) or Refused(f"a date written {form}" if form else "a date like 2026-11-26")


def _boolean(cell: str, field: LeadField) -> bool | Refused:
    if cell in field.yes or cell in field.no:
        return cell in field.yes
    return Refused(f"one of {', '.join((*field.yes, *field.no))}")
