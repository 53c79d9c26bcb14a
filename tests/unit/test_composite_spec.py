"""Faults between the entries of a composite indicator's specification: each is found, with its place and what to do."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from dynapolis.model.composite import CompositeSpec
from dynapolis.model.composite_checks import check_composite
from dynapolis.model.problem import Problem

Raw = dict[str, Any]
Change = Callable[[Raw], Any]
WHOLE: Raw = {
    "index": "cities",
    "columns": {"unit": "code", "time": "year", "groups": ["region"], "denominators": ["people"]},
    "nodes": [{"code": "City"}, {"code": "Green", "parent": "City"}, {"code": "Work", "parent": "City"}],
    "indicators": [
        {"code": "trees", "parent": "Green", "denominator": "people", "low": 0, "high": 9, "target": 5},
        {"code": "waste", "parent": "Green", "direction": -1, "low": 0, "high": 9, "target": 5},
        {"code": "jobs", "parent": "Work", "low": 0, "high": 9, "target": 5},
    ],
    "steps": [
        {"step": "screen", "available": 0.5},
        {"step": "denominate", "factors": {"trees": 1000}},
        {"step": "impute", "method": "linear"},
        {"step": "impute", "method": "group_mean", "group": "region"},
        {"step": "treat", "only": ["trees"]},
        {"step": "normalise", "method": "min_max", "each": {"jobs": {"method": "goalposts"}}},
        {"step": "weight", "method": "given", "each": {"Green": {"method": "equal"}}},
        {"step": "aggregate", "method": "arithmetic", "levels": {3: {"method": "geometric"}}},
    ],
    "uncertain": [
        {"name": "scale", "kind": "step", "step": "normalise", "one_of": [{"method": "min_max"}, {"method": "rank"}]},
        {"name": "weights", "kind": "weights", "levels": [1, 2], "nodes": ["City"]},
        {"name": "count", "kind": "error", "indicator": "trees", "size": 0.1},
        {"name": "survey", "kind": "error", "indicator": "jobs", "size": 0.1},
        {"name": "points", "kind": "value", "path": "treat.max_winsorised", "one_of": [1, 5]},
    ],
    "correlated": [{"between": ["count", "survey"], "correlation": 0.5}],
}
SCREEN, DENOMINATE, LINEAR, GROUPED, TREAT, NORMALISE, WEIGHT, AGGREGATE = range(8)


def changed(change: Change) -> Raw:
    raw = copy.deepcopy(WHOLE)
    change(raw)
    return raw


def problems(change: Change) -> list[Problem]:
    return list(check_composite(changed(change)))


def put(*path: Any, value: Any) -> Change:
    """Put a value at a place."""

    def change(raw: Raw) -> None:
        at: Any = raw
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value

    return change


def test_a_whole_specification_has_no_fault() -> None:
    assert problems(lambda raw: None) == []
    spec = CompositeSpec.model_validate(WHOLE)
    assert spec.root == "City"
    assert spec.levels == {"trees": 1, "waste": 1, "jobs": 1, "Green": 2, "Work": 2, "City": 3}
    assert spec.upwards[-1] == "City"
    assert spec.children["Green"] == ("trees", "waste")


CASES: dict[str, tuple[Change, tuple[Any, ...], str]] = {
    "an indicator given twice": (put("indicators", 1, "code", value="trees"), ("indicators", 1, "code"), "trees"),
    "a node given twice": (put("nodes", 2, "code", value="Green"), ("nodes", 2, "code"), "Green"),
    "two choices of one name": (put("uncertain", 1, "name", value="scale"), ("uncertain", 1, "name"), "scale"),
    "a parent that is not there": (put("indicators", 0, "parent", value="Gren"), ("indicators", 0, "parent"), "Gren"),
    "a node of the name of an indicator": (put("indicators", 0, "code", value="Work"), ("indicators", 0, "code"), "Wo"),
    "two roots": (put("nodes", 1, "parent", value=None), ("nodes",), "2 nodes without a parent"),
    "no root": (put("nodes", 0, "parent", value="Green"), ("nodes",), "0 nodes without a parent"),
    "a circle": (put("nodes", 0, "parent", value="Work"), ("nodes", 0, "parent"), "its own descendant"),
    "a node without children": (put("indicators", 2, "parent", value="Green"), ("nodes", 2), "Work"),
    "an unknown denominator": (
        put("indicators", 1, "denominator", value="area"), ("indicators", 1, "denominator"), "area",
    ),
    "an unknown indicator in each": (
        put("steps", NORMALISE, "each", value={"job": {"method": "rank"}}), ("steps", NORMALISE, "each", "job"), "job",
    ),
    "an unknown node in each": (
        put("steps", WEIGHT, "each", value={"jobs": {"method": "equal"}}), ("steps", WEIGHT, "each", "jobs"), "jobs",
    ),
    "an unknown indicator in only": (put("steps", TREAT, "only", value=["tree"]), ("steps", TREAT, "only"), "tree"),
    "an unknown indicator in factors": (
        put("steps", DENOMINATE, "factors", value={"tree": 2}), ("steps", DENOMINATE, "factors"), "tree",
    ),
    "a factor without a denominator": (
        put("steps", DENOMINATE, "factors", value={"jobs": 2}), ("steps", DENOMINATE, "factors", "jobs"), "jobs",
    ),
    "nothing to denominate": (
        put("indicators", 0, "denominator", value=None), ("steps", DENOMINATE), "denominate",
    ),
    "an unknown group": (put("steps", GROUPED, "group", value="size"), ("steps", GROUPED, "group"), "size"),
    "a group mean without a group": (put("steps", GROUPED, "group", value=None), ("steps", GROUPED, "group"), "noth"),
    "an unknown node in within": (
        put("steps", GROUPED, "within", value="Grey"), ("steps", GROUPED, "within"), "Grey",
    ),
    "years without a panel": (put("columns", "time", value=None), ("steps", LINEAR, "method"), "linear"),
    "no aggregate step": (lambda raw: raw["steps"].pop(), ("steps",), "no step aggregate"),
    "a step twice": (
        lambda raw: raw["steps"].insert(NORMALISE, {"step": "normalise", "method": "rank"}),
        ("steps", NORMALISE + 1, "step"), "normalise a second time",
    ),
    "aggregate before normalise": (
        lambda raw: raw["steps"].insert(NORMALISE, raw["steps"].pop(AGGREGATE)),
        ("steps", NORMALISE + 1, "step"), "normalise after aggregate",
    ),
    "treat after normalise": (
        lambda raw: raw["steps"].insert(TREAT, raw["steps"].pop(NORMALISE)),
        ("steps", NORMALISE, "step"), "treat after normalise",
    ),
    "a direction that nothing applies": (
        lambda raw: raw["steps"].pop(NORMALISE), ("indicators", 1, "direction"), "-1 without",
    ),
    "goalposts that are not given": (
        put("indicators", 2, "low", value=None), ("steps", NORMALISE, "each", "jobs", "method"), "without low of jobs",
    ),
    "goalposts the wrong way round": (
        put("indicators", 2, "low", value=10), ("steps", NORMALISE, "each", "jobs", "method"), "low 10, high 9",
    ),
    "a target that is not given": (
        lambda raw: (put("indicators", 1, "target", value=None)(raw),
                     put("steps", NORMALISE, "method", value="distance_to_target")(raw)),
        ("steps", NORMALISE, "method"), "without target of waste",
    ),
    "a reference that is not given": (
        put("steps", NORMALISE, "method", value="distance_to_reference"), ("steps", NORMALISE, "reference"), "nothing",
    ),
    "a range that falls": (put("steps", NORMALISE, "range", value=[9, 1]), ("steps", NORMALISE, "range"), "[9, 1]"),
    "a range of an indicator that falls": (
        put("indicators", 0, "range", value=[9, 1]), ("indicators", 0, "range"), "[9, 1]",
    ),
    "an unknown code in values": (
        put("steps", WEIGHT, "values", value={"tree": 2}), ("steps", WEIGHT, "values", "tree"), "tree",
    ),
    "an unknown code of an expert": (
        put("steps", WEIGHT, "each", value={"Green": {"method": "budget_allocation", "experts": [{"tree": 2}]}}),
        ("steps", WEIGHT, "each", "Green", "experts", 0, "tree"), "tree",
    ),
    "no experts": (
        put("steps", WEIGHT, "method", value="budget_allocation"), ("steps", WEIGHT, "experts"), "nothing",
    ),
    "no comparisons": (
        put("steps", WEIGHT, "each", value={"Green": {"method": "ahp"}}),
        ("steps", WEIGHT, "each", "Green", "comparisons"), "nothing",
    ),
    "benefit of the doubt with a mean": (
        put("steps", WEIGHT, "each", value={"City": {"method": "benefit_of_doubt"}}),
        ("steps", WEIGHT, "each", "City", "method"), "benefit_of_doubt",
    ),
    "a power mean without its exponent": (
        put("steps", AGGREGATE, "levels", value={2: {"method": "power"}}),
        ("steps", AGGREGATE, "levels", 2, "power"), "nothing",
    ),
    "a level that is not there": (
        put("steps", AGGREGATE, "levels", value={7: {"method": "geometric"}}), ("steps", AGGREGATE, "levels", 7), "7",
    ),
    "an error of an unknown indicator": (
        put("uncertain", 2, "indicator", value="tree"), ("uncertain", 2, "indicator"), "tree",
    ),
    "an uncertain step that is not taken": (
        lambda raw: (raw["steps"].pop(SCREEN), put("uncertain", 0, "step", value="screen")(raw)),
        ("uncertain", 0, "step"), "screen",
    ),
    "an option that is no such step": (
        put("uncertain", 0, "one_of", 1, value={"method": "ranks"}), ("uncertain", 0, "one_of", 1), "ranks",
    ),
    "an option with a key that is not known": (
        put("uncertain", 0, "one_of", 1, value={"methods": "rank"}), ("uncertain", 0, "one_of", 1, "methods"), "rank",
    ),
    "an option that needs what is not given": (
        lambda raw: (put("indicators", 0, "low", value=None)(raw),
                     put("uncertain", 0, "one_of", 1, value={"method": "goalposts"})(raw)),
        ("uncertain", 0, "one_of", 1, "method"), "goalposts without low of trees",
    ),
    "probabilities that do not add up": (
        put("uncertain", 0, "probabilities", value=[0.5, 0.6]), ("uncertain", 0, "probabilities"), "0.6",
    ),
    "too few probabilities": (
        put("uncertain", 0, "probabilities", value=[1.0]), ("uncertain", 0, "probabilities"), "1.0",
    ),
    "weights of an unknown node": (put("uncertain", 1, "nodes", value=["Town"]), ("uncertain", 1, "nodes"), "Town"),
    "weights of an unknown level": (put("uncertain", 1, "levels", value=[3]), ("uncertain", 1, "levels"), "3"),
    "a value with two kinds of choice": (
        put("uncertain", 4, "uniform", value=[1, 5]), ("uncertain", 4), "both or neither",
    ),
    "a value with a range that falls": (
        put("uncertain", 4, value={"name": "p", "kind": "value", "path": "treat.max_skew", "uniform": [3, 1]}),
        ("uncertain", 4, "uniform"), "[3, 1]",
    ),
    "a value of a step that is not taken": (
        put("uncertain", 4, "path", value="trim.points"), ("uncertain", 4, "path"), "trim.points",
    ),
    "a correlation of an unknown error": (
        put("correlated", 0, "between", value=["count", "points"]), ("correlated", 0, "between"), "points",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_told_with_its_place_and_what_to_do(name: str) -> None:
    change, place, found = CASES[name]
    told = [problem for problem in problems(change) if problem.loc[: len(place)] == place]
    assert told, [(problem.loc, problem.found) for problem in problems(change)]
    assert any(found in problem.found for problem in told), [problem.found for problem in told]
    assert all(problem.expected and problem.mend for problem in told)


def test_many_faults_are_told_at_once() -> None:
    def change(raw: Raw) -> None:
        for name in ("a parent that is not there", "a group mean without a group", "a range that falls",
                     "a correlation of an unknown error"):  # fmt: skip
            CASES[name][0](raw)

    assert {problem.loc[0] for problem in problems(change)} == {"indicators", "steps", "correlated"}


def test_gaps_may_be_filled_more_than_once_and_also_after_normalising() -> None:
    def change(raw: Raw) -> None:
        raw["steps"].insert(WEIGHT, {"step": "impute", "method": "row_mean"})

    assert problems(change) == []


def test_the_marks_that_many_indicators_lack_are_one_fault() -> None:
    def change(raw: Raw) -> None:
        put("steps", NORMALISE, "method", value="distance_to_target")(raw)
        for indicator in raw["indicators"]:
            indicator["target"] = None

    (told,) = [problem for problem in problems(change) if "target" in problem.found]
    assert "trees, waste" in told.found and "jobs" not in told.found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("indicators", 0, "direction"), 2),
        (("indicators", 0, "weight"), -1),
        (("indicators", 0, "weigth"), 1),
        (("steps", 0, "step"), "scren"),
        (("steps", 0, "available"), 2),
        (("steps", NORMALISE, "method"), "minmax"),
        (("uncertain", 1, "concentration"), 0),
        (("correlated", 0, "correlation"), 2),
        (("intervals",), [90]),
        (("intervals",), []),
        (("top",), [0]),
        (("columns", "decimal"), ";"),
    ],
)
def test_single_values_are_told_by_the_model(path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        CompositeSpec.model_validate(changed(put(*path, value=value)))
    assert len(caught.value.errors()) >= 1
