"""Tidy tables written as CSV, Parquet or one workbook, with a manifest that names what they were made from."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from dynapolis import __version__
from dynapolis.dates import NO_TIME
from dynapolis.errors import BadUse
from dynapolis.ids import canonical_json, digest_bytes
from dynapolis.store.files import write_whole
from dynapolis.store.lake import parquet_bytes

Rows = Sequence[Mapping[str, Any]]
FORMATS = ("csv", "parquet", "xlsx")
MANIFEST = "manifest.json"
_SHEET_NAME = 31  # letters a workbook allows
SHEET_ROWS, SHEET_COLUMNS, SHEET_LETTERS = 1_048_576, 16_384, 32_767


def require_ours(folder: Path) -> None:
    """Refuse a folder in which something else lies.

    Raises:
        BadUse: it is no folder, or it holds files but no manifest of ours.
    """
    if folder.exists() and not folder.is_dir():
        raise BadUse(f"{folder} is a file; name a folder for the tables")
    if folder.is_dir() and any(folder.iterdir()) and not _written(folder):
        raise BadUse(f"{folder} is not empty and holds no tables of an index; name a new folder")


def write_tables(
    folder: Path, tables: Mapping[str, Rows], made_from: Mapping[str, Any], formats: Sequence[str], title: str
) -> dict[str, str]:
    """Write tables and their manifest. Tables that an earlier manifest names and this one does not are removed.

    Args:
        folder: where to; see ``require_ours``.
        tables: rows by table; all rows of a table have the same columns.
        made_from: everything the tables were made from, as plain values.
        formats: among ``FORMATS``.
        title: name of the workbook, without its ending; signs that a file name cannot have become ``_``.

    Returns:
        SHA-256 of every file by its name, as the manifest has it.

    Raises:
        BadUse: a workbook cannot hold a table; nothing is written then.
    """
    files: dict[str, bytes] = {}
    for name, rows in tables.items():
        if "csv" in formats:
            files[f"{name}.csv"] = _csv(rows)
        if "parquet" in formats:
            files[f"{name}.parquet"] = parquet_bytes(_arrow(rows))
    if "xlsx" in formats:
        _require_room(tables)
        files[re.sub(r"[^\w-]+", "_", title) + ".xlsx"] = _workbook(tables)
    earlier = _written(folder)
    for name, data in files.items():
        write_whole(folder / name, data)
    digests = {name: digest_bytes(data) for name, data in files.items()}
    manifest = {"dynapolis": __version__, "made_from": made_from, "files": digests}
    write_whole(folder / MANIFEST, canonical_json(manifest) + "\n")
    for name, digest in earlier.items():
        path = folder / Path(name).name
        if name not in digests and path.is_file() and digest_bytes(path.read_bytes()) == digest:
            path.unlink()
    return digests


def _written(folder: Path) -> dict[str, str]:
    """Files and their digests as the folder's manifest has them; nothing where there is none of ours."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return {str(name): str(digest) for name, digest in manifest["files"].items()} if manifest["dynapolis"] else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _arrow(rows: Rows) -> pa.Table:
    """Columns of one type each: whole numbers among broken ones are numbers like them."""
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    for name, cells in columns.items():
        kinds = {type(cell) for cell in cells if cell is not None}
        if kinds == {int, float}:
            columns[name] = [None if cell is None else float(cell) for cell in cells]
    return pa.table(columns)


def _require_room(tables: Mapping[str, Rows]) -> None:
    """A workbook cuts off what it cannot hold; that is told instead."""
    faults = []
    for name, rows in tables.items():
        longest = max((len(cell) for row in rows for cell in row.values() if isinstance(cell, str)), default=0)
        width = len(rows[0]) if rows else 0
        for found, most, what in ((len(rows) + 1, SHEET_ROWS, "rows"), (width, SHEET_COLUMNS, "columns"),
                                  (longest, SHEET_LETTERS, "letters in a cell")):  # fmt: skip
            if found > most:
                faults.append(f"{name} has {found:,} {what}, a sheet holds {most:,}")
    if faults:
        raise BadUse(f"xlsx: {'; '.join(faults)}; take csv or parquet")


def _csv(rows: Rows) -> bytes:
    """Comma-separated UTF-8; a missing value is an empty cell, a number has all its digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
        writer.writerows(["" if value is None else value for value in row.values()] for row in rows)
    return out.getvalue().encode()


def _workbook(tables: Mapping[str, Rows]) -> bytes:
    """One sheet a table; the same tables give the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": NO_TIME})
    bold = book.add_format({"bold": True})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name[:_SHEET_NAME])
        sheet.freeze_panes(1, 0)
        for column, word in enumerate(rows[0] if rows else ()):
            sheet.write_string(0, column, word, bold)
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row.values()):
                if value is not None:
                    sheet.write(place, column, value)
    book.close()
    return out.getvalue()
