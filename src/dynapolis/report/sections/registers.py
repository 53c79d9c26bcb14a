"""What the numbers rest on: the registers, what was joined across them, and what each does not measure."""

from __future__ import annotations

from dynapolis.report.blocks import Block, Bullets, Cell, Column, Line, Section, Table
from dynapolis.report.sections.common import Writing, counted


def write_registers(writing: Writing) -> Section:
    """How many records and initiatives there are, a table of the registers, and what each does not measure."""
    lang = writing.speaker.lang
    bounds = tuple(
        Line(f"**{register.title.in_(lang)}.** {register.does_not_measure.in_(lang)}")
        for register in writing.data.registers
    )
    blocks: list[Block] = [writing.lines("registers", "unresolved"), register_table(writing), Bullets(bounds)]
    return Section("evidence-base", writing.say("section.registers"), blocks)


def register_table(writing: Writing) -> Table:
    """The registers: how many records, how many shared with others, cities, date and licence."""
    data, say, lang = writing.data, writing.say, writing.speaker.lang
    shared = {r["record_id"] for records in data.records_of_unit.values() if len(records) > 1 for r in records}
    rows = []
    for register in data.registers:
        records = [row for row in data.all_records.values() if row["register"] == register.name]
        n_shared = sum(1 for row in records if row["record_id"] in shared)
        cells = (len(records), n_shared, len({row["city_id"] for row in records}))
        name = f"register.{register.name}"
        counts = (counted(n, writing.links.to(name) if not i else None, name) for i, n in enumerate(cells))
        rows.append((Cell(register.title.in_(lang)), *counts, Cell(register.date), Cell(register.licence.name)))
    keys_of = tuple(register.name for register in data.registers)
    keys = ("register", "records", "records_shared", "cities", "date", "licence")
    columns = tuple(
        Column(say(f"word.{key}"), "left" if n in (0, 4, 5) else "right", key) for n, key in enumerate(keys)
    )
    return Table("registers", say("figure.registers"), columns, tuple(rows), (say("note.registers"),), keys=keys_of)
