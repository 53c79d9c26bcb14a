"""Two editions side by side: one line per city from then to now, with the interval at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, Scale, line, point, write
from dynapolis.report.charts.layout import Columns, round_ticks
from dynapolis.report.charts.look import LINE, LOOKS, Look
from dynapolis.report.charts.parts import picture
from dynapolis.report.charts.text import text_width, wrap

_STEP = 15  # px between two names


@dataclass(frozen=True, slots=True)
class SlopeRow:
    """One city in both editions; ``clear`` tells whether the change is clear, with a probability of at least 0.9."""

    label: str
    before: tuple[float, float, float]  # low, value, high
    after: tuple[float, float, float]
    text: str
    clear: bool


@dataclass(frozen=True, slots=True)
class SlopeWords:
    """Words of ``slopes``: names of the two editions, title of the scale, what a coloured and a grey line mean."""

    before: str
    after: str
    axis: str
    clear: str
    unclear: str


def slopes(rows: Sequence[SlopeRow], words: SlopeWords, *, width: int) -> Picture:
    """Values then and now on one upright scale, joined by a line; what did not change clearly is grey and dashed.

    Args:
        rows: cities of both editions.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a city twice; an interval out of order.
    """
    require_rows("slopes", [row.label for row in rows], width)
    for row in rows:
        for low, value, high in (row.before, row.after):
            require_order(row.label, "low ≤ value ≤ high", low, value, high)
    ends = [bound for row in rows for triple in (row.before, row.after) for bound in triple]
    low, high = min(0.0, *ends), max(ends) or 1.0
    height = max(240.0, _STEP * (len(rows) + 2))
    up = Scale(high, low, height)
    labels = {row.label: f"{row.label} {row.text}" for row in rows}
    right = min(max(map(text_width, labels.values())) + 26, width * 0.52)
    left = 44.0
    plot = width - left - right
    marks: list[Mark] = []
    for tick in round_ticks(low, high, 6):
        marks.append(line(0, up(tick), plot, up(tick), "hair"))
        marks.append(write(-22, up(tick), f"{tick:g}", fill="muted", anchor="end"))
    for row in sorted(rows, key=lambda row: row.clear):  # what is clear lies above
        marks += _slope(row, up, plot)
    marks += _names(rows, labels, up, plot, right, height)
    heads = [write(0, -14, words.before, bold=True, anchor="middle"), write(plot, -14, words.after, bold=True)]
    title = wrap(f"{words.axis}. {words.clear} {words.unclear}", width)
    marks += [*heads, write(-left, height + 20, title, fill="muted")]
    columns = Columns(left, plot, right, left)
    return picture(marks, columns, top=26, height=height, bottom=14 + len(title) * LINE + 6)


def _slope(row: SlopeRow, up: Scale, plot: float) -> list[Mark]:
    look = LOOKS[0] if row.clear else Look("quiet", "circle", True, 4)
    marks = [line(0, up(row.before[1]), plot, up(row.after[1]), look.color, 2 if row.clear else 1,
                  "" if row.clear else "4 3")]  # fmt: skip
    for x, (low, value, high) in ((0.0, row.before), (plot, row.after)):
        marks += [line(x, up(low), x, up(high), look.color, 2 if row.clear else 1), point(x, up(value), look)]
    return marks


def _names(
    rows: Sequence[SlopeRow], labels: dict[str, str], up: Scale, plot: float, right: float, height: float
) -> list[Mark]:
    """Names at the right ends, moved apart so that none lies on another, each led to its end."""
    order = sorted(rows, key=lambda row: up(row.after[1]))
    spots: list[float] = []
    for row in order:
        spots.append(max(up(row.after[1]), spots[-1] + _STEP if spots else 0.0))
    over = max(0.0, (spots[-1] if spots else 0) - height)
    spots = [max(spot - over, number * _STEP) for number, spot in enumerate(spots)]
    marks = []
    for row, y in zip(order, spots, strict=True):
        marks.append(line(plot + 8, up(row.after[1]), plot + 20, y, "pale"))
        text = wrap(labels[row.label], right - 22)[0]
        marks.append(write(plot + 23, y, text, fill="ink" if row.clear else "muted", bold=False))
    return marks
