"""Two editions held against each other, over what both of them searched alike: the comparable panel.

A register that is new, or a city that was not searched before, changes every count without anything having changed in
a city. So only cities that both editions searched are compared, and only by records of registers that both have; what
the change of the count is made of is told apart: newly listed, no longer listed, coded otherwise.

Pure: tables of two editions in, a comparison out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.figures.chance import JEFFREYS, share_interval
from dynapolis.model.arrays import FloatArray

Row = Mapping[str, Any]
Key = tuple[str, str]
N_DRAWS = 20_000
CLEAR = 0.9


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared of one edition.

    Attributes:
        name: what people call the edition.
        registers: names of its registers.
        searched: cities that at least one register searched.
        projects, innovation: units of these populations.
        city_of: the city of every unit.
        records: register and id of every record, by unit.
    """

    name: str
    registers: frozenset[str]
    searched: frozenset[str]
    projects: frozenset[str]
    innovation: frozenset[str]
    city_of: Mapping[str, str]
    records: Mapping[str, frozenset[Key]]


@dataclass(frozen=True, slots=True)
class Share:
    """Innovation projects among all projects, with the interval that chance leaves."""

    n: int
    total: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """A share before and after; ``low`` and ``high`` bound the change, ``p_increase`` is how probably it rose."""

    before: Share
    after: Share
    change: float
    low: float
    high: float
    p_increase: float

    @property
    def verdict(self) -> str:
        """ "rose" or "fell" with a probability of at least 0.9, else "unclear"."""
        if self.p_increase >= CLEAR:
            return "rose"
        return "fell" if self.p_increase <= 1 - CLEAR else "unclear"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the change of a count of innovation projects is made of; the parts add up to ``after - before``.

    Attributes:
        listed: records that the earlier edition did not hold.
        delisted: records that the later edition does not hold.
        coded_in, coded_out: in both editions, but coded as an innovation project in one only.
        joined: units that one edition counts as one and the other as several.
    """

    before: int
    listed: int
    delisted: int
    coded_in: int
    coded_out: int
    joined: int
    after: int

    def changes(self) -> dict[str, int]:
        """The parts with their signs, by name."""
        return {
            "listed": self.listed,
            "delisted": -self.delisted,
            "coded_in": self.coded_in,
            "coded_out": -self.coded_out,
            "joined": self.joined,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparable panel of two editions, city by city and as a whole; ``left_out`` says why a city is not in it."""

    before: str
    after: str
    registers: tuple[str, ...]
    panel: tuple[str, ...]
    left_out: Mapping[str, str]
    cities: Mapping[str, Change]
    whole: Change
    parts: Parts
    level: float


def compare_editions(before: Side, after: Side, *, level: float, seed: int) -> Comparison:
    """The change from one edition to another over the comparable panel.

    Args:
        level: probability of the intervals.
        seed: of the draws.

    Raises:
        BadUse: the editions share no register or no searched city with projects; nothing could be compared.

    Source:
        Shares have a Beta posterior with Jeffreys' prior, drawn for both editions apart (method, section 3). The
        editions share records, so the draws overstate the uncertainty of the change rather than hide it.
    """
    registers = before.registers & after.registers
    if not registers:
        raise BadUse(f"editions {before.name} and {after.name} share no register: nothing in them is comparable")
    sides = {"before": _comparable(before, registers), "after": _comparable(after, registers)}
    panel = sorted(
        city
        for city in before.searched & after.searched
        if all(any(unit_city == city for unit_city in side.values()) for side, _ in sides.values())
    )
    if not panel:
        raise BadUse(f"editions {before.name} and {after.name} share no city with projects in the same registers")
    rng = np.random.default_rng([seed, len(panel)])
    counted = {
        name: {city: _count(city, projects, innovation) for city in panel}
        for name, (projects, innovation) in sides.items()
    }
    cities = {city: _change(counted["before"][city], counted["after"][city], level, rng) for city in panel}
    sums = [tuple(map(sum, zip(*counted[name].values(), strict=True))) for name in ("before", "after")]
    whole = _change((sums[0][0], sums[0][1]), (sums[1][0], sums[1][1]), level, rng)
    left_out = {city: _why(city, before, after) for city in (before.searched | after.searched) - set(panel)}
    parts = _decompose(before, after, registers, frozenset(panel))
    names = tuple(sorted(registers))
    return Comparison(before.name, after.name, names, tuple(panel), left_out, cities, whole, parts, level)


Comparable = tuple[dict[str, str], frozenset[str]]


def _comparable(side: Side, registers: Set[str]) -> Comparable:
    """City of every project that a common register holds, and which of these are innovation projects."""
    held = {unit for unit, keys in side.records.items() if any(register in registers for register, _ in keys)}
    return {unit: side.city_of[unit] for unit in side.projects & held}, side.innovation & held


def _count(city: str, projects: Mapping[str, str], innovation: Set[str]) -> tuple[int, int]:
    mine = [unit for unit, where in projects.items() if where == city]
    return sum(1 for unit in mine if unit in innovation), len(mine)


def _change(before: tuple[int, int], after: tuple[int, int], level: float, rng: np.random.Generator) -> Change:
    draws = [_draw(n, total, rng) for n, total in (before, after)]
    moved = draws[1] - draws[0]
    tail = (1 - level) / 2
    low, high = np.quantile(moved, [tail, 1 - tail])
    shares = [_share(n, total, level) for n, total in (before, after)]
    p_increase = float((moved > 0).mean())
    return Change(shares[0], shares[1], shares[1].share - shares[0].share, float(low), float(high), p_increase)


def _draw(n: int, total: int, rng: np.random.Generator) -> FloatArray:
    return rng.beta(n + JEFFREYS, total - n + JEFFREYS, N_DRAWS)


def _share(n: int, total: int, level: float) -> Share:
    low, high = share_interval(n, total, level)
    return Share(n, total, n / total, float(low), float(high))


def _why(city: str, before: Side, after: Side) -> str:
    if city not in before.searched:
        return "not_searched_before"
    return "not_searched_after" if city not in after.searched else "no_projects"


def _decompose(before: Side, after: Side, registers: Set[str], panel: Set[str]) -> Parts:
    """What became of every innovation project of either edition, by its records in the common registers."""
    earlier, later = (_records_of(side, side.projects, registers, panel) for side in (before, after))
    was = _records_of(before, before.innovation, registers, panel)
    now = _records_of(after, after.innovation, registers, panel)
    known_before, known_after = _union(earlier.values()), _union(later.values())
    was_innovation, now_innovation = _union(was.values()), _union(now.values())
    listed = sum(1 for keys in now.values() if not keys & known_before)
    delisted = sum(1 for keys in was.values() if not keys & known_after)
    coded_in = sum(1 for keys in now.values() if keys & known_before and not keys & was_innovation)
    coded_out = sum(1 for keys in was.values() if keys & known_after and not keys & now_innovation)
    rest = (len(now) - len(was)) - (listed - delisted + coded_in - coded_out)
    return Parts(len(was), listed, delisted, coded_in, coded_out, rest, len(now))


def _records_of(side: Side, units: Set[str], registers: Set[str], panel: Set[str]) -> dict[str, frozenset[Key]]:
    found = {}
    for unit in units:
        keys = frozenset(key for key in side.records[unit] if key[0] in registers)
        if keys and side.city_of[unit] in panel:
            found[unit] = keys
    return found


def _union(groups: Iterable[frozenset[Key]]) -> frozenset[Key]:
    return frozenset().union(*groups)
