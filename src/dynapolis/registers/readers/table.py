"""What every reader gives, whatever the format: a header, entries one by one, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dynapolis.registers.wording import Say, Wording, plain, shown, unplain, wording_of

OWN = "own"  # value of a decision on the header: the one that the file has
ROOT = ""  # value of a decision on the records: the root is the list
VALUES = "*"  # the values of the root object are the records
# Values that a person knows by a name; all others are shown as they are.
_NAMED = {
    ("delimiter", "comma"): "comma", ("delimiter", "semicolon"): "semicolon", ("delimiter", "tab"): "tab",
    ("delimiter", "pipe"): "pipe", ("records", ROOT): "root_list", ("records", VALUES): "root_values",
    ("header", OWN): "own_header",
}  # fmt: skip


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

    It has no language, so that it can be stored; ``said`` gives it one.

    Attributes:
        what: what was decided, mostly a key of the layout.
        value: what was found: a word, a number, or several words.
        why: the reason.

    Example:
        >>> Decision("delimiter", "tab", Wording("decision.why.one_column")).as_value()
        {'what': 'delimiter', 'value': 'tab', 'why': {'key': 'decision.why.one_column', 'values': {}}}
    """

    what: str
    value: str | int | tuple[str, ...]
    why: Wording

    def said(self, key: str, say: Say) -> str:
        """The decision in the language of ``say``, in the message ``key``, which has places for its three parts."""
        named = _NAMED.get((self.what, str(self.value)))
        value = say(f"decision.value.{named}") if named else shown(self.value, say)
        return say(key, what=say(f"decision.what.{self.what}"), value=value, why=self.why.said(say))

    def as_value(self) -> dict[str, Any]:
        """The decision as a plain value, from which ``decision_of`` makes it again."""
        return {"what": self.what, "value": plain(self.value), "why": self.why.as_value()}


def decision_of(value: Mapping[str, Any]) -> Decision:
    """A decision from its plain value."""
    return Decision(value["what"], unplain(value["value"]), wording_of(value["why"]))


@dataclass(frozen=True, slots=True)
class Table:
    """A published list while it is being read. ``entries`` can be gone through once."""

    name: str
    header: tuple[str, ...]
    entries: Iterator[Entry]
    decisions: tuple[Decision, ...]
