"""The reviewed table of projects and programmes."""

from __future__ import annotations

from pathlib import Path

from dynapolis.errors import BadContent, Fault
from dynapolis.model.declared_programme import DeclaredProgramme, check_declared
from dynapolis.store.csv_file import read_models


def read_declared_programmes(path: Path) -> tuple[DeclaredProgramme, ...]:
    """All rows of the table.

    Raises:
        BadContent: the file is missing, or there are faults; all are listed with their lines.
    """
    rows, faults = read_models(path, DeclaredProgramme)
    faults += [Fault(path.name, line, str(p.loc[0]), p.found, p.expected, p.mend) for line, p in check_declared(rows)]
    if faults:
        raise BadContent(path.name, faults)
    return tuple(row for _, row in rows)
