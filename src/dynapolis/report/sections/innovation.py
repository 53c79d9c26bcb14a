"""Innovation projects: how many, in which sectors, to what goals (both counting bases), at what stage, led by whom."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Section, Table
from dynapolis.report.sections.common import Writing, share_figure
from dynapolis.report.svg import responsive

BOTH = ("primary", "any")
LADDER, APART = ("pilot", "demonstration", "scale_up", "citywide"), ("operating", "none", "unknown")


def write_innovation(writing: Writing) -> Section:
    """Sectors and goals on both bases, stages, leads."""
    say, note = writing.say, writing.note
    sectors = share_figure(
        writing, figure_id="sectors", title=say("figure.sectors"), claim_id="sector_top", population="innovation",
        scheme="sector_report", bases=BOTH, notes=(note("shares"), note("sectors"), say("page.multiple")),
    )  # fmt: skip
    goals = share_figure(
        writing, figure_id="goals", title=say("figure.goals"), claim_id="goal_top", population="industry",
        scheme="goal", bases=BOTH, notes=(note("shares"), say("page.multiple")),
    )  # fmt: skip
    return Section(
        "innovation",
        say("section.innovation"),
        [
            writing.lines("innovation", "composition", "innovation_most"),
            sectors,
            writing.lines("sector_any"),
            goals,
            writing.lines("goal_any"),
            _stages(writing),
            writing.lines("lead"),
        ],
    )


def _stages(writing: Writing) -> Block:
    data, speaker, say = writing.data, writing.speaker, writing.say
    if "stage" not in writing.claims:
        return writing.nothing(say("figure.stages"))
    rows, cells = [], []
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
        interval = numbers.percent_range(row["share_low"], row["share_high"], speaker.lang)
        count, label = Cell(numbers.count(row["numerator"]), href), Cell(speaker.code("stage", code))
        cells.append((label, count, Cell(numbers.percent(row["share"])), Cell(interval)))
    columns = (
        Column(speaker.scheme("stage"), "left"),
        Column(say("word.numerator")),
        Column(say("word.share")),
        Column(say("word.interval", level=speaker.level)),
    )
    title, reading = say("figure.stages"), writing.line("stage")
    svg = responsive(
        lambda width: charts.count_bars(rows, charts.BarWords(say("word.count")), width=width),
        name="stages", title=title, description=reading.text,
    )  # fmt: skip
    table = Table("table-stages", title, columns, tuple(cells), (say("page.rounding"),))
    return Figure("stages", title, reading, svg, table, (writing.note("stage"),))
