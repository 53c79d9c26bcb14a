"""Faults of the steps of a composite indicator: their order, and what a method needs and does not get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dynapolis.model.composite import Step
from dynapolis.model.problem import Loc, Problem, entries

ONCE = ("denominate", "treat", "normalise", "weight", "aggregate")
ORDER = {"denominate": 0, "treat": 0, "normalise": 1, "weight": 2, "aggregate": 3}  # screen and impute: before weight
MARKS = {"goalposts": ("low", "high"), "scaled": ("low", "high"), "distance_to_target": ("target",)}
GROUPED = ("group_mean", "group_median")
ALONG_YEARS = ("linear", "carried")
_STEP: TypeAdapter[Any] = TypeAdapter(Step)


@dataclass(frozen=True, slots=True)
class Tree:
    """What steps may speak of, as far as it can be read.

    Attributes:
        nodes, indicators: entries by code.
        columns: of the data.
    """

    nodes: Mapping[str, Mapping[str, Any]]
    indicators: Mapping[str, Mapping[str, Any]]
    columns: Mapping[str, Any]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Tree:
        """From a specification as read."""
        nodes = {str(item.get("code")): item for _, item in entries(raw.get("nodes"))}
        indicators = {str(item.get("code")): item for _, item in entries(raw.get("indicators"))}
        columns = raw.get("columns")
        return cls(nodes, indicators, columns if isinstance(columns, Mapping) else {})

    @property
    def levels(self) -> dict[str, int]:
        """Level of every node, 2 for those with indicators alone; what stands in a circle counts once."""
        below: dict[str, list[str]] = {code: [] for code in self.nodes}
        for code, item in (*self.indicators.items(), *self.nodes.items()):
            if item.get("parent") in below:
                below[str(item["parent"])].append(code)

        def level(code: str, above: frozenset[str]) -> int:
            children = [child for child in below.get(code, ()) if child not in above]
            return 1 + max((level(child, above | {code}) for child in children), default=0)

        return {code: level(code, frozenset()) for code in self.nodes}


def check_steps(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Order and number of the steps, and each step by itself."""
    tree = Tree.of(raw)
    steps = list(entries(raw.get("steps")))
    yield from _check_order(steps)
    for number, item in entries(raw.get("indicators")):
        ends = item.get("range")
        if ends is not None and not ends[0] < ends[1]:
            yield Problem(("indicators", number, "range"), repr(ends), "a low end, then a high one", "correct it")
    yield from _check_directions(raw, steps)
    for number, step in steps:
        for problem in check_step(step, tree, steps):
            yield Problem(("steps", number, *problem.loc), problem.found, problem.expected, problem.mend)


def check_options(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """The options of uncertain steps, each of which has to be such a step."""
    tree = Tree.of(raw)
    steps = list(entries(raw.get("steps")))
    for number, item in entries(raw.get("uncertain")):
        base = next((step for _, step in steps if step.get("step") == item.get("step")), None)
        if item.get("kind") != "step" or base is None:
            continue
        known = list(check_step(base, tree, steps))  # told already
        for place, option in entries(item.get("one_of")):
            here: Loc = ("uncertain", number, "one_of", place)
            whole = {**base, **option, "step": item["step"]}
            told = list(_misshapen(whole, option)) or list(check_step(whole, tree, steps))
            for problem in [problem for problem in told if problem not in known]:
                yield Problem((*here, *problem.loc), problem.found, problem.expected, problem.mend)


def _misshapen(step: Mapping[str, Any], option: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        _STEP.validate_python(step)
    except ValidationError as error:
        for item in error.errors():
            loc = tuple(item["loc"])[1:]  # without the kind of step
            if loc[:1] and loc[0] in option:
                yield Problem(loc, repr(item["input"]), item["msg"][0].lower() + item["msg"][1:], "correct the option")


def check_step(
    step: Mapping[str, Any], tree: Tree, steps: Sequence[tuple[int, Mapping[str, Any]]]
) -> Iterator[Problem]:
    """What a step lacks; places are within the step."""
    kind = step.get("step")
    if kind == "denominate":
        yield from _check_denominate(step, tree)
    elif kind == "impute":
        yield from _check_impute(step, tree)
    elif kind == "normalise":
        yield from _check_normalise(step, tree)
    elif kind == "weight":
        rules = next((other for _, other in steps if other.get("step") == "aggregate"), {"method": "arithmetic"})
        yield from _check_weight(step, tree, rules)
    elif kind == "aggregate":
        yield from _check_aggregate(step, tree)


def _check_order(steps: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Problem]:
    names = [step.get("step") for _, step in steps]
    if "aggregate" not in names:
        mend = "add {step: aggregate, method: arithmetic} at the end"
        yield Problem(("steps",), "no step aggregate", "one, the last", mend)
    for place, (number, step) in enumerate(steps):
        name = str(step.get("step"))
        before = names[:place]
        if name in ONCE and name in before:
            yield Problem(("steps", number, "step"), f"{name} a second time", f"{name} once", "join the two")
            continue
        mine = ORDER.get(name, 1)
        late = [str(other) for other in before if ORDER.get(str(other), 0) > mine]
        if late:
            expected = "denominate and treat, then normalise, weight, aggregate"
            yield Problem(("steps", number, "step"), f"{name} after {late[0]}", expected, f"move it before {late[0]}")


def _check_directions(raw: Mapping[str, Any], steps: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Problem]:
    """Directions are applied by the step normalise; without it an indicator of which less is better counts as more."""
    if any(step.get("step") == "normalise" for _, step in steps):
        return
    for number, item in entries(raw.get("indicators")):
        if item.get("direction") == -1 and item.get("parent") is not None:
            mend = "add the step (method: none turns it and does no more)"
            yield Problem(("indicators", number, "direction"), "-1 without a step normalise", "the step", mend)


def _check_denominate(step: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    divided = {code for code, item in tree.indicators.items() if item.get("denominator") is not None}
    if not divided:
        mend = "give indicators their denominator, or drop the step"
        yield Problem((), "the step denominate", "an indicator with a denominator", mend)
        return
    for code in step.get("factors") or ():
        if code in tree.indicators and code not in divided:
            expected = "an indicator with a denominator"
            yield Problem(("factors", code), repr(code), expected, "give it one, or drop the factor")


def _check_impute(step: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    method = step.get("method")
    if method in ALONG_YEARS and not tree.columns.get("time"):
        expected = "a panel, with its column of years in columns.time"
        yield Problem(("method",), repr(method), expected, "name the column, or take another method")
    if method in GROUPED and step.get("group") is None:
        yield Problem(("group",), "nothing", "a column of columns.groups", f"name the one {method} looks at")


def _check_normalise(step: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    yield from _check_marks(step, tree)
    for place, choice in _choices(step):
        reference = choice.get("reference") or step.get("reference")
        if choice.get("method") == "distance_to_reference" and reference is None:
            yield Problem((*place, "reference"), "nothing", "the code of a unit", "name the unit to measure to")
        ends = choice.get("range")
        if ends is not None and not ends[0] < ends[1]:
            yield Problem((*place, "range"), repr(ends), "a low end, then a high one", "correct it")


def _check_marks(step: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    """Goalposts and targets that a method needs; all indicators that lack the same are told at once."""
    each = step.get("each") or {}
    lacking: dict[tuple[Loc, str, str], list[str]] = {}
    for code, item in tree.indicators.items():
        own = each.get(code) or {}
        here: Loc = ("each", code, "method") if "method" in own else ("method",)
        method = str({**step, **own}.get("method"))
        for name in MARKS.get(method, ()):
            if item.get(name) is None:
                lacking.setdefault((here, method, name), []).append(code)
        low, high = item.get("low"), item.get("high")
        if "low" in MARKS.get(method, ()) and low is not None and high is not None and not low < high:
            yield Problem(here, f"low {low}, high {high} of {code}", "low below high", "direction turns them; exchange")
    for (here, method, name), codes in lacking.items():
        shown = ", ".join(codes[:12]) + (", …" if len(codes) > 12 else "")
        mend = "give them one, or another method in each"
        yield Problem(here, f"{method} without {name} of {shown}", f"{name} of every indicator", mend)


def _check_weight(step: Mapping[str, Any], tree: Tree, rules: Mapping[str, Any]) -> Iterator[Problem]:
    known = {*tree.nodes, *tree.indicators}
    for place, choice in _choices(step):
        named: list[tuple[Loc, str]] = [(("values",), code) for code in choice.get("values") or ()]
        named += [(("experts", n), code) for n, one in entries(list(choice.get("experts") or ())) for code in one]
        for where, code in named:
            if code not in known:
                expected = "the code of an indicator or node"
                yield Problem((*place, *where, code), repr(code), expected, "correct the code")
        for method, key in (("budget_allocation", "experts"), ("ahp", "comparisons")):
            if choice.get("method") == method and not choice.get(key):
                yield Problem((*place, key), "nothing", f"what {method} weighs by", "add it, or take another method")
    levels = tree.levels
    each = step.get("each") or {}
    for node in tree.nodes:
        own = each.get(node) or step
        rule = _rule_of(node, levels[node], rules)
        if own.get("method") == "benefit_of_doubt" and rule != "weighted_sum":
            here: Loc = ("each", node, "method") if node in each else ("method",)
            expected = f"weighted_sum as the aggregation of {node}, not {rule}"
            mend = f"write it in the step aggregate, for all nodes or each: {node}"
            yield Problem(here, "benefit_of_doubt", expected, mend)


def _rule_of(node: str, level: int, rules: Mapping[str, Any]) -> Any:
    each, levels = rules.get("each") or {}, rules.get("levels") or {}
    return (each.get(node) or levels.get(level) or levels.get(str(level)) or rules).get("method")


def _check_aggregate(step: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    for place, choice in _choices(step):
        if choice.get("method") == "power" and choice.get("power") is None:
            yield Problem((*place, "power"), "nothing", "the exponent of the power mean", "add it")
    known = sorted(set(tree.levels.values()))
    for level in step.get("levels") or ():
        if str(level) not in map(str, known):
            expected = f"a level of nodes: {', '.join(map(str, known))}"
            yield Problem(("levels", level), repr(level), expected, "correct the level; 2 is above the indicators")


def _choices(step: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """The choice of the whole step, and those of single nodes, levels or indicators."""
    yield (), step
    for key in ("each", "levels"):
        for code, choice in (step.get(key) or {}).items():
            if isinstance(choice, Mapping):
                yield (key, code), choice
