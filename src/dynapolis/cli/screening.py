"""What the commands of ``dynapolis screen`` share: a screening's folder, its learner and its chance."""

from __future__ import annotations

import csv
import getpass
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dynapolis import __version__
from dynapolis.cli.common import now
from dynapolis.coding.screen.learner import Learner, LearnerSettings
from dynapolis.coding.screen.sitting import Shown, Sitting
from dynapolis.coding.screen.stop_rule import StopRule
from dynapolis.errors import BadInput, BadUse, Fault
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.labelled import ScreenRecord
from dynapolis.model.screening import Decision, DrawnAudit, Picked, ScreenVerdict
from dynapolis.store.csv_file import read_table
from dynapolis.store.files import digest_file, write_whole
from dynapolis.store.labelled_files import read_screening_lists
from dynapolis.store.screening_folder import add_audit, add_decisions, alone_in, begin_screening, read_screening
from dynapolis.text import clean

SHEET = ("record_id", "title", "abstract", "picked", "audit", "decision")
DECIDED = ("record_id", "source", "source_id", "title", "abstract", "included", "picked", "audit", "by", "decided_at")
ANSWERS = {
    **dict.fromkeys(("1", "y", "yes", "include"), ScreenVerdict.INCLUDE),
    **dict.fromkeys(("0", "n", "no", "exclude"), ScreenVerdict.EXCLUDE),
}


def person_name(name: str | None) -> str:
    """Who decides: the name given, or that of the user of this computer.

    Raises:
        BadUse: the name is empty.
    """
    found = clean(getpass.getuser() if name is None else name)
    if not found:
        raise BadUse("--by is empty; say who decides")
    return found


def stop_rule(target_recall: float, confidence: float) -> StopRule:
    """A rule from options.

    Raises:
        BadUse: a share is not between 0 and 1.
    """
    try:
        return StopRule(target_recall=target_recall, confidence=confidence)
    except ValueError as error:
        raise BadUse(f"{error}; 0.95 is usual") from error


def begin(files: Sequence[Path], folder: Path, *, target_recall: float, confidence: float, seed: int, by: str) -> None:
    """Write a new screening; the labels that the lists hold become its first decisions."""
    rule = stop_rule(target_recall, confidence)
    records = read_screening_lists(files, labelled=False)
    settings = {
        "dynapolis": __version__,
        "started_at": now(),
        "by": by,
        "seed": seed,
        "rule": asdict(rule),
        "learner": asdict(LearnerSettings()),
        "lists": [{"name": path.name, "sha256": digest_file(path)} for path in files],
    }
    known = [
        Decision(
            number, text_id, ScreenVerdict.INCLUDE if label else ScreenVerdict.EXCLUDE, Picked.SEED, None, by, now()
        )
        for number, (text_id, label) in enumerate(sorted(_known_labels(records).items()), start=1)
    ]
    begin_screening(folder, settings, records, known)


def _known_labels(records: Sequence[ScreenRecord]) -> dict[str, bool]:
    """Labels by text.

    Raises:
        BadInput: records of the same text have different labels.
    """
    known: dict[str, bool] = {}
    faults = []
    for record in records:
        if record.included is None:
            continue
        if known.setdefault(record.text_id, record.included) != record.included:
            where = f"{record.source}, '{record.title[:60]}'"
            mend = "give all records of a text one label"
            faults.append(Fault(where, 0, "included", "0 and 1 for the same text", "one label", mend))
    if faults:
        raise BadInput("labels", faults)
    return known


@dataclass
class _LateLearner:
    """A learner whose texts are turned into numbers only when it is asked."""

    records: Sequence[ScreenRecord]
    _learner: Learner | None = None

    def forget(self) -> None:
        self._learner = None

    def scores(self, read: IntArray, included: BoolArray) -> FloatArray:
        if self._learner is None:
            self._learner = Learner([r.title for r in self.records], [r.abstract for r in self.records])
        return self._learner.scores(read, included)


@dataclass
class Desk:
    """A screening, its folder, and the chance that belongs to it."""

    folder: Path
    seed: int
    sitting: Sitting

    def draw_due_audit(self) -> int | None:
        """Draw an audit if one is due; it is on the disk before any of its records is shown. How many were drawn."""
        size = self.sitting.due_audit()
        if size is None:
            return None
        number, unread = len(self.sitting.audits) + 1, self.sitting.unread_ids()
        rng = np.random.default_rng([self.seed, number])
        drawn = tuple(unread[place] for place in rng.choice(len(unread), size=size, replace=False))
        error = self.sitting.rule.error_of(number)
        audit = DrawnAudit(number, len(unread), len(self.sitting.decisions), error, drawn, now())
        add_audit(self.folder, audit)
        self.sitting.audits.append(audit)
        return size

    def decide(self, shown: Shown, verdict: ScreenVerdict, by: str) -> None:
        """One decision, on the disk when this returns."""
        add_decisions(self.folder, [self.sitting.decided(shown, verdict, by, now())])

    def undo(self, record_id: str, by: str) -> bool:
        """Take back the decision on a record; False where none counts."""
        row = self.sitting.undone(record_id, by, now())
        if row:
            add_decisions(self.folder, [row])
        return row is not None

    def decide_all(self, wanted: Sequence[tuple[str, ScreenVerdict, bool]], by: str) -> int:
        """Decisions by record id, and whether the model had picked the record; all are added or none. How many.

        Raises:
            BadUse: a record is not there, or is to be undone and has no decision, or is named twice.
        """
        known = {record.id for record in self.sitting.records}
        counts, faults = self.sitting.counts, []
        for key, verdict, _ in wanted:
            if key not in known:
                faults.append(f"there is no record '{key}'")
            elif verdict is ScreenVerdict.UNDO and key not in counts:
                faults.append(f"record '{key}' has no decision to undo")
        twice = sorted({key for key, _, _ in wanted if sum(other == key for other, _, _ in wanted) > 1})
        faults += [f"record '{key}' is named twice" for key in twice]
        if faults:
            raise BadUse("; ".join(faults) + ". Nothing was written")
        audited = {item.record.id: item for item in self.sitting.open_audit()}
        rows = []
        for key, verdict, by_model in wanted:
            if verdict is ScreenVerdict.UNDO:
                row = self.sitting.undone(key, by, now())
                rows += [row] if row else []
                continue
            last = counts.get(key)
            picked = last.picked if last else Picked.MODEL if by_model else Picked.SEED
            shown = audited.get(key) or Shown(self.sitting.record(key), picked, last.audit if last else None)
            rows.append(self.sitting.decided(shown, verdict, by, now()))
        add_decisions(self.folder, rows)
        return len(rows)

    def status(self) -> dict[str, Any]:
        """The state of the screening as plain values."""
        sitting, told = self.sitting, self.sitting.told()
        return {
            "records": len(sitting.records),
            "read": len(sitting.counts),
            "found": sitting.found,
            "unread": sitting.n_unread,
            "audits": len(sitting.audits),
            "open_audit": len(sitting.open_audit()),
            "recall": told.estimate,
            "recall_low": told.low,
            "recall_high": told.high,
            "most_included": told.most,
            "target_recall": sitting.rule.target_recall,
            "confidence": sitting.rule.confidence,
            "may_stop": sitting.may_stop(),
        }


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """A screening to work on, for one person at a time."""
    with alone_in(folder):
        held = read_screening(folder)
        rule, seed = StopRule(**held.settings["rule"]), int(held.settings["seed"])
        opening = np.random.default_rng([seed, 0]).permutation(len(held.records))
        learner = _LateLearner(held.records)
        yield Desk(folder, seed, Sitting(held.records, rule, held.decisions, held.audits, learner, opening.tolist()))


def shown_row(item: Shown) -> dict[str, Any]:
    """A record to read, as plain values."""
    record = item.record
    return {
        "record_id": record.id, "title": record.title, "abstract": record.abstract, "source": record.source,
        "source_id": record.source_id, "picked": item.picked.value, "audit": item.audit,
    }  # fmt: skip


def write_sheet(path: Path, shown: Sequence[Shown]) -> None:
    """A CSV file of records with an empty column for the decision."""
    rows = [shown_row(item) | {"audit": item.audit or "", "decision": ""} for item in shown]
    write_whole(path, _csv(SHEET, rows))


def write_decided(path: Path, sitting: Sitting) -> None:
    """Every record with what was decided, how it was picked, by whom and when; empty where nobody has read it."""
    rows = []
    for record in sitting.records:
        row: dict[str, Any] = {**asdict(record), "record_id": record.id, "included": ""}
        if decision := sitting.counts.get(record.id):
            row |= {
                "included": int(decision.verdict is ScreenVerdict.INCLUDE), "picked": decision.picked.value,
                "audit": decision.audit or "", "by": decision.by, "decided_at": decision.decided_at,
            }  # fmt: skip
        rows.append(row)
    write_whole(path, _csv(DECIDED, rows))


def read_sheet(path: Path, sitting: Sitting) -> list[tuple[str, ScreenVerdict, bool]]:
    """Decisions of a filled-in sheet: record, verdict, and whether the model had picked it.

    Raises:
        BadContent: the file is missing or has another form.
        BadInput: a decision is no known word, or a record is not of this screening; all are listed.
    """
    rows, faults = read_table(path, SHEET)
    known = {record.id for record in sitting.records}
    wanted = []
    for line, row in rows:
        word = row["decision"].strip().lower()
        if row["record_id"] not in known:
            found = repr(row["record_id"])
            faults.append(Fault(path.name, line, "record_id", found, "a record of this screening", "correct the id"))
        if word and word not in ANSWERS:
            expected = "include, exclude, y, n, 1, 0 or an empty cell"
            faults.append(Fault(path.name, line, "decision", repr(row["decision"]), expected, "correct the word"))
        elif word:
            wanted.append((row["record_id"], ANSWERS[word], row["picked"] == Picked.MODEL.value))
    if faults:
        raise BadInput(path.name, faults)
    return wanted


def _csv(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
