"""The grammar of addresses: what a page takes in its query, how it is read, and how a changed view is written.

Identity stands in the path, the view in the query: lists are joined by ``~``, a value that begins with ``-`` is
excluded, ranges are written ``2019..2022``. Only what differs from the default is written, always in the same order,
so that the same view has one address. A name that the page does not know is passed over and told; a value that a known
name does not take is refused, with the values it does take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from dynapolis.serve.facets import Choice

MOST_SHOWN = 60  # allowed values that a refusal lists
LONGEST_NUMBER = 9  # digits

Kind = Literal["list", "range", "choice", "number", "text", "switch"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one name of a query takes.

    Attributes:
        name: as written in the address; English in both languages.
        kind: a list of values, a range of whole numbers, one of several values, a number, free text, on or off.
        allowed: values of a list or choice.
        default: the value when the name is absent; never written.
        least: the smallest number.
        most: the largest number.
    """

    name: str
    kind: Kind
    allowed: tuple[str, ...] = ()
    default: Any = None
    least: int = 0
    most: int = 10**LONGEST_NUMBER


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that a parameter does not take."""

    name: str
    value: str
    expected: str


class BadAddress(Exception):
    """The query of an address holds values that its page does not take; carries all of them."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(f"{r.name}={r.value}: expected {r.expected}" for r in refusals))


@dataclass(frozen=True)
class View:
    """A page's query as read.

    Attributes:
        path: of the page, without the query.
        parameters: what the page takes.
        values: by name; absent names have their default.
        unknown: names that the page does not know.
    """

    path: str
    parameters: tuple[Parameter, ...]
    values: Mapping[str, Any]
    unknown: tuple[str, ...] = field(default=())

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def but(self, path: str | None = None, /, **changes: Any) -> str:
        """Address of the same view with some values changed; None sets a name back to its default."""
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        values = {**self.values, **{name: defaults[name] if v is None else v for name, v in changes.items()}}
        parts = [f"{p.name}={_written(values[p.name])}" for p in self.parameters if values[p.name] != p.default]
        return (self.path if path is None else path) + ("?" + "&".join(parts) if parts else "")

    def toggled(self, name: str, value: str, **changes: Any) -> str:
        """Address with a value of a list added, or taken out where it stands."""
        choice: Choice = self.values[name]
        wanted = tuple(v for v in choice.wanted if v != value) if value in choice.wanted else (*choice.wanted, value)
        return self.but(**{name: Choice(wanted, tuple(v for v in choice.unwanted if v != value)), **changes})

    def excluded(self, name: str, value: str, **changes: Any) -> str:
        """Address with a value of a list excluded, or no longer excluded."""
        choice: Choice = self.values[name]
        out = choice.unwanted
        unwanted = tuple(v for v in out if v != value) if value in out else (*out, value)
        return self.but(**{name: Choice(tuple(v for v in choice.wanted if v != value), unwanted), **changes})


def read_view(path: str, query: Iterable[tuple[str, str]], parameters: Sequence[Parameter]) -> View:
    """Read a page's query.

    Args:
        path: of the page.
        query: names and values in the order of the address; of a name given twice the values are joined, as a form
            with several boxes of one name sends them.
        parameters: what the page takes.

    Raises:
        BadAddress: a value that its name does not take; all such are carried.
    """
    known = {parameter.name: parameter for parameter in parameters}
    given: dict[str, list[str]] = {}
    unknown: list[str] = []
    for name, value in query:
        if name not in known:
            unknown.append(name[:40])
        elif value.strip():
            given.setdefault(name, []).append(value.strip())
    refusals: list[Refusal] = []
    values = {p.name: _read(p, given.get(p.name, []), refusals) for p in parameters}
    if refusals:
        raise BadAddress(refusals)
    return View(path, tuple(parameters), values, tuple(dict.fromkeys(unknown)))


def _read(parameter: Parameter, given: Sequence[str], refusals: list[Refusal]) -> Any:
    if not given:
        return parameter.default
    if parameter.kind == "list":
        return _read_list(parameter, "~".join(given), refusals)
    value = given[-1]
    if parameter.kind == "text":
        return " ".join(value.split())
    if parameter.kind == "range":
        return _read_range(parameter, value, refusals)
    if parameter.kind == "number":
        if value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER:
            number = int(value)
            if parameter.least <= number <= parameter.most:
                return number
        return _refuse(parameter, value, f"a whole number from {parameter.least} to {parameter.most}", refusals)
    if parameter.kind == "switch":
        if value in ("0", "1"):
            return value == "1"
        return _refuse(parameter, value, "0 or 1", refusals)
    if value in parameter.allowed:
        return value
    return _refuse(parameter, value, _listed(parameter.allowed), refusals)


def _read_list(parameter: Parameter, value: str, refusals: list[Refusal]) -> Choice:
    wanted: list[str] = []
    unwanted: list[str] = []
    for part in filter(None, value.split("~")):
        out = part.startswith("-") and part not in parameter.allowed
        word = part[1:] if out else part
        if word in parameter.allowed:
            (unwanted if out else wanted).append(word)
        else:
            _refuse(parameter, word, _listed(parameter.allowed), refusals)
    return Choice(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(w for w in unwanted if w not in wanted)))


def _read_range(parameter: Parameter, value: str, refusals: list[Refusal]) -> tuple[int | None, int | None] | None:
    low, dots, high = value.partition("..")
    ends: list[int | None] = []
    for end in (low, high if dots else low):
        if not end:
            ends.append(None)
        elif end.isascii() and end.isdigit() and len(end) <= LONGEST_NUMBER:
            ends.append(int(end))
        else:
            break
    both = [end for end in ends if end is not None]
    if len(ends) != 2 or both != sorted(both):
        _refuse(parameter, value, f"a range such as {parameter.least}..{parameter.most}, smaller end first", refusals)
        return None
    return None if not both else (ends[0], ends[1])


def _refuse(parameter: Parameter, value: str, expected: str, refusals: list[Refusal]) -> Any:
    refusals.append(Refusal(parameter.name, value[:80], expected))
    return parameter.default


def _listed(allowed: Sequence[str]) -> str:
    shown = ", ".join(allowed[:MOST_SHOWN])
    return shown + (f" … ({len(allowed)} in all)" if len(allowed) > MOST_SHOWN else "")


def _written(value: Any) -> str:
    if isinstance(value, Choice):
        return "~".join(quote(part, safe="") for part in (*value.wanted, *(f"-{v}" for v in value.unwanted)))
    if isinstance(value, tuple):
        low, high = value
        return f"{'' if low is None else low}..{'' if high is None else high}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return quote(str(value), safe="")
