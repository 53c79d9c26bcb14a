"""What coders are given, what they answered, and where two of them differ."""

from __future__ import annotations

from dataclasses import dataclass

# Why an adjudicator decided as it did: a closed list, so that reasons can be counted.
REASONS = ("rule_unclear", "overlooked", "beyond_text", "several_fit", "too_little_text", "slip")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit given to a coder; ``probability`` is that of being in the overlap, the same for every unit."""

    unit_id: str
    coder_id: str
    overlap: bool
    probability: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a coder answered to a scheme: the codes, the primary one first, the words, and whether with doubt."""

    coder_id: str
    codes: tuple[str, ...]
    quote: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers to one scheme of one record whose primary codes are not the same."""

    record_id: str
    scheme: str
    one: Answer
    other: Answer
