"""One table's entries, batch by batch, from printed cells to typed columns; what does not fit is told, not bent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from dynapolis.errors import Fault
from dynapolis.ids import make_id
from dynapolis.model.lead import LeadField, LeadTable, LeadVocabulary, PropertyType
from dynapolis.model.register import RegisterHead
from dynapolis.registers.leads.corrections import Mender
from dynapolis.registers.leads.values import Parser, Refused, parser_of
from dynapolis.registers.readers import Entry
from dynapolis.text import clean

ARROW = {
    PropertyType.TEXT: pa.string(),
    PropertyType.LIST: pa.string(),
    PropertyType.INTEGER: pa.int64(),
    PropertyType.NUMBER: pa.float64(),
    PropertyType.YEAR: pa.int64(),
    PropertyType.DATE: pa.string(),
    PropertyType.BOOLEAN: pa.bool_(),
    PropertyType.URL: pa.string(),
}
OF_THE_ENTRY = ("record_id", "source_id", "line", "licence", "register_date")  # columns before the properties
KEY_SEPARATOR = " | "
MOST_FAULTS = 1000  # kept word by word; beyond that they are only counted


@dataclass(frozen=True, slots=True)
class Column:
    """One used column of the file."""

    place: int
    printed: str
    spec: LeadField
    type: PropertyType
    parse: Parser


@dataclass(slots=True)
class Tally:
    """What became of the entries of one table."""

    n_read: int = 0
    n_kept: int = 0
    n_refused: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, fault: Fault) -> None:
        """Keep a fault, as long as there is room for it word by word."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def check_header(name: str, header: Sequence[str], table: LeadTable) -> Iterator[Fault]:
    """Columns that are missing, and columns nobody mapped or ignored: an alarm, never a guess."""
    needed = [*table.key, *(s.column for s in table.skip)]
    for column, spec in table.fields.items():
        if column not in header and (not spec.optional or column in needed):
            mend = "check that it is the right file; if the layout changed, say so in register.yml"
            yield Fault(name, 1, column, "no such column", f"the columns of table {table.name}", mend)
    for column in dict.fromkeys(needed):
        if column not in header and column not in table.fields:
            yield Fault(name, 1, column, "no such column", "a column that names or skips entries", "correct the key")
    if "*" not in table.ignore:
        for column in header:
            if column not in table.fields and column not in table.ignore:
                mend = "map it in register.yml, or ignore it there with a reason"
                yield Fault(name, 1, column, "an unknown column", f"the columns of table {table.name}", mend)


def check_constants(name: str, table: LeadTable, vocabulary: LeadVocabulary) -> Iterator[Fault]:
    """Constants of the description that are no value of their property."""
    for constant, printed in table.constants.items():
        value = _constant(constant, printed, vocabulary)
        if type(value) is Refused:
            mend = f"correct it under constants: of table {table.name}"
            yield Fault(name, 0, constant, f"the constant {printed!r}", value.expected, mend)


def _constant(name: str, printed: str, vocabulary: LeadVocabulary) -> object:
    return parser_of(LeadField(property=name), vocabulary.type_of(name))(printed)


class TableMap:
    """Maps the entries of one opened table.

    Args:
        register: the description of the register; its name is part of every id, its licence and date of every entry.
        name: what people call the file, for faults.
        header: its columns.
        table: the table's description.
        vocabulary: the types of the properties.
        mender: corrections and repairs of the table.
    """

    def __init__(
        self,
        register: RegisterHead,
        name: str,
        header: Sequence[str],
        table: LeadTable,
        vocabulary: LeadVocabulary,
        mender: Mender,
    ) -> None:
        self.register, self.name, self.table, self.mender = register, name, table, mender
        self.tally = Tally()
        place = {column: number for number, column in enumerate(header)}
        self._key = [place[column] for column in table.key]
        self._skip = [(place[s.column], frozenset(s.values), s.why) for s in table.skip]
        self._columns = []
        for printed, spec in table.fields.items():
            if printed in place:
                kind = vocabulary.type_of(spec.property)
                self._columns.append(Column(place[printed], printed, spec, kind, parser_of(spec, kind)))
        absent = [(s.property, vocabulary.type_of(s.property)) for c, s in table.fields.items() if c not in place]
        self._constants = [
            (name, vocabulary.type_of(name), _constant(name, value, vocabulary))
            for name, value in table.constants.items()
        ]
        self._absent = absent
        self.schema = pa.schema(
            [(name, pa.int64() if name == "line" else pa.string()) for name in OF_THE_ENTRY]
            + [(c.spec.property, ARROW[c.type]) for c in self._columns]
            + [(name, ARROW[kind]) for name, kind, _ in self._constants]
            + [(name, ARROW[kind]) for name, kind in absent]
        )

    def batch(self, entries: Iterable[Entry]) -> pa.RecordBatch:
        """The entries that can be kept, as typed columns; the others go to the tally."""
        kept = [entry for entry in entries if self._is_wanted(entry)]
        cells = [self.mender.mend(entry.cells, self._key_of(entry)) for entry in kept]
        values, refused = self._values(kept, cells)
        keep = [i for i in range(len(kept)) if i not in refused]
        self.tally.n_refused += len(refused)
        self.tally.n_kept += len(keep)
        keys = [self._key_of(kept[i]) for i in keep]
        arrays = [
            pa.array([make_id("lead", self.register.name, self.table.name, *key) for key in keys], pa.string()),
            pa.array([KEY_SEPARATOR.join(clean(part) for part in key) for key in keys], pa.string()),
            pa.array([kept[i].line for i in keep], pa.int64()),
            pa.array([self.register.licence.name] * len(keep), pa.string()),
            pa.array([self.register.date] * len(keep), pa.string()),
        ]
        for column, read in zip(self._columns, values, strict=True):
            chosen = read if not refused else [read[i] for i in keep]
            arrays.append(pa.array(chosen, ARROW[column.type]))
        for _, kind, value in self._constants:
            arrays.append(pa.array([value] * len(keep), ARROW[kind]))
        for _, kind in self._absent:
            arrays.append(pa.nulls(len(keep), ARROW[kind]))
        return pa.record_batch(arrays, schema=self.schema)

    def _key_of(self, entry: Entry) -> tuple[str, ...]:
        """The printed values that name an entry. Never cleaned or corrected: ids outlive better cleaning."""
        return tuple(entry.cells[place] for place in self._key)

    def _is_wanted(self, entry: Entry) -> bool:
        self.tally.n_read += 1
        for place, values, why in self._skip:
            if place < len(entry.cells) and clean(entry.cells[place]) in values:
                self.tally.skipped[why] += 1
                return False
        if entry.wrong:
            self.tally.n_refused += 1
            mend = "check quotes and separators in this line"
            self.tally.refuse(Fault(self.name, entry.line, "", entry.wrong, "an entry that fits the header", mend))
            return False
        return self._has_key(entry)

    def _has_key(self, entry: Entry) -> bool:
        """Whether the key names the entry: something stands in it, and nothing of which no id can be made."""
        printed = "".join(self._key_of(entry))
        is_empty = not printed or printed.isspace()
        if not is_empty and "\x1f" not in printed:
            return True
        self.tally.n_refused += 1
        found = "an empty key" if is_empty else f"a control character in {printed[:80]!r}"
        mend = "fill it in, or skip such entries with a reason"
        key = ", ".join(self.table.key)
        self.tally.refuse(Fault(self.name, entry.line, key, found, "a value that names the entry", mend))
        return False

    def _values(self, entries: Sequence[Entry], cells: Sequence[Sequence[str]]) -> tuple[list[list[object]], set[int]]:
        """Values of every used column, and the places of entries with a cell that could not be read."""
        refused: set[int] = set()
        values: list[list[object]] = []
        for column in self._columns:
            place, parse = column.place, column.parse
            read: list[object] = [parse(row[place]) for row in cells]
            if column.type is not PropertyType.TEXT or column.spec.extract:
                self._refuse_unread(column, entries, cells, read, refused)
            if column.spec.required:
                self._refuse_empty(column, entries, read, refused)
            values.append(read)
        return values, refused

    def _refuse_unread(
        self,
        column: Column,
        entries: Sequence[Entry],
        cells: Sequence[Sequence[str]],
        read: list[object],
        refused: set[int],
    ) -> None:
        for i, value in enumerate(read):
            if type(value) is Refused:
                refused.add(i)
                found = repr(cells[i][column.place][:80])
                mend = "correct the cell, list it under missing:, or declare a correction"
                self.tally.refuse(Fault(self.name, entries[i].line, column.printed, found, value.expected, mend))

    def _refuse_empty(self, column: Column, entries: Sequence[Entry], read: list[object], refused: set[int]) -> None:
        for i, value in enumerate(read):
            if value is None:
                refused.add(i)
                expected, mend = f"a value for {column.spec.property}", "fill it in, or skip such entries with a reason"
                self.tally.refuse(Fault(self.name, entries[i].line, column.printed, "an empty cell", expected, mend))
