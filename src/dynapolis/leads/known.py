"""A table of known organisations for a workspace: the one it has, and what its lists of leads know of the rest."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass

from dynapolis.leads.organisations import Named, find_listed, known_rows
from dynapolis.leads.overview import open_leads
from dynapolis.model.known_organisation import KnownOrganisation
from dynapolis.resolve.links.known import known_of
from dynapolis.resolve.links.link import LinkUnit
from dynapolis.resolve.links.organisations_of_unit import find_organisations
from dynapolis.steps import inputs
from dynapolis.store import content
from dynapolis.store.areas import read_areas
from dynapolis.store.known_organisations import read_known_organisations
from dynapolis.store.ledger import Ledger
from dynapolis.store.snapshots import current_snapshots
from dynapolis.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class KnownHere:
    """What is known of the organisations that the records of a workspace name.

    Attributes:
        rows: those of the table in use, then those found in lists.
        n_named: organisations that records name.
        n_found: of them, those that a list knows something of.
        left_out: lists whose terms forbid passing them on.
    """

    rows: tuple[KnownOrganisation, ...]
    n_named: int
    n_found: int
    left_out: tuple[str, ...]


def known_here(workspace: Workspace, ledger: Ledger, *, private: bool = False) -> KnownHere:
    """The table of known organisations with what the imported lists of leads add to it.

    Args:
        workspace: whose records and lists.
        ledger: its ledger, open.
        private: use lists too whose terms forbid passing them on.

    Raises:
        BadUse: nothing was imported, or no list of leads.
        BadContent: a content file is faulty.
    """
    leads = open_leads(workspace, ledger, private=private)
    declared = read_known_organisations(workspace.content.known_organisations)
    snapshots, _ = inputs.choose_registers(workspace, current_snapshots(ledger), private=private)
    units = [LinkUnit(r.record_id, r.city_id, None, (r,)) for r in inputs.read_records(workspace, snapshots)]
    lookup = content.read_organisations(workspace.content.organisations)[1]
    links, bodies, _ = find_organisations(units, lookup, known_of(declared))
    city_of = {unit.unit_id: unit.city_id for unit in units}
    cities: dict[str, set[str]] = defaultdict(set)
    for link in links:
        cities[link.target_id].add(city_of[link.unit_id])
    places = content.read_places(workspace.content.places)
    country = {city.id: city.country for city in places.cities}
    named = [
        Named(body.name, body.key, frozenset(here), frozenset(country[city] for city in here))
        for body in bodies
        for here in (cities[body.organisation_id],)
    ]
    areas = read_areas(workspace.content.areas)
    wanted = frozenset(item.key for item in named)
    said = {row.name for row in declared if not row.city_id and not row.same_as}
    listed = find_listed(leads.tables, wanted, places, areas, leads.decisions)
    rows = [row for row in known_rows(named, listed) if row.name not in said]
    return KnownHere((*declared, *rows), len(named), len(rows), leads.left_out)


def table_text(rows: tuple[KnownOrganisation, ...]) -> str:
    """The rows as the CSV file that ``[content] known_organisations`` names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(KnownOrganisation.model_fields)
    for row in rows:
        cells = row.model_dump(mode="json")
        writer.writerow([{True: "yes", False: "no", None: ""}.get(cell, cell) for cell in cells.values()])
    return text.getvalue()
