"""Laws of reading leads: whatever a list holds, every entry is accounted for and its id depends on its key alone."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.model.correction import Corrections
from dynapolis.model.lead import LeadRegister
from dynapolis.registers.changes import TableChanges, compare_tables
from dynapolis.registers.leads import reading
from dynapolis.registers.leads.reading import TableReport, read_leads
from dynapolis.registers.leads.sources import Source
from dynapolis.store.register_files import read_lead_vocabulary
from dynapolis.text import clean

TEXT = {"en": "Invented", "ko": "지어냄"}
HEAD: dict[str, Any] = {
    "name": "tiny", "holds": "leads", "title": TEXT, "publisher": {"name": "nobody", "official": False},
    "licence": {"name": "MIT", "terms": "open", "checked": "2026-11-26", "note": TEXT}, "date": "2026-11-26",
    "languages": ["en"], "convenience_sample": True, "does_not_measure": TEXT,
}  # fmt: skip
COLUMNS = ("id", "part", "name", "cost", "start", "sme")
PROJECT: dict[str, Any] = {
    "name": "project", "holds": "project", "files": ["list.csv"], "key": ["id", "part"], "repeats": "once a theme",
    "layout": {"format": "csv", "delimiter": ",", "encoding": "utf-8"},
    "expect": {"min_records": 1, "max_refused": 10**6},
    "fields": {"id": "project_id", "part": "phase", "name": {"property": "title", "required": True, "missing": ["-"]},
               "cost": "cost_eur", "start": "start_date", "sme": "is_sme"},
    "skip": [{"column": "name", "values": ["test"], "why": "a trial"}],
}  # fmt: skip
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
CELLS = {
    "id": st.integers(0, 99).map(str) | st.text(LETTERS, max_size=4),
    "part": st.sampled_from(["", "a", "b"]),
    "name": st.sampled_from(["Lamps", "버스", "-", "", "test", " test ", "two\nlines"]) | st.text(LETTERS, max_size=6),
    "cost": st.sampled_from(["", "1", "2.5", "1,000", "lots", "1e400"]),
    "start": st.sampled_from(["", "2024-02-29", "2023-02-29", "0"]),
    "sme": st.sampled_from(["", "yes", "no", "perhaps"]),
}
UNIQUE = st.lists(
    st.tuples(*(CELLS[name] for name in COLUMNS)), min_size=1, max_size=20, unique_by=lambda row: tuple(row[:2])
)
GOOD = ("99999", "", "Lamps", "1", "2024-02-29", "yes")
ROWS = UNIQUE.flatmap(lambda rows: st.lists(st.sampled_from(rows), max_size=4).map(lambda more: [GOOD, *rows, *more]))
Row = tuple[str, ...]


def read(
    rows: list[Row], columns: tuple[str, ...] = COLUMNS, change: dict[str, Any] | None = None
) -> tuple[TableReport, list[dict[str, Any]]]:
    """A list through the importer: its report and its rows."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([columns, *rows])
    register = LeadRegister.model_validate({**HEAD, "tables": [{**PROJECT, **(change or {})}]})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "list.csv").write_bytes(out.getvalue().encode("utf-8"))
        sources = {"project": Source("project", folder / "list.csv")}
        (report,) = read_leads(register, sources, Corrections(), read_lead_vocabulary(), folder)
        return report, pq.read_table(folder / "project.parquet").to_pylist()


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_read_is_kept_and_skipped_and_repeated_and_refused(rows: list[Row]) -> None:
    report, kept = read(rows)
    assert report.n_kept + sum(report.n_skipped.values()) + report.n_repeated + report.n_refused == report.n_read
    assert report.n_read == len(rows)
    assert report.n_kept == len(kept) == len({row["record_id"] for row in kept})
    assert sum(report.n_skipped.values()) == sum(clean(row[2]) == "test" for row in rows)
    bad = [row for row in rows if clean(row[2]) != "test" and not is_good(row)]
    assert report.n_refused == len(bad)
    assert bool(report.refused) == bool(bad)
    assert Counter(row["source_id"] for row in kept) == Counter(
        {f"{clean(row[0])} | {clean(row[1])}": 0 for row in rows}
        | Counter(f"{clean(key[0])} | {clean(key[1])}" for key in {r[:2] for r in rows if is_good(r)})
    )


def is_good(row: Row) -> bool:
    """Whether an entry can be kept, told without the importer."""
    name, cost, start, sme = clean(row[2]), *row[3:]
    has_key = any(part and not part.isspace() for part in row[:2])
    values = cost in ("", "1", "2.5", "1,000") and start in ("", "2024-02-29") and sme in ("", "yes", "no")
    return has_key and values and name not in ("", "-", "test")


@settings(max_examples=40, deadline=None)
@given(ROWS, st.permutations(COLUMNS), st.integers(1, 7))
def test_the_order_of_columns_and_the_size_of_batches_change_nothing(
    rows: list[Row], order: list[str], size: int
) -> None:
    report, kept = read(rows)
    batch = reading.BATCH
    reading.BATCH = size
    try:
        moved = [tuple(row[COLUMNS.index(name)] for name in order) for row in rows]
        other, other_kept = read(moved, tuple(order))
    finally:
        reading.BATCH = batch
    assert [dict(sorted(row.items())) for row in other_kept] == [dict(sorted(row.items())) for row in kept]
    changing = ("seconds", "used", "refused", "decisions")
    told, other_told = ({k: v for k, v in r.as_value().items() if k not in changing} for r in (report, other))
    assert other_told == told
    assert sorted(other.refused) == sorted(report.refused)


@settings(max_examples=40, deadline=None)
@given(UNIQUE, st.data())
def test_ids_depend_on_the_key_alone(rows: list[Row], data: st.DataObject) -> None:
    named = [GOOD, *rows]
    loose = {
        "fields": {"id": "project_id", "part": "phase", "name": "title"}, "ignore": {"*": "not needed"}, "skip": [],
    }  # fmt: skip
    other = [(*row[:2], *data.draw(st.tuples(*(CELLS[name] for name in COLUMNS[2:])))) for row in named]
    ids = [[row["record_id"] for row in read(listed, change=loose)[1]] for listed in (named, other)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


# --- Changes --------------------------------------------------------------------------------------------------------

ENTRIES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(
        st.none() | st.sampled_from(["", "Lamps", "버스", "a,b"]),
        st.none() | st.sampled_from([0.0, -0.0, 1.5, 1e300]),
        st.none() | st.booleans(),
    ),
    max_size=8,
)
SCHEMA = pa.schema(
    [("record_id", pa.string()), ("source_id", pa.string()), ("line", pa.int64()), ("title", pa.string()),
     ("title_after", pa.float64()), ("is_sme", pa.bool_())]
)  # fmt: skip
Entries = dict[str, tuple[Any, ...]]


def compare(before: Entries, after: Entries) -> TableChanges:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, entries in enumerate((before, after)):
            rows = [
                dict(zip(SCHEMA.names, (f"r{key}", key, line * (number + 1), *values), strict=True))
                for line, (key, values) in enumerate(entries.items())
            ]
            paths.append(Path(folder) / f"{number}.parquet")
            pq.write_table(pa.Table.from_pylist(rows, SCHEMA), paths[-1])
        return compare_tables("project", *paths)


@settings(max_examples=20, deadline=None)
@given(ENTRIES, ENTRIES)
def test_changes_are_what_a_plain_comparison_finds(before: Entries, after: Entries) -> None:
    found = compare(before, after)
    both = before.keys() & after.keys()
    different = [
        (key, name)
        for key in both
        for name, old, new in zip(SCHEMA.names[3:], before[key], after[key], strict=True)
        if old != new
    ]
    assert (found.n_before, found.n_after) == (len(before), len(after))
    assert found.n_added == len(after.keys() - both)
    assert found.n_removed == len(before.keys() - both)
    assert found.n_changed == len({key for key, _ in different})
    assert found.by_property == dict(Counter(name for _, name in different))
    assert found.not_compared == ()
    told = [(row["source_id"], row["property"]) for row in found.rows.to_pylist() if row["change"] == "changed"]
    assert sorted(told) == sorted(different)


@settings(max_examples=8, deadline=None)
@given(ENTRIES, ENTRIES)
def test_changes_back_are_the_changes_the_other_way_round(before: Entries, after: Entries) -> None:
    there, back = compare(before, after), compare(after, before)
    undone = {"added": "removed", "removed": "added", "changed": "changed"}

    def plain(changes: TableChanges) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in changes.rows.to_pylist()]

    mirrored = [(r, s, undone[c], p, new, old) for r, s, c, p, old, new in plain(back)]
    assert sorted(plain(there), key=repr) == sorted(mirrored, key=repr)
    assert plain(compare(before, before)) == []
