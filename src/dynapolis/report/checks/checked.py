"""A report in both languages as checks see it, and what they find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dynapolis.report.blocks import Block, Bullets, Figure, Heading, Line, Paragraph, Report, Table
from dynapolis.report.ledger import all_tables
from dynapolis.report.parts import PARTS
from dynapolis.report.sections.common import Writing


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a report."""

    check: str
    where: str
    found: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.found}"


@dataclass(frozen=True)
class Checked:
    """A report in both languages and what it was written with."""

    reports: Mapping[str, Report]
    writings: Mapping[str, Writing]

    def lines(self) -> Iterator[tuple[str, str, Line]]:
        """Every sentence with its language and the place it stands at."""
        for lang, report in self.reports.items():
            for where, block in placed_blocks(report):
                found = block.lines if isinstance(block, Paragraph | Bullets) else ()
                found = (block.reading,) if isinstance(block, Figure) else found
                for line in found:
                    yield lang, where, line

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Everything the report says in its own words: sentences, titles, headings, notes; no names and quotations."""
        for lang, where, line in self.lines():
            yield lang, where, line.text
        for lang, report in self.reports.items():
            for chapter in report.chapters:
                yield lang, chapter.chapter_id, chapter.title
            for where, block in placed_blocks(report):
                if isinstance(block, Heading):
                    yield lang, where, block.text
                for table in all_tables([block]):
                    yield from ((lang, table.table_id, text) for text in (table.title, *table.notes))
                if isinstance(block, Figure):
                    yield from ((lang, block.figure_id, text) for text in (block.title, *block.notes))

    @cached_property
    def said_by_code(self) -> dict[str, set[str]]:
        """By language, sentences with numbers that sections of code write; see ``_said_by_code``."""
        return {lang: _said_by_code(writing) for lang, writing in self.writings.items()}

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table, also those behind figures and on city pages."""
        for lang, report in self.reports.items():
            yield from ((lang, table) for table in all_tables(report.blocks()))


def placed_blocks(report: Report) -> Iterator[tuple[str, Block]]:
    """Every block with the chapter or city page it stands in."""
    for chapter in report.chapters:
        yield from ((chapter.chapter_id, block) for block in chapter.blocks)
    for page in report.cities:
        yield from ((f"city-{page.city_id}", block) for block in page.blocks)


def _said_by_code(writing: Writing) -> set[str]:
    """Sentences with numbers that sections of code write: warnings, coverage, coders, what registers do not measure."""
    said = set(writing.speaker.warnings())
    for name in ("bounds", "coverage", "coders", "collaboration"):
        for block in PARTS[name](writing):
            if isinstance(block, Paragraph | Bullets):
                said |= {line.text for line in block.lines}
    return said
