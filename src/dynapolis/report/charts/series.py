"""Dots of one or more series with their intervals: what shares and agreement have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dynapolis.report.charts.draw import Mark, Picture, Scale, layered, line, point, write
from dynapolis.report.charts.layout import ROW, Columns, axis_height, place_label
from dynapolis.report.charts.look import LINE, LOOKS, Look
from dynapolis.report.charts.parts import Sample, axis, grid, key, picture, value


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate in a chart of dots; without a value only its text is printed."""

    label: str
    series: str
    value: float | None
    low: float | None
    high: float | None
    printed: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Ruler:
    """The scale of a chart of dots, its ticks, how they are printed, and its title in lines."""

    scale: Scale
    ticks: Sequence[float]
    say: Callable[[float], str]
    title: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bound:
    """A reference line with its label: on a line of labels above the plot, 0 is the lowest, on one side of its end."""

    value: float
    label: str
    line: int
    side: Literal["left", "right"]


def series_chart(
    dots: Sequence[Dot], names: Mapping[str, str], columns: Columns, ruler: Ruler, bounds: Sequence[Bound] = ()
) -> Picture:
    """Rows by label, in them one line per series, before reference lines."""
    order, scale = list(names), ruler.scale
    groups: dict[str, list[Dot]] = {}
    for dot in dots:
        groups.setdefault(dot.label, []).append(dot)
    marks: list[Mark] = []
    heights: list[float] = []
    edges = [0.0]
    for label, members in groups.items():
        members.sort(key=lambda dot: order.index(dot.series))
        place = place_label(label, len(members), edges[-1], columns)
        marks.append(place.label)
        for dot, y, value_y in zip(members, place.rows, place.values * len(members), strict=False):
            where = label if len(names) == 1 else f"{label}, {names[dot.series]}"
            marks += estimate(dot.value, dot.low, dot.high, LOOKS[order.index(dot.series)], scale, y)
            marks.append(value(columns.end, value_y, dot.printed, where, dot.href))
            heights.append(y)
        edges.append(place.bottom)
    bottom = edges[-1]
    # Where labels stand above their rows, lines must not run through them.
    stretches = [(y - ROW / 2, y + ROW / 2) for y in heights] if columns.labels_above else [(0.0, bottom)]
    lines = [*[line(columns.x, y, columns.end, y, "hair") for y in edges], *grid(scale, ruler.ticks, stretches)]
    for bound in bounds:
        up = -LINE * (bound.line + 1)
        reach = [(up, 0.0), *stretches] if columns.labels_above else [(up, bottom)]
        lines += grid(scale, [bound.value], reach, "muted", 1.5, "4 3")
        x, y = scale(bound.value), -LINE * (bound.line + 0.5)
        right = bound.side == "left"
        spot = x - 5 if right else x + 5
        lines.append(write(spot, y, bound.label, fill="muted", anchor="end" if right else "start"))
    head = 4 + LINE * max((bound.line + 1 for bound in bounds), default=0)
    samples = [(_sample(look), names[series]) for look, series in zip(LOOKS, order, strict=False)]
    named, top = key(samples, columns, head) if len(order) > 1 else ([], head)
    scales = axis(scale, ruler.ticks, ruler.say, bottom, ruler.title)
    whole = [*lines, *scales, *layered(marks), *named]
    return picture(whole, columns, top=top, height=bottom, bottom=axis_height(ruler.title))


def estimate(
    middle: float | None, low: float | None, high: float | None, look: Look, scale: Scale, y: float
) -> list[Mark]:
    """A point on its interval; what is not known is not drawn."""
    marks = [line(scale(low), y, scale(high), y, look.color, 2)] if low is not None and high is not None else []
    return marks if middle is None else [*marks, point(scale(middle), y, look)]


def _sample(look: Look) -> Sample:
    return 12, lambda x, y: [point(x + 6, y, look)]
