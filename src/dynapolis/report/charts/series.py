"""Dots of one or more series with their intervals: what shares and agreement have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from dynapolis.report.charts.layout import ROW, Columns, axis_height, place_label
from dynapolis.report.charts.look import HAIR, LINE, LOOKS, MUTED
from dynapolis.report.charts.parts import (
    chart_spec,
    dot_layer,
    in_px,
    key_layers,
    on_scale,
    printed,
    span_layer,
    text_layer,
    upright_layer,
    value_layers,
)
from dynapolis.report.charts.spec import Datum, Spec


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
class Bound:
    """A reference line with its label: on a line of labels above the plot, 0 is the lowest, on one side of its end."""

    value: float
    label: str
    line: int
    side: Literal["left", "right"]


def series_chart(
    dots: Sequence[Dot],
    names: Mapping[str, str],
    columns: Columns,
    scale: Spec,
    axis: Spec,
    bounds: Sequence[Bound] = (),
) -> Spec:
    """Rows by label, in them one line per series, before reference lines."""
    order = list(names)
    groups: dict[str, list[Dot]] = {}
    for dot in dots:
        groups.setdefault(dot.label, []).append(dot)
    data: list[Datum] = []
    labels: list[Datum] = []
    edges = [0.0]
    for label, members in groups.items():
        members.sort(key=lambda dot: order.index(dot.series))
        place = place_label(label, len(members), edges[-1], columns)
        labels.append(place.label)
        for number, dot in enumerate(members):
            where = label if len(names) == 1 else f"{label}, {names[dot.series]}"
            data.append({**asdict(dot), **printed(where, dot.printed), **place.spot(number)})
        edges.append(place.bottom)

    layers = [_divider_layer(edges, columns)]
    stretches = [(0.0, edges[-1])]
    if columns.labels_above:  # lines must not run through labels
        stretches = [(datum["y"] - ROW / 2, datum["y"] + ROW / 2) for datum in data]
        layers.append(upright_layer(axis["values"], stretches, scale, {"color": HAIR}))
    axis = {**axis, "grid": not columns.labels_above}
    for bound in bounds:
        rule = {"color": MUTED, "strokeDash": [4, 3], "strokeWidth": 1.5}
        layers.append(upright_layer([bound.value], [(-LINE * (bound.line + 1), 0), *stretches], scale, rule))
        spot = {"value": bound.value, "y": -LINE * (bound.line + 0.5), "text": bound.label}
        beside = {"align": "right", "dx": -5} if bound.side == "left" else {"align": "left", "dx": 5}
        layers.append(text_layer([spot], on_scale("value", scale), color=MUTED, **beside))
    for look, series in zip(LOOKS, order, strict=False):
        this = {"field": "series", "equal": series}
        layers.append(span_layer("low", "high", look.line(2), scale, axis if series == order[0] else None, this))
        layers.append(dot_layer("value", look.point(), scale, this))
    marks = [(look.point(), names[series]) for look, series in zip(LOOKS, order, strict=False)]
    head = 4 + LINE * max((bound.line + 1 for bound in bounds), default=0)
    key, top = key_layers(marks, columns, head) if len(order) > 1 else ([], head)
    layers += [text_layer(labels), *value_layers(data, {"value": columns.end}, align="right"), *key]
    return chart_spec(data, layers, columns, top=top, height=edges[-1], bottom=axis_height(axis["title"]))


def _divider_layer(edges: Sequence[float], columns: Columns) -> Spec:
    """Lines between rows, over the whole width."""
    ends = {"x": {"value": columns.x}, "x2": {"value": columns.end}, "y": in_px("y")}
    values = [{"y": edge} for edge in edges]
    return {"data": {"values": values}, "mark": {"type": "rule", "color": HAIR}, "encoding": ends}
