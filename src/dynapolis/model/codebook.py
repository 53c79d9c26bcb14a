"""A codebook: the versioned set of coding rules, read from ``content/codebooks/<name>/<version>.yml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.problem import Loc, Problem, duplicates, entries

Origin = Literal["report", "ours"]


class Code(Frozen):
    """A category with its rule. ``origin`` says whether the printed chapter has it or this project added it."""

    code: NonEmpty
    label: Text
    origin: Origin
    rule: Text
    parent: str | None = None
    assignable: bool = True
    unknown: bool = False


class Scheme(Frozen):
    """One question asked of every unit, with its closed list of answers."""

    scheme: NonEmpty
    label: Text
    origin: Origin
    applies_to: Literal["all", "living_labs", "non_labs"]
    multiple: bool
    optional: bool = False
    rules_changed: bool = False
    note: Text | None = None
    ladder: tuple[str, ...] = ()
    codes: tuple[Code, ...] = Field(min_length=1)

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """The scheme's codes by name, in the order of the file."""
        return {code.code: code for code in self.codes}

    @property
    def code_names(self) -> tuple[str, ...]:
        """Names of the codes in the order of the file."""
        return tuple(self.by_code)


class Crosswalk(Frozen):
    """How the codes of one scheme fold into a coarser list; a code not listed stays itself."""

    name: NonEmpty
    scheme: NonEmpty
    label: Text
    note: Text
    map: dict[str, str]


class Codebook(Frozen):
    """All schemes of one version, and how the codes of the version before read under it."""

    codebook: NonEmpty
    version: NonEmpty
    supersedes: str | None
    title: Text
    licence: NonEmpty
    unit: Text
    schemes: tuple[Scheme, ...] = Field(min_length=1)
    crosswalks: tuple[Crosswalk, ...] = ()
    from_previous: dict[str, dict[str, str]] = Field(default_factory=dict)

    @cached_property
    def by_scheme(self) -> dict[str, Scheme]:
        """Schemes by name, in the order of the file."""
        return {scheme.scheme: scheme for scheme in self.schemes}

    def crosswalk(self, name: str) -> Mapping[str, str]:
        """Mapping of every code of the crosswalk's scheme, listed or not.

        Raises:
            KeyError: the codebook has no crosswalk of that name.
        """
        walk = {walk.name: walk for walk in self.crosswalks}[name]
        return {code: walk.map.get(code, code) for code in self.by_scheme[walk.scheme].code_names}


def check_codebook(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Faults that concern several entries of a codebook: duplicates, dangling parents, crosswalks to nowhere.

    Works on the data as read, valid or not, so that these faults and those of single entries come in one message.
    """
    yield from duplicates(raw.get("schemes"), ("schemes",), "scheme", "a scheme of that name stands above")
    names: dict[str, set[str]] = {}
    for number, scheme in entries(raw.get("schemes")):
        known = {str(code.get("code")) for _, code in entries(scheme.get("codes"))}
        names[str(scheme.get("scheme"))] = known
        yield from duplicates(scheme.get("codes"), ("schemes", number, "codes"), "code", "this code stands above")
        for place, code in entries(scheme.get("codes")):
            if code.get("parent") is not None and code["parent"] not in known:
                yield Problem(
                    ("schemes", number, "codes", place, "parent"),
                    repr(code["parent"]),
                    f"a code of scheme {scheme.get('scheme')}: {', '.join(sorted(known))}",
                    "name an existing code or remove the parent",
                )
        for place, step in enumerate(scheme.get("ladder") or ()):
            if step not in known:
                yield Problem(
                    ("schemes", number, "ladder", place), repr(step), "a code of this scheme", "correct the step"
                )
    yield from _check_maps(raw, names)


def _check_maps(raw: Mapping[str, Any], names: Mapping[str, set[str]]) -> Iterator[Problem]:
    for number, walk in entries(raw.get("crosswalks")):
        loc: Loc = ("crosswalks", number, "map")
        known = names.get(str(walk.get("scheme")))
        if known is None:
            yield Problem(
                (*loc[:2], "scheme"), repr(walk.get("scheme")), f"one of {', '.join(names)}", "correct the scheme"
            )
            continue
        for source, target in (walk.get("map") or {}).items():
            for word in (source, target):
                if word not in known:
                    yield Problem((*loc, source), repr(word), f"a code of {walk['scheme']}", "correct the crosswalk")
    for scheme, mapping in (raw.get("from_previous") or {}).items():
        for source, target in (mapping or {}).items():
            if target not in names.get(scheme, set()):
                yield Problem(
                    ("from_previous", scheme, source), repr(target), f"a code of {scheme}", "correct the mapping"
                )
