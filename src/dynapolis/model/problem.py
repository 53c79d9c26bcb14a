"""A fault found in data before it is known in which line of which file the data stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at ``loc``, the path of keys and positions from the root of the data."""

    loc: Loc
    found: str
    expected: str
    mend: str


def entries(items: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Positions and entries of a list that are mappings; what else stands there is for the typed model to tell.

    Example:
        >>> list(entries([{"code": "a"}, "a word", {"code": "b"}]))
        [(0, {'code': 'a'}), (2, {'code': 'b'})]
    """
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            yield number, item


def duplicates(items: Any, loc: Loc, key: str, why: str) -> Iterator[Problem]:
    """Entries of a list of mappings whose ``key`` an earlier entry already has.

    Example:
        >>> [p.loc for p in duplicates([{"code": "a"}, {"code": "a"}], ("codes",), "code", "stands above")]
        [('codes', 1, 'code')]
    """
    seen: set[Any] = set()
    for number, item in entries(items):
        if item.get(key) is None:
            continue
        if item[key] in seen:
            yield Problem((*loc, number, key), repr(item[key]), f"each {key} once", f"{why}; rename or remove one")
        seen.add(item[key])
