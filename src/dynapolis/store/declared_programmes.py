"""The reviewed table of projects and programmes."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.declared_programme import DeclaredProgramme, check_declared
from dynapolis.store.csv_file import read_checked


def read_declared_programmes(path: Path) -> tuple[DeclaredProgramme, ...]:
    """All rows of the table.

    Raises:
        BadContent: the file is missing, or there are faults; all are listed with their lines.
    """
    return read_checked(path, DeclaredProgramme, check_declared)
