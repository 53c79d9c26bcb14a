"""How the charts look: colours, sizes, the marks of series, and the theme.

Source: the colours start from Okabe and Ito (2008), "Color Universal Design", darkened where they did not reach 3 : 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dynapolis.report.charts.spec import Spec

FONT: Final = "Pretendard"  # for measuring; a page may draw with another one of the same widths
INK: Final = "#1b2430"  # text
MUTED: Final = "#4d5766"  # labels of scales, reference lines
LINK: Final = "#0b57a4"
SHADE: Final[Spec] = {"color": "#2f5f95", "opacity": 0.07}  # every other tier; the lines of the scale show through
HAIR: Final = "#dce1e8"  # lines between rows and across scales; decoration, nothing is read from them
PALE: Final = "#bcc4cf"  # outline and hatching of cells; their text says the same
QUIET: Final = "#7a8494"  # outline of bars that stand apart
BLUES: Final = ("#e1ecf7", "#b3d0ea", "#79acd8", "#2f77b5", "#0d3f73")  # five classes, one hue

SIZE: Final = 13  # px, all text
LINE: Final = 17  # px between the lines of a wrapped text


@dataclass(frozen=True, slots=True)
class Look:
    """How one series is drawn: hollow points have white inside."""

    color: str
    shape: str
    hollow: bool
    size: int  # area in px²

    def point(self) -> Spec:
        """The mark of an estimate."""
        fill, stroke = ("white", self.color) if self.hollow else (self.color, "white")
        return {
            "type": "point", "shape": self.shape, "size": self.size, "fill": fill, "stroke": stroke,
            "strokeWidth": 2 if self.hollow else 1,
        }  # fmt: skip

    def line(self, width: float) -> Spec:
        """The mark of an interval."""
        return {"type": "rule", "color": self.color, "strokeWidth": width}


LOOKS: Final = (
    Look("#0067a6", "circle", False, 110),
    Look("#b84300", "diamond", True, 80),
    Look("#00735c", "square", False, 90),
    Look("#8a3f7f", "triangle-up", True, 75),
)


def theme() -> Spec:
    """The ``config`` that all charts share."""
    return {
        "font": FONT,
        "aria": False,  # one title and one description speak for the whole picture
        "background": None,
        "view": {"stroke": None},
        "axis": {
            "domain": False, "ticks": False, "gridColor": HAIR, "labelFontSize": SIZE, "labelColor": MUTED,
            "labelPadding": 5, "labelOverlap": False, "labelFlush": False, "titleColor": MUTED,
            "titleFontSize": SIZE, "titleFontWeight": "normal", "titlePadding": 6, "titleLineHeight": LINE,
        },
        "point": {"opacity": 1},
        "text": {"fontSize": SIZE, "color": INK, "baseline": "middle", "align": "left", "lineHeight": LINE},
    }  # fmt: skip
