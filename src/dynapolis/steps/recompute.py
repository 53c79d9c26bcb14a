"""Figures of a frozen edition counted again over draws of codes and chance: what a printed number is held against.

A figure is named as everywhere, ``scope.population.scheme.code.basis``. In place of a scope, ``*`` asks in how many of
the searched cities the figure counts anything. The interval of a count or share holds chance and what the coders leave
open; that of a number of cities holds the codes alone. Codes of schemes that no indicator uses stay as adopted.

Pure: tables of an edition in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dynapolis.figures.chance import JEFFREYS, probability_of_most
from dynapolis.figures.counts import ALL, ANY, PRIMARY
from dynapolis.figures.unit_codes import UnitCodes
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.codebook import Codebook
from dynapolis.steps.figures import POPULATION, POPULATIONS
from dynapolis.steps.index import load_evidence
from dynapolis.steps.posterior import draw_unit_codes, read_questions

EVERY_CITY = "*"
N_DRAWS = 2000
FOLDED = "sector_report"


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Recounted:
    """A figure of an edition.

    Attributes:
        figure: its name.
        n, whole: units counted, of how many; with ``*``, cities.
        count, share: both with their intervals; no share of nothing.
    """

    figure: str
    n: int
    whole: int
    count: Interval
    share: Interval | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A city in the order of a count: how many, and how probably it has the most."""

    city_id: str
    n: int
    p_most: float


class Recount:
    """An edition ready to be counted again; codes are drawn once, so that figures of one unit err together."""

    def __init__(
        self, tables: Mapping[str, pa.Table], codebook: Codebook, crosswalk: str, *, seed: int, level: float,
        n_draws: int = N_DRAWS, cities: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Arrays and draws of an edition.

        Args:
            tables: all tables of the edition, by name.
            codebook: the edition's.
            crosswalk: how sectors fold into those of reports.
            seed: of the draws.
            level: probability that intervals hold.
            n_draws: how many.
            cities: count over these alone; over all if none is named. Those the edition does not have are left out.
        """
        given = dict(tables)
        self.level = level
        self.evidence = load_evidence(given, given, given["out_index__denominator_city"], codebook, crosswalk)
        said = given["core_coding__translated"]
        questions = read_questions(given["core_coding__posterior"], said, self.evidence.unit_ids, codebook)
        rng = np.random.default_rng([seed, n_draws])
        base, facts = self.evidence.codes, self.evidence.facts
        self.chosen = np.array([not cities or city in cities for city in self.evidence.city_ids], dtype=bool)
        self._drawn = draw_unit_codes(questions, base, dict(facts.codes), n_draws, rng)
        self._weights = rng.exponential(size=(n_draws, len(self.evidence.unit_ids)))
        self._prior = rng.gamma(JEFFREYS, size=(2, n_draws))
        self._codes = {name: tuple(code.code for code in scheme.codes) for name, scheme in codebook.by_scheme.items()}
        self._adopted, self._further = _adopted(given["core_coding__adopted"], self.evidence.unit_ids, self._codes)
        self._fold = np.asarray(facts.sector_fold)

    def figure(self, name: str) -> Recounted:
        """One figure; a scope, population, scheme or code that the edition does not have is a ``KeyError``."""
        scope, population, scheme, code, basis = name.split(".")
        if scope == EVERY_CITY:
            return self._cities(name)
        place = self._scope(scope)
        inside = [self._members(codes, population)[:, place] for codes in (self.evidence.codes, self._drawn)]
        among = [self._having(codes, scheme, code, basis)[:, place] for codes in (self.evidence.codes, self._drawn)]
        n, whole = int((inside[0] & among[0]).sum()), int(inside[0].sum())
        weights = self._weights[:, place]
        part = (weights * (inside[1] & among[1])).sum(axis=1) + self._prior[0]
        rest = (weights * (inside[1] & ~among[1])).sum(axis=1) + self._prior[1]
        return Recounted(name, n, whole, self._of(float(n), part), self._share(n, whole, part / (part + rest)))

    def cities(self, name: str) -> list[Standing]:
        """The searched cities by a figure whose scope is ``*``, the most first, with the probability to have the most.

        Equal counts stand in the order of their probability.
        """
        _, population, scheme, code, basis = name.split(".")
        searched = np.flatnonzero(self.evidence.searched & self.chosen)
        counts = self._by_city(self.evidence.codes, population, scheme, code, basis, None)[0, searched]
        drawn = self._by_city(self._drawn, population, scheme, code, basis, self._weights)[:, searched]
        rng = np.random.default_rng([len(searched), len(self._weights)])
        chances = probability_of_most(drawn + rng.gamma(JEFFREYS, size=drawn.shape))
        found = [
            Standing(self.evidence.city_ids[city], int(n), float(p))
            for city, n, p in zip(searched, counts, chances, strict=True)
        ]
        return sorted(found, key=lambda row: (-row.n, -row.p_most, row.city_id))

    def _cities(self, name: str) -> Recounted:
        _, population, scheme, code, basis = name.split(".")
        searched = np.flatnonzero(self.evidence.searched & self.chosen)
        counts = self._by_city(self.evidence.codes, population, scheme, code, basis, None)[0, searched]
        drawn = (self._by_city(self._drawn, population, scheme, code, basis, None)[:, searched] > 0).sum(axis=1)
        n, whole = int((counts > 0).sum()), len(searched)
        share = self._share(n, whole, drawn / whole) if whole else None
        return Recounted(name, n, whole, self._of(float(n), drawn.astype(float)), share)

    def _by_city(
        self, codes: UnitCodes, population: str, scheme: str, code: str, basis: str, weights: FloatArray | None
    ) -> FloatArray:
        hit = (self._members(codes, population) & self._having(codes, scheme, code, basis)).astype(float)
        return self.evidence.facts.sum_by_city(hit if weights is None else hit * weights)

    def _scope(self, scope: str) -> BoolArray:
        if scope == ALL:
            return np.asarray(self.chosen[self.evidence.facts.city])
        if scope not in self.evidence.city_ids:
            raise KeyError(scope)
        return np.asarray(self.evidence.facts.city == self.evidence.city_ids.index(scope))

    def _members(self, codes: UnitCodes, population: str) -> BoolArray:
        facts = self.evidence.facts
        if population not in POPULATIONS:
            raise KeyError(population)
        if population == "units":
            return np.ones_like(codes.primary["kind"], dtype=bool)
        industry = codes.is_code(facts, "track", "industry") & codes.is_code(facts, "kind", "project", "programme")
        found: dict[str, BoolArray] = {
            "projects": codes.projects(facts),
            "innovation": codes.innovation(facts),
            "industry": industry,
            "lab_projects": codes.is_code(facts, "kind", "lab_project"),
            "living_labs": codes.living_labs(facts),
            "initiatives": codes.innovation(facts) | codes.living_labs(facts),
        }
        return found[population]

    def _having(self, codes: UnitCodes, scheme: str, code: str, basis: str) -> BoolArray:
        if scheme == POPULATION:
            return self._members(codes, code)
        if "_by_" in scheme:
            (one, _), (left, right) = scheme.split("_by_"), code.split("+")
            return self._having(codes, one, left, basis) & self._having(codes, FOLDED, right, basis)
        name = "sector" if scheme == FOLDED else scheme
        if code not in self._codes.get(name, ()):
            raise KeyError(f"{scheme}.{code}")
        number = self._codes[name].index(code)
        primary = np.asarray(codes.primary.get(name, self._adopted[name][None, :]))
        if scheme == FOLDED:
            primary = np.where(primary >= 0, self._fold[primary], -1)
        found = np.asarray(primary == number)
        if basis == ANY:
            further = self._further[name]
            same = np.flatnonzero(self._fold == number) if scheme == FOLDED else np.array([number])
            also = np.asarray(further[:, same].any(axis=1))
            found = found | also[None, :]
        return found

    def _of(self, value: float, draws: FloatArray) -> Interval:
        """A value with the interval of its draws, which is widened to hold the value where draws lean away from it."""
        low, high = np.quantile(draws, [(1 - self.level) / 2, (1 + self.level) / 2])
        return Interval(value, min(float(low), value), max(float(high), value))

    def _share(self, n: int, whole: int, draws: FloatArray) -> Interval | None:
        return self._of(n / whole, draws) if whole else None


def _adopted(
    adopted: pa.Table, unit_ids: Sequence[str], codes: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, IntArray], dict[str, BoolArray]]:
    """Adopted codes by scheme: the number of each unit's primary one (−1: none), and which others it has."""
    place = {unit: n for n, unit in enumerate(unit_ids)}
    primary = {name: np.full(len(place), -1, dtype=np.int64) for name in codes}
    further = {name: np.zeros((len(place), len(codes[name])), dtype=bool) for name in codes}
    for row in adopted.select(["unit_id", "scheme", "position", "code"]).to_pylist():
        scheme, unit = row["scheme"], place[row["unit_id"]]
        if row["code"] in codes.get(scheme, ()):
            number = codes[scheme].index(row["code"])
            if row["position"] == 0:
                primary[scheme][unit] = number
            else:
                further[scheme][unit, number] = True
    return primary, further


def unknown_figures(names: Sequence[str], cities: Sequence[str], codebook: Codebook) -> list[str]:
    """Which of these names no edition of this codebook and these cities can have.

    Example:
        >>> unknown_figures(["all.units"], [], codebook)  # doctest: +SKIP
        ['all.units']
    """
    return [name for name in names if not _is_figure(name.split("."), cities, codebook)]


def _is_figure(parts: Sequence[str], cities: Sequence[str], codebook: Codebook) -> bool:
    if len(parts) != 5:
        return False
    scope, population, scheme, code, basis = parts
    known = scope in (ALL, EVERY_CITY, *cities) and population in POPULATIONS and basis in (PRIMARY, ANY)
    return known and _is_code(scheme, code, codebook)


def _is_code(scheme: str, code: str, codebook: Codebook) -> bool:
    if scheme == POPULATION:
        return code in POPULATIONS
    if "_by_" in scheme:
        left, _, right = code.partition("+")
        return _is_code(scheme.split("_by_", maxsplit=1)[0], left, codebook) and _is_code(FOLDED, right, codebook)
    name = "sector" if scheme == FOLDED else scheme
    return name in codebook.by_scheme and code in codebook.by_scheme[name].code_names
