"""What is to be said to a person, before it has a language: the key of a message and the values of its places.

Registers are read without knowing who reads along. What they decide or doubt is kept as a value, stored and handed to
machines as one, and put into words only where it is shown, by a function that knows the language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Say = Callable[..., str]
"""Gives the text of a key with its values, in the language of whoever reads."""
_MOST_NAMES = 12  # of a list that are shown


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence, or a word, without a language.

    Attributes:
        key: of the message.
        values: by place of the message: a text as printed, a count, a list of names, or another wording.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, say: Say) -> str:
        """The sentence in the language of ``say``.

        Example:
            >>> texts = {"seen": "{n} in {files}"}
            >>> Wording("seen", {"n": 1200, "files": ("a", "b")}).said(lambda key, **v: texts[key].format(**v))
            "1,200 in 'a', 'b'"
        """
        return say(self.key, **{name: shown(value, say) for name, value in self.values.items()})

    def as_value(self) -> dict[str, Any]:
        """The wording as a plain value, from which ``wording_of`` makes it again."""
        return {"key": self.key, "values": {name: plain(value) for name, value in self.values.items()}}


def wording_of(value: Mapping[str, Any]) -> Wording:
    """A wording from its plain value.

    Example:
        >>> wording = Wording("a", {"n": 1, "names": ("x",), "kind": Wording("b")})
        >>> wording_of(wording.as_value()) == wording
        True
    """
    return Wording(value["key"], {name: unplain(item) for name, item in value["values"].items()})


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, Wording):
        return value.as_value()
    return list(value) if isinstance(value, tuple) else value


def unplain(value: Any) -> Any:
    """A value as it was before it was JSON."""
    if isinstance(value, Mapping):
        return wording_of(value)
    return tuple(value) if isinstance(value, list) else value


def shown(value: Any, say: Say) -> str:
    """A value as a person reads it: counts with commas, names in quotation marks, signs that have no shape by number.

    Example:
        >>> shown(1200, str), shown(("a", "b"), str), shown("a\\nb", str), shown("", str)
        ('1,200', "'a', 'b'", 'a\\\\nb', "''")
    """
    if isinstance(value, Wording):
        return value.said(say)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        return (value if value.isprintable() else repr(value)[1:-1]) or "''"
    names = ", ".join(repr(name) for name in value[:_MOST_NAMES])
    if len(value) > _MOST_NAMES:
        return say("list.more", names=names, n=f"{len(value) - _MOST_NAMES:,}")
    return names or say("list.none")
