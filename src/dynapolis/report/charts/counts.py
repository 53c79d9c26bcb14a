"""Counts as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.layout import ROW, axis_height, choose_columns, place_label, round_ticks, wrap_title
from dynapolis.report.charts.look import HAIR, INK, LOOKS, MUTED, QUIET
from dynapolis.report.charts.parts import (
    chart_spec,
    in_px,
    on_scale,
    only,
    printed,
    span_layer,
    text_layer,
    upright_layer,
    value_layers,
)
from dynapolis.report.charts.spec import Datum, Spec
from dynapolis.report.charts.text import text_width


@dataclass(frozen=True, slots=True)
class BarRow:
    """One count, 0 or more, perhaps with an interval; ``apart`` is for what is no step of the order ("not stated")."""

    label: str
    count: float
    text: str
    low: float | None = None
    high: float | None = None
    href: str | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class BarWords:
    """Words of ``count_bars``."""

    axis: str


def count_bars(rows: Sequence[BarRow], words: BarWords, *, width: int) -> Spec:
    """Counts as bars from zero, each with its text at the end; what stands apart from the order is drawn hollow.

    Args:
        rows: in their order, such as the stages of a project.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a label twice; a count or bound that is negative.
    """
    require_rows("count_bars", [row.label for row in rows], width)
    columns = choose_columns([row.label for row in rows], [], width)
    data: list[Datum] = []
    labels: list[Datum] = []
    y = 0.0
    for row in rows:
        low = row.count if row.low is None else row.low
        high = row.count if row.high is None else row.high
        require_order(row.label, "0 ≤ count", 0, row.count)
        require_order(row.label, "0 ≤ low ≤ high", 0, low, high)
        place = place_label(row.label, 1, y, columns)
        labels.append(place.label)
        data.append({**asdict(row), **printed(row.label, row.text), **place.spot(0), "end": max(row.count, high)})
        y = place.bottom

    most = max(datum["end"] for datum in data)
    # Pixels for a count of one, so that every bar and the text after it end inside the plot.
    rooms = [(columns.plot - 8 - text_width(datum["printed"])) / datum["end"] for datum in data if datum["end"]]
    scale = {"domain": [0, columns.plot / min(rooms, default=columns.plot)], "nice": False}
    ticks = round_ticks(0, most, columns.plot / max(60, text_width(f"{most:,.0f}") + 16), least=1)
    title = wrap_title(words.axis, columns)
    axis: Spec = {"values": ticks, "format": ",d", "title": title, "grid": not columns.labels_above}
    stretches = [(datum["y"] - ROW / 2, datum["y"] + ROW / 2) for datum in data]
    bar = {"type": "bar", "orient": "horizontal", "size": 16, "fill": LOOKS[0].color}
    hollow = {**bar, "size": 15, "fill": "white", "stroke": QUIET, "strokeWidth": 1.5}
    layers = [
        *([upright_layer(ticks, stretches, scale, {"color": HAIR})] if columns.labels_above else []),
        _bar_layer(bar, scale, axis, "!datum.apart"),
        _bar_layer(hollow, scale, None, "datum.apart"),
        span_layer("low", "high", {"type": "rule", "color": "white", "strokeWidth": 5}, scale),
        span_layer("low", "high", {"type": "rule", "color": INK, "strokeWidth": 2}, scale),
        upright_layer([0], stretches if columns.labels_above else [(0, y)], scale, {"color": MUTED}),
        text_layer(labels),
        *value_layers(data, on_scale("end", scale), dx=8),
    ]
    return chart_spec(data, layers, columns, top=4, height=y, bottom=axis_height(title))


def _bar_layer(mark: Spec, scale: Spec, axis: Spec | None, test: str) -> Spec:
    return {**only(test), "mark": mark, "encoding": {"x": on_scale("count", scale, axis), "y": in_px("y")}}
