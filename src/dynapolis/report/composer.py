"""From passages that writers wrote to blocks: claims said, blocks placed under their permanent names, ways settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dynapolis.errors import BrokenClaim
from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.blocks import Block, Bullets, Case, Cell, Figure, Heading, Line, Paragraph, Table
from dynapolis.report.english import fill_english
from dynapolis.report.evidence_links import CITIES_PAGE
from dynapolis.report.labels import caption
from dynapolis.report.messages import Spoken
from dynapolis.report.numbering import FIGURES, NAMES, PLACED, TABLES, permanent
from dynapolis.report.particles import fill
from dynapolis.report.parts import PARTS
from dynapolis.report.prose import NUMBERED, Passage, Place, Span
from dynapolis.report.sections.common import Writing
from dynapolis.report.svg import responsive

# Claims that some editions cannot make; a writer may name them, and their sentence is then passed over.
OPTIONAL = frozenset({
    "agreement", "capability_beside", "capability_none", "capability_top", "change_cities", "change_panel",
    "change_parts", "change_share", "goal_any", "goal_top", "index_first", "index_none", "index_tier", "innovation",
    "innovation_most", "lab_cell", "lab_type_top", "labs_most", "lead", "pillars", "rank_example", "robust", "searched",
    "sector_any", "sector_city", "sector_top", "sensitivity", "stage", "top_five", "units_most", "unresolved",
})  # fmt: skip


@dataclass
class Composer:
    """Turns passages into blocks; remembers which name a block got, for the addresses inside the report."""

    writing: Writing
    names: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The version of the index, with which permanent names begin."""
        return self.writing.data.spec.version

    def write(self, passage: Passage) -> Iterator[Block]:
        """The blocks of one passage, with settled addresses."""
        yield from map(self.settle, self._written(passage))

    def _written(self, passage: Passage) -> Iterator[Block]:
        if passage.kind == "heading":
            text = passage.spans[0][0]
            assert isinstance(text, str)
            yield Heading(text, passage.anchor, passage.level)
        elif passage.kind == "block":
            place = passage.spans[0][0]
            assert isinstance(place, Place)
            yield from self._placed(place)
        elif passage.kind == "paragraph":
            lines = self.lines(passage.spans[0])
            if lines:
                yield Paragraph(tuple(lines))
        else:
            items = [line for spans in passage.spans for line in self._item(spans)]
            if items:
                yield Bullets(tuple(items))

    def _placed(self, place: Place) -> list[Block]:
        made = {"figure": FIGURES, "table": TABLES}.get(place.kind)
        if made is None:
            if place.name not in PARTS:
                raise BrokenClaim(f"content/report names the part '{place.name}', which does not exist")
            return [self._numbered(block, PLACED) for block in PARTS[place.name](self.writing)]
        if place.name not in made:
            raise BrokenClaim(f"content/report places {place.name}, which no {place.kind} is numbered")
        block = made[place.name](self.writing)
        return [self._named(block, permanent(self.version, place.name))]

    def _numbered(self, block: Block, placed: Mapping[str, str]) -> Block:
        if isinstance(block, Table) and block.table_id in placed:
            return self._named(block, permanent(self.version, placed[block.table_id]))
        if isinstance(block, Figure):
            number = {"slopes": "F8", "parts": "F9"}[block.figure_id]
            return self._named(block, permanent(self.version, number))
        if isinstance(block, Table) and block.table_id == "change-cities":
            return self._named(block, permanent(self.version, "T17"))
        return block

    def _named(self, block: Block, name: str) -> Block:
        """The block under its permanent id; a figure's table carries the same name and ``.data``."""
        if isinstance(block, Figure):
            table = replace(block.table, table_id=f"{name}.data")
            return redraw(replace(block, figure_id=name, table=table))
        if isinstance(block, Table):
            return replace(block, table_id=name if ".T" in name else f"{name}.data")
        return block

    def _item(self, spans: tuple[Span, ...]) -> list[Line]:
        """One item of a list: a sentence of a claim keeps its own line, other text is one line."""
        lines = self.lines(spans)
        ways = [line for line in lines if line.href and line.claim_id is None and not line.claim_ids]
        said = [line for line in lines if line not in ways]
        if not said:
            return []
        first = said[0] if len(said) == 1 else _joined(said)
        return [replace(first, href=first.href)] if not ways else [_with_way(first, ways[0])]

    def lines(self, spans: tuple[Span, ...]) -> list[Line]:
        """The sentences of a passage; what the edition does not claim is passed over with its sentence."""
        lines: list[Line] = []
        text: list[Span] = []
        for span in spans:
            whole = isinstance(span, Place) and (span.kind != "claim" or "." not in span.name)
            if not whole:
                text.append(span)
                continue
            lines += self._sentence(text)
            text = []
            assert isinstance(span, Place)
            lines += self._alone(span)
        return lines + self._sentence(text)

    def _alone(self, place: Place) -> list[Line]:
        if place.kind == "claim":
            return [self.writing.line(place.name)] if self._has(place.name) else []
        say, lang = self.writing.say, self.writing.speaker.lang
        if place.kind == "see":
            name = permanent(self.version, place.name)
            return [Line(f"({caption(name, lang)})", href=f"#{name}")]
        if place.kind == "chapter":
            number = numbers.count(NUMBERED.index(place.name) + 1)
            return [Line(say("report_page.chapter", n=number), href=f"#{place.name}")]
        if place.kind == "open":
            return [Line(say("report_part.open_evidence"), href=place.name)]
        raise BrokenClaim(f"content/report: {{{place.kind}:{place.name}}} must stand on a line of its own")

    def _sentence(self, spans: list[Span]) -> list[Line]:
        """Text with the values of claims in it, as one line."""
        if not "".join(span for span in spans if isinstance(span, str)).strip() and len(spans) < 2:
            return []
        values: dict[str, str | Spoken] = {}
        template, claims = [], []
        for span in spans:
            if isinstance(span, str):
                template.append(span.replace("{", "{{").replace("}", "}}"))
                continue
            claim_id, value = span.name.split(".")
            if not self._has(claim_id):
                return []
            found = self.writing.claims[claim_id].values
            if value not in found:
                raise BrokenClaim(
                    f"content/report names {span.name}; claim {claim_id} holds {', '.join(sorted(found))}"
                )
            key = f"v{len(values)}"
            values[key] = self.writing.speaker.value(found[value])
            template.append(f"{{{key}:{span.form}}}" if span.form else f"{{{key}}}")
            claims.append(claim_id)
        text = self._filled("".join(template).strip(), values)
        return [Line(text, claim_ids=tuple(dict.fromkeys(claims)))]

    def _filled(self, template: str, values: Mapping[str, str | Spoken]) -> str:
        plain = {name: value.text if isinstance(value, Spoken) else value for name, value in values.items()}
        if self.writing.speaker.lang is Lang.EN:
            return fill_english(template, plain)
        readings = {n: v.reading for n, v in values.items() if isinstance(v, Spoken) and v.reading}
        return fill(template, plain, readings)

    def _has(self, claim_id: str) -> bool:
        if claim_id in self.writing.claims:
            return True
        if claim_id not in OPTIONAL:
            raise BrokenClaim(f"content/report names the claim '{claim_id}', which the report does not make")
        return False

    def settle(self, block: Block) -> Block:
        """The block with its addresses in the form of this report: ``#`` and a name, a page, or the web."""
        return map_addresses(block, self.address)

    def address(self, href: str) -> str:
        """One address; older names of blocks become the permanent ones."""
        path, mark, name = href.partition("#")
        if path not in ("", CITIES_PAGE) or not mark:
            return href
        return f"#{permanent(self.version, NAMES[name])}" if name in NAMES else f"#{name}"


def redraw(figure: Figure) -> Figure:
    """The figure's picture for pages under its present name."""

    if figure.chart is None:
        return figure
    svg = responsive(
        figure.chart, name=figure_name(figure.figure_id), title=figure.title, description=figure.reading.text
    )
    return replace(figure, svg=svg)


def figure_name(figure_id: str) -> str:
    """A figure's id as the beginning of ids inside its picture.

    Example:
        >>> figure_name("2022.F5")
        'f-2022.F5'
    """
    return f"f-{figure_id}"


def _joined(lines: list[Line]) -> Line:
    claims = [name for line in lines for name in ([line.claim_id] if line.claim_id else line.claim_ids)]
    href = next((line.href for line in lines if line.href), None)
    return Line(" ".join(line.text for line in lines), href=href, claim_ids=tuple(dict.fromkeys(claims)))


def _with_way(line: Line, way: Line) -> Line:
    """A sentence of a list with the way to its figure behind it; its own evidence stays reachable there."""
    return replace(line, ways=(*line.ways, way))


def map_addresses(block: Block, address: Callable[[str], str | None]) -> Block:
    """The block with every address in it changed; nothing stands for an address that is taken away."""

    def of_line(line: Line) -> Line:
        ways = tuple(of_line(way) for way in line.ways)
        return replace(line, href=address(line.href) if line.href else None, ways=ways)

    def of_cell(cell: Cell) -> Cell:
        return replace(cell, href=address(cell.href)) if cell.href else cell

    def of_table(table: Table) -> Table:
        return replace(table, rows=tuple(tuple(map(of_cell, row)) for row in table.rows))

    if isinstance(block, Figure):
        return replace(block, reading=of_line(block.reading), table=of_table(block.table))
    if isinstance(block, Table):
        return of_table(block)
    if isinstance(block, Paragraph | Bullets):
        return replace(block, lines=tuple(map(of_line, block.lines)))
    return replace(block, href=address(block.href) or block.href) if isinstance(block, Case) else block
