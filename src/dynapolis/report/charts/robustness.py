"""How far the ranks move when one source of uncertainty alone is at work, and where the default method puts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dynapolis.report.charts.checks import require_names, require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, Scale, circle, line
from dynapolis.report.charts.layout import axis_height, choose_columns, place_label, wrap_title
from dynapolis.report.charts.look import LOOKS
from dynapolis.report.charts.parts import axis, grid, key, picture, rule_sample, value
from dynapolis.report.charts.ranks import rank_ticks

_APART: Final = 6  # px between the lines of one city
_WIDTHS: Final = (5.0, 3.0, 2.0, 1.0)


@dataclass(frozen=True, slots=True)
class RangeRow:
    """The ranks of one city: by default, and the range over the draws of each source. Unit: rank."""

    label: str
    default: float
    ranges: Mapping[str, tuple[float, float]]
    text: str


@dataclass(frozen=True, slots=True)
class RangeWords:
    """Words of ``rank_ranges``; ``sources`` names every source and gives their order."""

    axis: str
    default: str
    sources: Mapping[str, str]


def rank_ranges(rows: Sequence[RangeRow], words: RangeWords, *, width: int) -> Picture:
    """For every city one line per source, each of its own thickness and colour, and a ring at the default rank.

    Raises:
        BadUse: no rows; a city twice; a source without a name; a range out of order.
    """
    require_rows("rank_ranges", [row.label for row in rows], width)
    require_names("rank_ranges", [source for row in rows for source in row.ranges], words.sources)
    for row in rows:
        for low, high in row.ranges.values():
            require_order(row.label, "1 ≤ low ≤ high", 1, low, high)
    columns = choose_columns([row.label for row in rows], [row.text for row in rows], width, least_plot=0.34, inset=8)
    last = max(len(rows), *(int(high + 0.5) for row in rows for _, high in row.ranges.values()))
    scale, ticks = Scale(0.5, last + 0.5, columns.plot), rank_ticks(last, columns.plot)
    order = list(words.sources)
    marks: list[Mark] = []
    edges = [0.0]
    for row in rows:
        place = place_label(row.label, 1, edges[-1], columns)
        marks.append(place.label)
        marks += [
            _range(scale, span, order.index(name), len(order), place.rows[0]) for name, span in row.ranges.items()
        ]
        marks.append(_ring(scale(row.default), place.rows[0]))
        marks.append(value(columns.end, place.values[0], row.text, row.label, None))
        edges.append(place.bottom)
    y = edges[-1]
    title = wrap_title(words.axis, columns)
    samples = [(rule_sample(LOOKS[n].color, _WIDTHS[n]), words.sources[name]) for n, name in enumerate(order)]
    names, top = key([((12.0, lambda x, y: [_ring(x + 6, y)]), words.default), *samples], columns, axis_height(title))
    behind = [line(columns.x, edge, columns.end, edge, "hair") for edge in edges]
    scales = [*axis(scale, ticks, "{:.0f}".format, 0, title, above=True), *axis(scale, ticks, "{:.0f}".format, y)]
    whole = [*behind, *grid(scale, ticks, [(0, y)]), *scales, *marks, *names]
    return picture(whole, columns, top=top, height=y, bottom=axis_height([]))


def _range(scale: Scale, span: tuple[float, float], number: int, of: int, y: float) -> Mark:
    at = y + (number - (of - 1) / 2) * _APART
    low, high = scale(span[0]), scale(span[1])
    return line(low - (low == high), at, high + (low == high), at, LOOKS[number].color, _WIDTHS[number])


def _ring(x: float, y: float) -> Mark:
    return circle(x, y, 3.6, fill="paper", stroke="ink", width=1.5)
