"""How wide texts are, and where they are broken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dynapolis.report.charts.look import SIZE

_EM_WIDTHS: Final = (
    (0.26, "'ijlI .:;·!,‘’"),
    (0.36, "|/\\()[]{}ftr"),
    (0.48, '"_°-*`–“”?^'),
    (0.56, "skJxzLcvya7eF"),
    (0.60, "hnuEobdgpqZ"),
    (0.62, "0123456789#P"),
    (0.65, "$&RSTXKB+<=>~Y−×±≤≥€"),
    (0.73, "AVCDGHUN"),
    (0.76, "OQ…w"),
    (0.88, "mM%@→"),
    (0.97, "W—"),
)  # widths of Pretendard in em, rounded up; digits as in tables
_EM: Final = {character: em for em, characters in _EM_WIDTHS for character in characters}


def text_width(text: str) -> float:
    """Width of a text in px, a little more than it takes; so that layout needs no font file."""
    return SIZE * sum(_EM.get(character, 0.66 if character < "\u1100" else 0.87) for character in text)


def wrap(text: str, width: float) -> list[str]:
    """Lines no wider than ``width`` px, broken after spaces, middle dots, slashes and hyphens, else between letters.

    Example:
        >>> wrap("도시 서비스·인프라", 60)
        ['도시', '서비스·', '인프라']
    """
    lines = [""]
    for part in _parts(text):
        if text_width((lines[-1] + part).strip()) <= width:
            lines[-1] += part
            continue
        lines.append("")
        for letter in part.lstrip():
            if lines[-1] and text_width(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return [line.strip() for line in lines if line.strip()]


def _parts(text: str) -> list[str]:
    """A text in parts that should not be broken, each with the space before it."""
    return re.findall(r"\s*[^\s·/-]+[·/-]*|\s*[·/-]+", text)


def longest_part(texts: Iterable[str]) -> float:
    """How narrow lines can be without a break between letters."""
    return max(text_width(part.strip()) for text in texts for part in _parts(text))
