"""A report in both languages as checks see it, and what they find."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dynapolis.report.blocks import Block, Bullets, Figure, Heading, Line, Paragraph, Report, Table
from dynapolis.report.ledger import all_tables
from dynapolis.report.messages import PLACE
from dynapolis.report.parts import PARTS
from dynapolis.report.sections.common import Writing

NUMBER: Final = re.compile(r"\d+(?:[,.]\d+)*")


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
    def quoted(self) -> dict[str, set[str]]:
        """By language, sentences that quote a register or name a coder; see ``_quoted``."""
        return {lang: _quoted(writing) for lang, writing in self.writings.items()}

    @cached_property
    def fixed(self) -> dict[str, set[str]]:
        """By language, numbers that stand in fixed texts of headings and notes, and the level of intervals."""
        return {lang: _fixed(writing) for lang, writing in self.writings.items()}

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


_HEADINGS: Final = ("basis.", "collaboration.", "coverage.", "figure.", "note.", "page.", "report_", "word.")


def _fixed(writing: Writing) -> set[str]:
    words = writing.speaker.words
    texts = (PLACE.sub(" ", text) for key, text in words.texts.items() if key.startswith(_HEADINGS))
    return {number for text in texts for number in NUMBER.findall(text)} | set(NUMBER.findall(writing.speaker.level))


def _quoted(writing: Writing) -> set[str]:
    """Sentences in words that are not the report's: what registers say they do not measure, and names of coders."""
    said = set(writing.speaker.warnings())
    for name in ("bounds", "coders"):
        for block in PARTS[name](writing):
            if isinstance(block, Paragraph | Bullets):
                said |= {line.text for line in block.lines}
    return said
