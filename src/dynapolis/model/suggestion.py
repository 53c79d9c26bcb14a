"""What is shown to a coder, and what a coder answers: the one shape people, rules and models share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a unit's text: which field of the record it stands in, its language and its words."""

    property: str  # "name", "name_local", "description", "goal_text" …
    lang: str | None  # "ko", "en" or another language; None where nobody said
    text: str


@dataclass(frozen=True, slots=True)
class UnitText:
    """A unit as a coder sees it: its passages, and nothing that another coder has said about it.

    ``is_living_lab`` is None while the kind is not known; schemes that are asked only of living labs (or only of other
    projects) are then answered as if they were asked.
    """

    unit_id: str
    passages: tuple[Passage, ...]
    is_living_lab: bool | None = None

    @property
    def text(self) -> str:
        """All passages in order, one to a line; what a quote must be a part of."""
        return "\n".join(passage.text for passage in self.passages)


@dataclass(frozen=True, slots=True)
class Reason:
    """Words of the unit that spoke for a code, and how much (in the coder's own unit; larger is stronger)."""

    code: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One coder's answer to one scheme of one unit.

    Attributes:
        unit_id: the unit asked about.
        scheme: the question asked.
        probabilities: per code of the scheme, between 0 and 1; they sum to 1 where one code is asked for, and are one
            yes/no probability per code where several are allowed.
        codes: the codes answered, the surest first; empty when the coder abstains.
        prediction_set: codes that cannot be excluded at the stated error rate; empty where none was asked for.
        quote: a substring of the unit's text that carries the answer; empty where the coder gives none.
        reasons: the words that decided, strongest first.
        why: a key of the messages that says why the coder abstained; empty where it answered.
    """

    unit_id: str
    scheme: str
    probabilities: Mapping[str, float]
    codes: tuple[str, ...]
    prediction_set: tuple[str, ...] = ()
    quote: str = ""
    reasons: tuple[Reason, ...] = ()
    why: str = ""
    error_rate: float | None = field(default=None)

    @property
    def abstains(self) -> bool:
        """Whether the coder gave no code."""
        return not self.codes
