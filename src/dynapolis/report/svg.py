"""From a picture to SVG that can stand inside a page, or alone in print.

Each picture has one title and one description, so that a screen reader hears them once; links to evidence stay
reachable and named. Colours are variables of the page, with the light colour behind each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from dynapolis.errors import BadUse
from dynapolis.report.charts import Chart, Mark, Picture
from dynapolis.report.charts.draw import look_of_line, number
from dynapolis.report.charts.look import FONT, LINE, SIZE, color, literal

__all__ = ["NARROW", "WIDE", "file_svg", "print_svg", "render_svg", "responsive"]

WIDE: Final = 720  # px
NARROW: Final = 340  # px

_NAMESPACE: Final = "http://www.w3.org/2000/svg"


def render_svg(picture: Picture, *, name: str, title: str, description: str) -> str:
    """A chart as SVG for use inside an HTML page; the same input gives the same bytes.

    The picture fills its container up to its natural width. Fonts are left to the page. Without links it is an image
    with a name; with links it is a group in which only the links are exposed, each with its row and value.

    Args:
        picture: from one of the builders.
        name: begins every id in the picture, so it must be unique in the page; letters, digits, dots and hyphens.
        title: what the chart shows, in a few words.
        description: the sentence to hear instead of seeing it.

    Raises:
        BadUse: a name that cannot begin an id; no title or description; a link that is neither a web address, a
            place in the page, nor a path.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]*", name):
        raise BadUse(f"the name {name!r} cannot begin an id. Use letters, digits, dots and hyphens, a letter first.")
    if not title.strip() or not description.strip():
        raise BadUse(f"chart {name}: title or description is empty. Whoever cannot see the chart needs both.")
    for href in picture.links():
        if not re.match(r"https?://|[#?].|(?!//)[^:?#\s]+([?#]|$)", href):
            raise BadUse(f"chart {name}: {href!r} is no link. Give a web address, '#' and an id, or a path.")
    width, height = number(picture.width), number(picture.height)
    role = "group" if picture.links() else "img"
    return (
        f'<svg xmlns="{_NAMESPACE}" viewBox="0 0 {width} {height}" style="width:100%;max-width:{width}px;height:auto" '
        f'role="{role}" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{_body(picture, linked=True)}</svg>"
    )


def print_svg(chart: Chart, width: int = 640) -> str:
    """A chart as a file of its own for print: the light colours themselves, the product's font, no links."""
    picture = chart(width)
    wide, high = number(picture.width), number(picture.height)
    body = literal(_body(picture, linked=False))
    return (
        f'<svg xmlns="{_NAMESPACE}" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'font-family="{FONT}">{body}</svg>'
    )


def file_svg(chart: Chart, *, title: str, description: str, width: int = WIDE) -> str:
    """A chart as a file to take away: as ``print_svg``, with its title and description."""
    head, mark, body = print_svg(chart, width).partition(">")
    return f"{head}{mark}<title>{escape(title)}</title><desc>{escape(description)}</desc>{body}"


def responsive(chart: Chart, *, name: str, title: str, description: str) -> str:
    """A chart twice, for wide and for narrow containers; the page must hide one of them with ``display: none``.

    What is not displayed is not announced either, so the chart is heard once.

    Args:
        chart: a builder with its rows and words, taking the width.
        name, title, description: as for ``render_svg``.

    Raises:
        BadUse: as ``render_svg``, or the builder.
    """
    pictures = []
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        picture = render_svg(chart(width), name=f"{name}-{kind}", title=title, description=description)
        pictures.append(f'<div class="{kind}">{picture}</div>')
    return f'<div class="chart">{"".join(pictures)}</div>'


def _body(picture: Picture, *, linked: bool) -> str:
    """The marks; what lies between two links is hidden from screen readers as one group."""
    place = f'transform="translate({number(picture.left)},{number(picture.top)})"'
    look = f'font-size="{SIZE}" fill="{color("ink")}"'
    if not linked or not picture.links():
        return f"<g {place} {look}>{''.join(_elements(picture.marks))}</g>"
    return f"<g {place} {look}>{''.join(_with_links(picture.marks))}</g>"


def _with_links(marks: Iterable[Mark]) -> Iterable[str]:
    for linked, together in groupby(marks, key=lambda mark: mark.href is not None):
        if not linked:
            yield f'<g aria-hidden="true">{"".join(_elements(together))}</g>'
            continue
        for mark in together:
            yield f"<a href={quoteattr(str(mark.href))} aria-label={quoteattr(mark.name)}>{_element(mark)}</a>"


def _elements(marks: Iterable[Mark]) -> Iterable[str]:
    """Marks in their order; lines of one look that follow each other are one element."""
    for look, together in groupby(marks, key=lambda mark: look_of_line(mark) if mark.tag == "line" else None):
        if look is None:
            yield from map(_element, together)
            continue
        ends = [dict(mark.attributes) for mark in together]
        shape = "".join(f"M{e['x1']},{e['y1']}L{e['x2']},{e['y2']}" for e in ends)
        yield f'<path d="{shape}" {" ".join(f"{name}={quoteattr(value)}" for name, value in look)}/>'


def _element(mark: Mark) -> str:
    attributes = " ".join(f'{name}="{value}"' for name, value in mark.attributes)
    if not mark.lines:
        return f"<{mark.tag} {attributes}/>"
    first, *others = mark.lines
    x = dict(mark.attributes)["x"]
    more = "".join(f'<tspan x="{x}" dy="{LINE}">{escape(line)}</tspan>' for line in others)
    return f"<{mark.tag} {attributes}>{escape(first)}{more}</{mark.tag}>"
