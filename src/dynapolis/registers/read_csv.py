"""A small CSV file read whole: rows with line numbers, and everything that is wrong with the file as such.

The entries come from the one reader of delimited text, ``readers.delimited``; here they are held against the header,
and every fault of the file is collected so that all can be told at once.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from dynapolis.errors import BadInput, Fault
from dynapolis.registers.readers.delimited import Cells, header_faults, read_cells
from dynapolis.registers.readers.limits import LIMITS
from dynapolis.registers.readers.text_lines import TextLines


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
    lines = TextLines(name, io.BytesIO(data), "utf-8", LIMITS)
    faults: list[Fault] = []
    entries: list[Cells] = []
    try:
        for entry in read_cells(lines, ","):
            faults += _faults(name, entry)
            if not entry.broken:
                entries.append(entry)
    except BadInput as error:
        faults += error.faults
    entries = [entry for entry in entries if any(cell.strip() for cell in entry.cells)]
    if not entries:
        empty = Fault(name, 0, "", "an empty file", "a header and at least one record", "export it again")
        return Sheet(name, (), (), (*faults, empty))
    return _held_against_header(name, entries, faults)


def _faults(name: str, entry: Cells) -> list[Fault]:
    found = [
        Fault(name, line, "", text.removesuffix(" is not UTF-8"), "UTF-8 text", "save the file as UTF-8")
        for line, text in entry.bytes_wrong.items()
    ]
    if entry.broken:
        mend = "check the quotation marks from this line on"
        found.append(Fault(name, entry.line, "", f"no CSV ({entry.broken})", "cells and commas", mend))
    return found


def _held_against_header(name: str, entries: list[Cells], faults: list[Fault]) -> Sheet:
    columns = tuple(cell.strip() for cell in entries[0].cells)
    faults = [*faults, *header_faults(name, entries[0].line, columns, LIMITS)]
    rows, ragged = [], []
    for entry in entries[1:]:
        row = Row(entry.line, dict(zip(columns, entry.cells, strict=False)))
        if len(entry.cells) == len(columns):
            rows.append(row)
        else:
            mend = "check quotes and commas in this line"
            found = f"{len(entry.cells)} cells"
            faults.append(Fault(name, entry.line, "", found, f"{len(columns)} as in the header", mend))
            ragged.append(row)
    if not rows and not ragged:
        faults.append(Fault(name, 0, "", "no records", "at least one record", "export it again"))
    return Sheet(name, columns, tuple(rows), tuple(faults), tuple(ragged))
