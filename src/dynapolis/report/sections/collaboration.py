"""What leads where, and who works with whom: links, partners by helix, organisations in several cities, districts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dynapolis.report import numbers
from dynapolis.report.blocks import Block, Bullets, Cell, Column, Line, Section, Table
from dynapolis.report.data import ReportData, Row
from dynapolis.report.sections.common import Writing, counted
from dynapolis.report.whole_claims import AUTONOMOUS, SEOUL, SHOWN_CROSSING

LINKS = ("lab", "programme", "district", "organisation")
HELICES = ("public", "private", "civic", "academic", "unknown")
SINGLE = ("with_partner", "cross_city", "sme")
STATES = ("sure", "unsure", "open")


def collaboration_evidence(data: ReportData) -> dict[str, list[str]]:
    """Units by every name that a number of these sections may link to."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in data.rows("out_collaboration__assn_figure_record"):
        found[row["figure_id"]].append(row["unit_id"])
    for row in data.crossing.values():
        found[f"organisation.{row['organisation_id']}"] = row["unit_ids"]
    for kind, states in _units_by_state(data).items():
        for state, units in states.items():
            found[f"links.{kind}.{state}"] = sorted(units)
    for row in data.links:
        if row["link"] == "district" and not row["unsure"]:
            found[f"district.{row['target_id']}"].append(row["unit_id"])
    return {name: list(dict.fromkeys(units)) for name, units in found.items() if units}


def _units_by_state(data: ReportData) -> dict[str, dict[str, set[str]]]:
    """By kind of link, the units that are linked for sure, those that are only unsurely so, and those left open."""
    found: dict[str, dict[str, set[str]]] = {kind: {state: set() for state in STATES} for kind in LINKS}
    for row in data.links:
        found[row["link"]]["unsure" if row["unsure"] else "sure"].add(row["unit_id"])
    for row in data.rows("out_links__unresolved"):
        found[row["link"]]["open"].add(row["unit_id"])
    for states in found.values():
        states["unsure"] -= states["sure"]
        states["open"] -= states["sure"] | states["unsure"]
    return found


def describe_collaboration(writing: Writing, name: str) -> str | None:
    """What a number of these sections counts, in words; none for a name of another section."""
    say, speaker = writing.say, writing.speaker
    kind, *rest = name.split(".")
    if kind == "links":
        return say(f"collaboration.what_link_{rest[1]}", link=say(f"collaboration.link_{rest[0]}"))
    if kind == "organisation":
        return str(writing.data.crossing[rest[0]]["name"])
    if kind == "district":
        return _district_name(writing, rest[0])
    if kind != "collaboration":
        return None
    scope, measure, code = rest
    what = say(f"collaboration.measure_{measure}")
    if measure in ("partnerships", "organisations"):
        what = say("collaboration.of_helix", what=what, helix=say(f"collaboration.helix_{code}"))
    return what if scope == "all" else say("evidence.of_city", what=what, city=speaker.city(scope))


def link_lines(writing: Writing, unit_id: str) -> Iterator[str]:
    """What a unit's own page says of its links: to what, by which rule, on which words."""
    data, say = writing.data, writing.say
    shown: set[tuple[str, str]] = set()
    for row in data.links_of_unit.get(unit_id, ()):
        if row["link"] == "organisation" or (row["link"], row["target_id"]) in shown:
            continue
        shown.add((row["link"], row["target_id"]))
        target = (
            _district_name(writing, row["target_id"])
            if row["link"] == "district"
            else data.records[row["target_id"]]["name"]
        )
        key = "collaboration.linked_unsure" if row["unsure"] else "collaboration.linked"
        rule = say(f"collaboration.rule_{row['rule']}")
        yield say(key, link=say(f"collaboration.to_{row['link']}"), target=target, rule=rule, quote=row["quote"])


def _district_name(writing: Writing, district_id: str) -> str:
    row = writing.data.districts[district_id]
    return str(row[f"name_{writing.speaker.lang.value}"])


def write_collaboration(writing: Writing) -> Section:
    """Links and what stays open, partners by helix, and organisations in several cities."""
    say, data = writing.say, writing.data
    if not data.collaboration:
        return Section("collaboration", say("collaboration.section"), [writing.nothing(say("collaboration.section"))])
    lines = tuple(Line(say(f"collaboration.{key}")) for key in ("intro_links", "intro_partners", "intro_sme"))
    blocks: list[Block] = [Bullets(lines), _link_table(writing), _helix_table(writing), _measures(writing)]
    if data.crossing:
        blocks.append(_crossing(writing))
    return Section("collaboration", say("collaboration.section"), blocks)


def _link_table(writing: Writing) -> Table:
    say = writing.say
    found = _units_by_state(writing.data)
    rows = []
    for kind in LINKS:
        cells = (_counted(writing, len(found[kind][state]), f"links.{kind}.{state}") for state in STATES)
        rows.append((Cell(say(f"collaboration.link_{kind}")), *cells))
    columns = (
        Column(say("collaboration.link"), "left"),
        *(Column(say(f"collaboration.state_{state}"), key=state) for state in STATES),
    )
    notes = (say("collaboration.note_links"),)
    return Table("links", say("collaboration.title_links"), columns, tuple(rows), notes, keys=LINKS)


def _counted(writing: Writing, n: int, name: str) -> Cell:
    return (
        Cell(numbers.count(n), writing.links.to(name), value=n, evidence=name)
        if n
        else Cell(numbers.MISSING, muted=True)
    )


def _helix_table(writing: Writing) -> Table:
    say, data = writing.say, writing.data
    rows = []
    for helix in HELICES:
        line = [Cell(say(f"collaboration.helix_{helix}"))]
        for measure in ("partnerships", "organisations"):
            line += _figure_cells(writing, data.collaboration["all", measure, helix])
        rows.append(tuple(line))
    columns = [Column(say("collaboration.helix"), "left")]
    for measure in ("partnerships", "organisations"):
        whole = f"whole.{measure}"
        columns += [
            Column(
                writing.told("collaboration.column_of", whole, what=say(f"collaboration.measure_{measure}")).text,
                key=f"n_{measure}",
                claim_id=whole,
            ),
            Column(say("word.share"), key=f"share_of_{measure}"),
            Column(say("word.interval", level=writing.speaker.level), key=f"interval_of_{measure}"),
        ]
    notes = (say("collaboration.note_helix", coder=data.lookup.coder.name.in_(writing.speaker.lang)),)
    return Table(
        "partners-by-helix", say("collaboration.title_helix"), tuple(columns), tuple(rows), notes, keys=HELICES
    )


def _figure_cells(writing: Writing, row: Row) -> list[Cell]:
    interval = numbers.percent_range(row["low"], row["high"], writing.speaker.lang)
    return [
        _counted(writing, row["numerator"], row["figure_id"]),
        Cell(numbers.percent(row["share"]), value=row["share"], evidence=row["figure_id"]),
        Cell(interval, low=row["low"], high=row["high"], evidence=row["figure_id"]),
    ]  # fmt: skip


def _measures(writing: Writing) -> Table:
    say, data = writing.say, writing.data
    rows = []
    for measure in SINGLE:
        row = data.collaboration["all", measure, measure]
        name = Cell(say(f"collaboration.measure_{measure}"))
        if row["status"] == "unknown":
            n = row["n_unknown"]
            unknown = Cell(say("collaboration.not_known", n=numbers.count(n)), muted=True, value=n)
            rows.append((name, *[Cell(numbers.MISSING, muted=True)] * 3, unknown))
        else:
            number, share, interval = _figure_cells(writing, row)
            rows.append((name, number, counted(row["denominator"], evidence=row["figure_id"]), share, interval))
    keys = ("numerator", "denominator", "share")
    columns = (
        Column(say("collaboration.measure"), "left"),
        *(Column(say(f"word.{key}"), key=key) for key in keys),
        Column(say("word.interval", level=writing.speaker.level), key="interval"),
    )
    return Table("collaboration-measures", say("collaboration.title_measures"), columns, tuple(rows), keys=SINGLE)


def _crossing(writing: Writing) -> Table:
    say, data = writing.say, writing.data
    found = list(data.crossing.values())
    rows = [
        (
            Cell(row["name"]),
            Cell(", ".join(say(f"collaboration.helix_{h}") for h in row["helices"] or ["unknown"])),
            counted(row["n_cities"], evidence=name),
            counted(row["n_units"], writing.links.to(name), name),
        )
        for row in found[:SHOWN_CROSSING]
        for name in (f"organisation.{row['organisation_id']}",)
    ]
    keys = ("organisation", "helix", "cities", "initiatives")
    columns = tuple(
        Column(say(f"collaboration.{key}"), "left" if n < 2 else "right", key) for n, key in enumerate(keys)
    )
    named = tuple(row["organisation_id"] for row in found[:SHOWN_CROSSING])
    notes, title = (writing.line("crossing").text,), say("collaboration.title_crossing")
    return Table("cross-city", title, columns, tuple(rows), notes, keys=named, claim_ids=("crossing",))


def write_city_collaboration(writing: Writing) -> Section:
    """Partners by helix of every city with initiatives, as a section."""
    table = city_collaboration_table(writing)
    return Section("city-collaboration", writing.say("collaboration.title_city"), [table] if table.rows else [])


def city_collaboration_table(writing: Writing) -> Table:
    """Partners by helix of every city with initiatives."""
    say, data, speaker = writing.say, writing.data, writing.speaker
    rows = []
    order = sorted({scope for scope, _, _ in data.collaboration} - {"all"}, key=speaker.city)
    for city in order:
        with_partner = data.collaboration[city, "with_partner", "with_partner"]
        line = [Cell(speaker.city(city)), _counted(writing, with_partner["numerator"], with_partner["figure_id"])]
        line.append(Cell(numbers.percent(with_partner["share"], 0), value=with_partner["share"]))
        total = data.collaboration[city, "partnerships", "public"]["denominator"]
        line.append(Cell(numbers.count(total), value=total))
        for helix in HELICES:
            row = data.collaboration[city, "partnerships", helix]
            line.append(_counted(writing, row["numerator"], row["figure_id"]))
        crossing = data.collaboration[city, "cross_city", "cross_city"]
        line.append(_counted(writing, crossing["numerator"], crossing["figure_id"]))
        rows.append(tuple(line))
    headings = (
        say("word.city"), say("collaboration.measure_with_partner"), say("word.share"),
        say("collaboration.measure_partnerships"), *(say(f"collaboration.helix_{helix}") for helix in HELICES),
        say("collaboration.measure_cross_city"),
    )  # fmt: skip
    named = ("city", "n_with_partner", "share_with_partner", "n_partnerships", *HELICES, "n_cross_city")
    columns = tuple(
        Column(name, "right" if n else "left", key) for n, (name, key) in enumerate(zip(headings, named, strict=True))
    )
    notes = (say("collaboration.note_city"), say("page.symbols"))
    return Table(
        "collaboration-cities", say("collaboration.title_city"), columns, tuple(rows), notes, keys=tuple(order)
    )


def write_districts(writing: Writing) -> Section:
    """Seoul's autonomous districts, as a section."""
    return Section("districts", writing.say("collaboration.title_districts"), [district_table(writing)])


def district_table(writing: Writing) -> Table:
    """Seoul's autonomous districts, every one with what was found in it; none is missing where nothing was."""
    say, data = writing.say, writing.data
    title = say("collaboration.title_districts")
    found = [row for row in data.districts.values() if (row["city_id"], row["level"]) == (SEOUL, AUTONOMOUS)]
    rows = []
    found.sort(key=lambda r: (-r["n_units"], _district_name(writing, r["district_id"])))
    for row in found:
        n, district = row["n_units"], row["district_id"]
        name = f"district.{district}"
        whole = counted(n, writing.links.to(name) if n else None, name)
        parts = (counted(row[key], evidence=name) for key in ("n_projects", "n_living_labs", "n_unsure"))
        rows.append((Cell(_district_name(writing, district)), whole, *parts))
    keys = ("district", "initiatives", "projects", "living_labs", "state_unsure")
    columns = tuple(Column(say(f"collaboration.{key}"), "right" if n else "left", key) for n, key in enumerate(keys))
    named = tuple(row["district_id"] for row in found)
    claims = tuple(name for name in ("districts",) if name in writing.claims)
    notes = (*(writing.line(name).text for name in claims), say("collaboration.note_districts"))
    return Table("seoul-districts", title, columns, tuple(rows), notes, keys=named, claim_ids=claims)
