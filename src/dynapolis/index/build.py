"""From indicators to pillars and the index, for one method or one per draw (method, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dynapolis.index.aggregate import aggregate
from dynapolis.index.normalise import normalise
from dynapolis.index.treat import treat
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.index_spec import IndexSpec, Treat, Treatment

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Choices:
    """The method of each draw, as numbers into the lists of ``spec.uncertain`` and, for the population, into
    ``spec.denominator.bases``.

    Attributes:
        normalisation, within_pillars, between_pillars, treatment, population: shape (n_draws,).
        indicator_weights: shape (n_draws, n_indicators); pillar_weights: shape (n_draws, n_pillars).
    """

    normalisation: IntArray
    within_pillars: IntArray
    between_pillars: IntArray
    treatment: IntArray
    population: IntArray
    indicator_weights: FloatArray
    pillar_weights: FloatArray


@dataclass(frozen=True, slots=True)
class Scores:
    """Index and pillars of the ranked cities.

    Attributes:
        index: shape (n_draws, n_cities), on the scale of the specification.
        pillars: shape (n_draws, n_cities, n_pillars); NaN where the city has no value in the pillar.
        normalised: shape (n_draws, n_cities, n_indicators).
        treated: shape (n_draws, n_indicators): 0 nothing, k points winsorised, −1 logarithm.
    """

    index: FloatArray
    pillars: FloatArray
    normalised: FloatArray
    treated: IntArray


def default_choices(spec: IndexSpec) -> Choices:
    """The one method behind the printed score."""
    default, among = spec.default, spec.uncertain
    return Choices(
        normalisation=np.array([among.normalisation.index(default.normalisation)]),
        within_pillars=np.array([among.within_pillars.index(default.within_pillars)]),
        between_pillars=np.array([among.between_pillars.index(default.between_pillars)]),
        treatment=np.array([among.treatment.index(default.treat.method)]),
        population=np.array([0]),
        indicator_weights=np.array([[i.weight for i in spec.indicators]]),
        pillar_weights=np.array([[p.weight for p in spec.pillars]]),
    )


def draw_choices(spec: IndexSpec, n_draws: int, rng: np.random.Generator) -> Choices:
    """One method per draw: each list of alternatives evenly, weights from a Dirichlet around the default.

    A Dirichlet with parameters concentration × share has the default shares as its mean; the larger the
    concentration, the closer to them.
    """
    among = spec.uncertain
    indicators = np.empty((n_draws, len(spec.indicators)))
    for pillar in spec.pillars:
        inside = [n for n, i in enumerate(spec.indicators) if i.pillar == pillar.id]
        indicators[:, inside] = _dirichlet(
            [spec.indicators[n].weight for n in inside], among.weight_concentration, n_draws, rng
        )
    return Choices(
        normalisation=rng.integers(len(among.normalisation), size=n_draws),
        within_pillars=rng.integers(len(among.within_pillars), size=n_draws),
        between_pillars=rng.integers(len(among.between_pillars), size=n_draws),
        treatment=rng.integers(len(among.treatment), size=n_draws),
        population=rng.integers(len(spec.denominator.bases), size=n_draws),
        indicator_weights=indicators,
        pillar_weights=_dirichlet([p.weight for p in spec.pillars], among.weight_concentration, n_draws, rng),
    )


def _dirichlet(weights: Sequence[float], concentration: float, n_draws: int, rng: np.random.Generator) -> FloatArray:
    shares = np.array(weights) / sum(weights)
    return rng.dirichlet(concentration * shares, size=n_draws)


def build_index(values: FloatArray, spec: IndexSpec, choices: Choices) -> Scores:
    """Treat, normalise, weight and aggregate.

    Args:
        values: indicators of the ranked cities, shape (n_draws or 1, n_cities, n_indicators); NaN is too few. An
            indicator that is NaN for every city is not used.
        spec: the specification.
        choices: the method of each draw; one choice serves all draws of ``values``, and one set of values all choices.

    Returns:
        scores of every draw.
    """
    n_draws = max(len(values), len(choices.normalisation))
    values = np.broadcast_to(values, (n_draws, *values.shape[1:]))
    used = np.isfinite(values[0]).any(axis=0)
    treated, done = _per_choice(values, spec, choices, n_draws)
    directions = np.array([float(i.direction) for i in spec.indicators])
    normalised = np.full(values.shape, np.nan)
    options = [normalise(treated[:, :, used], directions[used], m, spec.scale) for m in spec.uncertain.normalisation]
    normalised[:, :, used] = _pick(options, choices.normalisation, n_draws)
    pillars = np.stack([_pillar(normalised, spec, choices, p.id, n_draws) for p in spec.pillars], axis=2)
    means = [aggregate(pillars, choices.pillar_weights, m) for m in spec.uncertain.between_pillars]
    return Scores(_pick(means, choices.between_pillars, n_draws), pillars, normalised, done)


def _per_choice(values: FloatArray, spec: IndexSpec, choices: Choices, n_draws: int) -> tuple[FloatArray, IntArray]:
    options = [treat(values, replace_method(spec, method)) for method in spec.uncertain.treatment]
    treated = _pick([option[0] for option in options], choices.treatment, n_draws)
    return treated, _pick([option[1] for option in options], choices.treatment, n_draws)


def replace_method(spec: IndexSpec, method: Treatment) -> Treat:
    """The specification's treatment with another method."""
    return spec.default.treat.model_copy(update={"method": method})


def _pillar(normalised: FloatArray, spec: IndexSpec, choices: Choices, pillar: str, n_draws: int) -> FloatArray:
    inside = [n for n, i in enumerate(spec.indicators) if i.pillar == pillar]
    weights = choices.indicator_weights[:, inside]
    means = [aggregate(normalised[:, :, inside], weights, m) for m in spec.uncertain.within_pillars]
    return _pick(means, choices.within_pillars, n_draws)


def _pick(options: Sequence[NDArray[Choice]], chosen: IntArray, n_draws: int) -> NDArray[Choice]:  # type: ignore[type-var]
    """Of several arrays over the same draws, each draw's chosen one."""
    stacked = np.stack(options)
    which = np.broadcast_to(chosen, (n_draws,))
    return np.asarray(stacked[which, np.arange(n_draws)])
