"""From a Vega-Lite specification to an SVG picture that can stand inside a page.

Only here is vl-convert used. Its output is made smaller and its accessible names are replaced by one title and one
description, so that a screen reader hears them once; links to evidence stay reachable and named.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Protocol
from xml.etree import ElementTree as ET

from dynapolis.errors import BadUse
from dynapolis.report.charts import Spec
from dynapolis.report.fonts import font_folder

__all__ = ["NARROW", "WIDE", "Builder", "render_svg", "responsive"]

WIDE: Final = 720  # px
NARROW: Final = 340  # px

_VEGA_LITE: Final = "6.4"
_VEGA_BASE: Final = "https://vega.github.io/vega-datasets/"  # what vl-convert puts before an address without a host
_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_DROPPED: Final = (
    "aria-hidden",
    "aria-label",
    "aria-roledescription",
    "class",
    "font-family",
    "pointer-events",
    "role",
)
_DEFAULTS: Final = {
    "font-weight": "normal",
    "opacity": "1",
    "stroke-width": "1",
    "text-anchor": "start",
    "transform": "translate(0,0)",
}
_INHERITED: Final = ("fill", "font-size", "font-weight", "stroke", "stroke-dasharray", "stroke-width", "text-anchor")
_SHAPES: Final = ("circle", "line", "path", "rect")
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-\d+")


class Builder(Protocol):
    """From the width of a picture, in px, to its specification."""

    def __call__(self, *, width: int) -> Spec:
        """The specification for one width."""
        ...


def render_svg(spec: Spec, *, name: str, title: str, description: str) -> str:
    """A chart as SVG for use inside an HTML page; the same input gives the same bytes.

    The picture fills its container up to its natural width. Fonts are left to the page. Without links it is an image
    with a name; with links it is a group in which only the links are exposed, each with its row and value.

    Args:
        spec: from one of the builders.
        name: begins every id in the picture, so it must be unique in the page; small letters, digits and hyphens.
        title: what the chart shows, in a few words.
        description: the sentence to hear instead of seeing it.

    Raises:
        BadUse: a name that cannot begin an id; no title or description; a link that is neither a web address, a
            place in the page, nor a path; the fonts are missing.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise BadUse(f"the name {name!r} cannot begin an id. Use small letters, digits and hyphens, a letter first.")
    if not title.strip() or not description.strip():
        raise BadUse(f"chart {name}: title or description is empty. Whoever cannot see the chart needs both.")
    _require_safe_links(spec, name)
    root = ET.fromstring(_draw(spec))
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
    links = list(root.iter("a"))
    for link in links:
        _clean_link(link)
    for element in root.iter():
        _clean_attributes(element)
    _compact(root)
    _prefix_ids(root, name)
    if links:
        _hide_from_listeners(root)
    _give_name(root, name, title, description, role="group" if links else "img")
    return ET.tostring(root, encoding="unicode")


def responsive(build: Builder, *, name: str, title: str, description: str) -> str:
    """A chart twice, for wide and for narrow containers; the page must hide one of them with ``display: none``.

    What is not displayed is not announced either, so the chart is heard once.

    Args:
        build: a builder with its rows and words, such as ``partial(count_bars, rows, words)``.
        name, title, description: as for ``render_svg``.

    Raises:
        BadUse: as ``render_svg``, or the builder.
    """
    pictures = []
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        picture = render_svg(build(width=width), name=f"{name}-{kind}", title=title, description=description)
        pictures.append(f'<div class="{kind}">{picture}</div>')
    return f'<div class="chart">{"".join(pictures)}</div>'


def _draw(spec: Spec) -> str:
    _register_fonts()
    import vl_convert

    return vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])


@cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))


def _require_safe_links(part: object, name: str) -> None:
    """Refuse links that a page must not carry; vl-convert would drop some of them without a word."""
    if isinstance(part, dict):
        href = part.get("href")
        if isinstance(href, str) and not re.match(r"https?://|[#?].|(?!//)[^:?#\s]+([?#]|$)", href):
            raise BadUse(f"chart {name}: {href!r} is no link. Give a web address, '#' and an id, or a path.")
        for value in part.values():
            _require_safe_links(value, name)
    elif isinstance(part, list):
        for value in part:
            _require_safe_links(value, name)


# Cleaning


def _clean_link(link: ET.Element) -> None:
    """The address as given, the name on the link itself, and underlined text."""
    link.set("href", link.attrib.pop(_XLINK_HREF).removeprefix(_VEGA_BASE))
    for inner in link.iter():
        if inner.tag == "text":
            inner.set("text-decoration", "underline")
        if "aria-label" in inner.attrib:
            link.set("aria-label", inner.attrib.pop("aria-label"))


def _clean_attributes(element: ET.Element) -> None:
    for attribute in _DROPPED:
        if not (element.tag == "a" and attribute == "aria-label"):
            element.attrib.pop(attribute, None)
    for attribute, value in _DEFAULTS.items():
        if element.get(attribute) == value:
            del element.attrib[attribute]
    for attribute, value in element.attrib.items():
        if attribute not in ("href", "aria-label"):
            element.set(attribute, _LONG_NUMBER.sub(_rounded, value))


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) or 0.0:.2f}".rstrip("0").rstrip(".")


def _compact(parent: ET.Element) -> None:
    """Leave out what draws nothing and groups without attributes; write common attributes once, on the group."""
    kept: list[ET.Element] = []
    for child in parent:
        if child.tag != "defs":  # what is defined there is used, but not drawn
            _compact(child)
        if child.tag == "g" and not child.attrib:
            kept.extend(child)
        elif not _draws_nothing(child):
            kept.append(child)
    parent[:] = kept
    if parent.tag == "g" and len(kept) > 1:
        for attribute in _INHERITED:
            values = {child.get(attribute) for child in kept}
            if len(values) == 1 and (value := values.pop()) is not None:
                parent.set(attribute, value)
                for child in kept:
                    del child.attrib[attribute]


def _draws_nothing(element: ET.Element) -> bool:
    if element.tag == "g":
        return len(element) == 0
    unseen = element.get("fill") is None and element.get("stroke") is None
    return element.get("display") == "none" or (element.tag in _SHAPES and unseen)


def _prefix_ids(root: ET.Element, name: str) -> None:
    """Number the ids in the order of the picture, so that they depend on nothing drawn before."""
    owners = [element for element in root.iter() if "id" in element.attrib]
    fresh = {element.attrib["id"]: f"{name}-{number}" for number, element in enumerate(owners, start=1)}
    for element in owners:
        element.set("id", fresh[element.attrib["id"]])
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if reference := re.fullmatch(r"url\(#(.+)\)", value):
                element.set(attribute, f"url(#{fresh[reference[1]]})")


def _hide_from_listeners(parent: ET.Element) -> None:
    """Hide from screen readers whatever is not, and does not hold, a link."""
    for child in parent:
        if child.tag == "a":
            continue
        if next(child.iter("a"), None) is None:
            child.set("aria-hidden", "true")
        else:
            _hide_from_listeners(child)


def _give_name(root: ET.Element, name: str, title: str, description: str, role: str) -> None:
    width = root.attrib["width"]
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib |= {
        "xmlns": _SVG.strip("{}"),
        "viewBox": box,
        "style": f"width:100%;max-width:{width}px;height:auto",
        "role": role,
        "aria-labelledby": f"{name}-title {name}-desc",
    }
    for tag, text in (("desc", description), ("title", title)):
        element = ET.Element(tag, {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(0, element)
