"""The family of errors. Each says what was found, where, what was expected and what to do.

Exit codes of the command line: ``BadInput`` and its children end with 2, every other
``DynapolisError`` with 1. An error of another family is a defect and is shown as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_MOST_ALIKE = 20  # faults of one kind that are told one by one
_SHOWN = 5  # of more than that, how many are told; the lines of the next ones follow


class DynapolisError(Exception):
    """Parent of every error that dynapolis raises on purpose. Raised directly: never."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with an input.

    Attributes:
        where: file, and what part of it, as a person would look it up.
        row: line number in the file as an editor shows it, 0 when the fault is not in a line.
        column: name of the column or key, empty when it concerns the whole row or file.
        found: what stands there.
        expected: what was expected.
        mend: what to do about it.

    Example:
        >>> print(Fault("cities.yml", 3, "country", "'Denmark'", "two capital letters", "write 'DK'"))
        cities.yml, line 3, country: found 'Denmark'; expected two capital letters; write 'DK'
    """

    where: str
    row: int
    column: str
    found: str
    expected: str
    mend: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, f"line {self.row}" if self.row else "", self.column) if part)
        return f"{place}: found {self.found}; expected {self.expected}; {self.mend}"


class BadInput(DynapolisError):
    """An input cannot be used. Carries all its faults at once, in the order of the file."""

    def __init__(self, what: str, faults: Sequence[Fault]) -> None:
        self.what = what
        self.faults = tuple(sorted(faults))
        count = f"{len(self.faults)} fault{'' if len(self.faults) == 1 else 's'}"
        super().__init__(
            "\n".join([f"{what}: {count}, nothing was changed", *(f"  - {line}" for line in _told(self.faults))])
        )


def _told(faults: Sequence[Fault]) -> Iterator[str]:
    """One line a fault; where very many are of one kind, a few of them and where the others stand."""

    def kind(fault: Fault) -> tuple[str, str, str]:
        return fault.where, fault.column, fault.expected

    sizes = {key: len(list(same)) for key, same in groupby(sorted(faults, key=kind), key=kind)}
    seen: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        alike = seen.setdefault(kind(fault), [])
        alike.append(fault)
        if sizes[kind(fault)] <= _MOST_ALIKE or len(alike) <= _SHOWN:
            yield str(fault)
    for (where, column, expected), alike in seen.items():
        rest = alike[_SHOWN:]
        if len(alike) > _MOST_ALIKE:
            rows = [str(fault.row) for fault in rest if fault.row]
            lines = ", ".join(rows[:_MOST_ALIKE]) + (", …" if len(rows) > _MOST_ALIKE else "")
            place = ", ".join(part for part in (where, column) if part)
            yield f"{place}: {len(rest)} more like these (expected {expected})" + (f", lines {lines}" if rows else "")


class BadContent(BadInput):
    """A codebook, place list, lookup, message file or index specification is faulty."""


class BadUse(DynapolisError):
    """The command or function was called in a way that cannot work, such as a workspace that is not there."""


class UnknownReading(DynapolisError):
    """A Korean particle was asked for a text whose reading is not known (give it a ``reading_ko``)."""


class BrokenClaim(DynapolisError):
    """A report would have printed something its figures do not carry, such as a number without evidence."""


class BrokenReport(DynapolisError):
    """A check before release failed. Carries all findings at once: which check, where, what was found."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        count = f"{len(self.findings)} finding{'' if len(self.findings) == 1 else 's'}"
        super().__init__("\n".join([f"the report: {count}, nothing was written", *(f"  - {f}" for f in findings[:40])]))


class LedgerRefused(DynapolisError):
    """The ledger refused a row: it would change or remove something that is already written."""
