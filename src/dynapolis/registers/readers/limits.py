"""How much a file may ask of the machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a file may unpack to, and the most that may stand in one entry.

    Attributes:
        unpacked_bytes: bytes that one packed file (gzip, or the members read of a zip) may unpack to.
        ratio: unpacked bytes per packed byte, counted once more than ``ratio_from_bytes`` were unpacked. Published
            lists reach 5 to 40; a zip bomb about 1,000.
        ratio_from_bytes: see ``ratio``.
        members: files inside one zip.
        workbook_bytes: unpacked bytes of a workbook, which has to be held whole.
        workbook_cells: cells of the rectangle a sheet spans, used or not.
        entry_characters: characters of one line and of one entry of a text file.
        item_bytes: bytes between two entries of a JSON file.
        columns: columns of a table.
    """

    unpacked_bytes: int = 4 * 1024**3
    ratio: int = 200
    ratio_from_bytes: int = 64 * 1024**2
    members: int = 10_000
    workbook_bytes: int = 512 * 1024**2
    workbook_cells: int = 20_000_000
    entry_characters: int = 8_000_000
    item_bytes: int = 16 * 1024**2
    columns: int = 16_384


LIMITS = Limits()
