"""A first look at a new list: its tables, their headers and first entries, and how many entries there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dynapolis.errors import BadUse
from dynapolis.model.layout import Layout
from dynapolis.registers.leads.draft import Seen
from dynapolis.registers.readers import list_tables, open_table

_SAMPLED = 500
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def look_at(source: Path, further: Mapping[str, Path]) -> list[Seen]:
    """Every table of a list.

    Args:
        source: a file, a zip, a workbook or a data package.
        further: more files by the name their table should have.

    Raises:
        BadUse: a file is not there.
        BadInput: a file cannot be read.
    """
    gone = [str(path) for path in (source, *further.values()) if not path.is_file()]
    if gone:
        raise BadUse(f"not a file: {', '.join(gone)}; name the file of the list")
    members = list_tables(source)
    if members and source.suffix.lower() in _WORKBOOKS:
        seen = [_look(_name(sheet), source, Layout(sheet=sheet), source.name, sheet) for sheet in members]
    elif members:
        seen = [_look(_name(member), source, Layout(member=member), member.rsplit("/", 1)[-1]) for member in members]
    else:
        seen = [_look(_name(source.name), source, Layout(), source.name)]
    return list(_apart([*seen, *(_look(_name(name), path, Layout(), path.name) for name, path in further.items())]))


def _apart(tables: Iterable[Seen]) -> Iterator[Seen]:
    """The tables, with a number where a name comes again, as of sheets whose names are all in Hangul."""
    taken: set[str] = set()
    for table in tables:
        name, number = table.name, 1
        while name in taken:
            number += 1
            name = f"{table.name}_{number}"
        taken.add(name)
        yield replace(table, name=name)


def _look(name: str, path: Path, layout: Layout, file: str, sheet: str | None = None) -> Seen:
    with open_table(path, layout) as table:
        rows: list[tuple[str, ...]] = []
        n_entries = 0
        for entry in table.entries:
            n_entries += 1
            if len(rows) < _SAMPLED and not entry.wrong:
                rows.append(entry.cells)
    return Seen(name, file.removesuffix(".gz"), sheet, table.header, tuple(rows), table.decisions, n_entries)


def _name(text: str) -> str:
    """A table's name from a file's or a sheet's.

    Example:
        >>> _name("Projects (lead partners)"), _name("2024_목록.csv")
        ('projects_lead_partners', 'list_2024')
    """
    stem = re.sub(
        r"\.(gz|csv|tsv|txt|psv|json|jsonl|xlsx?|js)$", "", text.rsplit("/", 1)[-1].lower().removesuffix(".gz")
    )
    word = re.sub(r"[^a-z0-9]+", "_", stem).strip("_")
    return word if word[:1].isalpha() else f"list_{word}".rstrip("_")
