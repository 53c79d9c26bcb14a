"""Which programme a project belongs to: one that leads it, is its partner, or is named in its text, within the city.

Projects need no programme, so nothing is missing where none is found. Only names as they stand count. A programme that
is a partner takes part, and may pay or not: such a link is unsure. What reading shows beside that is declared in a
small reviewed table, and so is what a rule gets wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dynapolis.ids import record_id
from dynapolis.model.declared_programme import DeclaredProgramme
from dynapolis.model.evidence import Record
from dynapolis.resolve.links.link import Link, LinkKind, LinkUnit, Reason, Rule, Unresolved, link_order, make_link
from dynapolis.resolve.links.names import find_name, names_of, spelled
from dynapolis.resolve.links.organisations_of_unit import divide
from dynapolis.resolve.names import acronyms, fold, same_words_joined, variants, words_of

PROGRAMME, PROJECTS = "programme", ("project", "lab_project")
_TEXTS = ("name", "name_local", "description_en", "description_ko")
LEAST_LETTERS = 9  # a shorter name, or one of a single word, is looked for in leads and partners alone

Found = tuple[str, Rule, str, str]  # target, rule, field, quote


def find_programmes(
    units: Sequence[LinkUnit], declared: Iterable[DeclaredProgramme]
) -> tuple[list[Link], list[Unresolved]]:
    """Links from projects and lab projects to programmes.

    Args:
        units: all units.
        declared: reviewed rows: ``part`` adds a link in any city, ``not`` takes one away.

    Returns:
        links; and declared rows of which one record is not here.
    """
    programmes: dict[str, list[LinkUnit]] = defaultdict(list)
    for unit in units:
        if unit.kind == PROGRAMME:
            programmes[unit.city_id].append(unit)
    said, unresolved = _declared(units, declared)
    denied = {(link.unit_id, link.target_id) for link, part in said if not part}
    links = [link for link, part in said if part]
    for unit in units:
        if unit.kind in PROJECTS:
            links += (
                link
                for record in unit.records
                for link in _of_record(unit, record, programmes[unit.city_id])
                if (unit.unit_id, link.target_id) not in denied
            )
    return sorted(links, key=link_order), unresolved


def _declared(
    units: Sequence[LinkUnit], declared: Iterable[DeclaredProgramme]
) -> tuple[list[tuple[Link, bool]], list[Unresolved]]:
    unit_of = {record.record_id: unit.unit_id for unit in units for record in unit.records}
    said: list[tuple[Link, bool]] = []
    unresolved = []
    for row in declared:
        project = record_id(row.project_register, row.project_id)
        programme = record_id(row.programme_register, row.programme_id)
        if project in unit_of and programme in unit_of:
            link = make_link(
                LinkKind.PROGRAMME, unit_of[project], unit_of[programme], project, "declared", row.quote, Rule.DECLARED
            )
            said.append((link, row.verdict == "part"))
        elif project in unit_of:
            kind, quote = LinkKind.PROGRAMME, f"{row.programme_register}: {row.programme_id}"
            unresolved.append(Unresolved(kind, unit_of[project], project, "declared", quote, Reason.DECLARED_NOT_HERE))
    return said, unresolved


def _of_record(unit: LinkUnit, record: Record, programmes: Sequence[LinkUnit]) -> list[Link]:
    """Links of one record, one per programme and rule; words that fit several programmes make each unsure."""
    found: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for programme in programmes:
        for hit in _hits(record, programme):
            found[hit[2], hit[3]].append(hit)
    made: dict[tuple[str, Rule], Link] = {}
    for hits in found.values():
        several = len({target for target, *_ in hits}) > 1
        for target, rule, field, quote in hits:
            link = make_link(
                LinkKind.PROGRAMME, unit.unit_id, target, record.record_id, field, quote, rule, ambiguous=several,
                undecided=rule is Rule.PARTNER,
            )  # fmt: skip
            made.setdefault((target, rule), link)
    return list(made.values())


def _hits(record: Record, programme: LinkUnit) -> Iterator[Found]:
    names = [name for other in programme.records for name in names_of(other)]
    whole = {form for name in names for form in (*spelled(name), *acronyms(name)) if len(form) > 2}
    words = {same_words_joined(words_of(name)) for name in names}
    cells = [("lead_organisation", Rule.LEAD, record.lead_organisation or "")]
    cells += [("partners", Rule.PARTNER, partner) for partner in record.partners]
    for field, rule, cell in cells:
        for part in (cell, *divide(cell)):
            if part and (spelled(part) & whole or same_words_joined(words_of(part)) in words):
                yield programme.unit_id, rule, field, cell
                break
    for field in _TEXTS:
        for form in sorted({form for name in names for form in variants(name) if _tells(form)}):
            quote = find_name(form, getattr(record, field))
            if quote:
                yield programme.unit_id, Rule.TEXT, field, quote


def _tells(name: str) -> bool:
    """Whether a name is long enough to be looked for in a text."""
    return len(fold(name).replace(" ", "")) >= LEAST_LETTERS and " " in name.strip()
