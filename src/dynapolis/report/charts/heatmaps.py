"""Numbers for pairs of row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dynapolis.errors import BadUse
from dynapolis.report.charts.cells import band, cell_layer, class_of, hatch_layers, link_layer, number_layer
from dynapolis.report.charts.checks import require_every_cell, require_order, require_rows
from dynapolis.report.charts.headings import Heads, place_heads
from dynapolis.report.charts.layout import ROW, Columns
from dynapolis.report.charts.look import LINE, MUTED
from dynapolis.report.charts.parts import chart_spec, printed, text_layer
from dynapolis.report.charts.spec import Datum, Spec
from dynapolis.report.charts.text import as_text, text_width, wrap


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
) -> Spec:
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
    data: list[Datum] = [
        {**asdict(row), **printed(f"{row.row}, {row.column}", row.text), "class": class_of(row.value, greatest)}
        for row in rows
    ]
    x, y = band("column", column_order, heads.step, 2), band("row", row_order, step, above + 2)
    layers = [cell_layer(x, y), *(hatch_layers(x, y, heads.step - 2, cell - 2) if hatched else []), number_layer(x, y)]
    if any(row.href for row in rows):
        layers.append(link_layer(x, y))
    names = []
    for number, lines in enumerate(labels):
        middle = number * step + (above or cell) / 2 + (2 if above else 1)
        names.append({"x": columns.x, "y": middle - (len(lines) - 1) * LINE / 2, "text": as_text(lines)})
    note = [{"x": columns.x, "y": height + 18, "text": f"{row.text} {words.not_surveyed}"} for row in hatched[:1]]
    unit = wrap(words.unit, width if columns.labels_above else columns.left - 6)
    unit_y = -10 - (len(unit) - 1) * LINE - (heads.height + 6 if columns.labels_above else 0)
    layers += [text_layer(names), heads.layer(), text_layer(note)]
    layers.append(text_layer([{"x": columns.x, "y": unit_y, "text": as_text(unit)}], color=MUTED))
    top = max(heads.height + 12, 10 - unit_y)
    return chart_spec(data, layers, columns, top=top, height=height, bottom=32 if hatched else 4)


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
