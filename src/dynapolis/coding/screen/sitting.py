"""A screening as it stands: what was decided, what to read next, how many included records were found, whether to stop.

Everything follows from the records, the decisions and the audits drawn; nothing else is kept, so a sitting that broke
off goes on where its last decision stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.coding.screen.order import next_batch
from dynapolis.coding.screen.replay import Scorer
from dynapolis.coding.screen.stop_rule import (
    Audit,
    RecallEstimate,
    StopRule,
    audit_size,
    estimate_recall,
    has_run_dry,
    may_stop,
)
from dynapolis.model.labelled import ScreenRecord
from dynapolis.model.screening import Decision, DrawnAudit, Picked, ScreenVerdict

_MOST_POINTS = 200  # earlier moments held against now, when asking whether the model has run dry


@dataclass(frozen=True, slots=True)
class Shown:
    """A record to be read, and how it was picked."""

    record: ScreenRecord
    picked: Picked
    audit: int | None


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that counts on each record: the last one, unless it was undone. In the order of reading.

    Example:
        >>> one = Decision(1, "a", ScreenVerdict.INCLUDE, Picked.MODEL, None, "kim", "")
        >>> standing([one, Decision(2, "a", ScreenVerdict.UNDO, Picked.MODEL, None, "kim", "")])
        {}
    """
    counts: dict[str, Decision] = {}
    for decision in decisions:
        counts.pop(decision.record_id, None)
        if decision.verdict is not ScreenVerdict.UNDO:
            counts[decision.record_id] = decision
    return counts


class Sitting:
    """A screening in memory; see the module.

    Args:
        records: every text once, sorted by id.
        rule: when to stop.
        decisions: all decisions so far.
        audits: all audits drawn so far.
        learner: scores records in the order of ``records``.
        opening: places of all records in the order in which they are read until one of each kind was seen.
    """

    def __init__(
        self,
        records: Sequence[ScreenRecord],
        rule: StopRule,
        decisions: Sequence[Decision],
        audits: Sequence[DrawnAudit],
        learner: Scorer,
        opening: Sequence[int],
    ) -> None:
        self.records, self.rule, self.audits = records, rule, list(audits)
        self.decisions = list(decisions)
        self._learner, self._opening = learner, opening
        self._place = {record.id: place for place, record in enumerate(records)}

    @property
    def counts(self) -> Mapping[str, Decision]:
        """The decision that counts on each record read."""
        return standing(self.decisions)

    @property
    def found(self) -> int:
        """Included records found so far."""
        return sum(1 for decision in self.counts.values() if decision.verdict is ScreenVerdict.INCLUDE)

    @property
    def n_unread(self) -> int:
        """Records without a decision."""
        return len(self.records) - len(self.counts)

    def decided(self, shown: Shown, verdict: ScreenVerdict, by: str, when: str) -> Decision:
        """The row of a decision on a record; it counts from now on."""
        number = len(self.decisions) + 1
        row = Decision(number, shown.record.id, verdict, shown.picked, shown.audit, by, when)
        self.decisions.append(row)
        return row

    def undone(self, record_id: str, by: str, when: str) -> Decision | None:
        """The row that takes back the decision on a record; None where none counts."""
        last = self.counts.get(record_id)
        if last is None:
            return None
        return self.decided(Shown(self.record(record_id), last.picked, last.audit), ScreenVerdict.UNDO, by, when)

    def record(self, record_id: str) -> ScreenRecord:
        """A record by its id.

        Raises:
            KeyError: there is none.
        """
        return self.records[self._place[record_id]]

    def open_audit(self) -> list[Shown]:
        """The records of an audit that are still to be read, in the order of the draw."""
        counts = self.counts
        return [
            Shown(self.record(record_id), Picked.RANDOM, audit.number)
            for audit in self.audits
            for record_id in audit.record_ids
            if record_id not in counts
        ]

    def told(self) -> RecallEstimate:
        """The recall so far, by all audits that were read in full."""
        return estimate_recall(self._read_audits(), self.found, self.n_unread)

    def may_stop(self) -> bool:
        """Whether the rule lets reading stop."""
        return not self.open_audit() and may_stop(self.rule, self.told(), self.n_unread)

    def due_audit(self) -> int | None:
        """How many records to draw at random now; None while the model still finds, or where the rule is met."""
        if self.open_audit() or self.may_stop() or not self._can_learn():
            return None
        begin = self.audits[-1].after_decision if self.audits else 0
        sampled = {record_id for audit in self.audits for record_id in audit.record_ids}
        before = standing(self.decisions[:begin])
        since = [row for row in self.counts.values() if row.record_id not in before and row.record_id not in sampled]
        n_before, found_before = len(self.counts) - len(since), self.found - _n_included(since)
        finds = np.cumsum([0, *(row.verdict is ScreenVerdict.INCLUDE for row in since)])
        points = np.unique(np.linspace(0, len(since), min(len(since) + 1, _MOST_POINTS)).astype(int))
        reads, found = (n_before + points).tolist(), (found_before + finds[points]).tolist()
        if not has_run_dry(self.rule, len(self.records), reads, found):
            return None
        return audit_size(self.rule, len(self.audits) + 1, self.found, self.n_unread)

    def unread_ids(self) -> list[str]:
        """Ids of the records without a decision, in the order of ids."""
        counts = self.counts
        return [record.id for record in self.records if record.id not in counts]

    def next(self, n_wanted: int) -> list[Shown]:
        """The records to read now, best first: an open audit, else the most promising ones."""
        if audit := self.open_audit():
            return audit[:n_wanted]
        counts = self.counts
        if not self._can_learn():
            places = [place for place in self._opening if self.records[place].id not in counts][:n_wanted]
            return [Shown(self.records[place], Picked.SEED, None) for place in places]
        read = np.array([self._place[record_id] for record_id in counts], dtype=np.int64)
        included = np.array([row.verdict is ScreenVerdict.INCLUDE for row in counts.values()])
        unread = np.ones(len(self.records), dtype=bool)
        unread[read] = False
        batch = next_batch(self._learner.scores(read, included), unread, n_wanted)
        return [Shown(self.records[place], Picked.MODEL, None) for place in batch]

    def _can_learn(self) -> bool:
        return 0 < self.found < len(self.counts)

    def _read_audits(self) -> list[Audit]:
        """The audits that were read in full, with what is known today of the records read before them."""
        counts = self.counts
        done = []
        for audit in self.audits:
            rows = [counts.get(record_id) for record_id in audit.record_ids]
            if any(row is None for row in rows):
                continue
            before = [counts[key] for key in standing(self.decisions[: audit.after_decision]) if key in counts]
            n_found = _n_included(row for row in rows if row)
            done.append(Audit(audit.n_unread, _n_included(before), len(rows), n_found, audit.error))
        return done


def _n_included(rows: Iterable[Decision]) -> int:
    return sum(1 for row in rows if row.verdict is ScreenVerdict.INCLUDE)
