"""Declared corrections at work: applied while they hold, told loudly when they hold no longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynapolis.errors import BadInput, Fault
from dynapolis.model.correction import CORRECTIONS, Correction, Corrections, Repair
from dynapolis.model.lead import LeadRegister, LeadTable
from dynapolis.registers.readers.double_utf8 import count_double_utf8, repair_double_utf8


def check_corrections(register: LeadRegister, corrections: Corrections) -> Iterator[Fault]:
    """Corrections of tables or columns that the register does not have."""
    where = f"{register.name}/{CORRECTIONS}"
    every: tuple[Correction | Repair, ...] = (*corrections.repairs, *corrections.corrections)
    first: dict[str, int] = {}
    for number, item in enumerate(every, start=1):
        table = register.by_name.get(item.table)
        if table is None:
            known = ", ".join(register.by_name)
            yield Fault(where, 0, f"entry {number}", f"table {item.table!r}", f"one of {known}", "correct the table")
        elif isinstance(item, Correction):
            if set(item.entry) != set(table.key):
                expected = f"the key of the table: {', '.join(table.key)}"
                yield Fault(where, 0, f"entry {number}", f"{', '.join(item.entry)}", expected, "name the entry by it")
            if item.column not in table.fields:
                mend = "correct the column"
                yield Fault(where, 0, f"entry {number}", f"column {item.column!r}", "a used column", mend)
            cell = repr((item.table, sorted(item.entry.items()), item.column))
            if first.setdefault(cell, number) != number:
                found, expected = f"the cell of entry {first[cell]} again", "one correction for each cell"
                yield Fault(where, 0, f"entry {number}", found, expected, "remove one of the two")


def require_known(register: LeadRegister, corrections: Corrections) -> None:
    """Stop where corrections name what the register does not have.

    Raises:
        BadInput: all such corrections.
    """
    faults = list(check_corrections(register, corrections))
    if faults:
        raise BadInput(f"register {register.name}", faults)


class Mender:
    """Corrections and repairs of one table.

    Args:
        register: name of the register, for faults.
        table: the table's description.
        header: columns of the file.
        corrections: all corrections of the register.
    """

    def __init__(self, register: str, table: LeadTable, header: Sequence[str], corrections: Corrections) -> None:
        self._where = f"{register}/{CORRECTIONS}"
        place = {column: number for number, column in enumerate(header)}
        self._by_key: dict[tuple[str, ...], list[tuple[int, Correction]]] = {}
        self._columnless: list[Correction] = []
        for item in corrections.corrections:
            if item.table == table.name and set(item.entry) == set(table.key):
                key = tuple(item.entry[column] for column in table.key)
                if item.column in place:
                    self._by_key.setdefault(key, []).append((place[item.column], item))
                elif item.column in table.fields:
                    self._columnless.append(item)
        self._repairs = [r for r in corrections.repairs if r.table == table.name]
        self._texts = sorted(place[column] for column in table.fields if column in place)
        self._applied: set[int] = set()
        self._otherwise: dict[int, str] = {}
        self.n_double_utf8 = 0
        self.n_repaired = 0

    def mend(self, cells: Sequence[str], key: tuple[str, ...]) -> Sequence[str]:
        """The cells of one entry as they should read. The cells that were printed are left alone."""
        mended = cells
        for place in self._texts:
            cell = cells[place]
            if not cell.isascii() and (marks := count_double_utf8(cell)):
                self.n_double_utf8 += marks
                if self._repairs:
                    mended = list(mended) if mended is cells else mended
                    mended[place] = repair_double_utf8(cell)  # type: ignore[index]
                    self.n_repaired += 1
        for place, item in self._by_key.get(key, ()):
            if cells[place] == item.printed:
                mended = list(mended) if mended is cells else mended
                mended[place] = item.corrected  # type: ignore[index]
                self._applied.add(id(item))
            else:
                self._otherwise[id(item)] = cells[place]
        return mended

    @property
    def n_corrected(self) -> int:
        """How many corrections found their error."""
        return len(self._applied)

    def expired(self) -> Iterator[Fault]:
        """Corrections whose error is not there any more. Ask only after the last entry."""
        for items in self._by_key.values():
            for _, item in items:
                if id(item) not in self._applied:
                    entry = ", ".join(f"{column} {value!r}" for column, value in item.entry.items())
                    told = self._otherwise.get(id(item))
                    found = f"{told!r} at {entry}" if told is not None else f"no entry with {entry}"
                    mend = "the correction has expired: look whether the publisher mended it, and remove the record"
                    yield Fault(self._where, 0, item.column, found, repr(item.printed), mend)
        for item in self._columnless:
            mend = "the correction has expired: the publisher gives the column no longer; remove the record"
            yield Fault(self._where, 0, item.column, "no such column in this list", repr(item.printed), mend)
        for repair in self._repairs:
            if not self.n_repaired:
                mend = "the repair has expired: the publisher mended the text; remove the record"
                found = f"no cell of {repair.table} that needs it"
                yield Fault(self._where, 0, repair.repair, found, "text stored as UTF-8 twice", mend)
