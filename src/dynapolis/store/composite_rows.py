"""A table of cells as printed, each row with its line, and what is wrong with its form."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dynapolis.errors import BadInput, Fault

MISSING = ("", "NA", "NaN", "nan", "n/a", "N/A", "#N/A")  # words that stand for a gap among numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """A table with a header.

    Attributes:
        name: of the file, as faults tell it.
        header: names of the columns, without blanks around them.
        lines: line of every row.
        cells: of every row, as many as the header has, without blanks around them.
        faults: rows that cannot be used and columns that are there twice.
    """

    name: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...] = ()

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of a column."""
        place = self.header.index(name)
        return tuple(row[place] for row in self.cells)

    def as_dicts(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The line of every row, and its cells by column."""
        for line, row in zip(self.lines, self.cells, strict=True):
            yield line, dict(zip(self.header, row, strict=True))


def make_rows(name: str, header: tuple[str, ...], entries: Iterator[tuple[int, tuple[str, ...], str]]) -> Rows:
    """A table from its entries: line, cells, and why an entry cannot be used (empty when it can)."""
    columns = tuple(word.strip() for word in header)
    lines, cells, faults = [], [], []
    for line, row, wrong in entries:
        if wrong:
            mend = "check quotes and delimiters in this line"
            faults.append(Fault(name, line, "", wrong, f"a whole row of {len(columns)} cells", mend))
        else:
            lines.append(line)
            cells.append(tuple(cell.strip() for cell in row))
    faults += [
        Fault(name, 1, word or "(no name)", "the column twice", "each column once", "rename one")
        for word in sorted({word for word in columns if columns.count(word) > 1})
    ]
    if not cells and not faults:
        faults.append(Fault(name, 0, "", "no rows", "a header and at least one row", "export it again"))
    return Rows(name, columns, tuple(lines), tuple(cells), tuple(faults))


def read_csv(path: Path) -> Rows:
    """A UTF-8 file with commas. Files of other forms are read by the command line, which hands over the rows.

    Raises:
        BadInput: it is not there, no UTF-8, or no CSV.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = tuple(next(reader, ()))
            return make_rows(path.name, header, _entries(reader, len(header)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        fault = Fault(path.name, 0, "", str(error), "a UTF-8 CSV file", "restore it, or save it as UTF-8 CSV")
        raise BadInput(path.name, [fault]) from error


def _entries(reader: Iterator[list[str]], n_columns: int) -> Iterator[tuple[int, tuple[str, ...], str]]:
    begins = getattr(reader, "line_num", 0) + 1
    for row in reader:
        if row:
            yield begins, tuple(row), "" if len(row) == n_columns else f"{len(row)} cells"
        begins = getattr(reader, "line_num", 0) + 1


def number(cell: str, decimal: str = ".") -> float | None:
    """A finite number as printed, without separators of thousands; nothing where it is none.

    Example:
        >>> number("1.5"), number("1,5"), number("1,5", ","), number("1_000"), number("inf"), number("1e3")
        (1.5, None, 1.5, None, None, 1000.0)
    """
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None
