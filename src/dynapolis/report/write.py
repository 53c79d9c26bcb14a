"""The report of an edition as HTML, one folder per language, readable without a network or a server."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from dynapolis import __version__
from dynapolis.errors import BrokenClaim
from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.claims import Claim, make_claims
from dynapolis.report.data import ReportData
from dynapolis.report.evidence_links import CITIES_PAGE, EVIDENCE_PAGE, EvidenceLinks, city_page
from dynapolis.report.evidence_page import evidence_list, evidence_units, figures_json, searched_cities
from dynapolis.report.fonts import WEIGHTS, subset_woff2
from dynapolis.report.messages import read_messages
from dynapolis.report.sections.agreement import write_agreement
from dynapolis.report.sections.capability import write_capability, write_city_matrices
from dynapolis.report.sections.cases import write_cases
from dynapolis.report.sections.collaboration import (
    collaboration_evidence,
    write_city_collaboration,
    write_collaboration,
    write_districts,
)
from dynapolis.report.sections.common import Writing
from dynapolis.report.sections.coverage import write_city_coverage, write_coverage
from dynapolis.report.sections.index import write_index
from dynapolis.report.sections.innovation import write_innovation
from dynapolis.report.sections.labs import write_labs
from dynapolis.report.sections.registers import write_registers
from dynapolis.report.sections.summary import write_limits, write_reading, write_summary
from dynapolis.report.sections.tables import write_method, write_places, write_tables
from dynapolis.report.sentences import Speaker
from dynapolis.store.editions import Edition
from dynapolis.store.files import write_whole

FIRST_PAGE = "index.html"
SECTIONS = (
    write_summary, write_reading, write_registers, write_coverage, write_collaboration, write_index, write_innovation,
    write_labs, write_capability, write_cases, write_agreement, write_limits, write_method,
)  # fmt: skip
CITY_SECTIONS = (
    write_tables, write_city_coverage, write_city_collaboration, write_districts, write_city_matrices, write_places,
)  # fmt: skip


def write_report(edition: Edition, lang: str, out: Path) -> Path:
    """Write the pages of one language into ``out/<lang>``, their fonts beside them, and ``out/claims.json``.

    The same edition gives the same bytes.

    Returns:
        the first page.

    Raises:
        BrokenClaim: the report would say something that no figure carries.
    """
    data = ReportData.load(edition)
    claims = make_claims(data)
    pages = render_pages(prepare_writing(data, claims, lang))
    for name, html in pages.items():
        write_whole(out / lang / name, html)
    for weight in WEIGHTS:
        letters = {letter for html in pages.values() for letter in (_readable(html) if weight == 400 else _bold(html))}
        font = subset_woff2("".join(sorted(letters)), weight)
        write_whole(out / lang / "fonts" / f"dynapolis-sans-{weight}.woff2", font)
    text = json.dumps([claim.to_value() for claim in claims.values()], ensure_ascii=False, indent=1)
    write_whole(out / "claims.json", text + "\n")
    return out / lang / FIRST_PAGE


def prepare_writing(data: ReportData, claims: dict[str, Claim], lang: str) -> Writing:
    """What the sections of one language are written with."""
    return Writing(data, Speaker(data, read_messages(lang)), claims, _links(data))


def render_pages(writing: Writing) -> dict[str, str]:
    """All pages of one language by file name. The evidence pages come last: they answer the links of the others."""
    say = writing.say
    pages = {
        file: _render(writing, "index.html.j2", file, say(f"page.{title}"), source=_source(writing),
                      sections=[write(writing) for write in parts])
        for file, title, parts in ((FIRST_PAGE, "title", SECTIONS), (CITIES_PAGE, "cities_title", CITY_SECTIONS))
    }  # fmt: skip
    pages[EVIDENCE_PAGE] = _evidence_page(
        writing, EVIDENCE_PAGE, say("evidence.title"), "evidence.html.j2", list(evidence_list(writing))
    )
    for city in searched_cities(writing):
        title = say("evidence.city_title", city=writing.speaker.city(city))
        units = list(evidence_units(writing, city))
        pages[city_page(city)] = _evidence_page(writing, city_page(city), title, "evidence_city.html.j2", units)
    return pages


def _evidence_page(writing: Writing, file: str, title: str, template: str, units: list[dict[str, Any]]) -> str:
    asked = writing.links.asked.get(file, {})
    counted = figures_json(writing, [unit["unit_id"] for unit in units], asked)
    return _render(writing, template, file, title, units=units, figures=counted, script=_asset("evidence.js"))


def _links(data: ReportData) -> EvidenceLinks:
    return EvidenceLinks(_evidence(data), {unit: record["city_id"] for unit, record in data.records.items()})


def _evidence(data: ReportData) -> dict[str, list[str]]:
    """Units by every name a number may link to."""
    found = data.units_of_figure | collaboration_evidence(data)
    for row in data.rows("out_figures__assn_capability_unit"):
        found.setdefault(f"capability.{row['capability']}.{row['actor']}", []).append(row["unit_id"])
    for row in data.rows("out_index__assn_indicator_unit"):
        found.setdefault(f"indicator.{row['city_id']}.{row['indicator']}", []).append(row["unit_id"])
    return found


def _source(writing: Writing) -> str:
    data, say = writing.data, writing.say
    parts = [
        say(
            "page.source_register",
            title=register.title.in_(writing.speaker.lang),
            n=numbers.count(sum(1 for r in data.all_records.values() if r["register"] == register.name)),
            licence=register.licence.name,
            id=data.edition.short_id,
        )
        for register in data.registers
    ]
    return " ".join(parts)


def _footer(writing: Writing) -> list[str]:
    edition, say = writing.data.edition, writing.say
    licences = ", ".join(dict.fromkeys(register.licence.name for register in writing.data.registers))
    return [
        say("page.footer", id=edition.short_id, version=__version__, level=writing.speaker.level),
        say("page.licence", licence=licences),
        say("page.full_id", id=edition.edition_id),
    ]


def _render(writing: Writing, template: str, file: str, title: str, **values: Any) -> str:
    """One page.

    Raises:
        BrokenClaim: a place of a text was left empty.
    """
    lang = writing.speaker.lang
    html = (
        _templates()
        .get_template(template)
        .render(
            lang=lang.value,
            other=(Lang.EN if lang is Lang.KO else Lang.KO).value,
            say=writing.say,
            version=__version__,
            css=_asset("style.css"),
            file=file,
            title=title,
            edition=writing.say("page.edition", id=writing.data.edition.short_id),
            footer=_footer(writing),
            warnings=writing.speaker.warnings(),
            ranks_nothing=writing.data.ranks_nothing,
            **values,
        )
    )
    if re.search(r"\{[a-z_]+\}", _readable(html)):
        raise BrokenClaim(f"{file} ({lang}): a place of a text was left empty")
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def _readable(html: str) -> str:
    """The text of a page, without its markup, styles and scripts' code; what a script may show counts as text."""
    return re.sub(r"<style.*?</style>|<script>.*?</script>|<[^>]*>", "", html, flags=re.DOTALL)


def _bold(html: str) -> str:
    """The text that may be shown in bold: headings, heads of tables, strong words, labels, and what scripts put there.

    Names and titles of sources are not: in English they would bring hundreds of Korean letters into a second font.
    """
    marks = r"<(?:h[1-6]|strong|th|caption|summary|p class=.brand|text|script type)\b(.*?)</"
    return "".join(re.findall(marks, html, re.DOTALL))


@cache
def _templates() -> Environment:
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
def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
