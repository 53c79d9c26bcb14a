"""What several charts are made of: scales, keys, printed values and the whole picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dynapolis.report.charts.draw import Anchor, Mark, Picture, Scale, line, write
from dynapolis.report.charts.layout import Columns, axis_height
from dynapolis.report.charts.look import LINE
from dynapolis.report.charts.text import text_width

Sample = tuple[float, Callable[[float, float], Sequence[Mark]]]
"""One sample of a key: its width in px, and its marks at a place (left edge, middle)."""


def picture(marks: Iterable[Mark], columns: Columns, *, top: float, height: float, bottom: float) -> Picture:
    """The whole: marks over a plot with fixed margins."""
    width = columns.left + columns.plot + columns.right
    return Picture(round(width, 1), round(top + height + bottom, 1), columns.left, top, tuple(marks))


def grid(scale: Scale, ticks: Sequence[float], stretches: Sequence[tuple[float, float]], stroke: str = "hair",
         width: float = 1, dash: str = "") -> list[Mark]:  # fmt: skip
    """Upright lines at values, each over several stretches."""
    return [line(scale(t), a, scale(t), b, stroke, width, dash) for t in ticks for a, b in stretches]


def axis(scale: Scale, ticks: Sequence[float], say: Callable[[float], str], y: float, title: Sequence[str] = (),
         *, above: bool = False) -> list[Mark]:  # fmt: skip
    """The labels of a scale and its title, below the plot or above it; ``y`` is the plot's edge."""
    step = -1 if above else 1
    marks = [write(scale(t), y + step * 12, say(t), fill="muted", anchor="middle") for t in ticks]
    if title:
        first = y - axis_height(title) + LINE / 2 if above else y + 28 + LINE / 2
        rows = [(first + n * LINE, text) for n, text in enumerate(title)]
        marks += [write(scale.length / 2, at, text, fill="muted", anchor="middle") for at, text in rows]
    return marks


def value(x: float, y: float, text: str, where: str, href: str | None, *, right: bool = True) -> Mark:
    """A printed value; one with evidence is a link, heard with the row it belongs to."""
    anchor: Anchor = "end" if right else "start"
    return write(x, y, text, anchor=anchor, href=href, name=f"{where}: {text}" if href is not None else "")


def key(samples: Sequence[tuple[Sample, str]], columns: Columns, head: float) -> tuple[list[Mark], float]:
    """What each mark means, in lines above the plot, and how far it all reaches above the plot.

    Args:
        head: px between the plot and the key.
    """
    x, row = columns.x, 0
    spots = []
    for (glyph, draw), text in samples:
        if x > columns.x and x + glyph + 6 + text_width(text) > columns.end:
            x, row = columns.x, row + 1
        spots.append((x, row, glyph, draw, text))
        x += glyph + 6 + text_width(text) + 12
    top = head + (row + 1) * (LINE + 3) + 4
    marks: list[Mark] = []
    for left, at, glyph, draw, text in spots:
        y = -top + (at + 0.5) * (LINE + 3)
        marks += [*draw(left, y), write(left + glyph + 6, y, text)]
    return marks, top


def rule_sample(stroke: str, width: float) -> Sample:
    """A stretch of a line."""
    return 20, lambda x, y: [line(x, y, x + 20, y, stroke, width)]
