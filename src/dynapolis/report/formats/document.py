"""The report as a document for editors: real headings, paragraphs and tables; figures by their sentence and table."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from dynapolis.dates import NO_TIME
from dynapolis.report.blocks import Block, Line, Report, Table
from dynapolis.report.labels import caption

_STAMP = NO_TIME.timetuple()[:6]


def report_document(report: Report) -> bytes:
    """The whole report of one language; the same report gives the same bytes."""
    from docx import Document

    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.language = report.cover.title, "dynapolis", report.lang
    properties.created = properties.modified = NO_TIME
    properties.last_modified_by, properties.revision = "dynapolis", 1
    document.styles["Normal"].font.name = "Pretendard"
    document.add_heading(report.cover.title, 0)
    document.add_paragraph(report.cover.subtitle)
    document.add_paragraph(report.cover.edition)
    for warning in report.cover.warnings:
        document.add_paragraph(warning, style="Intense Quote")
    for chapter in report.chapters:
        document.add_heading(f"{chapter.number} {chapter.title}" if chapter.number else chapter.title, 1)
        for block in chapter.blocks:
            _add(document, block, report.lang)
        if chapter.chapter_id == "cities":
            for page in report.cities:
                document.add_heading(page.title, 2)
                for block in page.blocks:
                    _add(document, block, report.lang)
    document.add_paragraph(" ".join([report.source, *report.footer]))
    sink = BytesIO()
    document.save(sink)
    return _same_bytes(sink.getvalue())


def _add(document: Any, block: Block, lang: str) -> None:
    if block.kind == "heading":
        document.add_heading(block.text, min(4, max(2, block.level)))
    elif block.kind == "table":
        _add_table(document, block, lang)
    elif block.kind == "figure":
        document.add_heading(f"{caption(block.figure_id, lang)} {block.title}".strip(), 3)
        document.add_paragraph(block.reading.text.replace("**", ""))
        _add_table(document, block.table, lang)
    elif block.kind == "case":
        document.add_heading(f"{block.name}, {block.where}", 3)
        document.add_paragraph(block.text)
        if block.quote:
            document.add_paragraph(block.quote, style="Quote")
        document.add_paragraph(f"{block.source_title} {block.url}")
    elif block.kind == "bullets":
        for line in block.lines:
            _add_line(document.add_paragraph(style="List Bullet"), line)
    else:
        paragraph = document.add_paragraph()
        for line in block.lines:
            _add_line(paragraph, line)
            paragraph.add_run(" ")


def _add_line(paragraph: Any, line: Line) -> None:
    for number, part in enumerate(line.text.split("**")):
        paragraph.add_run(part).bold = number % 2 == 1


def _add_table(document: Any, table: Table, lang: str) -> None:
    """Title above, heads that repeat on every page, rows, notes below."""
    from docx.oxml import OxmlElement

    named = "" if table.table_id.endswith(".data") else caption(table.table_id, lang)
    document.add_paragraph(f"{named} {table.title}".strip(), style="Caption")
    found = document.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Light List")
    grid = [[column.heading for column in table.columns]]
    grid += [[f"{c.text} {c.small}" if c.small else c.text for c in row] for row in table.rows]
    for line, texts in zip(found._tbl.tr_lst, grid, strict=True):
        for cell, text in zip(line.tc_lst, texts, strict=True):
            cell.p_lst[0].add_r().text = text
    properties = found._tbl.tr_lst[0].get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    if table.notes:
        document.add_paragraph(" ".join(table.notes))


def _same_bytes(data: bytes) -> bytes:
    """The archive with one time in all its entries."""
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return sink.getvalue()
