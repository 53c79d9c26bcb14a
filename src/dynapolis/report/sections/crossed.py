"""Two classifications at once: sectors by city, goals by sector, labs by type and sector, labs by type and status."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Table
from dynapolis.report.data import Row
from dynapolis.report.sections.common import Writing, codes_in_order, counted, drawn

SECTOR = "sector_report"
FEWEST = 5


def sector_city_figure(writing: Writing) -> Block:
    """How many innovation projects of every sector each city has; hatched where nobody searched."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    if "sector_city" not in writing.claims:
        return writing.nothing(say("report_figure.sector_city"))
    sectors = [row["code"] for row in codes_in_order(data, "innovation", SECTOR, "primary") if row["numerator"]]
    totals = {city: data.n("innovation", city) for city, row in data.cities.items() if row["searched"]}
    order = sorted(totals, key=lambda city: (-totals[city], speaker.city(city)))
    order += sorted((city for city in data.cities if city not in totals), key=speaker.city)
    marks, rows = [], []
    for city in order:
        line = [Cell(speaker.city(city))]
        for sector in sectors:
            row = data.figure(city, "innovation", SECTOR, sector)
            known = city in totals
            n, href = row["numerator"], writing.links.to(row["figure_id"])
            text = numbers.count(n) if known else "·"
            place = speaker.city(city), speaker.code("sector", sector)
            marks.append(charts.CellRow(*place, n if known else None, text, href))
            line.append(counted(n, href, row["figure_id"]) if known else Cell(text, muted=True))
        whole = data.figure(city, "units", "population", "innovation")
        known_total = city in totals
        href = writing.links.to(whole["figure_id"])
        line.append(counted(totals[city], href, whole["figure_id"]) if known_total else Cell("·", muted=True))
        rows.append(tuple(line))
    names = [speaker.city(city) for city in order], [speaker.code("sector", s) for s in sectors]
    columns = [Column(say("word.city"), "left")]
    columns += [Column(name, key=code) for code, name in zip(sectors, names[1], strict=True)]
    columns.append(Column(say("word.all"), key="all"))
    title = say("report_figure.sector_city")
    table = Table("sector-city-data", title, tuple(columns), tuple(rows), (say("page.symbols"),), keys=tuple(order))
    words = charts.HeatWords(say("word.innovation"), say("status.not_searched"))
    return drawn(
        lambda width: charts.heatmap(marks, words, *names, width=width),
        figure_id="sector-city", title=title, reading=writing.line("sector_city"), table=table,
        notes=(say("report_note.sector_city"),),
    )  # fmt: skip


def lab_panel_figure(writing: Writing) -> Block:
    """Of the living labs of every type, which share works in which sector: one panel per type."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    if "lab_cell" not in writing.claims:
        return writing.nothing(say("report_figure.lab_panels"))
    types = [r["code"] for r in codes_in_order(data, "living_labs", "lab_type", "primary") if r["numerator"]]
    sectors = [r["code"] for r in codes_in_order(data, "living_labs", SECTOR, "primary") if r["numerator"]]
    totals = {kind: data.figure("all", "living_labs", "lab_type", kind)["numerator"] for kind in types}
    dots, rows, high = [], [], 0.1
    for sector in sectors:
        line = [Cell(speaker.code("sector", sector))]
        for kind in types:
            row = data.figure("all", "living_labs", "lab_type_by_sector", f"{kind}+{sector}")
            share, low, end = _of_type(row, totals[kind], data.level)
            high = max(high, end)
            text = numbers.percent(share, 0)
            name = speaker.code("sector", sector), f"{speaker.code('lab_type', kind)} ({numbers.count(totals[kind])})"
            dots.append(charts.PanelDot(*name, share, text, low, end))
            ends = numbers.percent_range(low, end, speaker.lang, 0)
            line.append(counted(row["numerator"], writing.links.to(row["figure_id"]), row["figure_id"]))
            line.append(Cell(text, small=ends, value=share, low=low, high=end, evidence=row["figure_id"]))
        rows.append(tuple(line))
    names = (
        [speaker.code("sector", s) for s in sectors],
        [f"{speaker.code('lab_type', kind)} ({numbers.count(totals[kind])})" for kind in types],
    )
    columns = [Column(say("word.sector"), "left")]
    for kind, heading in zip(types, names[1], strict=True):
        share_heading = f"{heading}: {say('word.share')}"
        whole = f"whole.lab_type.{kind}"
        columns += [
            Column(heading, key=f"n_{kind}", claim_id=whole),
            Column(share_heading, key=f"share_{kind}", unit="share", claim_id=whole),
        ]
    title = say("report_figure.lab_panels")
    table = Table("lab-panels-data", title, tuple(columns), tuple(rows), (say("page.rounding"),), keys=tuple(sectors))
    words = charts.PanelWords(say("report_words.panel_axis"), "{:.0%}".format)
    end = min(1.0, (int(high * 10 - 1e-9) + 1) / 10)
    return drawn(
        lambda width: charts.dot_panels(dots, words, *names, high=end, width=width),
        figure_id="lab-panels", title=title, reading=writing.line("lab_cell"), table=table,
        notes=(say("report_note.lab_panels", level=speaker.level),),
    )  # fmt: skip


def _of_type(row: Row, total: int, level: float) -> tuple[float, float, float]:
    """The share of a type's labs, with its interval."""
    from dynapolis.figures.chance import share_interval

    low, high = share_interval(row["numerator"], total, level)
    return row["numerator"] / total, float(low), float(high)


def goal_sector_table(writing: Writing) -> Block:
    """Industry projects by goal and sector."""
    say = writing.say
    return _crossed(
        writing, "goals-sectors", say("report_table.goals_sectors"), "industry", "goal", SECTOR, "goal_by_sector"
    )


def lab_status_table(writing: Writing) -> Block:
    """Living labs by type and status."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    title = say("report_table.labs_status")
    labs = data.units_of_figure.get(data.figure("all", "units", "population", "living_labs")["figure_id"], [])
    if not labs:
        return writing.nothing(title)
    types = list(data.codebook.by_scheme["lab_type"].code_names)
    statuses = list(data.codebook.by_scheme["status"].code_names)
    rows, keys = [], []
    for kind in [*types, "uncoded"]:
        mine = [unit for unit in labs if _code(data.adopted, unit, "lab_type") == kind]
        if not mine:
            continue
        line = [Cell(speaker.code("lab_type", kind) if kind != "uncoded" else say("way.uncoded"))]
        for status in statuses:
            name = f"cross.living_labs.lab_type.{kind}.status.{status}"
            n = sum(1 for unit in mine if _code(data.adopted, unit, "status") == status)
            line.append(counted(n, writing.links.to(name), name))
        open_ = sum(1 for unit in mine if _code(data.adopted, unit, "status") == "uncoded")
        name, whole = (f"cross.living_labs.lab_type.{kind}.{part}" for part in ("status.uncoded", "all"))
        line.append(counted(open_, writing.links.to(name), name, muted=not open_))
        line.append(counted(len(mine), writing.links.to(whole), whole))
        rows.append(tuple(line))
        keys.append(kind)
    columns = (
        Column(speaker.scheme("lab_type"), "left"),
        *(Column(speaker.code("status", status), key=status) for status in statuses),
        Column(say("way.uncoded"), key="uncoded"),
        Column(say("word.all"), key="all"),
    )
    return Table("labs-status", title, columns, tuple(rows), (say("report_note.primary"),), keys=tuple(keys))


def cross_evidence(adopted: dict[str, dict[str, list[Row]]], labs: list[str]) -> dict[str, list[str]]:
    """Units by the names of cells that no figure of the edition counts: lab type by status, and a type's whole row."""
    found: dict[str, list[str]] = {}
    for unit in labs:
        kind, status = _code(adopted, unit, "lab_type"), _code(adopted, unit, "status")
        for name in (f"status.{status}", "all"):
            found.setdefault(f"cross.living_labs.lab_type.{kind}.{name}", []).append(unit)
    return found


def _code(adopted: dict[str, dict[str, list[Row]]], unit: str, scheme: str) -> str:
    """The primary code of a unit."""
    rows = adopted.get(unit, {}).get(scheme)
    return str(rows[0]["code"]) if rows else "uncoded"


def _crossed(
    writing: Writing, table_id: str, title: str, population: str, down: str, across: str, scheme: str
) -> Block:
    data, say, speaker = writing.data, writing.say, writing.speaker
    codes = [row["code"] for row in codes_in_order(data, population, down, "primary") if row["numerator"]]
    found: dict[tuple[str, str], Row] = {}
    for row in data.figures.values():
        if (row["scope"], row["population"], row["scheme"]) == ("all", population, scheme):
            first, second = row["code"].split("+")
            found[first, second] = row
    totals: dict[str, int] = {}
    for (_, second), row in found.items():
        totals[second] = totals.get(second, 0) + row["numerator"]
    sectors = sorted((code for code, n in totals.items() if n), key=lambda code: -totals[code])
    if not codes or not sectors:
        return writing.nothing(title)
    rows = []
    for code in codes:
        line = [Cell(speaker.code(down, code))]
        for sector in sectors:
            row = found[code, sector]
            line.append(counted(row["numerator"], writing.links.to(row["figure_id"]), row["figure_id"]))
        whole = data.figure("all", population, down, code)
        line.append(counted(whole["numerator"], writing.links.to(whole["figure_id"]), whole["figure_id"]))
        rows.append(tuple(line))
    columns = (
        Column(speaker.scheme(down), "left"),
        *(Column(speaker.code(across, sector), key=sector) for sector in sectors),
        Column(say("word.all"), key="all"),
    )
    return Table(table_id, title, columns, tuple(rows), (say("report_note.primary"),), keys=tuple(codes))
