"""What changed since the edition before: over the comparable panel only, and what the change is made of."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Line, Paragraph
from dynapolis.report.blocks import Table as TableBlock
from dynapolis.report.data import ReportData
from dynapolis.report.sections.common import Writing, drawn, interval_cell, shared
from dynapolis.steps.comparison import Comparison, Side, compare_editions


def side_of(data: ReportData) -> Side:
    """What is compared of an edition."""

    def units(population: str) -> frozenset[str]:
        found: set[str] = set()
        for city in data.cities:
            found.update(data.units_of_figure.get(f"{city}.units.population.{population}.primary", ()))
        return frozenset(found)

    return Side(
        data.edition.name,
        frozenset(register.name for register in data.registers),
        frozenset(city for city, row in data.cities.items() if row["searched"]),
        units("projects"),
        units("innovation"),
        {unit: record["city_id"] for unit, record in data.records.items()},
        {
            unit: frozenset((row["register"], row["source_id"]) for row in rows)
            for unit, rows in data.records_of_unit.items()
        },
    )


def compare(before: ReportData, after: ReportData) -> Comparison:
    """The later edition held against the earlier one.

    Raises:
        BadUse: nothing in them is comparable.
    """
    seed = int(after.edition.inputs["seed"])
    return compare_editions(side_of(before), side_of(after), level=after.level, seed=seed)


def change_blocks(writing: Writing) -> list[Block]:
    """The slopes, the decomposition and the table of cities; without an earlier edition, that there is none."""
    if writing.comparison is None:
        return [Paragraph((Line(writing.say("report_words.no_edition_before")),))]
    return [slope_figure(writing), parts_figure(writing), change_table(writing)]


def _compared(writing: Writing) -> Comparison:
    assert writing.comparison is not None
    return writing.comparison


def slope_figure(writing: Writing) -> Block:
    """The share of innovation projects in every city of the panel, before and after."""
    comparison, say, speaker = _compared(writing), writing.say, writing.speaker
    rows = [
        charts.SlopeRow(
            speaker.city(city),
            tuple_of_percent(change.before.low, change.before.share, change.before.high),
            tuple_of_percent(change.after.low, change.after.share, change.after.high),
            numbers.percent(change.after.share, 0),
            change.verdict != "unclear",
        )
        for city, change in comparison.cities.items()
    ]
    words = charts.SlopeWords(
        comparison.before, comparison.after, say("report_words.slope_axis"), say("report_words.slope_clear"),
        say("report_words.slope_unclear"),
    )  # fmt: skip
    title = say("report_figure.slopes")
    table = _city_rows(writing, "slopes-data", title)
    return drawn(
        lambda width: charts.slopes(rows, words, width=width),
        figure_id="slopes", title=title, reading=writing.line("change_share"), table=table,
        notes=(say("report_note.slopes", level=speaker.level),),
    )  # fmt: skip


def tuple_of_percent(low: float, middle: float, high: float) -> tuple[float, float, float]:
    """An interval in percent that holds its middle, which a posterior interval of 0 or all of few may not."""
    return 100 * min(low, middle), 100 * middle, 100 * max(high, middle)


def change_table(writing: Writing) -> TableBlock:
    """Every city of the panel: numbers and shares of both editions, the change, and how sure its direction is."""
    return _city_rows(writing, "change-cities", writing.say("report_table.change_cities"))


def _city_rows(writing: Writing, table_id: str, title: str) -> TableBlock:
    comparison, say, speaker = _compared(writing), writing.say, writing.speaker
    order = sorted(comparison.cities, key=speaker.city)
    rows = []
    for city in order:
        change = comparison.cities[city]
        line = [Cell(speaker.city(city))]
        for share in (change.before, change.after):
            line.append(Cell(f"{numbers.count(share.n)}/{numbers.count(share.total)}", value=share.n))
            line += [shared(share.share), interval_cell(share.low, share.high, speaker.lang)]
        line.append(Cell(numbers.points(change.change), value=change.change, low=change.low, high=change.high))
        line.append(Cell(numbers.in_100(change.p_increase), value=change.p_increase))
        rows.append(tuple(line))
    columns = [Column(say("word.city"), "left")]
    for side, name in (("before", comparison.before), ("after", comparison.after)):
        columns += [
            Column(f"{name}: {say('report_words.of_projects')}", key=f"n_{side}"),
            Column(f"{name}: {say('word.share')}", key=f"share_{side}", unit="share"),
            Column(f"{name}: {say('word.interval', level=speaker.level)}", key=f"interval_{side}", unit="share"),
        ]
    columns.append(Column(say("report_words.change_points"), key="change", unit="share"))
    columns.append(Column(say("report_words.p_increase"), key="p_increase", unit="probability"))
    notes = (say("report_note.panel", registers=", ".join(map(speaker.register, comparison.registers))),)
    return TableBlock(table_id, title, tuple(columns), tuple(rows), notes, keys=tuple(order))


def parts_figure(writing: Writing) -> Block:
    """What the change of the number of innovation projects is made of; the parts add up to the whole."""
    parts, say = _compared(writing).parts, writing.say
    changes = {name: n for name, n in parts.changes().items() if n or name != "joined"}
    rows = [charts.ChangeRow(say(f"report_change.{name}"), n, numbers.signed(n)) for name, n in changes.items()]
    total = parts.after - parts.before
    rows.append(charts.ChangeRow(say("report_change.whole"), total, numbers.signed(total), whole=True))
    cells = tuple((Cell(row.label), Cell(row.text, value=row.change)) for row in rows)
    columns = (Column(say("report_words.part"), "left"), Column(say("report_words.change"), key="change"))
    title = say("report_figure.parts")
    table = TableBlock("change-parts", title, columns, cells, keys=(*changes, "whole"))
    words = charts.ChangeWords(say("report_words.parts_axis"))
    return drawn(
        lambda width: charts.change_bars(rows, words, width=width),
        figure_id="parts", title=title, reading=writing.line("change_parts"), table=table,
        notes=(say("report_note.parts"),),
    )  # fmt: skip
