"""Decisions of a screening, and how the record of each came to be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScreenVerdict(StrEnum):
    """What a person said of a record; ``UNDO`` takes back the last word on it."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNDO = "undo"


class Picked(StrEnum):
    """How a record came to be read.

    ``MODEL``: the learner put it on top. ``RANDOM``: it was drawn in an audit. ``SEED``: it was known beforehand, or
    read before there was a learner. Only records picked at random are a probability sample of those unread at that
    time; a share computed from the others is wrong (see docs, method/active-learning).
    """

    MODEL = "model"
    RANDOM = "random"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of ``decisions.csv``.

    Attributes:
        number: 1 for the first decision of a screening.
        record_id: of which record.
        verdict: what was said.
        picked: how the record came to be read.
        audit: in which audit it was drawn; None unless ``picked`` is ``RANDOM``.
        by: who said it.
        decided_at: when, in UTC.
    """

    number: int
    record_id: str
    verdict: ScreenVerdict
    picked: Picked
    audit: int | None
    by: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class DrawnAudit:
    """One random sample of the unread records.

    Attributes:
        number: 1 for the first.
        n_unread: unread records when it was drawn.
        after_decision: number of the last decision before it was drawn, 0 for none.
        error: risk that each of its bounds may fail.
        record_ids: the records drawn, in the order in which they are shown.
        drawn_at: when, in UTC.
    """

    number: int
    n_unread: int
    after_decision: int
    error: float
    record_ids: tuple[str, ...]
    drawn_at: str
