"""The fonts of the product: whole files for drawing on the server, small renamed subsets for pages.

Pretendard is published under the SIL Open Font License with a reserved name: its files are shipped as they were
published, and what is made from them here is called "Dynapolis Sans".
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from dynapolis.errors import BadUse

__all__ = ["FAMILY", "WEIGHTS", "Weight", "font_folder", "subset_woff2"]

Weight = Literal[400, 700]

FAMILY: Final = "Dynapolis Sans"

_STYLES: Final[dict[Weight, str]] = {400: "Regular", 700: "Bold"}
WEIGHTS: Final[tuple[Weight, ...]] = tuple(_STYLES)
_ALWAYS: Final = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0·×±°–—‘’“”…−≤≥•→←↑↓～〈〉《》「」『』"
_FEATURES: Final = ("ccmp", "kern", "locl", "mark", "mkmk", "tnum")
_COPYRIGHT, _FAMILY, _STYLE, _UNIQUE, _FULL, _VERSION, _POSTSCRIPT, _LICENCE, _LICENCE_URL = 0, 1, 2, 3, 4, 5, 6, 13, 14


def font_folder() -> Path:
    """The folder with the whole fonts.

    Raises:
        BadUse: a font file is not there. A chart drawn without its font has no labels, and nothing else would tell.
    """
    folder = Path(__file__).parent / "assets" / "fonts"
    for style in _STYLES.values():
        file = folder / f"Pretendard-{style}.otf"
        if not file.is_file():
            raise BadUse(f"the font {file.name} is missing in {folder}: the installation is incomplete. Install again.")
    return folder


def subset_woff2(text: str, weight: Weight, *, alone: bool = True) -> bytes:
    """A WOFF2 font named "Dynapolis Sans" with the characters of a text, ASCII and common punctuation.

    The same text gives the same bytes, in whatever order its characters stand. Characters that Pretendard does not
    have (such as Chinese ones) are left to the other fonts of the page. Kerning and tabular figures are kept; hints
    are dropped, and outlines are written in full, which compresses better than with subroutines.

    Args:
        text: all text of the page in this weight.
        alone: whether it is the page's only font of the weight; another that adds letters goes without ASCII.
    """
    from fontTools.ttLib import TTFont

    # Bounds stay those of the whole font: nobody sees them, and finding new ones would draw every letter twice.
    with TTFont(
        BytesIO(_letters(text + _ALWAYS if alone else text, weight)), recalcTimestamp=False, recalcBBoxes=False
    ) as font:
        _rename(font, _STYLES[weight])
        font.flavor = "woff2"
        file = BytesIO()
        font.save(file)
    return file.getvalue()


def _letters(text: str, weight: Weight) -> bytes:
    """The letters of a text out of the whole font, by HarfBuzz's own subsetter."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    flags = uharfbuzz.SubsetFlags
    wanted.flags = flags.NO_HINTING | flags.DESUBROUTINIZE | flags.NOTDEF_OUTLINE
    sets = uharfbuzz.SubsetInputSets
    wanted.sets(sets.UNICODE).set({ord(letter) for letter in text})
    wanted.sets(sets.LAYOUT_FEATURE_TAG).set({int.from_bytes(tag.encode()) for tag in _FEATURES})
    wanted.sets(sets.NAME_ID).set({_COPYRIGHT, _LICENCE, _LICENCE_URL})
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(font_folder() / f"Pretendard-{_STYLES[weight]}.otf"))
    return bytes(uharfbuzz.subset(whole, wanted).blob.data)


def _rename(font: Any, style: str) -> None:
    """Take the reserved name out of every place of a font that carries one; copyright and licence stay."""
    compact = f"{FAMILY.replace(' ', '')}-{style}"
    names = font["name"]
    windows, unicode, english = 3, 1, 0x409
    fresh = {_FAMILY: FAMILY, _STYLE: style, _UNIQUE: compact, _FULL: f"{FAMILY} {style}", _POSTSCRIPT: compact}
    fresh[_VERSION] = f"Version {font['head'].fontRevision:.3f}; subset"
    for number, name in fresh.items():
        names.setName(name, number, windows, unicode, english)

    cff = font["CFF "].cff
    cff.fontNames[0] = compact
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = f"{FAMILY} {style}", FAMILY
    top.Notice = names.getDebugName(_COPYRIGHT)
    for part in top.FDArray:
        part.FontName = compact
