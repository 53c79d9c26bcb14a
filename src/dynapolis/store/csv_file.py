"""Content tables: CSV read with line numbers, every fault in one message."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from dynapolis.errors import BadContent, Fault
from dynapolis.model.problem import Problem

Model = TypeVar("Model", bound=BaseModel)
Rows = list[tuple[int, dict[str, str]]]
Check = Callable[[Iterable[tuple[int, Model]]], Iterable[tuple[int, Problem]]]
_WORDS = {"yes": True, "no": False}


def read_table(path: Path, columns: Sequence[str]) -> tuple[Rows, list[Fault]]:
    """Rows of a CSV file of these columns, each with the line on which it begins, and what is wrong with its form.

    Raises:
        BadContent: the file is missing or not UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadContent(path.name, [Fault(str(path), 0, "", str(error), "a UTF-8 CSV file", "restore it")]) from error
    except UnicodeDecodeError as error:
        line, found = error.object[: error.start].count(b"\n") + 1, f"byte 0x{error.object[error.start]:02X}"
        raise BadContent(path.name, [Fault(path.name, line, "", found, "UTF-8 text", "save it as UTF-8")]) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    expected = f"the columns {', '.join(columns)}"
    faults = [Fault(path.name, 1, c, "no such column", expected, "add the column") for c in columns if c not in header]
    faults += [Fault(path.name, 1, c, "an unknown column", expected, "remove it") for c in header if c not in columns]
    rows: Rows = []
    begins = reader.line_num + 1
    for cells in [] if faults else reader:
        if len(cells) == len(columns):
            rows.append((begins, dict(zip(header, cells, strict=True))))
        elif cells:
            mend = "check quotes and commas in this line"
            faults.append(Fault(path.name, begins, "", f"{len(cells)} cells", f"{len(columns)} cells", mend))
        begins = reader.line_num + 1
    return rows, faults


def read_models(path: Path, model: type[Model]) -> tuple[list[tuple[int, Model]], list[Fault]]:
    """A CSV file whose columns are the fields of a model, an empty cell being no value.

    Returns:
        each row with its line, and all faults of form and of values; a faulty row is among the faults only.

    Raises:
        BadContent: the file is missing or not UTF-8.
    """
    table, faults = read_table(path, list(model.model_fields))
    rows: list[tuple[int, Model]] = []
    for line, cells in table:
        given = {name: _WORDS.get(cell, cell) for name, cell in cells.items() if cell != ""}
        try:
            rows.append((line, model.model_validate(given)))
        except ValidationError as error:
            for item in error.errors():
                column = str(item["loc"][0])
                found = "an empty cell" if item["type"] == "missing" else repr(cells[column])
                said = item["msg"].removeprefix("Value error, ").removeprefix("expected ")
                told = f"a value for '{column}'" if item["type"] == "missing" else said
                faults.append(Fault(path.name, line, column, found, told[0].lower() + told[1:], "correct the cell"))
    return rows, faults


def read_checked(path: Path, model: type[Model], check: Check[Model] = lambda _: ()) -> tuple[Model, ...]:
    """All rows of a CSV file whose columns are the fields of a model, and which are held against each other.

    Args:
        path: the file.
        model: of a row.
        check: gives what is wrong between the rows, each with its line.

    Raises:
        BadContent: the file is missing, or there are faults; all are listed with their lines.
    """
    rows, faults = read_models(path, model)
    faults += [Fault(path.name, line, str(p.loc[0]), p.found, p.expected, p.mend) for line, p in check(rows)]
    if faults:
        raise BadContent(path.name, faults)
    return tuple(row for _, row in rows)
