"""The table in which COINr users keep the tree of an index, in the form of a specification.

Columns as in COINr (Becker and others 2022, doi 10.21105/joss.04567): ``iCode``, ``Type``, ``Parent``, ``Direction``,
``Weight``, ``iName``, ``Unit``, ``Target``, ``Denominator``, ``goalpost_lower``, ``goalpost_upper``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dynapolis.errors import Fault
from dynapolis.model.problem import Loc
from dynapolis.store.composite_rows import MISSING, Rows, number

NEEDED = ("iCode", "Type", "Parent")
TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
NUMBERS = {
    "Direction": "direction", "Weight": "weight", "Target": "target", "Low": "low", "goalpost_lower": "low",
    "High": "high", "goalpost_upper": "high",
}  # fmt: skip
TEXTS = {"iName": "name", "Unit": "unit", "Denominator": "denominator", "Parent": "parent"}
OF_NODES = ("iName", "Parent", "Weight")


@dataclass(frozen=True, slots=True)
class Meta:
    """What the metadata say.

    Attributes:
        rows: the table.
        raw: ``indicators``, ``nodes`` and ``columns`` as a specification has them.
        lines: line of every indicator and node, by its kind and place.
        faults: of the table itself; those of the tree are found with the specification.
    """

    rows: Rows
    raw: Mapping[str, Any]
    lines: Mapping[tuple[str, int], int]
    faults: tuple[Fault, ...]

    def line(self, loc: Loc) -> int:
        """The line that a place of the specification came from; 1 where it is the table as a whole."""
        return self.lines.get((str(loc[0]), int(loc[1])), 1) if len(loc) > 1 and isinstance(loc[1], int) else 1

    def named(self, fault: Fault) -> Fault:
        """A fault of the specification with the column of the table in place of the key."""
        key = fault.column.rsplit(".", 1)[-1]
        known = {"code": "iCode"} | {name: column for column, name in (NUMBERS | TEXTS).items() if self._has(column)}
        return replace(fault, column=known.get(key, fault.column))

    def _has(self, column: str) -> bool:
        return column in self.rows.header


def read_meta(rows: Rows, data_header: tuple[str, ...], decimal: str = ".") -> Meta:
    """The tree in the form of a specification.

    Args:
        rows: the table of metadata.
        data_header: columns of the data, which tell whether there are names and times.
        decimal: the sign of decimals.
    """
    columns: dict[str, Any] = {"unit": "uCode", "groups": [], "denominators": []}
    columns |= {key: name for key, name in (("name", "uName"), ("time", "Time")) if name in data_header}
    found: dict[str, Any] = {"indicators": [], "nodes": [], "columns": columns}
    lines: dict[tuple[str, int], int] = {}
    for line, row in rows.as_dicts():
        kind, code = row.get("Type", "Indicator"), row.get("iCode", "")
        if kind in ("Indicator", "Aggregate"):
            key = "indicators" if kind == "Indicator" else "nodes"
            lines[key, len(found[key])] = line
            found[key].append(_entry(row, code, decimal, is_indicator=kind == "Indicator"))
        elif kind in ("Group", "Denominator"):
            columns[f"{kind.lower()}s"].append(code)
    return Meta(rows, found, lines, (*rows.faults, *_faults(rows)))


def _faults(rows: Rows) -> Iterator[Fault]:
    for name in NEEDED:
        if name not in rows.header:
            expected = f"the columns {', '.join(NEEDED)}"
            yield Fault(rows.name, 1, name, "no such column", expected, "add it, or rename the one that holds it")
    if "Type" in rows.header:
        for line, row in rows.as_dicts():
            if row["Type"] not in TYPES:
                yield Fault(rows.name, line, "Type", repr(row["Type"]), f"one of {', '.join(TYPES)}", "correct it")


def _entry(row: Mapping[str, str], code: str, decimal: str, *, is_indicator: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": code}
    for column, name in (TEXTS | NUMBERS).items():
        cell = row.get(column, "")
        if cell in MISSING or not (is_indicator or column in OF_NODES):
            continue
        entry[name] = _number(cell, decimal) if column in NUMBERS else cell
    return entry


def _number(cell: str, decimal: str) -> float | int | str:
    """A number, a whole one as such; the cell itself where it is none, which the model then tells."""
    value = number(cell, decimal)
    if value is None:
        return cell
    return int(value) if value.is_integer() else value
