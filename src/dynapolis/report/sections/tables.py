"""Cities and indicators in full; definitions, weights, populations and their sources."""

from __future__ import annotations

from dynapolis.model.index_spec import Indicator
from dynapolis.model.population import PopulationBasis
from dynapolis.report import numbers
from dynapolis.report.blocks import Bullets, Cell, Column, Line, Section, Table
from dynapolis.report.data import Row
from dynapolis.report.evidence_links import CITIES_PAGE, EVIDENCE_PAGE
from dynapolis.report.sections.common import Writing

MARK = {"too_few": "×", "not_searched": "·", "no_population": "∅"}


def write_tables(writing: Writing) -> Section:
    """Every indicator of every city."""
    return Section("tables", writing.say("section.tables"), [indicator_table(writing)])


def write_places(writing: Writing) -> Section:
    """Where populations come from."""
    return Section("populations", writing.say("section.places"), [population_table(writing)])


def write_method(writing: Writing) -> Section:
    """Definitions of the indicators, and the way to every city and every record."""
    ways = (
        Line(writing.say("page.cities"), href=CITIES_PAGE),
        Line(writing.say("evidence.title"), href=EVIDENCE_PAGE),
    )
    return Section("method", writing.say("section.method"), [definition_table(writing), Bullets(ways)])


def _indicator_column(writing: Writing, indicator: Indicator) -> Column:
    lang = writing.speaker.lang
    about = f"{indicator.name.in_(lang)}: {indicator.definition.in_(lang)} ({indicator.unit.in_(lang)})"
    return Column(indicator.id, key=indicator.id, unit=indicator.kind, about=about)


def indicator_table(writing: Writing) -> Table:
    """Every indicator of every city, with its interval."""
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
    columns = (Column(say("word.city"), "left"), *(_indicator_column(writing, i) for i in data.spec.indicators))
    notes = (writing.note("indicators"), say("page.symbols"))
    return Table(
        "indicators",
        say("figure.indicators"),
        columns,
        rows,
        notes,
        tuple(f"row-{city}" for city in order),
        tuple(order),
    )


def _value(writing: Writing, row: Row, decimals: int) -> Cell:
    if row["value"] is None:
        return Cell(MARK[row["status"]], muted=True)
    interval = (
        numbers.plain_range(row["low"], row["high"], writing.speaker.lang, decimals) if row["low"] is not None else None
    )
    href = writing.links.to(f"indicator.{row['city_id']}.{row['indicator']}")
    name = f"indicator.{row['city_id']}.{row['indicator']}"
    return Cell(
        numbers.plain(row["value"], decimals), href, interval, not row["in_index"], row["value"], row["low"],
        row["high"], name,
    )  # fmt: skip


def definition_table(writing: Writing) -> Table:
    """What every indicator is, its unit, its weight, and how many records it needs."""
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
    columns = tuple(Column(say(f"word.{key}"), "left", key) for key in keys)
    named = tuple(i.id for i in data.spec.indicators)
    return Table("definitions", say("figure.definitions"), columns, tuple(rows), keys=named)


def population_table(writing: Writing) -> Table:
    """The population of every city on every basis, with the name and the year that the source prints."""
    data, say = writing.data, writing.say
    order = sorted(data.places.cities, key=lambda city: writing.speaker.city(city.id))
    rows = tuple(
        (
            Cell(writing.speaker.city(city.id)),
            Cell(city.country_name.in_(writing.speaker.lang)),
            *(_inhabitants(writing, row) for row in data.denominators[city.id]),
        )
        for city in order
    )
    bases = [
        Column(_basis(writing, basis), key=f"inhabitants_{basis.definition}_{basis.source}")
        for basis in data.spec.denominator.bases
    ]
    columns = (Column(say("word.city"), "left"), Column(say("word.country"), "left", "country"), *bases)
    anchors = tuple(f"population-{city.id}" for city in order)
    return Table(
        "places",
        say("figure.places"),
        columns,
        rows,
        _population_notes(writing),
        anchors,
        tuple(city.id for city in order),
    )


def _inhabitants(writing: Writing, row: Row) -> Cell:
    if row["status"] == "none":
        return Cell(MARK["no_population"], muted=True)
    shown = [row["source_name"]]
    shown += [str(row["year"])] if row["status"] == "other_year" else []
    shown += [writing.say("population_words.projection")] if row["is_projection"] else []
    return Cell(numbers.count(row["inhabitants"]), small=", ".join(shown), value=row["inhabitants"])


def _basis(writing: Writing, basis: PopulationBasis) -> str:
    """What was counted, and the year asked for."""
    return f"{writing.say(f'table_words.place_basis_{basis.definition}')} ({basis.year})"


def _population_notes(writing: Writing) -> tuple[str, ...]:
    """Which population divides, who publishes it, and what is peculiar about single figures."""
    data, speaker, say = writing.data, writing.speaker, writing.say
    first, *others = data.spec.denominator.bases
    notes = [say("population_words.default", basis=_basis(writing, first), source=_title(writing, first))]
    for basis in others:
        notes.append(say("population_words.alternative", basis=_basis(writing, basis), source=_title(writing, basis)))
    for source in dict.fromkeys(basis.source for basis in data.spec.denominator.bases):
        if source in data.populations.sources:
            s = data.populations.sources[source]
            notes.append(f"{s.title} ({s.publisher}, {s.licence}): {s.note.in_(speaker.lang)}")
    for city in data.places.cities:
        for link in data.populations.links:
            if link.city_id == city.id and link.note and link.source in {b.source for b in data.spec.denominator.bases}:
                notes.append(f"{speaker.city(city.id)}: {link.note.in_(speaker.lang)}")
    return tuple(notes)


def _title(writing: Writing, basis: PopulationBasis) -> str:
    source = writing.data.populations.sources.get(basis.source)
    return source.title if source else basis.source
