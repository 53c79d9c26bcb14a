"""Numbers for pairs of row and column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dynapolis.errors import BadUse
from dynapolis.report.charts.checks import require_every_cell, require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, number, path, rect, write
from dynapolis.report.charts.headings import Heads, place_heads
from dynapolis.report.charts.layout import ROW, Columns
from dynapolis.report.charts.look import HEAT, LINE
from dynapolis.report.charts.parts import picture
from dynapolis.report.charts.text import text_width, wrap


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell of a heatmap; ``value`` is 0 or more, or None where nothing was surveyed."""

    row: str
    column: str
    value: float | None
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class HeatWords:
    """Words of ``heatmap``: what the numbers are, and what a hatched cell means (needed if there is one)."""

    unit: str
    not_surveyed: str = ""


def heatmap(
    rows: Sequence[CellRow], words: HeatWords, row_order: Sequence[str], column_order: Sequence[str], *, width: int
) -> Picture:
    """A number for every pair of row and column, on five classes of one blue; zero is an empty, outlined cell.

    The classes are equally wide, from 0 to the greatest value. A cell that was not surveyed is hatched.

    Args:
        rows: exactly one cell for every pair, in any order.
        row_order: from the top.
        column_order: from the left.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a pair that is missing, twice or not in the orders; a negative value; a cell that was not
            surveyed, and no words to say so.
    """
    require_rows("heatmap", [f"{row.row}, {row.column}" for row in rows], width)
    require_every_cell([(row.row, row.column) for row in rows], row_order, column_order)
    hatched = [row for row in rows if row.value is None]
    if hatched and not words.not_surveyed:
        raise BadUse("heatmap: a cell was not surveyed, and no words say so. Give HeatWords the text not_surveyed.")
    for row in rows:
        require_order(f"{row.row}, {row.column}", "0 ≤ value", 0, row.value or 0)

    widest_number = max(text_width(row.text) for row in rows)
    columns, heads = _heat_columns(row_order, column_order, words.unit, width, labels_above=False)
    if heads.step < widest_number + 4:
        columns, heads = _heat_columns(row_order, column_order, words.unit, width, labels_above=True)
    if heads.step < widest_number + 1:
        raise BadUse(f"heatmap: {len(column_order)} columns are too many for the numbers in {width} px. Give fewer.")
    labels = [wrap(name, columns.label_width) for name in row_order]
    longest = max(map(len, labels)) * LINE
    cell, above = (ROW, longest + 4) if columns.labels_above else (max(ROW, longest + 7), 0)
    step = cell + above
    height = step * len(row_order)
    greatest = max((row.value for row in rows if row.value is not None), default=0)
    filled: dict[int, list[str]] = {}
    numbers: list[Mark] = []
    where = {name: n for n, name in enumerate(row_order)}, {name: n for n, name in enumerate(column_order)}
    for row in rows:
        x, y = where[1][row.column] * heads.step + 1, where[0][row.row] * step + above + 1
        shade = class_of(row.value, greatest)
        filled.setdefault(shade, []).append(_box(x, y, heads.step - 2, cell - 2))
        numbers += _number(row, x, y, heads.step - 2, cell - 2, shade)
    marks = [_cells(shade, filled[shade]) for shade in sorted(filled)] + numbers
    for n, lines in enumerate(labels):
        middle = n * step + (above or cell) / 2 + (2 if above else 1)
        marks.append(write(columns.x, middle - (len(lines) - 1) * LINE / 2, lines))
    marks += heads.marks()
    marks += [write(columns.x, height + 18, f"{row.text} {words.not_surveyed}") for row in hatched[:1]]
    unit = wrap(words.unit, width if columns.labels_above else columns.left - 6)
    unit_y = -10 - (len(unit) - 1) * LINE - (heads.height + 6 if columns.labels_above else 0)
    marks.append(write(columns.x, unit_y, unit, fill="muted"))
    top = max(heads.height + 12, 10 - unit_y)
    return picture(marks, columns, top=top, height=height, bottom=32 if hatched else 4)


def class_of(value: float | None, greatest: float) -> int:
    """−1 for not surveyed, 0 for zero, 1 to 5 for equal parts up to the greatest value."""
    if value is None:
        return -1
    return max(1, math.ceil(value / greatest * HEAT - 1e-9)) if value else 0


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{number(x)},{number(y)}h{number(width)}v{number(height)}h{number(-width)}z"


def _cells(shade: int, boxes: Sequence[str]) -> Mark:
    """All cells of one class as one shape; those of the lowest classes are outlined."""
    shape = "".join(boxes)
    return path(shape, fill=f"heat{shade}") if shade > 0 else path(shape, fill="paper", stroke="pale")


def _number(row: CellRow, x: float, y: float, width: float, height: float, shade: int) -> list[Mark]:
    """The number of one cell; the whole of the cell is the link."""
    middle, across = y + height / 2, x + width / 2
    marks = []
    if shade < 0:
        half = text_width(row.text) / 2 + 3
        marks = [_hatching(x, y, width, height), rect(across - half, middle - 8, 2 * half, 16, "paper")]
    marks.append(write(across, middle, row.text, fill=f"on{shade}" if shade > 0 else "muted", anchor="middle"))
    if row.href is None:
        return marks
    return [*marks, rect(x, y, width, height, None, href=row.href, name=f"{row.row}, {row.column}: {row.text}")]


def _hatching(x: float, y: float, width: float, height: float) -> Mark:
    """Slanted lines over the whole of a cell that was not surveyed."""
    lines = []
    for across in range(7, math.ceil(width + height), 7):  # the line on which the way right and down is this
        start, end = max(0, across - height), min(width, across)
        lines.append(f"M{x + start:.1f},{y + across - start:.1f}L{x + end:.1f},{y + across - end:.1f}")
    return path("".join(lines), stroke="pale")


def _heat_columns(
    row_order: Sequence[str], column_order: Sequence[str], unit: str, width: int, *, labels_above: bool
) -> tuple[Columns, Heads]:
    """The labels of the rows beside their cells, or above them for the sake of wider cells."""
    label_width = width if labels_above else min(max(map(text_width, row_order)), width * 0.29)
    left = 0.0
    if not labels_above:
        widest = max(text_width(line) for name in row_order for line in wrap(name, label_width))
        left = max(widest, min(text_width(unit), width * 0.2)) + 8
    heads = place_heads(column_order, left, width)
    columns = Columns(left, heads.step * len(column_order), heads.overhang, label_width, labels_above=labels_above)
    return columns, heads
