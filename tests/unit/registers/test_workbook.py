"""Sheets of workbooks as text, and workbooks that would harm the machine."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.readers import Decision, Entry, Limits, Table, list_tables, open_table
from dynapolis.registers.wording import Wording

Rows = Sequence[Sequence[Any]]


def make(path: Path, **sheets: Rows) -> Path:
    """A workbook with one sheet for each name."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(path)
    day, hour = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime.datetime):
                    sheet.write_datetime(number, column, value, hour)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    book.close()
    return path


def read(path: Path, limits: Limits | None = None, **layout: Any) -> tuple[Table, list[Entry]]:
    with open_table(path, Layout(**layout), limits=limits or Limits()) as table:
        return table, list(table.entries)


def refused(path: Path, limits: Limits | None = None, **layout: Any) -> str:
    with pytest.raises(BadInput) as raised:
        read(path, limits, **layout)
    return "\n".join(str(fault) for fault in raised.value.faults)


def test_cells_become_text_as_a_person_reads_them(tmp_path: Path) -> None:
    values = [7.0, 0.1, 892228.58, True, "007", datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4, 5), -3]
    book = make(tmp_path / "a.xlsx", A=[list("abcdefgh"), values])
    _, entries = read(book)
    assert entries == [
        Entry(2, ("7", "0.1", "892228.58", "true", "007", "2024-01-02", "2024-01-02 03:04:05", "-3")),
    ]


def test_empty_rows_and_columns_are_passed_over(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", A=[[], ["id", "", "name", " "], ["1", "", "Lab"], [], ["2", "", "a\nb", "  "]])
    table, entries = read(book)
    assert table.header == ("id", "name")
    assert entries == [Entry(3, ("1", "Lab")), Entry(5, ("2", "a\nb"))]
    assert ("header_row", 2) in {(d.what, d.value) for d in table.decisions}


def test_a_value_in_a_column_without_a_name_is_refused(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", A=[["id", "", "name", ""], ["1", "", "Lab"], ["2", "lost", "Yard", "x"]])
    assert "line 3: found values in columns without a name (2, 4), such as 'lost'" in refused(book)


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    assert "the column twice" in refused(make(tmp_path / "a.xlsx", A=[["id", "id"], ["1", "2"]]))


def test_a_sheet_is_chosen_by_name_and_the_first_one_is_told(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", Labs=[["id"], ["1"]], Notes=[["note"], ["x"], ["y"]])
    table, entries = read(book)
    told = Decision("sheet", "Labs", Wording("decision.why.first_sheet", {"n": 2, "names": ("Labs", "Notes")}))
    assert told in table.decisions
    assert len(entries) == 1
    assert read(book, sheet="Notes")[1] == [Entry(2, ("x",)), Entry(3, ("y",))]
    assert "no sheet 'Lab'; expected one of 'Labs', 'Notes'" in refused(book, sheet="Lab")
    assert list_tables(book) == ("Labs", "Notes")


def test_a_header_further_down_and_columns_of_ones_own(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", A=[["a title"], [], ["id", "name"], ["1", "Lab"]])
    assert read(book, header_row=3)[1] == [Entry(4, ("1", "Lab"))]
    assert "nothing from row 9 on" in refused(book, header_row=9)
    plain = make(tmp_path / "b.xlsx", A=[["1", "Lab"], ["2", "Yard"]])
    table, entries = read(plain, columns=("id", "name"))
    assert (table.header, entries[0]) == (("id", "name"), Entry(1, ("1", "Lab")))


def test_a_workbook_inside_a_zip_is_read(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", A=[["id"], ["1"]])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(book, "xlsx/topics.xlsx")
        archive.writestr("csv/topics.csv", "id\n2\n")
    assert read(tmp_path / "all.zip", member="xlsx/topics.xlsx")[1] == [Entry(2, ("1",))]
    assert read(tmp_path / "all.zip", member="csv/topics.csv")[1] == [Entry(2, ("2",))]


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    assert "an empty sheet" in refused(make(tmp_path / "a.xlsx", A=[]))


def changed(path: Path, **contents: bytes) -> Path:
    """The workbook with other bytes in members that end so."""
    data = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            ending = member.rsplit("/", 1)[-1].split(".")[0]
            new.writestr(member, contents.get(ending, old.read(member)))
    return path


def test_one_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", A=[["id"], ["1"]])
    far = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "a sheet that spans 17,179,869,184 cells" in refused(changed(book, sheet1=far))


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    book = changed(make(tmp_path / "a.xlsx", A=[["id"], ["1"]]), sheet1=b" " * 5_000_000)
    assert "more than 1,000,000 bytes" in refused(book, Limits(workbook_bytes=1_000_000))
    few = Limits(ratio_from_bytes=1_000_000)
    assert "packed bytes that unpack to" in refused(book, few)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    book = make(tmp_path / "a.xlsx", A=[["id"], ["1"]])
    whole = book.read_bytes()
    for length in range(100, len(whole), 400):
        book.write_bytes(whole[:length])
        assert "damaged" in refused(book)
    changed(make(book, A=[["id"], ["1"]]), sheet1=b"<worksheet><sheetData><row")
    assert refused(book)
