"""Which living lab a lab project belongs to: the one that its record names.

The column ``lab_name`` is asked first; where no record of the unit has one, lead, partners and text are. A lab is
looked for within the city, and a living lab comes before anything else of that name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dynapolis.model.evidence import Record
from dynapolis.resolve.links.link import Link, LinkKind, LinkUnit, Reason, Rule, Unresolved, link_order, make_link
from dynapolis.resolve.links.names import compare_names, find_name, names_of, spelled
from dynapolis.resolve.names import fold, variants

LAB, LAB_PROJECT, PROGRAMME = "living_lab", "lab_project", "programme"
_ORDER = (Rule.SAME_NAME, Rule.SAME_WORDS, Rule.SHORT_NAME, Rule.PART_OF_NAME, Rule.LIKE_NAME)
_OTHERS = {PROGRAMME: (Rule.SAME_NAME, Rule.SAME_WORDS)}  # by which rules a target may be no living lab
_TEXTS = ("name", "name_local", "description_en", "description_ko")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule found a target in the words of a field."""

    target_id: str
    rule: Rule
    field: str
    quote: str


def find_labs(
    units: Sequence[LinkUnit], city_words: Mapping[str, tuple[str, ...]]
) -> tuple[list[Link], list[Unresolved]]:
    """Links from lab projects, and from whatever else names a lab in ``lab_name``, to labs.

    Args:
        units: all units.
        city_words: by city, the words of its names, which tell no lab from another.

    Returns:
        links; and the cells that name no lab there is a record of, with lab projects that name none at all.
    """
    of_city: dict[str, list[LinkUnit]] = defaultdict(list)
    for unit in units:
        of_city[unit.city_id].append(unit)
    links: list[Link] = []
    unresolved: list[Unresolved] = []
    for unit in units:
        others = of_city[unit.city_id]
        cells = [(record, record.lab_name) for record in unit.records if record.lab_name]
        for record, cell in cells:
            found = list(_named(cell, others, city_words.get(unit.city_id, ())))
            _say(unit, record, found, cell, links, unresolved)
        if not cells and unit.kind == LAB_PROJECT:
            _without_cell(unit, others, links, unresolved)
    return sorted(links, key=link_order), unresolved


def _say(
    unit: LinkUnit, record: Record, found: list[Hit], cell: str, links: list[Link], unresolved: list[Unresolved]
) -> None:
    """Add the links of one cell, or why there is none. A lab whose record names it is at home, and needs no link."""
    itself = any(hit.target_id == unit.unit_id and hit.rule is not Rule.LIKE_NAME for hit in found)
    if itself and unit.kind == LAB:
        return
    if itself or not found:
        reason = Reason.ITSELF if itself else Reason.NO_RECORD
        unresolved.append(Unresolved(LinkKind.LAB, unit.unit_id, record.record_id, "lab_name", cell, reason))
        return
    links += _links(unit, record, found)


def _links(unit: LinkUnit, record: Record, hits: Iterable[Hit]) -> list[Link]:
    """One link per target; several targets of the same words are each unsure."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.target_id, hit)
    several = len(best) > 1
    return [
        make_link(
            LinkKind.LAB, unit.unit_id, h.target_id, record.record_id, h.field, h.quote, h.rule, ambiguous=several
        )
        for h in best.values()
    ]


def _named(cell: str, others: Sequence[LinkUnit], city: tuple[str, ...]) -> Iterator[Hit]:
    """What a cell names, by the first rule that finds anything: living labs, else what has the same name."""
    found: dict[Rule, list[str]] = defaultdict(list)
    for other in others:
        rules = {compare_names(cell, name, city) for record in other.records for name in names_of(record)}
        rule = next((rule for rule in _ORDER if rule in rules), None)
        if rule and (other.kind == LAB or rule in _OTHERS.get(other.kind or "", (Rule.SAME_NAME,))):
            found[rule].append(other.unit_id)
    kinds = {other.unit_id: other.kind for other in others}
    for rule in _ORDER:
        labs = [target for target in found[rule] if kinds[target] == LAB]
        if labs or found[rule]:
            yield from (Hit(target, rule, "lab_name", cell) for target in labs or found[rule])
            return


def _without_cell(unit: LinkUnit, others: Sequence[LinkUnit], links: list[Link], unresolved: list[Unresolved]) -> None:
    """Ask lead, then partners, then text, then whether the lead is a part of a lab's name; the first answer decides."""
    labs = [other for other in others if other.kind == LAB and other.unit_id != unit.unit_id]
    for search in (_in_leads, _in_partners, _in_texts, _like_leads):
        made = [link for record in unit.records for link in _links(unit, record, search(record, labs))]
        if made:
            links += made
            return
    record = unit.records[0]
    unresolved.append(Unresolved(LinkKind.LAB, unit.unit_id, record.record_id, "lab_name", "", Reason.NOT_NAMED))


def _in_leads(record: Record, labs: Sequence[LinkUnit]) -> list[Hit]:
    lead = record.lead_organisation
    return [] if not lead else [Hit(t, Rule.LEAD, "lead_organisation", lead) for t in _of_that_name(lead, labs)]


def _in_partners(record: Record, labs: Sequence[LinkUnit]) -> list[Hit]:
    return [Hit(t, Rule.PARTNER, "partners", name) for name in record.partners for t in _of_that_name(name, labs)]


def _like_leads(record: Record, labs: Sequence[LinkUnit]) -> list[Hit]:
    """Labs whose name holds the lead: BitLab of BitLab Cultural. Never sure."""
    asked = record.lead_organisation
    found = [
        lab.unit_id
        for lab in labs
        if asked and any(compare_names(asked, n, ()) is Rule.PART_OF_NAME for r in lab.records for n in names_of(r))
    ]
    return [Hit(target, Rule.PART_OF_NAME, "lead_organisation", asked or "") for target in found]


def _of_that_name(cell: str, labs: Sequence[LinkUnit]) -> list[str]:
    asked = spelled(cell)
    return [lab.unit_id for lab in labs if any(asked & spelled(n) for r in lab.records for n in names_of(r))]


def _in_texts(record: Record, labs: Sequence[LinkUnit]) -> list[Hit]:
    """Labs whose name stands in the text, letter for letter; of two names of which one holds the other, the longer."""
    hits: list[tuple[str, Hit]] = []
    for lab in labs:
        names = {v for r in lab.records for n in names_of(r) for v in variants(n) if len(fold(v).replace(" ", "")) > 3}
        for field in _TEXTS:
            for name in sorted(names, key=lambda n: (-len(n), n)):
                quote = find_name(name, getattr(record, field))
                if quote:
                    hits.append((fold(name), Hit(lab.unit_id, Rule.TEXT, field, quote)))
    longest = {name for name, _ in hits if not any(name != other and name in other for other, _ in hits)}
    return [hit for name, hit in hits if name in longest]
