"""A labelled list read again as if nobody knew its labels: the reading order, and where the rule would have stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from dynapolis.coding.screen.order import batch_size, next_batch
from dynapolis.coding.screen.stop_rule import (
    Audit,
    RecallEstimate,
    StopRule,
    audit_size,
    estimate_recall,
    has_run_dry,
    may_stop,
)
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

Draw = Callable[[IntArray, int], IntArray]


class Scorer(Protocol):
    """What a replay needs of a learner."""

    def forget(self) -> None:
        """Begin anew."""

    def scores(self, read: IntArray, included: BoolArray) -> FloatArray:
        """Score of every record, the higher the more promising."""


@dataclass(frozen=True, slots=True)
class StopPoint:
    """Where a rule stopped, what it claimed, and what was true.

    Attributes:
        n_read: records read, those of the audits among them.
        n_audited: records read in audits.
        told: the recall as the audits tell it.
        true_recall: the recall there; None where nothing is included.
        by_rank: records read where the rule without audits would have stopped.
        true_recall_by_rank: the recall there.
    """

    n_read: int
    n_audited: int
    told: RecallEstimate
    true_recall: float | None
    by_rank: int
    true_recall_by_rank: float | None


@dataclass
class _Reading:
    """What was read so far in a replay."""

    included: BoolArray
    foreseen: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    order: list[int] = field(default_factory=list)
    unread: BoolArray = field(init=False)
    found: int = 0

    def __post_init__(self) -> None:
        self.unread = np.ones(len(self.included), dtype=bool)

    def read(self, places: IntArray) -> None:
        self.order.extend(int(place) for place in places)
        self.unread[places] = False
        self.found += int(self.included[places].sum())

    @property
    def n_left(self) -> int:
        return len(self.included) - len(self.order)

    def next(self, learner: Scorer) -> IntArray:
        """The next batch by the model, or as it is known already; any record where only one kind was seen."""
        n_read = len(self.order)
        size = 1 if self.found in (0, n_read) else batch_size(n_read)
        if len(self.foreseen):
            return self.foreseen[n_read : n_read + size]
        if self.found in (0, n_read):
            return np.flatnonzero(self.unread)[:1]
        done = np.asarray(self.order, dtype=np.int64)
        return next_batch(learner.scores(done, self.included[done]), self.unread, size)


def replay_order(learner: Scorer, included: BoolArray, start: IntArray) -> IntArray:
    """The order in which all records would be read.

    Args:
        learner: gives scores; is made to forget first.
        included: shape (n_records,), the labels; a record's label is used only after it was read.
        start: places of the records read before the first training.

    Returns:
        shape (n_records,): places in reading order.
    """
    learner.forget()
    reading = _Reading(included)
    reading.read(start)
    while reading.n_left:
        reading.read(reading.next(learner))
    return np.asarray(reading.order, dtype=np.int64)


def replay_stop(
    learner: Scorer, included: BoolArray, order: IntArray, n_start: int, rule: StopRule, draw: Draw
) -> StopPoint:
    """Read until the rule says stop, with its audits, and hold its claim against the truth.

    Args:
        learner, included: as in ``replay_order``.
        order: what ``replay_order`` gave; it is followed until the first audit changes what is known.
        n_start: how many records were read before the first training.
        rule: when to stop.
        draw: draws a number of places at random out of some, without replacement.
    """
    learner.forget()
    reading = _Reading(included, foreseen=order)
    reading.read(order[:n_start])
    audits: list[Audit] = []
    track = [(0, 0), (len(reading.order), reading.found)]
    by_rank: tuple[int, int] | None = None
    told = estimate_recall(audits, reading.found, reading.n_left)
    while not may_stop(rule, told, reading.n_left):
        reads, finds = zip(*track, strict=True)
        if has_run_dry(rule, len(included), reads, finds):
            by_rank = by_rank or (len(reading.order), reading.found)
            audits.append(_audit(reading, rule, len(audits) + 1, draw))
            track = [(len(reading.order), reading.found)]
        else:
            reading.read(reading.next(learner))
            track.append((len(reading.order), reading.found))
        told = estimate_recall(audits, reading.found, reading.n_left)
    total = int(included.sum())
    rank_read, rank_found = by_rank or (len(reading.order), reading.found)
    return StopPoint(
        n_read=len(reading.order),
        n_audited=sum(audit.n_sample for audit in audits),
        told=told,
        true_recall=reading.found / total if total else None,
        by_rank=rank_read,
        true_recall_by_rank=rank_found / total if total else None,
    )


def _audit(reading: _Reading, rule: StopRule, number: int, draw: Draw) -> Audit:
    """Draw an audit out of the unread records and read all of it."""
    n_unread, before = reading.n_left, reading.found
    size = audit_size(rule, number, before, n_unread)
    reading.foreseen = reading.foreseen[:0]
    reading.read(draw(np.flatnonzero(reading.unread), size))
    return Audit(n_unread, before, size, reading.found - before, rule.error_of(number))
