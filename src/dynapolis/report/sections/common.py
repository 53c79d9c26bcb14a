"""What several sections need: share tables and charts on both bases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dynapolis.figures.chance import share_interval
from dynapolis.model.language import Lang
from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Line, Paragraph, Table
from dynapolis.report.claims import Claim
from dynapolis.report.data import ReportData, Row
from dynapolis.report.evidence_links import EvidenceLinks
from dynapolis.report.sentences import Speaker
from dynapolis.report.svg import responsive

if TYPE_CHECKING:
    from dynapolis.report.charts import Chart
    from dynapolis.steps.comparison import Comparison


@dataclass(frozen=True)
class Writing:
    """Everything a section is written with."""

    data: ReportData
    speaker: Speaker
    claims: dict[str, Claim]
    links: EvidenceLinks
    comparison: Comparison | None = None

    def line(self, claim_id: str) -> Line:
        """The sentence of a claim with the way to its evidence."""
        claim = self.claims[claim_id]
        return Line(self.speaker.sentence(claim), claim_id, self.links.of_claim(claim.evidence))

    def told(self, key: str, claim_id: str, **others: str) -> Line:
        """A text by key, filled with the values of a claim and others that are no numbers."""
        claim = self.claims[claim_id]
        values = {name: self.speaker.value(value) for name, value in claim.values.items()}
        text = self.speaker.words.say(key, **values, **others)
        return Line(text, href=self.links.of_claim(claim.evidence), claim_ids=(claim_id,))

    def lines(self, *claim_ids: str) -> Paragraph:
        """Sentences of claims in a row; a claim that the edition does not make is passed over."""
        return Paragraph(tuple(self.line(name) for name in claim_ids if name in self.claims))

    def say(self, key: str, **values: str) -> str:
        """A text by key."""
        return self.speaker.words.say(key, **values)

    def nothing(self, title: str) -> Paragraph:
        """That nothing was found, where a figure would stand."""
        return Paragraph((Line(f"{title}: {self.say('page.nothing')}"),))

    def note(self, key: str) -> str:
        """A note, with the level of the intervals."""
        return self.say(f"note.{key}", level=self.speaker.level)


def register_evidence(registers: Iterable[str]) -> str:
    """The evidence of a number about whole registers: all initiatives with a record in one of them."""
    return " ".join(f"register.{name}" for name in registers)


def counted(n: float, href: str | None = None, evidence: str | None = None, *, muted: bool = False) -> Cell:
    """A count as a cell, with its bare value."""
    return Cell(numbers.count(n), href, value=n, evidence=evidence, muted=muted)


def shared(share: float | None, decimals: int = 1) -> Cell:
    """A share as a cell, with its bare value."""
    return Cell(numbers.percent(share, decimals), value=share)


def interval_cell(low: float | None, high: float | None, lang: Lang, decimals: int = 1) -> Cell:
    """The two ends of an interval of a share as a cell, with their bare values."""
    return Cell(numbers.percent_range(low, high, lang, decimals), low=low, high=high)


def drawn(chart: Chart, *, figure_id: str, title: str, reading: Line, table: Table,
          notes: tuple[str, ...] = ()) -> Figure:  # fmt: skip
    """A figure whose picture stands in pages in both widths and is drawn again for print."""
    svg = responsive(chart, name=figure_id, title=title, description=reading.text)
    return Figure(figure_id, title, reading, svg, table, notes, chart)


def share_figure(writing: Writing, *, figure_id: str, title: str, claim_id: str, population: str, scheme: str,
                 bases: Sequence[str], notes: tuple[str, ...]) -> Block:  # fmt: skip
    """Dots with intervals of a scheme's shares on one or both bases, the largest first, and the table behind.

    The table alone where there are too few for shares, and a sentence where nothing was found.
    """
    data, speaker = writing.data, writing.speaker
    if claim_id not in writing.claims:
        return writing.nothing(title)
    codes = [row["code"] for row in codes_in_order(data, population, scheme, bases[0])]
    named = {basis: writing.say(f"basis.{basis}") for basis in bases}
    rows, cells = [], []
    for code in codes:
        line = [Cell(speaker.code(scheme, code))]
        for basis in bases:
            row = data.figure("all", population, scheme, code, basis)
            href = writing.links.to(row["figure_id"])
            rows.append(
                charts.ShareRow(
                    speaker.code(scheme, code), basis, row["share"], row["share_low"], row["share_high"],
                    f"{row['numerator']} · {numbers.percent(row['share'], 0)}", href,
                )
            )  # fmt: skip
            line += [counted(row["numerator"], href, row["figure_id"]), shared(row["share"])]
            line.append(interval_cell(row["share_low"], row["share_high"], speaker.lang))
        cells.append(tuple(line))
    if rest := uncoded_row(writing, population, scheme, codes, bases):
        cells.append(rest)
    words = charts.ShareWords(writing.say("word.share_axis"), named)
    columns = [Column(speaker.scheme({"sector_report": "sector"}.get(scheme, scheme)), "left")]
    for basis in bases:
        prefix = f"{named[basis]}: " if len(bases) > 1 else ""
        columns += [
            Column(prefix + writing.say("word.numerator"), key=f"n_{basis}"),
            Column(prefix + writing.say("word.share"), key=f"share_{basis}", unit="share"),
            Column(prefix + writing.say("word.interval", level=speaker.level), key=f"interval_{basis}", unit="share"),
        ]
    whole = f"whole.{population}"
    table = Table(
        f"table-{figure_id}",
        f"{title} ({writing.line(whole).text})",
        tuple(columns),
        tuple(cells),
        (writing.say("page.rounding"),),
        keys=(*codes, *(["uncoded"] if len(cells) > len(codes) else [])),
        claim_ids=(whole,),
    )
    reading = writing.line(claim_id)
    if any(row.share is None for row in rows):
        return table
    return drawn(
        lambda width: charts.share_dots(rows, words, width=width),
        figure_id=figure_id, title=title, reading=reading, table=table, notes=notes,
    )  # fmt: skip


def uncoded_row(
    writing: Writing, population: str, scheme: str, codes: Sequence[str], bases: Sequence[str], scope: str = "all"
) -> tuple[Cell, ...] | None:
    """What has no primary code of a scheme, so that the shares of a table sum to the whole; none where all have."""
    found = [writing.data.figure(scope, population, scheme, code) for code in codes]
    total = found[0]["denominator"] if found else 0
    n = total - sum(row["numerator"] for row in found)
    if not total or not n or found[0]["share"] is None:
        return None
    low, high = share_interval(n, total, writing.data.level)
    ends = interval_cell(float(low), float(high), writing.speaker.lang)
    line = [Cell(writing.say("way.uncoded")), counted(n, evidence=found[0]["figure_id"]), shared(n / total), ends]
    return (*line, *(Cell(numbers.MISSING, muted=True) for _ in range(3 * (len(bases) - 1))))


def codes_in_order(data: ReportData, population: str, scheme: str, basis: str) -> list[Row]:
    """Codes of a scheme that somebody has on any basis, the largest first, in the codebook's order where equal."""
    order = list(data.codebook.by_scheme[{"sector_report": "sector"}.get(scheme, scheme)].code_names)
    rows = [
        row
        for row in data.figures.values()
        if (row["scope"], row["population"], row["scheme"], row["basis"]) == ("all", population, scheme, basis)
        and (row["numerator"] or data.figure("all", population, scheme, row["code"], "any")["numerator"])
    ]
    return sorted(rows, key=lambda row: (-row["numerator"], order.index(row["code"])))
