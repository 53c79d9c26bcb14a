"""Faults between the entries of a composite indicator's specification, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dynapolis.model.composite_step_checks import Tree, check_options, check_steps
from dynapolis.model.problem import Loc, Problem, duplicates, entries


def check_composite(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Codes given twice, parents that are not there, circles, several roots, nodes without children, unknown names.

    And steps in the wrong order, methods without what they need, options that are no such step.
    """
    yield from duplicates(raw.get("nodes"), ("nodes",), "code", "it stands above")
    yield from duplicates(raw.get("indicators"), ("indicators",), "code", "it stands above")
    yield from duplicates(raw.get("uncertain"), ("uncertain",), "name", "it stands above")
    nodes = {str(item.get("code")): item.get("parent") for _, item in entries(raw.get("nodes"))}
    indicators = {str(item.get("code")): item.get("parent") for _, item in entries(raw.get("indicators"))}
    yield from _check_tree(raw, nodes, indicators)
    yield from _check_names(raw, nodes, indicators)
    yield from _check_uncertain(raw, nodes, indicators)
    yield from check_steps(raw)
    yield from check_options(raw)


def _check_tree(raw: Mapping[str, Any], nodes: Mapping[str, Any], indicators: Mapping[str, Any]) -> Iterator[Problem]:
    for kind in ("nodes", "indicators"):
        for number, item in entries(raw.get(kind)):
            parent = item.get("parent")
            if parent is not None and parent not in nodes:
                known = f"one of {', '.join(nodes)}"
                yield Problem((kind, number, "parent"), repr(parent), known, "correct the parent, or add the node")
    for number, item in entries(raw.get("indicators")):
        if item.get("code") in nodes:
            yield Problem(("indicators", number, "code"), repr(item["code"]), "a code no node has", "rename one")
    roots = [code for code, parent in nodes.items() if parent is None]
    if len(roots) != 1:
        found = f"{len(roots)} nodes without a parent ({', '.join(roots) or 'none'})"
        yield Problem(("nodes",), found, "one, the index itself", "give the others a parent")
    above = set(nodes.values()) | set(indicators.values())
    for number, item in entries(raw.get("nodes")):
        if item.get("code") not in above:
            yield Problem(("nodes", number), repr(item.get("code")), "at least one child", "add one, or drop the node")
        if _is_in_circle(str(item.get("code")), nodes):
            yield Problem(("nodes", number, "parent"), "its own descendant", "a tree", "correct the parent")


def _is_in_circle(code: str, nodes: Mapping[str, Any]) -> bool:
    seen, at = set(), nodes.get(code)
    while at is not None and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = nodes.get(at)
    return False


def _check_names(raw: Mapping[str, Any], nodes: Mapping[str, Any], indicators: Mapping[str, Any]) -> Iterator[Problem]:
    """Codes in ``each`` and ``only`` of the steps, and denominators."""
    columns = raw.get("columns") or {}
    denominators = columns.get("denominators") or ()
    for number, item in entries(raw.get("indicators")):
        wanted = item.get("denominator")
        if wanted is not None and wanted not in denominators and wanted not in indicators:
            known = f"a column of columns.denominators: {', '.join(map(str, denominators)) or 'none'}"
            yield Problem(("indicators", number, "denominator"), repr(wanted), known, "add it there")
    for number, step in entries(raw.get("steps")):
        here: Loc = ("steps", number)
        of_nodes = step.get("step") in ("weight", "aggregate")
        for code in step.get("each") or ():
            yield from _unknown((*here, "each", code), code, nodes if of_nodes else indicators)
        for key in ("only", "factors"):
            for code in step.get(key) or ():
                yield from _unknown((*here, key), code, indicators)
        for key in ("group", "within"):
            group = step.get(key)
            if key == "group" and group is not None and group not in (columns.get("groups") or ()):
                told = f"a column of columns.groups: {', '.join(columns.get('groups') or ()) or 'none'}"
                yield Problem((*here, key), repr(group), told, "add it there")
            elif key == "within" and group is not None and not isinstance(group, int):
                yield from _unknown((*here, key), group, {"parent": None} | dict(nodes))


def _check_uncertain(
    raw: Mapping[str, Any], nodes: Mapping[str, Any], indicators: Mapping[str, Any]
) -> Iterator[Problem]:
    steps = [step.get("step") for _, step in entries(raw.get("steps"))]
    errors = []
    for number, item in entries(raw.get("uncertain")):
        here: Loc = ("uncertain", number)
        kind = item.get("kind")
        if kind == "error":
            errors.append(item.get("name"))
            yield from _unknown((*here, "indicator"), item.get("indicator"), indicators)
        if kind == "step" and item.get("step") not in steps:
            yield Problem(
                (*here, "step"), repr(item.get("step")), f"one of {', '.join(map(str, steps))}", "add the step"
            )
        chances = item.get("probabilities")
        if chances is not None and (len(chances) != len(item.get("one_of") or ()) or abs(sum(chances) - 1) > 1e-9):
            expected = "as many as choices, adding up to 1"
            yield Problem((*here, "probabilities"), repr(chances), expected, "correct them")
        for code in item.get("nodes") or ():
            yield from _unknown((*here, "nodes"), code, nodes)
        for level in (*(item.get("levels") or ()), *(item.get("noise_at") or ())):
            known = range(1, max(Tree.of(raw).levels.values(), default=1))
            if str(level) not in map(str, known):
                told = f"a level below the index: {', '.join(map(str, known))}"
                yield Problem((*here, "levels"), repr(level), told, "correct the level; 1 is that of the indicators")
        if kind == "value":
            yield from _check_value(here, item, steps)
    for number, item in entries(raw.get("correlated")):
        for name in item.get("between") or ():
            if name not in errors:
                told = f"the name of an error: {', '.join(map(str, errors)) or 'none'}"
                yield Problem(("correlated", number, "between"), repr(name), told, "correct the name")


def _check_value(here: Loc, item: Mapping[str, Any], steps: list[Any]) -> Iterator[Problem]:
    ends = item.get("uniform")
    if (ends is None) == (not item.get("one_of")):
        yield Problem(here, "both or neither of uniform and one_of", "one of the two", "choose")
    if ends is not None and not ends[0] < ends[1]:
        yield Problem((*here, "uniform"), repr(ends), "a low end, then a high one", "correct it")
    step, _, number = str(item.get("path")).partition(".")
    if step not in steps or not number:
        told = f"a step and its number, such as treat.max_winsorised (steps: {', '.join(map(str, steps))})"
        yield Problem((*here, "path"), repr(item.get("path")), told, "correct the path")


def _unknown(loc: Loc, code: Any, known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    if code not in names:
        shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        yield Problem(loc, repr(code), f"one of {shown}", "correct the name")
