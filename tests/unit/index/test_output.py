"""The tables of an index: what stands in them, counted by hand on small cases, and what they say when there is none."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from dynapolis.errors import BadUse
from dynapolis.index.compose import compose
from dynapolis.index.output.explored import MOST_PAIRED, explored_tables, sensitivity_rows
from dynapolis.index.output.made import made_tables, plain, score_parts
from dynapolis.index.uncertainty.distribution import explore
from dynapolis.index.uncertainty.sobol import find_sensitivity
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

NAN = float("nan")
STEPS = [
    {"step": "screen", "available": 0.5},
    {"step": "denominate"},
    {"step": "normalise", "method": "min_max", "range": [0, 100]},
    {"step": "aggregate", "method": "arithmetic"},
]


def spec_of(steps: list[dict[str, Any]] = STEPS, **more: Any) -> CompositeSpec:
    return CompositeSpec.model_validate(
        {
            "index": "small",
            "columns": {"denominators": ["people"]},
            "nodes": [{"code": "City"}, {"code": "Green", "parent": "City"}, {"code": "Work", "parent": "City"}],
            "indicators": [
                {"code": "trees", "parent": "Green", "denominator": "people", "weight": 3},
                {"code": "dust", "parent": "Green", "direction": -1},
                {"code": "jobs", "parent": "Work"},
            ],
            "steps": steps,
            **more,
        }
    )


def table_of(values: list[list[float]], times: tuple[str, ...] = ()) -> UnitTable:
    units = tuple("abcd"[: len(values)]) if not times else ("a", "b") * (len(values) // 2)
    people = np.array([10.0, 20.0, 40.0, 10.0])[: len(values)]
    return UnitTable(
        units, tuple(unit.upper() for unit in units), times, ("trees", "dust", "jobs"), np.array(values), {},
        {"people": people},
    )  # fmt: skip


TABLE = table_of([[10, 4, 5], [40, 2, 5], [0, 0, 9], [NAN, NAN, 1]])


def rows_of(tables: dict[str, list[dict[str, Any]]], name: str, key: str = "unit") -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in tables[name]}


def test_scores_ranks_and_stages_are_those_counted_by_hand() -> None:
    """Trees a head 1, 2, 0; d has one of three values and goes. Green a = (3 · 50 + 0) / 4, b = (3 · 100 + 50) / 4."""
    spec = spec_of()
    tables = made_tables(compose(TABLE, spec), TABLE)
    assert [row["trees"] for row in tables["stage_denominated"]] == [1, 2, 0]
    assert [row["dust"] for row in tables["stage_normalised"]] == [0, 50, 100]
    scores = rows_of(tables, "scores")
    assert {unit: (row["Green"], row["Work"], row["City"]) for unit, row in scores.items()} == {
        "a": (37.5, 0, 18.75), "b": (87.5, 0, 43.75), "c": (25, 100, 62.5),
    }  # fmt: skip
    assert {unit: (row["Work"], row["City"]) for unit, row in rows_of(tables, "ranks").items()} == {
        "a": (2, 3), "b": (2, 2), "c": (1, 1),
    }  # fmt: skip
    screened = rows_of(tables, "screening")
    assert (screened["d"]["kept"], screened["d"]["why"]) == (False, "few_values")
    assert screened["d"]["available"] == pytest.approx(1 / 3)
    assert set(screened["a"]) == {"unit", "name", "kept", "available", "non_zero", "why"}


def test_weights_are_shares_and_effective_weights_those_on_the_way_down() -> None:
    tables = made_tables(compose(TABLE, spec_of()), TABLE)
    assert {row["child"]: (row["node"], row["weight"], row["effective_weight"]) for row in tables["weights"]} == {
        "Green": ("City", 0.5, 0.5),
        "Work": ("City", 0.5, 0.5),
        "trees": ("Green", 0.75, 0.375),
        "dust": ("Green", 0.25, 0.125),
        "jobs": ("Work", 1.0, 0.5),
    }
    assert tables["unit_weights"] == []


def test_weights_of_each_unit_s_own_stand_in_a_table_of_their_own() -> None:
    steps = [*STEPS[:3], {"step": "weight", "method": "given", "each": {"Green": {"method": "benefit_of_doubt"}}}]
    steps.append({"step": "aggregate", "method": "arithmetic", "each": {"Green": {"method": "weighted_sum"}}})
    tables = made_tables(compose(TABLE, spec_of(steps)), TABLE)
    weights = rows_of(tables, "weights", "child")
    assert (weights["trees"]["weight"], weights["trees"]["effective_weight"]) == (None, None)
    assert weights["jobs"]["effective_weight"] == 0.5
    assert {row["unit"] for row in tables["unit_weights"]} == {"a", "b", "c"}
    assert {row["node"] for row in tables["unit_weights"]} == {"Green"}


def test_the_parts_of_a_score_lead_from_the_index_to_the_cell() -> None:
    composite = compose(TABLE, spec_of())
    rows = score_parts(composite, ["a"])
    parts = {row["code"]: row for row in rows if row["stage"] is None}
    assert (parts["City"]["score"], parts["City"]["rank"], parts["City"]["level"]) == (18.75, 3, 3)
    assert parts["trees"]["points"] == pytest.approx(50 * 0.375)
    cells = [(row["stage"], row["value"], row["what"], row["by"]) for row in rows if row["code"] == "trees"][1:]
    assert cells == [
        ("raw", 10, "raw", None),
        ("screened", 10, "unchanged", None),
        ("denominated", 1, "divided", "people"),
        ("normalised", 50, "normalised", "min_max"),
    ]


def test_a_unit_that_is_not_in_the_index_is_refused_by_name() -> None:
    with pytest.raises(BadUse, match="no unit of the index: d, z"):
        score_parts(compose(TABLE, spec_of()), ["a", "d", "z"])


def test_in_a_panel_ranks_are_those_of_the_year_and_parts_are_told_for_the_years_a_unit_has() -> None:
    panel = table_of([[1, 1, 1], [2, 2, 2], [3, 3, 9], [NAN, NAN, 5]], ("2021", "2021", "2022", "2022"))
    composite = compose(panel, spec_of())
    tables = made_tables(composite, panel)
    assert {(row["unit"], row["time"]): row["Work"] for row in tables["ranks"]} == {
        ("a", "2021"): 2, ("b", "2021"): 1, ("a", "2022"): 1,
    }  # fmt: skip
    rows = score_parts(composite, ["a", "b"])
    assert {(row["unit"], row["time"]) for row in rows} == {("a", "2021"), ("a", "2022"), ("b", "2021")}


def test_gaps_filled_by_several_draws_give_the_means_over_them() -> None:
    steps = [{"step": "impute", "method": "multiple", "n": 4}, *STEPS[1:]]
    values = np.random.default_rng(2).uniform(1, 9, size=(4, 3))
    values[3, 0] = np.nan
    table = table_of(values.tolist())
    composite = compose(table, spec_of(steps), rng=np.random.default_rng(1))
    tables = made_tables(composite, table)
    assert composite.index.shape == (4, 4)
    assert [row["City"] for row in tables["scores"]] == pytest.approx(composite.index.mean(axis=0))
    assert tables["stage_imputed"][3]["trees"] == pytest.approx(composite.stages["imputed"][:, 3, 0].mean())
    assert {row["child"]: row["weight"] for row in tables["weights"]}["trees"] == 0.75
    with pytest.raises(BadUse, match="filled by 4 draws"):
        score_parts(composite, ["a"])


def test_a_step_taken_twice_is_told_as_it_stands_after_the_second_time() -> None:
    steps = [
        {"step": "impute", "method": "group_mean", "group": "region"},
        STEPS[1],
        {"step": "impute", "method": "mean"},
        *STEPS[2:],
    ]
    values = [[10.0, 4, NAN], [40, 2, NAN], [0, 0, 9]]
    base = table_of(values)
    table = UnitTable(
        base.units, base.names, (), base.codes, base.values, {"region": ("n", "n", "s")}, base.denominators
    )
    spec = spec_of(steps, columns={"denominators": ["people"], "groups": ["region"]})
    composite = compose(table, spec)
    assert list(composite.stages) == ["raw", "denominated", "imputed", "normalised"]
    assert [row["jobs"] for row in made_tables(composite, table)["stage_imputed"]] == [9, 9, 9]


def test_nothing_uncertain_makes_intervals_of_width_0() -> None:
    spec = spec_of(uncertain=[], intervals=[0.5, 0.9], top=[1, 2])
    tables = explored_tables(TABLE, spec, explore(TABLE, spec, 20, np.random.default_rng(1)))
    intervals = rows_of(tables, "rank_intervals")
    for unit, rank in (("a", 3), ("b", 2), ("c", 1)):
        row = intervals[unit]
        assert {row[name] for name in ("rank", "median_rank", "mean_rank", "rank_50_low", "rank_90_high")} == {rank}
        assert (row["p_top_1"], row["p_top_2"]) == (float(rank == 1), float(rank <= 2))
    assert (intervals["d"]["score"], intervals["d"]["rank"], intervals["d"]["share_unranked"]) == (None, None, 1)
    ahead = {(row["unit"], row["of"]): row["p_ahead"] for row in tables["ahead"]}
    assert (ahead["c", "a"], ahead["a", "c"]) == (1, 0)
    assert tables["failures"] == []
    assert len(tables["replicas"]) == len(tables["replica_scores"]) == 20


UNCERTAIN = [
    {"name": "scale", "kind": "step", "step": "normalise", "one_of": [{}, {"method": "z_score", "range": None}]},
    {"name": "mean", "kind": "step", "step": "aggregate", "one_of": [{}, {"method": "geometric"}]},
    {"name": "weights", "kind": "weights"},
]


def test_every_replica_is_listed_with_its_choices_and_failed_ones_with_why() -> None:
    """A geometric mean takes no score of 0 and below: those replicas fail, are counted, and none is left out."""
    spec = spec_of(uncertain=UNCERTAIN)
    found = explore(TABLE, spec, 40, np.random.default_rng(3))
    tables = explored_tables(TABLE, spec, found)
    failed = {row["replica"] for row in tables["failures"]}
    assert 0 < len(failed) < 40
    assert all("geometric" in row["why"] for row in tables["failures"])
    for row in tables["replicas"]:
        choices = json.loads(row["choices"])
        assert set(choices) >= {"scale", "mean", "weights of City", "weights of Green"}
        assert row["ok"] == (row["replica"] not in failed) == (choices["mean"] == {})
    for row in tables["replica_scores"]:
        assert (row["a"] is None) == (row["replica"] in failed)
        assert row["d"] is None


def test_sets_of_ranks_do_not_depend_on_the_scales_of_replicas() -> None:
    """Min–max scores lie between 0 and 100, z-scores around 0; only who is ahead, and how clearly, counts."""
    values = np.column_stack([np.linspace(1, 9, 4), np.linspace(9, 1, 4), np.linspace(1, 9, 4)])
    table = UnitTable(tuple("abcd"), tuple("ABCD"), (), TABLE.codes, values, {}, {"people": np.ones(4)})
    spec = spec_of(uncertain=[UNCERTAIN[0], UNCERTAIN[2]])
    tables = explored_tables(table, spec, explore(table, spec, 200, np.random.default_rng(3)))
    assert [(row["low"], row["high"]) for row in tables["rank_sets"]] == [(4, 4), (3, 3), (2, 2), (1, 1)]


def test_pairs_are_left_out_where_there_are_years_or_very_many_units() -> None:
    panel = table_of([[1, 1, 1], [2, 2, 2], [3, 3, 9], [4, 4, 5]], ("2021", "2021", "2022", "2022"))
    spec = spec_of()
    assert "ahead" not in explored_tables(panel, spec, explore(panel, spec, 3, np.random.default_rng(1)))
    n = MOST_PAIRED + 1
    values = np.random.default_rng(4).uniform(1, 9, size=(n, 3))
    names = tuple(f"u{number}" for number in range(n))
    many = UnitTable(names, names, (), TABLE.codes, values, {}, {"people": np.ones(n)})
    assert "ahead" not in explored_tables(many, spec, explore(many, spec, 3, np.random.default_rng(1)))


def test_sensitivity_tells_every_input_once_with_its_ends() -> None:
    spec = spec_of(uncertain=UNCERTAIN[::2])
    rows = sensitivity_rows(find_sensitivity(TABLE.keep(np.array([True, True, True, False])), spec,
                                             np.random.default_rng(1), n=64))  # fmt: skip
    assert [row["input"] for row in rows] == ["scale", "weights"]
    for row in rows:
        assert row["first_order_low"] is None or row["first_order_low"] <= row["first_order"] <= row["first_order_high"]
        assert row["n_failed"] == 0 and row["n_builds"] > 0


@pytest.mark.parametrize("value", [np.float64("nan"), float("inf"), np.float64("-inf")])
def test_what_is_no_number_is_nothing(value: float) -> None:
    assert plain(value) is None
