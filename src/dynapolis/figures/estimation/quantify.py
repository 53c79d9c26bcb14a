"""Shares from a model's answers, adjusted by how often it errs: quantification, for comparison.

Classify and count takes the model at its word. Adjusted count (Forman 2008, doi 10.1007/s10618-008-0097-y) undoes its
rates of hits and false alarms as seen in the labelled units; the probabilistic one (Bella et al. 2010, doi
10.1109/ICDM.2010.75) does so with scores; expectation–maximisation (Saerens, Latinne and Decaestecker 2002, doi
10.1162/089976602753284446) moves the share the model was used to until scores and share fit. Intervals are bootstrap
percentiles. None of them is right by design: they rest on scores that err alike among labelled and other units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from dynapolis.figures.estimation.estimate import Population, ShareEstimate
from dynapolis.model.arrays import FloatArray

CUT = 0.5
_EDGE = 1e-6


class Seen(NamedTuple):
    """Labels with their scores and weights, and the scores of all units."""

    label: FloatArray
    score: FloatArray
    weight: FloatArray
    everyone: FloatArray


def classify_and_count(seen: Seen) -> float:
    """Share of all units whose score is at least one half.

    Example:
        >>> classify_and_count(Seen(np.zeros(0), np.zeros(0), np.zeros(0), np.array([0.2, 0.5, 0.9, 0.1])))
        0.5
    """
    return float((seen.everyone >= CUT).mean())


def adjusted_count(seen: Seen) -> float:
    """Classify and count, less false alarms, over hits less false alarms."""
    said = (seen.score >= CUT).astype(float)
    return _undo(float((seen.everyone >= CUT).mean()), said, seen)


def probabilistic_adjusted_count(seen: Seen) -> float:
    """The same with scores in place of decisions."""
    return _undo(float(seen.everyone.mean()), seen.score, seen)


def expectation_maximisation(seen: Seen, *, steps: int = 200, tolerance: float = 1e-7) -> float:
    """The share at which the scores, moved to it, have that share as their mean.

    Scores are first calibrated on the labels, so that the share from which they are moved is that of the labels.
    """
    before = float(np.clip(np.average(seen.label, weights=seen.weight), _EDGE, 1 - _EDGE))
    scores, share = np.clip(_calibrate(seen), _EDGE, 1 - _EDGE), before
    for _ in range(steps):
        code, other = share / before * scores, (1 - share) / (1 - before) * (1 - scores)
        moved = float(np.clip((code / (code + other)).mean(), _EDGE, 1 - _EDGE))
        if abs(moved - share) < tolerance:
            break
        share = moved
    return share


QUANTIFIERS: dict[str, Callable[[Seen], float]] = {
    "classify_count": classify_and_count,
    "adjusted_count": adjusted_count,
    "probabilistic_adjusted_count": probabilistic_adjusted_count,
    "expectation_maximisation": expectation_maximisation,
}


def quantify(population: Population, level: float, n_resamples: int, rng: np.random.Generator) -> list[ShareEstimate]:
    """Every quantifier's share with its bootstrap interval.

    Args:
        population: the units.
        level: share of resamples the interval holds.
        n_resamples: how many; labelled units are resampled within strata, all units as a whole.
        rng: the source of the resamples.
    """
    stratum = population.stratum[population.sampled]
    weight = (population.size / np.maximum(population.n_labels, 1))[stratum]
    score = population.score[population.sampled]
    seen = Seen(population.label, score, weight, population.score)
    members = [np.flatnonzero(stratum == number) for number in range(len(population.size))]
    drawn: dict[str, list[float]] = {name: [] for name in QUANTIFIERS}
    for _ in range(n_resamples):
        again = np.concatenate([rng.choice(group, len(group)) for group in members if len(group)])
        everyone = rng.choice(population.score, len(population.score))
        resampled = Seen(seen.label[again], score[again], weight[again], everyone)
        for name, quantifier in QUANTIFIERS.items():
            drawn[name].append(quantifier(resampled))
    tails = (1 - level) / 2, (1 + level) / 2
    found = []
    for name, quantifier in QUANTIFIERS.items():
        low, high = np.quantile(drawn[name], tails)
        found.append(ShareEstimate(name, quantifier(seen), float(low), float(high), level, False))
    return found


def _undo(counted: float, said: FloatArray, seen: Seen) -> float:
    """The share that gives this count at the rates seen; the count itself where the model does not tell codes apart."""
    code, other = seen.label > 0, seen.label <= 0
    if not code.any() or not other.any():
        return counted
    hits = float(np.average(said[code], weights=seen.weight[code]))
    alarms = float(np.average(said[other], weights=seen.weight[other]))
    return float(np.clip((counted - alarms) / (hits - alarms), 0, 1)) if hits - alarms > _EDGE else counted


def _calibrate(seen: Seen, *, steps: int = 25, ridge: float = 1e-2) -> FloatArray:
    """Scores of all units through a logistic curve fitted to the labels (Platt), by Newton's method."""
    x, weight = _with_one(seen.score), seen.weight / seen.weight.mean()
    slope = np.array([0.0, 1.0])
    for _ in range(steps):
        p = expit(x @ slope)
        gradient = x.T @ (weight * (seen.label - p)) - ridge * (slope - [0.0, 1.0])
        curvature = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        slope = slope + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(expit(_with_one(seen.everyone) @ slope))


def _with_one(score: FloatArray) -> FloatArray:
    return np.stack([np.ones(len(score)), logit(np.clip(score, _EDGE, 1 - _EDGE))], axis=1)
