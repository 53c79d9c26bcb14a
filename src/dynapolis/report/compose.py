"""The whole report of an edition in one language, as blocks: prose with its claims, figures, tables, city pages."""

from __future__ import annotations

from dataclasses import replace

from dynapolis import __version__
from dynapolis.figures.counts import figure_id
from dynapolis.report.blocks import (
    Block,
    Bullets,
    Chapter,
    CityPage,
    Cover,
    Figure,
    Heading,
    Line,
    Paragraph,
    Report,
    Table,
)
from dynapolis.report.claim import Claim
from dynapolis.report.composer import Composer, map_addresses
from dynapolis.report.data import ReportData
from dynapolis.report.evidence_links import EvidenceLinks
from dynapolis.report.evidence_page import searched_cities
from dynapolis.report.messages import read_messages
from dynapolis.report.prose import CHAPTERS, NUMBERED, Prose, read_prose
from dynapolis.report.sections.change import compare
from dynapolis.report.sections.city_page import city_sheet
from dynapolis.report.sections.collaboration import collaboration_evidence
from dynapolis.report.sections.common import Writing
from dynapolis.report.sections.crossed import cross_evidence
from dynapolis.report.sentences import Speaker
from dynapolis.steps.comparison import Comparison


def compose_report(data: ReportData, claims: dict[str, Claim], lang: str, previous: ReportData | None = None) -> Report:
    """Everything an edition says in one language.

    Args:
        claims: of the edition, and of its comparison with ``previous`` where there is one; see ``all_claims``.
        previous: the edition before; without it nothing is said of change.

    Raises:
        BadContent: the prose is faulty.
        BrokenClaim: the prose names a claim, figure or part that does not exist.
    """

    comparison = compare(previous, data) if previous is not None else None
    return write_blocks(prepare_writing(data, claims, lang, comparison))


def prepare_writing(
    data: ReportData, claims: dict[str, Claim], lang: str, comparison: Comparison | None = None
) -> Writing:
    """What the parts of one language are written with."""
    return Writing(data, Speaker(data, read_messages(lang)), claims, evidence_links(data), comparison)


def evidence_links(data: ReportData) -> EvidenceLinks:
    """Addresses of the initiatives behind every number."""
    return EvidenceLinks(evidence_units(data), {unit: record["city_id"] for unit, record in data.records.items()})


def evidence_units(data: ReportData) -> dict[str, list[str]]:
    """Units by every name a number may link to."""
    labs = data.units_of_figure.get(data.figure("all", "units", "population", "living_labs")["figure_id"], [])
    found = data.units_of_figure | collaboration_evidence(data) | cross_evidence(data.adopted, labs)
    for unit, record in data.records.items():
        for scope in ("all", record["city_id"]):
            found.setdefault(figure_id(scope, "units", "population", "units", "primary"), []).append(unit)
    for unit, records in data.records_of_unit.items():
        for register in dict.fromkeys(record["register"] for record in records):
            found.setdefault(f"register.{register}", []).append(unit)
    for row in data.rows("out_figures__assn_capability_unit"):
        found.setdefault(f"capability.{row['capability']}.{row['actor']}", []).append(row["unit_id"])
    for row in data.rows("out_index__assn_indicator_unit"):
        found.setdefault(f"indicator.{row['city_id']}.{row['indicator']}", []).append(row["unit_id"])
    return found


def write_blocks(writing: Writing) -> Report:
    """The report as blocks, every address inside it settled."""
    lang = writing.speaker.lang
    prose = read_prose()[lang]
    composer = Composer(writing)
    chapters = tuple(_chapter(composer, prose[name]) for name in CHAPTERS)
    cities = tuple(
        replace(page, blocks=tuple(composer.settle(block) for block in page.blocks))
        for page in (city_sheet(writing, city) for city in searched_cities(writing))
    )
    report = Report(lang.value, _cover(writing), chapters, cities, source_lines(writing), tuple(_footer(writing)))
    return _without_dead_ends(report)


def _chapter(composer: Composer, prose: Prose) -> Chapter:
    number = NUMBERED.index(prose.chapter_id) + 1 if prose.chapter_id in NUMBERED else None
    title = composer.writing.say(f"report_chapter.{prose.chapter_id}")
    blocks = [block for passage in prose.passages for block in composer.write(passage)]
    return Chapter(prose.chapter_id, number, title, tuple(blocks))


def anchors_of(block: Block) -> list[str]:
    """Every place in a block that an address can name."""
    if isinstance(block, Figure):
        return [block.figure_id, *anchors_of(block.table)]
    if isinstance(block, Table):
        return [block.table_id, *block.anchors]
    return [block.anchor] if isinstance(block, Heading) else []


def anchors(report: Report) -> dict[str, str]:
    """By anchor, the chapter it stands in; city pages as ``city-<id>``."""
    found = {}
    for chapter in report.chapters:
        found[chapter.chapter_id] = chapter.chapter_id
        for block in chapter.blocks:
            found |= dict.fromkeys(anchors_of(block), chapter.chapter_id)
    for page in report.cities:
        found[f"city-{page.city_id}"] = f"city-{page.city_id}"
        for block in page.blocks:
            found |= dict.fromkeys(anchors_of(block), f"city-{page.city_id}")
    return found


def _without_dead_ends(report: Report) -> Report:
    """Ways to figures that the edition does not have are taken out, and other dead addresses with them."""
    known = anchors(report)

    def address(href: str) -> str | None:
        return None if href.startswith("#") and href.removeprefix("#") not in known else href

    def clean(block: Block) -> Block:
        block = map_addresses(block, address)
        if isinstance(block, Paragraph | Bullets):
            lines = [
                replace(line, ways=tuple(way for way in line.ways if way.href))
                for line in block.lines
                if not (line.text.startswith("(") and line.href is None and not line.claim_id and not line.claim_ids)
            ]
            return replace(block, lines=tuple(lines))
        return block

    chapters = tuple(replace(c, blocks=tuple(map(clean, c.blocks))) for c in report.chapters)
    cities = tuple(CityPage(p.city_id, p.title, tuple(map(clean, p.blocks))) for p in report.cities)
    return replace(report, chapters=chapters, cities=cities)


def _cover(writing: Writing) -> Cover:
    data, say = writing.data, writing.say
    title, edition = say("page.title"), data.edition
    year = max((str(register.date)[:4] for register in data.registers), default="")
    citation = say(
        "report_page.citation", authors=say("report_page.authors"), year=year, title=title, id=edition.short_id,
        version=data.spec.version, doi="", full=edition.edition_id,
    )  # fmt: skip
    return Cover(
        title=title,
        subtitle=say("page.subtitle"),
        edition=say("report_page.edition_line", id=edition.short_id, version=data.spec.version),
        edition_id=edition.edition_id,
        version=data.spec.version,
        release=edition.name,
        made_with=f"dynapolis {__version__}",
        doi="",
        citation=" ".join(citation.split()),
        warnings=tuple(writing.speaker.warnings()),
    )


def source_lines(writing: Writing) -> tuple[Line, ...]:
    """The registers and the edition, as they stand under every figure."""
    edition = writing.data.edition.short_id
    return tuple(
        writing.told("page.source_register", f"register.{register.name}", licence=register.licence.name, id=edition)
        for register in writing.data.registers
    )


def _footer(writing: Writing) -> list[str]:
    edition, say = writing.data.edition, writing.say
    licences = ", ".join(dict.fromkeys(register.licence.name for register in writing.data.registers))
    return [
        say("page.footer", id=edition.short_id, version=__version__, level=writing.speaker.level),
        say("page.licence", licence=licences),
        say("page.full_id", id=edition.edition_id),
    ]
