"""Charts as Vega-Lite 6 specifications: plain dictionaries made from rows of figures, without input or output.

Every builder takes rows in the order in which they are to stand, the words in one language, and the width of the
whole picture in pixels, labels included; it decides by itself what to wrap or stack when the picture is narrow. All
words come from the caller. What the pictures share:

- text of 13 px; its contrast is at least 4.5 : 1, that of marks at least 3 : 1, on white and on the shading;
- series differ by shape, filling and colour, and values are printed beside their marks, so colour alone says nothing;
- bars and shares start at zero; an interval is a line through its estimate;
- a row with an ``href`` (an address, or ``#`` and an id in the page) links its printed value to the evidence.

Positions across the rows are computed here, in pixels, since labels wrap and rows differ in height; along the values
there is a true scale. What an interval means is for the caller to say (uncertainty, never sampling error).
"""

from __future__ import annotations

from dynapolis.report.charts.alphas import AlphaRow, AlphaWords, alpha_dots
from dynapolis.report.charts.counts import BarRow, BarWords, count_bars
from dynapolis.report.charts.heatmaps import CellRow, HeatWords, heatmap
from dynapolis.report.charts.look import BLUES, FONT, INK, LINK, LOOKS, MUTED, QUIET, SHADE, theme
from dynapolis.report.charts.ranks import RankRow, RankWords, rank_intervals
from dynapolis.report.charts.shares import ShareRow, ShareWords, share_dots
from dynapolis.report.charts.spec import Spec
from dynapolis.report.charts.text import text_width, wrap

__all__ = [
    "BLUES", "FONT", "INK", "LINK", "LOOKS", "MUTED", "QUIET", "SHADE", "AlphaRow", "AlphaWords", "BarRow", "BarWords",
    "CellRow", "HeatWords", "RankRow", "RankWords", "ShareRow", "ShareWords", "Spec", "alpha_dots", "count_bars",
    "heatmap", "rank_intervals", "share_dots", "text_width", "theme", "wrap",
]  # fmt: skip
