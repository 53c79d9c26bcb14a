"""Content files: YAML read with line numbers, checked whole, every fault in one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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
    tree = read_tree(path)
    if not isinstance(tree.data, Mapping):
        raise BadContent(path.name, tree.faults)
    value, faults = validate(tree.data, model, check, lambda loc: (path.name, tree.line(loc)))
    if faults or tree.faults or value is None:
        raise BadContent(path.name, [*tree.faults, *faults])
    return value


def validate(
    data: Mapping[str, Any], model: type[Model], check: Checks | None, place: Callable[[Loc], tuple[str, int]]
) -> tuple[Model | None, list[Fault]]:
    """Data as a typed model, or everything that is wrong with it.

    Args:
        data: as read.
        model: what it should be.
        check: finds faults between entries.
        place: the file and line of a place in the data.
    """
    problems: list[Problem] = []
    value: Model | None = None
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        problems += [_from_pydantic(item) for item in error.errors() if not _follows(item)]
    problems += _between(data, check, is_valid=value is not None) if check else []
    return value, [Fault(*place(p.loc), _dotted(p.loc), p.found, p.expected, p.mend) for p in problems]


@dataclass(frozen=True, slots=True)
class Tree:
    """A YAML file as read: its data, the line of every place in it, and what is wrong with the file as such.

    ``data`` is a mapping, or there is a fault.
    """

    data: Any
    lines: Mapping[Loc, int]
    faults: list[Fault]

    def line(self, loc: Loc) -> int:
        """Line of a place; of one that is missing, the line of the entry that should hold it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)


def read_tree(path: Path) -> Tree:
    """A YAML file with its line numbers.

    Raises:
        BadContent: the file is missing or not UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadContent(path.name, [Fault(str(path), 0, "", str(error), "a UTF-8 YAML file", "restore it")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"byte 0x{error.object[error.start]:02X}"
        raise BadContent(path.name, [Fault(path.name, line, "", found, "UTF-8 text", "save it as UTF-8")]) from error
    data, lines, faults = _compose(path.name, text)
    if not faults and not isinstance(data, Mapping):
        found = "nothing" if data is None else f"a {type(data).__name__}"
        faults = [Fault(path.name, 1, "", found, "a mapping of keys", "see the shipped example")]
    return Tree(data, lines, faults)


def _between(data: Mapping[str, Any], check: Checks, *, is_valid: bool) -> list[Problem]:
    """Faults between entries, as far as the shape of the data lets one look; a wrong shape is told by the model."""
    found: list[Problem] = []
    try:
        for problem in check(data):
            found.append(problem)
    except (AttributeError, KeyError, TypeError):
        if is_valid:
            raise
    return found


def _compose(name: str, text: str) -> tuple[Any, dict[Loc, int], list[Fault]]:
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        return None, {}, [Fault(name, line, "", error.reason, "characters that YAML allows", "remove the character")]
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
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                faults.append(Fault(name, line, _dotted(loc), "a key that is no word", "a word", "correct the key"))
                continue
            key = _scalar(key_node, loc, faults, name, loader)
            if key in result:
                faults.append(
                    Fault(name, line, _dotted((*loc, key)), "the key a second time", "each key once",
                          "remove one of the two")
                )  # fmt: skip
            result[key] = _build(value_node, (*loc, key), lines, faults, name, loader)
            lines[(*loc, key)] = line
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*loc, i), lines, faults, name, loader) for i, item in enumerate(node.value)]
    return _scalar(node, loc, faults, name, loader)


def _scalar(node: yaml.Node, loc: Loc, faults: list[Fault], name: str, loader: Any) -> Any:
    """Value of a single word; as text, and a fault, where YAML cannot make of it what it looks like."""
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        what = f"{node.value!r} ({getattr(error, 'problem', None) or error})"
        mend = "put it in quotation marks or correct it"
        faults.append(Fault(name, node.start_mark.line + 1, _dotted(loc), what, "a value that YAML knows", mend))
        return node.value


def _follows(item: Mapping[str, Any]) -> bool:
    """Whether pydantic calls a list too short only because entries that are there are faulty."""
    return item["type"] == "too_short" and bool(len(item["input"]) >= item["ctx"]["min_length"])


def _from_pydantic(item: Mapping[str, Any]) -> Problem:
    loc = tuple(item["loc"])
    if item["type"] == "missing":
        return Problem(loc, "nothing", f"a value for '{loc[-1]}'", "add it")
    if item["type"] == "extra_forbidden":
        return Problem(loc, "an unknown key", "only the keys of the shipped example", "correct or remove it")
    shown = repr(item["input"])
    found = shown if len(shown) <= 60 else shown[:57] + "..."
    return Problem(loc, found, item["msg"][0].lower() + item["msg"][1:], "correct the value")


def _dotted(loc: Loc) -> str:
    return ".".join(str(part) for part in loc)
