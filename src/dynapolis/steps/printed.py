"""What a report printed, held against an edition: each number and each leader beside what is counted, with intervals.

A report and an edition rest on other lists, so a count that differs is no proof of an error; a share can be compared
as far as both lists saw alike. The verdict only says whether the printed number lies within what the edition leaves
open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dynapolis.audit.claims import ClaimsFile, Leader, Quantity
from dynapolis.audit.fit import share_bounds
from dynapolis.steps.recompute import EVERY_CITY, Interval, Recount, Standing

SURE = 0.9


@dataclass(frozen=True, slots=True)
class Held:
    """A printed number beside the recounted one.

    Attributes:
        claim: id of the quantity.
        figure: what was counted.
        printed: as printed; a share as a percentage.
        found: what the edition counts, in the same unit, with its interval.
        n, whole: units (with ``*``, cities) counted, of how many.
        verdict: "inside" the interval, as far as the print's rounding allows, or "outside".
    """

    claim: str
    figure: str
    printed: float
    found: Interval
    n: int
    whole: int
    verdict: Literal["inside", "outside"]


@dataclass(frozen=True, slots=True)
class HeldLeader:
    """A printed leader beside the order that the edition counts.

    Attributes:
        claim: id of the statement.
        figure: what was counted, city by city.
        named: a leader printed first in one of the languages, by its English name.
        city_id: which city that is; None where the edition has none of that name.
        place, n, p_most: of that city: place in the order, how many, how probably it has the most.
        first: the city that the edition counts most of.
        verdict: "borne_out" (P ≥ 0.9), "unlikely" (P ≤ 0.1), "open", or "unknown" without the city.
    """

    claim: str
    figure: str
    named: str
    city_id: str | None
    place: int | None
    n: int | None
    p_most: float | None
    first: Standing
    verdict: Literal["borne_out", "open", "unlikely", "unknown"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything of a claims file that an edition can count; ``left_out`` are claims that name no figure of it."""

    numbers: tuple[Held, ...]
    leaders: tuple[HeldLeader, ...]
    left_out: tuple[str, ...]
    level: float
    n_cities: int


def hold_against(claims: ClaimsFile, recount: Recount, names: Mapping[str, str]) -> Comparison:
    """Every claim that names a figure beside what the edition counts.

    Args:
        claims: the printed claims.
        recount: the edition, ready to be counted.
        names: city ids by every name a city may be printed with, in lower case.
    """
    numbers, leaders, left_out = [], [], []
    for quantity in claims.quantities:
        held = _number(quantity, recount) if quantity.figure and quantity.first else None
        if held is None:
            left_out.append(quantity.id)
        else:
            numbers.append(held)
    for leader in claims.leaders:
        found = list(_leaders(leader, recount, names)) if leader.figure else []
        leaders += found
        left_out += [] if found else [leader.id]
    n_cities = int((recount.evidence.searched & recount.chosen).sum())
    return Comparison(tuple(numbers), tuple(leaders), tuple(left_out), recount.level, n_cities)


def _number(quantity: Quantity, recount: Recount) -> Held | None:
    printed = quantity.first
    try:
        found = recount.figure(str(quantity.figure))
    except KeyError:
        return None
    if printed is None or (quantity.kind == "share" and found.share is None):
        return None
    if quantity.kind == "share" and found.share is not None:
        value = Interval(*(100 * end for end in (found.share.value, found.share.low, found.share.high)))
        low, high = (100 * float(end) for end in share_bounds(printed.value, printed.decimals))
    else:
        value, low, high = found.count, printed.value, printed.value
    verdict: Literal["inside", "outside"] = "inside" if low <= value.high and high >= value.low else "outside"
    return Held(quantity.id, found.figure, printed.value, value, found.n, found.whole, verdict)


def _leaders(leader: Leader, recount: Recount, names: Mapping[str, str]) -> Iterator[HeldLeader]:
    """Whoever either language prints first."""
    try:
        order = recount.cities(str(leader.figure))
    except KeyError:
        return
    place = {row.city_id: n for n, row in enumerate(order, start=1)}
    firsts = dict.fromkeys(side.said("en")[0] for side in (leader.ko, leader.en) if side)
    for named in firsts if order else ():
        city = names.get(named.casefold())
        figure = str(leader.figure)
        if city not in place:
            yield HeldLeader(leader.id, figure, named, None, None, None, None, order[0], "unknown")
            continue
        row = order[place[city] - 1]
        verdict: Literal["borne_out", "open", "unlikely"] = "open"
        if row.p_most >= SURE:
            verdict = "borne_out"
        elif row.p_most <= 1 - SURE:
            verdict = "unlikely"
        yield HeldLeader(leader.id, figure, named, city, place[city], row.n, row.p_most, order[0], verdict)


def is_over_cities(figure: str) -> bool:
    """Whether a figure asks for the number of cities."""
    return figure.split(".", 1)[0] == EVERY_CITY
