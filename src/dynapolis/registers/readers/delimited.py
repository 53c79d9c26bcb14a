"""The one reader of delimited text: entries with the line on which each begins, and what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from dynapolis.errors import BadInput, Fault
from dynapolis.model.layout import Layout
from dynapolis.registers.readers.delimiter import NAMES, find_delimiter, measure
from dynapolis.registers.readers.encoding import find_encoding, sample
from dynapolis.registers.readers.limits import Limits
from dynapolis.registers.readers.refuse import refusal
from dynapolis.registers.readers.stream import CHUNK, Part
from dynapolis.registers.readers.table import Decision, Entry
from dynapolis.registers.readers.text_lines import SURROGATE, TextLines
from dynapolis.registers.wording import Wording

_LONGEST_CELL = 2**31 - 1  # Python's csv has a limit of its own, for the whole process; ours is in TextLines


@dataclass(frozen=True, slots=True)
class Cells:
    """One entry before it is held against the header.

    Attributes:
        line: where it begins.
        last_line: where it ends.
        cells: what could be read.
        broken: why its quotation marks make no sense, as Python's csv says it; empty when they do.
        bytes_wrong: by line, the first byte that is not in the encoding.
    """

    line: int
    last_line: int
    cells: list[str]
    broken: str = ""
    bytes_wrong: dict[int, str] = field(default_factory=dict)


UNCLOSED = "unexpected end of data"


def read_cells(lines: TextLines, delimiter: str, quote: str = '"', *, skip: int = 0) -> Iterator[Cells]:
    """Entries that are not blank. One whose quotation marks make no sense is told as broken and reading goes on.

    Args:
        lines: the text.
        delimiter: the sign between cells.
        quote: the sign around cells; nothing where quotation marks are ordinary letters.
        skip: lines to pass over at the beginning.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    feed = iter(lines)
    for _ in islice(feed, skip):
        lines.entry_ended = True
    lines.bad.clear()
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(feed, delimiter=delimiter, quotechar=quote or None, quoting=quoting, strict=True)
    last, bad = lines.number, lines.bad
    while True:
        broken = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken = str(error)
            cells = _likeliest(lines.text, delimiter, quote) if lines.number == last + 1 else []
        lines.entry_ended = True
        begin, last = last + 1, lines.number
        if bad:
            wrong = dict(bad)
            bad.clear()
            yield Cells(begin, last, [_readable(cell, lines.codec) for cell in cells], broken, wrong)
        elif broken or (any(cells) and (cells[0].strip() or any(cell.strip() for cell in cells))):
            yield Cells(begin, last, cells, broken)


def _likeliest(line: str, delimiter: str, quote: str) -> list[str]:
    """Cells of a line whose quotation marks were not doubled inside quoted cells, as CORDIS writes some of them.

    All its cells must be quoted. What stands between the marks is taken as it is.

    Example:
        >>> _likeliest('"1";"a "big" lab";""', ";", '"')
        ['1', 'a "big" lab', '']
    """
    whole = line.strip()
    if len(whole) < 2 or not (whole.startswith(quote) and whole.endswith(quote)):
        return []
    return whole[1:-1].split(quote + delimiter + quote)


def _readable(cell: str, codec: str) -> str:
    """The cell with replacement characters where its bytes are no text."""
    if not SURROGATE.search(cell):
        return cell
    if codec == "utf-8":
        return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return SURROGATE.sub("\ufffd", cell)


@dataclass(frozen=True, slots=True)
class Form:
    """How a text is read: encoding, delimiter, and whether entries end with one delimiter more than the header."""

    codec: str
    delimiter: str
    trailing: bool = False


def find_form(part: Part, layout: Layout) -> tuple[Form, tuple[Decision, ...]]:
    """Encoding and delimiter of a text, declared or found, and what was decided."""
    data = sample(part)
    codec, decisions = find_encoding(data, layout.encoding, part.name)
    text = data[:CHUNK].decode(codec, "replace").removeprefix("\ufeff")
    text = "".join(islice(io.StringIO(text, newline=""), layout.header_row - 1, None))
    if len(data) >= CHUNK:
        text = text[: text.rfind("\n") + 1] or text
    has_header = not layout.columns
    if layout.delimiter:
        fit = measure(text, layout.delimiter, quote=layout.quote, has_header=has_header)
        return Form(codec, layout.delimiter, fit.trailing), decisions
    fit, decision = find_delimiter(text, quote=layout.quote, has_header=has_header)
    return Form(codec, fit.delimiter, fit.trailing), (*decisions, decision)


@dataclass(frozen=True, slots=True)
class Header:
    """Columns of a text file, and in how many cells each entry is expected.

    Attributes:
        columns: names of the columns that are kept.
        nameless: columns after the last named one; they must be empty.
    """

    columns: tuple[str, ...]
    nameless: int
    decisions: tuple[Decision, ...] = ()


def read_header(cells: Cells, name: str, limits: Limits) -> Header:
    """Columns of the first entry. A nameless column between others is named by its place.

    Raises:
        BadInput: a column stands twice, or the header is no text.
    """
    faults = [Fault(name, cells.line, "", text, "text", "save the file anew") for text in cells.bytes_wrong.values()]
    if cells.broken:
        raise refusal(name, _quotes(cells), "the names of the columns", "correct the header", row=cells.line)
    names = [cell.strip() for cell in cells.cells]
    n_named = max(number for number, column in enumerate(names, start=1) if column)
    decisions = []
    for number, column in enumerate(names[:n_named], start=1):
        if not column:
            names[number - 1] = f"column {number}"
            decisions.append(Decision("column", names[number - 1], Wording("decision.why.nameless")))
    header = Header(tuple(names[:n_named]), len(names) - n_named, tuple(decisions))
    faults += header_faults(name, cells.line, header.columns, limits)
    if faults:
        raise BadInput(name, faults)
    return header


def header_faults(name: str, line: int, columns: Sequence[str], limits: Limits) -> list[Fault]:
    """Columns that stand twice, and more columns than a table can have."""
    twice = (
        sorted({column for column in columns if columns.count(column) > 1}) if len(set(columns)) < len(columns) else []
    )
    faults = [
        Fault(name, line, column or "(no name)", "the column twice", "each column once", "rename or remove one")
        for column in twice
    ]
    if len(columns) > limits.columns:
        expected = f"at most {limits.columns:,}"
        faults.append(Fault(name, line, "", f"{len(columns):,} columns", expected, "check the delimiter"))
    return faults


def read_delimited(part: Part, layout: Layout) -> Iterator[Header | Entry]:
    """First the header with all decisions, then the entries.

    Raises:
        BadInput: something spoils the whole file; at the beginning or while the entries are read.
    """
    form, decisions = find_form(part, layout)
    with part.open() as stream:
        lines = TextLines(part.name, stream, form.codec, part.limits)
        rows = read_cells(lines, form.delimiter, layout.quote, skip=layout.header_row - 1)
        header = Header(layout.columns, 0) if layout.columns else _first(rows, part, layout)
        yield replace(header, decisions=(*decisions, *header.decisions))
        yield from _entries(rows, header, form, part.name)


def _first(rows: Iterator[Cells], part: Part, layout: Layout) -> Header:
    first = next(rows, None)
    if first is None:
        found = "an empty file" if layout.header_row == 1 else f"nothing from line {layout.header_row} on"
        raise refusal(part.name, found, "a header and at least one record", "export it again")
    return read_header(first, part.name, part.limits)


def _entries(rows: Iterator[Cells], header: Header, form: Form, name: str) -> Iterator[Entry]:
    n_columns, n_trailing = len(header.columns), header.nameless or int(form.trailing)
    n_cells = n_columns + n_trailing
    for row in rows:
        cells = row.cells
        if (
            len(cells) == n_cells
            and not row.broken
            and not row.bytes_wrong
            and not (n_trailing and any(cells[n_columns:]))
        ):
            yield Entry(row.line, tuple(cells[:n_columns]) if n_trailing else tuple(cells))
        elif row.broken == UNCLOSED:
            found = "a quotation mark that is not closed up to the end of the file"
            mend = "close it, or set layout.quote to '' if quotation marks are ordinary letters"
            raise refusal(name, found, "cells that end", mend, row=row.line)
        else:
            aligned = tuple((cells + [""] * n_columns)[:n_columns])
            wrong = _wrong(row, n_columns, n_trailing, NAMES.get(form.delimiter, form.delimiter))
            yield Entry(row.line, aligned, wrong)


def _wrong(row: Cells, n_columns: int, n_trailing: int, delimiter: str) -> str:
    """Why an entry is none; nothing where it only lacks empty cells that no column names."""
    if row.bytes_wrong:
        return "; ".join(
            f"{text} (line {line})" if line != row.line else text for line, text in row.bytes_wrong.items()
        )
    if row.broken:
        return _quotes(row)
    if len(row.cells) == n_columns or (n_columns < len(row.cells) and not any(row.cells[n_columns:]) and n_trailing):
        return ""
    if n_columns < len(row.cells) <= n_columns + n_trailing:
        number = next(n for n in range(n_columns, len(row.cells)) if row.cells[n])
        return f"{row.cells[number]!r} in cell {number + 1}, a column without a name"
    lines = f", lines {row.line} to {row.last_line}" if row.last_line > row.line else ""
    return f"{len(row.cells)} cells divided by {delimiter}, the header has {n_columns}{lines}"


def _quotes(row: Cells) -> str:
    lines = f", lines {row.line} to {row.last_line}" if row.last_line > row.line else ""
    return f"quotation marks that make no sense ({row.broken}){lines}"
