"""How far the coders agree, and who they are."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.agreement_table import agreement_notes, alpha_text, pair_name
from dynapolis.report.blocks import Block, Bullets, Cell, Column, Figure, Line, Section, Table
from dynapolis.report.sections.common import Writing
from dynapolis.report.svg import responsive


def write_agreement(writing: Writing) -> Section:
    """Who the coders are, and alpha of every pair and scheme."""
    speaker = writing.speaker
    coders = Bullets(tuple(Line(speaker.coder(coder)) for coder in writing.data.coders))
    blocks: list[Block] = [coders, writing.lines("agreement")]
    if "agreement" in writing.claims:
        blocks.append(_alphas(writing))
    return Section("agreement", writing.say("section.agreement"), blocks)


def _alphas(writing: Writing) -> Figure:
    data, speaker, say = writing.data, writing.speaker, writing.say
    found = [row for row in data.rows("out_coding__agreement") if not row["code"]]
    pairs = {pair_name(speaker, row): pair_name(speaker, row) for row in found}
    rows = [
        charts.AlphaRow(
            speaker.scheme(r["scheme"]), pair_name(speaker, r), r["alpha"], r["low"], r["high"], alpha_text(r, speaker)
        )
        for r in found
    ]
    words = charts.AlphaWords(say("word.alpha"), pairs, say("word.tentative"), say("word.reliable"))
    cells = [
        (
            Cell(speaker.scheme(row["scheme"])),
            Cell(pair_name(speaker, row)),
            Cell(numbers.count(row["n_units"])),
            Cell(f"{row['percent']:.1f}%"),
            Cell(alpha_text(row, speaker)),
        )
        for row in found
    ]
    keys = ("scheme", "pair", "n_units", "agreement_percent", "alpha")
    columns = tuple(Column(say(f"word.{key}"), "left" if n < 2 else "right") for n, key in enumerate(keys))
    title, reading = say("figure.agreement"), writing.line("agreement")
    svg = responsive(
        lambda width: charts.alpha_dots(rows, words, width=width), name="alphas", title=title, description=reading.text
    )
    table = Table("table-agreement", title, columns, tuple(cells))
    return Figure("agreement-figure", title, reading, svg, table, (say("note.agreement"), *agreement_notes(speaker)))
