"""Cities and indicators in full; definitions, weights, populations and their sources."""

from __future__ import annotations

from dynapolis.model.place import PopulationBasis
from dynapolis.report import numbers
from dynapolis.report.blocks import Bullets, Cell, Column, Line, Section, Table
from dynapolis.report.data import Row
from dynapolis.report.evidence_links import CITIES_PAGE, EVIDENCE_PAGE
from dynapolis.report.sections.common import Writing

MARK = {"too_few": "×", "not_searched": "·"}


def write_tables(writing: Writing) -> Section:
    """Every indicator of every city."""
    return Section("tables", writing.say("section.tables"), [_indicators(writing)])


def write_places(writing: Writing) -> Section:
    """Where populations come from."""
    return Section("populations", writing.say("section.places"), [_places(writing)])


def write_method(writing: Writing) -> Section:
    """Definitions of the indicators, and the way to every city and every record."""
    ways = (
        Line(writing.say("page.cities"), href=CITIES_PAGE),
        Line(writing.say("evidence.title"), href=EVIDENCE_PAGE),
    )
    return Section("method", writing.say("section.method"), [_definitions(writing), Bullets(ways)])


def _indicators(writing: Writing) -> Table:
    data, speaker, say = writing.data, writing.speaker, writing.say
    order = [row["city_id"] for row in data.ranked]
    order += sorted(data.unranked, key=lambda city: (data.unranked[city], speaker.city(city)))
    rows = tuple(
        (
            Cell(speaker.city(city)),
            *(_value(writing, data.indicators[city, i.id], i.decimals) for i in data.spec.indicators),
        )
        for city in order
    )
    columns = (Column(say("word.city"), "left"), *(Column(i.id) for i in data.spec.indicators))
    notes = (writing.note("indicators"), say("page.symbols"))
    return Table("indicators", say("figure.indicators"), columns, rows, notes, tuple(f"row-{city}" for city in order))


def _value(writing: Writing, row: Row, decimals: int) -> Cell:
    if row["value"] is None:
        return Cell(MARK[row["status"]], muted=True)
    interval = (
        numbers.plain_range(row["low"], row["high"], writing.speaker.lang, decimals) if row["low"] is not None else None
    )
    href = writing.links.to(f"indicator.{row['city_id']}.{row['indicator']}")
    return Cell(numbers.plain(row["value"], decimals), href, interval, not row["in_index"])


def _definitions(writing: Writing) -> Table:
    data, lang, say = writing.data, writing.speaker.lang, writing.say
    pillars = {pillar.id: pillar.name.in_(lang) for pillar in data.spec.pillars}
    used = {row["indicator"]: row["in_index"] for row in data.rows("out_index__indicator_city")}
    rows = []
    for i in data.spec.indicators:
        whole = sum(other.weight for other in data.spec.indicators if other.pillar == i.pillar and used[other.id])
        weight = numbers.percent(i.weight / whole, 0) if used[i.id] else numbers.MISSING
        rows.append(
            (
                Cell(f"{i.id} {i.name.in_(lang)}"),
                Cell(i.definition.in_(lang)),
                Cell(i.unit.in_(lang)),
                Cell(pillars[i.pillar]),
                Cell(weight),
                Cell(f"{i.min_records} {i.records.in_(lang)}"),
                Cell(say("word.yes" if used[i.id] else "word.no")),
            )
        )
    keys = ("indicator", "definition", "unit", "pillar", "weight", "minimum", "in_index")
    columns = tuple(Column(say(f"word.{key}"), "left") for key in keys)
    return Table("definitions", say("figure.definitions"), columns, tuple(rows))


def _places(writing: Writing) -> Table:
    data, say = writing.data, writing.say
    rows = []
    for city in data.places.cities:
        cells = [Cell(writing.speaker.city(city.id)), Cell(city.country_name.in_(writing.speaker.lang))]
        for basis in data.spec.uncertain.population:
            item = city.inhabitants(basis)
            cells.append(Cell(numbers.count(item.value)))
        rows.append(tuple(cells))
    rows.sort(key=lambda row: row[0].text)
    bases = [Column(_basis_and_years(writing, basis)) for basis in data.spec.uncertain.population]
    columns = (Column(say("word.city"), "left"), Column(say("word.country"), "left"), *bases)
    notes = tuple(
        f"{s.title} ({s.publisher}, {s.licence}): {s.note.in_(writing.speaker.lang)}"
        for s in data.places.sources.values()
    )
    return Table("places", say("figure.places"), columns, tuple(rows), notes)


def _basis_and_years(writing: Writing, basis: PopulationBasis) -> str:
    """What was counted, and of which years the numbers are."""
    years = sorted({city.inhabitants(basis).year for city in writing.data.places.cities})
    return f"{writing.say(f'table_words.place_basis_{basis}')} ({', '.join(map(str, years))})"
