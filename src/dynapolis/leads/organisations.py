"""What lists of organisations know of those that the records name: identifiers, whether they are small, their helix.

A list's organisation is one that the records name where both have the same key of a name and the list's legal seat lies
in a city, or its area, where the name is used. Else it is, where it is the only one of all lists with that name, in
the country of such a city, and the name has two words or more. Nothing is taken from a name that is only alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.model.area import Areas
from dynapolis.model.known_organisation import KnownOrganisation
from dynapolis.model.organisation import Helix
from dynapolis.model.place import Places
from dynapolis.places.country_code import country_names, find_country
from dynapolis.places.match import Decisions, match_places
from dynapolis.places.read_gazetteer import read_gazetteer
from dynapolis.places.rules import read_place_rules
from dynapolis.resolve.links.known import organisation_key

WHO = "rule: dynapolis leads organisations"
HIGH = "high"
_COLUMNS = ("organisation_id", "organisation_name", "organisation_type", "is_sme", "town", "country", "ror_id")
# Kinds of participants at CORDIS; the rest ("OTH") tells no helix.
_HELIX = {"PRC": Helix.PRIVATE, "PUB": Helix.PUBLIC, "HES": Helix.ACADEMIC, "REC": Helix.ACADEMIC}
_LEAST_WORDS = 2
# As lists print them, with or without an address; what the table takes, it checks itself.
_PIC = re.compile(r"\d{9}", re.ASCII)
_ROR = re.compile(r"\b0[a-hj-km-np-tv-z0-9]{6}\d{2}\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation as one list has it.

    ``city_id`` is the city in which its seat lies, or in whose area; ``iso`` the country as ISO 3166-1 alpha-2.
    """

    register: str
    name: str
    pic: str
    ror_id: str
    kind: str
    is_sme: bool | None
    town: str
    country: str
    city_id: str | None = None
    iso: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation that records name: the name shown, its key, the cities it is named in, and their countries."""

    name: str
    key: str
    city_ids: frozenset[str]
    countries: frozenset[str]


def find_listed(
    tables: Mapping[str, Mapping[str, Path]], wanted: frozenset[str], places: Places, areas: Areas, decisions: Decisions
) -> list[Listed]:
    """The organisations of some lists whose names have one of the wanted keys.

    Args:
        tables: by register and table, the Parquet file.
        wanted: keys of names.
        places: the cities of the index.
        areas: what belongs to a city and to its functional area.
        decisions: what persons decided about towns.
    """
    found: dict[tuple[Any, ...], Listed] = {}
    rors: dict[str, str] = {}
    with DuckDBEngine() as engine:
        for register, paths in tables.items():
            for table, path in paths.items():
                frame = engine.parquet(f"{register}.{table}.organisations", path)
                names = frame.collect_schema().names()
                if "organisation_name" in names:
                    columns = [name for name in _COLUMNS if name in names]
                    rows = engine.collect(frame.select(*columns).unique(), order_by=columns).to_pylist()
                    for row in rows:
                        if organisation_key(row["organisation_name"] or "") in wanted:
                            listed = _listed(register, row)
                            found.setdefault((listed.pic or listed.name, listed.town, listed.is_sme), listed)
                elif {"organisation_id", "ror_id"} <= set(names):
                    rors |= _sure_rors(engine.collect(frame, order_by=["organisation_id", "ror_id"]).to_pylist())
    return _in_cities([_with_ror(item, rors) for item in found.values()], places, areas, decisions)


def _listed(register: str, row: Mapping[str, Any]) -> Listed:
    code = str(row.get("organisation_id") or "")
    return Listed(
        register=register,
        name=row["organisation_name"],
        pic=code if _PIC.fullmatch(code) else "",
        ror_id=_ror_in(row.get("ror_id")),
        kind=row.get("organisation_type") or "",
        is_sme=row.get("is_sme"),
        town=row.get("town") or "",
        country=row.get("country") or "",
    )


def _sure_rors(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By PIC, the ROR id that a crosswalk is sure of."""
    return {
        row["organisation_id"]: ror
        for row in rows
        if row["organisation_id"] and (ror := _ror_in(row["ror_id"])) and row.get("confidence", HIGH) == HIGH
    }


def _ror_in(printed: str | None) -> str:
    """The id in a cell, which may be the address of its page; empty where there is none."""
    found = _ROR.search(printed or "")
    return found[0] if found else ""


def _with_ror(item: Listed, rors: Mapping[str, str]) -> Listed:
    return item if item.ror_id or item.pic not in rors else replace(item, ror_id=rors[item.pic])


def _in_cities(items: Sequence[Listed], places: Places, areas: Areas, decisions: Decisions) -> list[Listed]:
    gazetteer, rules = read_gazetteer(), read_place_rules()
    names = country_names(rules, gazetteer)
    pairs = [(item.town, item.country) for item in items if item.town]
    answers = dict(zip(pairs, match_places(pairs, gazetteer, decisions), strict=True)) if pairs else {}
    index = {city.geonames_id: city.id for city in places.cities}
    placed = []
    for item in items:
        answer = answers.get((item.town, item.country))
        place = answer.geonameid if answer else None
        city = index.get(place) or areas.area_of(place) if place is not None else None
        iso = find_country(item.country, rules, gazetteer.codes, names)
        placed.append(replace(item, city_id=city, iso=iso))
    return placed


def known_rows(named: Sequence[Named], listed: Sequence[Listed]) -> list[KnownOrganisation]:
    """What the lists know of every named organisation, as rows of the table of known organisations.

    Where lists or seats disagree on whether an organisation is small, or on its helix, nothing is said of that.
    """
    of_key: dict[str, list[Listed]] = defaultdict(list)
    for item in listed:
        of_key[organisation_key(item.name)].append(item)
    rows = []
    for organisation in sorted(named, key=lambda item: item.name):
        found, why = _same(organisation, of_key.get(organisation.key, []))
        row = _row(organisation, found, why) if found else None
        if row is not None and not row.says_nothing:
            rows.append(row)
    return rows


def _same(named: Named, listed: Sequence[Listed]) -> tuple[list[Listed], str]:
    here = [item for item in listed if item.city_id in named.city_ids]
    if here:
        return here, "The same name, and its seat lies in the city or its area"
    alone = len({(item.pic or item.register, item.iso) for item in listed}) == 1
    if alone and listed[0].iso in named.countries and len(named.key.split()) >= _LEAST_WORDS:
        return list(listed), "The only organisation of all lists with this name, in the country of the city"
    return [], ""


def _row(named: Named, found: Sequence[Listed], why: str) -> KnownOrganisation:
    sizes = {item.is_sme for item in found if item.is_sme is not None}
    helices = {_HELIX[item.kind] for item in found if item.kind in _HELIX}
    quoted = "; ".join(
        dict.fromkeys(f"{i.register}: {', '.join(filter(None, (i.name, i.town, i.country, i.kind)))}" for i in found)
    )
    return KnownOrganisation(
        name=named.name,
        pic="; ".join(sorted({item.pic for item in found if item.pic})),
        ror_id="; ".join(sorted({item.ror_id for item in found if item.ror_id})),
        is_sme=sizes.pop() if len(sizes) == 1 else None,
        helix=helices.pop() if len(helices) == 1 else None,
        why=f"{why} ({quoted})",
        who=WHO,
    )
