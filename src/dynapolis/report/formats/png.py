"""A chart as PNG, for slides and texts that take no SVG."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from dynapolis.report.fonts import font_folder

RESOLUTION: Final = 144  # pixels for each 72 points, so that a chart of 720 px is a picture of 1440
# The width is the chart's, so that long titles break.
_PAGE: Final = """
#set page(width: auto, height: auto, margin: 12pt, fill: white)
#set text(font: "Pretendard", size: 10pt, lang: sys.inputs.lang)
#let chart = image("chart.svg")
#context block(width: measure(chart).width)[
  #text(weight: "semibold", size: 12pt, sys.inputs.title)
  #chart
  #text(size: 8pt, fill: luma(35%), sys.inputs.note)
]
"""


def svg_png(svg: str, *, lang: str, title: str, note: str) -> bytes:
    """An SVG with its own colours as PNG on white with title and note, in the product's font.

    The same input gives the same bytes.

    Args:
        svg: from ``report.svg.file_svg``.
        lang: of title and note.
        title: above the chart.
        note: below it: what a reader needs who sees the picture alone, such as edition and source.
    """
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "chart.svg").write_text(svg, encoding="utf-8")
        (folder / "page.typ").write_text(_PAGE, encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
        found = typst.compile(
            str(folder / "page.typ"), root=str(folder), font_paths=fonts, format="png", ppi=float(RESOLUTION),
            sys_inputs={"lang": lang, "title": title, "note": note},
        )  # fmt: skip
    data: bytes = found if isinstance(found, bytes) else b"".join(found)
    return data
