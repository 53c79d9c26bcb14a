"""Living labs: how many, where, of which type in which sector."""

from __future__ import annotations

from dynapolis.report import charts
from dynapolis.report.blocks import Block, Cell, Column, Section, Table
from dynapolis.report.sections.common import Writing, codes_in_order, counted, drawn, share_figure


def write_labs(writing: Writing) -> Section:
    """Types on both bases, and types by sector."""
    blocks: list[Block] = [writing.lines("labs", "labs_most"), type_figure(writing), lab_sector_figure(writing)]
    return Section("labs", writing.say("section.labs"), blocks)


def type_figure(writing: Writing) -> Block:
    """Shares of the types of living labs."""
    say, note = writing.say, writing.note
    return share_figure(
        writing, figure_id="lab-types", title=say("figure.lab_types"), claim_id="lab_type_top",
        population="living_labs", scheme="lab_type", bases=("primary", "any"),
        notes=(note("shares"), say("page.multiple")),
    )  # fmt: skip


def lab_sector_figure(writing: Writing) -> Block:
    """How many living labs of every type there are in every sector."""
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
            line.append(counted(n, href, row["figure_id"]))
        total = data.figure("all", "living_labs", "sector_report", sector)
        line.append(counted(total["numerator"], writing.links.to(total["figure_id"]), total["figure_id"]))
        rows.append(tuple(line))
    names = [speaker.code("sector", s) for s in sectors], [speaker.code("lab_type", t) for t in types]
    title, reading = say("figure.labs_by_sector"), writing.line("lab_cell")
    headings = [Column(say("word.sector"), "left")]
    headings += [Column(name, key=kind) for kind, name in zip(types, names[1], strict=True)]
    headings.append(Column(say("word.all"), key="all"))
    table = Table("table-labs-by-sector", title, tuple(headings), tuple(rows), keys=tuple(sectors))
    return drawn(
        lambda width: charts.heatmap(cells, charts.HeatWords(say("word.labs_count")), *names, width=width),
        figure_id="labs-by-sector", title=title, reading=reading, table=table, notes=(writing.note("heat"),),
    )  # fmt: skip
