"""Importing leads: snapshots kept, tables made, changes told; all of it or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dynapolis import __version__
from dynapolis.errors import BadUse, DynapolisError
from dynapolis.model.correction import CORRECTIONS, Corrections
from dynapolis.model.lead import LeadRegister
from dynapolis.model.register import DESCRIPTION
from dynapolis.registers.changes import TableChanges, compare_tables
from dynapolis.registers.leads.package import pack_package
from dynapolis.registers.leads.reading import TableReport, read_leads
from dynapolis.registers.leads.sources import ARCHIVE, PACKAGE, Source, find_sources, unclaimed
from dynapolis.steps.inputs import code_digest
from dynapolis.store import content
from dynapolis.store.files import digest_file
from dynapolis.store.lead_lake import LeadLake
from dynapolis.store.ledger import Ledger
from dynapolis.store.place_decisions import read_decisions
from dynapolis.store.register_files import read_corrections, read_lead_register, read_lead_vocabulary
from dynapolis.store.snapshots import Kept, lead_imports, note_lead_import
from dynapolis.store.workspace import Workspace

LOOKUPS = "lookups.csv"  # decisions on places that belong to the register
BESIDE = (DESCRIPTION, CORRECTIONS, LOOKUPS)

Tick = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class LeadImport:
    """What an import of leads did.

    Attributes:
        register: its name.
        files: names of the files, by role.
        reports: every table, every entry accounted for.
        is_new: whether anything differs from the import before.
        changes: by table, what changed since the import before; empty at the first one.
        gone, appeared: tables that only the import before, or only this one, has.
        incomparable: why there is no comparison although there was an import before.
        unclaimed: files of a folder or zip that belong to no table.
    """

    register: str
    files: dict[str, str]
    reports: tuple[dict[str, Any], ...]
    is_new: bool
    changes: dict[str, TableChanges]
    gone: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    incomparable: str | None = None
    unclaimed: tuple[str, ...] = ()


def import_leads(
    workspace: Workspace,
    ledger: Ledger,
    name: str,
    given: Path,
    named: Mapping[str, Path],
    *,
    now: str,
    tick: Tick = lambda _table, _n: None,
    clock: Callable[[], float] = lambda: 0.0,
) -> LeadImport:
    """Import a published list of leads, whole or not at all.

    Args:
        workspace: where snapshots and tables go.
        ledger: its ledger, open.
        name: the register.
        given: the file, folder, zip or data package.
        named: files by table, where they cannot be found by their names.
        now: the time, noted beside the snapshots.
        tick: called with a table and its entries read so far.
        clock: gives seconds, for the time that each table took.

    Raises:
        BadUse: a file is not there, or it is not clear which table it holds.
        BadInput: the files have faults; everything of all tables is told, and nothing was changed.
        BadContent: the description or the corrections are faulty.
    """
    folder = workspace.content.registers / name
    register = read_lead_register(content.register_file(folder))
    lake = lead_lake(workspace)
    with tempfile.TemporaryDirectory() as packed, lake.draft() as draft:
        if (folder / LOOKUPS).is_file():
            read_decisions(folder / LOOKUPS)
        descriptor = given / PACKAGE if given.is_dir() else given
        if descriptor.name == PACKAGE and descriptor.is_file():
            given = pack_package(descriptor, Path(packed) / f"{descriptor.resolve().parent.name}.zip")
        sources = find_sources(register, given, named)
        left = unclaimed(given, sources)
        paths = {source.role: source.path for source in sources.values()}
        paths |= {role: folder / role for role in BESIDE if (folder / role).is_file()}
        files = {role: Kept(path.name, digest_file(path), path.stat().st_size) for role, path in paths.items()}
        imports = lead_imports(ledger).get(name, [])
        place = lake.find(name, _depends_on(files))
        if place is None:
            reports = read_leads(
                register, sources, read_corrections(folder), read_lead_vocabulary(), draft, tick, clock
            )
        is_new = not imports or imports[-1] != files
        earlier = [kept for kept in imports if kept != files]
        before, incomparable = _before(workspace, name, earlier[-1]) if earlier and is_new else ({}, None)
        for role, path in paths.items():
            if workspace.snapshots.keep_file(name, path.name, path) != files[role].snapshot_id:
                raise BadUse(f"{path} changed while it was read; import it again when nobody writes to it")
        if is_new:
            with ledger.begin() as writer:
                note_lead_import(writer, name, files, licence=register.licence.name, now=now)
        if place is None:
            place = lake.finish(draft, name, _depends_on(files), _report(reports))
    after = lake.tables(place)
    return LeadImport(
        register=name,
        files={role: kept.file_name for role, kept in files.items()},
        reports=tuple(lake.report(place)),
        is_new=is_new,
        changes=_changes(before, after),
        gone=tuple(sorted(set(before) - set(after))),
        appeared=tuple(sorted(set(after) - set(before))) if before else (),
        incomparable=incomparable,
        unclaimed=left,
    )


def _before(workspace: Workspace, name: str, files: Mapping[str, Kept]) -> tuple[dict[str, Path], str | None]:
    """The tables of the import before; or why they cannot be read, which must not stop a new import."""
    try:
        return lead_tables(workspace, name, files), None
    except DynapolisError as error:
        return {}, str(error).splitlines()[0]


def lead_lake(workspace: Workspace) -> LeadLake:
    """Where the tables of leads lie."""
    return LeadLake(workspace.folder / "lake" / "leads")


def lead_tables(workspace: Workspace, register: str, files: Mapping[str, Kept]) -> dict[str, Path]:
    """The tables of one import as Parquet, read again from its snapshots where the lake does not hold them.

    Raises:
        BadUse: a snapshot is gone or was changed.
    """
    lake = lead_lake(workspace)
    place = lake.find(register, _depends_on(files))
    if place is None:
        kept = {
            role: workspace.snapshots.verified(register, file.file_name, file.snapshot_id)
            for role, file in files.items()
        }
        description = read_lead_register(kept[DESCRIPTION])
        corrections = read_corrections(kept[CORRECTIONS]) if CORRECTIONS in kept else Corrections()
        sources = _kept_sources(description, kept, files)
        with lake.draft() as draft:
            reports = read_leads(description, sources, corrections, read_lead_vocabulary(), draft)
            place = lake.finish(draft, register, _depends_on(files), _report(reports))
    return lake.tables(place)


def lead_changes(workspace: Workspace, ledger: Ledger, register: str, back: int = 1) -> dict[str, TableChanges]:
    """What changed between the last import of a register and the one ``back`` imports before it.

    Raises:
        BadUse: there were not so many imports.
    """
    imports = lead_imports(ledger).get(register, [])
    if len(imports) <= back:
        told = f"{len(imports)} import{'' if len(imports) == 1 else 's'}"
        raise BadUse(f"register '{register}' has {told} in this workspace; a comparison needs {back + 1}")
    before, after = (lead_tables(workspace, register, files) for files in (imports[-1 - back], imports[-1]))
    return _changes(before, after)


def _changes(before: Mapping[str, Path], after: Mapping[str, Path]) -> dict[str, TableChanges]:
    return {name: compare_tables(name, before[name], path) for name, path in after.items() if name in before}


def _kept_sources(register: LeadRegister, kept: Mapping[str, Path], files: Mapping[str, Kept]) -> dict[str, Source]:
    """Sources of an import among its snapshots, whose names begin with a hash."""
    named = {name: kept[name] for name in register.by_name if name in kept}
    if ARCHIVE in kept:
        return find_sources(register, kept[ARCHIVE], named, called=files[ARCHIVE].file_name)
    return {name: Source(name, path) for name, path in named.items()}


def _depends_on(files: Mapping[str, Kept]) -> dict[str, Any]:
    return {
        "dynapolis": __version__,
        "code": code_digest(),
        "files": {role: kept.snapshot_id for role, kept in sorted(files.items())},
    }


def _report(reports: list[TableReport]) -> list[dict[str, Any]]:
    return [report.as_value() for report in reports]
