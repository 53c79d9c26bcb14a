"""Counts as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, Scale, line, rect
from dynapolis.report.charts.layout import ROW, axis_height, choose_columns, place_label, round_ticks, wrap_title
from dynapolis.report.charts.parts import axis, grid, picture, value
from dynapolis.report.charts.text import text_width


@dataclass(frozen=True, slots=True)
class BarRow:
    """One count, 0 or more, perhaps with an interval; ``apart`` is for what is no step of the order ("not stated")."""

    label: str
    count: float
    text: str
    low: float | None = None
    high: float | None = None
    href: str | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class BarWords:
    """Words of ``count_bars``."""

    axis: str


def count_bars(rows: Sequence[BarRow], words: BarWords, *, width: int) -> Picture:
    """Counts as bars from zero, each with its text at the end; what stands apart from the order is drawn hollow.

    Args:
        rows: in their order, such as the stages of a project.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a label twice; a count or bound that is negative.
    """
    require_rows("count_bars", [row.label for row in rows], width)
    columns = choose_columns([row.label for row in rows], [], width)
    marks: list[Mark] = []
    places = []
    y = 0.0
    for row in rows:
        require_order(row.label, "0 ≤ count", 0, row.count)
        require_order(row.label, "0 ≤ low ≤ high", 0, _low(row), _high(row))
        place = place_label(row.label, 1, y, columns)
        places.append((row, place.rows[0]))
        marks.append(place.label)
        y = place.bottom
    ends = {row.label: max(row.count, _high(row)) for row in rows}
    # Pixels for a count of one, so that every bar and the text after it end inside the plot.
    rooms = [(columns.plot - 8 - text_width(row.text)) / ends[row.label] for row in rows if ends[row.label]]
    scale = Scale(0, columns.plot / min(rooms, default=columns.plot), columns.plot)
    most = max(ends.values())
    ticks = round_ticks(0, most, columns.plot / max(60, text_width(f"{most:,.0f}") + 16), least=1)
    for row, middle in places:
        marks += _bar(row, scale, middle)
        marks.append(value(scale(ends[row.label]) + 8, middle, row.text, row.label, row.href, right=False))
    title = wrap_title(words.axis, columns)
    stretches = [(at - ROW / 2, at + ROW / 2) for _, at in places] if columns.labels_above else [(0.0, y)]
    behind = [*grid(scale, ticks, stretches), *axis(scale, ticks, "{:,.0f}".format, y, title)]
    zero = grid(scale, [0], stretches, "muted")
    return picture([*behind, *marks, *zero], columns, top=4, height=y, bottom=axis_height(title))


def _low(row: BarRow) -> float:
    return row.count if row.low is None else row.low


def _high(row: BarRow) -> float:
    return row.count if row.high is None else row.high


def _bar(row: BarRow, scale: Scale, y: float) -> list[Mark]:
    """A bar with the line of its interval, set off from it by paper."""
    length = scale(row.count)
    bar = rect(0, y - 7.5, length, 15, "paper", stroke="quiet") if row.apart else rect(0, y - 8, length, 16, "one")
    if row.low is None or row.high is None:
        return [bar]
    low, high = scale(row.low), scale(row.high)
    return [bar, line(low, y, high, y, "paper", 5), line(low, y, high, y, "ink", 2)]
