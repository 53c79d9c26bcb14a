"""Headings of the columns of a heatmap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.report.charts.draw import Mark, write
from dynapolis.report.charts.look import LINE
from dynapolis.report.charts.text import longest_part, text_width, wrap


@dataclass(frozen=True, slots=True)
class Heads:
    """Column headings: in flat lines where they fit, slanted in a wide picture, upright in a narrow one.

    Attributes:
        step: px from column to column.
        height: px above the plot, without the margins.
        overhang: px that slanted headings need beyond the last column.
    """

    step: float
    lines: Sequence[Sequence[str]]
    angle: int
    height: float
    overhang: float = 0

    def marks(self) -> list[Mark]:
        """The headings."""
        found = []
        for number, lines in enumerate(self.lines):
            middle, more = (number + 0.5) * self.step + 1, (len(lines) - 1) * LINE
            if self.angle:
                across = [(middle - more / 2 + n * LINE, -10.0, line) for n, line in enumerate(lines)]
                found += [write(x, y, line, angle=self.angle) for x, y, line in across]
            else:
                found.append(write(middle, -10 - more, lines, anchor="middle"))
        return found


def place_heads(names: Sequence[str], left: float, width: int) -> Heads:
    """The headings of columns that share what a picture has right of its labels."""
    step = (width - left) / len(names)
    flat = [wrap(name, step - 6) for name in names]
    if longest_part(names) <= step - 6 and max(map(len, flat)) <= 3:
        return Heads(step, flat, 0, max(map(len, flat)) * LINE)
    if width < 600:
        upright = _in_lines(names, max(1, int((step - 8) // LINE)))
        return Heads(step, upright, 270, max(text_width(line) for lines in upright for line in lines))
    lean = math.cos(math.pi / 4)
    beyond = (text_width(name) * lean + 8 - step * (len(names) - number - 0.5) for number, name in enumerate(names))
    overhang = max(0.0, *beyond)
    height = max(map(text_width, names)) * lean + 8
    return Heads((width - left - overhang) / len(names), [[name] for name in names], 315, height, overhang)


def _in_lines(names: Sequence[str], most: int) -> tuple[list[str], ...]:
    """Texts in at most so many lines, as short as that allows."""
    longest = max(map(text_width, names))
    least = max(longest_part(names), longest / most)
    tries = (tuple(wrap(name, least + more) for name in names) for more in range(0, math.ceil(longest - least) + 1, 4))
    return next((lines for lines in tries if max(map(len, lines)) <= most), tuple([name] for name in names))
