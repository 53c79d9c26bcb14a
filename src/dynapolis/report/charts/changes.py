"""What a change is made of: parts that add up, to the left where they lower and to the right where they raise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, Scale, line, rect
from dynapolis.report.charts.layout import axis_height, choose_columns, place_label, round_ticks, wrap_title
from dynapolis.report.charts.parts import axis, grid, picture, value


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One part of a change, perhaps with an interval; ``whole`` marks the sum of the parts."""

    label: str
    change: float
    text: str
    low: float | None = None
    high: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """Words of ``change_bars``."""

    axis: str


def change_bars(rows: Sequence[ChangeRow], words: ChangeWords, *, width: int) -> Picture:
    """Bars from zero to both sides; the sum of the parts is drawn hollow.

    Raises:
        BadUse: no rows; a label twice; an interval out of order.
    """
    require_rows("change_bars", [row.label for row in rows], width)
    columns = choose_columns([row.label for row in rows], [row.text for row in rows], width, least_plot=0.4)
    ends = [0.0, *(row.change for row in rows)]
    for row in rows:
        if row.low is not None and row.high is not None:
            require_order(row.label, "low ≤ high", row.low, row.high)
            ends += [row.low, row.high]
    low, high = min(ends), max(ends)
    room = (high - low) or 1.0
    scale = Scale(low - room * 0.03, high + room * 0.03, columns.plot)
    marks: list[Mark] = []
    y = 0.0
    for row in rows:
        place = place_label(row.label, 1, y, columns)
        marks += [place.label, *_bar(row, scale, place.rows[0])]
        marks.append(value(columns.end, place.values[0], row.text, row.label, None))
        y = place.bottom
    whole_numbers = all(float(row.change).is_integer() for row in rows)
    ticks = round_ticks(low, high, columns.plot / 60, least=1 if whole_numbers else 0)
    title = wrap_title(words.axis, columns)
    behind = [*grid(scale, ticks, [(0, y)]), *axis(scale, ticks, _signed, y, title)]
    zero = grid(scale, [0], [(0, y)], "muted")
    return picture([*behind, *marks, *zero], columns, top=4, height=y, bottom=axis_height(title))


def _signed(change: float) -> str:
    return f"{change:+g}".replace("-", "−") if change else "0"


def _bar(row: ChangeRow, scale: Scale, y: float) -> list[Mark]:
    start, end = sorted((scale(0), scale(row.change)))
    fill, stroke = ("paper", "ink") if row.whole else ("one" if row.change >= 0 else "two", None)
    bar = rect(start, y - 7.5, end - start, 15, fill, stroke=stroke)
    if row.low is None or row.high is None:
        return [bar]
    a, b = scale(row.low), scale(row.high)
    return [bar, line(a, y, b, y, "paper", 5), line(a, y, b, y, "ink", 2)]
