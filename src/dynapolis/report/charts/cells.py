"""Cells of a heatmap: their class, number, hatching and link."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dynapolis.report.charts.look import BLUES, INK, MUTED, PALE
from dynapolis.report.charts.parts import LINKED, only
from dynapolis.report.charts.spec import Spec


def class_of(value: float | None, greatest: float) -> int:
    """−1 for not surveyed, 0 for zero, 1 to 5 for equal parts up to the greatest value."""
    if value is None:
        return -1
    return max(1, math.ceil(value / greatest * len(BLUES) - 1e-9)) if value else 0


def band(field: str, order: Sequence[str], step: float, gap: float) -> Spec:
    """Bands, one every ``step`` px, of which the first ``gap`` px are free."""
    scale = {
        "type": "band",
        "domain": list(order),
        "paddingInner": gap / step,
        "paddingOuter": gap / step / 2,
        "align": 1,
    }
    return {"field": field, "type": "nominal", "scale": scale, "axis": None}


def cell_layer(x: Spec, y: Spec) -> Spec:
    """The cells, filled by class; the lowest classes are outlined."""
    fill = {"domain": list(range(-1, len(BLUES) + 1)), "range": ["white", "white", *BLUES]}
    return {
        "mark": {"type": "rect", "strokeWidth": 1},
        "encoding": {
            "x": x,
            "y": y,
            "fill": {"field": "class", "type": "ordinal", "scale": fill, "legend": None},
            "stroke": {"condition": {"test": "datum.class < 1", "value": PALE}, "value": None},
        },
    }


def number_layer(x: Spec, y: Spec) -> Spec:
    """What is printed in the cells."""
    shades = [{"test": "datum.class > 3", "value": "white"}, {"test": "datum.class < 1", "value": MUTED}]
    color = {"condition": shades, "value": INK}
    return {
        "mark": {"type": "text", "align": "center"},
        "encoding": {"x": x, "y": y, "text": {"field": "printed"}, "color": color},
    }


def hatch_layers(x: Spec, y: Spec, width: float, height: float) -> list[Spec]:
    """Slanted lines over the whole of a cell that was not surveyed, and a clear spot for its text."""
    right, bottom = width / 2, height / 2  # from the middle of the cell
    lines = []
    for number in range(1, math.ceil((width + height) / 7)):
        across = number * 7 - right - bottom  # the line on which x + y is this
        start, end = max(-right, across - bottom), min(right, across + bottom)
        lines.append(f"M{start:.1f},{across - start:.1f}L{end:.1f},{across - end:.1f}")
    strokes = {"shape": "".join(lines), "size": 4, "stroke": PALE, "strokeWidth": 1}  # size 4: the path is in px
    spot = {"shape": "circle", "size": 280, "fill": "white", "strokeWidth": 0}
    encoding = {"x": x, "y": y}
    return [
        {**only("datum.class < 0"), "mark": {"type": "point", **mark}, "encoding": encoding} for mark in (strokes, spot)
    ]


def link_layer(x: Spec, y: Spec) -> Spec:
    """The whole cell as a link: clear rectangles over the numbers."""
    mark = {"type": "rect", "fill": "white", "fillOpacity": 0, "aria": True}
    return {**only("datum.href"), "mark": mark, "encoding": {"x": x, "y": y, **LINKED}}
