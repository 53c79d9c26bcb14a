"""The tables of the report as a workbook: a sheet for each, the ledger of numbers, and what every column means."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from dynapolis.dates import NO_TIME
from dynapolis.report.blocks import Figure, Report, Table
from dynapolis.report.claim import Claim
from dynapolis.report.labels import caption
from dynapolis.report.ledger import ledger_rows
from dynapolis.report.messages import read_messages

LEDGER = ("claim_id", "type", "subject", "quantity", "value", "unit", "low", "high", "n", "comparison", "evidence")
DICTIONARY = ("table", "column", "heading", "unit", "about")
WIDEST = 60  # characters of a column
FIRST_ROW = 3
NAME = "name"  # the style of names that a ledger lists


def report_workbook(report: Report, claims: Mapping[str, Claim]) -> bytes:
    """Every table and the data behind every figure, numbers as numbers (shares 0 to 1), with their intervals.

    Above the headings stand the table's name and those of the columns, after the last column those of the rows:
    ``table.row.column`` is the claim of a cell, as the sheet of the ledger lists it with its evidence.

    The same report gives the same bytes.
    """
    import xlsxwriter

    sink = BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": report.cover.title, "author": "dynapolis", "created": NO_TIME})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    formats = {"share": book.add_format({"num_format": "0.0%"}), NAME: book.add_format({"font_color": "#6b7680"})}
    words = read_messages(report.lang)
    tables = [*report.tables(), *(figure.table for figure in report.figures() if isinstance(figure, Figure))]
    used: set[str] = set()
    dictionary: list[tuple[str, ...]] = []
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(table, report.lang, used))
        _write_table(sheet, table, bold, formats)
        dictionary += [(table.table_id, c.key, c.heading, c.unit, c.about) for c in table.columns]
    _write_rows(book.add_worksheet(words.say("formats.dictionary")), DICTIONARY, dictionary, bold)
    rows = [tuple(getattr(entry, name) for name in LEDGER) for entry in ledger_rows(report, claims)]
    _write_rows(book.add_worksheet(words.say("formats.ledger")), LEDGER, rows, bold)
    book.close()
    return sink.getvalue()


def _write_table(sheet: Any, table: Table, bold: Any, formats: Mapping[str, Any]) -> None:
    """Title, names, heads, rows; a column with intervals is followed by two for its ends."""
    sheet.write_string(0, 0, table.title)
    sheet.write_string(1, 0, table.table_id, formats[NAME])
    with_ends = [any(row[n].low is not None for row in table.rows if n < len(row)) for n in range(len(table.columns))]
    place, places = 0, []
    for n, column in enumerate(table.columns):
        places.append(place)
        sheet.write_string(2, place, column.heading, bold)
        if n:
            sheet.write_string(1, place, column.key or str(n), formats[NAME])
        if with_ends[n]:
            sheet.write_string(2, place + 1, f"{column.heading} ≥", bold)
            sheet.write_string(2, place + 2, f"{column.heading} ≤", bold)
        sheet.set_column(
            place, place, min(WIDEST, max(9, *(len(row[n].text) + 2 for row in table.rows), 9)) if table.rows else 12
        )
        place += 3 if with_ends[n] else 1
    for r, row in enumerate(table.rows, start=FIRST_ROW):
        for n, cell in enumerate(row):
            style = formats.get(table.columns[n].unit)
            _write(sheet, r, places[n], cell.text if cell.value is None else cell.value, style)
            if with_ends[n]:
                _write(sheet, r, places[n] + 1, cell.low, style)
                _write(sheet, r, places[n] + 2, cell.high, style)
        at = r - FIRST_ROW
        sheet.write_string(r, place, table.keys[at] if at < len(table.keys) else str(at + 1), formats[NAME])
    for r, note in enumerate(table.notes, start=len(table.rows) + 4):
        sheet.write_string(r, 0, note)
    sheet.freeze_panes(FIRST_ROW, 1)


def _write_rows(sheet: Any, heads: tuple[str, ...], rows: list[tuple[Any, ...]], bold: Any) -> None:
    for n, head in enumerate(heads):
        sheet.write_string(0, n, head, bold)
        sheet.set_column(n, n, 22)
    for r, row in enumerate(rows, start=1):
        for n, value in enumerate(row):
            _write(sheet, r, n, value, None)
    sheet.freeze_panes(1, 1)


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        sheet.write_string(
            row,
            column,
            value
            if isinstance(value, str)
            else ", ".join(map(str, value))
            if isinstance(value, list | tuple)
            else str(value),
        )
    else:
        sheet.write_number(row, column, value, style)


def _sheet_name(table: Table, lang: str, used: set[str]) -> str:
    """What the table is called, short enough for a sheet and each its own."""
    name = (caption(table.table_id, lang) or table.table_id).replace("/", "-")[:31]
    number = 2
    while name.casefold() in used:
        name = f"{name[:27]} ({number})"
        number += 1
    used.add(name.casefold())
    return name
