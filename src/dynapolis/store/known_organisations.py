"""The table of what is known of organisations."""

from __future__ import annotations

from pathlib import Path

from dynapolis.errors import BadContent, Fault
from dynapolis.model.known_organisation import KnownOrganisation, check_known
from dynapolis.store.csv_file import read_models


def read_known_organisations(path: Path) -> tuple[KnownOrganisation, ...]:
    """All rows of the table.

    Raises:
        BadContent: the file is missing, or there are faults; all are listed with their lines.
    """
    rows, faults = read_models(path, KnownOrganisation)
    faults += [Fault(path.name, line, str(p.loc[0]), p.found, p.expected, p.mend) for line, p in check_known(rows)]
    if faults:
        raise BadContent(path.name, faults)
    return tuple(row for _, row in rows)
