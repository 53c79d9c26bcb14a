"""Living labs: how many, where, of which type in which sector."""

from __future__ import annotations

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Block, Cell, Column, Figure, Section, Table
from dynapolis.report.sections.common import Writing, codes_in_order, share_figure
from dynapolis.report.svg import responsive


def write_labs(writing: Writing) -> Section:
    """Types on both bases, and types by sector."""
    say, note = writing.say, writing.note
    types = share_figure(
        writing, figure_id="lab-types", title=say("figure.lab_types"), claim_id="lab_type_top",
        population="living_labs", scheme="lab_type", bases=("primary", "any"),
        notes=(note("shares"), say("page.multiple")),
    )  # fmt: skip
    blocks: list[Block] = [writing.lines("labs", "labs_most"), types, _by_sector(writing)]
    return Section("labs", say("section.labs"), blocks)


def _by_sector(writing: Writing) -> Block:
    data, speaker, say = writing.data, writing.speaker, writing.say
    if "lab_cell" not in writing.claims:
        return writing.nothing(say("figure.labs_by_sector"))
    types = [row["code"] for row in codes_in_order(data, "living_labs", "lab_type", "primary")]
    sectors = [r["code"] for r in codes_in_order(data, "living_labs", "sector_report", "primary") if r["numerator"]]
    cells, rows = [], []
    for sector in sectors:
        line = [Cell(speaker.code("sector", sector))]
        for kind in types:
            row = data.figure("all", "living_labs", "lab_type_by_sector", f"{kind}+{sector}")
            href = writing.links.to(row["figure_id"])
            n = row["numerator"]
            cells.append(
                charts.CellRow(speaker.code("sector", sector), speaker.code("lab_type", kind), n, str(n), href)
            )
            line.append(Cell(numbers.count(n), href))
        total = data.figure("all", "living_labs", "sector_report", sector)
        line.append(Cell(numbers.count(total["numerator"]), writing.links.to(total["figure_id"])))
        rows.append(tuple(line))
    names = [speaker.code("sector", s) for s in sectors], [speaker.code("lab_type", t) for t in types]
    title, reading = say("figure.labs_by_sector"), writing.line("lab_cell")
    svg = responsive(
        lambda width: charts.heatmap(cells, charts.HeatWords(say("word.labs_count")), *names, width=width),
        name="labs-by-sector", title=title, description=reading.text,
    )  # fmt: skip
    headings = [Column(say("word.sector"), "left"), *(Column(name) for name in names[1]), Column(say("word.all"))]
    table = Table("table-labs-by-sector", title, tuple(headings), tuple(rows))
    return Figure("labs-by-sector", title, reading, svg, table, (writing.note("heat"),))
