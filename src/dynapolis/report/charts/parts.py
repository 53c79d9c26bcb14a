"""What several charts are made of: layers, encodings and the key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dynapolis.report.charts.layout import Columns
from dynapolis.report.charts.look import LINE, LINK, theme
from dynapolis.report.charts.spec import Datum, Spec
from dynapolis.report.charts.text import text_width

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
LINKED: Final = {"href": {"field": "href"}, "description": {"field": "name"}}


def chart_spec(
    data: Sequence[Datum], layers: Iterable[Spec], columns: Columns, *, top: float, height: float, bottom: float
) -> Spec:
    """The whole: layers over common data, in a plot with fixed margins."""
    return {
        "$schema": SCHEMA,
        "width": columns.plot,
        "height": height,
        "autosize": "none",
        "padding": {"left": columns.left, "right": columns.right, "top": top, "bottom": bottom},
        "data": {"values": list(data)},
        "layer": list(layers),
        "resolve": {"axis": {"x": "independent"}},  # each axis is carried by one layer
        "config": theme(),
    }


def only(test: str | Spec) -> Spec:
    """The part of a layer that keeps only some rows."""
    return {"transform": [{"filter": test}]}


def in_px(field: str) -> Spec:
    """A place in px."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def on_scale(field: str, scale: Spec, axis: Spec | None = None) -> Spec:
    """A value on the scale of the chart."""
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def dot_layer(field: str, mark: Spec, scale: Spec, which: Spec | None = None) -> Spec:
    """Estimates; what has no value is left out."""
    tests = [*([which] if which else []), f"isValid(datum.{field})"]
    encoding = {"x": on_scale(field, scale), "y": in_px("y")}
    return {"transform": [{"filter": test} for test in tests], "mark": mark, "encoding": encoding}


def span_layer(
    low: str, high: str, mark: Spec, scale: Spec, axis: Spec | None = None, which: Spec | None = None
) -> Spec:
    """Intervals; the first layer of a chart with such a line also carries the axis."""
    tests = [*([which] if which else []), f"isValid(datum.{low}) && isValid(datum.{high})"]
    encoding = {"x": on_scale(low, scale, axis), "x2": {"field": high}, "y": in_px("y")}
    return {"transform": [{"filter": test} for test in tests], "mark": mark, "encoding": encoding}


def text_layer(items: Sequence[Datum], x: Spec | None = None, **mark: object) -> Spec:
    """Words at places in px, or at ``x``."""
    encoding = {"x": x or in_px("x"), "y": in_px("y"), "text": {"field": "text"}}
    return {"data": {"values": list(items)}, "mark": {"type": "text", **mark}, "encoding": encoding}


def printed(where: str, text: str) -> Datum:
    """A printed value, and its name for those who hear it without the label beside it."""
    return {"printed": text, "name": f"{where}: {text}"}


def value_layers(data: Sequence[Datum], x: Spec, **mark: object) -> list[Spec]:
    """The printed values; those with evidence are links."""
    plain = {"type": "text", **mark}
    encoding = {"x": x, "y": in_px("value_y"), "text": {"field": "printed"}}
    layers: list[Spec] = []
    if any(not datum["href"] for datum in data):
        layers.append({**only("!datum.href"), "mark": plain, "encoding": encoding})
    if any(datum["href"] for datum in data):
        linked = {**plain, "color": LINK, "aria": True}
        layers.append({**only("datum.href"), "mark": linked, "encoding": {**encoding, **LINKED}})
    return layers


def upright_layer(values: Sequence[float], stretches: Sequence[tuple[float, float]], scale: Spec, mark: Spec) -> Spec:
    """Lines at values of the scale, each over several stretches in px."""
    data = [{"value": value, "y": top, "y2": bottom} for value in values for top, bottom in stretches]
    ends = {"x": on_scale("value", scale), "y": in_px("y"), "y2": {"field": "y2"}}
    return {"data": {"values": data}, "mark": {"type": "rule", **mark}, "encoding": ends}


def key_layers(marks: Sequence[tuple[Spec, str]], columns: Columns, head: float) -> tuple[list[Spec], float]:
    """What each mark means, in lines above the plot, and how far it all reaches above the plot.

    Args:
        head: px between the plot and the key.
    """
    x, line = columns.x, 0
    spots: list[tuple[Spec, Datum, Datum]] = []
    for mark, text in marks:
        glyph = 20 if mark["type"] == "rule" else 12
        if x > columns.x and x + glyph + 6 + text_width(text) > columns.end:
            x, line = columns.x, line + 1
        spots.append((mark, {"x": x, "x2": x + glyph, "line": line}, {"x": x + glyph + 6, "text": text, "line": line}))
        x += glyph + 6 + text_width(text) + 12
    top = head + (line + 1) * (LINE + 3) + 4
    layers: list[Spec] = []
    for mark, spot, words in spots:
        spot["y"] = words["y"] = -top + (words["line"] + 0.5) * (LINE + 3)
        if mark["type"] == "point":
            spot["x"] += 6
        ends = {"x": in_px("x"), "x2": {"field": "x2"}} if mark["type"] == "rule" else {"x": in_px("x")}
        layers.append({"data": {"values": [spot]}, "mark": mark, "encoding": {**ends, "y": in_px("y")}})
    return [*layers, text_layer([words for _, _, words in spots])], top
