"""Where things stand: everything in px, from the upper left corner of the plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dynapolis.report.charts.draw import Mark, write
from dynapolis.report.charts.look import LINE
from dynapolis.report.charts.text import longest_part, text_width, wrap

ROW: Final = 26  # px for one estimate; at least 24, the least distance between two links
_GAP: Final = 14  # px between the columns of a picture


@dataclass(frozen=True, slots=True)
class Columns:
    """Labels, plot and printed values beside each other; or labels, perhaps also values, on a line of their own.

    ``left`` and ``right`` reach from the plot to the edges of the picture, of which ``inset`` px are kept free.
    """

    left: float
    plot: float
    right: float
    label_width: float
    inset: float = 0
    labels_above: bool = False
    values_above: bool = False

    @property
    def x(self) -> float:
        """Where labels begin."""
        return self.inset - self.left

    @property
    def end(self) -> float:
        """Where printed values end."""
        return self.plot + self.right - self.inset


def choose_columns(
    labels: Sequence[str],
    values: Sequence[str],
    width: float,
    *,
    least_plot: float = 0.5,
    single: bool = True,
    inset: float = 0,
) -> Columns:
    """Labels as wide as they are; in two lines if the plot needs the room; above the rows if that is not enough.

    Args:
        values: what is printed at the right edge; nothing for bars, which carry it at their ends.
        least_plot: the share of the width that the plot should have.
        single: whether every label has one value, which can then stand on the line of the label.
    """
    value_width = max(map(text_width, values), default=0)
    right = value_width + _GAP + inset if values else inset
    room = max(width * (1 - least_plot) - right - _GAP - inset, 0)
    label_width = min(max(map(text_width, labels)), room)
    if longest_part(labels) <= label_width and all(len(wrap(label, label_width)) <= 2 for label in labels):
        left = max(text_width(line) for label in labels for line in wrap(label, label_width)) + _GAP + inset
        return Columns(left, width - left - right, right, label_width, inset)
    left = inset + (12 if values else 5)  # half a label of the scale
    if values and single:
        right = inset + 18
        return Columns(left, width - left - right, right, width - value_width - _GAP - 2 * inset, inset, True, True)
    return Columns(left, width - left - right, right, width - 2 * inset, inset, True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one label is, the estimates under it, and their printed values."""

    label: Mark
    rows: tuple[float, ...]
    values: tuple[float, ...]
    bottom: float


def place_label(label: str, n: int, y: float, columns: Columns) -> Place:
    """The place of a label with ``n`` estimates, whose upper edge is at ``y``."""
    lines = wrap(label, columns.label_width)
    if columns.labels_above:
        first = y + 5 + len(lines) * LINE
        label_y, bottom = y + 6 + LINE / 2, first + n * ROW + 2
    else:
        bottom = y + max(n * ROW + (8 if n > 1 else 0), len(lines) * LINE + 9)
        first = (y + bottom - n * ROW) / 2
        label_y = (y + bottom - (len(lines) - 1) * LINE) / 2
    rows = tuple(first + ROW * (number + 0.5) for number in range(n))
    values = (label_y,) if columns.values_above else rows
    return Place(write(columns.x, label_y, lines), rows, values, bottom)


def wrap_title(title: str, columns: Columns) -> list[str]:
    """The title of a scale, in lines that stay inside the picture when centred under the plot."""
    return wrap(title, columns.plot + 2 * min(columns.left, columns.right))


def axis_height(title: Sequence[str]) -> float:
    """What the labels and the title of a scale need."""
    return 24 + (len(title) * LINE + 6 if title else 0)


def round_ticks(low: float, high: float, most: float, least: float = 0) -> list[float]:
    """Round values from low to high, about ``most`` of them or fewer, at least ``least`` apart."""
    rough = max((high - low) / max(most, 1), least, 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step for factor in (1, 2, 5, 10) if (step := factor * power) >= rough - 1e-9)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]
