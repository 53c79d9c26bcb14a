"""Where the initiatives are, which register searched which city, and what every city has."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Table
from dynapolis.report.city_table import cities_in_order
from dynapolis.report.sections.common import Writing, counted, drawn

COUNTED = ("units", "projects", "innovation", "industry", "lab_projects", "living_labs")
NOT_SEARCHED = "not_searched"


def map_figure(writing: Writing) -> Figure:
    """Cities as circles in proportion to their initiatives."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    places = {city.id: city for city in data.places.cities}
    shown = [city for city, row in data.cities.items() if row["searched"] and city in places]
    shown.sort(key=lambda city: (-data.n("units", city), speaker.city(city)))
    rows, cells = [], []
    for city in shown:
        row = data.figure(city, "units", "population", "units")
        n, href = row["numerator"], writing.links.to(row["figure_id"])
        place = places[city]
        spot = place.latitude, place.longitude
        rows.append(charts.MapRow(speaker.city(city), *spot, n, numbers.count(n), href))
        country = Cell(place.country_name.in_(speaker.lang))
        cells.append((Cell(speaker.city(city)), country, counted(n, href, row["figure_id"])))
    columns = (
        Column(say("word.city"), "left"),
        Column(say("word.country"), "left", "country"),
        Column(say("population.units"), key="n_units"),
    )
    title = say("report_figure.map")
    table = Table("map-data", title, columns, tuple(cells), keys=tuple(shown))
    words = charts.MapWords(say("report_words.map_unit"))
    return drawn(
        lambda width: charts.circle_map(rows, words, width=width),
        figure_id="map", title=title, reading=writing.line("units_most"), table=table,
        notes=(say("report_note.map"),),
    )  # fmt: skip


def tile_figure(writing: Writing) -> Block:
    """City × register: found, searched in vain, not searched."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    if "searched" not in writing.claims:
        return writing.nothing(say("report_figure.tiles"))
    found = found_by_register(writing)
    registers = [register.name for register in data.registers]
    order = sorted(data.cities, key=speaker.city)
    titles = {register.name: speaker.register(register.name) for register in data.registers}
    rows, cells = [], []
    for city in order:
        line = [Cell(speaker.city(city))]
        for register in registers:
            n = found.get((city, register))
            rows.append(charts.TileRow(speaker.city(city), titles[register], n))
            line.append(Cell("·", muted=True) if n is None else counted(n))
        cells.append(tuple(line))
    columns = (Column(say("word.city"), "left"), *(Column(titles[name], key=name) for name in registers))
    title = say("report_figure.tiles")
    dates = ", ".join(f"{register.title.in_(speaker.lang)} {register.date}" for register in data.registers)
    claims = tuple(f"register.{name}" for name in registers)
    symbols = (say("page.symbols"),)
    table = Table("tiles-data", title, columns, tuple(cells), symbols, keys=tuple(order), claim_ids=claims)
    words = charts.TileWords(say("report_words.records_found"), "·", say("status.not_searched"))
    names = [speaker.city(city) for city in order], [titles[name] for name in registers]
    return drawn(
        lambda width: charts.coverage_tiles(rows, words, *names, width=width),
        figure_id="tiles", title=title, reading=writing.line("searched"), table=table,
        notes=(say("report_note.tiles", dates=dates),),
    )  # fmt: skip


def found_by_register(writing: Writing) -> dict[tuple[str, str], int | None]:
    """Initiatives that a register found in a city, of any kind; None where it did not search."""
    found: dict[tuple[str, str], int | None] = {}
    for row in writing.data.rows("out_coverage__search"):
        place = row["city_id"], row["register"]
        if row["sight"] == NOT_SEARCHED:
            found.setdefault(place, None)
        else:
            found[place] = (found.get(place) or 0) + row["n_found"]
    return found


def count_table(writing: Writing) -> Table:
    """Every city and its key counts."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    order = cities_in_order(data, speaker)
    order += sorted(data.cities.keys() - set(order), key=speaker.city)  # all, where nothing could be ranked
    rows = []
    for city in order:
        line = [Cell(speaker.city(city))]
        for population in COUNTED:
            if not data.cities[city]["searched"]:
                line.append(Cell("·", muted=True))
                continue
            row = data.figure(city, "units", "population", population)
            line.append(counted(row["numerator"], writing.links.to(row["figure_id"]), row["figure_id"]))
        rows.append(tuple(line))
    totals = [Cell(say("word.all"))]
    for population in COUNTED:
        row = data.figure("all", "units", "population", population)
        totals.append(counted(row["numerator"], writing.links.to(row["figure_id"]), row["figure_id"]))
    columns = (
        Column(say("word.city"), "left"),
        *(Column(say(f"population.{population}"), key=f"n_{population}") for population in COUNTED),
    )
    keys = (*order, "all")
    notes = (say("report_note.counts"), say("page.symbols"))
    return Table("counts", say("report_table.counts"), columns, (*rows, tuple(totals)), notes, keys=keys)
