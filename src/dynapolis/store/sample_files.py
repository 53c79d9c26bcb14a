"""A population with a coded sample as CSV: read with every fault at once, and written when a sample is drawn."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from dynapolis.errors import BadInput, Fault
from dynapolis.model.sample import SampleUnit, check_sample
from dynapolis.model.screening import Picked

REQUIRED = ("unit_id", "inclusion", "label", "picked")
OPTIONAL = ("stratum", "drawn", "score", "predicted")
LABEL_COLUMNS = ("unit_id", "label", "picked")
_YES_NO = {"yes": True, "no": False, "": False}
Value = TypeVar("Value")


def read_sample(path: Path, code: str, labels: Path | None = None) -> list[SampleUnit]:
    """The units of a population, checked.

    Args:
        path: CSV of all units with ``REQUIRED`` columns and any of ``OPTIONAL``; other columns are passed over.
        code: the code whose share is wanted; ``label`` and ``predicted`` hold names of codes.
        labels: CSV of ``LABEL_COLUMNS`` with the people's codes, where they are not in the first file.

    Raises:
        BadInput: a cell cannot be read, or the design does not let a share be estimated; all faults at once.
    """
    required = [name for name in REQUIRED if labels is None or name not in ("label", "picked")]
    rows, faults = _read_rows(path, required)
    given, more = _read_labels(labels) if labels is not None else ({}, [])
    reader = _Reader(path.name, code, [*faults, *more])
    units = [reader.unit(line, row | given.pop(row.get("unit_id", ""), {})) for line, row in rows]
    for unit_id, row in given.items():
        reader.faults.append(
            Fault(
                Path(labels or path).name, int(row["_line"]), "unit_id", repr(unit_id), f"a unit of {path.name}",
                "the sample must come from the population: correct the id, or remove the line",
            )
        )  # fmt: skip
    if not rows and not faults:
        reader.faults.append(Fault(path.name, 1, "", "no unit", "one line for every unit", "list the whole population"))
    if not reader.faults:
        reader.faults += [Fault(path.name, r.row, r.column, r.found, r.expected, r.mend) for r in check_sample(units)]
    if reader.faults:
        raise BadInput(path.name, reader.faults)
    return units


class _Reader:
    """Cells of one file as values; what cannot be read is kept among the faults."""

    def __init__(self, where: str, code: str, faults: list[Fault]) -> None:
        self.where, self.code, self.faults = where, code, faults

    def unit(self, line: int, row: dict[str, str]) -> SampleUnit:
        """One unit of one line."""
        label, predicted = row["label"].strip() if "label" in row else "", row.get("predicted", "").strip()
        score = self._cell(line, row, "score", _share, "a probability, 0 to 1")
        if score is None and predicted:
            score = float(predicted == self.code)
        picked = self._cell(line, row, "picked", Picked, "random, model or seed")
        drawn = self._cell(line, row, "drawn", _YES_NO.__getitem__, "yes or no") if "drawn" in row else None
        if not row.get("unit_id", "").strip():
            self.faults.append(Fault(self.where, line, "unit_id", "an empty cell", "an id", "give every unit an id"))
        return SampleUnit(
            row.get("unit_id", "").strip(),
            row.get("stratum", "").strip() or "all",
            self._cell(line, row, "inclusion", float, "a number, 0 to 1"),
            bool(drawn) if "drawn" in row else bool(label),
            picked,
            float(label == self.code) if label else None,
            score,
            line,
        )

    def _cell(
        self, line: int, row: dict[str, str], column: str, read: Callable[[str], Value], expected: str
    ) -> Value | None:
        text = row.get(column, "").strip()
        if not text:
            return None
        try:
            return read(text)
        except (ValueError, KeyError):
            self.faults.append(Fault(self.where, line, column, repr(text), expected, "correct the cell"))
            return None


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def read_frame(path: Path) -> list[dict[str, str]]:
    """Rows of a list of units from which a sample is to be drawn; ``unit_id`` is required, ``score`` 0 to 1.

    Raises:
        BadInput: a column or an id is missing, an id stands twice, or a score is not one.
    """
    rows, faults = _read_rows(path, ("unit_id",))
    seen: set[str] = set()
    for line, row in rows:
        unit_id = row["unit_id"].strip()
        if not unit_id or unit_id in seen:
            faults.append(Fault(path.name, line, "unit_id", repr(unit_id), "an id of its own", "give every unit one"))
        seen.add(unit_id)
        if "score" in row:
            try:
                _share(row["score"].strip())
            except ValueError:
                faults.append(Fault(path.name, line, "score", repr(row["score"]), "a probability, 0 to 1", "score all"))
    if not rows and not faults:
        faults.append(Fault(path.name, 1, "", "no unit", "one line for every unit", "list the whole population"))
    if faults:
        raise BadInput(path.name, faults)
    return [row for _, row in rows]


def write_rows(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Rows as UTF-8 CSV; a file that is there is never overwritten.

    Raises:
        BadInput: there is such a file.
    """
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except FileExistsError as error:
        fault = Fault(str(path), 0, "", "a file", "no file", "name another one: a drawn sample is not drawn again")
        raise BadInput(path.name, [fault]) from error


def _read_labels(path: Path) -> tuple[dict[str, dict[str, str]], list[Fault]]:
    rows, faults = _read_rows(path, LABEL_COLUMNS)
    found: dict[str, dict[str, str]] = {}
    for line, row in rows:
        unit_id = row["unit_id"].strip()
        if unit_id in found:
            faults.append(Fault(path.name, line, "unit_id", repr(unit_id), "each unit once", "keep one line"))
        found[unit_id] = {"label": row["label"], "picked": row["picked"], "_line": str(line)}
    return found, faults


def _read_rows(path: Path, required: Iterable[str]) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    """Rows with the line on which each ends; one that has more or fewer cells than the header is a fault."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        fault = Fault(str(path), 0, "", error.strerror or str(error), "a UTF-8 CSV file", "name another file")
        raise BadInput(path.name, [fault]) from error
    except UnicodeDecodeError as error:
        fault = Fault(path.name, 0, "", f"byte 0x{error.object[error.start]:02X}", "UTF-8 text", "save it as UTF-8")
        raise BadInput(path.name, [fault]) from error
    reader = csv.reader(text.splitlines(keepends=True))
    header = [name.strip() for name in next(reader, [])]
    expected = f"a column {', '.join(required)}"
    faults = [
        Fault(path.name, 1, name, "no such column", expected, "add it") for name in required if name not in header
    ]
    rows: list[tuple[int, dict[str, str]]] = []
    for cells in [] if faults else reader:
        if len(cells) == len(header):
            rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
        elif cells:
            mend = "check quotes and commas in this line"
            faults.append(Fault(path.name, reader.line_num, "", f"{len(cells)} cells", f"{len(header)} cells", mend))
    return rows, faults
