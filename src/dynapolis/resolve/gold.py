"""Gold sets: published lists in which the same things stand more than once, and the identifier that tells it.

Which lists, and which of their columns the matcher may see, is content (``content/gold/resolve.yml``). The identifier
becomes the truth and never a column of the records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from dynapolis.dates import parse_date
from dynapolis.errors import BadContent, BadUse, Fault
from dynapolis.model.district import Districts
from dynapolis.model.evidence import Record
from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.resolve.compare.subject import SUBJECT
from dynapolis.resolve.entities import entity_of_records
from dynapolis.resolve.evaluate import Gold
from dynapolis.resolve.given import given_judgements
from dynapolis.resolve.initiatives import subject_table
from dynapolis.resolve.links.district import parts_of_records
from dynapolis.resolve.profile import INITIATIVES, ORGANISATIONS
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml

PROFILES = {"initiatives": INITIATIVES, "organisations": ORGANISATIONS}
Cells = Mapping[str, str]
ReadRows = Callable[[Path], Iterable[Cells]]


class Thing(Frozen):
    """Where the identifier stands, and which part of the cell it is."""

    column: NonEmpty
    extract: str | None = None

    def of(self, cells: Cells) -> str:
        """The identifier of a row; empty where there is none."""
        cell = cells[self.column].strip()
        if self.extract is None:
            return cell
        found = re.search(self.extract, cell)
        return found[1] if found else ""


class Lookup(Frozen):
    """Another file that names the thing of an identifier."""

    file: NonEmpty
    column: NonEmpty
    thing: NonEmpty
    only: dict[str, str] = Field(default_factory=dict)


class GoldList(Frozen):
    """One list of a gold set; see the head of the file."""

    name: NonEmpty
    file: NonEmpty
    thing: Thing
    columns: dict[str, NonEmpty]
    only: dict[str, str] = Field(default_factory=dict)
    blank: dict[str, dict[str, str]] = Field(default_factory=dict)
    date: str | None = None
    distinct: bool = True
    lookup: Lookup | None = None

    @model_validator(mode="after")
    def _known_columns(self) -> GoldList:
        unknown = sorted(set(self.columns) - set(SUBJECT.names))
        if unknown or "name" not in self.columns:
            raise ValueError(f"expected 'name' and columns among {', '.join(SUBJECT.names)}, not {', '.join(unknown)}")
        return self


class GoldSet(Frozen):
    """One gold set: lists of a folder, or registers that are shipped."""

    title: Text
    profile: Literal["initiatives", "organisations"]
    registers: tuple[NonEmpty, ...] = ()
    hidden_coders: tuple[NonEmpty, ...] = ()
    lists: tuple[GoldList, ...] = ()


class GoldFile(Frozen):
    """The file as it stands."""

    sets: dict[str, GoldSet]


def read_gold_sets(path: Path | None = None) -> dict[str, GoldSet]:
    """The gold sets of the shipped file, or of another.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path or shipped() / "gold" / "resolve.yml", GoldFile).sets


def gold_of_records(
    name: str, described: GoldSet, records: Sequence[Record], table: pa.Table, codings: pa.Table, districts: Districts
) -> Gold:
    """The gold set of registers that say themselves which of their records are in another one (``same_as``).

    Args:
        name: of the set.
        described: whose codes are hidden.
        records: of all registers.
        table: the same as ``core_records__record``.
        codings: what their coders said, as it reads under one codebook.
        districts: the parts of the cities.
    """
    seen = codings.filter(pc.invert(pc.is_in(codings["coder_id"], pa.array(described.hidden_coders, pa.string()))))
    given, _ = given_judgements(records)
    things = entity_of_records([record.record_id for record in records], given)
    subjects = subject_table(table, seen, parts_of_records(records, districts))
    return Gold(name, subjects, things, INITIATIVES, frozenset(r.register for r in records))


def gold_of_lists(name: str, described: GoldSet, folder: Path, read: ReadRows) -> Gold:
    """The gold set of some lists.

    Args:
        name: of the set.
        described: its lists.
        folder: where they are.
        read: gives the rows of a list, of any format.

    Raises:
        BadUse: a list is not there.
        BadContent: a list lacks a column.
    """
    missing = missing_files(described, folder)
    if missing:
        raise BadUse(f"gold set {name}: {folder} has no {', '.join(missing)}; name the folder of the lists with --data")
    rows: list[dict[str, Any]] = []
    things: dict[str, str] = {}
    for item in described.lists:
        for thing, row in _rows(item, folder, read):
            rows.append(row)
            things[row["record_id"]] = thing
    records = pa.Table.from_pylist(rows, SUBJECT)
    distinct = frozenset(item.name for item in described.lists if item.distinct)
    return Gold(name, records, things, PROFILES[described.profile], distinct)


def missing_files(described: GoldSet, folder: Path) -> list[str]:
    """Files of a set that are not in the folder."""
    files = [item.file for item in described.lists]
    files += [item.lookup.file for item in described.lists if item.lookup]
    return [file for file in dict.fromkeys(files) if not (folder / file).is_file()]


def _rows(item: GoldList, folder: Path, read: ReadRows) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a list tells of each of its things, once for each, with what the thing is."""
    known = _lookup(item.lookup, folder, read) if item.lookup else None
    seen: set[str] = set()
    for number, cells in enumerate(_checked(item, folder, read)):
        own = item.thing.of(cells)
        thing = own if known is None else known.get(own, "")
        if not thing or not _matches(cells, item.only) or (item.distinct and own in seen):
            continue
        seen.add(own)
        empty = dict.fromkeys(SUBJECT.names)
        yield thing, empty | {"record_id": f"{item.name}:{number}", "register": item.name} | _shown(item, cells)


def _checked(item: GoldList, folder: Path, read: ReadRows) -> Iterator[Cells]:
    wanted = {item.thing.column, *item.columns.values(), *item.only, *item.blank}
    for number, cells in enumerate(read(folder / item.file)):
        if number == 0 and wanted - cells.keys():
            raise BadContent(
                item.file,
                [Fault(item.file, 1, c, "no such column", "the columns of the gold set", "correct the set")
                 for c in sorted(wanted - cells.keys())],
            )  # fmt: skip
        yield cells


def _shown(item: GoldList, cells: Cells) -> dict[str, str]:
    """The cells that the matcher sees. A title that is empty is replaced by the acronym, as a reader would see it."""
    shown = {}
    for ours, theirs in item.columns.items():
        cell = cells[theirs].strip()
        if theirs in item.blank and _matches(cells, item.blank[theirs]):
            cell = ""
        if ours in ("start", "end"):
            cell = parse_date(cell, item.date) or ""
        shown[ours] = cell
    shown["name"] = shown["name"] or shown.get("acronym", "")
    return shown


def _matches(cells: Cells, patterns: Mapping[str, str]) -> bool:
    return all(re.fullmatch(pattern, cells[column].strip()) for column, pattern in patterns.items())


def _lookup(item: Lookup, folder: Path, read: ReadRows) -> dict[str, str]:
    rows = (cells for cells in read(folder / item.file) if _matches(cells, item.only))
    return {cells[item.column]: cells[item.thing] for cells in rows}
