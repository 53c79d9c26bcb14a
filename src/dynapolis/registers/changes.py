"""What changed between two imports of one register: entries added and removed, and every property that reads otherwise.

Entries are the same when their ids are, and ids come from printed keys; so a better cleaning of a name shows as a
changed property, never as an entry lost and another one found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import narwhals as nw
import pyarrow as pa

from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.model.evidence import Record

_OF_THE_ENTRY = ("record_id", "source_id", "line", "licence", "register_date")  # where it stands, not what it says
COLUMNS = ("record_id", "source_id", "change", "property", "before", "after")
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_AFTER = " after"  # with a space, as no property has


@dataclass(frozen=True, slots=True)
class TableChanges:
    """The changes of one table.

    Attributes:
        table: its name.
        rows: one row for each entry added or removed and each property changed, columns ``COLUMNS``.
        n_before, n_after: entries then and now.
        not_compared: properties that only one of the two imports has.
    """

    table: str
    rows: pa.Table
    n_before: int
    n_after: int
    not_compared: tuple[str, ...]

    @property
    def n_added(self) -> int:
        """Entries that were not there before."""
        return self._count(ADDED)

    @property
    def n_removed(self) -> int:
        """Entries that are gone."""
        return self._count(REMOVED)

    @property
    def n_changed(self) -> int:
        """Entries with at least one property that reads otherwise."""
        pairs = zip(self.rows["change"].to_pylist(), self.rows["record_id"].to_pylist(), strict=True)
        return len({record for change, record in pairs if change == CHANGED})

    @property
    def by_property(self) -> dict[str, int]:
        """How many entries changed, by property, the most frequent first."""
        counts: dict[str, int] = {}
        for name in self.rows["property"].to_pylist():
            if name is not None:
                counts[name] = counts.get(name, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _count(self, change: str) -> int:
        return int(self.rows["change"].to_pylist().count(change))


def compare_tables(table: str, before: Path, after: Path) -> TableChanges:
    """Changes between two Parquet files of one table, each with ``record_id``, ``source_id`` and properties."""
    with DuckDBEngine() as engine:
        return compare_frames(engine, table, engine.parquet("before", before), engine.parquet("after", after))


def compare_records(before: Sequence[Record], after: Sequence[Record]) -> TableChanges:
    """The same between two lists of records of a register of initiatives."""
    with DuckDBEngine() as engine:
        frames = (engine.frame(name, _table(records)) for name, records in (("before", before), ("after", after)))
        return compare_frames(engine, "initiative", *frames)


def _table(records: Sequence[Record]) -> pa.Table:
    """Records as texts, without what names the file they were read from."""
    columns = [name for name in Record.__slots__ if name not in ("register", "snapshot_id", "licence", "register_date")]
    rows = [
        {
            name: "; ".join(value) if isinstance(value, tuple) else None if value is None else str(value)
            for name, value in asdict(record).items()
            if name in columns
        }
        for record in records
    ]
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in columns]))


def compare_frames(engine: DuckDBEngine, table: str, before: Frame, after: Frame) -> TableChanges:
    """The same over two frames, whatever they were read from."""
    old, new = before.collect_schema(), after.collect_schema()
    common = [name for name in new if name in old and name not in _OF_THE_ENTRY]
    alone = tuple(sorted(name for name in {*old, *new} if (name in old) != (name in new)))
    parts = [
        _entries(after, before, ADDED),
        _entries(before, after, REMOVED),
        *(_changed(before.join(after, on="record_id", how="inner", suffix=_AFTER), name) for name in common),
    ]
    rows = engine.collect(nw.concat(parts, how="vertical"), order_by=["change", "record_id", "property"])
    counts = [int(engine.collect(f.select(n=nw.len()), order_by=["n"])["n"][0].as_py()) for f in (before, after)]
    return TableChanges(table, rows, counts[0], counts[1], alone)


def summary(changes: Mapping[str, TableChanges]) -> dict[str, dict[str, object]]:
    """The counts of several tables as plain values."""
    return {
        name: {
            "before": c.n_before,
            "after": c.n_after,
            "added": c.n_added,
            "removed": c.n_removed,
            "changed": c.n_changed,
            "by_property": c.by_property,
            "not_compared": list(c.not_compared),
        }
        for name, c in changes.items()
    }


def _entries(here: Frame, there: Frame, change: str) -> Frame:
    nothing = nw.lit(None, dtype=nw.String)
    return (
        here.join(there.select("record_id"), on="record_id", how="anti")
        .select("record_id", "source_id")
        .with_columns(change=nw.lit(change), property=nothing, before=nothing, after=nothing)
        .select(*COLUMNS)
    )


def _changed(both: Frame, name: str) -> Frame:
    old, new = nw.col(name), nw.col(f"{name}{_AFTER}")
    return (
        both.filter((old != new) | (old.is_null() != new.is_null()))
        .with_columns(
            change=nw.lit(CHANGED), property=nw.lit(name), _before=old.cast(nw.String), _after=new.cast(nw.String)
        )
        .select("record_id", "source_id", "change", "property", before=nw.col("_before"), after=nw.col("_after"))
    )
