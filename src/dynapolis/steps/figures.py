"""Counts and shares with both bases and the units behind them; agreement of coders (method, section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from operator import itemgetter
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pyarrow as pa

from dynapolis.coding.adopt import LATER, are_independent
from dynapolis.coding.agreement import agreement, resample_units
from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.figures.counts import (
    ANY,
    PRIMARY,
    Family,
    count_codes,
    cross,
    family_codes,
    fold,
    hits,
    members,
    sizes,
    with_intervals,
)
from dynapolis.model.arrays import FloatArray
from dynapolis.model.codebook import Codebook

Tables = dict[str, pa.Table]
BOTH = (PRIMARY, ANY)
POPULATION = "population"  # the scheme whose codes are the populations themselves
FAMILIES = (
    Family("innovation", "sector", BOTH),
    Family("innovation", "sector_report", BOTH),
    Family("industry", "goal", BOTH),
    Family("living_labs", "lab_type", BOTH),
    Family("living_labs", "sector_report", BOTH),
    Family("living_labs", "lab_type_by_sector"),
    Family("living_labs", "driver"),
    Family("industry", "goal_by_sector"),
    Family("innovation", "stage"),
    Family("living_labs", "stage"),
    Family("innovation", "lead"),
    Family("living_labs", "lead"),
    Family("units", "kind"),
    Family("units", "track"),
    Family("units", "status"),
    Family("units", POPULATION),
    Family("projects", POPULATION),
)
POPULATIONS = ("units", "projects", "innovation", "industry", "lab_projects", "living_labs", "initiatives")
MIN_SHARE_N = 5


def figure_tables(screened: pa.Table, adopted: pa.Table, codebook: Codebook, crosswalk: str, level: float) -> Tables:
    """Every figure, and which units each one counts."""
    fold_map = codebook.crosswalk(crosswalk)
    codes = _codes(codebook, sorted(set(fold_map.values()), key=list(fold_map.values()).index))
    with DuckDBEngine() as engine:
        frames = engine.frames(
            {
                "screened": screened,
                "adopted": adopted.select(["unit_id", "scheme", "position", "code"]),
                "crosswalk": pa.table({"code": list(fold_map), "folded": list(fold_map.values())}),
                "families": pa.table(family_codes(FAMILIES, codes)),
            }
        )
        derived = _derived(frames)
        membership = members(frames["screened"], POPULATIONS)
        asked = frames["families"].select("population", "scheme", "basis").unique()
        found = engine.frame("found", engine.collect(hits(membership, derived, asked), order_by=["unit_id"]))
        counts = engine.collect(
            count_codes(found, frames["families"], sizes(membership)),
            order_by=["scope", "population", "scheme", "code", "basis"],
        )
        where = engine.collect(found, order_by=["scope", "population", "scheme", "code", "basis", "unit_id"])
    figures = with_intervals(counts, level=level, min_n=MIN_SHARE_N)
    ids = [".".join(parts) for parts in zip(*(where[c].to_pylist() for c in where.column_names[:5]), strict=True)]
    return {
        "out_figures__figure": figures,
        "out_figures__assn_figure_unit": pa.table({"figure_id": ids, "unit_id": where["unit_id"]}),
    }


def _codes(codebook: Codebook, sectors: list[str]) -> dict[str, list[str]]:
    """Every code that may be counted, per scheme as counted."""
    plain = {name: [c.code for c in scheme.codes if c.assignable] for name, scheme in codebook.by_scheme.items()}
    return {
        **plain,
        "sector_report": sectors,
        "lab_type_by_sector": [f"{a}+{b}" for a in plain["lab_type"] for b in sectors],
        "goal_by_sector": [f"{a}+{b}" for a in plain["goal"] for b in sectors],
        POPULATION: [p for p in POPULATIONS if p != "units"],
    }


def _derived(frames: dict[str, Frame]) -> Frame:
    """Adopted codes together with folded sectors, joint schemes and populations."""
    adopted = frames["adopted"]
    columns = ["unit_id", "scheme", "position", "code"]
    position = nw.col("position").cast(nw.Int64)
    folded = fold(adopted, "sector", frames["crosswalk"])
    folded = folded.with_columns(scheme=nw.lit("sector_report")).select(*columns)
    sectors = folded.filter(nw.col("position") == 0).select("unit_id", "code")
    parts = [adopted.select(*columns), folded]
    for scheme in ("lab_type", "goal"):
        primary = adopted.filter((nw.col("scheme") == scheme) & (nw.col("position") == 0)).select("unit_id", "code")
        parts.append(cross(primary, sectors, f"{scheme}_by_sector").select(*columns))
    for population in POPULATIONS:
        inside = frames["screened"].filter(nw.col(f"is_{population}"))
        row = inside.select("unit_id", nw.lit(POPULATION).alias("scheme"), nw.lit(0).alias("position"))
        parts.append(row.with_columns(code=nw.lit(population)).select(*columns))
    return nw.concat([part.with_columns(position) for part in parts])


ACROSS, ALL = "across", "all"  # scopes of agreement beside the registers


class Voice(NamedTuple):
    """The primary code that a coder gave a unit, and the register of the record it was given to."""

    code: str
    register: str


def agreement_table(
    coding: pa.Table, coder: pa.Table, record: pa.Table, codebook: Codebook, seed: int,
    *, n_resamples: int = 1000, level: float = 0.95,
) -> pa.Table:  # fmt: skip
    """Agreement of coders per scheme, and per code of it against all others: of every pair, and of all who coded blind.

    Primary codes, a coder's second thought for the first. Sectors are folded, so that coders who used the merged code
    can be compared. Codes of an older codebook are read under the edition's.

    ``scope`` is the register whose records both coders read; "across" (whole schemes only) where each read another
    register's record of the same initiative; "all" for every coder who saw nobody's codes together, over all units,
    where these are more than two.

    Args:
        coding: translated codings (their codes as they read now).
        coder: the coders, with whom each one saw.
        record: the records, with their registers.
        codebook: the edition's.
        seed: of the bootstrap.
        n_resamples: of it.
        level: probability its interval holds.
    """
    rows = sorted((row for row in coding.to_pylist() if row["position"] == 0), key=itemgetter(*LATER))
    register = dict(zip(record["record_id"].to_pylist(), record["register"].to_pylist(), strict=True))
    sees: dict[str, set[str]] = {row["coder_id"]: set() for row in coder.to_pylist()}
    for row in coder.to_pylist():
        sees[row["coder_id"]] |= {name for name in row["sees"].split(";") if name}
    table: list[dict[str, object]] = []
    weights: dict[int, FloatArray] = {}  # comparisons of as many units share their resamples
    for scheme in codebook.schemes:
        walk = codebook.crosswalk("chapter06") if scheme.scheme == "sector" else {}
        said: dict[str, dict[str, Voice]] = {}
        for row in rows:
            if row["scheme"] == scheme.scheme:
                voice = Voice(walk.get(row["code"], row["code"]), register[row["record_id"]])
                said.setdefault(row["coder_id"], {})[row["unit_id"]] = voice
        order = list(dict.fromkeys(walk.get(n, n) for n in scheme.code_names))
        for base, codes in _compared(said, sees):
            names = [code for code in order if any(code in given for given in codes)]
            n_units = len(codes[0])
            if n_units not in weights:
                weights[n_units] = resample_units(n_units, n_resamples, np.random.default_rng([seed, n_units]))
            for code in ["", *names] if base["scope"] != ACROSS else [""]:
                numbers = {n: i for i, n in enumerate(names)} if not code else {n: int(n == code) for n in names}
                given = np.array([[-1 if c is None else numbers[c] for c in one] for one in codes])
                found = agreement(given, weights[n_units], n_codes=max(len(names), 2), level=level)
                values = {k: _or_none(getattr(found, k)) for k in found.__slots__}
                table.append({**base, "scheme": scheme.scheme, "code": code, **values})
    return pa.Table.from_pylist(table, _AGREEMENT)


def _compared(
    said: Mapping[str, Mapping[str, Voice]], sees: Mapping[str, set[str]]
) -> Iterator[tuple[dict[str, object], list[list[str | None]]]]:
    """Who is compared, in which scope, and their codes of the same units in the same order."""
    for first, second in combinations(sorted(said), 2):
        scopes: dict[str, list[str]] = {}
        for unit in sorted(said[first].keys() & said[second].keys()):
            here, there = said[first][unit].register, said[second][unit].register
            scopes.setdefault(here if here == there else ACROSS, []).append(unit)
        independent = are_independent(first, second, sees)
        for scope, units in sorted(scopes.items()):
            base = {"scope": scope, "coder_1": first, "coder_2": second, "independent": independent}
            yield base, [[said[coder][unit].code for unit in units] for coder in (first, second)]
    blind = [coder for coder in sorted(said) if not sees[coder]]
    twice = sorted({unit for a, b in combinations(blind, 2) for unit in said[a].keys() & said[b].keys()})
    if len(blind) > 2 and twice:
        base = {"scope": ALL, "coder_1": "", "coder_2": "", "independent": True}
        yield base, [[said[c][u].code if u in said[c] else None for u in twice] for c in blind]


_AGREEMENT = pa.schema(
    [
        ("scope", pa.string()), ("scheme", pa.string()), ("code", pa.string()), ("coder_1", pa.string()),
        ("coder_2", pa.string()), ("independent", pa.bool_()), ("n_units", pa.int64()), ("percent", pa.float64()),
        ("alpha", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),
    ]
)  # fmt: skip


def _or_none(value: float) -> float | None:
    return None if value != value else value  # noqa: PLR0124 (NaN is the one value unequal to itself)
