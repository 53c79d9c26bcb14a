"""Charts as pictures: marks at places in px, made from rows of figures, without input or output.

Every builder takes rows in the order in which they are to stand, the words in one language, and the width of the
whole picture in pixels, labels included; it decides by itself what to wrap or stack when the picture is narrow. All
words come from the caller. What the pictures share:

- text of 13 px; its contrast is at least 4.5 : 1, that of marks at least 3 : 1, on paper and on the shading, in the
  light and in the dark theme;
- series differ by shape, filling and colour, and values are printed beside their marks, so colour alone says nothing;
- bars and shares start at zero; an interval is a line through its estimate;
- a row with an ``href`` (an address, or ``#`` and an id in the page) links its printed value to the evidence.

What an interval means is for the caller to say (uncertainty, never sampling error).
"""

from __future__ import annotations

from dynapolis.report.charts.alphas import AlphaRow, AlphaWords, alpha_dots
from dynapolis.report.charts.changes import ChangeRow, ChangeWords, change_bars
from dynapolis.report.charts.counts import BarRow, BarWords, count_bars
from dynapolis.report.charts.coverage_tiles import TileRow, TileWords, coverage_tiles
from dynapolis.report.charts.draw import Chart, Mark, Picture
from dynapolis.report.charts.heatmaps import CellRow, HeatWords, heatmap
from dynapolis.report.charts.look import FONT, LOOKS, PALETTE, color, dark_variables, literal
from dynapolis.report.charts.panels import PanelDot, PanelWords, dot_panels
from dynapolis.report.charts.ranks import RankRow, RankWords, rank_intervals
from dynapolis.report.charts.robustness import RangeRow, RangeWords, rank_ranges
from dynapolis.report.charts.shares import ShareRow, ShareWords, share_dots
from dynapolis.report.charts.slopes import SlopeRow, SlopeWords, slopes
from dynapolis.report.charts.strips import StripRow, StripWords, probability_strips
from dynapolis.report.charts.text import text_width, wrap
from dynapolis.report.charts.world_map import MapRow, MapWords, circle_map

__all__ = [
    "FONT", "LOOKS", "PALETTE", "AlphaRow", "AlphaWords", "BarRow", "BarWords", "CellRow", "ChangeRow", "ChangeWords",
    "Chart", "HeatWords", "MapRow", "MapWords", "Mark", "PanelDot", "PanelWords", "Picture", "RangeRow", "RangeWords",
    "RankRow", "RankWords", "ShareRow", "ShareWords", "SlopeRow", "SlopeWords", "StripRow", "StripWords", "TileRow",
    "TileWords", "alpha_dots", "change_bars", "circle_map", "color", "count_bars", "coverage_tiles", "dark_variables",
    "dot_panels", "heatmap", "literal", "probability_strips", "rank_intervals", "rank_ranges", "share_dots", "slopes",
    "text_width", "wrap",
]  # fmt: skip
