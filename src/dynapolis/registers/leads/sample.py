"""A register's own test: its sample is read by its description and comes out as ``sample/expected.csv`` says."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dynapolis.errors import BadInput, Fault
from dynapolis.model.correction import Corrections
from dynapolis.model.layout import Layout
from dynapolis.model.lead import LeadExpectation, LeadRegister, LeadTable, LeadVocabulary
from dynapolis.registers.leads.reading import TableReport, read_leads
from dynapolis.registers.leads.sources import Source

EXPECTED = "expected.csv"
_COUNTS = ("n_read", "n_kept", "n_skipped", "n_refused")


def check_sample(register: LeadRegister, folder: Path, vocabulary: LeadVocabulary) -> list[TableReport]:
    """Read the sample of a register.

    A sample is one plain CSV file for each table, under the publisher's own column names, so the layout of the real
    file plays no part in it; limits on the number of records do not either, and corrections belong to the real list.

    Args:
        register: the description.
        folder: the sample's folder.
        vocabulary: kinds and properties.

    Raises:
        BadInput: a table has no sample, the sample cannot be read, or it comes out otherwise than expected.
    """
    where = f"{register.name}/sample"
    expected = _expected(folder / EXPECTED, where)
    missing = [t.name for t in register.tables if not (folder / f"{t.name}.csv").is_file() or t.name not in expected]
    if missing:
        mend = f"add <table>.csv and a row in {EXPECTED}"
        raise BadInput(where, [Fault(where, 0, name, "no sample", "a sample of every table", mend) for name in missing])
    plain = register.model_copy(update={"tables": tuple(_plain(table) for table in register.tables)})
    sources = {t.name: Source(t.name, folder / f"{t.name}.csv") for t in register.tables}
    with tempfile.TemporaryDirectory() as drafts:
        reports = read_leads(plain, sources, Corrections(), vocabulary, Path(drafts))
    faults = [fault for report in reports for fault in _differences(where, report, expected[report.table])]
    if faults:
        raise BadInput(where, faults)
    return reports


def _plain(table: LeadTable) -> LeadTable:
    """The table as its sample is written: plain CSV, and any number of entries."""
    limits = LeadExpectation(min_records=1, max_refused=10**9)
    return table.model_copy(update={"layout": Layout(format="csv", delimiter=","), "expect": limits})


def _expected(path: Path, where: str) -> dict[str, dict[str, str]]:
    if not path.is_file():
        mend = f"write one with the columns table, {', '.join(_COUNTS)}"
        raise BadInput(where, [Fault(where, 0, EXPECTED, "no such file", "what must come of the sample", mend)])
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file, restkey="further cells", restval="")
        if "table" not in (rows.fieldnames or ()):
            found, mend = f"the columns {', '.join(rows.fieldnames or ()) or '(none)'}", "correct the first line"
            raise BadInput(where, [Fault(where, 1, EXPECTED, found, f"table, {', '.join(_COUNTS)}", mend)])
        return {row.pop("table"): row for row in rows}


def _differences(where: str, report: TableReport, expected: dict[str, str]) -> Iterator[Fault]:
    found = {
        "n_read": report.n_read,
        "n_kept": report.n_kept,
        "n_skipped": sum(report.n_skipped.values()),
        "n_refused": report.n_refused,
    }
    for name, value in expected.items():
        if name not in found or value != str(found[name]):
            told = "; ".join(report.refused[:3])
            mend = f"see why{f': {told}' if told else ''}; correct the description or {EXPECTED}"
            told_value = value if isinstance(value, str) and value else "a number"
            yield Fault(where, 0, f"{report.table}, {name}", str(found.get(name, "nothing")), told_value, mend)
