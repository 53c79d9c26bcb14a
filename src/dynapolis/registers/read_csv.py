"""A CSV file as rows with line numbers, and everything that is wrong with the file as such."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dynapolis.errors import Fault


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: the line on which it begins, and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file read whole: header, rows, and the faults found on the way.

    ``ragged`` rows have too few or too many cells: which cell belongs to which column is sure only for the first ones.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = field(default=())
    ragged: tuple[Row, ...] = field(default=())


def parse_csv(name: str, data: bytes) -> Sheet:
    """Rows of a comma-separated UTF-8 file with a header.

    A byte that is not UTF-8 is a fault with its line and position; the rest is still read, so that the other
    faults are found in the same pass.

    Example:
        >>> parse_csv("x.csv", b"id,name\\n1,Lab\\n").rows[0]
        Row(line=2, cells={'id': '1', 'name': 'Lab'})
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    faults = list(_encoding_faults(name, data))
    text = data.decode("utf-8", errors="replace")
    entries = _entries(name, csv.reader(io.StringIO(text, newline=""), strict=True), faults)
    start, header = next(entries, (0, []))
    if not header:
        empty = Fault(name, 0, "", "an empty file", "a header and at least one record", "export it again")
        return Sheet(name, (), (), (*faults, empty))
    columns = tuple(cell.strip() for cell in header)
    faults += _header_faults(name, start, columns)
    rows, ragged = [], []
    for line, cells in entries:
        row = Row(line, dict(zip(columns, cells, strict=False)))
        if len(cells) == len(columns):
            rows.append(row)
        else:
            mend = "check quotes and commas in this line"
            faults.append(Fault(name, line, "", f"{len(cells)} cells", f"{len(columns)} as in the header", mend))
            ragged.append(row)
    if not rows and not ragged:
        faults.append(Fault(name, 0, "", "no records", "at least one record", "export it again"))
    return Sheet(name, columns, tuple(rows), tuple(faults), tuple(ragged))


def _entries(name: str, reader: Iterator[list[str]], faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Entries that are not blank, with the line on which each begins; one may run over several lines.

    An entry whose quotation marks make no sense is added to the faults and passed over.
    """
    last = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            mend = "check the quotation marks from this line on"
            faults.append(Fault(name, last + 1, "", f"no CSV ({error})", "cells and commas", mend))
        else:
            if any(cell.strip() for cell in cells):
                yield last + 1, cells
        last = reader.line_num  # type: ignore[attr-defined]


def _encoding_faults(name: str, data: bytes) -> Iterator[Fault]:
    for line, raw in enumerate(data.split(b"\n"), start=1):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            place = len(raw[: error.start].decode("utf-8", errors="replace")) + 1
            found = f"byte 0x{raw[error.start]:02X} at character {place}"
            yield Fault(name, line, "", found, "UTF-8 text", "save the file as UTF-8")


def _header_faults(name: str, line: int, columns: Sequence[str]) -> Iterator[Fault]:
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        yield Fault(name, line, column or "(no name)", "the column twice", "each column once", "rename or remove one")
