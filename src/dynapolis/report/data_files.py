"""The file behind every figure and table, under its permanent name, and the dictionary of all columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from dynapolis.report.blocks import Report, Table
from dynapolis.report.ledger import all_tables

DICTIONARY = "dictionary.csv"


def data_files(report: Report) -> Iterator[tuple[str, bytes]]:
    """``2022.F5.csv`` and so on, and ``dictionary.csv``; numbers bare and in full, words in the report's language.

    The tables of city pages are not repeated: their numbers are cells of the tables of all cities.
    """
    tables = list(all_tables(block for chapter in report.chapters for block in chapter.blocks))
    for table in tables:
        yield file_name(table), _csv(_rows(table))
    yield DICTIONARY, _csv(_dictionary(tables))


def file_name(table: Table) -> str:
    """The name of a table's file; that of the figure for the table behind a figure.

    Example:
        >>> file_name(Table("2022.F5.data", "", (), ())), file_name(Table("2022.T2", "", (), ()))
        ('2022.F5.csv', '2022.T2.csv')
    """
    return f"{table.table_id.removesuffix('.data')}.csv"


def _rows(table: Table) -> Iterator[list[Any]]:
    ends = [any(row[c].low is not None for row in table.rows) for c in range(len(table.columns))]
    header = ["key"]
    for c in range(len(table.columns)):
        name = _name(table, c)
        header += [name, *([f"{name}_low", f"{name}_high"] if ends[c] else [])]
    yield header
    for r, row in enumerate(table.rows):
        line: list[Any] = [table.keys[r] if r < len(table.keys) else r + 1]
        for c, cell in enumerate(row):
            line.append(cell.text if cell.value is None and cell.low is None else cell.value)
            line += [cell.low, cell.high] if ends[c] else []
        yield line


def _name(table: Table, c: int) -> str:
    return table.columns[c].key or ("name" if c == 0 else f"column_{c + 1}")


def _dictionary(tables: Iterable[Table]) -> Iterator[list[Any]]:
    yield ["table", "title", "column", "heading", "unit", "about"]
    for table in tables:
        for c, column in enumerate(table.columns):
            yield [table.table_id, table.title, _name(table, c), column.heading, column.unit, column.about]


def _csv(rows: Iterable[list[Any]]) -> bytes:
    sink = io.StringIO(newline="")
    csv.writer(sink, lineterminator="\n").writerows(["" if part is None else part for part in row] for row in rows)
    return sink.getvalue().encode()
