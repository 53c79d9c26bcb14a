"""Innovation projects: how many, in which sectors, to what goals (both counting bases), at what stage, led by whom."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Section, Table
from dynapolis.report.sections.common import Writing, counted, drawn, interval_cell, share_figure, shared, uncoded_row

BOTH = ("primary", "any")
LADDER, APART = ("pilot", "demonstration", "scale_up", "citywide"), ("operating", "none", "unknown")


def write_innovation(writing: Writing) -> Section:
    """Sectors and goals on both bases, stages, leads."""
    return Section(
        "innovation",
        writing.say("section.innovation"),
        [
            writing.lines("innovation", "composition", "innovation_most"),
            sector_figure(writing),
            writing.lines("sector_any"),
            goal_figure(writing),
            writing.lines("goal_any"),
            stage_figure(writing),
            writing.lines("lead"),
        ],
    )


def sector_figure(writing: Writing) -> Block:
    """Shares of the sectors of innovation projects."""
    say, note = writing.say, writing.note
    return share_figure(
        writing, figure_id="sectors", title=say("figure.sectors"), claim_id="sector_top", population="innovation",
        scheme="sector_report", bases=BOTH, notes=(note("shares"), note("sectors"), say("page.multiple")),
    )  # fmt: skip


def goal_figure(writing: Writing) -> Block:
    """Shares of the goals of industry projects."""
    say, note = writing.say, writing.note
    return share_figure(
        writing, figure_id="goals", title=say("figure.goals"), claim_id="goal_top", population="industry",
        scheme="goal", bases=BOTH, notes=(note("shares"), say("page.multiple")),
    )  # fmt: skip


def stage_figure(writing: Writing) -> Block:
    """Counts of the stages of innovation projects; what is no step of the ladder stands apart."""
    data, speaker, say = writing.data, writing.speaker, writing.say
    if "stage" not in writing.claims:
        return writing.nothing(say("figure.stages"))
    rows: list[charts.BarRow] = []
    cells: list[tuple[Cell, ...]] = []
    for code in (*LADDER, *APART):
        row = data.figure("all", "innovation", "stage", code)
        href = writing.links.to(row["figure_id"])
        share = numbers.percent(row["share"], 0)
        rows.append(
            charts.BarRow(
                speaker.code("stage", code), row["numerator"], f"{row['numerator']} · {share}", row["count_low"],
                row["count_high"], href, code in APART,
            )
        )  # fmt: skip
        interval = interval_cell(row["share_low"], row["share_high"], speaker.lang)
        count, label = counted(row["numerator"], href, row["figure_id"]), Cell(speaker.code("stage", code))
        cells.append((label, count, shared(row["share"]), interval))
    rest = uncoded_row(writing, "innovation", "stage", (*LADDER, *APART), ("primary",))
    cells += [rest] if rest else []
    columns = (
        Column(speaker.scheme("stage"), "left"),
        Column(say("word.numerator"), key="n"),
        Column(say("word.share"), key="share", unit="share"),
        Column(say("word.interval", level=speaker.level), key="interval", unit="share"),
    )
    title, reading = say("figure.stages"), writing.line("stage")
    names = (*LADDER, *APART, *(["uncoded"] if rest else []))
    table = Table("table-stages", title, columns, tuple(cells), (say("page.rounding"),), keys=names)
    return drawn(
        lambda width: charts.count_bars(rows, charts.BarWords(say("word.count")), width=width),
        figure_id="stages", title=title, reading=reading, table=table, notes=(writing.note("stage"),),
    )  # fmt: skip
