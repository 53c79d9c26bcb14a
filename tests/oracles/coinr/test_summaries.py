"""Summaries of units in COINr's ASEM example: one unit's scores, its strengths, ranks, and the lines of the tree.

The reference lies beside the repository, in ``../shared/reference/coinr``.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dynapolis.index.analysis.decomposition import decompose
from dynapolis.index.analysis.kin import ancestors
from dynapolis.index.analysis.profile import unit_summary
from dynapolis.index.analysis.rankings import rank_columns
from dynapolis.index.analysis.rows import columns, table_of
from dynapolis.index.analysis.strengths import strengths_and_weaknesses
from dynapolis.index.analysis.tracing import trace
from dynapolis.index.compose import Composite
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_files import read_composite

COINR = Path(__file__).parents[3].parent / "shared" / "reference" / "coinr"
Row = dict[str, str]
STAGES = ("raw", "denominated", "imputed", "screened", "treated", "normalised")

pytestmark = pytest.mark.skipif(
    not COINR.is_dir(), reason="the COINr reference does not lie beside the repository, in ../shared/reference/coinr"
)


def read_rows(name: str) -> list[Row]:
    with (COINR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def read() -> tuple[UnitTable, CompositeSpec]:
    return read_composite(COINR / "input/asem_idata.csv", COINR / "input/asem_imeta.csv")


@pytest.fixture(scope="module")
def spec(read: tuple[UnitTable, CompositeSpec]) -> CompositeSpec:
    return read[1]


def values_of(name: str, codes: tuple[str, ...]) -> FloatArray:
    return np.array([[float(row[code]) if row[code] else np.nan for code in codes] for row in read_rows(name)])


@pytest.fixture(scope="module")
def composite(read: tuple[UnitTable, CompositeSpec]) -> Composite:
    """The index as the files have it, stage by stage."""
    given, spec = read
    raw = given.keep(np.ones(given.n_rows, dtype=bool))
    order = np.argsort(raw.units)
    names = tuple(raw.units[i] for i in order)
    table = replace(
        raw,
        units=names,
        names=tuple(raw.names[i] for i in order),
        times=(),
        values=raw.values[order],
        groups={key: tuple(group[i] for i in order) for key, group in raw.groups.items()},
        denominators={key: column[order] for key, column in raw.denominators.items()},
    )
    every = (*table.codes, *spec.upwards)
    scores = dict(zip(every, values_of("pipeline/aggregated", every).T, strict=True))
    weights = {node: np.full(len(children), 1 / len(children)) for node, children in spec.children.items()}
    stages = {stage: values_of(f"pipeline/{stage}", table.codes) for stage in STAGES}
    return Composite(spec, table, stages, weights, scores)


def test_the_lines_of_all_indicators_are_those_of_lineage(spec: CompositeSpec) -> None:
    rows = read_rows("pipeline/lineage")
    assert {row["Indicator"] for row in rows} == {item.code for item in spec.indicators}
    for row in rows:
        assert ancestors(spec, row["Indicator"]) == (row["Pillar"], row["Sub-index"], row["Index"])


def test_the_summary_of_germany_is_that_of_the_file(composite: Composite) -> None:
    rows = read_rows("pipeline/unit_summary_deu")
    found = unit_summary(table_of(composite), composite.spec, "DEU", levels=(4, 3, 2))
    assert [line.code for line in found] == [row["Code"] for row in rows]
    assert [line.rank for line in found] == [int(row["Rank"]) for row in rows]
    assert [line.score for line in found] == pytest.approx([float(row["Score"]) for row in rows], abs=1e-9)
    assert {line.n_ranked for line in found} == {51}


def test_strengths_and_weaknesses_of_germany_are_those_of_the_file(composite: Composite) -> None:
    """Eight indicators share rank 1; the file takes five in the order of pillars by name."""
    spec = composite.spec
    by_pillar = sorted(spec.indicators, key=lambda item: str(item.parent))
    ordered = spec.model_validate(spec.model_dump(by_alias=True) | {"indicators": [i.model_dump() for i in by_pillar]})
    found = strengths_and_weaknesses(table_of(composite, "raw"), ordered, "DEU")
    rows = read_rows("pipeline/strengths_weaknesses_deu")
    for kind, standings in (("strength", found.strengths), ("weakness", found.weaknesses[::-1])):
        mine = [row for row in rows if row["Kind"] == kind]
        assert [item.code for item in standings] == [row["Code"] for row in mine]
        assert [item.parent for item in standings] == [row["Pillar"] for row in mine]
        assert [item.rank for item in standings] == [int(row["Rank"]) for row in mine]
        assert [item.value for item in standings] == pytest.approx([float(row["Value"]) for row in mine], abs=1e-9)


def test_ranks_of_all_units_in_everything_are_those_of_the_file(composite: Composite) -> None:
    """Greece has in TolMin what Bulgaria and Czechia have, but for digits after the 15th that only R's memory held."""
    table, rows = table_of(composite), read_rows("pipeline/results_full_ranks")
    found = rank_columns(table)
    assert found[table.units.index("GRC"), table.codes.index("TolMin")] == 24
    place = {unit: row for row, unit in enumerate(table.units)}
    assert len(rows) == table.n_rows
    for row in rows:
        for column, code in enumerate(table.codes):
            expected = 24 if (row["uCode"], code) == ("GRC", "TolMin") else int(row[code])
            assert found[place[row["uCode"]], column] == expected, (row["uCode"], code)


def test_the_order_of_units_is_that_of_the_file_of_scores(composite: Composite) -> None:
    table, rows = table_of(composite), read_rows("pipeline/results_full_scores")
    ranks = dict(zip(table.units, rank_columns(table)[:, table.codes.index("Index")], strict=True))
    assert [ranks[row["uCode"]] for row in rows] == list(range(1, 52))
    scores = {unit: number for number, unit in enumerate(table.units)}
    for row in rows:
        for code in table.codes:
            assert columns(table, [code])[scores[row["uCode"]], 0] == pytest.approx(float(row[code]), abs=1e-9)


def test_ranks_inside_groups_are_those_of_the_file(composite: Composite) -> None:
    rows = read_rows("pipeline/results_aggs_group_ranks_gdp_group")
    codes = tuple(code for code in rows[0] if code not in ("uCode", "GDP_group"))
    table = table_of(composite)
    part = replace(table, codes=codes, values=columns(table, codes))
    found = rank_columns(part, group="GDP_group")
    assert len(rows) == table.n_rows
    for row in rows:
        at = table.units.index(row["uCode"])
        assert table.groups["GDP_group"][at] == row["GDP_group"]
        assert found[at].tolist() == [float(row[code]) for code in codes], row["uCode"]


def test_points_of_all_indicators_add_up_to_each_score_of_the_file(composite: Composite) -> None:
    found = decompose(composite)
    leaves = sum(found.points[item.code] for item in composite.spec.indicators)
    assert leaves == pytest.approx(composite.scores["Index"], abs=1e-9)
    assert all(np.abs(rest).max() == 0 for rest in found.remainders.values())


def test_germany_can_be_followed_from_its_rank_to_a_raw_cell(composite: Composite) -> None:
    """Trade in goods: 1919.194, divided by the GDP, and so on to its points of the index."""
    top = trace(composite, "DEU")
    assert (top.code, top.rank, top.score) == ("Index", 9, pytest.approx(60.751417516835, abs=1e-9))
    goods = next(part for part in top.walk() if part.code == "Goods")
    row = {stage: next(r for r in read_rows(f"pipeline/{stage}") if r["uCode"] == "DEU") for stage in STAGES}
    assert [cell.stage for cell in goods.cells] == list(STAGES)
    assert [cell.value for cell in goods.cells] == [float(row[stage]["Goods"]) for stage in STAGES]
    divided = goods.cells[1]
    assert (divided.what, divided.by) == ("divided", "GDP")
    assert divided.amount * divided.value == pytest.approx(1919.194)
    assert goods.points == pytest.approx(goods.score / 5 / 5 / 2)  # 5 goods in a pillar, 5 pillars, 2 sub-indices


def test_an_imputed_and_a_treated_cell_are_told_as_such(composite: Composite) -> None:
    gaps = np.argwhere(np.isnan(composite.stages["denominated"]))
    unit, code = composite.table.units[gaps[0][0]], composite.table.codes[gaps[0][1]]
    part = next(part for part in trace(composite, unit).walk() if part.code == code)
    assert [cell.what for cell in part.cells][2] == "imputed"
    rows = read_rows("pipeline/treated_points")
    drawn = next((row["uCode"], code) for row in rows for code in row if row[code] == "winhi")
    part = next(part for part in trace(composite, drawn[0]).walk() if part.code == drawn[1])
    assert part.cells[4].what == "transformed"  # without the record of the step: only that it changed
