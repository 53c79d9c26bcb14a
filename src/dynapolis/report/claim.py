"""A claim: one statement of the report, before it is said in any language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from dynapolis.errors import BrokenClaim

Kind = Literal[
    "count", "share", "share_interval", "rank", "rank_interval", "level", "city", "cities", "code", "codes",
    "population", "capability", "actor", "scheme", "alpha", "alpha_interval", "in_100", "points",
    "points_signed", "points_interval", "points_range", "places", "pillar", "plain", "register", "variance",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a claim: what kind it is, and the bare value."""

    kind: Kind
    value: Any
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the report.

    Attributes:
        claim_id: permanent name.
        key: key of its sentence under ``claim.`` in the messages.
        values: what fills the sentence.
        evidence: figures and other numbers it rests on, by the names that evidence pages know.
    """

    claim_id: str
    key: str
    values: dict[str, Value]
    evidence: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.evidence:
            raise BrokenClaim(f"claim {self.claim_id} rests on no figure; every claim needs evidence")

    def to_value(self) -> dict[str, Any]:
        """The claim as plain values."""
        return asdict(self)
