"""Frictionless data packages: what ``datapackage.json`` says about the files beside it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dynapolis.model.layout import Layout
from dynapolis.registers.readers.archive import leads_out, list_members
from dynapolis.registers.readers.delimiter import NAMES
from dynapolis.registers.readers.limits import Limits
from dynapolis.registers.readers.refuse import refusal, shown
from dynapolis.registers.readers.stream import Part, read_fully
from dynapolis.registers.readers.table import Decision
from dynapolis.registers.wording import Wording

DESCRIPTOR = "datapackage.json"
_LARGEST_DESCRIPTOR = 16 * 1024**2
# What a dialect may say without any change to how we read.
_DIALECT_AS_READ: Mapping[str, Any] = {
    "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False, "caseSensitiveHeader": None,
    "csvddfVersion": None, "lineTerminator": None, "header": None, "delimiter": None, "headerRows": None,
    "commentChar": None, "$schema": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Package:
    """A folder or zip with a descriptor.

    Attributes:
        name: what faults are told under.
        path: the folder, or the zip.
        prefix: folder inside the zip in which the descriptor lies, with ``/`` at the end.
        members: files of the zip; nothing at all for a folder.
    """

    name: str
    path: Path
    prefix: str
    members: tuple[str, ...] | None
    limits: Limits

    def part(self, path: str) -> Part:
        """A file of the package.

        Raises:
            BadInput: the path leads out of the package, or there is no such file.
        """
        name = f"{self.name}, {path}"
        if leads_out(path):
            found = f"the path {path!r}"
            raise refusal(self.name, found, "a path inside the package", "copy the file into the package")
        if self.members is not None:
            inside = self.prefix + path.removeprefix("./")
            if inside not in self.members:
                raise self._missing(path)
            return Part(name, self.path, inside, self.limits)
        found_at = (self.path / path).resolve()
        if not found_at.is_relative_to(self.path.resolve()) or not found_at.is_file():
            raise self._missing(path)
        return Part(name, found_at, None, self.limits)

    def _missing(self, path: str) -> Exception:
        return refusal(self.name, f"no file {path!r}", "each file of the descriptor in the package", "add it")

    def read(self, path: str) -> Mapping[str, Any]:
        """A JSON object of the package: the descriptor, or a schema or dialect beside it."""
        part = self.part(path)
        with part.open() as stream:
            data = read_fully(stream, _LARGEST_DESCRIPTOR + 1)
        try:
            found = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise refusal(part.name, f"no JSON ({error})", "a JSON object", "correct it") from error
        if not isinstance(found, dict) or len(data) > _LARGEST_DESCRIPTOR:
            raise refusal(part.name, "no JSON object", "a JSON object", "correct it")
        return found

    def resources(self) -> dict[str, Mapping[str, Any]]:
        """Resources by name, in the order of the descriptor."""
        found = {}
        for number, resource in enumerate(_list(self.read(DESCRIPTOR).get("resources")), start=1):
            if isinstance(resource, Mapping):
                found[str(resource.get("name") or f"resource {number}")] = resource
        if not found:
            raise refusal(self.name, "no resources in the descriptor", "at least one", "complete datapackage.json")
        return found


def find_package(path: Path, name: str, limits: Limits) -> Package | None:
    """The package of a folder, of a descriptor, or of a zip with a descriptor; nothing when it is none."""
    if path.is_dir():
        return Package(name, path, "", None, limits) if (path / DESCRIPTOR).is_file() else None
    if path.name == DESCRIPTOR:
        return Package(name, path.parent, "", None, limits)
    if zipfile.is_zipfile(path):
        members = list_members(path, name, limits)
        found = sorted((m for m in members if m.rsplit("/", 1)[-1] == DESCRIPTOR and m.count("/") <= 1), key=len)
        if found:
            return Package(name, path, found[0].removesuffix(DESCRIPTOR), members, limits)
    return None


def open_resource(package: Package, layout: Layout) -> tuple[list[Part], Layout, list[Decision], tuple[str, ...]]:
    """Files of one resource, the layout its descriptor gives, what was decided, and the names of its fields.

    Raises:
        BadInput: the resource is unknown, has no file, or asks for something that is not supported.
    """
    resources = package.resources()
    decisions: list[Decision] = []
    wanted = layout.member
    if wanted is None:
        if len(resources) > 1:
            found = f"{len(resources)} resources: {shown(list(resources))}"
            raise refusal(package.name, found, "one of them", "name it in layout.member", column="layout")
        wanted = next(iter(resources))
        decisions.append(Decision("member", wanted, Wording("decision.why.only_resource")))
    if wanted not in resources:
        found, expected = f"no resource {wanted!r}", f"one of {shown(list(resources))}"
        raise refusal(package.name, found, expected, "correct layout.member", column="layout")
    resource = resources[wanted]
    paths = [path for path in _list(resource.get("path")) if isinstance(path, str)]
    if not paths:
        raise refusal(package.name, f"resource {wanted!r} without a path", "a file", "write its data into a file")
    schema, dialect = _object(package, resource, "schema"), _object(package, resource, "dialect")
    fields = tuple(str(f.get("name", "")) for f in _list(schema.get("fields")) if isinstance(f, Mapping))
    missing = [value for value in _list(schema.get("missingValues")) if value]
    if missing:
        words = tuple(str(value) for value in missing)
        decisions.append(Decision("missing_values", words, Wording("decision.why.absent")))
    update = _from_descriptor(package, wanted, resource, dialect, fields)
    known = {key: value for key, value in update.items() if key not in layout.model_fields_set}
    why = Wording("decision.why.descriptor")
    decisions += [Decision(key, NAMES.get(v, v) if key == "delimiter" else v, why) for key, v in known.items()]
    parts = [package.part(path) for path in paths]
    return parts, layout.model_copy(update={**known, "format": "auto"}), decisions, fields


def _from_descriptor(
    package: Package, name: str, resource: Mapping[str, Any], dialect: Mapping[str, Any], fields: tuple[str, ...]
) -> dict[str, Any]:
    update: dict[str, Any] = {}
    for key, value in dialect.items():
        allowed = _DIALECT_AS_READ.get(key, "not supported")
        as_read = allowed is None or value == allowed or (key == "quoteChar" and value in (None, ""))
        if not as_read or (key == "commentChar" and value):
            found = f"dialect {key}: {value!r} of resource {name!r}"
            raise refusal(package.name, found, "a dialect that can be read", "save the file as plain CSV")
    if dialect.get("delimiter"):
        update["delimiter"] = str(dialect["delimiter"])
    if dialect.get("quoteChar", '"') in (None, ""):
        update["quote"] = ""
    if dialect.get("header") is False and fields:
        update["columns"] = fields
    rows = _list(dialect.get("headerRows"))
    if rows and not (isinstance(rows[-1], int) and rows[-1] >= 1):
        found = f"dialect headerRows: {dialect['headerRows']!r} of resource {name!r}"
        raise refusal(package.name, found, "numbers of lines", "correct the descriptor")
    if rows:
        update["header_row"] = rows[-1]
    if resource.get("encoding"):
        update["encoding"] = str(resource["encoding"])
    return update


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _object(package: Package, resource: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A part of the descriptor that stands in it or in a file of the package."""
    value = resource.get(key)
    if isinstance(value, str):
        return package.read(value)
    return value if isinstance(value, Mapping) else {}
