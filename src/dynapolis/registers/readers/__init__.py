"""Published files of any format we read, opened as one kind of table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from dynapolis.model.layout import Layout
from dynapolis.registers.readers.archive import choose_members, is_pattern, list_members
from dynapolis.registers.readers.data_package import find_package, open_resource
from dynapolis.registers.readers.delimited import Header, read_delimited
from dynapolis.registers.readers.json_table import MEMBER, open_json
from dynapolis.registers.readers.kind import EMPTY_ZIP, OLE, ZIP, Kind, find_kind, refuse_foreign
from dynapolis.registers.readers.limits import LIMITS, Limits
from dynapolis.registers.readers.refuse import refusal
from dynapolis.registers.readers.stream import Part
from dynapolis.registers.readers.table import OWN, Decision, Entry, Table, decision_of
from dynapolis.registers.readers.workbook import is_workbook, read_workbook, sheet_names
from dynapolis.registers.wording import Wording

__all__ = ["LIMITS", "Decision", "Entry", "Limits", "Table", "decision_of", "list_tables", "open_table"]

Opened = tuple[tuple[str, ...], Iterator[Entry], list[Decision]]


@contextmanager
def open_table(path: Path, layout: Layout, *, name: str | None = None, limits: Limits = LIMITS) -> Iterator[Table]:
    """A published file as a table whose entries are read one by one.

    Nothing is written or unpacked to disk by its name. Memory does not grow with a CSV or JSON file; a workbook is
    held whole.

    Args:
        path: a file, or the folder of a data package.
        layout: what is known of its form; the rest is found and told in ``Table.decisions``.
        name: under which faults are told; the file's own name when left out.
        limits: the most it may unpack to.

    Raises:
        BadInput: something spoils the whole file. Raised at opening, or later while the entries are read: whoever
            reads must not keep anything before the last entry has come.
    """
    shown_name = name or path.name
    parts, layout, decisions, fields = _find_parts(path, layout, shown_name, limits)
    with_member = is_pattern(layout.member) and layout.member not in {part.inside for part in parts}
    kind, why = _kind(parts[0], layout)
    if kind in (Kind.JSON, Kind.JSONL):
        header, entries, more = open_json(parts, layout, lines=kind is Kind.JSONL, with_member=with_member)
    else:
        header, entries, more = _open_each(parts, layout, kind, with_member)
    told = [*decisions, *why, *more, *_against_schema(header, fields)]
    with closing(entries):  # type: ignore[type-var]  # generators, which close their streams
        yield Table(shown_name, header, entries, tuple(told))


def list_tables(path: Path) -> tuple[str, ...]:
    """What can be named in a layout: resources of a data package, sheets of a workbook, members of a zip.

    Returns:
        Nothing for a file that holds one table.

    Raises:
        BadInput: it is damaged or unsafe.
    """
    package = find_package(path, path.name, LIMITS)
    if package:
        return tuple(package.resources())
    part = Part(path.name, path, None, LIMITS)
    head = part.head()
    members = list_members(path, path.name, LIMITS) if head.startswith((ZIP, EMPTY_ZIP)) else ()
    return sheet_names(part) if is_workbook(members, head) else members


def _find_parts(
    path: Path, layout: Layout, name: str, limits: Limits
) -> tuple[list[Part], Layout, list[Decision], tuple[str, ...]]:
    """The streams to read, one after another, and what a descriptor says of them."""
    whole = Part(name, path, None, limits)
    if path.is_dir() or path.name == "datapackage.json" or layout.format == "datapackage":
        package = find_package(path, name, limits)
        if package is None:
            raise refusal(name, "no datapackage.json", "a data package", "name a file, or add the descriptor")
        return open_resource(package, layout)
    head = whole.head()
    if not head.startswith((ZIP, EMPTY_ZIP)):
        return [whole], layout, [], ()
    members = list_members(path, name, limits)
    if is_workbook(members, head):
        return [whole], layout, [], ()
    package = find_package(path, name, limits) if layout.format == "auto" else None
    if package and not any(fnmatchcase(member, layout.member or "") for member in members):
        return open_resource(package, layout)
    chosen, decisions = choose_members(members, layout.member, name)
    return [Part(f"{name}, {member}", path, member, limits) for member in chosen], layout, decisions, ()


def _kind(part: Part, layout: Layout) -> tuple[Kind, list[Decision]]:
    head = part.head()
    found_book = head.startswith((OLE, ZIP))
    if layout.format != "auto":
        kind = Kind(layout.format)
        if (kind is Kind.WORKBOOK) != found_book:
            found = "a workbook or archive" if found_book else "no workbook"
            raise refusal(part.name, found, f"format {layout.format}", "correct layout.format", column="layout")
        refuse_foreign(head, part.name)
        return kind, []
    if found_book:
        return Kind.WORKBOOK, [Decision("format", "xlsx", Wording("decision.why.workbook"))]
    kind, why = find_kind(head, part.file_name, part.name)
    return kind, [why]


def _open_each(parts: Sequence[Part], layout: Layout, kind: Kind, with_member: bool) -> Opened:
    """Text files or workbooks of the same columns, one after another."""
    header, entries, decisions = _open_one(parts[0], layout, kind)
    if not with_member and len(parts) == 1:
        return header, entries, decisions

    def all_entries() -> Iterator[Entry]:
        for number, part in enumerate(parts):
            columns, found = (header, entries) if number == 0 else _open_one(part, layout, kind)[:2]
            if sorted(columns) != sorted(header):
                missing, more = sorted(set(header) - set(columns)), sorted(set(columns) - set(header))
                what = f"other columns than in {parts[0].name} (without {missing}, with {more})"
                raise refusal(part.name, what, "the same columns", "import the members apart")
            order = [columns.index(column) for column in header]
            member = (part.inside or "",) if with_member else ()
            for entry in found:
                yield Entry(entry.line, member + tuple([entry.cells[place] for place in order]), entry.wrong)

    return ((MEMBER, *header) if with_member else header), all_entries(), decisions


def _open_one(part: Part, layout: Layout, kind: Kind) -> Opened:
    if kind is Kind.WORKBOOK:
        return read_workbook(part, layout)
    rows = read_delimited(part, layout)
    header = next(rows)
    assert isinstance(header, Header)
    entries = (row for row in rows if isinstance(row, Entry))
    return header.columns, entries, list(header.decisions)


def _against_schema(header: Sequence[str], fields: Sequence[str]) -> list[Decision]:
    """What the schema of a data package names and the file does not, and the other way round."""
    if not fields or tuple(header) == tuple(fields):
        return []
    missing, more = tuple(sorted(set(fields) - set(header))), tuple(sorted(set(header) - set(fields)))
    why = Wording("decision.why.own_header", {"n": len(header), "missing": missing, "more": more})
    return [Decision("header", OWN, why)]
