"""A picture as marks at places in px: lines, rectangles, points, paths and words.

Builders of charts make pictures; ``report.svg`` writes them. Everything is counted from the upper left corner of the
plot, which lies ``left`` and ``top`` px inside the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from dynapolis.report.charts.look import LINE, Look, color

Anchor = Literal["start", "middle", "end"]
Attributes = tuple[tuple[str, str], ...]
_BASELINE: Final = 0.36  # em that a line of text stands below its middle
_CROSS: Final = 13 * _BASELINE


@dataclass(frozen=True, slots=True)
class Mark:
    """One element of a picture; with ``href`` it is a link that is heard as ``name``."""

    tag: str
    attributes: Attributes
    lines: tuple[str, ...] = ()
    href: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Marks in the order in which they are drawn, and the size of the whole in px."""

    width: float
    height: float
    left: float
    top: float
    marks: tuple[Mark, ...] = field(repr=False)

    def texts(self) -> list[str]:
        """All words, a wrapped text as one."""
        return [" ".join(mark.lines) for mark in self.marks if mark.lines]

    def links(self) -> dict[str, str]:
        """What is heard at every link, by address."""
        return {mark.href: mark.name for mark in self.marks if mark.href is not None}


Chart = Callable[[int], Picture]
"""From a width in px to a picture of exactly that width."""


def number(value: float) -> str:
    """A length with at most one decimal.

    Example:
        >>> number(3.0), number(2.449), number(-0.01)
        ('3', '2.4', '0')
    """
    return f"{round(value, 1) or 0.0:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1, dash: str = "") -> Mark:
    """A straight line in a colour of the palette."""
    ends = [("x1", number(x1)), ("y1", number(y1)), ("x2", number(x2)), ("y2", number(y2))]
    look = [("stroke", color(stroke)), *([("stroke-width", number(width))] if width != 1 else [])]
    return Mark("line", (*ends, *look, *([("stroke-dasharray", dash)] if dash else [])))


def rect(
    x: float, y: float, width: float, height: float, fill: str | None, *, stroke: str | None = None,
    href: str | None = None, name: str = "",
) -> Mark:  # fmt: skip
    """A rectangle; without a fill it is clear, and can still be pressed."""
    box = [("x", number(x)), ("y", number(y)), ("width", number(max(width, 0))), ("height", number(max(height, 0)))]
    look = [("fill", color(fill))] if fill else [("fill", "#ffffff"), ("fill-opacity", "0")]
    edge = [("stroke", color(stroke))] if stroke else []
    return Mark("rect", (*box, *look, *edge), href=href, name=name)


def write(
    x: float, y: float, lines: str | Sequence[str], *, fill: str = "ink", anchor: Anchor = "start", bold: bool = False,
    angle: int = 0, href: str | None = None, name: str = "",
) -> Mark:  # fmt: skip
    """Text whose first line has its middle at ``y``; further lines stand below it."""
    given = (lines,) if isinstance(lines, str) else tuple(lines)
    place = [("x", number(x)), ("y", number(y + _CROSS))]
    look = [("fill", color("link" if href is not None else fill))] if href is not None or fill != "ink" else []
    look += [("text-anchor", anchor)] if anchor != "start" else []
    look += [("font-weight", "700")] if bold else []
    look += [("transform", f"rotate({angle} {number(x)} {number(y)})")] if angle else []
    look += [("text-decoration", "underline")] if href is not None else []
    return Mark("text", (*place, *look), given, href, name)


def path(shape: str, *, fill: str | None = None, stroke: str | None = None, width: float = 1, opacity: float = 1,
         href: str | None = None, name: str = "") -> Mark:  # fmt: skip
    """Any shape, as SVG writes paths."""
    look = [("fill", color(fill) if fill else "none"), *([("stroke", color(stroke))] if stroke else [])]
    look += [("stroke-width", number(width))] if stroke and width != 1 else []
    look += [("fill-opacity", f"{opacity:g}")] if opacity < 1 else []
    return Mark("path", (("d", shape), *look), href=href, name=name)


def circle(x: float, y: float, radius: float, *, fill: str, stroke: str, width: float = 1, opacity: float = 1,
           href: str | None = None, name: str = "") -> Mark:  # fmt: skip
    """A circle with an outline."""
    place = [("cx", number(x)), ("cy", number(y)), ("r", number(radius))]
    look = [("fill", color(fill)), ("stroke", color(stroke))]
    look += [("stroke-width", number(width))] if width != 1 else []
    look += [("fill-opacity", f"{opacity:g}")] if opacity < 1 else []
    return Mark("circle", (*place, *look), href=href, name=name)


def point(x: float, y: float, look: Look) -> Mark:
    """The estimate of a series: shapes differ, and hollow ones have paper inside."""
    r = look.size
    fill, stroke, width = ("paper", look.color, 2) if look.hollow else (look.color, "paper", 1)
    if look.shape == "circle":
        return circle(x, y, r, fill=fill, stroke=stroke, width=width)
    corners = {
        "diamond": ((0, -r), (r, 0), (0, r), (-r, 0)),
        "square": ((-r, -r), (r, -r), (r, r), (-r, r)),
        "triangle": ((0, -r), (r, r * 0.8), (-r, r * 0.8)),
    }[look.shape]
    shape = "M" + "L".join(f"{number(x + dx)},{number(y + dy)}" for dx, dy in corners) + "Z"
    return path(shape, fill=fill, stroke=stroke, width=width)


def layered(marks: Sequence[Mark]) -> list[Mark]:
    """Marks of rows that do not overlap in layers: words, lines by their look, other marks, links; else as they were.

    Lines of one look then stand together and are written as one element, and links are not parted by silent marks.
    """
    looks: dict[Attributes, int] = {}

    def layer(mark: Mark) -> tuple[int, int]:
        if mark.href is not None:
            return 3, 0
        if mark.tag == "line":
            return 1, looks.setdefault(look_of_line(mark), len(looks))
        return (0, 0) if mark.lines else (2, 0)

    return sorted(marks, key=layer)


def look_of_line(mark: Mark) -> Attributes:
    """What a line looks like, wherever it lies."""
    return tuple(pair for pair in mark.attributes if pair[0] not in ("x1", "y1", "x2", "y2"))


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to px along the plot."""

    low: float
    high: float
    length: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        return (value - self.low) / (self.high - self.low) * self.length


def lines_height(lines: Iterable[object]) -> float:
    """What lines of text need."""
    return LINE * sum(1 for _ in lines)
