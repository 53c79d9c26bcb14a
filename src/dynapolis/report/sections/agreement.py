"""How far the coders agree, and who they are."""

from __future__ import annotations

from collections import Counter

from dynapolis.report import charts, numbers
from dynapolis.report.agreement_table import agreement_notes, alpha_text, pair_name, within_registers
from dynapolis.report.blocks import Block, Bullets, Cell, Column, Figure, Line, Section, Table
from dynapolis.report.data import Row
from dynapolis.report.sections.common import Writing, counted, drawn, register_evidence

MOST_SERIES = 4
UNCODED = "uncoded"
WAYS = ("adjudicated", "agreed", "single_person", "model", "agreed_models", "consensus")
DECIDED = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead")


def write_agreement(writing: Writing) -> Section:
    """Who the coders are, and alpha of every pair and scheme."""
    speaker = writing.speaker
    coders = Bullets(tuple(Line(speaker.coder(coder)) for coder in writing.data.coders))
    blocks: list[Block] = [coders, writing.lines("agreement")]
    if "agreement" in writing.claims:
        blocks.append(agreement_figure(writing))
    blocks.append(decided_table(writing))
    return Section("agreement", writing.say("section.agreement"), blocks)


def decided_table(writing: Writing) -> Table:
    """By scheme, how many initiatives got their code in which way, and how many have none."""
    data, say = writing.data, writing.say
    counts: Counter[tuple[str, str]] = Counter()
    for schemes in data.adopted.values():
        counts.update((scheme, rows[0]["why"]) for scheme, rows in schemes.items())
    counts.update((row["scheme"], UNCODED) for row in data.rows("core_coding__uncoded"))
    ways = [why for why in (*WAYS, UNCODED) if any(counts[scheme, why] for scheme in DECIDED)]
    rows = [
        (
            Cell(writing.speaker.scheme(scheme)),
            *(counted(counts[scheme, why]) if counts[scheme, why] else Cell(numbers.MISSING) for why in ways),
        )
        for scheme in DECIDED
    ]
    columns = (Column(say("word.scheme"), "left"), *(Column(say(f"way.{why}"), key=why) for why in ways))
    every = register_evidence(register.name for register in data.registers)
    rests_on = tuple(every for _ in rows)
    notes = (say("note.decided"),)
    return Table("decided", say("figure.decided"), columns, tuple(rows), notes, keys=DECIDED, rests_on=rests_on)


def _shown(found: list[Row]) -> list[Row]:
    """What one chart can show: all pairs, else those who coded blind, else all of these as one."""
    blind = [row for row in found if row["independent"]]
    for rows in (found, blind):
        if len({(row["coder_1"], row["coder_2"]) for row in rows}) <= MOST_SERIES:
            return rows
    return [row for row in blind if row["scope"] == "all"]


def agreement_table(writing: Writing) -> Table:
    """Alpha of every scheme and pair of coders, with how many units both coded."""
    block = agreement_figure(writing)
    return block if isinstance(block, Table) else block.table


def agreement_figure(writing: Writing) -> Figure | Table:
    """Alpha of every scheme and pair of coders."""
    data, speaker, say = writing.data, writing.speaker, writing.say
    found = within_registers([row for row in data.rows("out_coding__agreement") if not row["code"]])
    shown = _shown(found)
    pairs = {pair_name(speaker, row): pair_name(speaker, row) for row in shown}
    rows = [
        charts.AlphaRow(
            speaker.scheme(r["scheme"]), pair_name(speaker, r), r["alpha"], r["low"], r["high"], alpha_text(r, speaker)
        )
        for r in shown
    ]
    words = charts.AlphaWords(say("word.alpha"), pairs, say("word.tentative"), say("word.reliable"))
    cells = [
        (
            Cell(speaker.scheme(row["scheme"])),
            Cell(pair_name(speaker, row)),
            counted(row["n_units"]),
            Cell(f"{row['percent']:.1f}%", value=row["percent"] / 100),
            Cell(alpha_text(row, speaker), value=row["alpha"], low=row["low"], high=row["high"]),
        )
        for row in found
    ]
    keys = ("scheme", "pair", "n_units", "agreement_percent", "alpha")
    columns = tuple(Column(say(f"word.{key}"), "left" if n < 2 else "right", key) for n, key in enumerate(keys))
    title, reading = say("figure.agreement"), writing.line("agreement")
    names = tuple(f"{row['scope']}.{row['scheme']}.{row['coder_1']}.{row['coder_2']}" for row in found)
    every = [register.name for register in data.registers]
    rests_on = tuple(register_evidence([row["scope"]] if row["scope"] in every else every) for row in found)
    table = Table("table-agreement", title, columns, tuple(cells), keys=names, rests_on=rests_on)
    if not shown:
        return table
    return drawn(
        lambda width: charts.alpha_dots(rows, words, width=width),
        figure_id="agreement-figure", title=title, reading=reading, table=table,
        notes=(say("note.agreement"), *agreement_notes(speaker)),
    )  # fmt: skip
