"""Cities on a map as circles whose area is their number, over the outlines of the land.

The projection is equirectangular with the standard parallel at 40°, where most of the cities lie: nothing is read from
the map but where a city is; the numbers stand in the table behind it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, circle, number, path, write
from dynapolis.report.charts.layout import Columns
from dynapolis.report.charts.look import LINE
from dynapolis.report.charts.parts import picture
from dynapolis.report.charts.text import text_width, wrap

_WEST, _EAST, _SOUTH, _NORTH = -170.0, 180.0, -56.0, 78.0
HALF_A_TURN: Final = 180.0  # degrees
_PARALLEL: Final = math.cos(math.radians(40))
_LARGEST: Final = 17.0  # px, radius of the greatest number in a picture of 720 px
_OUTLINES: Final = Path(__file__).parents[1] / "assets" / "maps" / "land-110m.txt"


@dataclass(frozen=True, slots=True)
class MapRow:
    """One city: where it is in degrees, its number, how that is printed, and where the evidence is."""

    label: str
    latitude: float
    longitude: float
    value: float
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class MapWords:
    """Words of ``circle_map``: what the numbers are."""

    unit: str


def circle_map(rows: Sequence[MapRow], words: MapWords, *, width: int) -> Picture:
    """Circles in proportion to their numbers, the smaller above the greater, with a key of three sizes.

    Args:
        rows: in any order.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a city twice; a negative number; a place that is none.
    """
    require_rows("circle_map", [row.label for row in rows], width)
    for row in rows:
        require_order(row.label, "0 ≤ value", 0, row.value)
        require_order(row.label, "-90 ≤ latitude ≤ 90", -90, row.latitude, 90)
        require_order(row.label, "-180 ≤ longitude ≤ 180", -180, row.longitude, 180)
    per_degree = width / (_EAST - _WEST)
    height = (_NORTH - _SOUTH) * per_degree / _PARALLEL
    greatest = max(row.value for row in rows) or 1.0
    largest = _LARGEST * max(0.6, width / 720)
    marks: list[Mark] = [path(_land(width, per_degree), fill="land", stroke="coast", width=0.5)]
    for row in sorted(rows, key=lambda row: (-row.value, row.label)):
        x, y = _spot(row.longitude, row.latitude, per_degree)
        radius = max(1.5, largest * math.sqrt(row.value / greatest))
        heard = f"{row.label}: {row.text}"
        marks.append(circle(x, y, radius, fill="one", stroke="paper", opacity=0.62, href=row.href, name=heard))
    named, bottom = _key(greatest, largest, height, width, words)
    return picture([*marks, *named], Columns(0, width, 0, width), top=2, height=height, bottom=bottom)


def _spot(longitude: float, latitude: float, per_degree: float) -> tuple[float, float]:
    east = min(max(longitude, _WEST), _EAST)
    return (east - _WEST) * per_degree, (_NORTH - latitude) * per_degree / _PARALLEL


def _key(greatest: float, largest: float, height: float, width: int, words: MapWords) -> tuple[list[Mark], float]:
    """Three sizes with their numbers, and what the numbers are."""
    sizes = sorted({max(1, round(greatest * part)) for part in (0.1, 0.4, 1.0)})
    y = height + largest + 8
    x, marks = 4.0, list[Mark]()
    for size in sizes:
        radius = largest * math.sqrt(size / greatest)
        marks.append(circle(x + radius, y, radius, fill="one", stroke="paper", opacity=0.62))
        text = f"{size:,}"
        marks.append(write(x + 2 * radius + 5, y, text))
        x += 2 * radius + text_width(text) + 20
    unit = wrap(words.unit, width - x)
    marks.append(write(x, y, unit, fill="muted"))
    return marks, 2 * largest + 14 + (len(unit) - 1) * LINE


@cache
def _land(width: int, per_degree: float) -> str:
    """The outlines in px, leaving out what lies within half a pixel of the point before."""
    parts = []
    for ring in outlines():
        points: list[tuple[float, float]] = []
        for longitude, latitude in _unwound(ring):
            spot = _spot(longitude, max(latitude, _SOUTH - 2), per_degree)
            if not points or abs(spot[0] - points[-1][0]) + abs(spot[1] - points[-1][1]) >= 0.9:
                points.append(spot)
        if len(points) > 3:
            parts.append("M" + "L".join(f"{number(x)},{number(y)}" for x, y in points) + "Z")
    return "".join(parts)


def _unwound(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring that crosses the date line goes on beyond 180° instead of running back across the whole map.

    It stays where most of it lies.
    """
    turns, before = 0.0, ring[0][0]
    found = []
    for longitude, latitude in ring:
        if abs(longitude - before) > HALF_A_TURN:
            turns += 2 * HALF_A_TURN if longitude < before else -2 * HALF_A_TURN
        before = longitude
        found.append((longitude + turns, latitude))
    home = 2 * HALF_A_TURN * round(sum(longitude for longitude, _ in found) / len(found) / (2 * HALF_A_TURN))
    return [(longitude - home, latitude) for longitude, latitude in found]


@cache
def outlines() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Rings of land as longitude and latitude in degrees.

    Source: Natural Earth 1 : 110 million, public domain; see ``assets/maps/README.md``.
    """
    rings = []
    for text in _OUTLINES.read_text(encoding="ascii").splitlines():
        if text and not text.startswith("#"):
            numbers = [int(part) / 100 for part in text.split()]
            longitude = latitude = 0.0
            ring = []
            for east, north in zip(numbers[::2], numbers[1::2], strict=True):
                longitude, latitude = longitude + east, latitude + north
                ring.append((round(longitude, 2), round(latitude, 2)))
            rings.append(tuple(ring))
    return tuple(rings)
