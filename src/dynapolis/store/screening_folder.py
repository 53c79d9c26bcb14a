"""The folder of a screening: settings and records written once, decisions and audits that are only added to.

``settings.json``  the rule, the seed, the learner and the digests of the lists, written before the first decision.
``records.csv``    every text once, with how many records have it.
``decisions.csv``  one row a decision, with who, when, and how the record was picked; undoing is one more row.
``audits.jsonl``   one line a random sample: which records, out of how many unread ones.

A row that was cut off by an interruption was never a decision: it is not read, and the next row takes its place.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dynapolis.errors import BadContent, BadUse, Fault
from dynapolis.model.labelled import ScreenRecord
from dynapolis.model.screening import Decision, DrawnAudit, Picked, ScreenVerdict
from dynapolis.store.csv_file import read_table
from dynapolis.store.files import write_whole

SETTINGS, RECORDS, DECISIONS, AUDITS = "settings.json", "records.csv", "decisions.csv", "audits.jsonl"
RECORD_COLUMNS = ("id", "source", "source_id", "title", "abstract", "copies")
DECISION_COLUMNS = ("number", "record_id", "decision", "picked", "audit", "by", "decided_at")


@dataclass(frozen=True, slots=True)
class ScreeningFolder:
    """A screening as its folder holds it."""

    folder: Path
    settings: dict[str, Any]
    records: tuple[ScreenRecord, ...]
    decisions: tuple[Decision, ...]
    audits: tuple[DrawnAudit, ...]


def begin_screening(
    folder: Path, settings: dict[str, Any], records: Sequence[ScreenRecord], known: Sequence[Decision] = ()
) -> None:
    """Write the settings and the records of a new screening; records of one text become one, with a count.

    The settings come last, and without them there is no screening: an interruption leaves all of it or none.

    Args:
        folder: a new or an empty folder.
        settings: see the module.
        records: the records of all lists.
        known: decisions that were made before.

    Raises:
        BadUse: something lies in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadUse(f"{folder} is not empty; name a new folder (to go on in it: dynapolis screen read {folder})")
    copies: dict[str, list[ScreenRecord]] = {}
    for record in records:
        copies.setdefault(record.text_id, []).append(record)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(RECORD_COLUMNS)
    for text_id in sorted(copies):
        first = copies[text_id][0]
        writer.writerow((text_id, first.source, first.source_id, first.title, first.abstract, len(copies[text_id])))
    write_whole(folder / RECORDS, text.getvalue())
    write_whole(folder / DECISIONS, ",".join(DECISION_COLUMNS) + "\n" + _decision_rows(known))
    write_whole(folder / AUDITS, "")
    write_whole(folder / SETTINGS, json.dumps(settings, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def read_screening(folder: Path) -> ScreeningFolder:
    """A screening from its folder.

    Raises:
        BadUse: there is no screening in the folder.
        BadContent: a file was changed by hand so that it cannot be read; all faults of it are listed.
    """
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadUse(f"{folder} holds no screening; make one: dynapolis screen start FILE --out {folder}") from None
    except ValueError as error:
        fault = Fault(SETTINGS, 0, "", str(error), "the file as screen start wrote it", "restore it")
        raise BadContent(SETTINGS, [fault]) from error
    records = _read_records(folder / RECORDS)
    audits = _read_audits(folder / AUDITS)
    known = {record.id for record in records}
    return ScreeningFolder(folder, settings, records, tuple(_read_decisions(folder / DECISIONS, known)), audits)


def add_decisions(folder: Path, new: Sequence[Decision]) -> None:
    """Add decisions, each a whole row; they are on the disk when this returns."""
    _append(folder / DECISIONS, _decision_rows(new))


def _decision_rows(decisions: Sequence[Decision]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for item in decisions:
        kind = item.verdict.value, item.picked.value, item.audit or ""
        writer.writerow((item.number, item.record_id, *kind, item.by, item.decided_at))
    return text.getvalue()


def add_audit(folder: Path, audit: DrawnAudit) -> None:
    """Add a random sample that was drawn, before any of its records is shown."""
    _append(folder / AUDITS, json.dumps(asdict(audit), ensure_ascii=False) + "\n")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep others from writing into a screening while somebody decides.

    Raises:
        BadUse: somebody else is at it.
    """
    try:
        handle = os.open(folder / SETTINGS, os.O_RDONLY)
    except FileNotFoundError:
        raise BadUse(f"{folder} holds no screening; make one: dynapolis screen start FILE --out {folder}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BadUse(f"somebody else is deciding in {folder}; wait until that sitting has ended") from None
    finally:
        os.close(handle)


def _append(path: Path, text: str) -> None:
    with path.open("r+b") as file:
        data = file.read()
        whole = data.rfind(b"\n") + 1
        file.truncate(whole)
        file.seek(whole)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _whole_lines(path: Path) -> str:
    text = path.read_bytes()
    return text[: text.rfind(b"\n") + 1].decode("utf-8")


def _read_records(path: Path) -> tuple[ScreenRecord, ...]:
    csv.field_size_limit(10_000_000)
    rows, faults = read_table(path, RECORD_COLUMNS)
    if faults:
        raise BadContent(path.name, faults)
    return tuple(
        ScreenRecord(row["id"], row["source"], row["source_id"], row["title"], row["abstract"], None) for _, row in rows
    )


def _read_decisions(path: Path, known: set[str]) -> list[Decision]:
    try:
        rows = list(csv.reader(io.StringIO(_whole_lines(path), newline="")))
    except OSError as error:
        raise BadContent(path.name, [Fault(path.name, 0, "", str(error), "the decisions", "restore it")]) from error
    faults, found = [], []
    if not rows or tuple(rows[0]) != DECISION_COLUMNS:
        faults.append(Fault(path.name, 1, "", "another header", ",".join(DECISION_COLUMNS), "restore it"))
    for line, cells in enumerate(rows[1:], start=2):
        try:
            number, record_id, verdict, picked, audit, by, when = cells
            if int(number) != line - 1 or record_id not in known:
                raise ValueError(f"number {number}, record {record_id}")
            kind = ScreenVerdict(verdict), Picked(picked)
            found.append(Decision(int(number), record_id, *kind, int(audit) if audit else None, by, when))
        except ValueError as error:
            mend = "restore the row; decisions are undone by screen record --undo"
            faults.append(Fault(path.name, line, "", str(error), "a decision as it was written", mend))
    if faults:
        raise BadContent(path.name, faults)
    return found


def _read_audits(path: Path) -> tuple[DrawnAudit, ...]:
    try:
        values = [json.loads(line) for line in _whole_lines(path).splitlines()]
        return tuple(DrawnAudit(**{**value, "record_ids": tuple(value["record_ids"])}) for value in values)
    except (OSError, ValueError, TypeError, KeyError) as error:
        fault = Fault(path.name, 0, "", str(error), "one sample a line, as it was drawn", "restore it")
        raise BadContent(path.name, [fault]) from error
