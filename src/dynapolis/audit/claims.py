"""What a report printed, as data: quantities in each language, how they belong together, who leads.

Read from a claims file; only facts are written there, no sentences of the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.problem import Problem, duplicates, entries

LANGS = ("ko", "en")
N_PARTS = 5  # of a figure's name


class Printed(Frozen):
    """A number as printed in one language: a share as a percentage. ``about`` says that a hedge stands before it."""

    value: float = Field(ge=0)
    decimals: int = Field(default=0, ge=0, le=6)
    about: bool = False
    unit: str = ""


class Quantity(Frozen):
    """Something counted, or its share of another quantity.

    ``figure`` names what an edition counts in its place, such as ``all.innovation.sector.transport.primary``; ``*`` for
    its scope asks for the number of cities.
    """

    id: NonEmpty
    label: Text
    kind: Literal["count", "share"]
    of: str | None = None
    figure: str | None = None
    ko: Printed | None = None
    en: Printed | None = None

    def printed(self, lang: str) -> Printed | None:
        """As printed in a language."""
        return self.ko if lang == "ko" else self.en

    @property
    def first(self) -> Printed | None:
        """As printed in Korean, or else in English."""
        return self.ko or self.en


class Parts(Frozen):
    """Shares of one whole. With one label for each unit they cannot add up to more than it."""

    whole: NonEmpty
    parts: tuple[NonEmpty, ...] = Field(min_length=2)
    labels: Literal["one", "several"] = "one"
    complete: bool = False


class Sum(Frozen):
    """Counts that add up to a total."""

    total: NonEmpty
    parts: tuple[NonEmpty, ...] = Field(min_length=2)


class Subset(Frozen):
    """A count that cannot exceed another."""

    whole: NonEmpty
    part: NonEmpty


class Kin(Frozen):
    """Two counts that readers may compare; ``linked`` says whether the report tells how they relate."""

    one: NonEmpty
    other: NonEmpty
    linked: bool = False


class Leading(Frozen):
    """Who leads in one language, in order, and in what; names in both languages, or one name for both."""

    names: tuple[Text | NonEmpty, ...] = Field(min_length=1)
    unit: NonEmpty

    def said(self, lang: str) -> tuple[str, ...]:
        """The names in one language."""
        return tuple(name.in_(lang) if isinstance(name, Text) else name for name in self.names)


class Leader(Frozen):
    """A statement of who has the most; ``figure``, with ``*`` for its scope, names what an edition counts by city."""

    id: NonEmpty
    label: Text
    figure: str | None = None
    ko: Leading | None = None
    en: Leading | None = None


class ClaimsFile(Frozen):
    """Everything that is audited of one report; ``cities`` are the ids of those it is about."""

    report: NonEmpty
    title: Text
    source: NonEmpty
    cities: tuple[NonEmpty, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    parts: tuple[Parts, ...] = ()
    sums: tuple[Sum, ...] = ()
    subsets: tuple[Subset, ...] = ()
    kin: tuple[Kin, ...] = ()
    leaders: tuple[Leader, ...] = ()

    @property
    def by_id(self) -> dict[str, Quantity]:
        """Quantities by id."""
        return {quantity.id: quantity for quantity in self.quantities}


def check_claims(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Ids twice, ids of nothing, shares of nothing, quantities printed in no language."""
    yield from duplicates(raw.get("quantities"), ("quantities",), "id", "a quantity of that id stands above")
    yield from duplicates(raw.get("leaders"), ("leaders",), "id", "a statement of that id stands above")
    known = {str(item.get("id")) for _, item in entries(raw.get("quantities"))}
    for number, item in entries(raw.get("quantities")):
        if item.get("kind") == "share" and item.get("of") not in known:
            loc = ("quantities", number, "of")
            yield Problem(loc, repr(item.get("of")), "the id of the whole", "name the quantity it is a share of")
        if not item.get("ko") and not item.get("en"):
            yield Problem(("quantities", number), "no printed number", "ko, en or both", "write what was printed")
    yield from _check_figures(raw)
    single = {"parts": ("whole",), "sums": ("total",), "subsets": ("whole", "part"), "kin": ("one", "other")}
    for name, keys in single.items():
        for number, item in entries(raw.get(name)):
            named = [(key, item.get(key)) for key in keys] + [("parts", part) for part in item.get("parts") or ()]
            for key, value in named:
                if str(value) not in known:
                    yield Problem((name, number, key), repr(value), "the id of a quantity", "correct the id")


def _check_figures(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Names of figures that no edition can have by their form."""
    for name in ("quantities", "leaders"):
        for number, item in entries(raw.get(name)):
            figure = item.get("figure")
            if figure is None:
                continue
            parts = str(figure).split(".")
            wanted = "*.population.scheme.code.basis" if name == "leaders" else "scope.population.scheme.code.basis"
            if len(parts) != N_PARTS or not all(parts) or (name == "leaders" and parts[0] != "*"):
                yield Problem((name, number, "figure"), repr(figure), wanted, "name a figure as the data package does")
