"""Which units are projects, innovation projects and living labs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from dynapolis.coding.screening import POPULATIONS, screen
from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts

KINDS = ("project", "programme", "living_lab", "lab_project")
TRACKS = ("industry", "living_lab", "community", "service")
PAIRS: tuple[tuple[str | None, str | None], ...] = tuple(product((*KINDS, None), (*TRACKS, None)))


@pytest.fixture(scope="module")
def screened() -> Iterator[dict[tuple[str | None, str | None], dict[str, object]]]:
    """One unit per pair of kind and track, coded or not, as screened."""
    units = [{"unit_id": f"u{n:02}", "city_id": "c"} for n in range(len(PAIRS))]
    codes = [
        {"unit_id": f"u{n:02}", "scheme": scheme, "position": 0, "code": code}
        for n, pair in enumerate(PAIRS)
        for scheme, code in zip(("kind", "track"), pair, strict=True)
        if code is not None
    ]
    further = [{"unit_id": "u00", "scheme": "goal", "position": 1, "code": "job_creation"}]
    with DuckDBEngine() as engine:
        frame = screen(
            engine.frame("units", pa.Table.from_pylist(units)),
            engine.frame("adopted", pa.Table.from_pylist(codes + further)),
        )
        rows = engine.collect(frame, order_by=["unit_id"]).to_pylist()
    yield dict(zip(PAIRS, rows, strict=True))


def populations(row: dict[str, object]) -> set[str]:
    return {name for name in POPULATIONS if row[f"is_{name}"]}


@pytest.mark.parametrize(
    ("kind", "track", "expected"),
    [
        ("project", "industry", {"units", "projects", "innovation", "industry", "initiatives"}),
        ("programme", "industry", {"units", "projects", "innovation", "industry", "initiatives"}),
        ("lab_project", "living_lab", {"units", "projects", "innovation", "lab_projects", "initiatives"}),
        ("living_lab", "living_lab", {"units", "living_labs", "initiatives"}),
        ("project", "service", {"units", "projects"}),
        ("project", "community", {"units", "projects"}),
        ("programme", "service", {"units", "projects"}),
        ("project", None, {"units", "projects"}),
        (None, None, {"units"}),
        (None, "service", {"units"}),
        ("living_lab", None, {"units", "living_labs", "initiatives"}),
        ("lab_project", None, {"units", "projects", "innovation", "lab_projects", "initiatives"}),
    ],
)
def test_kind_and_track_say_which_populations_a_unit_belongs_to(
    screened: dict[tuple[str | None, str | None], dict[str, object]],
    kind: str | None,
    track: str | None,
    expected: set[str],
) -> None:
    assert populations(screened[kind, track]) == expected


def test_every_unit_keeps_one_row_and_its_codes(
    screened: dict[tuple[str | None, str | None], dict[str, object]],
) -> None:
    for (kind, track), row in screened.items():
        assert (row["kind"], row["track"], row["city_id"]) == (kind, track, "c")


def test_populations_lie_inside_one_another_whatever_the_codes(
    screened: dict[tuple[str | None, str | None], dict[str, object]],
) -> None:
    """A share of innovation projects among all projects would exceed 1 if an innovation project were no project."""
    for pair, row in screened.items():
        found = populations(row)
        assert "units" in found
        if "innovation" in found:
            assert "projects" in found, pair
        assert not {"living_labs", "projects"} <= found, pair
        assert not {"industry", "lab_projects"} <= found, pair
        assert ("innovation" in found) == bool(found & {"industry", "lab_projects"}), pair
        assert ("initiatives" in found) == bool(found & {"innovation", "living_labs"}), pair


def test_figures_and_indicators_count_the_same_innovation_projects(
    screened: dict[tuple[str | None, str | None], dict[str, object]],
) -> None:
    """Screening is told twice, once for tables and once for arrays of drawn codes."""
    codes = {"kind": KINDS, "track": TRACKS}
    n = len(PAIRS)
    nothing = np.zeros((n, 4), dtype=bool)
    facts = UnitFacts(np.zeros(n, dtype=np.int64), 1, {}, nothing, nothing, codes, np.zeros(0, dtype=np.int64))
    units = UnitCodes(
        {
            scheme: np.array([[names.index(pair[place]) if pair[place] else -1 for pair in PAIRS]])
            for place, (scheme, names) in enumerate(codes.items())
        }
    )
    for name, mask in (
        ("innovation", units.innovation(facts)),
        ("projects", units.projects(facts)),
        ("living_labs", units.living_labs(facts)),
    ):
        assert [row[f"is_{name}"] for row in screened.values()] == mask[0].tolist(), name


def test_without_any_code_nothing_is_screened_in() -> None:
    schema = pa.schema(
        [("unit_id", pa.string()), ("scheme", pa.string()), ("position", pa.int64()), ("code", pa.string())]
    )
    with DuckDBEngine() as engine:
        frame = screen(engine.frame("u", pa.table({"unit_id": ["u"]})), engine.frame("a", schema.empty_table()))
        (row,) = engine.collect(frame, order_by=["unit_id"]).to_pylist()
    assert populations(row) == {"units"} and row["kind"] is None and row["track"] is None
