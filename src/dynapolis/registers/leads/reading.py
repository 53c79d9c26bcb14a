"""Reads a register of leads whole: every table streamed into Parquet, or one message with everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq

from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.errors import BadInput, Fault
from dynapolis.model.correction import Corrections
from dynapolis.model.lead import LeadRegister, LeadTable, LeadVocabulary
from dynapolis.registers.leads.corrections import Mender, check_corrections
from dynapolis.registers.leads.mapping import MOST_FAULTS, TableMap, Tally, check_constants, check_header
from dynapolis.registers.leads.sources import Source
from dynapolis.registers.readers import Entry, Table, open_table

BATCH = 5_000  # entries held in memory at a time
MOST_REPEATED = 10_000  # entries of one table that may share an id before the key is no key


@dataclass(frozen=True, slots=True)
class TableReport:
    """What became of one table: every entry read was kept, skipped with a reason, repeated, or refused."""

    table: str
    file: str
    n_read: int
    n_kept: int
    n_skipped: dict[str, int]
    n_repeated: int
    n_refused: int
    decisions: list[dict[str, Any]]
    used: dict[str, str]
    ignored: dict[str, str]
    absent: list[str]
    n_double_utf8: int
    n_repaired: int
    n_corrected: int
    warnings: list[str]
    refused: list[str]
    seconds: float

    def as_value(self) -> dict[str, Any]:
        """The report as a plain value."""
        return asdict(self)


def read_leads(
    register: LeadRegister,
    sources: Mapping[str, Source],
    corrections: Corrections,
    vocabulary: LeadVocabulary,
    folder: Path,
    tick: Callable[[str, int], None] = lambda _table, _n: None,
    clock: Callable[[], float] = lambda: 0.0,
) -> list[TableReport]:
    """Stream every table into ``folder/<table>.parquet``.

    Args:
        register: the description.
        sources: by table, where it is read from; a table without a source is left out.
        corrections: the register's declared corrections.
        vocabulary: kinds and properties.
        folder: an empty folder, thrown away by the caller if this raises.
        tick: called with the table and the entries read so far.
        clock: gives seconds, for the time that each table took.

    Raises:
        BadInput: something is wrong with a file, its columns, its entries beyond what ``expect`` allows, or a
            correction; everything of all tables is told.
    """
    faults = list(check_corrections(register, corrections))
    reports = []
    for table in register.tables:
        if table.name in sources:
            try:
                source = sources[table.name]
                reports.append(_read_table(register, table, source, corrections, vocabulary, folder, tick, clock))
            except BadInput as error:
                faults += error.faults
    if faults:
        raise BadInput(f"register {register.name}", faults)
    return reports


def _read_table(
    register: LeadRegister,
    table: LeadTable,
    source: Source,
    corrections: Corrections,
    vocabulary: LeadVocabulary,
    folder: Path,
    tick: Callable[[str, int], None],
    clock: Callable[[], float],
) -> TableReport:
    start = clock()
    layout = table.layout.model_copy(update={"member": source.member}) if source.member else table.layout
    with open_table(source.path, layout, name=source.name) as opened:
        faults = [
            *check_header(source.name, opened.header, table),
            *check_constants(source.name, table, vocabulary),
        ]
        if faults:
            raise BadInput(source.name, faults)
        mender = Mender(register.name, table, opened.header, corrections)
        mapped = TableMap(register, source.name, opened.header, table, vocabulary, mender)
        path = folder / f"{table.name}.parquet"
        with pq.ParquetWriter(path, mapped.schema, compression="zstd") as writer:
            for entries in _batches(opened.entries):
                writer.write_batch(mapped.batch(entries))
                tick(table.name, mapped.tally.n_read)
    tally = mapped.tally
    faults = [*_too_many_refused(source.name, table, tally), *mender.expired()]
    n_repeated = 0
    try:
        n_repeated = _drop_repeated(path, source.name, table)
    except BadInput as error:
        faults += error.faults
    tally.n_kept -= n_repeated
    faults += _too_few(source.name, table, tally)
    if faults:
        raise BadInput(source.name, faults)
    return _report(table, source, opened, tally, mender, n_repeated, clock() - start)


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def _too_few(name: str, table: LeadTable, tally: Tally) -> Iterator[Fault]:
    if tally.n_kept < table.expect.min_records:
        expected = f"at least {table.expect.min_records} (expect.min_records of table {table.name})"
        yield Fault(name, 0, "", f"{tally.n_kept} usable entries", expected, "check that the file is complete")


def _too_many_refused(name: str, table: LeadTable, tally: Tally) -> Iterator[Fault]:
    if tally.n_refused > table.expect.max_refused:
        yield from tally.faults
        if len(tally.faults) >= MOST_FAULTS or table.expect.max_refused:
            found = f"{tally.n_refused} entries that cannot be read, of {tally.n_read}"
            expected = f"at most {table.expect.max_refused} (expect.max_refused of table {table.name})"
            yield Fault(name, 0, "", found, expected, "mend them, or raise the limit with a reason")


def _drop_repeated(path: Path, name: str, table: LeadTable) -> int:
    """Entries that say what an earlier one says are kept once where the description allows; returns how many.

    Raises:
        BadInput: two entries share a key and differ, or repeats are not declared.
    """
    with DuckDBEngine() as engine:
        every = engine.parquet("every", path)
        counts = every.group_by("record_id").agg(n=nw.len(), first_line=nw.col("line").min())
        twice = counts.filter(nw.col("n") > 1)
        n_twice = int(engine.collect(twice.select(total=nw.len()), order_by=["total"])["total"][0].as_py())
        if not n_twice:
            return 0
        if n_twice > MOST_REPEATED:
            expected = "an entry for each key"
            raise BadInput(
                name,
                [
                    Fault(
                        name, 0, ", ".join(table.key), f"{n_twice} keys more than once", expected, "choose a finer key"
                    )
                ],
            )
        rows = engine.collect(
            every.join(twice.select("record_id", "first_line"), on="record_id", how="inner"),
            order_by=["record_id", "line"],
        ).to_pylist()
    first: dict[str, dict[str, Any]] = {}
    n_repeated, faults = 0, []
    for row in rows:
        line = row.pop("line")
        known = first.setdefault(row["record_id"], row)
        if known is row:
            continue
        if known == row and table.repeats:
            n_repeated += 1
            continue
        same = "the same entry" if known == row else "another entry with the same key"
        mend = f"see line {row['first_line']}; choose a finer key" + ("" if known != row else ", or declare repeats:")
        faults.append(Fault(name, line, ", ".join(table.key), f"{same} ({row['source_id']})", "each key once", mend))
    if faults:
        raise BadInput(name, faults)
    _rewrite_once(path, set(first))
    return n_repeated


def _rewrite_once(path: Path, ids: set[str]) -> None:
    """Keep of these entries the first of each; lines cannot tell them apart where several files were read as one."""
    seen: set[str] = set()
    with pq.ParquetFile(path) as old:
        draft = path.with_suffix(".draft")
        with pq.ParquetWriter(draft, old.schema_arrow, compression="zstd") as writer:
            for batch in old.iter_batches(BATCH):
                keep = []
                for record in batch.column("record_id").to_pylist():
                    keep.append(record not in seen)
                    if record in ids:
                        seen.add(record)
                writer.write_batch(batch.filter(pa.array(keep, pa.bool_())))
    draft.replace(path)


def _report(
    table: LeadTable, source: Source, opened: Table, tally: Tally, mender: Mender, n_repeated: int, seconds: float
) -> TableReport:
    header = set(opened.header)
    others = [column for column in opened.header if column not in table.fields and column not in table.ignore]
    warnings = []
    if table.expect.max_records and tally.n_kept > table.expect.max_records:
        warnings.append("more_records_than_expected")
    if mender.n_double_utf8 and not mender.n_repaired:
        warnings.append("double_utf8")
    return TableReport(
        table=table.name,
        file=source.name,
        n_read=tally.n_read,
        n_kept=tally.n_kept,
        n_skipped=dict(tally.skipped),
        n_repeated=n_repeated,
        n_refused=tally.n_refused,
        decisions=[decision.as_value() for decision in opened.decisions],
        used={c: f.property for c, f in table.fields.items() if c in header},
        ignored={c: why for c, why in table.ignore.items() if c in header} | {c: table.ignore["*"] for c in others},
        absent=[c for c in table.fields if c not in header],
        n_double_utf8=mender.n_double_utf8,
        n_repaired=mender.n_repaired,
        n_corrected=mender.n_corrected,
        warnings=warnings,
        refused=[str(fault) for fault in tally.faults],
        seconds=round(seconds, 3),
    )
