"""Content files: YAML read with line numbers, checked whole, every fault in one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dynapolis.errors import BadContent, Fault
from dynapolis.model.problem import Loc, Problem

Model = TypeVar("Model", bound=BaseModel)
Checks = Callable[[Mapping[str, Any]], Iterable[Problem]]


def read_yaml(path: Path, model: type[Model], check: Checks | None = None) -> Model:
    """A content file as a typed model.

    Args:
        path: the YAML file, UTF-8.
        model: the pydantic model of the whole file.
        check: finds faults between entries; it sees the data as read, valid or not.

    Raises:
        BadContent: the file is missing, is no YAML, or has faults; all of them are listed with their lines.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadContent(path.name, [Fault(str(path), 0, "", str(error), "a UTF-8 YAML file", "restore it")]) from error
    data, lines, faults = _compose(path.name, text)
    if not faults and not isinstance(data, Mapping):
        faults = [Fault(path.name, 1, "", type(data).__name__, "a mapping of keys", "see the shipped example")]
    if not isinstance(data, Mapping):
        raise BadContent(path.name, faults)
    problems = list(check(data)) if check else []
    value: Model | None = None
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        problems += [_from_pydantic(item) for item in error.errors()]
    faults += [Fault(path.name, _line(lines, p.loc), _dotted(p.loc), p.found, p.expected, p.mend) for p in problems]
    if faults or value is None:
        raise BadContent(path.name, faults)
    return value


def _compose(name: str, text: str) -> tuple[Any, dict[Loc, int], list[Fault]]:
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        return None, {}, [Fault(name, mark.line + 1 if mark else 0, "", str(what), "valid YAML", "correct the syntax")]
    lines: dict[Loc, int] = {}
    faults: list[Fault] = []
    data = _build(root, (), lines, faults, name, yaml.SafeLoader("")) if root is not None else None
    return data, lines, faults


def _build(node: yaml.Node, loc: Loc, lines: dict[Loc, int], faults: list[Fault], name: str, loader: Any) -> Any:
    """Python value of a node; remembers the line of every path and reports keys given twice."""
    lines[loc] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node)
            if key in result:
                faults.append(
                    Fault(name, key_node.start_mark.line + 1, _dotted((*loc, key)), "the key a second time",
                          "each key once", "remove one of the two")
                )  # fmt: skip
            result[key] = _build(value_node, (*loc, key), lines, faults, name, loader)
            lines[(*loc, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*loc, i), lines, faults, name, loader) for i, item in enumerate(node.value)]
    return loader.construct_object(node)


def _from_pydantic(item: Mapping[str, Any]) -> Problem:
    loc = tuple(item["loc"])
    if item["type"] == "missing":
        return Problem(loc, "nothing", f"a value for '{loc[-1]}'", "add it")
    if item["type"] == "extra_forbidden":
        return Problem(loc, "an unknown key", "only the keys of the shipped example", "correct or remove it")
    shown = repr(item["input"])
    found = shown if len(shown) <= 60 else shown[:57] + "..."
    return Problem(loc, found, item["msg"][0].lower() + item["msg"][1:], "correct the value")


def _line(lines: Mapping[Loc, int], loc: Loc) -> int:
    """Line of a path; for a key that is missing, the line of the entry that should hold it."""
    while loc and loc not in lines:
        loc = loc[:-1]
    return lines.get(loc, 0)


def _dotted(loc: Loc) -> str:
    return ".".join(str(part) for part in loc)
