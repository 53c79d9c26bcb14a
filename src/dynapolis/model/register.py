"""A register's description: what each printed field means, read from ``content/registers/<name>/register.yml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.coverage import Searched
from dynapolis.model.evidence import Coder
from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.problem import Problem, duplicates, entries

DESCRIPTION = "register.yml"  # the file that describes a register, and its role among the files of an import
FieldType = Literal["slug", "text", "year", "city", "country", "list", "url", "reference"]
PROPERTIES = (
    "source_id", "name", "name_local", "city", "country", "start_year", "end_year", "lead_organisation", "partners",
    "description_en", "description_ko", "source_url", "source_title", "evidence", "note", "lab_name", "district",
    "same_as",
)  # fmt: skip


class FieldSpec(Frozen):
    """One used column of the register: the property it gives and how it is checked.

    A ``reference`` holds the id that another register, named in ``refers_to``, gave to the same initiative.
    """

    property: NonEmpty
    type: FieldType = "text"
    required: bool = False
    refers_to: str | None = None


class SchemeColumns(Frozen):
    """The columns in which one coder's codes of one scheme stand."""

    scheme: NonEmpty
    column: NonEmpty
    also: str | None = None
    quote: str | None = None


class CodingsSpec(Frozen):
    """One coder's codings: in which file and columns, under which codebook version.

    ``file`` is the register's own file or one that lies beside it. ``quote_of`` names the register's column from
    which quotes are copied; a quote that is not found there is a fault.
    """

    coder: NonEmpty
    file: NonEmpty
    id_column: NonEmpty
    codebook_version: NonEmpty
    round: int = 1
    schemes: tuple[SchemeColumns, ...] = Field(min_length=1)
    quote: str | None = None
    quote_of: str | None = None
    unsure: str | None = None
    reason: str | None = None
    note: str | None = None
    ignore: dict[str, str] = Field(default_factory=dict)


class Expectation(Frozen):
    """What must be there: fewer records, or none for a listed city, stops the import; more records are a warning."""

    min_records: int = Field(ge=1)
    max_records: int | None = Field(default=None, ge=1)
    cities: tuple[str, ...] = ()


class Publisher(Frozen):
    """Who publishes the list."""

    name: NonEmpty
    official: bool


class Terms(StrEnum):
    """Whether a register may be passed on: the rule that keeps it in or out of what is published.

    ``open`` lets anyone pass it on, with credit where the licence asks for it. ``non_commercial`` and ``unlicensed``
    (no licence was found, whatever the page says) may be read and counted here and are kept out of every export.
    """

    OPEN = "open"
    NON_COMMERCIAL = "non_commercial"
    UNLICENSED = "unlicensed"


class Licence(Frozen):
    """Under which terms, and when this was looked up."""

    name: NonEmpty
    terms: Terms
    checked: NonEmpty
    note: Text


class RegisterHead(Frozen):
    """What is said of every register, whatever it holds: who publishes it, under which terms, of which day."""

    name: NonEmpty
    title: Text
    publisher: Publisher
    licence: Licence
    date: NonEmpty
    languages: tuple[str, ...]
    convenience_sample: bool
    does_not_measure: Text

    @property
    def publishable(self) -> bool:
        """Whether its records may stand in an export."""
        return self.licence.terms is Terms.OPEN


class RegisterSpec(RegisterHead):
    """A published list of initiatives: its records are coded and counted."""

    holds: Literal["initiatives"] = "initiatives"
    file: NonEmpty
    fields: dict[str, FieldSpec] = Field(min_length=1)
    ignore: dict[str, str] = Field(default_factory=dict)
    expect: Expectation
    searched: tuple[Searched, ...] = ()
    coders: tuple[Coder, ...] = ()
    codings: tuple[CodingsSpec, ...] = ()

    def columns_of(self, codings: CodingsSpec) -> dict[str, str]:
        """Every column that a codings file may hold, with what it is used for."""
        used = {codings.id_column: "id"}
        for item in codings.schemes:
            for column in (item.column, item.also, item.quote):
                if column:
                    used[column] = item.scheme
        for word in ("quote", "unsure", "reason", "note"):
            column = getattr(codings, word)
            if column:
                used[column] = word
        return used

    @property
    def reference_to(self) -> str | None:
        """The register whose ids stand in the column ``same_as``; none where there is no such column."""
        return next((field.refers_to for field in self.fields.values() if field.property == "same_as"), None)

    def column_for(self, name: str) -> str | None:
        """The register's column that gives a property."""
        return next((column for column, spec in self.fields.items() if spec.property == name), None)


def check_register(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Properties nobody knows or given twice, searches and coders listed twice, codings by an unknown coder."""
    seen: dict[str, str] = {}
    for column, spec in (raw.get("fields") or {}).items():
        name = spec.get("property") if isinstance(spec, Mapping) else None
        if name is not None and name not in PROPERTIES:
            yield Problem(
                ("fields", column, "property"), repr(name), f"one of {', '.join(PROPERTIES)}", "correct the property"
            )
        elif name in seen:
            yield Problem(("fields", column, "property"), repr(name), "each property once", f"see {seen[name]}")
        seen[str(name)] = column
        if isinstance(spec, Mapping):
            yield from _check_reference(column, spec)
    for name in ("source_id", "name", "city", "description_en", "source_url"):
        if name not in seen:
            yield Problem(("fields",), f"no column for '{name}'", "a column that gives it", "add the column")
        elif (raw["fields"][seen[name]] or {}).get("required") is not True:
            yield Problem(
                ("fields", seen[name]), f"'{name}' may be empty", "required: true", "add it: no record is without"
            )
    yield from _check_searched(raw.get("searched"))
    yield from duplicates(raw.get("coders"), ("coders",), "id", "another coder has it")
    known = [item.get("id") for _, item in entries(raw.get("coders"))]
    for number, item in entries(raw.get("codings")):
        if item.get("coder") not in known:
            yield Problem(
                ("codings", number, "coder"),
                repr(item.get("coder")),
                "a coder described under coders:",
                "describe the coder",
            )
    given: set[tuple[Any, ...]] = set()
    for number, item in entries(raw.get("codings")):
        for place, columns in entries(item.get("schemes")):
            key = (item.get("coder"), item.get("round", 1), columns.get("scheme"))
            if key in given:
                yield Problem(
                    ("codings", number, "schemes", place),
                    f"scheme {key[2]} of coder {key[0]}, round {key[1]}, a second time",
                    "each scheme once per coder and round",
                    "give the second codings another round",
                )
            given.add(key)


def _check_searched(raw: Any) -> Iterator[Problem]:
    """A city that was searched for the same kind twice: which of the two dates and languages holds?"""
    seen: set[tuple[str, str]] = set()
    for number, item in entries(raw):
        cities, kinds = item.get("cities"), item.get("kinds")
        if not isinstance(cities, list) or not isinstance(kinds, list):
            continue
        pairs = [(str(city), str(kind)) for city in cities for kind in kinds]
        for city, kind in dict.fromkeys(pair for pair in pairs if pair in seen or pairs.count(pair) > 1):
            found, expected = f"'{city}' for {kind} a second time", "each city once for each kind"
            yield Problem(("searched", number, "cities"), found, expected, "remove one")
        seen.update(pairs)


def _check_reference(column: str, spec: Mapping[str, Any]) -> Iterator[Problem]:
    """``same_as``, the type ``reference`` and the name of the other register belong together."""
    is_reference, other = spec.get("type") == "reference", spec.get("refers_to")
    if is_reference != (spec.get("property") == "same_as"):
        found, expected = repr(spec.get("type", "text")), "type reference for same_as, and nothing else"
        yield Problem(("fields", column, "type"), found, expected, "correct the type or the property")
    if is_reference and not other:
        yield Problem(("fields", column), "no register", "the register whose ids stand here", "add refers_to: NAME")
    if other and not is_reference:
        yield Problem(("fields", column, "refers_to"), repr(other), "a register for references only", "remove it")
