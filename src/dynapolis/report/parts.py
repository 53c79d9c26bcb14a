"""The parts of chapters that code writes: lists of cities, cases, coverage, coders, references, errata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dynapolis.report.blocks import Block, Bullets, Line, Paragraph
from dynapolis.report.evidence_page import searched_cities
from dynapolis.report.sections.cases import write_cases
from dynapolis.report.sections.change import change_blocks
from dynapolis.report.sections.collaboration import write_collaboration
from dynapolis.report.sections.common import Writing
from dynapolis.report.sections.coverage import write_coverage
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_tree

Part = Callable[[Writing], list[Block]]
MOST_CASES = 12


def _warnings(writing: Writing) -> list[Block]:
    return [Paragraph((Line(text),)) for text in writing.speaker.warnings()]


def _bounds(writing: Writing) -> list[Block]:
    lang = writing.speaker.lang
    return [
        Bullets(
            tuple(
                Line(f"**{register.title.in_(lang)}.** {register.does_not_measure.in_(lang)}")
                for register in writing.data.registers
            )
        )
    ]


def _coverage(writing: Writing) -> list[Block]:
    return list(write_coverage(writing).blocks)


def _collaboration(writing: Writing) -> list[Block]:
    return list(write_collaboration(writing).blocks)


def _cases(writing: Writing) -> list[Block]:
    """The chosen cases, at most twelve; the rule stands in the chapter's own words."""
    cases = [block for block in write_cases(writing).blocks if block.kind == "case"]
    return list(cases[:MOST_CASES])


def _coders(writing: Writing) -> list[Block]:
    return [Bullets(tuple(Line(writing.speaker.coder(coder)) for coder in writing.data.coders))]


def _only_models(writing: Writing) -> list[Block]:
    data = writing.data
    if not data.models or len(data.models) < len(data.coders):
        return []
    return [Paragraph((Line(writing.say("report_part.only_models")),))]


def _city_list(writing: Writing) -> list[Block]:
    lines = tuple(
        Line(writing.say("report_part.open_city", city=writing.speaker.city(city)), href=f"#city-{city}")
        for city in searched_cities(writing)
    )
    return [Bullets(lines)]


def _references(writing: Writing) -> list[Block]:
    lines = []
    for work in _content("references.yml")["references"]:
        doi = f" doi:{work['doi']}." if work["doi"] else ""
        text = f"{work['authors']} ({work['year']}). {work['title']}. {work['where']}.{doi}"
        lines.append(Line(text, href=f"https://doi.org/{work['doi']}" if work["doi"] else None))
    return [Bullets(tuple(lines))]


def _licences(writing: Writing) -> list[Block]:
    data, say = writing.data, writing.say
    lines = []
    for register in data.registers:
        name = f"register.{register.name}"
        lines.append(writing.told("report_part.licence", name, licence=register.licence.name))
    sources = {**data.places.sources, **data.populations.sources}
    for source in {s.title: s for s in sources.values()}.values():
        lines.append(Line(f"{source.title} ({source.publisher}): {source.licence}.", href=source.url))
    return [Bullets((*lines, Line(say("report_part.licence_own"))))]


def _errata(writing: Writing) -> list[Block]:
    lang = writing.speaker.lang
    rows = [row for row in _content("errata.yml")["errata"]]
    if not rows:
        return [Paragraph((Line(writing.say("report_part.errata_none")),))]
    lines = []
    for row in rows:
        values = {key: str(row[key]) for key in ("date", "edition", "id", "printed", "right")}
        lines.append(Line(writing.say("report_part.erratum", why=row["why"][lang], **values)))
    return [Bullets(tuple(lines))]


def _content(name: str) -> dict[str, Any]:
    tree = read_tree(shipped() / "report" / name)
    return dict(tree.data)


PARTS: Final[dict[str, Part]] = {
    "warnings": _warnings,
    "bounds": _bounds,
    "coverage": _coverage,
    "collaboration": _collaboration,
    "cases": _cases,
    "coders": _coders,
    "only_models": _only_models,
    "city_list": _city_list,
    "references": _references,
    "licences": _licences,
    "errata": _errata,
    "change": change_blocks,
}
