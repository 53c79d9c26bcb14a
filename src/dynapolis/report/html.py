"""From the blocks of a report to its pages: a first page, one per chapter and city, all on one page, and evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from dynapolis import __version__
from dynapolis.errors import BrokenClaim
from dynapolis.model.language import Lang
from dynapolis.report.blocks import Chapter, CityPage, Figure, Line, Report, Table
from dynapolis.report.charts import dark_variables
from dynapolis.report.compose import anchors
from dynapolis.report.data_files import file_name
from dynapolis.report.evidence_links import EVIDENCE_PAGE, city_page
from dynapolis.report.evidence_page import evidence_list, evidence_units, figures_json, searched_cities
from dynapolis.report.labels import caption
from dynapolis.report.numbering import NAMES, permanent
from dynapolis.report.prose import NUMBERED
from dynapolis.report.sections.common import Writing

FIRST_PAGE, WHOLE_PAGE, LAST_PAGE = "index.html", "report.html", "back.html"
FRONT = ("summary", "reading")
_HREF = re.compile(r'<a href="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """What the templates ask while a page is written: addresses from this page, captions, rows, pictures."""

    file: str
    lang: str
    version: str
    sources: tuple[Line, ...]
    files: dict[str, str]  # by anchor, the page it stands on; empty where everything is on this page

    def address(self, href: str) -> str:
        """An address inside the report as seen from this page; others stay."""
        path, mark, name = href.partition("#")
        if not mark or path not in ("", "cities.html"):
            return href
        name = permanent(self.version, NAMES[name]) if name in NAMES else name
        file = self.files.get(name, self.file)
        if file == f"{name}.html":
            return file
        return f"#{name}" if file == self.file else f"{file}#{name}"

    def caption(self, block_id: str) -> str:
        """What stands before a title; nothing for blocks without a number and for the tables behind figures."""
        text = "" if block_id.endswith(".data") else caption(block_id, self.lang)
        if not text:
            return ""
        return f"〈{text}〉 " if self.lang == "ko" else f"{text}. "

    def file_of(self, table: Table) -> str:
        """The data file of a numbered table."""
        return f"data/{file_name(table)}" if caption(table.table_id, self.lang) else ""

    def picture(self, figure: Figure) -> Markup:
        """The chart with its addresses as seen from this page."""
        return Markup(_HREF.sub(lambda found: f'<a href="{self.address(found[1])}"', figure.svg))

    def rows(self, table: Table) -> Markup:
        """The body of a table; rows and columns carry their names, which with the table's name the claim."""
        classes = [column.align for column in table.columns]
        lines = []
        for r, row in enumerate(table.rows):
            anchor = f' id="{escape(table.anchors[r])}"' if r < len(table.anchors) else ""
            key = f' data-key="{escape(table.keys[r])}"' if r < len(table.keys) else ""
            cells = []
            for c, cell in enumerate(row):
                text = str(escape(cell.text))
                if cell.href:
                    text = f'<a class="n" href="{escape(self.address(cell.href))}">{text}</a>'
                small = f" <small>{escape(cell.small)}</small>" if cell.small else ""
                if c:
                    muted = " muted" if cell.muted else ""
                    cells.append(f'<td class="{classes[c]}{muted}">{text}{small}</td>')
                else:
                    cells.append(f'<th scope="row" class="{classes[c]}">{text}{small}</th>')
            lines.append(f"\n<tr{anchor}{key}>{''.join(cells)}</tr>")
        return Markup("".join(lines))

    def chapter_title(self, chapter: Chapter) -> str:
        """The title with the number, if the chapter has one."""
        return f"{chapter.number} {chapter.title}" if chapter.number else chapter.title


def render_pages(writing: Writing, report: Report) -> dict[str, str]:
    """All pages of one language by file name. The evidence pages come last: they answer the links of the others."""
    say = writing.say
    files = {name: page_file(chapter) for name, chapter in anchors(report).items()}
    front = [chapter for chapter in report.chapters if chapter.chapter_id in FRONT]
    back = [c for c in report.chapters if c.chapter_id not in (*FRONT, *NUMBERED)]
    numbered = [c for c in report.chapters if c.chapter_id in NUMBERED]
    title = say("page.title")
    pages = {
        FIRST_PAGE: _report_page(writing, report, FIRST_PAGE, title, files, front, cover=True),
        WHOLE_PAGE: _report_page(
            writing, report, WHOLE_PAGE, title, {}, list(report.chapters), cover=True, cities=report.cities
        ),
        LAST_PAGE: _report_page(writing, report, LAST_PAGE, say("report_chapter.references"), files, back),
    }
    for n, chapter in enumerate(numbered):
        file = page_file(chapter.chapter_id)
        ways = [(page_file(c.chapter_id), f"← {_numbered(c)}") for c in numbered[max(0, n - 1) : n]]
        ways += [(page_file(c.chapter_id), f"{_numbered(c)} →") for c in numbered[n + 1 : n + 2]]
        pages[file] = _report_page(writing, report, file, _numbered(chapter), files, [chapter], ways=ways)
    for city in report.cities:
        file = f"city-{city.city_id}.html"
        pages[file] = _report_page(writing, report, file, city.title, files, [], cities=(city,))
    pages[EVIDENCE_PAGE] = _evidence_page(
        writing, report, EVIDENCE_PAGE, say("evidence.title"), "evidence.html.j2", list(evidence_list(writing))
    )
    for name in searched_cities(writing):
        heading = say("evidence.city_title", city=writing.speaker.city(name))
        units = list(evidence_units(writing, name))
        pages[city_page(name)] = _evidence_page(
            writing, report, city_page(name), heading, "evidence_city.html.j2", units
        )
    return pages


def page_file(chapter_id: str) -> str:
    """The file of a chapter or city page."""
    if chapter_id in FRONT:
        return FIRST_PAGE
    return f"{chapter_id}.html" if chapter_id in NUMBERED or chapter_id.startswith("city-") else LAST_PAGE


def _numbered(chapter: Chapter) -> str:
    return f"{chapter.number} {chapter.title}"


def _report_page(
    writing: Writing, report: Report, file: str, title: str, files: dict[str, str], chapters: list[Chapter], *,
    cover: bool = False, cities: tuple[CityPage, ...] = (), ways: list[tuple[str, str]] | None = None,
) -> str:  # fmt: skip
    page = Page(file, report.lang, report.cover.version, report.sources, files)
    contents = [(page.address(f"#{c.chapter_id}"), page.chapter_title(c)) for c in report.chapters]
    if file == FIRST_PAGE:
        contents = [(h, t) for h, t in contents] + [(WHOLE_PAGE, writing.say("report_page.whole"))]
        contents.append((EVIDENCE_PAGE, writing.say("evidence.title")))
    return _render(
        writing, report, "report.html.j2", file, title, page=page, cover=report.cover, with_cover=cover,
        chapters=chapters, cities=cities, contents=contents, ways=ways or [],
    )  # fmt: skip


def _evidence_page(
    writing: Writing, report: Report, file: str, title: str, template: str, units: list[dict[str, Any]]
) -> str:
    asked = writing.links.asked.get(file, {})
    counted = figures_json(writing, [unit["unit_id"] for unit in units], asked)
    return _render(writing, report, template, file, title, units=units, figures=counted, script=_asset("evidence.js"))


def _render(writing: Writing, report: Report, template: str, file: str, title: str, **values: Any) -> str:
    """One page.

    Raises:
        BrokenClaim: a place of a text was left empty.
    """
    lang = writing.speaker.lang
    html = (
        templates()
        .get_template(template)
        .render(
            lang=lang.value,
            other=(Lang.EN if lang is Lang.KO else Lang.KO).value,
            say=writing.say,
            version=__version__,
            css=style(),
            file=file,
            title=title,
            edition=writing.say("page.edition", id=writing.data.edition.short_id),
            footer=report.footer,
            ranks_nothing=writing.data.ranks_nothing,
            **values,
        )
    )
    if re.search(r"\{[a-z_]+\}", readable(html)):
        raise BrokenClaim(f"{file} ({lang}): a place of a text was left empty")
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def readable(html: str) -> str:
    """The text of a page, without its markup, styles and scripts' code; what a script may show counts as text."""
    return re.sub(r"<style.*?</style>|<script>.*?</script>|<[^>]*>", "", html, flags=re.DOTALL)


def bold(html: str) -> str:
    """The text that may be shown in bold: headings, heads of tables, strong words, labels, and what scripts put there.

    Names and titles of sources are not: in English they would bring hundreds of Korean letters into a second font.
    """
    marks = r"<(?:h[1-6]|strong|th|caption|summary|p class=.brand|text|script type)\b(.*?)</"
    return "".join(re.findall(marks, html, re.DOTALL))


@cache
def templates() -> Environment:
    """The templates of pages; a name that is not given is an error."""
    environment = Environment(
        loader=PackageLoader("dynapolis.report", "templates"),
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["strong"] = _strong
    return environment


def _strong(text: str) -> Markup:
    """Text with its **bold** words marked."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))


@cache
def style() -> str:
    """The style of pages, light and dark."""
    return _asset("style.css").replace("DARK", dark_variables())


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
