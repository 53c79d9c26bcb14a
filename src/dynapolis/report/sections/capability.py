"""Dynamic capability × actor, for all cities together and, on the page of cities, for each."""

from __future__ import annotations

from dynapolis.figures.capability import ACTORS, CELLS, Capability
from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Section, Table
from dynapolis.report.sections.common import Writing, drawn


def write_capability(writing: Writing) -> Section:
    """The matrix of all cities together, and what stays outside."""
    blocks: list[Block] = [writing.lines("capability_beside"), capability_figure(writing)]
    return Section("capability", writing.say("section.capability"), blocks)


def _weights(writing: Writing) -> dict[tuple[str, str, str], float]:
    rows = writing.data.rows("out_figures__capability_actor")
    return {(row["scope"], row["capability"], row["actor"]): row["weight"] for row in rows}


def capability_figure(writing: Writing) -> Figure:
    """The matrix of all cities together."""
    return _matrix(writing, "capability_top" if "capability_top" in writing.claims else "capability_none")


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
            line.append(Cell(numbers.plain(weight, 1), href, value=weight, evidence=f"capability.{capability}.{actor}"))
        total = sum(weights["all", capability, actor] for actor in ACTORS)
        every = " ".join(cell.evidence for cell in line if cell.evidence)
        rows.append((*line, Cell(numbers.plain(total, 1), value=total, evidence=every)))
    order = [_upper(say(f"capability.{c}")) for c in Capability], [_upper(say(f"actor.{a}")) for a in ACTORS]
    title, reading = say("figure.capability"), writing.line(claim_id)
    columns = (
        Column(say("word.capability"), "left"),
        *(Column(name, key=f"{actor}") for actor, name in zip(ACTORS, order[1], strict=True)),
        Column(say("word.all"), key="all"),
    )
    table = Table("table-capability", title, columns, tuple(rows), keys=tuple(f"{c}" for c in Capability))
    return drawn(
        lambda width: charts.heatmap(cells, charts.HeatWords(say("word.initiatives")), *order, width=width),
        figure_id="capability", title=title, reading=reading, table=table,
        notes=(writing.note("capability"), _lookup(writing)),
    )  # fmt: skip


def _lookup(writing: Writing) -> str:
    """Who coded the organisations."""
    return writing.say("note.organisations", coder=writing.data.lookup.coder.name.in_(writing.speaker.lang))


def write_city_matrices(writing: Writing) -> Section:
    """The twelve cells of every city with records, as a section."""
    return Section("city-matrices", writing.say("figure.capability_cities"), [matrix_table(writing)])


def matrix_table(writing: Writing) -> Table:
    """The twelve cells of every city with records."""
    say, weights = writing.say, _weights(writing)
    rows = []
    order = sorted({scope for scope, _, _ in weights} - {"all"}, key=writing.speaker.city)
    for city in order:
        cells = [weights[city, capability, actor] for capability, actor in CELLS]
        shown = [Cell(numbers.plain(w, 1) if w else numbers.MISSING, muted=not w, value=w or None) for w in cells]
        rows.append((Cell(writing.speaker.city(city)), *shown))
    headings = [f"{_upper(say(f'capability.{c}'))}: {say(f'actor.{a}')}" for c, a in CELLS]
    columns = (
        Column(say("word.city"), "left"),
        *(Column(heading, key=f"{c}_{a}") for heading, (c, a) in zip(headings, CELLS, strict=True)),
    )
    notes = (writing.note("capability"), say("page.symbols"))
    return Table("capability-cities", say("figure.capability_cities"), columns, tuple(rows), notes, keys=tuple(order))


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
