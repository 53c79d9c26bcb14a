"""The two pages of an audit as files: HTML that stands alone, and PDF set by Typst."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dynapolis.report.audit.sheet import Sheet
from dynapolis.report.blocks import Block
from dynapolis.report.fonts import WEIGHTS, font_folder, subset_woff2
from dynapolis.report.formats.pdf import block_value
from dynapolis.report.html import Page, bold, readable, style, templates
from dynapolis.report.messages import read_messages
from dynapolis.store.files import write_whole

FORMATS = ("html", "pdf")
HERE = Path(__file__).parent
# How wide the columns of a printed table are, beside each other.
WIDTHS = {
    "audit-contradictions": (0.5, 5, 4),
    "audit-unclear": (0.7, 4, 4),
    "audit-holding": (3, 4),
    "audit-numbers": (3.4, 1, 1.8, 1.2, 1.6),
    "audit-leaders": (2, 1.3, 1, 1.2, 1.5, 1.8),
}
DRAWING = HERE.parent / "formats" / "blocks.typ"


def write_sheets(sheets: Sequence[Sheet], out: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write ``out/audit.<lang>.<format>``; the same sheets give the same bytes. Returns the paths."""
    written = []
    for sheet in sheets:
        for form in formats:
            path = out / f"audit.{sheet.lang}.{form}"
            write_whole(path, sheet_html(sheet).encode() if form == "html" else sheet_pdf(sheet))
            written.append(path)
    return written


def sheet_html(sheet: Sheet) -> str:
    """One page of HTML with its fonts inside; printed, it is two sheets."""
    page = Page("audit.html", sheet.lang, "", (), {})
    words = read_messages(sheet.lang)
    html = templates().get_template("audit.html.j2").render(sheet=sheet, page=page, say=words.say, css="STYLE")
    texts = {400: readable(html), 700: bold(html)}
    css = style()
    for weight in WEIGHTS:
        font = base64.b64encode(subset_woff2(texts[weight], weight)).decode()
        css = css.replace(f'url("fonts/dynapolis-sans-{weight}.woff2")', f'url("data:font/woff2;base64,{font}")')
    lines = (line.rstrip() for line in html.splitlines() if line.strip())
    return "\n".join(lines).replace("STYLE", css, 1) + "\n"


def sheet_pdf(sheet: Sheet) -> bytes:
    """Two pages of A4."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in (HERE / "audit.typ", DRAWING):
            (folder / source.name).write_bytes(source.read_bytes())
        pages = [[_value(block, sheet.lang, folder) for block in blocks] for blocks in sheet.blocks]
        value = {"lang": sheet.lang, "title": sheet.title, "source": sheet.source, "pages": pages, "foot": sheet.foot}
        (folder / "audit.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
        found = typst.compile(str(folder / "audit.typ"), root=str(folder), font_paths=fonts, format="pdf")
    data: bytes = found if isinstance(found, bytes) else b"".join(found)
    return data


def _value(block: Block, lang: str, folder: Path) -> dict[str, Any]:
    value = block_value(block, lang, folder)
    return value | {"widths": list(WIDTHS[block.table_id])} if block.kind == "table" else value
