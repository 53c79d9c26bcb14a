"""Dynamic capability × actor, for all cities together and, on the page of cities, for each."""

from __future__ import annotations

from dynapolis.figures.capability import ACTORS, CELLS, Capability
from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Section, Table
from dynapolis.report.sections.common import Writing
from dynapolis.report.svg import responsive


def write_capability(writing: Writing) -> Section:
    """The matrix of all cities together, and what stays outside."""
    top = "capability_top" if "capability_top" in writing.claims else "capability_none"
    blocks: list[Block] = [writing.lines("capability_beside"), _matrix(writing, top)]
    return Section("capability", writing.say("section.capability"), blocks)


def _weights(writing: Writing) -> dict[tuple[str, str, str], float]:
    rows = writing.data.rows("out_figures__capability_actor")
    return {(row["scope"], row["capability"], row["actor"]): row["weight"] for row in rows}


def _matrix(writing: Writing, claim_id: str) -> Figure:
    say, weights = writing.say, _weights(writing)
    cells, rows = [], []
    for capability in Capability:
        name = _upper(say(f"capability.{capability}"))
        line = [Cell(name)]
        for actor in ACTORS:
            weight = weights["all", capability, actor]
            href = writing.links.to(f"capability.{capability}.{actor}")
            cells.append(charts.CellRow(name, _upper(say(f"actor.{actor}")), weight, numbers.plain(weight, 1), href))
            line.append(Cell(numbers.plain(weight, 1), href))
        total = sum(weights["all", capability, actor] for actor in ACTORS)
        rows.append((*line, Cell(numbers.plain(total, 1))))
    order = [_upper(say(f"capability.{c}")) for c in Capability], [_upper(say(f"actor.{a}")) for a in ACTORS]
    title, reading = say("figure.capability"), writing.line(claim_id)
    svg = responsive(
        lambda width: charts.heatmap(cells, charts.HeatWords(say("word.initiatives")), *order, width=width),
        name="capability", title=title, description=reading.text,
    )  # fmt: skip
    columns = (Column(say("word.capability"), "left"), *(Column(name) for name in order[1]), Column(say("word.all")))
    table = Table("table-capability", title, columns, tuple(rows))
    return Figure("capability", title, reading, svg, table, (writing.note("capability"), _lookup(writing)))


def _lookup(writing: Writing) -> str:
    """Who coded the organisations."""
    return writing.say("note.organisations", coder=writing.data.lookup.coder.name.in_(writing.speaker.lang))


def write_city_matrices(writing: Writing) -> Section:
    """The twelve cells of every city with records."""
    say, weights = writing.say, _weights(writing)
    rows = []
    for city in sorted({scope for scope, _, _ in weights} - {"all"}, key=writing.speaker.city):
        cells = [weights[city, capability, actor] for capability, actor in CELLS]
        shown = [Cell(numbers.plain(w, 1) if w else numbers.MISSING, muted=not w) for w in cells]
        rows.append((Cell(writing.speaker.city(city)), *shown))
    headings = [f"{_upper(say(f'capability.{c}'))}: {say(f'actor.{a}')}" for c, a in CELLS]
    columns = (Column(say("word.city"), "left"), *(Column(heading) for heading in headings))
    notes = (writing.note("capability"), say("page.symbols"))
    table = Table("capability-cities", say("figure.capability_cities"), columns, tuple(rows), notes)
    return Section("city-matrices", say("figure.capability_cities"), [table])


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
