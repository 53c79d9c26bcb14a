"""What joining two records would change in the published counts of cities: the order in which people are asked.

Two units of one city become one, so each count of the city that holds both falls by one. The size of such a change is
the share that the count loses, plus the ranks that the city moves as a share of all it could move; both lie between 0
and 1. The effect of a pair is the sum over cities and counts, each count times its weight. Its urgency is the effect
times the probability that the pair is one thing: how much of a published figure an answer is expected to correct.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Counts by the column that says whether a unit is in them. The two headline counts of the method weigh most; all units
# together decide among pairs that touch neither.
WEIGHTS: Mapping[str, float] = {"innovation": 1.0, "living_labs": 1.0, "units": 0.1}


@dataclass(frozen=True, slots=True)
class Change:
    """One count of one city, before and after a pair is joined; rank 1 has most, cities with as many share a rank."""

    city_id: str
    count: str
    before: int
    after: int
    rank_before: float
    rank_after: float
    size: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What joining a pair changes.

    Attributes:
        value: sum of the sizes of the changes times their weights; 0 when no count changes.
        changes: by city and count.
    """

    value: float
    changes: tuple[Change, ...]


class PublishedCounts:
    """Counts of cities as they are published, and what a pair would change in them."""

    def __init__(self, units: Iterable[Mapping[str, Any]]) -> None:
        """Count.

        Args:
            units: rows with ``entity_id``, ``city_id`` and, for each count, a Boolean ``is_`` and its name.
        """
        self._in: dict[str, dict[str, frozenset[str]]] = {}
        for unit in units:
            counts = frozenset(name for name in WEIGHTS if unit[f"is_{name}"])
            self._in.setdefault(unit["entity_id"], {})[unit["city_id"]] = counts
        cities = {city for of_city in self._in.values() for city in of_city}
        found = Counter((city, name) for of in self._in.values() for city, names in of.items() for name in names)
        self._n = {name: {city: found[city, name] for city in cities} for name in WEIGHTS}
        self._sorted = {name: sorted(counts.values()) for name, counts in self._n.items()}

    def effect(self, left: str, right: str) -> Effect:
        """What changes when two entities become one.

        Args:
            left, right: entity ids; one that has no unit changes nothing.
        """
        ours, theirs = self._in.get(left, {}), self._in.get(right, {})
        both = sorted((city, name) for city in ours.keys() & theirs.keys() for name in ours[city] & theirs[city])
        changes = tuple(self._change(city, name) for city, name in both) if left != right else ()
        return Effect(sum(change.size * WEIGHTS[change.count] for change in changes), changes)

    def _change(self, city: str, name: str) -> Change:
        before = self._n[name][city]
        ranks = self._rank(name, before, before), self._rank(name, before, before - 1)
        others = len(self._sorted[name]) - 1
        moved = abs(ranks[1] - ranks[0]) / others if others else 0.0
        return Change(city, name, before, before - 1, *ranks, 1 / before + moved)

    def _rank(self, name: str, own: int, count: int) -> float:
        """The rank of a city that has ``own`` if it had ``count`` and the others stayed."""
        counts = self._sorted[name]
        above = len(counts) - bisect_right(counts, count) - (own > count)
        alike = bisect_right(counts, count) - bisect_left(counts, count) - (own == count)
        return 1 + above + alike / 2
