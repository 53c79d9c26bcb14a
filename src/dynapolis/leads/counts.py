"""Counts of leads by place, with and without national bodies (method: legal seat is not city project).

Nothing here says that a city does something. A participation stands at the legal seat of an organisation, and a few
national bodies fill whole capitals; so every count is given twice, and neither is a count of city projects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.leads.places import match_towns, with_towns
from dynapolis.model.area import Areas
from dynapolis.model.place import Places
from dynapolis.places.match import Decisions

COUNTED = ("participation", "membership", "project", "organisation", "mention")  # kinds that can stand at a place
COLUMNS = (
    "basis", "city_id", "geonameid", "name", "name_ko", "country", "register", "table", "kind",
    "n_projects", "n_projects_without_national", "n_entries", "n_entries_without_national",
    "n_organisations", "n_organisations_without_national",
)  # fmt: skip
PROPER, AREA = "city_proper", "functional_area"


@dataclass(frozen=True, slots=True)
class Listed:
    """One table of one register, as far as counting needs to know it."""

    register: str
    table: str
    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class LeadCounts:
    """Counts of leads.

    Attributes:
        rows: columns ``COLUMNS``; one row for each place and table, and one for each functional area of an index city.
        located: for each table, its entries, those with a town, those whose town was matched, and those of national
            bodies.
        places: every distinct pair of town and country with its answer.
    """

    rows: list[dict[str, Any]]
    located: list[dict[str, Any]]
    places: pa.Table


def count_leads(
    tables: Mapping[str, Mapping[str, Path]],
    kinds: Mapping[str, Mapping[str, str]],
    national: Sequence[str],
    places: Places,
    areas: Areas,
    decisions: Decisions,
) -> LeadCounts:
    """Count the leads of some registers by place.

    Args:
        tables: by register and table, the Parquet file.
        kinds: by register and table, what an entry is.
        national: ids of organisations that are national or international bodies.
        places: the cities of the index.
        areas: what belongs to a city and to its functional area.
        decisions: what persons decided about towns.
    """
    with DuckDBEngine() as engine:
        engine.frame("national", pa.table({"organisation_id": pa.array(sorted(national), pa.string())}))
        frames = _placed(engine, tables, kinds)
        matched = match_towns(engine, (frame for _, frame in frames), decisions)
        engine.frame("matched", matched)
        engine.frame("belongs", _belongs(matched, places, areas))
        rows: list[dict[str, Any]] = []
        located = []
        for listed, frame in frames:
            entries = _flagged(engine, frame)
            rows += [{**_name(listed), **row} for row in _counts(engine, entries)]
            located.append({**_name(listed), **_located(engine, entries)})
    return LeadCounts(_named(rows, places), located, matched)


def _placed(
    engine: DuckDBEngine, tables: Mapping[str, Mapping[str, Path]], kinds: Mapping[str, Mapping[str, str]]
) -> list[tuple[Listed, Frame]]:
    """The tables that are counted, with towns: participations before all else that a register has."""
    found = []
    for register, paths in tables.items():
        listed = [Listed(register, t, kinds[register][t], p) for t, p in paths.items() if kinds[register][t] in COUNTED]
        for kind in COUNTED:
            of_kind = [item for item in listed if item.kind == kind]
            with_place = [(item, with_towns(engine, register, paths, item.table)) for item in of_kind]
            chosen = [(item, frame) for item, frame in with_place if frame is not None]
            if chosen:
                found += chosen
                break
    return found


def _flagged(engine: DuckDBEngine, frame: Frame) -> Frame:
    """Entries with the place of their town, whether a national body stands behind them, and what they count."""
    names = frame.collect_schema().names()
    wanted = {
        "project": nw.col("project_id") if "project_id" in names else nw.col("record_id"),
        "organisation": _organisation(names),
    }
    national = engine.known("national").with_columns(is_national=nw.lit(True))
    entries = frame.with_columns(country=nw.col("country").fill_null(""), **wanted)
    if "organisation_id" in names:
        entries = entries.join(national, on="organisation_id", how="left")
        entries = entries.with_columns(is_national=nw.col("is_national").fill_null(False))
    else:
        entries = entries.with_columns(is_national=nw.lit(False))
    return entries.join(engine.known("matched"), on=["town", "country"], how="left").select(
        "record_id", "project", "organisation", "town", "geonameid", "place_name", "place_country", "is_national"
    )


def _organisation(names: Sequence[str]) -> nw.Expr:
    for name in ("organisation_id", "organisation_name", "member"):
        if name in names:
            return nw.col(name)
    return nw.lit(None, dtype=nw.String)


def _belongs(matched: pa.Table, places: Places, areas: Areas) -> pa.Table:
    """To which index city each matched place belongs, as the city itself or only as part of its area."""
    index = {city.geonames_id: city.id for city in places.cities}
    rows = []
    for place in sorted({p for p in matched["geonameid"].to_pylist() if p is not None}):
        proper = index.get(place) or areas.city_of(place)
        rows.append({"geonameid": place, "proper": proper, "area": proper or areas.area_of(place)})
    schema = pa.schema([("geonameid", pa.int64()), ("proper", pa.string()), ("area", pa.string())])
    return pa.Table.from_pylist(rows, schema)


def _counts(engine: DuckDBEngine, entries: Frame) -> list[dict[str, Any]]:
    """Counts at every place that is no index city, at every index city, and over every functional area."""
    placed = entries.filter(~nw.col("geonameid").is_null()).join(engine.known("belongs"), on="geonameid", how="left")
    elsewhere = placed.filter(nw.col("proper").is_null())
    by_place = ["geonameid", "place_name", "place_country"]
    rows = [{"basis": PROPER, **row} for row in _tally(engine, elsewhere, by_place)]
    for basis, column in ((PROPER, "proper"), (AREA, "area")):
        inside = placed.filter(~nw.col(column).is_null()).with_columns(city_id=nw.col(column))
        rows += [{"basis": basis, **row} for row in _tally(engine, inside, ["city_id"])]
    return rows


def _tally(engine: DuckDBEngine, entries: Frame, by: list[str]) -> list[dict[str, Any]]:
    local = ~nw.col("is_national")
    counted = entries.group_by(*by).agg(
        n_projects=nw.col("project").n_unique(),
        n_entries=nw.len(),
        n_organisations=_n_known("organisation"),
    )
    without = (
        entries.filter(local)
        .group_by(*by)
        .agg(
            n_projects_without_national=nw.col("project").n_unique(),
            n_entries_without_national=nw.len(),
            n_organisations_without_national=_n_known("organisation"),
        )
    )
    both = counted.join(without, on=by, how="left").with_columns(
        nw.col(
            "n_projects_without_national", "n_entries_without_national", "n_organisations_without_national"
        ).fill_null(0)
    )
    rows: list[dict[str, Any]] = engine.collect(both, order_by=by).to_pylist()
    return rows


def _n_known(column: str) -> nw.Expr:
    """How many different values a column has; a missing one is none."""
    return nw.col(column).n_unique() - nw.col(column).is_null().any().cast(nw.Int64)


def _located(engine: DuckDBEngine, entries: Frame) -> dict[str, int]:
    found = entries.select(
        n_entries=nw.len(),
        n_with_town=nw.col("town").count(),
        n_matched=nw.col("geonameid").count(),
        n_national=nw.col("is_national").sum(),
    )
    row = engine.collect(found, order_by=["n_entries"]).to_pylist()[0]
    return {name: int(value or 0) for name, value in row.items()}


def _name(listed: Listed) -> dict[str, str]:
    return {"register": listed.register, "table": listed.table, "kind": listed.kind}


def _named(rows: list[dict[str, Any]], places: Places) -> list[dict[str, Any]]:
    """Rows with names: those of the index for its cities, the gazetteer's elsewhere; index cities come first."""
    named = []
    for row in rows:
        city = places.by_id.get(row.get("city_id") or "")
        named.append(
            {
                **row,
                "city_id": city.id if city else "",
                "geonameid": city.geonames_id if city else row["geonameid"],
                "name": city.name.en if city else row["place_name"],
                "name_ko": city.name.ko if city else "",
                "country": city.country if city else row["place_country"],
            }
        )
    named.sort(
        key=lambda r: (not r["city_id"], r["city_id"], r["country"], r["name"], r["basis"], r["register"], r["table"])
    )
    return [{column: row[column] for column in COLUMNS} for row in named]
