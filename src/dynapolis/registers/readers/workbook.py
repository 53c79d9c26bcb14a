"""Sheets of a workbook (XLSX, and XLS of the years before), as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.readers.archive import check_members
from dynapolis.registers.readers.delimited import header_faults
from dynapolis.registers.readers.kind import OLE
from dynapolis.registers.readers.refuse import refusal, shown
from dynapolis.registers.readers.stream import BROKEN, CHUNK, Counted, Part, read_fully
from dynapolis.registers.readers.table import Decision, Entry
from dynapolis.registers.wording import Wording

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_IN_MEMORY = 16 * 1024**2
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_PLACE = re.compile(rb'\br\s*=\s*["\']\$?([A-Za-z]{1,4})\$?(\d{1,9})["\']')
_LONGEST_PLACE = 32
_WHOLE = 2.0**53  # beyond it a whole number in a sheet is no longer exact


def sheet_names(part: Part) -> tuple[str, ...]:
    """Names of the sheets, in the order of the workbook."""
    with _whole(part) as file, closing(_load(file, part)) as book:
        return tuple(book.sheet_names)


def read_workbook(part: Part, layout: Layout) -> tuple[tuple[str, ...], Iterator[Entry], list[Decision]]:
    """Header, entries and decisions of one sheet. A workbook is held whole, after its size was checked.

    Raises:
        BadInput: the workbook is protected, damaged or too large, the sheet is unknown, or its header is faulty.
    """
    with _whole(part) as file, closing(_load(file, part)) as book:
        sheet, decisions = _find_sheet(book.sheet_names, layout, part)
        try:
            rows: list[list[Any]] = list(book.get_sheet_by_name(sheet).iter_rows())
        except Exception as error:  # the library has several families of errors
            raise _damaged(part, error) from error
    name = f"{part.name}, sheet {sheet}" if len(book.sheet_names) > 1 else part.name
    start, header = _find_header(rows, layout, name, decisions)
    named = [number for number, column in enumerate(header) if column]
    columns = tuple(header[number] for number in named)
    faults = header_faults(name, start, columns, part.limits)
    if faults:
        raise BadInput(name, faults)
    first = start if not layout.columns else start - 1
    _check_nameless(rows[first:], set(range(_width(rows))) - set(named), first + 1, name)
    return columns, _entries(rows, first, named), decisions


def _whole(part: Part) -> IO[bytes]:
    """The workbook in memory or, when large, in a temporary file that has no name; its real size was counted."""
    most = part.limits.workbook_bytes
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    with part.open() as stream:
        size = 0
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > most:
                file.close()
                raise refusal(part.name, f"a workbook of more than {most:,} bytes", "a smaller one", _SMALLER)
            file.write(piece)
    file.seek(0)
    return file


_SMALLER = "save the sheet as CSV, which is read without holding it whole"


def _load(file: IO[bytes], part: Part) -> CalamineWorkbook:
    """Opens the workbook once nothing in it can take more memory than the limits allow."""
    from python_calamine import CalamineWorkbook

    head = read_fully(file, len(OLE))
    file.seek(0)
    if head == OLE:
        _check_ole(file, part)
    else:
        _check_package(file, part)
    file.seek(0)
    try:
        return CalamineWorkbook.from_filelike(file)
    except Exception as error:  # the library has several families of errors
        raise _damaged(part, error) from error


def _damaged(part: Part, error: Exception) -> BadInput:
    if "assword" in f"{type(error).__name__} {error}":
        return _protected(part)
    return refusal(part.name, f"a damaged workbook ({error})", "XLSX or XLS", "open it and save it anew")


def _protected(part: Part) -> BadInput:
    mend = "open it with its password and save it without one"
    return refusal(part.name, "a workbook protected by a password", "one that is open", mend)


def _check_ole(file: IO[bytes], part: Part) -> None:
    """Tells apart what is stored in the old compound format: XLS, a protected XLSX, or something else."""
    found, tail = set(), b""
    while piece := file.read(CHUNK):
        text = tail + piece
        found |= {word for word in (_ENCRYPTED, *_BOOKS) if word in text}
        tail = text[-len(_ENCRYPTED) :]
    if _ENCRYPTED in found:
        raise _protected(part)
    if not found:
        raise refusal(part.name, "an old Office file that is no workbook", "XLSX or XLS", "export the list again")


def _check_package(file: IO[bytes], part: Part) -> None:
    """Unpacks every member once and counts, since what the archive says of its sizes need not be true."""
    limits, total = part.limits, 0
    try:
        with zipfile.ZipFile(file) as archive:
            members = check_members(archive, part.name, limits)
            if not any(member.filename.startswith("xl/workbook.") for member in members):
                found = "an archive inside an archive, or an Office file that is no workbook"
                raise refusal(part.name, found, "XLSX or XLS", "unpack it, or export the list again")
            if sum(member.file_size for member in members) > limits.workbook_bytes:
                raise _too_large(part)
            for member in members:
                with archive.open(member) as opened:
                    stream = Counted(opened, part.name, member.compress_size, limits)
                    total += _check_member(stream, part, is_sheet="worksheets/" in member.filename)
                if total > limits.workbook_bytes:
                    raise _too_large(part)
    except BROKEN as error:
        raise _damaged(part, error) from error


def _too_large(part: Part) -> BadInput:
    found = f"a workbook that unpacks to more than {part.limits.workbook_bytes:,} bytes"
    return refusal(part.name, found, "a smaller one", _SMALLER)


def _check_member(stream: Counted, part: Part, *, is_sheet: bool) -> int:
    """Size of a member. Of a sheet, also the rectangle its cells span, which the library will hold whole."""
    size, last_row, columns, tail = 0, 1, {b"A"}, b""
    while piece := stream.read(CHUNK):
        size += len(piece)
        if is_sheet:
            text = tail + piece
            for column, row in _PLACE.findall(text):
                columns.add(column)
                last_row = max(last_row, int(row))
            tail = text[-_LONGEST_PLACE:]
    cells = last_row * max(_column_number(column) for column in columns)
    if cells > part.limits.workbook_cells:
        expected = f"at most {part.limits.workbook_cells:,}"
        raise refusal(part.name, f"a sheet that spans {cells:,} cells", expected, "delete the empty rows and columns")
    return size


def _column_number(letters: bytes) -> int:
    """Number of a column from 1: A, B, ..., Z, AA.

    Example:
        >>> _column_number(b"A"), _column_number(b"AA"), _column_number(b"XFD")
        (1, 27, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _find_sheet(names: Sequence[str], layout: Layout, part: Part) -> tuple[str, list[Decision]]:
    if layout.sheet is not None:
        if layout.sheet not in names:
            expected = f"one of {shown(list(names))}"
            raise refusal(part.name, f"no sheet {layout.sheet!r}", expected, "correct layout.sheet", column="layout")
        return layout.sheet, []
    if not names:
        raise refusal(part.name, "a workbook without a sheet", "a sheet", "export it again")
    if len(names) == 1:
        return names[0], [Decision("sheet", names[0], Wording("decision.why.only_sheet"))]
    why = Wording("decision.why.first_sheet", {"n": len(names), "names": tuple(names)})
    return names[0], [Decision("sheet", names[0], why)]


def _find_header(
    rows: Sequence[Sequence[Any]], layout: Layout, name: str, decisions: list[Decision]
) -> tuple[int, list[str]]:
    """Row of the header, from 1, and its cells: the first row with a value from ``header_row`` on."""
    for number, row in enumerate(rows[layout.header_row - 1 :], start=layout.header_row):
        cells = [" ".join(as_text(value).split()) for value in row]
        if any(cells):
            if layout.columns:
                return number, [*layout.columns, *[""] * (len(row) - len(layout.columns))]
            if number != layout.header_row:
                decisions.append(Decision("header_row", number, Wording("decision.why.first_row")))
            return number, cells
    found = "an empty sheet" if layout.header_row == 1 else f"nothing from row {layout.header_row} on"
    raise refusal(name, found, "a header and at least one record", "check layout.sheet and layout.header_row")


def _width(rows: Sequence[Sequence[Any]]) -> int:
    return max(map(len, rows), default=0)


def _check_nameless(rows: Sequence[Sequence[Any]], nameless: set[int], first: int, name: str) -> None:
    """Columns without a name are passed over when they are empty, and a fault when they hold something."""
    held: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(rows, start=first):
        for column in nameless.difference(held):
            if column < len(row) and as_text(row[column]).strip():
                held[column] = number, as_text(row[column])
    if held:
        columns = ", ".join(str(column + 1) for column in sorted(held))
        number, value = held[min(held)]
        found = f"values in columns without a name ({columns}), such as {value[:60]!r}"
        mend = "name them, or set layout.header_row to the row of the header"
        raise refusal(name, found, "a name for each column", mend, row=number)


def _entries(rows: Sequence[Sequence[Any]], first: int, columns: Sequence[int]) -> Iterator[Entry]:
    for number, row in enumerate(rows[first:], start=first + 1):
        cells = tuple([as_text(row[column]) if column < len(row) else "" for column in columns])
        if any(cell.strip() for cell in cells):
            yield Entry(number, cells)


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates as ISO 8601, truth as true and false.

    Example:
        >>> from datetime import datetime
        >>> as_text(7.0), as_text(0.5), as_text(True), as_text(datetime(2024, 1, 2))
        ('7', '0.5', 'true', '2024-01-02')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= _WHOLE else repr(value)
    if hasattr(value, "isoformat"):  # a date, a time, or both
        text: str = value.isoformat(" ") if hasattr(value, "time") else value.isoformat()
        return text.removesuffix(" 00:00:00")
    return "" if value is None else str(value)


def is_workbook(part_names: Sequence[str], head: bytes) -> bool:
    """True for an XLSX by its members, and for anything in the old compound format."""
    return head.startswith(OLE) or any(name.startswith("xl/workbook.") for name in part_names)
