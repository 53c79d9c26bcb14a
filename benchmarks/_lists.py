"""The published lists of ``imports.yml``: importing them, and counting in what was imported what their READMEs say."""

from __future__ import annotations

import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from dynapolis.leads.imports import import_leads, lead_tables
from dynapolis.store.ledger import Ledger
from dynapolis.store.snapshots import lead_imports
from dynapolis.store.workspace import Workspace

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data"


def now() -> str:
    """The time in UTC; two imports of one register never have the same."""
    return datetime.now(UTC).isoformat()


def catalogue() -> dict[str, Any]:
    """What there is to import, with the counts of the READMEs."""
    found: dict[str, Any] = yaml.safe_load((HERE / "imports.yml").read_text(encoding="utf-8"))
    return found


@dataclass
class Done:
    """One list after its import.

    Attributes:
        item: the list as the catalogue names it.
        reports: of every table, as the import gave it; for a zip of months, of every month.
        tables: what was kept, by table.
    """

    item: dict[str, Any]
    reports: list[dict[str, Any]]
    tables: dict[str, Path] = field(default_factory=dict)


def run_list(place: Workspace, ledger: Ledger, item: dict[str, Any]) -> Done:
    """Import one list as a person would, from the folder or file, or month by month."""
    given = DATA / item["path"]
    named = {table: DATA / path for table, path in item.get("files", {}).items()}
    register = item["register"]
    if not item.get("members"):
        done = import_leads(place, ledger, register, given, named, now=now(), clock=time.perf_counter)
        return Done(item, list(done.reports), _tables(place, ledger, register))
    reports: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(given) as archive:
        for member in sorted(archive.namelist()):
            path = Path(archive.extract(member, folder))
            reports += import_leads(place, ledger, register, path, {}, now=now(), clock=time.perf_counter).reports
            path.unlink()
    return Done(item, reports, _tables(place, ledger, register))


def _tables(place: Workspace, ledger: Ledger, register: str) -> dict[str, Path]:
    return lead_tables(place, register, lead_imports(ledger)[register][-1])


@dataclass(frozen=True)
class Count:
    """One number of a README beside ours."""

    register: str
    path: str
    table: str
    fact: dict[str, Any]
    printed: int
    found: int

    @property
    def why(self) -> dict[str, str] | None:
        """The difference, explained in both languages; nothing where there is none to explain."""
        return self.fact.get("why")

    @property
    def is_settled(self) -> bool:
        """Equal, or different with an explanation. An explanation without a difference is out of date."""
        return (self.printed == self.found) == (self.why is None)


def counts(done: list[Done]) -> Iterator[Count]:
    """Every number of the READMEs of the lists that were imported."""
    for one in done:
        register, name = one.item["register"], one.item["path"]
        for table, printed in one.item["rows"].items():
            read = [r["n_read"] for r in one.reports if r["table"] == table]
            found = len(one.reports) if table == "files" else sum(read)
            yield Count(register, name, table, {"printed": printed}, printed, found)
        for fact in one.item.get("facts", ()):
            if fact.get("refused"):
                n_refused = sum(r["n_refused"] for r in one.reports if r["table"] == fact["table"])
                yield Count(register, name, fact["table"], fact, fact["printed"], n_refused)
                continue
            of = [d for d in done if d.item["register"] == register] if fact.get("together") else [one]
            paths = [d.tables[fact["table"]] for d in of if fact["table"] in d.tables]
            yield Count(register, name, fact["table"], fact, fact["printed"], count(paths, fact))


def count(paths: list[Path], fact: dict[str, Any]) -> int:
    """Entries, or different values of columns, in some tables of the same form."""
    where: dict[str, str] = fact.get("where", {})
    columns: list[str] = fact.get("distinct", [])
    seen: Counter[tuple[object, ...]] = Counter()
    n = 0
    for path in paths:
        wanted = [*dict.fromkeys([*columns, *where])]
        rows = pq.read_table(path, columns=wanted or ["record_id"]).to_pylist()
        for row in rows:
            if all(_fits(row[column], value) for column, value in where.items()):
                n += 1
                if columns and all(row[column] is not None for column in columns):
                    seen[tuple(row[column] for column in columns)] += 1
    if not columns:
        return n
    return sum(times >= fact.get("at_least", 1) for times in seen.values())


def _fits(value: object, wanted: str) -> bool:
    return value is None if wanted == "" else value is not None if wanted == "*" else value == wanted
