"""How much of the whole was found: completeness with its interval beside every count, or why it cannot be told."""

from __future__ import annotations

from dynapolis.model.coverage import EVERY_KIND, KINDS, Dependence, Sight
from dynapolis.report import numbers
from dynapolis.report.blocks import Block, Bullets, Cell, Column, Line, Section, Table
from dynapolis.report.city_table import cities_in_order
from dynapolis.report.data import Row
from dynapolis.report.sections.common import Writing, register_evidence

COLUMNS = (EVERY_KIND, *KINDS)


def write_coverage(writing: Writing) -> Section:
    """What can be told, what two lists cannot tell, and cities that the same registers searched taken together."""
    title, blocks = writing.say("section.coverage"), list[Block]()
    if not writing.data.coverage:
        return Section("coverage", title, [writing.nothing(writing.say("coverage.completeness"))])
    blocks.append(Bullets(coverage_lines(writing)))
    groups = writing.data.rows("out_coverage__lists_kind")
    if groups:
        blocks.append(_together(writing, groups))
    return Section("coverage", title, blocks)


def write_city_coverage(writing: Writing) -> Section:
    """Counts of every city and kind as found, with completeness, and which registers searched it."""
    return Section("city-coverage", writing.say("section.coverage"), [city_coverage_table(writing)])


def completeness_cell(writing: Writing, row: Row | None) -> Cell:
    """Completeness with its interval; at most so much where only a lower bound of the total is known; else why not."""
    if row is None:
        return Cell(numbers.MISSING, muted=True)
    lang, say = writing.speaker.lang, writing.say
    if row["completeness"] is not None:
        share = numbers.percent(row["completeness"], 0)
        ends = numbers.percent_range(row["completeness_low"], row["completeness_high"], lang, 0)
        return Cell(
            say("coverage.share", share=share, ends=ends), value=row["completeness"], low=row["completeness_low"],
            high=row["completeness_high"],
        )  # fmt: skip
    why = say(f"coverage.refused_{row['refused']}")
    if row["bound"] is None:
        return Cell(why, muted=True)
    return Cell(say("coverage.at_most", share=numbers.percent(row["n_found"] / row["bound"], 0)), small=why)


def coverage_lines(writing: Writing) -> tuple[Line, ...]:
    """What can be told of completeness, what two lists cannot tell, and whether draws take it in."""
    data, say = writing.data, writing.say
    rows = [row for (_, kind), row in data.coverage.items() if kind == EVERY_KIND and row["lists"]]
    claims = ("completeness_known", "completeness_unknown", "completeness_tested")
    known, unknown, tested = ([writing.line(name)] if name in writing.claims else [] for name in claims)
    blind = any(row["dependence"] == Dependence.UNTESTABLE for row in rows)
    untestable = [Line(say("coverage.untestable"))] if blind else []
    drawn = {row["source"] for row in data.rows("out_index__sensitivity")}
    draws = Line(say(f"coverage.draws_{_draws(writing, 'coverage' in drawn)}"))
    return (*known, *unknown, *untestable, *tested, draws)


def _draws(writing: Writing, drawn: bool) -> str:
    return "on" if drawn else "few" if writing.data.spec.uncertain.coverage else "off"


def _together(writing: Writing, groups: list[Row]) -> Table:
    say, speaker = writing.say, writing.speaker
    known = {register.name: speaker.register(register.name) for register in writing.data.registers}
    rows = []
    for row in groups:
        n_shared = (
            Cell(numbers.MISSING, muted=True)
            if row["n_shared"] is None
            else Cell(numbers.count(row["n_shared"]), value=row["n_shared"])
        )
        rows.append(
            (
                Cell(" + ".join(known.get(name, name) for name in row["lists"])),
                Cell(say(f"coverage.kind_{row['kind']}")),
                Cell(numbers.count(row["n_cities"]), value=row["n_cities"]),
                Cell(numbers.count(row["n_found"]), value=row["n_found"]),
                n_shared,
                _estimate(writing, row),
                completeness_cell(writing, row),
            )
        )
    named = tuple(f"{'+'.join(row['lists'])}.{row['kind']}" for row in groups)
    keys = ("registers", "kind", "cities", "found", "shared", "estimated", "completeness")
    columns = tuple(Column(say(f"coverage.{key}"), "left" if n < 2 else "right", key) for n, key in enumerate(keys))
    notes = (say("coverage.note", level=_level(writing)), say("coverage.note_together"))
    title, rests_on = say("coverage.title_together"), tuple(register_evidence(row["lists"]) for row in groups)
    return Table("coverage-together", title, columns, tuple(rows), notes, keys=named, rests_on=rests_on)


def _estimate(writing: Writing, row: Row) -> Cell:
    if row["estimate"] is None:
        return Cell(numbers.MISSING, muted=True)
    ends = numbers.plain_range(row["estimate_low"], row["estimate_high"], writing.speaker.lang, 0)
    return Cell(
        writing.say("coverage.share", share=numbers.count(row["estimate"]), ends=ends), value=row["estimate"],
        low=row["estimate_low"], high=row["estimate_high"],
    )  # fmt: skip


def city_coverage_table(writing: Writing) -> Table:
    """Counts of every city and kind as found, with how many registers searched it and completeness."""
    data, say = writing.data, writing.say
    order = cities_in_order(data, writing.speaker)
    rows = []
    for city in order:
        cells = [_counted(writing, data.coverage.get((city, kind))) for kind in COLUMNS]
        whole = data.coverage.get((city, EVERY_KIND))
        lists = Cell(numbers.count(len(whole["lists"])), value=len(whole["lists"])) if whole else Cell(numbers.MISSING)
        rows.append((Cell(writing.speaker.city(city)), lists, *cells, completeness_cell(writing, whole)))
    names = [say(f"coverage.kind_{kind}") for kind in COLUMNS]
    headings = (say("coverage.city"), say("coverage.searched_by"), *names, say("coverage.completeness"))
    named = ("city", "lists", *COLUMNS, "completeness")
    columns = tuple(
        Column(name, "right" if n else "left", key) for n, (name, key) in enumerate(zip(headings, named, strict=True))
    )
    notes = (say("coverage.note", level=_level(writing)), say("coverage.note_city"))
    anchors = tuple(f"coverage-{city}" for city in order)
    return Table("city-coverage-table", say("coverage.title_city"), columns, tuple(rows), notes, anchors, tuple(order))


def _counted(writing: Writing, row: Row | None) -> Cell:
    """A count as found: 0 only where somebody looked; below it the completeness of the kind, where it can be told."""
    if row is None or row["sight"] == Sight.NOT_SEARCHED:
        return Cell("·", muted=True)
    small = completeness_cell(writing, row).text if row["completeness"] is not None and row["kind"] in KINDS else None
    return Cell(numbers.count(row["n_found"]), small=small, value=row["n_found"])


def _level(writing: Writing) -> str:
    return writing.speaker.level
