"""In which parts of its city a unit lies: by the column of districts, else by name, lead and text.

Levels stay apart: a quarter is linked, and the district it lies in as well. A stream through four districts gives four
links, each unsure. Which name is which place is told by a cited table, and a name that is not in it is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dynapolis.model.district import District, Districts
from dynapolis.model.evidence import Record
from dynapolis.resolve.links.link import Link, LinkKind, LinkUnit, Reason, Rule, Unresolved, link_order, make_link
from dynapolis.resolve.links.names import find_name
from dynapolis.resolve.names import fold
from dynapolis.text import split_list

_NAMES = ("name", "name_local", "lead_organisation")
_TEXTS = ("description_en", "description_ko")
UNCHECKED = "own_placing"  # rows that no source was opened for
LESS = 0.2


def find_districts(units: Sequence[LinkUnit], districts: Districts) -> tuple[list[Link], list[Unresolved]]:
    """Links from units to districts at every level.

    Returns:
        links, for each unit and district the surest one of each record; and cells that the table does not know.
    """
    links: list[Link] = []
    unresolved: list[Unresolved] = []
    for unit in units:
        rows = districts.of_city.get(unit.city_id, ())
        for record in unit.records:
            found, unknown = _of_record(unit, record, rows)
            links += _best([*found, *(up for link in found for up in _outwards(link, districts))])
            unresolved += unknown
    return sorted(links, key=link_order), unresolved


def parts_of_records(records: Iterable[Record], districts: Districts) -> dict[str, tuple[District, ...]]:
    """By record id, the parts of its city that a record surely lies in, at every level."""
    links, _ = find_districts([LinkUnit(r.record_id, r.city_id, None, (r,)) for r in records], districts)
    found: dict[str, list[District]] = {}
    for link in links:
        if not link.unsure:
            found.setdefault(link.record_id, []).append(districts.by_id[link.target_id])
    return {record: tuple(places) for record, places in found.items()}


def _of_record(unit: LinkUnit, record: Record, rows: Sequence[District]) -> tuple[list[Link], list[Unresolved]]:
    """By the cell; where it says nothing, by name and lead; where these say nothing, by text."""
    cells = split_list(record.district or "")
    found: list[Link] = []
    unresolved = []
    for cell in cells:
        hits = [row for row in rows if fold(cell) in {fold(name) for name in row.spellings}]
        found += (_link(unit, record, row, "district", cell, Rule.CELL) for row in hits)
        if not hits:
            unresolved.append(
                Unresolved(LinkKind.DISTRICT, unit.unit_id, record.record_id, "district", cell, Reason.NOT_IN_TABLE)
            )
    for fields in () if cells else (_NAMES, _TEXTS):
        found = list(_in_fields(unit, record, rows, fields))
        if found:
            break
    return found, unresolved


def _in_fields(unit: LinkUnit, record: Record, rows: Iterable[District], fields: Sequence[str]) -> Iterator[Link]:
    for row in rows:
        if row.in_text:
            quotes = ((f, find_name(name, getattr(record, f))) for f in fields for name in row.spellings)
            field, quote = next(((f, q) for f, q in quotes if q), ("", ""))
            if quote:
                rule = Rule.LEAD if field == "lead_organisation" else Rule.TEXT
                yield _link(unit, record, row, field, quote, rule)


def _link(unit: LinkUnit, record: Record, row: District, field: str, quote: str, rule: Rule) -> Link:
    return make_link(LinkKind.DISTRICT, unit.unit_id, row.district_id, record.record_id, field, quote, rule)


def _outwards(link: Link, districts: Districts) -> Iterator[Link]:
    """What a linked district lies in: the one, or each of several."""
    place = districts.by_id[link.target_id]
    for step in districts.within(place):
        rule = Rule.WITHIN if len(step) == 1 else Rule.ONE_OF_SEVERAL
        less = max(LESS if place.source == UNCHECKED else 0.0, 1 - link.confidence)
        for target in step:
            yield make_link(
                LinkKind.DISTRICT, link.unit_id, target, link.record_id, link.field, link.quote, rule, less=less
            )


def _best(links: Iterable[Link]) -> list[Link]:
    """Of several links of one record to one district, the surest."""
    best: dict[str, Link] = {}
    for link in sorted(links, key=lambda link: (link.unsure, -link.confidence)):
        best.setdefault(link.target_id, link)
    return list(best.values())
