"""Tables written as CSV, Parquet and workbook: what comes back, which bytes, and what the manifest knows of them."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dynapolis.cli.index_files import read_any
from dynapolis.errors import BadUse
from dynapolis.store.table_files import MANIFEST, SHEET_COLUMNS, SHEET_LETTERS, require_ours, write_tables

ROWS: list[dict[str, Any]] = [
    {"unit": "a", "name": "서울, 광역", "score": 1 / 3, "rank": 1, "kept": True, "mixed": 1, "none": None},
    {"unit": "b", "name": '=1+1 "quoted"', "score": None, "rank": None, "kept": False, "mixed": 0.5, "none": None},
    {"unit": "c", "name": "two\nlines", "score": 1e-300, "rank": 10**12, "kept": True, "mixed": None, "none": None},
]
TABLES = {"scores": ROWS, "other": ROWS[:1]}
MADE_FROM = {"specification": {"index": "x"}, "seed": 1}
FORMATS = ("csv", "parquet", "xlsx")


def write(folder: Path, tables: Any = TABLES, formats: Any = FORMATS, title: str = "index") -> dict[str, str]:
    return write_tables(folder, tables, MADE_FROM, formats, title)


def test_parquet_gives_back_what_was_written(tmp_path: Path) -> None:
    write(tmp_path)
    assert pq.read_table(tmp_path / "scores.parquet").to_pylist() == ROWS


def test_csv_gives_back_every_digit_and_empty_cells_for_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(ROWS[0])
    assert [row["name"] for row in rows] == [row["name"] for row in ROWS]
    assert [float(row["score"]) if row["score"] else None for row in rows] == [row["score"] for row in ROWS]
    assert [row["rank"] for row in rows] == ["1", "", "1000000000000"]


def test_a_workbook_has_a_sheet_for_each_table_and_leaves_formulas_as_text(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    write(tmp_path)
    book = CalamineWorkbook.from_path(tmp_path / "index.xlsx")
    assert book.sheet_names == ["scores", "other"]
    header, *rows = book.get_sheet_by_name("scores").to_python()
    assert header == list(ROWS[0])
    assert [row[1] for row in rows] == [row["name"] for row in ROWS]
    assert [row[2] or None for row in rows] == pytest.approx([row["score"] for row in ROWS])
    assert read_any(tmp_path / "index.xlsx").column("unit") == ("a", "b", "c")


def test_the_same_tables_give_the_same_bytes_and_the_manifest_knows_them(tmp_path: Path) -> None:
    first, second = write(tmp_path / "one"), write(tmp_path / "two")
    assert first == second
    assert set(first) == {"index.xlsx"} | {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    for name, digest in first.items():
        assert hashlib.sha256((tmp_path / "one" / name).read_bytes()).hexdigest() == digest
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    manifest = json.loads((tmp_path / "one" / MANIFEST).read_text())
    assert (manifest["files"], manifest["made_from"]) == (first, MADE_FROM)
    assert (tmp_path / "one" / MANIFEST).read_bytes() == (tmp_path / "two" / MANIFEST).read_bytes()


def test_tables_of_an_earlier_build_go_and_what_a_person_changed_stays(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "other.csv").write_text("changed by hand\n")
    (tmp_path / "notes.txt").write_text("mine\n")
    write(tmp_path, {"scores": ROWS}, ["csv"])
    assert {path.name for path in tmp_path.iterdir()} == {"scores.csv", "other.csv", "notes.txt", MANIFEST}


def test_a_folder_is_ours_when_it_is_new_or_empty_or_has_our_manifest(tmp_path: Path) -> None:
    require_ours(tmp_path / "new")
    require_ours(tmp_path)
    write(tmp_path / "made")
    require_ours(tmp_path / "made")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / MANIFEST).write_text('{"files": {}}')
    for place in (tmp_path / "foreign", tmp_path / "foreign" / MANIFEST):
        with pytest.raises(BadUse, match="name a"):
            require_ours(place)


def test_a_name_that_no_file_can_have_is_changed(tmp_path: Path) -> None:
    assert list(write(tmp_path, {"t": ROWS}, ["xlsx"], "../도시 지수/2022")) == ["_도시_지수_2022.xlsx"]
    assert {path.name for path in tmp_path.iterdir()} == {"_도시_지수_2022.xlsx", MANIFEST}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"text": "x" * (SHEET_LETTERS + 1)}], "letters in a cell"),
        ([{str(n): 1 for n in range(SHEET_COLUMNS + 1)}], "columns"),
    ],
)
def test_what_a_sheet_cannot_hold_is_told_and_nothing_is_written(
    rows: list[dict[str, Any]], told: str, tmp_path: Path
) -> None:
    with pytest.raises(BadUse, match=told):
        write(tmp_path / "out", {"wide": rows}, FORMATS)
    assert not (tmp_path / "out").exists()


def test_a_table_without_rows_is_an_empty_file(tmp_path: Path) -> None:
    write(tmp_path, {"none": []})
    assert (tmp_path / "none.csv").read_bytes() == b""
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0
