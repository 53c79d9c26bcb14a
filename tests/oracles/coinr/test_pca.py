"""Principal components by group and of a whole level of COINr's ASEM example, through the analysis of an index.

The reference lies beside the repository, in ``../shared/reference/coinr``; signs of components are arbitrary there.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from dynapolis.errors import BadUse
from dynapolis.index.analysis.components import Components, components_by_node, components_of_level
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_files import read_composite

COINR = Path(__file__).parents[3].parent / "shared" / "reference" / "coinr"
Row = dict[str, str]
FILES = ["level1_by_group", "level2_by_group", "level2_all", "level3_by_group"]

pytestmark = pytest.mark.skipif(
    not COINR.is_dir(), reason="the COINr reference does not lie beside the repository, in ../shared/reference/coinr"
)


def read_rows(name: str) -> list[Row]:
    with (COINR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def spec() -> CompositeSpec:
    return read_composite(COINR / "input/asem_idata.csv", COINR / "input/asem_imeta.csv")[1]


@pytest.fixture(scope="module")
def scores() -> UnitTable:
    rows = read_rows("pipeline/aggregated")
    codes = tuple(code for code in rows[0] if code != "uCode")
    units = tuple(row["uCode"] for row in rows)
    return UnitTable(units, units, (), codes, np.array([[float(row[code]) for code in codes] for row in rows]), {}, {})


def components(scores: UnitTable, spec: CompositeSpec, name: str) -> dict[str, Components]:
    level = int(name[5])
    if name.endswith("all"):
        return {"All": components_of_level(scores, spec, level)}
    return {found.group: found for found in components_by_node(scores, spec, level)}


@pytest.mark.parametrize("name", FILES)
def test_loadings_are_those_of_the_file_but_for_the_sign_of_each_component(
    scores: UnitTable, spec: CompositeSpec, name: str
) -> None:
    rows = read_rows(f"weights/pca_loadings_{name}")
    groups = components(scores, spec, name)
    assert {row["Group"] for row in rows} == set(groups)
    compared = 0
    for group, found in groups.items():
        told = {(r["iCode"], int(r["PC"][2:])): float(r["Loading"]) for r in rows if r["Group"] == group}
        expected = np.array([[told[code, n + 1] for n in range(len(found.codes))] for code in found.codes])
        side = np.sign((found.loadings * expected).sum(axis=0))
        assert found.loadings * side == pytest.approx(expected, abs=1e-9), group
        assert (found.loadings.sum(axis=0) > 0).all() or np.abs(found.loadings.sum(axis=0)).min() < 1e-9
        compared += expected.size
    assert compared == len(rows)


@pytest.mark.parametrize("name", FILES)
def test_spread_and_explained_variance_are_those_of_the_file(scores: UnitTable, spec: CompositeSpec, name: str) -> None:
    rows = read_rows(f"weights/pca_variance_{name}")
    for group, found in components(scores, spec, name).items():
        mine = [row for row in rows if row["Group"] == group]
        assert found.deviation == pytest.approx([float(row["Sdev"]) for row in mine], abs=1e-9)
        assert found.explained == pytest.approx([float(row["VarExpl"]) for row in mine], abs=1e-9)
        assert found.eigenvalues.sum() == pytest.approx(len(found.codes))


@pytest.mark.parametrize("level", [1, 2, 3])
def test_weights_are_those_of_the_file_but_for_the_sign_of_each_group(
    scores: UnitTable, spec: CompositeSpec, level: int
) -> None:
    rows = {row["iCode"]: float(row["Weight"]) for row in read_rows(f"weights/pca_weights_level{level}_by_group")}
    seen: set[str] = set()
    for found in components_by_node(scores, spec, level):
        expected = np.array([rows[code] for code in found.codes])
        assert found.weights * np.sign(found.weights @ expected) == pytest.approx(expected, abs=1e-9)
        seen |= set(found.codes)
    assert seen == set(rows)


def test_a_group_without_complete_rows_is_refused_with_its_name(spec: CompositeSpec) -> None:
    codes = tuple(item.code for item in spec.indicators)
    gaps = np.full((3, len(codes)), np.nan)
    with pytest.raises(BadUse, match=r"principal components of .*0 rows without a gap"):
        components_by_node(UnitTable(("a", "b", "c"), ("a", "b", "c"), (), codes, gaps, {}, {}), spec)
