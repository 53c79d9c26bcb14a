"""Registers of leads: lists of projects, participations, organisations or memberships that hint at initiatives.

A lead is a candidate: it is screened and coded before anything is counted from it. What each column of such a list
gives is declared in ``register.yml``; which properties exist, and what they mean, in ``vocab/lead_properties.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.layout import Layout
from dynapolis.model.problem import Loc, Problem, duplicates, entries
from dynapolis.model.register import RegisterHead

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
ASK = "ASK"  # begins a question that the draft of a register leaves open
CODE = "code_"  # properties of this beginning hold codes of the register's own codebook, as printed


class PropertyType(StrEnum):
    """How a printed value is read."""

    TEXT = "text"
    LIST = "list"
    INTEGER = "integer"
    NUMBER = "number"
    YEAR = "year"
    DATE = "date"
    BOOLEAN = "boolean"
    URL = "url"


class LeadProperty(Frozen):
    """One property a lead can have, and what it means."""

    type: PropertyType
    meaning: Text


class LeadKind(Frozen):
    """What one entry of a table is, and which properties it cannot be without; ``a|b`` asks for one of the two."""

    requires: tuple[NonEmpty, ...]
    meaning: Text


class LeadVocabulary(Frozen):
    """The closed lists of kinds and properties."""

    kinds: dict[str, LeadKind]
    properties: dict[str, LeadProperty]

    def type_of(self, name: str) -> PropertyType:
        """How values of a property are read; codes of a foreign codebook are texts.

        Raises:
            KeyError: there is no such property.
        """
        return PropertyType.TEXT if name.startswith(CODE) else self.properties[name].type


class LeadField(Frozen):
    """One used column: the property it gives, and how the publisher writes it.

    In a description a column that needs nothing but its property is one line, ``rcn: project_id``.

    Attributes:
        property: a name of the vocabulary, or ``code_…`` for a code of the register's own codebook.
        required: an entry without a value is refused.
        optional: the column itself may be absent (layouts of one publisher differ).
        missing: what the publisher writes for "no value", besides an empty cell. Nothing else is taken for missing:
            ``NA`` is Namibia unless it is listed here.
        extract: a regular expression with one group, which is the value; the rest of the cell is left out.
        decimal: the sign before the decimals; ``either`` where the publisher writes both. Then ``1,234`` could be two
            numbers and is refused.
        date: how dates are written, as in ``strptime``; none stands for ISO 8601, ``epoch`` for seconds since 1970.
        separator: between the values of a list.
        yes, no: the words of a boolean.
    """

    property: Name
    required: bool = False
    optional: bool = False
    missing: tuple[str, ...] = ()
    extract: str | None = None
    decimal: Literal["point", "comma", "either"] = "point"
    date: str | None = None
    separator: str = Field(default=";", min_length=1)
    yes: tuple[str, ...] = ("true", "True", "yes")
    no: tuple[str, ...] = ("false", "False", "no")

    @model_validator(mode="before")
    @classmethod
    def _one_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"property": value}
        words = {True: "yes", False: "no"}  # what YAML takes these two keys for
        return {words.get(k, k): v for k, v in value.items()} if isinstance(value, Mapping) else value

    @field_validator("extract")
    @classmethod
    def _one_group(cls, value: str | None) -> str | None:
        try:
            groups = re.compile(value).groups if value is not None else 1
        except re.error as error:
            raise ValueError(f"no regular expression ({error})") from error
        if groups != 1:
            raise ValueError("expected a regular expression with one group, such as 'project/([0-9]+)'")
        return value


class Skip(Frozen):
    """Entries that are left out, with the reason: those whose cell is one of the listed values."""

    column: NonEmpty
    values: tuple[str, ...] = Field(min_length=1)
    why: NonEmpty


class LeadExpectation(Frozen):
    """How many entries a table should have, and how many of them may be unreadable.

    Fewer entries stop the import, more are a warning; refused entries above ``max_refused`` stop it too.
    """

    min_records: int = Field(ge=1)
    max_records: int | None = Field(default=None, ge=1)
    max_refused: int = Field(default=0, ge=0)


class LeadTable(Frozen):
    """One table of a register of leads.

    Attributes:
        name: its name in the register.
        holds: what one entry is, a kind of the vocabulary.
        files: names under which the publisher gives the table (patterns as in a shell, without ``.gz``); a folder
            or zip is searched for the first that fits.
        optional: an import without the table is whole.
        layout: how the file is written, as far as it has to be told.
        key: the columns whose printed values name an entry for good.
        repeats: why the very same entry may stand there more than once; it is then kept once. None: it may not.
        fields: used columns.
        constants: properties that are the same for every entry and not printed.
        ignore: columns that are left out, each with the reason; ``*`` stands for all others.
        skip: entries that are left out.
    """

    name: Name
    holds: NonEmpty
    files: tuple[NonEmpty, ...] = Field(min_length=1)
    optional: bool = False
    layout: Layout = Field(default_factory=Layout)
    key: tuple[NonEmpty, ...] = Field(min_length=1)
    repeats: str | None = None
    fields: dict[str, LeadField] = Field(min_length=1)
    constants: dict[str, str] = Field(default_factory=dict)
    ignore: dict[str, str] = Field(default_factory=dict)
    skip: tuple[Skip, ...] = ()
    expect: LeadExpectation


class LeadRegister(RegisterHead):
    """A published list of leads."""

    holds: Literal["leads"]
    tables: tuple[LeadTable, ...] = Field(min_length=1)

    @cached_property
    def by_name(self) -> dict[str, LeadTable]:
        """Tables by name, in the order of the description."""
        return {table.name: table for table in self.tables}


def open_questions(value: Any, loc: Loc = ()) -> Iterator[Problem]:
    """Texts that begin with ``ASK``: questions a draft left for a person.

    Example:
        >>> [p.loc for p in open_questions({"date": "ASK the day", "name": "x"})]
        [('date',)]
    """
    if _is_question(value):
        yield Problem(loc, repr(value), "an answer", "answer the question of the draft")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if _is_question(key):
                yield Problem((*loc, key), repr(key), "the name of a column", "answer the question of the draft")
            yield from open_questions(item, (*loc, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from open_questions(item, (*loc, number))


def _is_question(value: Any) -> bool:
    """Whether a text begins with the word; a town such as ASKIM does not."""
    return isinstance(value, str) and (value == ASK or value.startswith((f"{ASK} ", f"{ASK}:")))


def check_lead_register(vocabulary: LeadVocabulary) -> Callable[[Mapping[str, Any]], Iterator[Problem]]:
    """The check of a description against the vocabulary: unknown kinds and properties, keys nobody prints."""

    def check(raw: Mapping[str, Any]) -> Iterator[Problem]:
        yield from open_questions(raw)
        yield from duplicates(raw.get("tables"), ("tables",), "name", "another table has it")
        for number, table in entries(raw.get("tables")):
            yield from _check_table(number, table, vocabulary)

    return check


def _check_table(number: int, table: Mapping[str, Any], vocabulary: LeadVocabulary) -> Iterator[Problem]:
    here = ("tables", number)
    fields, ignored = table.get("fields") or {}, table.get("ignore") or {}
    kind = vocabulary.kinds.get(str(table.get("holds")))
    if kind is None:
        known = ", ".join(vocabulary.kinds)
        yield Problem((*here, "holds"), repr(table.get("holds")), f"one of {known}", "correct the kind")
    given: dict[str, str] = {name: "constants" for name in table.get("constants") or {}}
    for column, spec in fields.items():
        name = str(spec.get("property") if isinstance(spec, Mapping) else spec)
        place = (*here, "fields", column)
        if name in given:
            yield Problem(place, f"'{name}' a second time", "each property once", f"see {given[name]}")
        given[name] = column
        if column in ignored:
            yield Problem(place, "a column both used and ignored", "one of the two", "decide")
    for name, column in given.items():
        if name not in vocabulary.properties and not name.startswith(CODE):
            place = (*here, "constants", name) if column == "constants" else (*here, "fields", column)
            known = ", ".join([*vocabulary.properties, f"{CODE}…"])
            yield Problem(place, repr(name), f"one of {known}", "correct the property")
    for name in kind.requires if kind else ():
        if not given.keys() & set(name.split("|")):
            told = name.replace("|", "' or '")
            expected = f"a column or constant that gives it: a {table.get('holds')} has one"
            yield Problem((*here, "fields"), f"no '{told}'", expected, "add it")
    for column in table.get("key") or ():
        if column not in fields and column not in ignored:
            yield Problem((*here, "key"), repr(column), "a used or ignored column", "correct the key")
