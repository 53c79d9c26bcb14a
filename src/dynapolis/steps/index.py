"""Indicators, index, ranks and their uncertainty as tables (method, sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dynapolis.figures.indicators import Chance, Learned, Tallies, compute, draw_chance, learn, tally
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.index.availability import Available, screen_availability
from dynapolis.index.build import Choices, Scores, build_index, default_choices, draw_choices
from dynapolis.index.rank import assign_tiers, average_ranks, probability_ahead, probability_of_top, rank_interval
from dynapolis.index.sensitivity import sobol_indices
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.codebook import Codebook
from dynapolis.model.index_spec import INDICATORS, IndexSpec
from dynapolis.model.organisation import HELICES
from dynapolis.steps.bounds import ends_of, finite, holding
from dynapolis.steps.denominators import inhabitants_of
from dynapolis.steps.missed import RATES, Missed, learn_missed
from dynapolis.steps.posterior import Question, draw_unit_codes

Tables = dict[str, pa.Table]
SCHEMES = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead")
MULTIPLE = ("goal", "lab_type")
SOURCES = ("coding", "chance", "method")
N_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """Units, their codes, and the cities, as arrays in one fixed order."""

    unit_ids: list[str]
    city_ids: list[str]
    facts: UnitFacts
    codes: UnitCodes
    inhabitants: FloatArray  # shape (n_bases, n_cities), persons; NaN on all bases where there is no default one
    n_city_records: FloatArray
    searched: BoolArray  # shape (n_cities,)


def load_evidence(
    core: Tables, adopted: Tables, denominators: pa.Table, codebook: Codebook, crosswalk: str
) -> Evidence:
    """Arrays of the adopted codes.

    Args:
        core: tables of the step "records".
        adopted: tables of the step "adopted".
        denominators: which population divides, by city and basis.
        codebook: the edition's.
        crosswalk: how sectors fold for the sector diversity.
    """
    screened, city, unit = adopted["core_coding__screened"], core["core_places__city"], core["core_coding__unit"]
    unit_ids: list[str] = screened["unit_id"].to_pylist()
    city_ids: list[str] = city["city_id"].to_pylist()
    place = {u: n for n, u in enumerate(unit_ids)}
    codes = {s: tuple(c.code for c in codebook.by_scheme[s].codes) for s in SCHEMES}
    primary = {s: np.full((1, len(unit_ids)), -1, dtype=np.int64) for s in SCHEMES}
    also = {s: np.zeros((len(unit_ids), len(codes[s])), dtype=bool) for s in MULTIPLE}
    for row in adopted["core_coding__adopted"].select(["unit_id", "scheme", "position", "code"]).to_pylist():
        scheme, where = row["scheme"], place[row["unit_id"]]
        if scheme in codes and row["position"] == 0:
            primary[scheme][0, where] = codes[scheme].index(row["code"])
        elif scheme in also:
            also[scheme][where, codes[scheme].index(row["code"])] = True
    unit_of = dict(zip(unit["record_id"].to_pylist(), unit["unit_id"].to_pylist(), strict=True))
    helices = _helices(adopted["core_coding__organisation"], unit_of, place)
    fold = codebook.crosswalk(crosswalk)
    city_number = np.array([city_ids.index(c) for c in screened["city_id"].to_pylist()])
    return Evidence(
        unit_ids,
        city_ids,
        UnitFacts(
            city=city_number,
            n_cities=len(city_ids),
            also=also,
            lead_helices=helices["lead"],
            partner_helices=helices["partner"],
            codes=codes,
            sector_fold=np.array([codes["sector"].index(fold[c]) for c in codes["sector"]]),
        ),
        UnitCodes(primary),
        inhabitants_of(denominators, city_ids),
        np.bincount(city_number, minlength=len(city_ids)).astype(float),
        np.array(city["searched"].to_pylist(), dtype=bool),
    )


def _helices(organisation: pa.Table, unit_of: Mapping[str, str], place: Mapping[str, int]) -> dict[str, BoolArray]:
    found = {role: np.zeros((len(place), len(HELICES)), dtype=bool) for role in ("lead", "partner")}
    for row in organisation.to_pylist():
        if row["record_id"] in unit_of and row["helices"]:
            for helix in row["helices"].split(";"):
                found[row["role"]][place[unit_of[row["record_id"]]], HELICES.index(helix)] = True
    return found


@dataclass(frozen=True, slots=True)
class Model:
    """Everything the draws need, learned once from the adopted codes."""

    spec: IndexSpec
    evidence: Evidence
    base: Tallies
    learned: Learned
    available: Available
    lacks_population: BoolArray  # shape (n_cities,): without a rank only because no population divides
    missed: Missed | None = None

    @property
    def ranked(self) -> IntArray:
        """Numbers of the cities that can be ranked."""
        return np.flatnonzero(self.available.ranked)

    @property
    def sources(self) -> tuple[str, ...]:
        """What the draws vary; coverage only where it is asked for and enough cities have an estimate."""
        return SOURCES if self.missed is None else (*SOURCES, "coverage")

    @property
    def columns(self) -> list[int]:
        """Number of each of the specification's indicators, which may be fewer and in another order than computed."""
        return _columns(self.spec)


def _columns(spec: IndexSpec) -> list[int]:
    return [INDICATORS.index(indicator.id) for indicator in spec.indicators]


def learn_model(
    evidence: Evidence, spec: IndexSpec, rng: np.random.Generator, seen: pa.Table | None = None, level: float = 0.9
) -> Model:
    """Priors, common coverages, and which cities and indicators can be used.

    Args:
        evidence: the units, codes and cities.
        spec: the specification.
        rng: the source of the resamples.
        seen: ``out_coverage__city_kind``, from which the draws of coverage are made, if any.
        level: probability its intervals hold.
    """
    base = tally(evidence.codes, evidence.facts)
    minimum = dict.fromkeys(INDICATORS, 0) | {i.id: i.min_records for i in spec.indicators}
    learned = learn(base, evidence.facts, minimum, N_RESAMPLES, rng)
    n_records = learned.n_records[:, _columns(spec)]
    is_rate = np.array([indicator.kind == "rate" for indicator in spec.indicators])
    computable = np.isfinite(evidence.inhabitants[0])[:, None] | ~is_rate[None, :]
    available = screen_availability(n_records, evidence.n_city_records, spec, computable)
    otherwise = screen_availability(n_records, evidence.n_city_records, spec)
    lacks_population = otherwise.ranked & ~available.ranked
    missed = None
    if seen is not None:
        missed = learn_missed(seen, evidence.city_ids, evidence.codes, evidence.facts, spec, level)
    return Model(spec, evidence, base, learned, available, lacks_population, missed)


def values_of(
    model: Model, tallies: Tallies, chance: Chance | None, choices: Choices, coverage: FloatArray | None = None
) -> FloatArray:
    """Indicators of all cities as drawn; a value that rests on too few records is NaN."""
    inhabitants = model.evidence.inhabitants[choices.population]
    computed = compute(tallies, model.evidence.facts, model.learned, inhabitants, chance)
    if coverage is not None:
        factor = np.ones((len(coverage), *computed.shape[1:]))
        factor[:, :, [INDICATORS.index(name) for name in RATES]] = coverage
        computed = computed * factor
    values = computed[:, :, model.columns]
    return np.where(model.available.has_value[None, :, :], values, np.nan)


def score(model: Model, values: FloatArray, choices: Choices) -> Scores:
    """Index of the ranked cities. A value that a draw could not tell (no record left) is the adopted codes' one."""
    usable = np.where(model.available.used[None, None, :], values, np.nan)[:, model.ranked, :]
    return build_index(usable, model.spec, choices)


@dataclass(frozen=True, slots=True)
class Draws:
    """One set of draws of every source."""

    coding: Tallies
    chance: Chance
    method: Choices
    coverage: FloatArray | None = None


def make_draws(model: Model, questions: list[Question], n_draws: int, rng: np.random.Generator) -> Draws:
    """Codes from the coders' posterior, chance, methods and perhaps coverage: independent sources."""
    facts = model.evidence.facts
    codes = draw_unit_codes(questions, model.evidence.codes, dict(facts.codes), n_draws, rng)
    chance = draw_chance(model.learned, n_draws, len(facts.city), facts.n_cities, rng)
    method = draw_choices(model.spec, n_draws, rng)
    return Draws(tally(codes, facts), chance, method, model.missed.draw(n_draws, rng) if model.missed else None)


def index_tables(model: Model, questions: list[Question], *, n_draws: int, level: float,
                 rng: np.random.Generator, tick: Callable[[], None]) -> Tables:  # fmt: skip
    """Indicators, scores, ranks, who is ahead, and what moves the ranks.

    Args:
        model: what was learned.
        questions: the coders' posteriors.
        n_draws: draws of the index.
        level: probability of the indicator and score intervals.
        rng: the source of all draws.
        tick: called after each part, for a progress bar.
    """
    default = default_choices(model.spec)
    point = values_of(model, model.base, None, default)
    draws = make_draws(model, questions, n_draws, rng)
    tick()
    n_ranked = len(model.ranked)
    if n_ranked < 2:
        return {**_indicator_table(model, point, None, level), **_empty_index(model)}
    together = values_of(model, draws.coding, draws.chance, draws.method, draws.coverage)
    together = np.where(np.isfinite(together), together, point)
    scores = score(model, together, draws.method)
    tick()
    nominal = score(model, point, default)
    alone = {
        "coding": _ranks(model, point, draws.coding, None, default),
        "chance": _ranks(model, point, model.base, draws.chance, default),
        "method": _ranks(model, point, model.base, None, draws.method),
    }
    if draws.coverage is not None:
        alone["coverage"] = _ranks(model, point, model.base, None, default, draws.coverage)
    tick()
    again = make_draws(model, questions, n_draws, rng)
    sobol = sobol_indices(
        lambda s: _ranks(model, point, s["coding"], s["chance"], s["method"], s.get("coverage")),
        {name: getattr(draws, name) for name in model.sources},
        {name: getattr(again, name) for name in model.sources},
    )
    tick()
    fixed_population = values_of(model, draws.coding, draws.chance, default)
    return {
        **_indicator_table(model, point, fixed_population, level),
        **_score_tables(model, nominal, scores, alone, level),
        "out_index__sensitivity": pa.table(
            {
                "source": list(model.sources),
                "first_order": [sobol.first[name] for name in model.sources],
                "total_order": [sobol.total[name] for name in model.sources],
            }
        ),
    }


def _ranks(
    model: Model, point: FloatArray, coding: Tallies, chance: Chance | None, method: Choices,
    coverage: FloatArray | None = None,
) -> FloatArray:  # fmt: skip
    values = values_of(model, coding, chance, method, coverage)
    return average_ranks(score(model, np.where(np.isfinite(values), values, point), method).index)


def _indicator_table(model: Model, point: FloatArray, drawn: FloatArray | None, level: float) -> Tables:
    tail = (1 - level) / 2
    rows: list[dict[str, object]] = []
    for c, city in enumerate(model.evidence.city_ids):
        for i, indicator in enumerate(model.spec.indicators):
            has_value = bool(model.available.has_value[c, i]) and bool(np.isfinite(point[0, c, i]))
            low = high = None
            if has_value and drawn is not None:
                ends = np.nanquantile(drawn[:, c, i], [tail, 1 - tail])
                low, high = holding(float(point[0, c, i]), float(ends[0]), float(ends[1]))
            rows.append(
                {
                    "city_id": city,
                    "indicator": indicator.id,
                    "value": float(point[0, c, i]) if has_value else None,
                    "low": low,
                    "high": high,
                    "n_records": int(model.learned.n_records[c, model.columns[i]]),
                    "min_records": indicator.min_records,
                    "status": "ok" if has_value else _why_not(model, c, i),
                    "in_index": bool(model.available.used[i]),
                }
            )
    return {
        "out_index__indicator_city": pa.Table.from_pylist(rows, _INDICATOR),
        "out_index__assn_indicator_unit": _indicator_units(model),
    }


def _why_not(model: Model, city: int, indicator: int) -> str:
    """Why a city has no value for an indicator."""
    if not model.evidence.searched[city]:
        return "not_searched"
    rate = model.spec.indicators[indicator].kind == "rate"
    return "no_population" if rate and np.isnan(model.evidence.inhabitants[0, city]) else "too_few"


def _indicator_units(model: Model) -> pa.Table:
    """The units each indicator of each city rests on, and whether they are the ones it counts."""
    base, evidence = model.base, model.evidence
    rows: list[dict[str, object]] = []
    for indicator in (item.id for item in model.spec.indicators):
        inside = base.base[indicator][0]
        hit = base.hit[indicator][0] if indicator in base.hit else inside
        for unit in np.flatnonzero(inside):
            city = evidence.city_ids[evidence.facts.city[unit]]
            found = {"city_id": city, "indicator": indicator, "unit_id": evidence.unit_ids[unit]}
            rows.append({**found, "counted": bool(hit[unit])})
    return pa.Table.from_pylist(rows, _INDICATOR_UNIT)


_INDICATOR_UNIT = pa.schema(
    [("city_id", pa.string()), ("indicator", pa.string()), ("unit_id", pa.string()), ("counted", pa.bool_())]
)


_INDICATOR = pa.schema(
    [
        ("city_id", pa.string()), ("indicator", pa.string()), ("value", pa.float64()), ("low", pa.float64()),
        ("high", pa.float64()), ("n_records", pa.int64()), ("min_records", pa.int64()), ("status", pa.string()),
        ("in_index", pa.bool_()),
    ]
)  # fmt: skip


def _score_tables(
    model: Model, nominal: Scores, drawn: Scores, alone: Mapping[str, FloatArray], level: float
) -> Tables:
    scores = drawn.index
    ranks = average_ranks(scores)
    median = np.median(ranks, axis=0)
    rank_of_point = average_ranks(nominal.index)[0]
    cities = [model.evidence.city_ids[n] for n in model.ranked]
    order = sorted(range(len(cities)), key=lambda n: (median[n], rank_of_point[n], cities[n]))
    ahead = probability_ahead(scores)
    tiers = assign_tiers(order, ahead, model.spec.tiers.ahead_probability)
    bands = {share: rank_interval(ranks, share) for share in model.spec.intervals}
    tail = (1 - level) / 2
    low, high = np.quantile(scores, [tail, 1 - tail], axis=0)
    widths = {name: rank_interval(value, level) for name, value in alone.items()}
    rows: list[dict[str, object]] = []
    for n in order:
        row: dict[str, object] = {"city_id": cities[n], "order": len(rows) + 1, "tier": int(tiers[n])}
        row |= {"median_rank": float(median[n]), "rank_of_default": float(rank_of_point[n])}
        for share, (left, right) in bands.items():
            row |= {f"rank_low_{share * 100:.0f}": float(left[n]), f"rank_high_{share * 100:.0f}": float(right[n])}
        row |= {f"p_top_{k}": float(probability_of_top(ranks, k)[n]) for k in model.spec.top}
        row |= {"score": float(nominal.index[0, n]), "score_low": float(low[n]), "score_high": float(high[n])}
        for name, (left, right) in widths.items():
            row |= {f"rank_low_{name}": float(left[n]), f"rank_high_{name}": float(right[n])}
        rows.append(row)
    below, above = ends_of(drawn.pillars, nominal.pillars[0], tail)
    pillars = [
        {"city_id": cities[n], "pillar": pillar.id, "score": finite(nominal.pillars[0, n, p]),
         "score_low": finite(below[n, p]), "score_high": finite(above[n, p])}
        for n in order
        for p, pillar in enumerate(model.spec.pillars)
    ]  # fmt: skip
    pairs = [
        {"city_id": cities[a], "other_city_id": cities[b], "p_ahead": float(ahead[a, b])}
        for a in order
        for b in order
        if a != b
    ]
    return {
        "out_index__rank_interval_city": pa.Table.from_pylist(rows),
        "out_index__score_pillar": pa.Table.from_pylist(pillars),
        "out_index__ahead": pa.Table.from_pylist(pairs),
        **_unranked(model),
    }


def _unranked(model: Model) -> Tables:
    rows = [
        {"city_id": city, "reason": _why_unranked(model, n)}
        for n, city in enumerate(model.evidence.city_ids)
        if not model.available.ranked[n]
    ]
    return {
        "out_index__unranked_city": pa.Table.from_pylist(
            rows, pa.schema([("city_id", pa.string()), ("reason", pa.string())])
        )
    }


def _why_unranked(model: Model, city: int) -> str:
    if not model.evidence.searched[city]:
        return "not_searched"
    return "no_population" if model.lacks_population[city] else "too_few"


def _empty_index(model: Model) -> Tables:
    """Fewer than two cities can be ranked: there is no index, and that is said."""
    return _unranked(model)
