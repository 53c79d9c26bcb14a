"""Counts over all lead registers of a workspace, kept out of what is published where the terms say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dynapolis.errors import BadUse
from dynapolis.leads.counts import LeadCounts, count_leads
from dynapolis.leads.imports import LOOKUPS, lead_tables
from dynapolis.model.lead import LeadRegister
from dynapolis.model.register import DESCRIPTION
from dynapolis.places.match import Decisions
from dynapolis.store import content
from dynapolis.store.areas import read_areas
from dynapolis.store.ledger import Ledger
from dynapolis.store.national_bodies import read_national_bodies
from dynapolis.store.place_decisions import read_decisions, workspace_decisions
from dynapolis.store.register_files import read_lead_register
from dynapolis.store.snapshots import Kept, lead_imports
from dynapolis.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of leads, and the registers left out because their terms forbid passing them on."""

    counts: LeadCounts
    registers: tuple[LeadRegister, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leads:
    """Registers of leads of a workspace.

    Attributes:
        registers: their descriptions by name.
        tables: by register and table, the Parquet file.
        decisions: what persons decided about towns.
        left_out: registers whose terms forbid passing them on.
    """

    registers: Mapping[str, LeadRegister]
    tables: Mapping[str, Mapping[str, Path]]
    decisions: Decisions
    left_out: tuple[str, ...]


def workspace_counts(workspace: Workspace, ledger: Ledger, *, private: bool = False) -> Overview:
    """Counts of the last import of every register of leads.

    Args:
        workspace: where the tables are.
        ledger: its ledger, open.
        private: count also what must not be published; such counts are for the reader alone.

    Raises:
        BadUse: no register of leads was imported, or the terms of all of them keep them out.
    """
    leads = open_leads(workspace, ledger, private=private)
    counts = count_leads(
        leads.tables,
        {name: {t.name: t.holds for t in register.tables} for name, register in leads.registers.items()},
        [body.organisation_id for body in read_national_bodies(workspace.content.national_bodies)[1]],
        content.read_places(workspace.content.places),
        read_areas(workspace.content.areas),
        leads.decisions,
    )
    return Overview(counts, tuple(leads.registers.values()), leads.left_out)


def open_leads(workspace: Workspace, ledger: Ledger, *, private: bool = False) -> Leads:
    """The last import of every register of leads whose terms allow its use here; see ``workspace_counts``."""
    imports = {name: all_of_it[-1] for name, all_of_it in lead_imports(ledger).items()}
    described = {name: _description(workspace, name, files) for name, files in imports.items()}
    left_out = tuple(name for name, register in described.items() if not (private or register.publishable))
    used = {name: register for name, register in described.items() if name not in left_out}
    if not used:
        told = f"; left out by their terms: {', '.join(left_out)}" if left_out else ""
        raise BadUse(f"no leads here: import a register of leads with dynapolis import{told}")
    decisions: dict[tuple[str, str], int | None] = {}
    for name in used:
        decisions |= _lookups(workspace, name, imports[name])
    tables = {name: lead_tables(workspace, name, imports[name]) for name in used}
    return Leads(used, tables, {**decisions, **workspace_decisions(ledger)}, left_out)


def _description(workspace: Workspace, name: str, files: dict[str, Kept]) -> LeadRegister:
    kept = files[DESCRIPTION]
    return read_lead_register(workspace.snapshots.verified(name, kept.file_name, kept.snapshot_id))


def _lookups(workspace: Workspace, name: str, files: dict[str, Kept]) -> Decisions:
    if LOOKUPS not in files:
        return {}
    kept = files[LOOKUPS]
    path: Path = workspace.snapshots.verified(name, kept.file_name, kept.snapshot_id)
    return read_decisions(path)
