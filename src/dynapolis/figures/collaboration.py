"""Who works with whom: partners by helix, small firms, organisations in several cities, cities × organisations.

Counted are sure links from units to organisations. A partnership is one organisation that is a partner of one unit; an
organisation counts once in every scope. One that stands in two helices counts in both, so helices may add up to more
than the whole. What nobody knows has a row of its own and is guessed nowhere. Shares have intervals of chance; links of
one unit are not independent of each other, so these are rather too narrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dynapolis.figures.chance import share_interval

ALL, UNKNOWN = "all", "unknown"
HELICES = ("public", "private", "civic", "academic")
CODES = (*HELICES, UNKNOWN)
LEAD, PARTNER = "lead", "partner"
Measure = Literal["partnerships", "organisations", "sme", "cross_city", "with_partner"]


@dataclass(frozen=True, slots=True)
class Tie:
    """An organisation leads a unit or is its partner, as one record says.

    ``is_sme`` is none where nobody says whether the organisation is a small or medium-sized enterprise.
    """

    unit_id: str
    city_id: str
    record_id: str
    organisation_id: str
    role: str
    helices: tuple[str, ...] = ()
    is_sme: bool | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class CollaborationFigure:
    """A count out of a population, with its share and interval.

    Attributes:
        scope: "all" or a city.
        measure: what is counted; ``code`` says which of it.
        n_unknown: of the population, left out of the denominator because nobody knows.
        n_unsure: links of the scope that were left out because they are unsure.
        status: "ok", "too_few" (fewer than the least denominator) or "unknown" (nothing is known of anyone).
    """

    scope: str
    measure: Measure
    code: str
    numerator: int
    denominator: int
    n_unknown: int
    n_unsure: int
    share: float | None
    low: float | None
    high: float | None
    status: str

    @property
    def figure_id(self) -> str:
        """Its permanent name."""
        return f"collaboration.{self.scope}.{self.measure}.{self.code}"


class Evidence(NamedTuple):
    """A record that a figure's numerator rests on."""

    figure_id: str
    unit_id: str
    record_id: str
    organisation_id: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An organisation in a city: one cell of cities × organisations."""

    city_id: str
    organisation_id: str
    n_lead: int
    n_partner: int
    unit_ids: tuple[str, ...]
    record_ids: tuple[str, ...]


def count_collaboration(
    ties: Sequence[Tie], unit_city: Mapping[str, str], *, level: float, min_n: int
) -> tuple[list[CollaborationFigure], list[Evidence]]:
    """Every figure of every scope, and the records behind it.

    Args:
        ties: all links from units to organisations, the unsure ones marked.
        unit_city: city of every unit, also of those that name no organisation.
        level: probability the intervals hold.
        min_n: least denominator of a share.

    Example:
        >>> tie = Tie("u1", "seoul", "r1", "o1", PARTNER, ("public",))
        >>> figures, behind = count_collaboration([tie], {"u1": "seoul", "u2": "seoul"}, level=0.9, min_n=2)
        >>> [(f.numerator, f.denominator) for f in figures if f.scope == "seoul" and f.code == "with_partner"]
        [(1, 2)]
    """
    cities: dict[str, set[str]] = defaultdict(set)
    for tie in ties:
        if not tie.unsure:
            cities[tie.organisation_id].add(tie.city_id)
    figures: list[CollaborationFigure] = []
    behind: list[Evidence] = []
    for scope in (ALL, *sorted(set(unit_city.values()))):
        inside = [tie for tie in ties if scope in (ALL, tie.city_id)]
        units = [unit for unit, city in unit_city.items() if scope in (ALL, city)]
        for figure, rests_on in _of_scope(scope, inside, units, cities, level, min_n):
            figures.append(figure)
            ends = {Evidence(figure.figure_id, t.unit_id, t.record_id, t.organisation_id) for t in rests_on}
            behind += sorted(ends)
    return figures, behind


def _of_scope(
    scope: str, inside: Sequence[Tie], units: Sequence[str], cities: Mapping[str, set[str]], level: float, min_n: int
) -> Iterable[tuple[CollaborationFigure, list[Tie]]]:
    sure = [tie for tie in inside if not tie.unsure]
    n_unsure = len(inside) - len(sure)
    partners = [tie for tie in sure if tie.role == PARTNER]

    def figure(
        measure: Measure, code: str, found: list[Tie], n: int, of: int, n_unknown: int = 0
    ) -> tuple[CollaborationFigure, list[Tie]]:
        status = "unknown" if n_unknown and not of else "ok" if of >= min_n else "too_few"
        low, high = (float(end) for end in share_interval(n, of, level)) if status == "ok" else (None, None)
        share = n / of if status == "ok" else None
        row = CollaborationFigure(scope, measure, code, n, of, n_unknown, n_unsure, share, low, high, status)
        return row, found

    pairs = {(tie.unit_id, tie.organisation_id) for tie in partners}
    bodies = {tie.organisation_id for tie in sure}
    for code in CODES:
        found = [tie for tie in partners if _is_of(tie, code)]
        yield figure("partnerships", code, found, len({(t.unit_id, t.organisation_id) for t in found}), len(pairs))
    for code in CODES:
        found = [tie for tie in sure if _is_of(tie, code)]
        yield figure("organisations", code, found, len({t.organisation_id for t in found}), len(bodies))
    told = {tie.organisation_id for tie in sure if tie.is_sme is not None}
    small = [tie for tie in sure if tie.is_sme]
    yield figure("sme", "sme", small, len({t.organisation_id for t in small}), len(told), len(bodies) - len(told))
    crossing = [tie for tie in sure if len(cities[tie.organisation_id]) > 1]
    yield figure("cross_city", "cross_city", crossing, len({t.organisation_id for t in crossing}), len(bodies))
    n_with = len({tie.unit_id for tie in partners})
    yield figure("with_partner", "with_partner", partners, n_with, len(units))


def _is_of(tie: Tie, code: str) -> bool:
    return code in tie.helices if code != UNKNOWN else not tie.helices


def city_organisations(ties: Iterable[Tie]) -> list[Cell]:
    """Cities × organisations as a list of its cells that are not empty, by city and organisation; sure links alone.

    Example:
        >>> tie = Tie("u1", "seoul", "r1", "o1", PARTNER)
        >>> [(cell.n_lead, cell.n_partner) for cell in city_organisations([tie, tie])]
        [(0, 1)]
    """
    cells: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        if not tie.unsure:
            cells[tie.city_id, tie.organisation_id].append(tie)
    return [
        Cell(
            city,
            organisation,
            n_lead=len({tie.unit_id for tie in found if tie.role == LEAD}),
            n_partner=len({tie.unit_id for tie in found if tie.role == PARTNER}),
            unit_ids=tuple(sorted({tie.unit_id for tie in found})),
            record_ids=tuple(sorted({tie.record_id for tie in found})),
        )
        for (city, organisation), found in sorted(cells.items())
    ]
