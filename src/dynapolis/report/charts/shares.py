"""Shares as dots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dynapolis.report.charts.checks import require_names, require_order, require_rows
from dynapolis.report.charts.draw import Picture, Scale
from dynapolis.report.charts.layout import choose_columns, round_ticks, wrap_title
from dynapolis.report.charts.series import Dot, Ruler, series_chart


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One share, between 0 and 1, with its interval and how it is printed, such as ``77 / 154 · 50%``."""

    label: str
    series: str
    share: float
    low: float
    high: float
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ShareWords:
    """Words of ``share_dots``; ``series`` names every series of the rows and gives their order."""

    axis: str
    series: Mapping[str, str]


def share_dots(rows: Sequence[ShareRow], words: ShareWords, *, width: int) -> Picture:
    """Shares as dots with their intervals, on a scale in percent that starts at 0.

    Args:
        rows: one for each label and series; labels stand in the order in which they first come.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a label and series twice; a series without a name, or more series than there are looks; a
            share or bound that is not between 0 and 1.
    """
    require_rows("share_dots", [f"{row.label}, {row.series}" for row in rows], width)
    require_names("share_dots", [row.series for row in rows], words.series)
    for row in rows:
        require_order(f"{row.label}, {row.series}", "0 ≤ share ≤ 1", 0, row.share, 1)
        require_order(f"{row.label}, {row.series}", "0 ≤ low ≤ high ≤ 1", 0, row.low, row.high, 1)

    single = len(words.series) == 1
    columns = choose_columns(
        [row.label for row in rows], [row.text for row in rows], width, least_plot=0.45, single=single
    )
    end = max(1, math.ceil(max(max(row.high, row.share) for row in rows) * 10 - 1e-9)) / 10
    ruler = Ruler(
        Scale(0, end, columns.plot),
        round_ticks(0, end, columns.plot / 46),
        "{:.0%}".format,
        wrap_title(words.axis, columns),
    )
    dots = [Dot(row.label, row.series, row.share, row.low, row.high, row.text, row.href) for row in rows]
    return series_chart(dots, words.series, columns, ruler)
