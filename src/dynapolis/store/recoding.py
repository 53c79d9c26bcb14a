"""``recoding.csv`` of a register: its codes as a later edition of the same list calls them."""

from __future__ import annotations

from pathlib import Path

from dynapolis.errors import BadContent, Fault
from dynapolis.model.recoding import Recoding
from dynapolis.store.csv_file import read_models

RECODING = "recoding.csv"


def read_recoding(folder: Path) -> list[Recoding]:
    """The recodings of a register's folder.

    Raises:
        BadContent: the file is missing, a cell is empty, or a code is recoded twice.
    """
    path = folder / RECODING
    rows, faults = read_models(path, Recoding)
    seen: set[tuple[str, str]] = set()
    for line, row in rows:
        if (row.property, row.code) in seen:
            mend = "keep one of the rows"
            faults.append(Fault(path.name, line, "code", repr(row.code), "a code that is recoded once", mend))
        seen.add((row.property, row.code))
    if faults:
        raise BadContent(path.name, faults)
    return [row for _, row in rows]
