"""Which register searched which city, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.report.charts.draw import Picture
from dynapolis.report.charts.heatmaps import CellRow, HeatWords, heatmap


@dataclass(frozen=True, slots=True)
class TileRow:
    """One register in one city: how many it found, 0 where it searched in vain, None where it did not search."""

    city: str
    register: str
    found: int | None


@dataclass(frozen=True, slots=True)
class TileWords:
    """Words of ``coverage_tiles``: what the numbers are, the sign of what was not searched, and what it means."""

    unit: str
    sign: str
    not_searched: str


def coverage_tiles(
    rows: Sequence[TileRow], words: TileWords, cities: Sequence[str], registers: Sequence[str], *, width: int
) -> Picture:
    """A tile for every city and register: found (shaded, with the number), searched in vain (0), or not (hatched).

    Raises:
        BadUse: as ``heatmap``.
    """
    cells = [
        CellRow(row.city, row.register, row.found, words.sign if row.found is None else f"{row.found:,}")
        for row in rows
    ]
    return heatmap(cells, HeatWords(words.unit, words.not_searched), cities, registers, width=width)
