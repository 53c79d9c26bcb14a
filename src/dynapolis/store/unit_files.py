"""Lists of units to be coded: CSV, columns found by their names, or named by the caller."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dynapolis.errors import BadInput, Fault
from dynapolis.model.suggestion import Passage, UnitText
from dynapolis.text import clean, has_hangul

IDS = ("id", "record_id", "unit_id", "project_id", "source_id", "cid", "번호", "식별자")
NAMES = ("name", "title", "name_en", "project", "acronym", "사업명", "명칭", "제목", "이름", "과제명", "name_ko")
LOCAL = ("name_local", "title_local", "local_name", "현지명", "영문명")
TEXTS = (
    "description_en",
    "description",
    "description_ko",
    "abstract",
    "summary",
    "objective",
    "text",
    "teaser",
    "goal_text",
    "설명",
    "내용",
    "개요",
    "사업내용",
    "주요내용",
    "목적",
)
LEADS = (
    "lead_organisation",
    "lead_organization",
    "lead",
    "organisation",
    "organization",
    "주관기관",
    "수행기관",
    "운영기관",
)
KINDS = ("kind", "종류")
_LONGEST = 10_000_000


def read_units(path: Path, columns: Mapping[str, str]) -> list[UnitText]:
    """Units of a file, in its order.

    Args:
        path: CSV in UTF-8, also compressed (``.gz``).
        columns: what each column named by the caller is: ``id``, ``name``, ``name_local``, ``description``,
            ``lead_organisation``; others are found by their names. Codes that a file may hold are never read.

    Raises:
        BadInput: the file cannot be read, has no row, no text column, a column that was named and is not there, or an
            id twice; all faults at once.
    """
    header, rows = _read(path)
    chosen = _choose(path, header, columns)
    faults: list[Fault] = []
    if not rows:
        faults.append(Fault(path.name, 1, "", "no row", "one row or more", "name another file"))
    units: list[UnitText] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        cells = {name: clean(value) for name, value in zip(header, row, strict=False)}
        given = cells.get(chosen["id"][0], "") if chosen["id"] else ""
        unit = given or f"row-{number}"
        if unit in seen:
            expected = f"an id of its own (line {seen[unit]} has it already)"
            faults.append(Fault(path.name, number, chosen["id"][0], repr(unit), expected, "correct one of them"))
        seen[unit] = number
        units.append(UnitText(unit, tuple(_passages(cells, chosen)), None))
    if faults:
        raise BadInput(path.name, faults)
    return units


def _passages(cells: Mapping[str, str], chosen: Mapping[str, Sequence[str]]) -> Iterator[Passage]:
    for prop in ("name", "name_local", "description", "lead_organisation"):
        for column in chosen[prop]:
            if text := cells.get(column, ""):
                yield Passage(prop, "ko" if has_hangul(text) else "en", text)


def _choose(path: Path, header: Sequence[str], columns: Mapping[str, str]) -> dict[str, list[str]]:
    """Which columns hold what."""
    faults = [
        Fault(path.name, 1, column, "no such column", f"one of: {', '.join(header)}", "name a column of the file")
        for column in columns.values()
        if column not in header
    ]
    if faults:
        raise BadInput(path.name, faults)
    plain = {name.strip().casefold().replace(" ", "_"): name for name in header}
    known = {"id": IDS, "name": NAMES, "name_local": LOCAL, "description": TEXTS, "lead_organisation": LEADS}
    found = {prop: [plain[n] for n in names if n in plain] for prop, names in known.items()}
    found["id"], found["name"] = found["id"][:1], found["name"][:2]
    for prop, column in columns.items():
        found[prop] = [column] if prop != "description" else [column, *(c for c in found[prop] if c != column)]
    if not found["name"] and not found["description"]:
        expected = f"a column with text, such as {', '.join((*NAMES[:2], *TEXTS[:2]))}"
        fault = Fault(path.name, 1, "", ", ".join(header) or "no header", expected, "name one with --text COLUMN")
        raise BadInput(path.name, [fault])
    return found


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    if not path.is_file():
        raise BadInput(path.name, [Fault(str(path), 0, "", "no such file", "a CSV file", "check the path")])
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
        csv.field_size_limit(_LONGEST)
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(cell.strip() for cell in row)
        ]
    except (UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError, csv.Error) as error:
        fault = Fault(path.name, 0, "", f"unreadable ({error})", "CSV in UTF-8", "save it as CSV in UTF-8")
        raise BadInput(path.name, [fault]) from error
    return (rows[0], rows[1:]) if rows else ([], [])
