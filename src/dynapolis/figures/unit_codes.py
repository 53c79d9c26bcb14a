"""The codes of all units as arrays, once or many times over: what indicators are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What does not change from draw to draw.

    Attributes:
        city: shape (n_units,), number of the unit's city.
        n_cities: how many cities there are.
        also: by scheme, shape (n_units, n_codes): further codes of multiple schemes.
        lead_helices: shape (n_units, 4): helices of the organisation that leads, by the lookup.
        partner_helices: shape (n_units, 4): helices of the partners, by the lookup.
        codes: by scheme, the names of its codes in the order of their numbers.
        sector_fold: shape (n_sector_codes,): number of the sector each one folds into.
    """

    city: IntArray
    n_cities: int
    also: Mapping[str, BoolArray]
    lead_helices: BoolArray
    partner_helices: BoolArray
    codes: Mapping[str, tuple[str, ...]]
    sector_fold: IntArray

    def number(self, scheme: str, *names: str) -> IntArray:
        """Numbers of codes by name."""
        return np.array([self.codes[scheme].index(name) for name in names])

    def sum_by_city(self, values: FloatArray) -> FloatArray:
        """Sums over each city's units: shape (n_draws, n_units) to (n_draws, n_cities)."""
        sums = np.zeros((len(values), self.n_cities))
        if len(self.city):
            order = np.argsort(self.city, kind="stable")
            cities, starts = np.unique(self.city[order], return_index=True)
            sums[:, cities] = np.add.reduceat(values[:, order], starts, axis=1)
        return sums


@dataclass(frozen=True, slots=True)
class UnitCodes:
    """Primary codes of every unit, shape (n_draws, n_units) per scheme; −1 means no code.

    Schemes: kind, track, sector, goal, lab_type, stage, status, lead.
    """

    primary: Mapping[str, IntArray]

    @property
    def n_draws(self) -> int:
        """How many times over the codes are given."""
        return len(self.primary["kind"])

    def is_code(self, facts: UnitFacts, scheme: str, *names: str) -> BoolArray:
        """Where the primary code of a scheme is one of these."""
        return np.isin(self.primary[scheme], facts.number(scheme, *names))

    def has_code(self, facts: UnitFacts, scheme: str, name: str) -> BoolArray:
        """Where a code of a multiple scheme is the primary or a further one."""
        number = int(facts.number(scheme, name)[0])
        return np.asarray((self.primary[scheme] == number) | facts.also[scheme][None, :, number])

    def innovation(self, facts: UnitFacts) -> BoolArray:
        """Innovation projects: industry-promoting, or a lab project."""
        industry = self.is_code(facts, "track", "industry") & self.is_code(facts, "kind", "project", "programme")
        return industry | self.is_code(facts, "kind", "lab_project")

    def projects(self, facts: UnitFacts) -> BoolArray:
        """Everything but living labs."""
        return self.is_code(facts, "kind", "project", "programme", "lab_project")

    def living_labs(self, facts: UnitFacts) -> BoolArray:
        """Living labs, the standing organisations."""
        return self.is_code(facts, "kind", "living_lab")

    def repeat(self, n_draws: int) -> UnitCodes:
        """The same codes in every draw."""
        return replace(self, primary={k: np.repeat(v, n_draws, axis=0) for k, v in self.primary.items()})

    def take(self, scheme: str, codes: IntArray) -> UnitCodes:
        """The same with other codes of one scheme."""
        return replace(self, primary={**self.primary, scheme: codes})
