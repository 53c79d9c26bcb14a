"""Probabilities as numbers with bars: how likely each city is to be first, among the first five or ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.errors import BadUse
from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, line, rect, write
from dynapolis.report.charts.layout import Columns, place_label
from dynapolis.report.charts.look import LINE
from dynapolis.report.charts.parts import picture
from dynapolis.report.charts.text import text_width, wrap

_GAP = 14


@dataclass(frozen=True, slots=True)
class StripRow:
    """One city's probabilities, 0 to 1, with how each is printed (``45`` of 100, ``<5``)."""

    label: str
    probabilities: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StripWords:
    """Words of ``probability_strips``: the heading of every probability, and what the numbers are."""

    columns: tuple[str, ...]
    unit: str


def probability_strips(rows: Sequence[StripRow], words: StripWords, *, width: int) -> Picture:
    """For every city one bar from 0 to 100 % for each probability, with the number before it.

    Args:
        rows: in their order.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a label twice; another number of probabilities than headings; one that is none.
    """
    require_rows("probability_strips", [row.label for row in rows], width)
    for row in rows:
        if not len(row.probabilities) == len(row.texts) == len(words.columns):
            raise BadUse(f"{row.label}: {len(row.probabilities)} probabilities for {len(words.columns)} headings.")
        for p in row.probabilities:
            require_order(row.label, "0 ≤ probability ≤ 1", 0, p, 1)
    label_width = min(max(text_width(row.label) for row in rows), width * 0.32)
    left = label_width + _GAP
    step = (width - left) / len(words.columns)
    columns = Columns(left, width - left - 1, 1, label_width)
    text = max(text_width(t) for row in rows for t in row.texts) + 6
    marks: list[Mark] = []
    y = 0.0
    for row in rows:
        place = place_label(row.label, 1, y, columns)
        marks.append(place.label)
        for number, (p, printed) in enumerate(zip(row.probabilities, row.texts, strict=True)):
            marks += _strip(number * step, place.rows[0], step - _GAP, text, p, printed)
        y = place.bottom
        marks.append(line(columns.x, y, columns.plot, y, "hair"))
    heads = [wrap(name, step - 6) for name in words.columns]
    unit = wrap(words.unit, width)
    top = max(map(len, heads)) * LINE + 10
    for number, lines in enumerate(heads):
        marks.append(write(number * step, -top + LINE / 2 + 2, lines, bold=True))
    marks.append(write(columns.x, y + 16, unit, fill="muted"))
    return picture(marks, columns, top=top, height=y, bottom=len(unit) * LINE + 10)


def _strip(x: float, y: float, width: float, text: float, p: float, printed: str) -> list[Mark]:
    bar = x + text
    room = width - text
    return [
        write(bar - 6, y, printed, anchor="end"),
        rect(bar, y - 5.5, room, 11, "paper", stroke="pale"),
        *([rect(bar, y - 6, p * room, 12, "one")] if p else []),
    ]
