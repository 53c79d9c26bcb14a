"""Which city every town of the lead registers is: matched once for each distinct pair of town and country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import narwhals as nw
import pyarrow as pa

from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.places.match import Decisions, match_places
from dynapolis.places.read_gazetteer import GazetteerName, read_gazetteer

PLACE = pa.schema(
    [
        ("town", pa.string()), ("country", pa.string()), ("geonameid", pa.int64()), ("place_name", pa.string()),
        ("place_country", pa.string()), ("score", pa.float64()), ("reason", pa.string()), ("runner_up", pa.string()),
    ]
)  # fmt: skip


def with_towns(engine: DuckDBEngine, register: str, tables: Mapping[str, Path], table: str) -> Frame | None:
    """The entries of a table with ``town`` and ``country``, its own or those of the organisation that takes part.

    Returns:
        None when neither the table nor an organisation table of the register tells towns.
    """
    entries = engine.parquet(f"{register}.{table}", tables[table])
    names = entries.collect_schema().names()
    if "town" in names:
        return entries if "country" in names else entries.with_columns(country=nw.lit(""))
    seats = _seats(engine, register, tables) if "organisation_id" in names else None
    if seats is None:
        return None
    own = [name for name in names if name not in ("town", "country")]
    return entries.select(*own).join(seats, on="organisation_id", how="left")


def _seats(engine: DuckDBEngine, register: str, tables: Mapping[str, Path]) -> Frame | None:
    """Town and country by organisation id, from the first table of the register that lists organisations with towns."""
    for name, path in tables.items():
        frame = engine.parquet(f"{register}.{name}.seats", path)
        columns = frame.collect_schema().names()
        if {"organisation_id", "organisation_name", "town", "country"} <= set(columns) and "project_id" not in columns:
            one = frame.group_by("organisation_id").agg(nw.col("town").min(), nw.col("country").min())
            return one.select("organisation_id", "town", "country")
    return None


def match_towns(
    engine: DuckDBEngine, frames: Iterable[Frame], decisions: Decisions, gazetteer: GazetteerName = "cities15000"
) -> pa.Table:
    """The city of every distinct pair of town and country of some frames, columns ``PLACE``."""
    pairs: set[tuple[str, str]] = set()
    for frame in frames:
        told = frame.filter(~nw.col("town").is_null()).select("town", nw.col("country").fill_null("")).unique()
        rows = engine.collect(told, order_by=["town", "country"])
        pairs |= set(zip(rows["town"].to_pylist(), rows["country"].to_pylist(), strict=True))
    wanted = sorted(pairs)
    answers = match_places(wanted, read_gazetteer(gazetteer), decisions)
    return pa.Table.from_pylist(
        [
            {
                "town": town,
                "country": country,
                "geonameid": a.geonameid,
                "place_name": a.name or None,
                "place_country": a.country or None,
                "score": a.score,
                "reason": a.reason.value,
                "runner_up": str(a.runner_up) if a.runner_up else None,
            }
            for (town, country), a in zip(wanted, answers, strict=True)
        ],
        PLACE,
    )
