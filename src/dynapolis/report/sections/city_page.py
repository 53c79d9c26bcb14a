"""One city on one sheet: its counts, its rank with interval, its pillars, sectors and stages, and its initiatives."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Bullets, Cell, CityPage, Column, Figure, Line, Paragraph, Table
from dynapolis.report.evidence_links import city_page as evidence_address
from dynapolis.report.sections.common import Writing, counted, drawn, shared, uncoded_row
from dynapolis.report.sections.index import rank_cell

COUNTED = ("units", "projects", "innovation", "industry", "lab_projects", "living_labs")
MOST_SECTORS = 5


def city_sheet(writing: Writing, city: str) -> CityPage:
    """The sheet of a city with initiatives.

    Its numbers are cells of the tables ``city.<id>.…``; they are figures of the edition like those of all cities.
    """
    blocks: list[Block] = [_opening(writing, city), _key_table(writing, city)]
    sectors = _sectors(writing, city)
    blocks += [sectors] if sectors else []
    blocks.append(_indicators(writing, city))
    blocks.append(Bullets((_to_evidence(writing, city),)))
    return CityPage(city, writing.speaker.city(city), tuple(blocks))


def _opening(writing: Writing, city: str) -> Paragraph:
    """Whether the city has a rank, and which, with its interval and tier; else why not."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    name = speaker.city(city)
    row = next((row for row in data.ranked if row["city_id"] == city), None)
    if row is None:
        why = say(f"report_words.unranked_{data.unranked.get(city, 'too_few')}", city=name)
        return Paragraph((Line(why),))
    return Paragraph((writing.line(f"city.{city}.rank"),))


def _key_table(writing: Writing, city: str) -> Table:
    data, say = writing.data, writing.say
    rows = []
    for population in COUNTED:
        row = data.figure(city, "units", "population", population)
        rows.append(
            (
                Cell(say(f"population.{population}")),
                counted(row["numerator"], writing.links.to(row["figure_id"]), row["figure_id"]),
            )
        )
    found = next((row for row in data.ranked if row["city_id"] == city), None)
    keys = list(COUNTED)
    if found is not None:
        rows.append((Cell(say("word.rank")), rank_cell(writing, found, "90")))
        keys.append("rank")
    columns = (Column(say("report_words.key_figure"), "left"), Column(say("report_words.value"), key="value"))
    title = say("report_table.city_key", city=writing.speaker.city(city))
    return Table(f"city.{city}.key", title, columns, tuple(rows), keys=tuple(keys))


def _sectors(writing: Writing, city: str) -> Figure | None:
    """Counts of the sectors of the city's innovation projects."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    found = [
        row
        for code in data.codebook.by_scheme["sector"].code_names
        if (row := data.figures.get(f"{city}.innovation.sector_report.{code}.primary")) and row["numerator"]
    ]
    found.sort(key=lambda row: -row["numerator"])
    if not found:
        return None
    bars: list[charts.BarRow] = []
    cells: list[tuple[Cell, ...]] = []
    for row in found:
        name, n = speaker.code("sector", row["code"]), row["numerator"]
        href = writing.links.to(row["figure_id"])
        bars.append(charts.BarRow(name, n, numbers.count(n), href=href))
        cells.append((Cell(name), counted(n, href, row["figure_id"]), shared(row["share"])))
    keys = [row["code"] for row in found]
    if rest := uncoded_row(writing, "innovation", "sector_report", keys, ("primary",), city):
        cells.append(rest[:3])
        keys.append("uncoded")
    columns = (
        Column(speaker.scheme("sector"), "left"),
        Column(say("word.numerator"), key="n"),
        Column(say("word.share"), key="share", unit="share"),
    )
    title = say("report_figure.city_sectors", city=speaker.city(city))
    table = Table(f"city.{city}.sectors-data", title, columns, tuple(cells), keys=tuple(keys))
    reading = writing.line(f"city.{city}.sector_top")
    return drawn(
        lambda width: charts.count_bars(bars, charts.BarWords(say("word.innovation")), width=width),
        figure_id=f"city.{city}.sectors", title=title, reading=reading, table=table,
    )  # fmt: skip


def _indicators(writing: Writing, city: str) -> Table:
    """The city's indicators, each with its interval."""
    data, say, lang = writing.data, writing.say, writing.speaker.lang
    rows, keys = [], []
    for indicator in data.spec.indicators:
        row = data.indicators[city, indicator.id]
        name = Cell(f"{indicator.id} {indicator.name.in_(lang)}")
        if row["value"] is None:
            value, interval = Cell(say(f"status.{row['status']}"), muted=True), Cell(numbers.MISSING, muted=True)
        else:
            href = writing.links.to(f"indicator.{city}.{indicator.id}")
            evidence = f"indicator.{city}.{indicator.id}"
            value = Cell(numbers.plain(row["value"], indicator.decimals), href, value=row["value"], evidence=evidence)
            ends = row["low"], row["high"]
            interval = Cell(numbers.MISSING, muted=True)
            if None not in ends:
                interval = Cell(numbers.plain_range(*ends, lang, indicator.decimals), low=ends[0], high=ends[1])
        rows.append((name, value, interval, Cell(indicator.unit.in_(lang))))
        keys.append(indicator.id)
    columns = (
        Column(say("word.indicator"), "left"),
        Column(say("report_words.value"), key="value"),
        Column(say("word.interval", level=writing.speaker.level), key="interval"),
        Column(say("word.unit"), "left", "unit"),
    )
    title = say("report_table.city_indicators", city=writing.speaker.city(city))
    return Table(f"city.{city}.indicators", title, columns, tuple(rows), keys=tuple(keys))


def _to_evidence(writing: Writing, city: str) -> Line:
    text = writing.say("report_words.city_evidence", city=writing.speaker.city(city))
    return Line(text, href=evidence_address(city))
