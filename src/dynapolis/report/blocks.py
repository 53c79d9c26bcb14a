"""What a report is made of, in one language and before any markup: sentences, figures, tables, cases, chapters.

Every format (pages, print, documents, workbooks) is made from these values alone, so that all of them say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dynapolis.report.charts import Chart

Align = Literal["left", "right"]
Plain = int | float | str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, perhaps of a claim, with a way to its evidence; others may hold **bold** words.

    ``claim_ids`` names the claims whose values stand inside a sentence that a writer wrote around them; ``ways`` lead
    on, such as to the figure that shows it.
    """

    text: str
    claim_id: str | None = None
    href: str | None = None
    claim_ids: tuple[str, ...] = ()
    ways: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, a way to its evidence, and what kind of cell it is.

    ``value``, ``low`` and ``high`` are the bare numbers behind the text, in the unit of the column (a share is 0 to 1);
    ``evidence`` is the name under which the initiatives or the table behind it are found.
    """

    text: str
    href: str | None = None
    small: str | None = None
    muted: bool = False
    value: Plain = None
    low: float | None = None
    high: float | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the side its cells stand on, its name in data files, its unit and what it means.

    ``claim_id`` names the claim whose number stands in the heading.
    """

    heading: str
    align: Align = "right"
    key: str = ""
    unit: str = ""
    about: str = ""
    claim_id: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, notes and source. The first cell of a row is its heading; ``anchors`` name rows.

    ``keys`` are the names of the rows, the same in every language: ``table_id``, key and column name a number.
    ``claim_ids`` name the claims whose numbers stand in title and notes; ``rests_on`` is the evidence of each row whose
    cells have none of their own.
    """

    table_id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unit: str = ""
    claim_ids: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    kind: Literal["table"] = "table"

    def claim_of(self, row: int, column: int) -> str:
        """The id of the claim that a cell makes, such as ``2022.T1.seoul.n_innovation``."""
        key = self.keys[row] if row < len(self.keys) else str(row + 1)
        return f"{self.table_id}.{key}.{self.columns[column].key or column}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the finding it shows, the table behind it, and a note on what its intervals hold.

    ``figure_id`` (``2022.F5``) is permanent: it is also the place in the page and the name of the data file.
    ``svg`` is the picture for pages, wide and narrow; ``chart`` draws it for any width and for print. ``href`` is the
    figure's own page, where it has one.
    """

    figure_id: str
    title: str
    reading: Line
    svg: str
    table: Table
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    href: str | None = None
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences in a row."""

    lines: tuple[Line, ...]
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences one below the other; ``rich`` ones may hold **bold** words."""

    lines: tuple[Line, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part of a chapter; level 2 stands under the chapter's own."""

    text: str
    anchor: str
    level: int = 2
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Case:
    """A named case with what it is, the words that decided its codes, and its source."""

    name: str
    where: str
    text: str
    text_lang: str
    quote: str
    remarks: tuple[str, ...]
    url: str
    source_title: str
    href: str
    kind: Literal["case"] = "case"


Block = Table | Figure | Paragraph | Bullets | Case | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter that is written by code."""

    section_id: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; front and back matter have no number."""

    chapter_id: str
    number: int | None
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CityPage:
    """One city on one sheet (A4)."""

    city_id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the cover and what a citation is made of; ``doi`` is empty until one is given."""

    title: str
    subtitle: str
    edition: str
    edition_id: str
    version: str
    release: str
    made_with: str
    doi: str
    citation: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language. ``sources`` are the sentences that stand under every figure, one per register."""

    lang: str
    cover: Cover
    chapters: tuple[Chapter, ...]
    cities: tuple[CityPage, ...]
    sources: tuple[Line, ...]
    footer: tuple[str, ...]

    @property
    def source(self) -> str:
        """What stands under every figure, as one text."""
        return " ".join(line.text for line in self.sources)

    def blocks(self) -> Iterator[Block]:
        """All blocks in the order of the report, city pages after the chapter of cities."""
        for chapter in self.chapters:
            yield from chapter.blocks
            if chapter.chapter_id == "cities":
                for page in self.cities:
                    yield from page.blocks

    def figures(self) -> list[Figure]:
        """Figures in the order of the report, without those of city pages."""
        return [block for chapter in self.chapters for block in chapter.blocks if block.kind == "figure"]

    def tables(self) -> list[Table]:
        """Tables in the order of the report, without those behind figures and those of city pages."""
        return [block for chapter in self.chapters for block in chapter.blocks if block.kind == "table"]
