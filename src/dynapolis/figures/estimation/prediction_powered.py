"""The share by PPI++: a mean of predictions, corrected by a simple random sample of labels.

Source: Angelopoulos, Duchi and Zrnic (2023), PPI++: efficient prediction-powered inference, arXiv 2311.01453, for the
mean, with power tuning over [0, 1]. It takes labelled and unlabelled units for draws from a population without end, so
it knows neither strata nor a finite-population correction; shown beside the difference estimate for comparison.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from dynapolis.figures.estimation.estimate import Population, ShareEstimate
from dynapolis.model.arrays import FloatArray


def tune_power(label: FloatArray, score: FloatArray, unlabelled: FloatArray) -> float:
    """Weight of the predictions that makes the variance least, between 0 (labels alone) and 1.

    Args:
        label: shape (n_labels,), people's labels.
        score: shape (n_labels,), predictions for the same units.
        unlabelled: shape (n_unlabelled,), predictions for the others.
    """
    spread = float(np.concatenate([score, unlabelled]).var(ddof=1))
    together = float(((label - label.mean()) * (score - score.mean())).mean())
    return float(np.clip(together / ((1 + len(label) / len(unlabelled)) * spread), 0, 1)) if spread > 0 else 0.0


def prediction_powered_mean(
    label: FloatArray, score: FloatArray, unlabelled: FloatArray, level: float, power: float | None = None
) -> ShareEstimate:
    """Mean of the labels with a normal interval, not cut to 0 … 1.

    Args:
        label: as for ``tune_power``, which also tells ``score`` and ``unlabelled``.
        score: as for ``tune_power``.
        unlabelled: as for ``tune_power``.
        level: share of samples whose interval should hold the truth.
        power: weight of the predictions; tuned where it is not given.

    Example:
        >>> found = prediction_powered_mean(np.array([0., 1., 1.]), np.array([0., 1., 1.]), np.array([0., 1.]), 0.9)
        >>> round(found.share, 4)
        0.6173
    """
    weight = tune_power(label, score, unlabelled) if power is None else power
    share = float(weight * unlabelled.mean() + (label - weight * score).mean())
    variance = float((weight * unlabelled).var() / len(unlabelled) + (label - weight * score).var() / len(label))
    half = float(norm.ppf((1 + level) / 2)) * variance**0.5
    return ShareEstimate("ppi", share, share - half, share + half, level, False)


def prediction_powered_estimate(population: Population, level: float) -> ShareEstimate | None:
    """PPI++ of the share; None where the sample is stratified with unequal rates, or nothing is left unlabelled."""
    rest = population.unlabelled
    if not population.has_one_rate or not len(rest):
        return None
    score = population.score
    return prediction_powered_mean(population.label, score[population.sampled], score[rest], level)
