"""One JSON object as cells: nested objects dotted, lists joined, numbers as printed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

_PLAIN_DIGITS = 40  # beyond this a number is written with an exponent
_WORDS = {"True": "true", "False": "false"}
MOST_DEEP = 100  # objects and lists inside each other


def flatten(item: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Names and texts of an object's cells.

    Example:
        >>> dict(flatten({"id": 7, "place": {"city": "Seoul", "tags": ["a", "b"]}, "end": None}))
        {'id': '7', 'place.city': 'Seoul', 'place.tags': 'a;b', 'end': ''}
    """
    for key, value in item.items():
        if isinstance(value, str):
            yield prefix + key, value
        elif isinstance(value, dict) and value:
            if depth == MOST_DEEP:
                raise RecursionError
            yield from flatten(value, f"{prefix}{key}.", depth + 1)
        else:
            yield prefix + key, cell(value)


def cell(value: Any) -> str:
    """A value as one text: nothing for null, scalars joined by ``;``, a list with objects as compact JSON.

    A list of texts that hold a ``;`` themselves is written as JSON too, so that nothing is divided wrongly.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return _WORDS.get(str(value), str(value))
    if value is None:
        return ""
    if isinstance(value, list):
        texts = [item if isinstance(item, str) else cell(item) for item in value]
        scalars = not any(isinstance(item, (list, dict)) for item in value)
        return ";".join(texts) if scalars and not any(";" in text for text in texts) else compact(value)
    return compact(value)


def compact(value: Any) -> str:
    """JSON without spaces, with numbers as they were printed.

    Example:
        >>> compact([{"a": Decimal("1.50")}, None, True])
        '[{"a":1.50},null,true]'
    """
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < _PLAIN_DIGITS else str(value)
    return _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
