"""What every reader gives, whatever the format: a header, entries one by one, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a published list, as printed.

    Attributes:
        line: line of a text file on which the entry begins, row of a sheet, position in a JSON list; from 1.
        cells: as many as the header has; an absent one is empty.
        wrong: why the entry cannot be used, empty when it can. Its cells are then what could be read of it.
    """

    line: int
    cells: tuple[str, ...]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the file does not say and the reader had to find out, such as its delimiter.

    Example:
        >>> Decision("delimiter", "';'", "the first 200 entries have 20 cells each with it").what
        'delimiter'
    """

    what: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """A published list while it is being read. ``entries`` can be gone through once."""

    name: str
    header: tuple[str, ...]
    entries: Iterator[Entry]
    decisions: tuple[Decision, ...]
