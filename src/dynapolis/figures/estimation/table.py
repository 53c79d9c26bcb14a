"""All estimators of one share side by side, each with its interval and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.figures.estimation.difference import difference_estimate, expansion_estimate
from dynapolis.figures.estimation.estimate import ShareEstimate, read_population
from dynapolis.figures.estimation.prediction_powered import prediction_powered_estimate
from dynapolis.figures.estimation.quantify import quantify
from dynapolis.model.sample import SampleUnit


@dataclass(frozen=True, slots=True)
class Estimates:
    """The estimates, and the design they rest on.

    Attributes:
        estimates: the difference estimate first (where units are scored), then the sample alone, then comparisons.
        n_units: units of the population.
        n_labels: of these, coded by people.
        n_strata: strata.
        ppi_refused: whether PPI++ was left out because units had unequal probabilities or all were labelled.
    """

    estimates: tuple[ShareEstimate, ...]
    n_units: int
    n_labels: int
    n_strata: int
    ppi_refused: bool


def estimate_shares(units: list[SampleUnit], level: float, n_resamples: int, rng: np.random.Generator) -> Estimates:
    """Every estimate that the units allow.

    Args:
        units: a population that ``check_sample`` found no fault with.
        level: share of samples whose interval should hold the truth.
        n_resamples: of the bootstrap of the quantifiers.
        rng: deals folds and draws resamples.
    """
    population = read_population(units)
    alone = expansion_estimate(population, level)
    counts = len(units), len(population.sampled), len(population.size)
    if any(unit.score is None for unit in units):
        return Estimates((alone,), *counts, ppi_refused=False)
    powered = prediction_powered_estimate(population, level)
    others = [powered] if powered is not None else []
    others += quantify(population, level, n_resamples, rng)
    found = (difference_estimate(population, level, rng), alone, *others)
    return Estimates(found, *counts, ppi_refused=powered is None)
