"""Strict at the border: every cell of a register is used, ignored with a reason, or a fault."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from dynapolis.errors import Fault
from dynapolis.ids import is_slug
from dynapolis.model.codebook import Codebook, Scheme
from dynapolis.model.place import Places
from dynapolis.model.register import CodingsSpec, FieldSpec, RegisterSpec
from dynapolis.registers.read_csv import Row, Sheet
from dynapolis.text import clean, split_list

_YEAR = re.compile(r"(19|20)\d\d")
_REFERENCE = re.compile(r"[^\s;]+")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+")


@dataclass(frozen=True, slots=True)
class CityNames:
    """The city names that may stand in a register: English or Korean, with the country's two letters."""

    ids: Mapping[str, str]
    countries: Mapping[str, str]

    @classmethod
    def of(cls, places: Places) -> CityNames:
        """Names of all cities of the place list."""
        ids = {name: city.id for city in places.cities for name in (city.name.en, city.name.ko)}
        return cls(ids, {city.id: city.country for city in places.cities})


def check_columns(sheet: Sheet, used: Collection[str], ignored: Collection[str], what: str) -> Iterator[Fault]:
    """Columns that are missing, and columns nobody mapped or ignored."""
    if not sheet.header:
        return
    for column in used:
        if column not in sheet.header:
            yield Fault(sheet.name, 1, column, "no such column", f"the columns of {what}", "add the column")
    for column in sheet.header:
        if column not in used and column not in ignored:
            mend = "map it in register.yml, or ignore it there with a reason"
            yield Fault(sheet.name, 1, column, "an unknown column", f"the columns of {what}", mend)


def check_register_rows(sheet: Sheet, spec: RegisterSpec, cities: CityNames) -> Iterator[Fault]:
    """Faults of single cells, years in the wrong order, ids given twice, cities without a record or not known."""
    id_column = spec.column_for("source_id") or ""
    seen: dict[str, int] = {}
    for row in sheet.rows:
        for column, field in spec.fields.items():
            if column in row.cells:
                yield from _check_cell(sheet.name, row.line, column, clean(row.cells[column]), field, cities)
        yield from _check_row(sheet.name, row, spec, cities)
        source_id = clean(row.cells.get(id_column, ""))
        if source_id in seen:
            expected, mend = "each id once", f"see line {seen[source_id]}; give one of them another id"
            yield Fault(sheet.name, row.line, id_column, repr(source_id), expected, mend)
        if source_id:
            seen.setdefault(source_id, row.line)
    yield from _check_expected(sheet, spec, cities)
    yield from _check_searched(spec, cities)


def _check_cell(name: str, line: int, column: str, value: str, spec: FieldSpec, cities: CityNames) -> Iterator[Fault]:
    if not value:
        if spec.required:
            yield Fault(name, line, column, "an empty cell", f"a value for {spec.property}", "fill it in")
        return
    wrong: tuple[str, str] | None = None
    if spec.type == "slug" and not is_slug(value):
        wrong = "small letters, digits and single hyphens", "rename the id"
    elif spec.type == "year" and not _YEAR.fullmatch(value):
        wrong = "a year of four digits, 1900 to 2099, or nothing", "correct the year"
    elif spec.type == "city" and value not in cities.ids:
        wrong = "a city of the place list", "correct the name, or add the city to cities.yml"
    elif spec.type == "country" and not re.fullmatch(r"[A-Z]{2}", value):
        wrong = "two capital letters (ISO 3166-1)", "correct the country"
    elif spec.type == "reference" and not _REFERENCE.fullmatch(value):
        wrong = f"one id of register {spec.refers_to}", "correct the id, or leave the cell empty"
    elif spec.type == "url" and not _URL.fullmatch(value):
        wrong = "an address that begins with http:// or https://", "correct the address"
    if wrong:
        yield Fault(name, line, column, repr(value), *wrong)


def _check_row(name: str, row: Row, spec: RegisterSpec, cities: CityNames) -> Iterator[Fault]:
    """Faults between the cells of one entry."""

    def cell(prop: str) -> str:
        return clean(row.cells.get(spec.column_for(prop) or "", ""))

    start, end = cell("start_year"), cell("end_year")
    if _YEAR.fullmatch(start) and _YEAR.fullmatch(end) and end < start:
        column = spec.column_for("end_year") or ""
        yield Fault(name, row.line, column, repr(end), f"no year before the start, {start}", "correct one of the two")
    column = spec.column_for("same_as") or ""
    if cell("same_as") and spec.fields[column].refers_to == spec.name and cell("same_as") == cell("source_id"):
        yield Fault(name, row.line, column, repr(cell("same_as")), "the id of another record", "correct the id")
    city, country = cities.ids.get(cell("city")), cell("country")
    if city and re.fullmatch(r"[A-Z]{2}", country) and country != cities.countries[city]:
        column = spec.column_for("country") or ""
        expected = f"{cities.countries[city]}, the country of {cell('city')}"
        yield Fault(name, row.line, column, repr(country), expected, "correct the city or the country")


def _check_expected(sheet: Sheet, spec: RegisterSpec, cities: CityNames) -> Iterator[Fault]:
    if not sheet.rows:
        return
    if len(sheet.rows) < spec.expect.min_records:
        expected = f"at least {spec.expect.min_records} (expect.min_records in register.yml)"
        yield Fault(sheet.name, 0, "", f"{len(sheet.rows)} records", expected, "check that the file is complete")
    column = spec.column_for("city") or ""
    if column not in sheet.header:
        return
    found = {cities.ids.get(clean(row.cells[column])) for row in sheet.rows}
    for city in spec.expect.cities:
        if city not in found:
            expected = "at least 1 (expect.cities in register.yml)"
            yield Fault(
                sheet.name, 0, column, f"0 records of city '{city}'", expected, "check that the file is complete"
            )


def _check_searched(spec: RegisterSpec, cities: CityNames) -> Iterator[Fault]:
    """Cities that the register says it searched and the place list does not know."""
    named = dict.fromkeys(city for part in spec.searched for city in part.cities)
    for city in named:
        if city not in cities.countries:
            where, expected = f"{spec.name}/register.yml", "the id of a city of the place list"
            yield Fault(where, 0, "searched.cities", repr(city), expected, "correct the city")


def check_schemes(register: str, spec: CodingsSpec, codebook: Codebook) -> list[Fault]:
    """Schemes that the description of a register asks for and the codebook does not have."""
    known = f"a scheme of codebook {codebook.version}: {', '.join(codebook.by_scheme)}"
    return [
        Fault(f"{register}/register.yml", 0, f"codings of {spec.coder}", repr(item.scheme), known, "correct the scheme")
        for item in spec.schemes
        if item.scheme not in codebook.by_scheme
    ]


def check_codings_rows(
    sheet: Sheet, spec: CodingsSpec, codebook: Codebook, texts: Mapping[str, str | None], own_file: bool
) -> Iterator[Fault]:
    """Faults of a codings file: unknown ids and codes, quotes that are not in the record, doubts about nothing in it.

    Args:
        texts: by source id, the text of the record that quotes are copied from, none where it could not be read;
            no id at all when the list itself could not be read, and then ids are not checked.
        own_file: the codes stand in the register's own file, whose ids are checked elsewhere.
    """
    seen: dict[str, int] = {}
    for row in sheet.rows:
        source_id = clean(row.cells.get(spec.id_column, ""))
        if not own_file and spec.id_column in row.cells:
            if texts and source_id not in texts:
                mend = "correct the id, or import the record first"
                yield Fault(sheet.name, row.line, spec.id_column, repr(source_id), "the id of a record", mend)
            elif source_id in seen:
                mend = f"see line {seen[source_id]}; a second opinion is a coding of another round"
                yield Fault(sheet.name, row.line, spec.id_column, repr(source_id), "each id once", mend)
            seen.setdefault(source_id, row.line)
        yield from _check_codes(sheet.name, row, spec, codebook)
        yield from _check_quotes(sheet.name, row, spec, texts.get(source_id))


def _check_codes(name: str, row: Row, spec: CodingsSpec, codebook: Codebook) -> Iterator[Fault]:
    for item in spec.schemes:
        scheme = codebook.by_scheme[item.scheme]
        for column in (item.column, item.also):
            if column and column in row.cells:
                values = split_list(row.cells[column])
                if column == item.column and not scheme.multiple and len(values) > 1:
                    yield Fault(name, row.line, column, repr(row.cells[column]), "one code", "choose the primary one")
                yield from _check_code(name, row.line, column, values, scheme, codebook.version)
    if spec.unsure and spec.unsure in row.cells:
        for word in split_list(row.cells[spec.unsure]):
            if word not in {item.scheme for item in spec.schemes} and word not in row.cells:
                known = f"a coded scheme: {', '.join(item.scheme for item in spec.schemes)}; or a column of the file"
                yield Fault(name, row.line, spec.unsure, repr(word), known, "correct the name")


def _check_code(
    name: str, line: int, column: str, values: tuple[str, ...], scheme: Scheme, version: str
) -> Iterator[Fault]:
    for value in values:
        code = scheme.by_code.get(value)
        if code is None or not code.assignable:
            allowed = ", ".join(c.code for c in scheme.codes if c.assignable)
            yield Fault(name, line, column, repr(value), f"a code of {scheme.scheme} {version}: {allowed}", "recode it")


def _check_quotes(name: str, row: Row, spec: CodingsSpec, text: str | None) -> Iterator[Fault]:
    columns = {item.quote or spec.quote for item in spec.schemes} - {None}
    for column in sorted(str(c) for c in columns):
        quote = clean(row.cells.get(column, ""))
        if quote and text is not None and quote.casefold() not in text.casefold():  # the first word of a sentence
            mend = "copy the deciding words from the record"
            yield Fault(name, row.line, column, repr(quote), f"words that stand in {spec.quote_of}", mend)
