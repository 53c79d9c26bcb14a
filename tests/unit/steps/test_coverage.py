"""Tables of coverage from a few units: who searched what, what stays beside, and the draws of what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.model.coverage import Searched
from dynapolis.model.register import RegisterSpec
from dynapolis.steps.coverage import coverage_tables, searched_cities
from dynapolis.steps.missed import Missed, learn_missed
from dynapolis.store import content
from dynapolis.store.content import shipped

STARTER = content.read_register(shipped() / "registers" / "starter" / "register.yml")
ALL_KINDS = ("projects", "lab_projects", "living_labs")
CITIES = ("seoul", "busan", "oslo")


def register(name: str, searched: Sequence[dict[str, Any]]) -> RegisterSpec:
    parts = tuple(Searched(**part) for part in searched)
    return STARTER.model_copy(update={"name": name, "searched": parts, "date": "2026-11", "languages": ("ko",)})


def tables(registers: Sequence[RegisterSpec], units: Sequence[tuple[str, str | None, str]]) -> dict[str, pa.Table]:
    """Units are given by city, code of kind, and the registers that hold them, one letter each."""
    records = [(f"{n}{r}", n, r) for n, (_, _, holders) in enumerate(units) for r in holders]
    core = {
        "core_records__record": pa.table({"record_id": [r[0] for r in records], "register": [r[2] for r in records]}),
        "core_resolve__assn_record_entity": pa.table(
            {"record_id": [r[0] for r in records], "unit_id": [str(r[1]) for r in records]}
        ),
        "core_places__city": pa.table({"city_id": list(CITIES)}),
    }
    screened = pa.table(
        {
            "unit_id": [str(n) for n in range(len(units))],
            "city_id": [unit[0] for unit in units],
            "kind": pa.array([unit[1] for unit in units], pa.string()),
        }
    )
    return coverage_tables(core, screened, registers, 0.9)


def row(table: pa.Table, **wanted: str) -> dict[str, Any]:
    (found,) = [r for r in table.to_pylist() if all(r[key] == value for key, value in wanted.items())]
    return found


def test_found_searched_and_none_and_not_searched_are_three_values() -> None:
    a = register("a", [{"cities": ["seoul", "busan"], "kinds": ["projects"], "effort": "more"}])
    made = tables([a], [("seoul", "programme", "a")])
    search = made["out_coverage__search"]
    seen = {city: row(search, city_id=city, kind="projects") for city in CITIES}
    assert [seen[city]["sight"] for city in CITIES] == ["found", "searched_none", "not_searched"]
    assert [seen[city]["n_found"] for city in CITIES] == [1, 0, None]
    assert [seen[city]["date"] for city in CITIES] == ["2026-11", "2026-11", None]
    assert seen["seoul"]["languages"] == ["ko"]
    assert [seen[city]["effort"] for city in CITIES] == ["more", "more", None]
    by_city = made["out_coverage__city_kind"]
    assert [row(by_city, city_id=c, kind="projects")["refused"] for c in CITIES] == ["one_list"] * 2 + ["not_searched"]
    assert [row(by_city, city_id=c, kind="projects")["n_found"] for c in CITIES] == [1, 0, None]
    assert searched_cities([a]) == {"seoul", "busan"}


def test_a_register_that_does_not_say_where_it_looked_is_a_list_where_it_found_something() -> None:
    a, silent = register("a", [{"cities": list(CITIES), "kinds": list(ALL_KINDS)}]), register("s", [])
    made = tables([a, silent], [("seoul", "living_lab", "as"), ("busan", "project", "a")])["out_coverage__city_kind"]
    assert row(made, city_id="seoul", kind="living_labs")["lists"] == ["a", "s"]
    assert row(made, city_id="seoul", kind="projects")["lists"] == ["a"]
    assert row(made, city_id="seoul", kind="all")["lists"] == ["a", "s"]
    assert row(made, city_id="busan", kind="all")["lists"] == ["a"]


def test_what_a_register_found_where_it_did_not_look_is_found_but_tells_nothing_of_overlap() -> None:
    both = [{"cities": ["seoul"], "kinds": list(ALL_KINDS)}]
    registers = [register("a", both), register("b", both), register("c", [{"cities": ["oslo"], "kinds": ["projects"]}])]
    units = [("seoul", "project", "ab")] * 8 + [("seoul", "project", "a")] * 4 + [("seoul", "project", "b")] * 4
    units += [("seoul", "project", "c")] * 30
    found = row(tables(registers, units)["out_coverage__city_kind"], city_id="seoul", kind="projects")
    assert (found["lists"], found["n_found"], found["n_beside"], found["n_shared"]) == (["a", "b"], 46, 30, 8)
    assert found["estimate"] == 46  # the lists tell of 17.8, and 46 are known to exist
    assert found["completeness"] == found["completeness_high"] == 1.0
    assert found["dependence"] == "untestable"


def test_completeness_is_found_over_estimated_with_its_ends_exchanged() -> None:
    both = [{"cities": ["seoul", "busan"], "kinds": list(ALL_KINDS)}]
    units = [("seoul", "project", "ab")] * 9 + [("seoul", "project", "a")] * 13 + [("busan", "lab_project", "b")] * 3
    units += [("seoul", None, "b")] * 47
    made = tables([register("a", both), register("b", both)], units)
    found = row(made["out_coverage__city_kind"], city_id="seoul", kind="all")
    assert found["estimate"] == pytest.approx(23 * 57 / 10 - 1)
    for name, other in (("", ""), ("_low", "_high"), ("_high", "_low")):
        assert found[f"completeness{name}"] == pytest.approx(69 / found[f"estimate{other}"])
    assert row(made["out_coverage__city_kind"], city_id="seoul", kind="projects")["n_found"] == 22
    together = row(made["out_coverage__lists_kind"], kind="all")
    assert (together["lists"], together["n_cities"], together["n_found"]) == (["a", "b"], 2, 72)


def test_three_lists_are_compared_and_estimated_by_a_log_linear_model() -> None:
    every = [{"cities": ["seoul"], "kinds": list(ALL_KINDS)}]
    numbers = {"abc": 20, "ab": 24, "ac": 16, "a": 20, "bc": 18, "b": 22, "c": 17}
    units = [("seoul", "project", lists) for lists, n in numbers.items() for _ in range(n)]
    made = tables([register(name, every) for name in "abc"], units)
    found = row(made["out_coverage__city_kind"], city_id="seoul", kind="projects")
    assert (found["estimator"], found["refused"], found["dependence"]) == ("log_linear", None, "none_seen")
    assert found["bound"] < found["estimate_high"]
    tests = made["out_coverage__dependence"].to_pylist()
    assert [(r["list_1"], r["list_2"], r["given"]) for r in tests if r["kind"] == "projects"] == [
        ("a", "b", "c"), ("a", "c", "b"), ("b", "c", "a"),
    ]  # fmt: skip


# Draws of what was missed.

SPEC = content.read_index_spec(shipped() / "indices" / "urban_innovativeness" / "2022.yml")
CODES = {"kind": ("project", "programme", "lab_project", "living_lab"), "track": ("industry", "living_lab")}
COLUMNS = ("n_found", "estimate", "estimate_low", "estimate_high")


def missed(on: bool, estimates: dict[str, float | None]) -> Missed | None:
    """Three cities of six units each: four projects, one lab project and one lab."""
    kinds = np.tile([0, 0, 1, 0, 2, 3], 3)[None, :]
    codes = UnitCodes({"kind": kinds, "track": (kinds > 1).astype(np.int64)})
    facts = UnitFacts(np.repeat(np.arange(3), 6), 3, {}, np.zeros((18, 4), bool), np.zeros((18, 4), bool), CODES,
                      np.zeros(0, np.int64))  # fmt: skip
    rows = [
        {"city_id": city, "kind": "all", "n_found": 6.0, "estimate": n,
         "estimate_low": n and n * 0.8, "estimate_high": n and n * 1.5}
        for city, n in estimates.items()
    ]  # fmt: skip
    spec = SPEC.model_copy(update={"uncertain": SPEC.uncertain.model_copy(update={"coverage": on})})
    return learn_missed(pa.Table.from_pylist(rows), list(CITIES), codes, facts, spec, 0.9)


def test_what_was_missed_is_drawn_only_where_asked_and_where_enough_cities_have_an_estimate() -> None:
    known: dict[str, float | None] = {"seoul": 12.0, "busan": 18.0, "oslo": None}
    assert missed(False, known) is None
    assert missed(True, {**known, "busan": None}) is None  # one of three is less than 40 %
    assert missed(True, known) is not None


def test_counts_are_multiplied_by_the_whole_over_what_was_found_and_a_city_without_borrows() -> None:
    found = missed(True, {"seoul": 12.0, "busan": 18.0, "oslo": None})
    assert found is not None
    assert found.mix[0].tolist() == [[0.8, 0.2, 0.0], [0.0, 0.0, 1.0]]
    drawn = found.draw(4000, np.random.default_rng(1))
    assert drawn.shape == (4000, 3, 2)
    assert np.all(drawn >= 1)
    assert np.median(drawn[:, 0], axis=0) == pytest.approx([2, 2], rel=0.05)
    assert np.median(drawn[:, 1], axis=0) == pytest.approx([3, 3], rel=0.05)
    assert 2.1 < np.median(drawn[:, 2, 0]) < 2.9


def test_the_shipped_specification_leaves_what_was_missed_out_of_the_ranks() -> None:
    assert SPEC.uncertain.coverage is False
