"""How the charts look: colours of both themes, sizes, and the marks of series.

A colour is named by its task. In a page it is written as ``var(--c-ink,#1b2430)``: the page may set the variable for
its dark theme, and where it does not (a file of its own, a printed page) the light colour stands.

Source: the colours start from Okabe and Ito (2008), "Color Universal Design", darkened where they did not reach 3 : 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

FONT: Final = "Pretendard"  # for measuring; a page may draw with another one of the same widths
SIZE: Final = 13  # px, all text
LINE: Final = 17  # px between the lines of a wrapped text

# By task: on light paper, in the dark theme.
PALETTE: Final[dict[str, tuple[str, str]]] = {
    "paper": ("#ffffff", "#14181d"),  # behind everything; inside hollow marks
    "ink": ("#1b2430", "#e6ebf1"),  # text
    "muted": ("#4d5766", "#aab4c0"),  # labels of scales, reference lines
    "link": ("#0b57a4", "#8cc4f5"),
    "shade": ("#f1f4f8", "#1d242c"),  # every other tier
    "mark": ("#ffe9a8", "#4a3c10"),  # a row that a reader looks for
    "hair": ("#dce1e8", "#333d48"),  # lines between rows and across scales; decoration, nothing is read from them
    "pale": ("#bcc4cf", "#566270"),  # outline and hatching of cells; their text says the same
    "quiet": ("#7a8494", "#8a95a3"),  # outline of bars that stand apart; what did not change clearly
    "land": ("#eef0f3", "#222a32"),
    "coast": ("#c3cad3", "#46515d"),
    "one": ("#0067a6", "#5cb3ee"),
    "two": ("#b84300", "#ff9d5c"),
    "three": ("#00735c", "#45c7a3"),
    "four": ("#8a3f7f", "#dd93d0"),
    "heat1": ("#e1ecf7", "#1d3a58"),
    "heat2": ("#b3d0ea", "#24527e"),
    "heat3": ("#79acd8", "#2f6ea6"),
    "heat4": ("#2f77b5", "#8bbfe8"),
    "heat5": ("#0d3f73", "#cfe4f7"),
    "on1": ("#1b2430", "#ffffff"),
    "on2": ("#1b2430", "#ffffff"),
    "on3": ("#1b2430", "#ffffff"),
    "on4": ("#ffffff", "#14181d"),
    "on5": ("#ffffff", "#14181d"),
}
HEAT: Final = 5  # classes of the heatmap

_VARIABLE: Final = re.compile(r"var\(--c-[a-z0-9]+,(#[0-9a-f]{6})\)")


def color(name: str) -> str:
    """A colour as the page may change it.

    Example:
        >>> color("ink")
        'var(--c-ink,#1b2430)'
    """
    return f"var(--c-{name},{PALETTE[name][0]})"


def dark_variables() -> str:
    """The declarations that turn every chart of a page to its dark theme."""
    return "".join(f"--c-{name}:{dark};" for name, (_, dark) in PALETTE.items())


def literal(svg: str) -> str:
    """A picture with the light colours themselves, for readers that know no variables.

    Example:
        >>> literal('<path fill="var(--c-ink,#1b2430)"/>')
        '<path fill="#1b2430"/>'
    """
    return _VARIABLE.sub(r"\1", svg)


@dataclass(frozen=True, slots=True)
class Look:
    """How one series is drawn: hollow points have paper inside."""

    color: str
    shape: str
    hollow: bool
    size: float  # radius in px


LOOKS: Final = (
    Look("one", "circle", False, 6),
    Look("two", "diamond", True, 6.2),
    Look("three", "square", False, 4.7),
    Look("four", "triangle", True, 6),
)
