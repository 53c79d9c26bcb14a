"""Which helix an organisation belongs to: public, private, civic, academic, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dynapolis.model.evidence import Coder
from dynapolis.model.language import Frozen, NonEmpty, Text


class Helix(StrEnum):
    """The four helices. Unknown is the absence of one, never a fifth."""

    PUBLIC = "public"
    PRIVATE = "private"
    CIVIC = "civic"
    ACADEMIC = "academic"


HELICES = tuple(Helix)


class OrganisationLookup(Frozen):
    """Who coded the organisations, by which rule. The rows stand in the CSV beside it."""

    coder: Coder
    date: NonEmpty
    rule: Text
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A name as printed in a register, with the helices it stands for; none when the name does not tell."""

    name: str
    helices: frozenset[Helix]
    basis: str
    unsure: bool
