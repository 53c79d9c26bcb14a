"""The report in print: PDF set by Typst, with its own fonts, an outline, and the sentences of figures as their text.

Nothing is written into markup: the template reads everything from one JSON file, so no sign of a name is ever a
command.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dynapolis.report.blocks import Block, Line, Report, Table
from dynapolis.report.claim import Claim
from dynapolis.report.fonts import font_folder
from dynapolis.report.labels import caption
from dynapolis.report.ledger import Entry, all_tables, claim_entries
from dynapolis.report.messages import read_messages
from dynapolis.report.svg import print_svg

TEMPLATES = tuple(Path(__file__).parent / name for name in ("report.typ", "blocks.typ"))
WIDTH = 640  # px, of a figure
TALLEST = 1.1  # height by width, beyond which a figure is fitted to the page by its height
FIRST_LEVEL = 2  # of a heading inside a chapter


def report_pdf(report: Report, claims: Mapping[str, Claim]) -> bytes:
    """The report of one language, city pages after the chapter of cities; the same report gives the same bytes.

    At the end stands the ledger of its claims; a sentence that makes one leads there, and from there its evidence is
    named. Cells of tables have claims by the names of table, row and column.
    """
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for template in TEMPLATES:
            (folder / template.name).write_bytes(template.read_bytes())
        value = _value(report, claims, folder)
        (folder / "report.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
        found = typst.compile(str(folder / "report.typ"), root=str(folder), font_paths=fonts, format="pdf")
    data: bytes = found if isinstance(found, bytes) else b"".join(found)
    return data


def _value(report: Report, claims: Mapping[str, Claim], folder: Path) -> dict[str, Any]:
    """Everything that the template asks for; pictures are written beside it."""
    chapters = []
    for chapter in report.chapters:
        title = f"{chapter.number} {chapter.title}" if chapter.number else chapter.title
        blocks = [block_value(block, report.lang, folder) for block in chapter.blocks]
        if chapter.chapter_id == "cities":
            for page in report.cities:
                heading = {"kind": "heading", "level": FIRST_LEVEL, "text": page.title}
                blocks += [
                    {"kind": "pagebreak"},
                    heading,
                    *(block_value(block, report.lang, folder) for block in page.blocks),
                ]
        chapters.append({"title": title, "blocks": blocks})
    cover = report.cover
    words = read_messages(report.lang)
    return {
        "lang": report.lang,
        "title": cover.title,
        "subtitle": cover.subtitle,
        "edition": cover.edition,
        "warnings": list(cover.warnings),
        "citation": cover.citation,
        "contents": words.say("page.contents"),
        "chapters": chapters,
        "ledger": {
            "title": words.say("formats.ledger"),
            "about": words.say("formats.ledger_about"),
            "claims": [_entry(claim) for claim in claims.values()],
            "cells": words.say("formats.ledger_cells"),
            "rows": words.say("formats.ledger_rows"),
            "columns": words.say("formats.ledger_columns"),
            "tables": [_names(table, report.lang) for table in all_tables(report.blocks())],
        },
        "footer": [report.source, *report.footer],
    }


def block_value(block: Block, lang: str, folder: Path) -> dict[str, Any]:
    """A block as ``blocks.typ`` draws it; its picture is written into the folder."""
    if block.kind == "figure":
        picture, tall = None, False
        if block.chart is not None:
            picture = f"{block.figure_id}.svg"
            drawn = block.chart(WIDTH)
            tall = drawn.height > TALLEST * drawn.width
            (folder / picture).write_text(print_svg(block.chart, WIDTH), encoding="utf-8")
        reading = block.reading.text.replace("**", "")
        return {
            "kind": "figure",
            "caption": _caption(block.figure_id, lang),
            "id": block.table.table_id,
            "title": block.title,
            "reading": reading,
            "claims": _claims(block.reading),
            "picture": picture,
            "tall": tall,
            "notes": list(block.notes),
        }
    if block.kind == "table":
        return _table(block, lang)
    if block.kind == "heading":
        return {"kind": "heading", "level": max(FIRST_LEVEL, block.level), "text": block.text}
    if block.kind == "case":
        return {
            "kind": "case",
            "name": block.name,
            "where": block.where,
            "text": block.text,
            "quote": block.quote,
            "remarks": list(block.remarks),
            "url": block.url,
            "source": block.source_title,
        }
    return {"kind": block.kind, "lines": [_line(line) for line in block.lines]}


def _table(table: Table, lang: str) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _caption(table.table_id, lang),
        "id": table.table_id,
        "title": table.title,
        "columns": [{"heading": column.heading, "align": column.align} for column in table.columns],
        "rows": [[{"text": cell.text, "small": cell.small} for cell in row] for row in table.rows],
        "notes": list(table.notes),
    }


def _line(line: Line) -> dict[str, Any]:
    parts = line.text.split("**")
    bold = [{"text": part, "strong": n % 2 == 1} for n, part in enumerate(parts)] if len(parts) > 1 else None
    return {"text": line.text, "bold": bold, "claims": _claims(line)}


def _claims(line: Line) -> list[str]:
    return [line.claim_id] if line.claim_id else list(line.claim_ids)


def _entry(claim: Claim) -> dict[str, str]:
    """A claim as a line of the ledger: its name, its bare values, what it rests on."""
    values = [f"{entry.quantity} {_shown(entry)}" for entry in claim_entries(claim)]
    return {"id": claim.claim_id, "values": " · ".join(values), "evidence": " ".join(claim.evidence)}


def _names(table: Table, lang: str) -> dict[str, str]:
    """What the numbers of a table, or of the table behind a figure, are called in the ledger: rows and columns."""
    keys = table.keys or tuple(str(n + 1) for n in range(len(table.rows)))
    columns = (column.key or str(n) for n, column in enumerate(table.columns) if n)
    name = _caption(table.table_id.removesuffix(".data"), lang).strip() or table.title
    return {"id": table.table_id, "name": name, "rows": ", ".join(keys), "columns": ", ".join(columns)}


def _shown(entry: Entry) -> str:
    value = f"{entry.value:.4g}" if isinstance(entry.value, float) else str(entry.value)
    return value if entry.low is None or entry.high is None else f"{value} ({entry.low:.4g}–{entry.high:.4g})"


def _caption(block_id: str, lang: str) -> str:
    text = "" if block_id.endswith(".data") else caption(block_id, lang)
    if not text:
        return ""
    return f"〈{text}〉 " if lang == "ko" else f"{text}. "
