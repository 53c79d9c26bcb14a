"""The twelve indicators of every city, from codes and populations (method, section 5; ours, from the chapter's counts).

One pass computes them for one set of codes or for a thousand. Chance enters in one way for all: each unit gets a
weight, Exp(1) when chance is on and 1 when it is off. The sum of n such weights plus a Gamma(prior) variate is
Gamma(n + prior), so rates and shares have exactly the posteriors of ``chance``, and all indicators of a draw see the
same shaken evidence. Diversities and evenness have no such form, and resampling would push them down; they get a
normal error of the size that resampling shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dynapolis.figures.capability import city_cells, evenness, evenness_error
from dynapolis.figures.chance import JEFFREYS
from dynapolis.figures.diversity import diversities, largest_common_coverage, standard_error, to_abundance
from dynapolis.figures.shrinkage import BetaPrior, fit_beta_prior
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.index_spec import INDICATORS

RATES, SHARES, DIVERSITIES = ("a1", "a2"), ("a3", "p1", "p3", "m1", "m2"), ("b1", "b2", "b3")
MEAN, EVENNESS = "p2", "c1"


@dataclass(frozen=True, slots=True)
class Tallies:
    """What indicators are made from, by indicator id.

    Attributes:
        hit: units that count towards a rate or share, shape (n_draws, n_units).
        base: units that an indicator is told from, same shape.
        kinds: units per kind of a diversity, shape (n_draws, n_cities, n_kinds).
        helices: number of distinct helices of each unit, 0 where none is known, shape (n_draws, n_units).
        cells: weights of the capability × actor cells of every city, shape (n_draws, n_cities, 12).
    """

    hit: Mapping[str, BoolArray]
    base: Mapping[str, BoolArray]
    kinds: Mapping[str, IntArray]
    helices: IntArray
    cells: FloatArray


def tally(codes: UnitCodes, facts: UnitFacts) -> Tallies:
    """Who counts towards which indicator."""
    innovation, projects, labs = codes.innovation(facts), codes.projects(facts), codes.living_labs(facts)
    initiatives = innovation | labs
    lead_known = innovation & codes.is_code(facts, "lead", "public", "private", "civic", "academic", "mixed")
    ladder = initiatives & codes.is_code(facts, "stage", "pilot", "demonstration", "scale_up", "citywide")
    ended = initiatives & codes.is_code(facts, "status", "ended")
    aimed = innovation & ~codes.is_code(facts, "goal", "none")
    helices = _distinct_helices(codes, facts)
    in_matrix, cells = city_cells(codes, facts)
    return Tallies(
        hit={
            "a1": innovation,
            "a2": labs,
            "a3": innovation,
            "p1": codes.is_code(facts, "kind", "lab_project"),
            "p3": lead_known & _led_by_citizens_or_firms(codes, facts),
            "m1": ladder & codes.is_code(facts, "stage", "scale_up", "citywide"),
            "m2": ended & codes.is_code(facts, "stage", "scale_up", "citywide", "operating"),
        },
        base={
            "a1": innovation,
            "a2": labs,
            "a3": projects,
            "b1": innovation & (codes.primary["sector"] >= 0),
            "b2": aimed & (codes.primary["goal"] >= 0),
            "b3": labs & (codes.primary["lab_type"] >= 0),
            "p1": innovation,
            "p3": lead_known,
            "m1": ladder,
            "m2": ended,
            MEAN: innovation & (helices > 0),
            EVENNESS: in_matrix,
        },
        kinds={
            "b1": _kinds(codes, facts, innovation, "sector"),
            "b2": _kinds(codes, facts, aimed, "goal"),
            "b3": _kinds(codes, facts, labs, "lab_type"),
        },
        helices=helices,
        cells=cells,
    )


def _kinds(codes: UnitCodes, facts: UnitFacts, inside: BoolArray, scheme: str) -> IntArray:
    """Units per kind that can occur: sectors as they fold, goals but none, lab types."""
    primary = codes.primary[scheme]
    possible = [n for n, code in enumerate(facts.codes[scheme]) if code != "none"]
    if scheme == "sector":
        primary = np.where(primary >= 0, facts.sector_fold[primary], -1)
        possible = sorted(set(facts.sector_fold.tolist()))
    columns = [facts.sum_by_city((inside & (primary == k)).astype(float)) for k in possible]
    return np.asarray(np.stack(columns, axis=2).round().astype(np.int64))


def _distinct_helices(codes: UnitCodes, facts: UnitFacts) -> IntArray:
    """Helices among lead and partners; unknown ones are passed over, not guessed."""
    lead = np.zeros((*codes.primary["lead"].shape, 4), dtype=bool)
    for place, actor in enumerate(("public", "private", "civic", "academic")):
        lead[:, :, place] = codes.is_code(facts, "lead", actor)
    mixed = codes.is_code(facts, "lead", "mixed")
    lead |= mixed[:, :, None] & facts.lead_helices[None, :, :]
    return np.asarray((lead | facts.partner_helices[None, :, :]).sum(axis=2))


def _led_by_citizens_or_firms(codes: UnitCodes, facts: UnitFacts) -> BoolArray:
    both = facts.lead_helices[:, 1] | facts.lead_helices[:, 2]
    return codes.is_code(facts, "lead", "private", "civic") | (codes.is_code(facts, "lead", "mixed") & both[None, :])


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned once, from the adopted codes of all cities, and kept through all draws.

    Attributes:
        priors: of each share indicator.
        coverage: the sample coverage at which each diversity is compared.
        errors: standard error of each city's diversities and evenness, shape (n_cities,) per indicator.
        helix_prior: one record's worth of what all cities have, over 1, 2, 3, 4 helices.
        n_records: records each indicator of each city rests on, shape (n_cities, n_indicators).
    """

    priors: Mapping[str, BetaPrior]
    coverage: Mapping[str, float]
    errors: Mapping[str, FloatArray]
    helix_prior: FloatArray
    n_records: FloatArray


def learn(
    tallies: Tallies, facts: UnitFacts, min_records: Mapping[str, int], n_resamples: int, rng: np.random.Generator
) -> Learned:
    """Priors, common coverages and errors from one set of codes.

    Args:
        tallies: of the adopted codes, one draw.
        facts: the units.
        min_records: by indicator; a diversity is compared among the cities that have so many records.
        n_resamples: bootstrap resamples for the errors of diversities.
        rng: the source of chance for them.
    """
    n_records = _records(tallies, facts)
    priors = {i: _prior(_by_city(facts, tallies.hit[i])[0], _by_city(facts, tallies.base[i])[0]) for i in SHARES}
    common: dict[str, float] = {}
    errors: dict[str, FloatArray] = {}
    for name in DIVERSITIES:
        abundances = [to_abundance(row) for row in tallies.kinds[name][0]]
        enough = [a for a in abundances if sum(a) >= max(min_records[name], 1)]
        common[name] = largest_common_coverage(enough) if enough else 1.0
        whole = _shares(tallies.kinds[name][0].sum(axis=0))
        errors[name] = np.array(
            [standard_error(row, whole, common[name], n_resamples, rng) for row in tallies.kinds[name][0]]
        )
    cells, inside = tallies.cells[0], _by_city(facts, tallies.base[EVENNESS])[0]
    whole = _shares(cells.sum(axis=0))
    errors[EVENNESS] = np.array(
        [evenness_error(row, whole, int(n), n_resamples, rng) for row, n in zip(cells, inside, strict=True)]
    )
    seen = tallies.helices[0][tallies.base[MEAN][0]]
    return Learned(priors, common, errors, _shares(np.bincount(seen, minlength=5)[1:5]), n_records)


def _prior(k: FloatArray, n: FloatArray) -> BetaPrior:
    """Prior of a share; where no city has a record that could tell, Jeffreys', and no city has a value."""
    return fit_beta_prior(k, n) if n.any() else BetaPrior(JEFFREYS, JEFFREYS)


def _shares(counts: IntArray | FloatArray) -> FloatArray:
    """Shares of a whole; even ones where nothing was counted."""
    total = counts.sum()
    return np.asarray(counts / total if total else np.full(len(counts), 1 / len(counts)))


def _records(tallies: Tallies, facts: UnitFacts) -> FloatArray:
    columns = [
        tallies.kinds[i][0].sum(axis=1) if i in DIVERSITIES else _by_city(facts, tallies.base[i])[0] for i in INDICATORS
    ]
    return np.stack(columns, axis=1).astype(float)


@dataclass(frozen=True, slots=True)
class Chance:
    """The shaking of one set of draws.

    Attributes:
        weights: shape (n_draws, n_units), Exp(1).
        rates: Gamma(½) per rate, shape (n_draws, n_cities).
        successes, failures: Gamma(a) and Gamma(b) per share, shape (n_draws, n_cities).
        helices: Gamma of the helix prior, shape (n_draws, n_cities, 4).
        normal: standard normal per diversity and for evenness, shape (n_draws, n_cities).
    """

    weights: FloatArray
    rates: Mapping[str, FloatArray]
    successes: Mapping[str, FloatArray]
    failures: Mapping[str, FloatArray]
    helices: FloatArray
    normal: Mapping[str, FloatArray]


def draw_chance(learned: Learned, n_draws: int, n_units: int, n_cities: int, rng: np.random.Generator) -> Chance:
    """Chance for a set of draws."""
    shape = (n_draws, n_cities)
    return Chance(
        weights=rng.exponential(size=(n_draws, n_units)),
        rates={i: rng.gamma(JEFFREYS, size=shape) for i in RATES},
        successes={i: rng.gamma(learned.priors[i].a, size=shape) for i in SHARES},
        failures={i: rng.gamma(learned.priors[i].b, size=shape) for i in SHARES},
        helices=rng.gamma(np.maximum(learned.helix_prior, 1e-6), size=(*shape, 4)),
        normal={i: rng.standard_normal(shape) for i in (*DIVERSITIES, EVENNESS)},
    )


def compute(
    tallies: Tallies, facts: UnitFacts, learned: Learned, inhabitants: FloatArray, chance: Chance | None
) -> FloatArray:
    """All indicators, shape (n_draws, n_cities, n_indicators) in the order of ``INDICATORS``.

    Args:
        tallies: of one or many sets of codes.
        facts: the units.
        learned: what the adopted codes taught.
        inhabitants: shape (n_cities,) or (n_draws, n_cities).
        chance: the shaking, or none for the numbers as found.

    Returns:
        values without regard to too few records; an evenness without any record is NaN.
    """
    weights = None if chance is None else chance.weights
    values: dict[str, FloatArray] = {}
    for i in RATES:
        count = _by_city(facts, tallies.hit[i], weights)
        values[i] = (count if chance is None else count + chance.rates[i]) / inhabitants * 1e6
    for i in SHARES:
        k, n = _by_city(facts, tallies.hit[i], weights), _by_city(facts, tallies.base[i], weights)
        if chance is None:
            values[i] = learned.priors[i].shrink(k, n)
        else:
            yes, no = k + chance.successes[i], n - k + chance.failures[i]
            values[i] = np.clip(yes / (yes + no), 0.0, 1.0)
    for i in DIVERSITIES:
        found = diversities(tallies.kinds[i], learned.coverage[i])
        shaken = found if chance is None else found + learned.errors[i] * chance.normal[i]
        values[i] = np.clip(shaken, 1.0, tallies.kinds[i].shape[2])
    values[MEAN] = _mean_helices(tallies, facts, weights, learned.helix_prior if chance is None else chance.helices)
    even = evenness(tallies.cells)
    values[EVENNESS] = np.clip(
        even if chance is None else even + learned.errors[EVENNESS] * chance.normal[EVENNESS], 0, 1
    )
    return np.stack(np.broadcast_arrays(*(values[i] for i in INDICATORS)), axis=2)


def _mean_helices(tallies: Tallies, facts: UnitFacts, weights: FloatArray | None, prior: FloatArray) -> FloatArray:
    """Mean over the city's projects and one record's worth of what all cities have, so 3 of 3 is no certainty."""
    inside = tallies.base[MEAN]
    cells = np.stack([_by_city(facts, inside & (tallies.helices == n), weights) for n in (1, 2, 3, 4)], axis=2)
    cells = cells + prior
    return np.asarray((cells * np.arange(1, 5)).sum(axis=2) / cells.sum(axis=2))


def _by_city(facts: UnitFacts, values: BoolArray | FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Sums over cities of (weighted) values, shape (n_draws, n_cities)."""
    numbers = np.asarray(values, dtype=float)
    return facts.sum_by_city(numbers if weights is None else numbers * weights)
