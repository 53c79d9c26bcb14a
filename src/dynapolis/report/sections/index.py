"""The index: ranks with their intervals, tiers, and what moves the ranks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from dynapolis.model.coverage import EVERY_KIND
from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Section, Table
from dynapolis.report.city_table import HEADINGS, cities_in_order, city_cells
from dynapolis.report.data import Row
from dynapolis.report.evidence_links import city_row
from dynapolis.report.sections.common import Writing, drawn, shared
from dynapolis.report.sections.coverage import completeness_cell

UNITS = {"rank": "rank", "tier_short": "tier", "top_5": "probability", "score": "points", "completeness": "share"}


def write_index(writing: Writing) -> Section:
    """Rank chart with its table, the cities without a rank, and the sources of uncertainty."""
    blocks: list[Block] = [writing.lines("index_first", "unranked")]
    if writing.data.ranked:
        blocks += [_ranks(writing), writing.lines("sensitivity"), sensitivity_table(writing)]
    return Section("index", writing.say("section.index"), blocks)


def _ranks(writing: Writing) -> Figure:
    """Rank chart over the whole table of cities."""
    return replace(rank_figure(writing), table=city_table(writing))


@dataclass(frozen=True, slots=True)
class RankView:
    """How ranks are shown: cities in another order than by rank, one marked, and which interval is printed."""

    order: tuple[str, ...] = ()
    marked: str | None = None
    inner: Literal["50", "90"] = "90"


def rank_figure(writing: Writing, view: RankView | None = None) -> Figure:
    """Ranks with both intervals, in bands of tiers; behind it the ranks alone."""
    speaker, say = writing.speaker, writing.say
    view = view or RankView()
    by_id = {row["city_id"]: row for row in writing.data.ranked}
    ranked = [by_id[city] for city in view.order or by_id]
    printed = view.inner
    rows = [
        charts.RankRow(
            speaker.city(row["city_id"]), row["median_rank"], row["rank_low_50"], row["rank_high_50"],
            row["rank_low_90"], row["rank_high_90"], row["tier"],
            numbers.rank_with_interval(
                row["median_rank"], row[f"rank_low_{printed}"], row[f"rank_high_{printed}"], speaker.lang
            ),
            city_row(row["city_id"]), row["city_id"] == view.marked,
        )
        for row in ranked
    ]  # fmt: skip
    words = charts.RankWords(
        say("word.rank_axis"),
        "" if view.order else say("word.tier", n="{n}"),
        say("word.median"),
        say("word.inner"),
        say("word.outer"),
    )
    cells = tuple(
        (
            Cell(speaker.city(row["city_id"])),
            Cell(str(row["tier"]), value=row["tier"]),
            rank_cell(writing, row, "90"),
            rank_cell(writing, row, "50"),
        )
        for row in ranked
    )
    columns = (
        Column(say("word.city"), "left"),
        Column(say("word.tier_short"), key="tier"),
        Column(say("report_words.rank_90"), key="rank_90", unit="rank"),
        Column(say("report_words.rank_50"), key="rank_50", unit="rank"),
    )
    table = Table("ranks-data", say("figure.ranks"), columns, cells, keys=tuple(row["city_id"] for row in ranked))
    return drawn(
        lambda width: charts.rank_intervals(rows, words, width=width),
        figure_id="ranks", title=say("figure.ranks"), reading=writing.line("index_tier"), table=table,
        notes=(writing.note("ranks"),),
    )  # fmt: skip


def rank_cell(writing: Writing, row: Row, inner: str) -> Cell:
    """The median rank with one of its intervals."""
    low, high = row[f"rank_low_{inner}"], row[f"rank_high_{inner}"]
    text = numbers.rank_with_interval(row["median_rank"], low, high, writing.speaker.lang)
    return Cell(text, value=row["median_rank"], low=low, high=high, evidence=f"city.{row['city_id']}")


def city_table(writing: Writing) -> Table:
    """Every city: rank, tier, probability, score and counts, with how complete they are."""
    speaker, say = writing.speaker, writing.say
    headings, cells = city_cells(writing.data, speaker, writing.links.to)
    order = cities_in_order(writing.data, speaker)
    whole = [writing.data.coverage.get((city, EVERY_KIND)) for city in order]
    cells = tuple((*row, completeness_cell(writing, seen)) for row, seen in zip(cells, whole, strict=True))
    headings, named = (*headings, say("coverage.completeness")), (*HEADINGS, "completeness")
    columns = tuple(
        Column(heading, "right" if n else "left", key, UNITS.get(key, ""))
        for n, (heading, key) in enumerate(zip(headings, named, strict=True))
    )
    anchors = tuple(f"rank-{row['city_id']}" for row in writing.data.ranked)
    notes = (writing.note("score"), say("coverage.note", level=speaker.level))
    return Table("cities", say("figure.cities"), columns, cells, notes, anchors, tuple(order))


def sensitivity_table(writing: Writing) -> Table:
    """Which share of the movement of ranks comes from which source."""
    say, lang = writing.say, writing.speaker.lang
    middle = writing.data.ranked
    rows = []
    for row in writing.data.rows("out_index__sensitivity"):
        low = median(r[f"rank_low_{row['source']}"] for r in middle)
        high = median(r[f"rank_high_{row['source']}"] for r in middle)
        rows.append(
            (
                Cell(say(f"source.{row['source']}")),
                shared(max(0.0, row["first_order"]), 0),
                shared(max(0.0, row["total_order"]), 0),
                Cell(numbers.plain_range(low, high, lang, 0), low=low, high=high),
            )
        )
    named = ("cause", "first_order", "total_order", "rank_width")
    columns = tuple(Column(say(f"word.{key}"), "right" if n else "left", key) for n, key in enumerate(named))
    sources = tuple(row["source"] for row in writing.data.rows("out_index__sensitivity"))
    notes = (writing.note("sensitivity"),)
    ranked = " ".join(f"city.{row['city_id']}" for row in middle)
    rests_on = tuple(ranked for _ in rows)
    return Table("sensitivity", say("figure.sensitivity"), columns, tuple(rows), notes, keys=sources, rests_on=rests_on)
