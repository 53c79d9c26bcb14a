"""The report's sections on web pages: the same sentences, charts and tables, with addresses of this application."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dynapolis.report.blocks import Block, Bullets, Case, Cell, Figure, Line, Paragraph, Section, Table
from dynapolis.report.charts import Chart
from dynapolis.report.compose import source_lines
from dynapolis.report.composer import figure_name
from dynapolis.report.evidence_links import EvidenceLinks
from dynapolis.report.labels import caption
from dynapolis.report.numbering import DRAWN, permanent
from dynapolis.report.sections.common import Writing
from dynapolis.report.svg import responsive
from dynapolis.serve.web.page import Asked, Drawing

_HREF = re.compile(r'href="([^"]*)"')
_STYLE = re.compile(r' style="width:100%;max-width:(\d+(?:\.\d+)?)px;height:auto"')
Write = Callable[[Writing], Section]


class ReceiptLinks(EvidenceLinks):
    """Every number leads to its receipt."""

    def __init__(self, asked: Asked) -> None:
        super().__init__({}, {})
        self._page = asked

    def to(self, name: str) -> str | None:
        """Address of a number's receipt; nothing where it counts nothing."""
        found = self._page.release.reading.counted(name)
        return None if found is None or not len(found) else self._page.number(name)

    def of_claim(self, names: tuple[str, ...]) -> str | None:
        """Address of a claim's evidence: the receipt of its first number, or the page of what it rests on."""
        for name in names:
            if name.startswith("table."):
                return self._page.to({"table.indicators": "cities"}.get(name, "method"))
            if name.startswith("city."):
                return self._page.number(f"rank.{name.removeprefix('city.')}")
            if found := self.to(name):
                return found
        return None


@dataclass(frozen=True)
class Drawn:
    """Sections of a page and the pictures of their figures."""

    parts: list[Section]
    pictures: dict[str, str]


def sections(asked: Asked, name: str, writers: Iterable[Write]) -> Drawn:
    """Sections of the report for a page; drawn once for each edition, language and address form."""
    key = (name, asked.lang.value, str(asked.frozen))
    if key not in asked.release.drawn:
        writing = writing_for(asked)
        parts = [at_home(asked, write(writing)) for write in writers]
        figures = [block for part in parts for block in part.blocks if isinstance(block, Figure)]
        asked.release.drawn[key] = Drawn(parts, {f.figure_id: picture_of(asked, f) for f in figures})
    found: Drawn = asked.release.drawn[key]
    return found


def first_drawing(blocks: Iterable[Block]) -> Drawing | None:
    """The first chart among some blocks."""
    for block in blocks:
        if isinstance(block, Figure) and block.chart is not None:
            return Drawing(block.chart, block.title, block.reading.text)
    return None


def writing_for(asked: Asked) -> Writing:
    """What sections of the report are written with, on this page."""
    return Writing(asked.release.data, asked.speaker(), asked.release.claims, ReceiptLinks(asked))


def at_home(asked: Asked, section: Section) -> Section:
    """A section with the report's file names turned into addresses, and charts without inline style."""
    return replace(section, blocks=[_block(asked, block) for block in section.blocks])


def _block(asked: Asked, block: Block) -> Block:
    if isinstance(block, Figure):
        return figure_at_home(asked, block)
    if isinstance(block, Table):
        return _table(asked, block)
    if isinstance(block, Paragraph | Bullets):
        return replace(block, lines=tuple(_line(asked, line) for line in block.lines))
    return replace(block, href=href_at_home(asked, block.href)) if isinstance(block, Case) else block


def figure_at_home(asked: Asked, figure: Figure) -> Figure:
    """A figure whose table and sentence lead to addresses here, with the address of its own page."""
    table, reading = _table(asked, figure.table), _line(asked, figure.reading)
    return replace(figure, table=table, reading=reading, href=_own_page(asked, figure))


def _own_page(asked: Asked, figure: Figure) -> str | None:
    """Address of the figure's own page, where it has a permanent name."""
    version = asked.release.data.spec.version
    name = permanent(version, DRAWN[figure.figure_id]) if figure.figure_id in DRAWN else figure.figure_id
    return figure_page(asked, name) if caption(name, asked.lang) else None


def figure_page(asked: Asked, name: str) -> str:
    """Address of a figure by its permanent name."""
    return asked.to(f"figures/{name}")


def source_line(asked: Asked) -> str:
    """The registers and the edition behind a figure."""
    return " ".join(line.text for line in source_lines(writing_for(asked)))


def _table(asked: Asked, table: Table) -> Table:
    return replace(table, rows=tuple(tuple(_cell(asked, cell) for cell in row) for row in table.rows))


def _cell(asked: Asked, cell: Cell) -> Cell:
    return replace(cell, href=href_at_home(asked, cell.href)) if cell.href else cell


def _line(asked: Asked, line: Line) -> Line:
    return replace(line, href=href_at_home(asked, line.href)) if line.href else line


def picture(chart: Chart, name: str, title: str, description: str) -> str:
    """A chart, wide and narrow, without what a strict content policy stops."""
    drawn = responsive(chart, name=name, title=title, description=description)
    return _STYLE.sub(lambda found: f' width="{found[1]}"', drawn)


def picture_of(asked: Asked, figure: Figure) -> str:
    """A figure's chart with addresses here; nothing where the figure has none."""
    if figure.chart is None:
        return ""
    drawn = picture(figure.chart, figure_name(figure.figure_id), figure.title, figure.reading.text)
    return _HREF.sub(lambda found: f'href="{href_at_home(asked, found[1])}"', drawn)


def href_at_home(asked: Asked, href: str) -> str:
    """Address here of a place in the report's files; others stay."""
    path, _, anchor = href.partition("#")
    if not path and anchor:
        chapters: dict[str, str] = asked.release.drawn.get(("anchors", asked.lang.value), {})
        return f"{asked.to(f'report/{chapters[anchor]}')}#{anchor}" if anchor in chapters else href
    if path == "cities.html":
        city = anchor.removeprefix("row-")
        return asked.to(f"cities/{city}" if anchor.startswith("row-") else "cities")
    if path == "evidence.html":
        return asked.number(anchor) if anchor else asked.to("projects")
    if path.startswith("evidence-"):
        city = path.removeprefix("evidence-").removesuffix(".html")
        if anchor.startswith("r-"):
            return asked.to(f"projects/{anchor.split('-', 2)[2]}")
        return asked.number(anchor) if anchor else asked.to("projects") + f"?city={city}"
    return href
