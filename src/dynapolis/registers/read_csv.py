"""A CSV file as rows with line numbers, and everything that is wrong with the file as such."""

from __future__ import annotations

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
    """A file read whole: header, rows, and the faults found on the way."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = field(default=())


def parse_csv(name: str, data: bytes) -> Sheet:
    """Rows of a comma-separated UTF-8 file with a header.

    A byte that is not UTF-8 is a fault with its line and position; the rest is still read, so that the other
    faults are found in the same pass.

    Example:
        >>> parse_csv("x.csv", b"id,name\\n1,Lab\\n").rows[0]
        Row(line=2, cells={'id': '1', 'name': 'Lab'})
    """
    if not data.strip():
        return Sheet(
            name, (), (), (Fault(name, 0, "", "an empty file", "a header and at least one record", "export it again"),)
        )
    faults = list(_encoding_faults(name, data))
    text = data.decode("utf-8-sig", errors="replace")
    lines = _numbered(csv.reader(io.StringIO(text, newline=""), strict=False))
    start, header = next(lines)
    columns = tuple(cell.strip() for cell in header)
    faults += _header_faults(name, start, columns)
    rows = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            faults.append(
                Fault(name, line, "", f"{len(cells)} cells", f"{len(columns)} as in the header",
                      "check quotes and commas in this line")
            )  # fmt: skip
            continue
        rows.append(Row(line, dict(zip(columns, cells, strict=True))))
    if not rows:
        faults.append(Fault(name, 0, "", "no records", "at least one record", "export it again"))
    return Sheet(name, columns, tuple(rows), tuple(faults))


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Entries with the line on which each begins; an entry may run over several lines."""
    last = 0
    for cells in reader:
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
