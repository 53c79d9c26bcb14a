"""Which organisations lead a unit and take part in it: names joined across records by one key.

The key is the name folded, without legal form and small words. It joins spellings, and no translation: "City of Busan"
and "Busan Metropolitan City" stay two until the table of known organisations says that they are one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dynapolis.ids import make_id
from dynapolis.model.evidence import Record
from dynapolis.model.organisation import Organisation
from dynapolis.resolve.links.known import Facts, Known, organisation_key
from dynapolis.resolve.links.link import Link, LinkKind, LinkUnit, Reason, Rule, Unresolved, link_order, make_link
from dynapolis.resolve.names import fold

_AND = re.compile(r"\s+(?:and|with|&|/|및)\s+")
_COMMA = re.compile(r",\s+|\s+(?:and|with|&|/|및)\s+")
# The last word of a cell that counts or describes organisations without naming any.
_COLLECTIVE = frozenset(
    {
        "partner",
        "partners",
        "organisation",
        "organisations",
        "organization",
        "organizations",
        "firms",
        "companies",
        "cities",
        "universities",
        "ministries",
        "operators",
        "signatories",
        "residents",
        "activists",
        "districts",
        "schools",
        "participants",
        "initiators",
        "students",
        "only",
        "unknown",
    }
)
_BODIES = frozenset({"Board", "Authority", "Agency"})
_NO_NAME = re.compile(r"\d+ [a-z]")
LEAD, PARTNER = "lead", "partner"


@dataclass(frozen=True, slots=True)
class LinkedOrganisation:
    """An organisation of one key: every name printed, the one shown, and what is known of it.

    Attributes:
        helices: of all its names in the lookup, else as the table of known organisations has it; none where neither
            tells.
        is_sme: a small or medium-sized enterprise; none where nobody says.
        pics: participant codes of the European Commission.
        ror_ids: ids in the Research Organization Registry.
    """

    organisation_id: str
    key: str
    name: str
    names: tuple[str, ...]
    helices: tuple[str, ...]
    is_sme: bool | None = None
    pics: tuple[str, ...] = ()
    ror_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """An organisation that a cell names, by which rule."""

    name: str
    rule: Rule


def names_nobody(cell: str) -> bool:
    """Whether a cell counts or describes organisations without naming one.

    Example:
        >>> names_nobody("28 private firms"), names_nobody("telecom operators"), names_nobody("2getthere")
        (True, True, False)
        >>> names_nobody("DG Cities"), names_nobody("unknown (participants named only)")
        (False, True)
    """
    words = cell.split("(", maxsplit=1)[0].split() or [""]
    described = words[-1] in _COLLECTIVE
    return bool(_NO_NAME.match(cell)) or described or words[0].lower() == "unknown" or not fold(cell)


def divide(cell: str) -> tuple[str, ...]:
    """The parts between "and", "with", "&" and "/" of a cell; none where there is nothing between.

    Example:
        >>> divide("AMS Institute and Bureau Marineterrein"), divide("Waag")
        (('AMS Institute', 'Bureau Marineterrein'), ())
    """
    parts = tuple(part.strip() for part in _AND.split(cell) if part.strip())
    return parts if len(parts) > 1 else ()


def find_organisations(
    units: Sequence[LinkUnit], lookup: Iterable[Organisation], known: Known | None = None
) -> tuple[list[Link], list[LinkedOrganisation], list[Unresolved]]:
    """Organisations of all units, with links from the units; the field of a link tells lead from partner.

    Args:
        units: all units.
        lookup: helices of names as printed.
        known: which names are one organisation, and what is known of organisations; other names keep the key of
            their words.

    Returns:
        links; organisations by id; and cells that name nobody.
    """
    listed = {item.name: item for item in lookup}
    cells = [cell for unit in units for record in unit.records for _, cell in _cells(record)]
    alone = {organisation_key(n) for n in (*cells, *listed) if not _COMMA.search(n) and not names_nobody(n)}
    told = known or Known()
    printed: dict[str, Counter[str]] = defaultdict(Counter)
    links: list[Link] = []
    unresolved: list[Unresolved] = []
    for unit in units:
        for record in unit.records:
            for field, cell in _cells(record):
                for part in parts_of(cell, alone, listed):
                    if names_nobody(part.name):
                        kind = LinkKind.ORGANISATION
                        item = Unresolved(kind, unit.unit_id, record.record_id, field, part.name, Reason.NO_NAME)
                        unresolved.append(item)
                        continue
                    key = told.key_of(part.name, unit.city_id)
                    printed[key][part.name] += 1
                    target = make_id("organisation", key)
                    args = (unit.unit_id, target, record.record_id, field, cell, part.rule)
                    links.append(make_link(LinkKind.ORGANISATION, *args))
    found = [_organisation(key, names, listed, told.of(key)) for key, names in printed.items()]
    return sorted(links, key=link_order), sorted(found, key=lambda o: o.organisation_id), unresolved


def _cells(record: Record) -> Iterator[tuple[str, str]]:
    if record.lead_organisation:
        yield LEAD, record.lead_organisation
    yield from ((PARTNER, name) for name in record.partners)


def parts_of(cell: str, known: Collection[str], listed: Collection[str]) -> tuple[Part, ...]:
    """The organisations that a cell names.

    It is divided where every part is known by itself, or where one is and the others look like names. A cell that
    seems to name several and cannot be divided so stays whole, and its link is unsure.

    Args:
        known: keys of organisations that stand alone in some cell, or in the lookup.
        listed: names in the lookup; one that stands there whole is one name.

    Example:
        >>> known = {organisation_key(name) for name in ("AMS Institute", "City of Amsterdam")}
        >>> [(p.name, p.rule.value) for p in parts_of("City of Amsterdam and AMS Institute", known, ())]
        [('City of Amsterdam', 'part_of_cell'), ('AMS Institute', 'part_of_cell')]
        >>> [p.rule.value for p in parts_of("Art and Design City Helsinki", known, ("Art and Design City Helsinki",))]
        ['name_key']
    """
    by_comma = tuple(part.strip() for part in _COMMA.split(cell) if part.strip())
    if len(by_comma) == 1 or (names_nobody(cell) and all(names_nobody(part) for part in by_comma)):
        return (Part(cell, Rule.NAME_KEY),)

    def known_alone(part: str) -> bool:
        return organisation_key(part) in known or names_nobody(part)

    for parts in (by_comma, divide(cell)):
        if len(parts) > 1 and all(map(known_alone, parts)):
            return tuple(Part(part, Rule.PART_OF_CELL) for part in parts)
    if cell in listed or _one_body(cell):
        return (Part(cell, Rule.NAME_KEY),)
    for parts in (by_comma, divide(cell)):
        if any(map(known_alone, parts)) and all(known_alone(part) or _like_a_name(part) for part in parts):
            return tuple(Part(p, Rule.PART_OF_CELL if known_alone(p) else Rule.PROBABLE_PART) for p in parts)
    return (Part(cell, Rule.UNDIVIDED),)


def _one_body(cell: str) -> bool:
    """Whether "and" or a comma stands within the name of one public body, as in Housing and Development Board."""
    words, tail = cell.split(), _AND.split(cell)[-1].split()
    return ("," not in cell and words[-1] in _BODIES) or (words[0] == "Ministry" and len(tail) == 1)


def _like_a_name(part: str) -> bool:
    """Whether a part may stand alone: two words that begin with a capital, or one word in capitals."""
    return "," not in part and (" " in part or part.isupper()) and part[0].isupper()


def _organisation(
    key: str, names: Counter[str], listed: Mapping[str, Organisation], facts: Facts
) -> LinkedOrganisation:
    helices = {helix.value for name in names if name in listed for helix in listed[name].helices}
    shown = min(names, key=lambda name: (organisation_key(name) != key, -names[name], name))
    return LinkedOrganisation(
        make_id("organisation", key), key, shown, tuple(sorted(names)), tuple(sorted(helices)) or facts.helices,
        facts.is_sme, facts.pics, facts.ror_ids,
    )  # fmt: skip
