"""Laws of the readers: what was written is read again, and what is damaged is never taken for whole."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.read_csv import parse_csv
from dynapolis.registers.readers import Entry, Table, decision_of, open_table
from dynapolis.report.messages import read_messages

DELIMITERS = ",;\t|"
NAMES = ("id", "name", "city", "note")
# Any letter but lone surrogates, which no encoding can store, and control characters that no text holds in numbers.
LETTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t\"',;| \u2028\x85\x0b\0é서")
CELLS = st.text(LETTERS, max_size=12)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=",;|"), max_size=12)
LATIN = st.text(st.sampled_from('abcé ÄÖŠœ€–\n;,"'), max_size=12)


def rows_of(cells: st.SearchStrategy[str], width: int) -> st.SearchStrategy[list[list[str]]]:
    row = st.lists(cells, min_size=width, max_size=width).filter(lambda row: any(cell.strip() for cell in row))
    return st.lists(row, min_size=1, max_size=8)


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.integers(1, 4).flatmap(lambda width: rows_of(cells, width).map(lambda rows: [list(NAMES[:width]), *rows]))


def written(rows: Sequence[Sequence[str]], delimiter: str, line_end: str, quoting: Any = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO(newline="")
    if any(sign in cell for row in rows for cell in row for sign in "\r\n"):
        quoting = csv.QUOTE_ALL  # Python's writer leaves a return unquoted when lines end with a newline
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return text.getvalue()


def packed(data: bytes, how: str) -> tuple[str, bytes]:
    """Name and bytes of a file that holds the data in one of three ways."""
    if how == "gz":
        return "list.csv.gz", gzip.compress(data)
    if how == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("list.csv", data)
        return "list.zip", file.getvalue()
    return "list.csv", data


def read(name: str, data: bytes, **layout: Any) -> tuple[Table, list[Entry]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        with open_table(path, Layout(**layout)) as table:
            return table, list(table.entries)


def read_until_fault(name: str, data: bytes, **layout: Any) -> tuple[list[Entry], bool]:
    """Entries up to a fault of the whole file, and whether one came. Nothing but such a fault may be raised."""
    entries: list[Entry] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            with open_table(path, Layout(**layout)) as table:
                entries.extend(table.entries)
        except BadInput as error:
            assert error.faults
            assert all(fault.found and fault.expected and fault.mend for fault in error.faults)
            return entries, True
    return entries, False


@settings(deadline=None, max_examples=300)
@given(
    tables(CELLS),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    st.sampled_from(["plain", "gz", "zip"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_table_of_any_text_comes_back_equal(
    rows: list[list[str]], delimiter: str, line_end: str, codec: str, how: str, quoting: int
) -> None:
    text = written(rows, delimiter, line_end, quoting)
    assume(not any(mark in text for mark in ("<<<<<<< ", ">>>>>>> ")))
    name, data = packed(text.encode(codec), how)
    table, entries = read(name, data, delimiter=delimiter, encoding=codec.removesuffix("-sig"))
    assert table.header == tuple(rows[0])
    assert [(list(entry.cells), entry.wrong) for entry in entries] == [(row, "") for row in rows[1:]]


@settings(deadline=None, max_examples=300)
@given(
    st.integers(2, 4).flatmap(lambda width: rows_of(PLAIN, width).map(lambda rows: [list(NAMES[:width]), *rows])),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_the_delimiter_is_found_where_only_one_sign_can_be_it(
    rows: list[list[str]], delimiter: str, codec: str
) -> None:
    _, entries = read("list.csv", written(rows, delimiter, "\r\n").encode(codec))
    assert [list(entry.cells) for entry in entries] == rows[1:]


@settings(deadline=None)
@given(
    tables(PLAIN),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["plain", "gz", "zip"]),
)
def test_whatever_was_found_out_survives_being_stored_and_is_said_in_both_languages(
    rows: list[list[str]], delimiter: str, codec: str, how: str
) -> None:
    name, data = packed(written(rows, delimiter, "\n").encode(codec), how)
    table, _ = read(name, data)
    stored = [decision_of(json.loads(json.dumps(decision.as_value()))) for decision in table.decisions]
    assert tuple(stored) == table.decisions
    assert {"format", "delimiter"} <= {decision.what for decision in stored}
    for lang, word in (("en", "format: csv"), ("ko", "형식: csv")):
        said = [decision.said("cli.leads_decision", read_messages(lang).say) for decision in stored]
        assert any(line.startswith(word) for line in said)
        assert all(line.isprintable() and "{" not in line for line in said)


@settings(deadline=None)
@given(tables(LATIN), st.sampled_from(DELIMITERS))
def test_a_table_in_an_old_encoding_comes_back_equal_when_it_is_declared(rows: list[list[str]], delimiter: str) -> None:
    data = written(rows, delimiter, "\n").encode("cp1252")
    _, entries = read("list.csv", data, delimiter=delimiter, encoding="cp1252")
    assert [list(entry.cells) for entry in entries] == rows[1:]


@settings(deadline=None)
@given(tables(CELLS))
def test_the_line_of_an_entry_is_where_an_editor_shows_it(rows: list[list[str]]) -> None:
    text = written(rows, ",", "\n", csv.QUOTE_ALL)
    assume(not any(mark in text for mark in ("<<<<<<< ", ">>>>>>> ")))
    lines = list(io.StringIO(text, newline=""))
    _, entries = read("list.csv", text.encode(), delimiter=",", encoding="utf-8")
    for entry in entries:
        rest = csv.reader(lines[entry.line - 1 :])
        assert next(rest) == list(entry.cells)


@settings(deadline=None)
@given(tables(CELLS))
def test_both_ways_to_read_a_csv_give_the_same(rows: list[list[str]]) -> None:
    data = written(rows, ",", "\n", csv.QUOTE_ALL).encode()
    _, entries = read("list.csv", data, delimiter=",", encoding="utf-8")
    sheet = parse_csv("list.csv", data)
    assert [(row.line, tuple(row.cells.values())) for row in sheet.rows] == [(e.line, e.cells) for e in entries]
    assert sheet.faults == ()


@settings(deadline=None, max_examples=300)
@given(tables(CELLS), st.sampled_from(["plain", "gz", "zip"]), st.integers(0), st.integers(0, 255))
def test_a_changed_byte_never_crashes_and_what_stands_before_it_is_read_the_same(
    rows: list[list[str]], how: str, place: int, byte: int
) -> None:
    name, data = packed(written(rows, ",", "\n", csv.QUOTE_ALL).encode(), how)
    place %= len(data)
    changed = data[:place] + bytes([byte]) + data[place + 1 :]
    layout: dict[str, Any] = {"delimiter": ",", "encoding": "utf-8", "columns": NAMES[: len(rows[0])], "format": "csv"}
    whole, _ = read_until_fault(name, data, **layout)
    entries, stopped = read_until_fault(name, changed, **layout)
    if how == "plain":
        untouched = data[:place].count(b"\n") and [e for e in whole if e.line <= data[:place].count(b"\n")]
        sure = max(0, len(untouched or []) - 1)  # the last one may end in the changed line
        if not stopped or entries:
            assert entries[:sure] == whole[:sure]
    else:
        # Its checksum tells; or the bytes no longer look packed and are no text; or the byte held nothing of the table.
        assert stopped or entries == whole or any(entry.wrong for entry in entries)


@settings(deadline=None, max_examples=200)
@given(tables(CELLS), st.sampled_from(["plain", "gz", "zip", "json", "jsonl"]), st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_never_crashes_and_never_passes_for_whole_when_packed(
    rows: list[list[str]], how: str, share: float
) -> None:
    items = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    if how == "json":
        name, data = "list.json", json.dumps(items).encode()
    elif how == "jsonl":
        name, data = "list.jsonl", "\n".join(map(json.dumps, items)).encode()
    else:
        name, data = packed(written(rows, ",", "\n", csv.QUOTE_ALL).encode(), how)
    layout = {"delimiter": ",", "encoding": "utf-8"} if how in ("plain", "gz", "zip") else {}
    cut = data[: int(share * len(data))]
    assume(len(cut) >= 4 or how not in ("gz", "zip"))  # by fewer bytes nobody knows a zip
    whole, _ = read_until_fault(name, data, **layout)
    entries, stopped = read_until_fault(name, cut, **layout)
    if how in ("gz", "zip", "json"):
        assert stopped
    complete = [entry for entry in entries if not entry.wrong]
    sure = complete[: max(0, len(complete) - 1)] if how in ("plain", "gz") else []
    assert sure == whole[: len(sure)]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300), st.sampled_from(["list.csv", "list.json", "list.xlsx", "list.zip", "list.csv.gz"]))
@example(b"PK\x03\x04", "list.zip")
@example(b"\x1f\x8b", "list.csv.gz")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook", "list.xls")
@example("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".encode("latin-1") + "Workbook".encode("utf-16-le"), "list.xls")
def test_bytes_of_any_kind_are_read_or_refused_and_never_crash(data: bytes, name: str) -> None:
    read_until_fault(name, data)


JSON_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | JSON_TEXT
ITEMS = st.lists(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=4), SCALARS, min_size=1, max_size=4), min_size=1, max_size=6
)


def as_cell(value: Any) -> str:
    return "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


@settings(deadline=None)
@given(ITEMS, st.sampled_from(["json", "jsonl", "values"]), st.booleans())
def test_json_of_any_scalars_comes_back_as_text(items: list[dict[str, Any]], form: str, ascii_only: bool) -> None:
    if form == "jsonl":
        data = "\n".join(json.dumps(item, ensure_ascii=ascii_only) for item in items)
    elif form == "values":
        data = json.dumps({str(number): item for number, item in enumerate(items)}, ensure_ascii=ascii_only)
    else:
        data = json.dumps(items, ensure_ascii=ascii_only)
    layout = {"format": "jsonl"} if form == "jsonl" else {}
    table, entries = read("list.json", data.encode(), encoding="utf-8", **layout)
    keys = dict.fromkeys(key for item in items for key in item)
    assert table.header == (("_key",) if form == "values" else ()) + tuple(keys)
    found = [dict(zip(table.header, entry.cells, strict=True)) for entry in entries]
    for row, item in zip(found, items, strict=True):
        assert {key: row[key] for key in keys} == {key: as_cell(item.get(key)) for key in keys}


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 4).flatmap(
        lambda width: rows_of(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=8), width)
    )
)
def test_a_sheet_of_any_text_comes_back_equal(rows: list[list[str]]) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([list(NAMES[: len(rows[0])]), *rows]):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
    _, entries = read("list.xlsx", data.getvalue())
    assert [list(entry.cells) for entry in entries] == rows
