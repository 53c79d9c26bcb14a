"""The index: ranks with their intervals, tiers, and what moves the ranks."""

from __future__ import annotations

from statistics import median

from dynapolis.model.coverage import EVERY_KIND
from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Section, Table
from dynapolis.report.city_table import cities_in_order, city_cells
from dynapolis.report.evidence_links import city_row
from dynapolis.report.sections.common import Writing
from dynapolis.report.sections.coverage import completeness_cell
from dynapolis.report.svg import responsive


def write_index(writing: Writing) -> Section:
    """Rank chart with its table, the cities without a rank, and the sources of uncertainty."""
    blocks: list[Block] = [writing.lines("index_first", "unranked")]
    if writing.data.ranked:
        blocks += [_ranks(writing), writing.lines("sensitivity"), _sensitivity(writing)]
    return Section("index", writing.say("section.index"), blocks)


def _ranks(writing: Writing) -> Figure:
    speaker, say = writing.speaker, writing.say
    rows = [
        charts.RankRow(
            speaker.city(row["city_id"]), row["median_rank"], row["rank_low_50"], row["rank_high_50"],
            row["rank_low_90"], row["rank_high_90"], row["tier"],
            numbers.rank_with_interval(row["median_rank"], row["rank_low_90"], row["rank_high_90"], speaker.lang),
            city_row(row["city_id"]),
        )
        for row in writing.data.ranked
    ]  # fmt: skip
    words = charts.RankWords(
        say("word.rank_axis"), say("word.tier", n="{n}"), say("word.median"), say("word.inner"), say("word.outer")
    )
    title = say("figure.ranks")
    reading = writing.line("index_tier")
    svg = responsive(
        lambda width: charts.rank_intervals(rows, words, width=width),
        name="ranks",
        title=title,
        description=reading.text,
    )
    headings, cells = city_cells(writing.data, speaker, writing.links.to)
    whole = [writing.data.coverage.get((city, EVERY_KIND)) for city in cities_in_order(writing.data, speaker)]
    cells = tuple((*row, completeness_cell(writing, seen)) for row, seen in zip(cells, whole, strict=True))
    headings = (*headings, say("coverage.completeness"))
    columns = tuple(Column(h, "left" if n == 0 else "right") for n, h in enumerate(headings))
    anchors = tuple(f"rank-{row['city_id']}" for row in writing.data.ranked)
    table = Table(
        "cities",
        say("figure.cities"),
        columns,
        cells,
        (writing.note("score"), say("coverage.note", level=speaker.level)),
        anchors,
    )
    return Figure("ranks", title, reading, svg, table, (writing.note("ranks"),))


def _sensitivity(writing: Writing) -> Table:
    say, lang = writing.say, writing.speaker.lang
    middle = writing.data.ranked
    rows = []
    for row in writing.data.rows("out_index__sensitivity"):
        low = median(r[f"rank_low_{row['source']}"] for r in middle)
        high = median(r[f"rank_high_{row['source']}"] for r in middle)
        rows.append(
            (
                Cell(say(f"source.{row['source']}")),
                Cell(numbers.percent(max(0.0, row["first_order"]), 0)),
                Cell(numbers.percent(max(0.0, row["total_order"]), 0)),
                Cell(numbers.plain_range(low, high, lang, 0)),
            )
        )
    headings = [say(f"word.{key}") for key in ("cause", "first_order", "total_order", "rank_width")]
    columns = tuple(Column(h, "left" if n == 0 else "right") for n, h in enumerate(headings))
    return Table("sensitivity", say("figure.sensitivity"), columns, tuple(rows), (writing.note("sensitivity"),))
