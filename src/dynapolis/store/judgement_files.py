"""Judgements in a CSV file: to look through, to keep, to bring the ledgers of two people together.

A file that is read again adds the rows that a ledger has not got, with who and when as they were. Which judgement
counts is decided by time and not by the place of a row, so what was undone stays undone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from dynapolis.dates import parse_date
from dynapolis.errors import BadContent, Fault
from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.store.csv_file import read_table
from dynapolis.store.files import write_whole
from dynapolis.store.ledger import Ledger

COLUMNS = ("left_id", "right_id", "verdict", "judge", "why", "made_at")
_ID = re.compile(r"[0-9a-f]{16}")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?\+00:00")


def write_judgements(path: Path, judgements: Sequence[Judgement]) -> None:
    """Write judgements in their order, whole or not at all."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**asdict(item), "verdict": item.verdict.value} for item in judgements)
    write_whole(path, text.getvalue())


def read_judgements(path: Path) -> list[Judgement]:
    """Judgements of a file that ``write_judgements`` wrote.

    Raises:
        BadContent: the file is missing or has faults; all are listed with their lines.
    """
    rows, faults = read_table(path, COLUMNS)
    for line, row in rows:
        faults += _faults(path.name, line, row)
    if faults:
        raise BadContent(path.name, faults)
    return [Judgement(**{**row, "verdict": Verdict(row["verdict"])}) for _, row in rows]  # type: ignore[arg-type]


def add_missing(ledger: Ledger, judgements: Sequence[Judgement]) -> int:
    """Add the judgements that a ledger has not got, all or none; returns how many."""
    known = set(ledger.judgements())
    new = [item for item in dict.fromkeys(judgements) if item not in known]
    with ledger.begin() as writer:
        return writer.add_judgements(new)


def _faults(where: str, line: int, row: Mapping[str, str]) -> Iterator[Fault]:
    for column in ("left_id", "right_id"):
        if not _ID.fullmatch(row[column]):
            yield Fault(where, line, column, repr(row[column]), "a record id of 16 digits", "correct the id")
    if row["left_id"] >= row["right_id"]:
        yield Fault(where, line, "right_id", repr(row["right_id"]), "an id larger than left_id", "exchange the two")
    if row["verdict"] not in list(Verdict):
        yield Fault(where, line, "verdict", repr(row["verdict"]), ", ".join(Verdict), "correct the word")
    for column in ("judge", "why"):
        if not row[column].strip():
            yield Fault(where, line, column, "an empty cell", "a text", "fill it in")
    if not _UTC.fullmatch(row["made_at"]) or parse_date(row["made_at"]) is None:
        expected = "a time in UTC, such as 2026-11-26T09:30:00+00:00"
        yield Fault(where, line, "made_at", repr(row["made_at"]), expected, "correct the time")
