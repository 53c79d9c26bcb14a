"""Links between units, districts and organisations, and the figures of collaboration (method, sections 1 and 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from dynapolis.figures.collaboration import Cell, Tie, city_organisations, count_collaboration
from dynapolis.ids import digest_bytes
from dynapolis.model.district import Districts
from dynapolis.model.evidence import record_of_row
from dynapolis.model.organisation import Organisation
from dynapolis.model.place import Places
from dynapolis.resolve.links.district import find_districts
from dynapolis.resolve.links.known import Known, known_of
from dynapolis.resolve.links.lab_of_project import find_labs
from dynapolis.resolve.links.link import Link, LinkUnit, Unresolved, link_order
from dynapolis.resolve.links.names import city_words
from dynapolis.resolve.links.organisations_of_unit import LinkedOrganisation, find_organisations
from dynapolis.resolve.links.programme_of_project import find_programmes
from dynapolis.steps.figures import MIN_SHARE_N
from dynapolis.store.content import ContentPaths, shipped
from dynapolis.store.declared_programmes import read_declared_programmes
from dynapolis.store.districts import read_districts
from dynapolis.store.known_organisations import read_known_organisations

Tables = dict[str, pa.Table]
_TEXT, _INT, _NUMBER, _TEXTS = pa.string(), pa.int64(), pa.float64(), pa.list_(pa.string())
LINK = pa.schema(
    [
        ("link", _TEXT), ("unit_id", _TEXT), ("target_id", _TEXT), ("target_kind", _TEXT), ("record_id", _TEXT),
        ("field", _TEXT), ("quote", _TEXT), ("rule", _TEXT), ("confidence", _NUMBER), ("unsure", pa.bool_()),
    ]
)  # fmt: skip
UNRESOLVED = pa.schema(
    [
        ("link", _TEXT), ("unit_id", _TEXT), ("record_id", _TEXT), ("field", _TEXT), ("quote", _TEXT),
        ("reason", _TEXT),
    ]
)  # fmt: skip
ORGANISATION = pa.schema(
    [
        ("organisation_id", _TEXT), ("key", _TEXT), ("name", _TEXT), ("names", _TEXTS), ("helices", _TEXTS),
        ("is_sme", pa.bool_()), ("pics", _TEXTS), ("ror_ids", _TEXTS),
    ]
)  # fmt: skip
DISTRICT = pa.schema(
    [
        ("district_id", _TEXT), ("city_id", _TEXT), ("level", _TEXT), ("name_en", _TEXT), ("name_ko", _TEXT),
        ("within", _TEXTS), ("geonames_id", _INT), ("code", _TEXT), ("source", _TEXT), ("n_units", _INT),
        ("n_projects", _INT), ("n_living_labs", _INT), ("n_unsure", _INT),
    ]
)  # fmt: skip
FIGURE = pa.schema(
    [
        ("figure_id", _TEXT), ("scope", _TEXT), ("measure", _TEXT), ("code", _TEXT), ("numerator", _INT),
        ("denominator", _INT), ("n_unknown", _INT), ("n_unsure", _INT), ("share", _NUMBER), ("low", _NUMBER),
        ("high", _NUMBER), ("status", _TEXT),
    ]
)  # fmt: skip
EVIDENCE = pa.schema(
    [("figure_id", _TEXT), ("unit_id", _TEXT), ("record_id", _TEXT), ("organisation_id", _TEXT)]
)  # fmt: skip
CELL = pa.schema(
    [
        ("city_id", _TEXT), ("organisation_id", _TEXT), ("n_lead", _INT), ("n_partner", _INT), ("unit_ids", _TEXTS),
        ("record_ids", _TEXTS),
    ]
)  # fmt: skip
CROSS_CITY = pa.schema(
    [
        ("organisation_id", _TEXT), ("name", _TEXT), ("helices", _TEXTS), ("n_cities", _INT), ("city_ids", _TEXTS),
        ("n_units", _INT), ("unit_ids", _TEXTS), ("record_ids", _TEXTS),
    ]
)  # fmt: skip


def content_digests(content: ContentPaths) -> dict[str, str]:
    """Hashes of the content that links are made by, under names that an edition's inputs do not have yet.

    Raises:
        BadContent: a file that the workspace names is missing.
    """
    read_districts(content.districts)
    read_declared_programmes(content.programmes)
    read_known_organisations(content.known_organisations)
    files = {
        "places/districts.csv": content.districts,
        "places/districts.yml": content.districts.with_suffix(".yml"),
        "resolve/programmes.csv": content.programmes,
        "resolve/organisations.csv": content.known_organisations,
        "resolve/names.yml": shipped() / "resolve" / "names.yml",
    }
    return {f"links: {name}": digest_bytes(path.read_bytes()) for name, path in files.items()}


def link_tables(
    core: Tables,
    screened: pa.Table,
    places: Places,
    organisations: Sequence[Organisation],
    level: float,
    content: ContentPaths,
    *,
    known: Known | None = None,
) -> Tables:
    """All links with why, what stays unresolved, districts with counts, organisations, and collaboration.

    Args:
        core: tables of the step "records".
        screened: units with their kinds.
        places: the cities.
        organisations: helices of names as printed.
        level: probability the intervals hold.
        content: whose districts, declared programmes and known organisations; the workspace's own or the shipped ones.
        known: what is known of organisations, instead of that table.
    """
    units = link_units(core, screened)
    words = {city.id: city_words((city.name.en, city.name.ko)) for city in places.cities}
    districts = read_districts(content.districts)
    declared = read_declared_programmes(content.programmes)
    told = read_known_organisations(content.known_organisations)
    bodies, found, nobody = find_organisations(units, organisations, known or known_of(told))
    parts = [find_labs(units, words), find_programmes(units, declared), find_districts(units, districts)]
    links = sorted((link for part, _ in [*parts, (bodies, nobody)] for link in part), key=link_order)
    unresolved = [item for _, part in [*parts, (bodies, nobody)] for item in part]
    return {
        "out_links__link": _links(links, units, districts),
        "out_links__unresolved": _unresolved(unresolved),
        "out_links__district": _districts(links, units, districts),
        "out_links__organisation": pa.Table.from_pylist([_plain(asdict(o)) for o in found], ORGANISATION),
        **_collaboration(bodies, found, units, level),
    }


def link_units(core: Tables, screened: pa.Table) -> list[LinkUnit]:
    """Units in the order of the table, with all their records, the one that shows the unit first."""
    records = {row["record_id"]: record_of_row(row) for row in core["core_records__record"].to_pylist()}
    of_unit: dict[str, list[str]] = defaultdict(list)
    for row in core["core_resolve__assn_record_entity"].to_pylist():
        of_unit[row["unit_id"]].append(row["record_id"])
    return [
        LinkUnit(
            row["unit_id"],
            row["city_id"],
            row["kind"],
            tuple(records[r] for r in sorted(of_unit[row["unit_id"]], key=lambda r: (r != row["record_id"], r))),
        )
        for row in screened.select(["unit_id", "city_id", "kind", "record_id"]).to_pylist()
    ]


def _links(links: Iterable[Link], units: Sequence[LinkUnit], districts: Districts) -> pa.Table:
    kind_of: dict[str, str | None] = {unit.unit_id: unit.kind for unit in units}
    kind_of |= {row.district_id: row.level for row in districts.rows}
    rows = [
        {
            "link": link.kind.value, "unit_id": link.unit_id, "target_id": link.target_id,
            "target_kind": kind_of.get(link.target_id), "record_id": link.record_id, "field": link.field,
            "quote": link.quote, "rule": link.rule.value, "confidence": link.confidence, "unsure": link.unsure,
        }
        for link in links
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, LINK)


def _unresolved(items: Iterable[Unresolved]) -> pa.Table:
    rows = [
        {
            "link": item.kind.value, "unit_id": item.unit_id, "record_id": item.record_id, "field": item.field,
            "quote": item.quote, "reason": item.reason.value,
        }
        for item in items
    ]  # fmt: skip
    order = ("link", "reason", "unit_id", "record_id", "field", "quote")
    return pa.Table.from_pylist(sorted(rows, key=lambda row: [row[name] for name in order]), UNRESOLVED)


def _districts(links: Iterable[Link], units: Sequence[LinkUnit], districts: Districts) -> pa.Table:
    """Every district of the table with the number of units that surely lie in it, each counted once."""
    kind_of = {unit.unit_id: unit.kind for unit in units}
    sure: dict[str, set[str]] = defaultdict(set)
    every: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.target_id in districts.by_id:
            every[link.target_id].add(link.unit_id)
            if not link.unsure:
                sure[link.target_id].add(link.unit_id)
    rows = [
        {
            **row.model_dump(include=set(DISTRICT.names)),
            "within": list(row.parents),
            "n_units": len(sure[row.district_id]),
            "n_projects": sum(1 for u in sure[row.district_id] if kind_of[u] not in (None, "living_lab")),
            "n_living_labs": sum(1 for u in sure[row.district_id] if kind_of[u] == "living_lab"),
            "n_unsure": len(every[row.district_id] - sure[row.district_id]),
        }
        for row in districts.rows
    ]
    return pa.Table.from_pylist(rows, DISTRICT)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def _collaboration(
    links: Sequence[Link], organisations: Sequence[LinkedOrganisation], units: Sequence[LinkUnit], level: float
) -> Tables:
    by_id = {item.organisation_id: item for item in organisations}
    city_of = {unit.unit_id: unit.city_id for unit in units}
    ties = [
        Tie(
            link.unit_id, city_of[link.unit_id], link.record_id, link.target_id, link.field,
            by_id[link.target_id].helices, by_id[link.target_id].is_sme, link.unsure,
        )
        for link in links
    ]  # fmt: skip
    figures, behind = count_collaboration(ties, city_of, level=level, min_n=MIN_SHARE_N)
    cells = city_organisations(ties)
    return {
        "out_collaboration__figure": pa.Table.from_pylist(
            [{"figure_id": figure.figure_id, **asdict(figure)} for figure in figures], FIGURE
        ),
        "out_collaboration__assn_figure_record": pa.Table.from_pylist([row._asdict() for row in behind], EVIDENCE),
        "out_collaboration__city_organisation": pa.Table.from_pylist(
            [asdict(c) | {"unit_ids": list(c.unit_ids), "record_ids": list(c.record_ids)} for c in cells], CELL
        ),
        "out_collaboration__cross_city": pa.Table.from_pylist(_cross_city(cells, by_id), CROSS_CITY),
    }


def _cross_city(cells: Iterable[Cell], by_id: Mapping[str, LinkedOrganisation]) -> list[dict[str, Any]]:
    """Organisations in units of two or more cities, those of most cities first."""
    of_body: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        of_body[cell.organisation_id].append(cell)
    rows = [
        {
            "organisation_id": body,
            "name": by_id[body].name,
            "helices": list(by_id[body].helices),
            "n_cities": len(found),
            "city_ids": [cell.city_id for cell in found],
            "n_units": sum(len(cell.unit_ids) for cell in found),
            "unit_ids": [unit for cell in found for unit in cell.unit_ids],
            "record_ids": [record for cell in found for record in cell.record_ids],
        }
        for body, found in of_body.items()
        if len(found) > 1
    ]
    return sorted(rows, key=lambda row: (-row["n_cities"], -row["n_units"], row["name"]))
