"""What no register saw, as one more uncertain input of the index: counts times a drawn total over what was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dynapolis.figures.coverage.draws import draw_ratios, fill_ratios
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.model.arrays import FloatArray
from dynapolis.model.coverage import EVERY_KIND, KINDS
from dynapolis.model.index_spec import IndexSpec

RATES = ("a1", "a2")  # the indicators that count; shares and diversities are told of what was found


@dataclass(frozen=True, slots=True)
class Missed:
    """Estimates by city, and of which kinds the counts of the rates are.

    Attributes:
        found, estimate, low, high: shape (n_cities, 1 + n_kinds), all kinds together first; NaN where refused.
        mix: of each rate's count, the share of each kind, shape (n_cities, n_rates, n_kinds).
        level: probability the intervals hold.
    """

    found: FloatArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    mix: FloatArray
    level: float

    def draw(self, n_draws: int, rng: np.random.Generator) -> FloatArray:
        """What to multiply the rates by, shape (n_draws, n_cities, n_rates)."""
        flat = [values.ravel() for values in (self.found, self.estimate, self.low, self.high)]
        ratios = draw_ratios(*flat, level=self.level, n_draws=n_draws, rng=rng).reshape(n_draws, *self.found.shape)
        by_kind = fill_ratios(ratios[:, :, 1:], ratios[:, :, 0], rng)
        return np.asarray(np.einsum("dck,crk->dcr", by_kind, self.mix))


def learn_missed(
    table: pa.Table, city_ids: list[str], codes: UnitCodes, facts: UnitFacts, spec: IndexSpec, level: float
) -> Missed | None:
    """The estimates, or none where the specification does not ask for them or too few cities have one.

    Too few is the specification's ``availability.indicator_min_share_of_cities`` of the cities with enough records.

    Args:
        table: ``out_coverage__city_kind``.
        city_ids: the cities, in the order of ``facts``.
        codes: the adopted codes.
        facts: the units.
        spec: the specification.
        level: probability the intervals hold.
    """
    if not spec.uncertain.coverage:
        return None
    columns = ("n_found", "estimate", "estimate_low", "estimate_high")
    place = {kind: n for n, kind in enumerate((EVERY_KIND, *KINDS))}
    values = np.full((len(columns), len(city_ids), len(place)), np.nan)
    for row in table.to_pylist():
        if row["estimate"] is not None:
            values[:, city_ids.index(row["city_id"]), place[row["kind"]]] = [row[name] for name in columns]
    enough = np.bincount(facts.city, minlength=facts.n_cities) >= spec.availability.city_min_records
    known = np.isfinite(values[1, :, 0])
    if not known.any() or (known & enough).sum() < spec.availability.indicator_min_share_of_cities * enough.sum():
        return None
    found, estimate, low, high = values
    return Missed(found, estimate, low, high, _mix(codes, facts), level)


def _mix(codes: UnitCodes, facts: UnitFacts) -> FloatArray:
    """Kinds of innovation projects and of living labs, as shares of each city's count."""
    lab_projects = codes.is_code(facts, "kind", "lab_project")
    innovation = codes.innovation(facts)
    n_all, n_labs = (facts.sum_by_city(x.astype(float))[0] for x in (innovation, innovation & lab_projects))
    of_labs = n_labs / np.maximum(n_all, 1)
    mix = np.zeros((facts.n_cities, len(RATES), len(KINDS)))
    mix[:, 0, KINDS.index("projects")], mix[:, 0, KINDS.index("lab_projects")] = 1 - of_labs, of_labs
    mix[:, 1, KINDS.index("living_labs")] = 1.0
    return mix
