"""Intervals of ranks, in bands of tiers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from dynapolis.errors import BadUse
from dynapolis.report.charts.checks import require_order, require_rows
from dynapolis.report.charts.draw import Mark, Picture, Scale, circle, layered, line, rect, write
from dynapolis.report.charts.layout import ROW, axis_height, choose_columns, place_label, wrap_title
from dynapolis.report.charts.look import LINE
from dynapolis.report.charts.parts import axis, grid, key, picture, rule_sample, value
from dynapolis.report.charts.text import wrap

_BOLD: Final = 1.1  # how much wider bold text is at most


@dataclass(frozen=True, slots=True)
class RankRow:
    """One ranked city. Unit of the bounds: rank, 1 is first.

    Attributes:
        tier: from 1, never falling from row to row.
        label: the median and its interval as printed, such as ``5 (2–9)``.
        href: where the evidence is, or None.
        marked: whether the row stands out.
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
    marked: bool = False


@dataclass(frozen=True, slots=True)
class RankWords:
    """Words of ``rank_intervals``: title of the scale, heading of a tier, and what dot and lines are.

    In ``tier``, ``{n}`` becomes the number of the tier; without it the rows stand in one band, in any order.
    """

    axis: str
    tier: str
    median: str
    inner: str
    outer: str


def rank_intervals(rows: Sequence[RankRow], words: RankWords, *, width: int) -> Picture:
    """Which rank each city takes: a thin line for 90 % of the draws, a thick one for 50 %, a dot at the median.

    Args:
        rows: ranked cities from the top. Their tiers become bands with a heading.
        words: without a heading for tiers, the rows may stand in any order.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a city twice; bounds out of order; a tier that comes back after another one.
    """
    require_rows("rank_intervals", [row.city for row in rows], width)
    for row in rows:
        law = "1 ≤ low90 ≤ low50 ≤ median ≤ high50 ≤ high90"
        require_order(row.city, law, 1, row.low90, row.low50, row.median, row.high50, row.high90)
    if words.tier and any(before.tier > after.tier for before, after in pairwise(rows)):
        raise BadUse("rank_intervals: a tier comes back after another one. Give the rows from the top, tier by tier.")

    columns = choose_columns([row.city for row in rows], [row.label for row in rows], width, least_plot=0.34, inset=8)
    last = max(len(rows), math.ceil(max(row.high90 for row in rows)))
    scale, ticks = Scale(0.5, last + 0.5, columns.plot), rank_ticks(last, columns.plot)
    shades: list[Mark] = []
    stands_out: list[Mark] = []
    marks: list[Mark] = []
    y = 0.0
    for tier, members in groupby(rows, key=lambda row: row.tier if words.tier else 1):
        top = y
        if words.tier:
            heading = wrap(words.tier.format(n=tier), (columns.end - columns.x) / _BOLD)
            marks.append(write(columns.x, y + ROW / 2 + 2, heading, bold=True))
            y += ROW + 2 + (len(heading) - 1) * LINE
        for row in members:
            place = place_label(row.city, 1, y, columns)
            if row.marked:
                stands_out.append(rect(-columns.left, y, width, place.bottom - y, "mark"))
            marks += [place.label, *_interval(row, scale, place.rows[0])]
            marks.append(value(columns.end, place.values[0], row.label, row.city, row.href))
            y = place.bottom
        y += 4
        if tier % 2 == 0:
            shades.append(rect(-columns.left, top, width, y - top, "shade"))
    title = wrap_title(words.axis, columns)
    samples = [((12.0, _median_sample), words.median), (rule_sample("one", 8), words.inner)]
    names, top = key([*samples, (rule_sample("one", 1.5), words.outer)], columns, axis_height(title))
    scales = [*axis(scale, ticks, "{:.0f}".format, 0, title, above=True), *axis(scale, ticks, "{:.0f}".format, y)]
    whole = [*shades, *stands_out, *grid(scale, ticks, [(0, y)]), *scales, *layered(marks), *names]
    return picture(whole, columns, top=top, height=y, bottom=axis_height([]))


def _interval(row: RankRow, scale: Scale, y: float) -> list[Mark]:
    return [
        line(scale(row.low90), y, scale(row.high90), y, "one", 1.5),
        line(scale(row.low50), y, scale(row.high50), y, "one", 8),
        _median(scale(row.median), y),
    ]


def _median(x: float, y: float) -> Mark:
    return circle(x, y, 3.4, fill="paper", stroke="ink", width=1.5)


def _median_sample(x: float, y: float) -> list[Mark]:
    return [_median(x + 6, y)]


def rank_ticks(last: int, pixels: float) -> list[int]:
    """Rank 1 and round ranks that are at least 26 px apart."""
    per_rank = pixels / last
    step = next((step for step in (1, 5, 10, 20) if step * per_rank >= 26), 50)
    return [1, *(rank for rank in range(step, last + 1, step) if (rank - 1) * per_rank >= 20)]
