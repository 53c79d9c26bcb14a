"""The same rows in several panels on one scale: small multiples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dynapolis.errors import BadUse
from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, Scale, line, point, write
from dynapolis.report.charts.layout import Columns, place_label, round_ticks
from dynapolis.report.charts.look import LINE, LOOKS
from dynapolis.report.charts.parts import picture
from dynapolis.report.charts.text import text_width, wrap

_GAP = 12


@dataclass(frozen=True, slots=True)
class PanelDot:
    """One estimate: its row, its panel, its value, perhaps with an interval, and how it is printed."""

    row: str
    panel: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PanelWords:
    """Words of ``dot_panels``: title of the common scale and how its ticks are printed."""

    axis: str
    tick: Callable[[float], str] = "{:g}".format


def dot_panels(
    dots: Sequence[PanelDot], words: PanelWords, rows: Sequence[str], panels: Sequence[str], *, high: float, width: int
) -> Picture:
    """Dots with their intervals, one panel beside the other, from zero to ``high`` in each.

    Args:
        dots: exactly one for every row and panel, in any order.
        rows: from the top; the same in every panel.
        panels: from the left.
        high: the end of the scale.
        width: of the whole picture, in px.

    Raises:
        BadUse: no dots; a pair missing, twice or unknown; a value outside the scale.
    """
    require_rows("dot_panels", [f"{d.row}, {d.panel}" for d in dots], width)
    found = {(d.row, d.panel): d for d in dots}
    if found.keys() != {(row, panel) for row in rows for panel in panels}:
        raise BadUse("dot_panels: not one dot for every row and panel. Give None where there is no value.")
    for d in dots:
        if d.value is not None:
            require_order(f"{d.row}, {d.panel}", f"0 ≤ value ≤ {high:g}", 0, d.value, high)
    label_width = min(max(map(text_width, rows)), width * (0.3 if width >= 600 else 0.26))
    left = label_width + _GAP
    step = (width - left) / len(panels)
    columns = Columns(left, width - left, 0, label_width)
    scale = Scale(0, high, step - 2 * _GAP)
    marks: list[Mark] = []
    edges = [0.0]
    for row in rows:
        place = place_label(row, 1, edges[-1], columns)
        marks.append(place.label)
        for number, panel in enumerate(panels):
            marks += _dot(found[row, panel], number * step + _GAP / 2, place.rows[0], scale)
        edges.append(place.bottom)
    ticks = round_ticks(0, high, max(1.0, scale.length / 44))
    behind = [line(columns.x, y, columns.plot, y, "hair") for y in edges]
    for number in range(len(panels)):
        start = number * step + _GAP / 2
        behind += [line(start + scale(t), 0, start + scale(t), edges[-1], "hair" if t else "muted") for t in ticks]
        marks += [
            write(start + scale(t), edges[-1] + 12, words.tick(t), fill="muted", anchor="middle")
            for t in (ticks if scale.length > 60 else [0.0, max(ticks[-1], 0.0) or high])
        ]
    heads = [wrap(name, step - _GAP - 4) for name in panels]
    top = max(map(len, heads)) * LINE + 10
    marks += [write(n * step + _GAP / 2, -top + LINE / 2 + 2, lines, bold=True) for n, lines in enumerate(heads)]
    title = wrap(words.axis, width)
    marks.append(write(columns.x, edges[-1] + 34, title, fill="muted"))
    return picture([*behind, *marks], columns, top=top, height=edges[-1], bottom=26 + len(title) * LINE + 4)


def _dot(dot: PanelDot, x: float, y: float, scale: Scale) -> list[Mark]:
    if dot.value is None:
        return [write(x, y, dot.text, fill="muted")]
    marks = []
    if dot.low is not None and dot.high is not None:
        high = min(dot.high, scale.high)
        marks.append(line(x + scale(dot.low), y, x + scale(high), y, LOOKS[0].color, 2))
    return [*marks, point(x + scale(dot.value), y, LOOKS[0])]
