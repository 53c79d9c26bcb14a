"""Agreement of coders as dots against two bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dynapolis.report.charts.checks import require_names, require_order, require_rows
from dynapolis.report.charts.draw import Picture, Scale
from dynapolis.report.charts.layout import Columns, choose_columns, round_ticks, wrap_title
from dynapolis.report.charts.series import Bound, Dot, Ruler, series_chart
from dynapolis.report.charts.text import text_width

TENTATIVE: Final = 0.667  # Krippendorff (2004): below it no conclusion, from RELIABLE on a sound one
RELIABLE: Final = 0.800


@dataclass(frozen=True, slots=True)
class AlphaRow:
    """Krippendorff's alpha of one scheme for one pair of coders, at most 1; None where it is not defined."""

    scheme: str
    pair: str
    alpha: float | None
    low: float | None
    high: float | None
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class AlphaWords:
    """Words of ``alpha_dots``; ``pairs`` names every pair of the rows and gives their order.

    ``tentative`` and ``reliable`` follow the numbers 0.667 and 0.800 at the two reference lines.
    """

    axis: str
    pairs: Mapping[str, str]
    tentative: str
    reliable: str


def alpha_dots(rows: Sequence[AlphaRow], words: AlphaWords, *, width: int) -> Picture:
    """Krippendorff's alpha with its interval for every scheme and pair of coders, against 0.667 and 0.800.

    Args:
        rows: one for each scheme and pair; schemes stand in the order in which they first come.
        width: of the whole picture, in px.

    Raises:
        BadUse: no rows; a scheme and pair twice; a pair without a name, or more pairs than there are looks; an alpha
            or bound above 1.
    """
    require_rows("alpha_dots", [f"{row.scheme}, {row.pair}" for row in rows], width)
    require_names("alpha_dots", [row.pair for row in rows], words.pairs)
    known = [value for row in rows for value in (row.low, row.alpha, row.high) if value is not None]
    for row in rows:
        require_order(f"{row.scheme}, {row.pair}", "alpha ≤ 1", 1 if row.alpha is None else row.alpha, 1)
        if row.low is not None and row.high is not None:
            require_order(f"{row.scheme}, {row.pair}", "low ≤ high ≤ 1", row.low, row.high, 1)

    single = len(words.pairs) == 1
    columns = choose_columns(
        [row.scheme for row in rows], [row.text for row in rows], width, least_plot=0.45, single=single
    )
    start = min(0.0, math.floor(min(known, default=0.0) * 5) / 5)
    ruler = Ruler(
        Scale(start, 1, columns.plot),
        round_ticks(start, 1, columns.plot / 50),
        "{:.1f}".format,
        wrap_title(words.axis, columns),
    )
    dots = [Dot(row.scheme, row.pair, row.alpha, row.low, row.high, row.text, row.href) for row in rows]
    return series_chart(dots, words.pairs, columns, ruler, _bounds(words, start, columns))


def _bounds(words: AlphaWords, start: float, columns: Columns) -> list[Bound]:
    """The labels beside each other if there is room at the right of the upper bound, else above each other."""
    tentative, reliable = f"{TENTATIVE:.3f} {words.tentative}", f"{RELIABLE:.3f} {words.reliable}"
    room = columns.end - (RELIABLE - start) / (1 - start) * columns.plot
    upper: tuple[int, Literal["left", "right"]] = (0, "right") if text_width(reliable) + 5 <= room else (1, "left")
    return [Bound(TENTATIVE, tentative, 0, "left"), Bound(RELIABLE, reliable, *upper)]
