"""What a report is made of, in one language and before any markup: sentences, figures, tables, cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, perhaps of a claim, with a way to its evidence."""

    text: str
    claim_id: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, a way to its evidence, and what kind of cell it is."""

    text: str
    href: str | None = None
    small: str | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and the side its cells stand on."""

    heading: str
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, notes and source. The first cell of a row is its heading; ``anchors`` name rows."""

    table_id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the finding it shows, its table, and a note on what its intervals hold."""

    figure_id: str
    title: str
    reading: Line
    svg: str
    table: Table
    notes: tuple[str, ...] = ()
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


Block = Table | Figure | Paragraph | Bullets | Case


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    section_id: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
