"""The table of what is known of organisations."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.known_organisation import KnownOrganisation, check_known
from dynapolis.store.csv_file import read_checked


def read_known_organisations(path: Path) -> tuple[KnownOrganisation, ...]:
    """All rows of the table.

    Raises:
        BadContent: the file is missing, or there are faults; all are listed with their lines.
    """
    return read_checked(path, KnownOrganisation, check_known)
