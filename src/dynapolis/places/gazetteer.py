"""The gazetteer: which places a country has, and under which names. A country is made ready when first asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

NEAR_KM = 15.0
MAIN_NAME = 1.5  # a place's own name weighs as much as thirty times the population under an alternate name
SURE = 4.0  # a lead of ten thousand times the population is as good as none beside it
BIG = 300_000  # inhabitants of a city whose alternate names are known in all countries
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of one country, column by column; the first ``n_cities`` may be answers, the others only warn.

    ``main`` and ``others`` hold folded words of names joined by ``|``; ``cut`` is the key of a name cut off before
    its first accented letter.
    """

    geonameid: Sequence[int]
    name: Sequence[str]
    lat: Sequence[float]
    lon: Sequence[float]
    population: Sequence[int]
    admin1: Sequence[str]
    admin2: Sequence[str]
    main: Sequence[str]
    others: Sequence[str]
    cut: Sequence[str]
    n_cities: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a key stands for in one country.

    Attributes:
        place: position of the most likely place in its country.
        main: the key is a name of its own, not an alternate one.
        lead: how much more likely it is than the next place elsewhere, in powers of ten; ``SURE`` when there is none.
        next: that next place, or -1.
    """

    place: int
    main: bool
    lead: float
    next: int


@dataclass
class Country:
    """The places of one country and their keys."""

    code: str
    columns: Columns
    _memory: dict[str, Found | None] = field(default_factory=dict)

    @cached_property
    def keys(self) -> dict[str, tuple[int, ...]]:
        """Places by key: twice the position, plus one where the key is an alternate name."""
        found: dict[str, tuple[int, ...]] = {}
        for offset, cells in ((0, self.columns.main), (1, self.columns.others)):
            for place, cell in enumerate("\n".join(cells).replace(" ", "").split("\n")):
                if cell:
                    code = (2 * place + offset,)
                    for key in cell.split("|"):
                        found[key] = found.get(key, ()) + code
        return found

    def find(self, key: str) -> Found | None:
        """The most likely place of a key, or nothing."""
        codes = self.keys.get(key)
        if codes is None:
            return None
        if key not in self._memory:
            self._memory[key] = self.judge((code, 0.0) for code in codes)
        return self._memory[key]

    def judge(self, codes: Iterable[tuple[int, float]]) -> Found:
        """The most likely of some places, each with what speaks against it, in powers of ten."""
        weighed = sorted(((-self.weight(code) + against, code) for code, against in codes))
        first, best = weighed[0]
        place = best >> 1
        for weight, code in weighed[1:]:
            if code >> 1 != place and self.km(place, code >> 1) > NEAR_KM:
                return Found(place, not best & 1, min(SURE, weight - first), code >> 1)
        return Found(place, not best & 1, SURE, -1)

    def weight(self, code: int) -> float:
        """How likely a place is meant, before anything else is known: a power of ten."""
        return math.log10(self.columns.population[code >> 1] + 100) + (0.0 if code & 1 else MAIN_NAME)

    def is_city(self, place: int) -> bool:
        """Whether the place may be an answer."""
        return place < self.columns.n_cities

    def km(self, one: int, other: int) -> float:
        """Kilometres between two places of the country."""
        c = self.columns
        return kilometres(c.lat[one], c.lon[one], c.lat[other], c.lon[other])

    def same_area(self, one: int, other: int) -> bool:
        """Whether two places lie in one authority of the lowest level the gazetteer knows for both."""
        c = self.columns
        level = c.admin2 if c.admin2[one] and c.admin2[other] else c.admin1
        return bool(level[one]) and c.admin1[one] == c.admin1[other] and level[one] == level[other]


@dataclass
class Gazetteer:
    """All countries of a gazetteer.

    Attributes:
        name: what it is called, such as "cities15000".
        read: gives the columns of a country; a country without places gives empty ones.
        codes: ISO 3166-1 codes of all countries it has places of.
        names: countries by ISO 3166-1 alpha-3 code and by English name, folded, to alpha-2.
        neighbours: countries with a common border.
    """

    name: str
    read: Callable[[str], Columns]
    codes: frozenset[str]
    names: Mapping[str, str]
    neighbours: Mapping[str, tuple[str, ...]]
    _countries: dict[str, Country] = field(default_factory=dict)

    def country(self, code: str) -> Country:
        """One country, made ready at the first call."""
        if code not in self._countries:
            self._countries[code] = Country(code, self.read(code))
        return self._countries[code]

    def where(self, geonameid: int) -> tuple[Country, int] | None:
        """The country and position of a place by its GeoNames id, small ones included; nothing if it is not known."""
        return self._by_id.get(geonameid)

    @cached_property
    def _by_id(self) -> dict[int, tuple[Country, int]]:
        countries = [self.country(code) for code in sorted(self.codes)]
        return {geonameid: (c, place) for c in countries for place, geonameid in enumerate(c.columns.geonameid)}

    def elsewhere(self, key: str, but_not: str = "") -> tuple[Country, int] | None:
        """The most populous city of other countries with that name: its own, or an alternate one of a big city."""
        cities = self.world.get(key) or self._big_alternates.get(key, ())
        found = [(self.country(code), place) for code, place in cities if code != but_not]
        return max(found, key=lambda f: f[0].columns.population[f[1]]) if found else None

    @cached_property
    def _big_alternates(self) -> dict[str, tuple[tuple[str, int], ...]]:
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for code in sorted(self.codes):
            columns = self.country(code).columns
            for place in range(columns.n_cities):
                if columns.population[place] >= BIG:
                    for key in columns.others[place].replace(" ", "").split("|"):
                        found[key] = (*found.get(key, ()), (code, place))
        return found

    @cached_property
    def world(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Cities of all countries by their own names: (country, position in it)."""
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for code in sorted(self.codes):
            columns = self.country(code).columns
            for place in range(columns.n_cities):
                for words in columns.main[place].split("|"):
                    key = words.replace(" ", "")
                    found[key] = (*found.get(key, ()), (code, place))
        return found


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on the sphere in kilometres; near enough for places in one region.

    Example:
        >>> round(kilometres(60.17, 24.94, 60.21, 24.66))  # Helsinki and Espoo
        16
    """
    east = abs(lon1 - lon2)
    east = min(east, 360.0 - east) * math.cos(math.radians((lat1 + lat2) / 2))
    return _KM_PER_DEGREE * math.hypot(lat1 - lat2, east)
