"""Intervals of ranks, in bands of tiers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from typing import Final

from dynapolis.errors import BadUse
from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.layout import ROW, Columns, axis_height, choose_columns, place_label, wrap_title
from dynapolis.report.charts.look import INK, LINE, LOOKS, SHADE
from dynapolis.report.charts.parts import (
    chart_spec,
    dot_layer,
    in_px,
    key_layers,
    printed,
    span_layer,
    text_layer,
    value_layers,
)
from dynapolis.report.charts.spec import Datum, Spec
from dynapolis.report.charts.text import as_text, wrap

_BOLD: Final = 1.1  # how much wider bold text is at most


@dataclass(frozen=True, slots=True)
class RankRow:
    """One ranked city. Unit of the bounds: rank, 1 is first.

    Attributes:
        tier: from 1, never falling from row to row.
        label: the median and its interval as printed, such as ``5 (2–9)``.
        href: where the evidence is, or None.
    """

    city: str
    median: float
    low50: float
    high50: float
    low90: float
    high90: float
    tier: int
    label: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class RankWords:
    """Words of ``rank_intervals``: title of the scale, heading of a tier, and what dot and lines are.

    In ``tier``, ``{n}`` becomes the number of the tier.
    """

    axis: str
    tier: str
    median: str
    inner: str
    outer: str


def rank_intervals(rows: Sequence[RankRow], words: RankWords, *, width: int) -> Spec:
    """Which rank each city takes: a thin line for 90 % of the draws, a thick one for 50 %, a dot at the median.

    Args:
        rows: ranked cities from the top. Their tiers become bands with a heading.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a city twice; bounds out of order; a tier that comes back after another one.
    """
    require_rows("rank_intervals", [row.city for row in rows], width)
    for row in rows:
        law = "1 ≤ low90 ≤ low50 ≤ median ≤ high50 ≤ high90"
        require_order(row.city, law, 1, row.low90, row.low50, row.median, row.high50, row.high90)
    if any(before.tier > after.tier for before, after in pairwise(rows)):
        raise BadUse("rank_intervals: a tier comes back after another one. Give the rows from the top, tier by tier.")

    columns = choose_columns([row.city for row in rows], [row.label for row in rows], width, least_plot=0.34, inset=8)
    data: list[Datum] = []
    labels: list[Datum] = []
    bands: list[Datum] = []
    y = 0.0
    for tier, members in groupby(rows, key=lambda row: row.tier):
        heading = wrap(words.tier.format(n=tier), (columns.end - columns.x) / _BOLD)
        band = {"top": y, "x": columns.x, "y": y + ROW / 2 + 2, "text": as_text(heading)}
        y += ROW + 2 + (len(heading) - 1) * LINE
        for row in members:
            place = place_label(row.city, 1, y, columns)
            labels.append(place.label)
            data.append({**asdict(row), **printed(row.city, row.label), **place.spot(0)})
            y = place.bottom
        y += 4
        bands.append({**band, "bottom": y})

    last = max(len(rows), math.ceil(max(row.high90 for row in rows)))
    scale = {"domain": [0.5, last + 0.5], "nice": False, "zero": False}
    axis = {"values": rank_ticks(last, columns.plot), "format": "d", "grid": True}
    title = wrap_title(words.axis, columns)
    outer, inner = LOOKS[0].line(1.5), LOOKS[0].line(8)
    median = {**LOOKS[0].point(), "size": 36, "fill": "white", "stroke": INK, "strokeWidth": 1.5}
    marks = [(median, words.median), (inner, words.inner), (outer, words.outer)]
    key, top = key_layers(marks, columns, axis_height(title))
    layers = [
        _shade_layer(bands[1::2], columns),
        span_layer("low90", "high90", outer, scale, {**axis, "orient": "top", "title": title}),
        span_layer("low50", "high50", inner, scale, {**axis, "orient": "bottom", "grid": False, "title": None}),
        dot_layer("median", median, scale),
        text_layer(bands, fontWeight="bold"),
        text_layer(labels),
        *value_layers(data, {"value": columns.end}, align="right"),
        *key,
    ]
    return chart_spec(data, layers, columns, top=top, height=y, bottom=axis_height([]))


def rank_ticks(last: int, pixels: float) -> list[int]:
    """Rank 1 and round ranks that are at least 26 px apart."""
    per_rank = pixels / last
    step = next((step for step in (1, 5, 10, 20) if step * per_rank >= 26), 50)
    return [1, *(rank for rank in range(step, last + 1, step) if (rank - 1) * per_rank >= 20)]


def _shade_layer(bands: Sequence[Datum], columns: Columns) -> Spec:
    """Shading behind rows, over the whole width."""
    edges = {"x": {"value": -columns.left}, "x2": {"value": columns.plot + columns.right}}
    ends = {**edges, "y": in_px("top"), "y2": {"field": "bottom"}}
    return {"data": {"values": list(bands)}, "mark": {"type": "rect", **SHADE}, "encoding": ends}
