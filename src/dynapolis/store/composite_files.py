"""Reading a composite indicator: its specification, its metadata and its data, each fault with its line.

Besides our own specification in YAML, the two tables in which COINr users keep an index are read as they are:
metadata (``iCode``, ``Type``, ``Parent``, ``Direction``, ``Weight``, …) and data (``uCode``, ``uName``, ``Time``, a
column for each indicator, denominator and group).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dynapolis.errors import BadContent, BadInput, BadUse, Fault
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import Columns, CompositeSpec
from dynapolis.model.composite_checks import check_composite
from dynapolis.model.problem import Loc
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_meta import Meta, read_meta
from dynapolis.store.composite_rows import MISSING, Rows, number, read_csv
from dynapolis.store.yaml_file import Tree, read_tree, validate

Reader = Callable[[Path], Rows]
FROM_META = ("indicators", "nodes", "columns")


def read_composite(
    data: Path, meta: Path | None = None, spec: Path | None = None, read: Reader = read_csv
) -> tuple[UnitTable, CompositeSpec]:
    """A composite indicator from its files. All faults of all files are told at once.

    Args:
        data: a table with one row for each unit, or for each unit and time.
        meta: a table of the tree, as COINr has it; none where the specification holds the tree.
        spec: YAML of the steps and what is uncertain; none for the usual steps. Where both speak of the same
            (``indicators``, ``nodes``), the specification holds; ``columns`` are taken from both, its own first.
        read: reads a table; CSV if not given.

    Raises:
        BadUse: neither a tree nor a specification was given, or a file is not there.
        BadContent: the specification or the metadata are faulty.
        BadInput: only the data are faulty.
    """
    gone = [str(path) for path in (data, meta, spec) if path and not path.is_file()]
    if gone:
        raise BadUse(f"not a file: {', '.join(gone)}; name a file that is there")
    if meta is None and spec is None:
        raise BadUse("an index needs its tree: give --meta (a table of indicators) or --spec (a specification)")
    tree = read_tree(spec) if spec else Tree({}, {}, [])
    said: Mapping[str, Any] = tree.data if isinstance(tree.data, Mapping) else {}
    rows = read(data)
    columns = said.get("columns")
    decimal = str(columns.get("decimal", ".")) if isinstance(columns, Mapping) else "."
    described = read_meta(read(meta), rows.header, decimal) if meta else None
    value, raw, faults = _describe(said, tree, described, (spec or meta or data))
    told = [*tree.faults, *(described.faults if described else ()), *faults]
    shape = _Shape.of(value, raw)
    of_data = [*rows.faults, *(_check_data(rows, shape) if shape else ())]
    if told or value is None:
        names = [path.name for path in (spec, meta) if path] + ([rows.name] if of_data else [])
        raise BadContent(", ".join(names), [*told, *of_data])
    if of_data:
        raise BadInput(rows.name, of_data)
    return _table(rows, value), value


def unused_columns(header: Sequence[str], spec: CompositeSpec) -> tuple[str, ...]:
    """Columns of the data that the specification does not name."""
    return tuple(name for name in header if name not in _Shape.of(spec, {}).named)


def _describe(
    said: Mapping[str, Any], tree: Tree, meta: Meta | None, main: Path
) -> tuple[CompositeSpec | None, Mapping[str, Any], list[Fault]]:
    """The specification from both files, as far as it is valid; what it was made of; and its faults."""
    base = meta.raw if meta else {}
    raw = {"index": main.stem, "steps": _usual_steps({**base, **said}), **base, **said}
    if isinstance(said.get("columns"), Mapping) and "columns" in base:
        raw["columns"] = {**base["columns"], **said["columns"]}

    def place(loc: Loc) -> tuple[str, int]:
        if meta and loc[:1] and loc[0] in FROM_META and (loc[0] not in said or loc not in tree.lines):
            return meta.rows.name, meta.line(loc)
        return main.name, tree.line(_untagged(loc, raw))

    value, faults = validate(raw, CompositeSpec, check_composite, place)
    if meta and meta.faults:  # without its columns the tree has faults that only follow
        faults = [fault for fault in faults if fault.where != meta.rows.name or fault.row > 1]
    named = [meta.named(fault) if meta and fault.where == meta.rows.name else fault for fault in faults]
    return value, raw, [replace(fault, column=_plain(fault.column, raw)) for fault in named]


def _untagged(loc: Loc, raw: Mapping[str, Any]) -> Loc:
    """A place as it is written: the model puts the kind of a step into its path, between its number and its keys."""
    if len(loc) > 2 and loc[0] in ("steps", "uncertain") and isinstance(loc[1], int):
        entry = raw[str(loc[0])][loc[1]]
        if isinstance(entry, Mapping) and loc[2] in (entry.get("step"), entry.get("kind")):
            if len(loc) == 3 and loc[2] in entry:
                return loc  # the key of that name
            return (*loc[:2], *loc[3:])
    return loc


def _plain(column: str, raw: Mapping[str, Any]) -> str:
    parts: list[str | int] = [int(part) if part.isdecimal() else part for part in column.split(".")]
    return ".".join(map(str, _untagged(tuple(parts), raw)))


def _usual_steps(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Denominators where there are any, outliers treated, min–max, arithmetic means."""
    indicators = raw.get("indicators")
    entries = [item for item in indicators if isinstance(item, Mapping)] if isinstance(indicators, list) else []
    return [
        *([{"step": "denominate"}] if any(item.get("denominator") for item in entries) else []),
        {"step": "treat"},
        {"step": "normalise", "method": "min_max", "range": [0, 100]},
        {"step": "aggregate", "method": "arithmetic"},
    ]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the data have to hold."""

    columns: Columns
    codes: tuple[str, ...]

    @classmethod
    def of(cls, spec: CompositeSpec | None, raw: Mapping[str, Any]) -> Any:
        """Of a specification; of one with faults, as far as its columns and codes can be read, else nothing."""
        if spec:
            return cls(spec.columns, tuple(indicator.code for indicator in spec.indicators))
        try:
            columns = Columns.model_validate(raw.get("columns") or {})
            return cls(columns, tuple(dict.fromkeys(str(item["code"]) for item in raw["indicators"] if item["code"])))
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def numeric(self) -> tuple[str, ...]:
        """Columns of numbers."""
        return (*self.codes, *(name for name in self.columns.denominators if name not in self.codes))

    @property
    def named(self) -> tuple[str, ...]:
        """All columns."""
        c = self.columns
        return tuple(name for name in (c.unit, c.name, c.time, *c.groups, *self.numeric) if name)


def _check_data(rows: Rows, shape: _Shape) -> Iterator[Fault]:
    for name in dict.fromkeys(shape.named):
        if name not in rows.header and rows.header:
            mend = "add it, or correct the name in the specification or the metadata"
            yield Fault(rows.name, 1, name, "no such column", "a column of that name", mend)
    yield from _check_numbers(rows, shape)
    if shape.columns.unit in rows.header:
        yield from _check_units(rows, shape.columns)


def _check_numbers(rows: Rows, shape: _Shape) -> Iterator[Fault]:
    """Cells that are no numbers."""
    columns = shape.columns
    gaps = {*MISSING, *columns.missing}
    places = [(name, rows.header.index(name)) for name in shape.numeric if name in rows.header]
    for line, row in zip(rows.lines, rows.cells, strict=True):
        for name, place in places:
            cell = row[place]
            if cell not in gaps and number(cell, columns.decimal) is None:
                yield Fault(rows.name, line, name, repr(cell), "a number, or nothing", _mend(cell, columns.decimal))


def _mend(cell: str, decimal: str) -> str:
    """What to do about a cell that is no number; a comma may be the sign of decimals or of thousands."""
    grouped = re.fullmatch(r"[-+]?\d{1,3}([,.'_ \u00a0\u202f]\d{3})+(\W\d+)?", cell)
    said = f"leave out separators of thousands (decimals are written with {decimal!r})" if grouped else ""
    if decimal == "." and number(cell, ",") is not None:
        said += (
            f'{"; if it is that of decimals, " if said else "write a decimal point, or "}say decimal: "," under columns'
        )
    return said or "correct the cell or leave it empty; a word for gaps goes to columns.missing"


def _check_units(rows: Rows, columns: Columns) -> Iterator[Fault]:
    """Units without a code or a time, units given twice at one time."""
    seen: dict[tuple[str, str], int] = {}
    has_time = columns.time in rows.header
    times = rows.column(str(columns.time)) if has_time else ("",) * len(rows.cells)
    for line, code, time in zip(rows.lines, rows.column(columns.unit), times, strict=True):
        if not code:
            yield Fault(rows.name, line, columns.unit, "an empty cell", "the code of a unit", "fill it in")
        elif (code, time) in seen:
            mend = f"see line {seen[code, time]}; remove or rename one"
            mend += "" if columns.time else ", or name the column of years (time, under columns)"
            yield Fault(rows.name, line, columns.unit, repr(code), "each unit once a time", mend)
        if has_time and not time:
            yield Fault(rows.name, line, str(columns.time), "an empty cell", "the time of the row", "fill it in")
        seen.setdefault((code, time), line)


def _table(rows: Rows, spec: CompositeSpec) -> UnitTable:
    columns = spec.columns
    codes = tuple(indicator.code for indicator in spec.indicators)
    units = rows.column(columns.unit)
    names = rows.column(columns.name) if columns.name else units
    return UnitTable(
        units=units,
        names=tuple(name or unit for name, unit in zip(names, units, strict=True)),
        times=rows.column(columns.time) if columns.time else (),
        codes=codes,
        values=_numbers(rows, codes, columns.decimal),
        groups={name: _group(rows.column(name), columns) for name in columns.groups},
        denominators={name: _numbers(rows, (name,), columns.decimal)[:, 0] for name in columns.denominators},
    )


def _group(cells: Sequence[str], columns: Columns) -> tuple[str, ...]:
    gaps = {*MISSING, *columns.missing}
    return tuple("" if cell in gaps else cell for cell in cells)


def _numbers(rows: Rows, names: Sequence[str], decimal: str) -> FloatArray:
    """Columns of checked cells, a gap where there is no number."""
    values = np.full((len(rows.cells), len(names)), np.nan)
    for column, place in enumerate(map(rows.header.index, names)):
        for row, cells in enumerate(rows.cells):
            value = number(cells[place], decimal)
            if value is not None:
                values[row, column] = value
    return values
