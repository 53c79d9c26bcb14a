"""What is known of organisations beyond their names, by the key under which names are one organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dynapolis.model.known_organisation import KnownOrganisation
from dynapolis.resolve.names import fold, words_of
from dynapolis.text import clean, split_list

EVERYWHERE = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Identifiers and properties of one organisation; empty or none where nobody says."""

    pics: tuple[str, ...] = ()
    ror_ids: tuple[str, ...] = ()
    is_sme: bool | None = None
    helices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a table of organisations says.

    Attributes:
        canonical: by city, or ``EVERYWHERE``, and key of a name, the key of the organisation it is.
        facts: by key of an organisation.
    """

    canonical: Mapping[tuple[str, str], str] = field(default_factory=dict)
    facts: Mapping[str, Facts] = field(default_factory=dict)

    def key_of(self, name: str, city_id: str) -> str:
        """The key of the organisation that a name in a city is."""
        key = organisation_key(name)
        return self.canonical.get((city_id, key)) or self.canonical.get((EVERYWHERE, key)) or key

    def of(self, key: str) -> Facts:
        """What is known of the organisation of a key."""
        return self.facts.get(key, Facts())


def organisation_key(name: str) -> str:
    """The key under which names are one organisation.

    Example:
        >>> organisation_key("The University of Tokyo") == organisation_key("University of Tokyo")
        True
        >>> organisation_key("Wien 3420 AG") == organisation_key("Wien 3420")
        True
        >>> organisation_key("㈜카카오모빌리티") == organisation_key("카카오모빌리티 주식회사")
        True
    """
    return " ".join(words_of(name, organisation=True)) or fold(name) or clean(name)


def known_of(rows: Iterable[KnownOrganisation]) -> Known:
    """The rows of a table by key.

    Where rows of one organisation disagree on whether it is small, nothing is known of that.

    Example:
        >>> row = KnownOrganisation(city_id="busan", name="City of Busan", same_as="Busan", why="x", who="y")
        >>> known_of([row]).key_of("The City of Busan", "busan")
        'busan'
    """
    canonical: dict[tuple[str, str], str] = {}
    facts: dict[str, Facts] = {}
    for row in rows:
        own = organisation_key(row.name)
        key = organisation_key(row.same_as) if row.same_as else own
        if key != own:
            canonical[row.city_id, own] = key
        facts[key] = _with(facts.get(key), row)
    return Known(canonical, facts)


def _with(before: Facts | None, row: KnownOrganisation) -> Facts:
    """The facts of an organisation with those of one more row."""
    pics, rors = split_list(row.pic), split_list(row.ror_id)
    helices = (row.helix.value,) if row.helix else ()
    if before is None:
        return Facts(pics, rors, row.is_sme, helices)
    said = {answer for answer in (before.is_sme, row.is_sme) if answer is not None}
    return Facts(
        tuple(sorted({*before.pics, *pics})),
        tuple(sorted({*before.ror_ids, *rors})),
        said.pop() if len(said) == 1 else None,
        tuple(sorted({*before.helices, *helices})),
    )
