"""The weights laboratory: which ranks move under other weights, means and normalisations, and which never do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dynapolis.index.build import Choices, build_index, default_choices
from dynapolis.index.rank import average_ranks
from dynapolis.model.arrays import FloatArray
from dynapolis.model.index_spec import IndexSpec
from dynapolis.serve.site import Release

N_SAMPLED = 2000  # weight vectors spread evenly over all there are
SEED = 2022
TOPS = (1, 5)


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Ranks by chosen weights beside the printed ones.

    Attributes:
        rows: per ranked city: its ranks by default and by the choice, the best and worst rank that any sampled
            weights give it, and the share of them in which it is among the first.
        weights: the choice, as shares of 1, by pillar.
        changed: cities whose rank differs.
    """

    rows: list[dict[str, Any]]
    weights: dict[str, float]
    changed: int


def weigh(release: Release, weights: Mapping[str, float], normalisation: str, mean: str) -> Laboratory:
    """Ranks of the default method and of a choice of weights.

    Args:
        release: the edition.
        weights: by pillar, not negative, at least one above zero.
        normalisation: one of those that the specification names.
        mean: the mean between pillars, one of those that the specification names.
    """
    data = release.data
    spec, cities = data.spec, [row["city_id"] for row in data.ranked]
    values = _values(release, cities)
    usual = default_choices(spec)
    chosen = _choose(spec, usual, np.array([[weights[p.id] for p in spec.pillars]]), normalisation, mean)
    base = average_ranks(build_index(values, spec, usual).index)[0]
    own = average_ranks(build_index(values, spec, chosen).index)[0]
    sampled = np.random.default_rng(SEED).dirichlet(np.ones(len(spec.pillars)), size=N_SAMPLED)
    every = average_ranks(build_index(values, spec, _choose(spec, usual, sampled, normalisation, mean)).index)
    rows = [
        {
            "city_id": city,
            "rank_default": float(base[n]),
            "rank_chosen": float(own[n]),
            "best": float(every[:, n].min()),
            "worst": float(every[:, n].max()),
            **{f"share_top_{top}": float((every[:, n] <= top).mean()) for top in TOPS},
            "median_rank": data.ranked[n]["median_rank"],
            "rank_low_90": data.ranked[n]["rank_low_90"],
            "rank_high_90": data.ranked[n]["rank_high_90"],
        }
        for n, city in enumerate(cities)
    ]
    total = sum(weights.values())
    shares = {pillar: weight / total for pillar, weight in weights.items()}
    rows.sort(key=lambda row: (row["rank_chosen"], row["rank_default"]))
    return Laboratory(rows, shares, sum(row["rank_default"] != row["rank_chosen"] for row in rows))


def presets(release: Release) -> dict[str, dict[str, int]]:
    """Named weights, in hundredths: those of the specification, all alike, and one that lets the data decide.

    The last gives each pillar weight by how much its scores spread (standard deviation), so that what tells cities
    apart counts more.
    """
    spec = release.data.spec
    scores: dict[str, list[float]] = {p.id: [] for p in spec.pillars}
    for row in release.data.rows("out_index__score_pillar"):
        if row["score"] is not None:
            scores[row["pillar"]].append(row["score"])
    spread = {pillar: float(np.std(values)) if values else 0.0 for pillar, values in scores.items()}
    return {
        "specification": _hundredths({p.id: p.weight for p in spec.pillars}),
        "equal": _hundredths(dict.fromkeys(scores, 1.0)),
        "spread": _hundredths(spread if sum(spread.values()) else dict.fromkeys(scores, 1.0)),
    }


def _hundredths(weights: Mapping[str, float]) -> dict[str, int]:
    total = sum(weights.values())
    return {pillar: round(100 * weight / total) for pillar, weight in weights.items()}


def _values(release: Release, cities: list[str]) -> FloatArray:
    """Indicators that are in the index, shape (1, n_cities, n_indicators)."""
    data = release.data
    found = np.full((1, len(cities), len(data.spec.indicators)), np.nan)
    for n, city in enumerate(cities):
        for k, indicator in enumerate(data.spec.indicators):
            row = data.indicators.get((city, indicator.id))
            if row and row["in_index"] and row["value"] is not None:
                found[0, n, k] = row["value"]
    return found


def _choose(spec: IndexSpec, usual: Choices, weights: FloatArray, normalisation: str, mean: str) -> Choices:
    n = len(weights)
    return replace(
        usual,
        pillar_weights=weights,
        normalisation=np.full(n, spec.uncertain.normalisation.index(normalisation)),
        between_pillars=np.full(n, spec.uncertain.between_pillars.index(mean)),
        within_pillars=np.repeat(usual.within_pillars, n),
        treatment=np.repeat(usual.treatment, n),
        population=np.repeat(usual.population, n),
        indicator_weights=np.repeat(usual.indicator_weights, n, axis=0),
    )
