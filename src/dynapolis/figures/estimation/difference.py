"""The share by design: what the model says of all units, corrected by what people say of those drawn.

The generalised difference (GREG) estimator. In each stratum h with N_h units, of which n_h were drawn,

    d_i = y_i − b (f_i − mean of f in h),    share = Σ N_h / N · mean of d_i,
    variance = Σ (N_h / N)² (1 − n_h / N_h) s_h² / n_h

where y is people's label, f the model's score and s_h² the variance of d in the stratum. It is right on average
whatever the model is worth; a better model only makes it narrower. The slope b of a unit is learned from the other
folds of the sample (cross-fitting), so that no unit corrects the model by its own label.

Source: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 6; cross-fitting and its use with
model annotations: Egami, Hinck, Stewart and Wei (2023), Using imperfect surrogates for downstream inference:
design-based supervised learning, arXiv 2306.04746. The interval: Wilson (1927) with the effective sample size of Korn
and Graubard (1998) and Student's t with Satterthwaite's degrees of freedom.

Ours: to s_h², as if one unit more had been seen, the variance of a share of (x + ½) / (n + 1). A stratum in which
nobody found the code is otherwise as sure as if all of it had been read.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from dynapolis.figures.estimation.estimate import Population, ShareEstimate, means_by
from dynapolis.model.arrays import FloatArray, IntArray

N_FOLDS = 10
MOST = 3.0  # the steepest slope that is believed: beyond it, a score says what a few units happen to be
FEWEST_DF = 3.0
_NO_DOUBT = 1e-18  # a variance that is left by rounding alone


def difference_estimate(population: Population, level: float, rng: np.random.Generator) -> ShareEstimate:
    """The generalised difference estimate of the share of the code.

    Args:
        population: the units; every stratum has two labels or is labelled wholly.
        level: share of samples whose interval should hold the truth, such as 0.95.
        rng: deals the labelled units to the folds.

    Example:
        >>> score = np.repeat([0.1, 0.9], 50)
        >>> drawn = np.arange(0, 100, 5)
        >>> one = Population(score, np.zeros(100, dtype=int), np.array([100]), drawn, (score[drawn] > 0.5) * 1.0)
        >>> found = difference_estimate(one, 0.95, np.random.default_rng(1))
        >>> round(found.share, 3), found.low < 0.5 < found.high
        (0.5, True)
    """
    size, n = population.size, population.n_labels
    stratum = population.stratum[population.sampled]
    centred = population.score - means_by(population.stratum, population.score, len(size))[population.stratum]
    score = centred[population.sampled]
    leverage = (population.weight / n) ** 2 * (1 - n / size)
    slope = _cross_fitted_slope(population.label, score, stratum, leverage, _deal(len(stratum), rng))
    residual = population.label - slope * score
    mean = means_by(stratum, residual, len(size))
    spread = means_by(stratum, (residual - mean[stratum]) ** 2, len(size)) * n
    variance = leverage * n * _with_one_more(spread, means_by(stratum, population.label, len(size)), n)
    return effective_wilson("difference", float(population.weight @ mean), variance, n - 1, level)


def expansion_estimate(population: Population, level: float) -> ShareEstimate:
    """The share by people's labels alone, each standing for the units of its stratum that were not drawn.

    Without strata this is the plain sample with Wilson's interval and the finite-population correction: the effective
    sample size is n (N − 1) / (N − n).
    """
    size, n = population.size, population.n_labels
    stratum = population.stratum[population.sampled]
    share = means_by(stratum, population.label, len(size))
    if len(size) == 1:
        left = size[0] - n[0]
        effective = np.inf if left == 0 else n[0] * (size[0] - 1) / left
        return _wilson("sample", float(share[0]), effective, float(norm.ppf((1 + level) / 2)), level)
    spread = n * share * (1 - share)
    leverage = (population.weight / n) ** 2 * (1 - n / size)
    variance = leverage * n * _with_one_more(spread, share, n)
    return effective_wilson("sample", float(population.weight @ share), variance, n - 1, level)


def effective_wilson(method: str, share: float, variance: FloatArray, df: IntArray, level: float) -> ShareEstimate:
    """Wilson's interval with as many units as a simple random sample would need for this variance.

    Args:
        method: the estimator's name.
        share: the estimate.
        variance: parts of its variance, shape (n_strata,).
        df: degrees of freedom of each part.
        level: as for the estimators.
    """
    total = float(variance.sum())
    if total < _NO_DOUBT:
        return ShareEstimate(method, share, share, share, level, True)
    # An estimate within one standard error of 0 or 1, or beyond, says nothing of how many units it is worth.
    edge = min(total**0.5, 0.5)
    p = float(np.clip(share, edge, 1 - edge))
    freedom = max(total**2 / float((variance**2 / np.maximum(df, 1)).sum()), FEWEST_DF)
    quantile = float(student.ppf((1 + level) / 2, freedom))
    found = _wilson(method, p, p * (1 - p) / total, quantile, level)
    inside = float(np.clip(share, 0.0, 1.0))
    return replace(found, share=inside, low=min(found.low, inside), high=max(found.high, inside))


def _wilson(method: str, share: float, n: float, quantile: float, level: float) -> ShareEstimate:
    square = quantile**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = quantile / (1 + square / n) * float(np.sqrt(share * (1 - share) / n + square / (4 * n**2)))
    return ShareEstimate(method, share, max(centre - half, 0.0), min(centre + half, 1.0), level, True)


def _with_one_more(spread: FloatArray, share: FloatArray, n: IntArray) -> FloatArray:
    """Variance within each stratum from sums of squares and one unit more, of a share of (x + ½) / (n + 1)."""
    likely = (share * n + 0.5) / (n + 1)
    return np.asarray((spread + likely * (1 - likely)) / n)


def _deal(n: int, rng: np.random.Generator) -> IntArray:
    """Number of the fold of each labelled unit; as many folds as units, where those are few."""
    return np.asarray(rng.permutation(n) % min(N_FOLDS, n))


def _cross_fitted_slope(
    label: FloatArray, score: FloatArray, stratum: IntArray, leverage: FloatArray, fold: IntArray
) -> FloatArray:
    """Slope for each unit, learned from the units of the other folds, shape (n_labels,)."""
    slope = np.empty(len(label))
    for number in range(fold.max() + 1):
        others = fold != number
        slope[~others] = _slope(label[others], score[others], stratum[others], leverage)
    return slope


def _slope(label: FloatArray, score: FloatArray, stratum: IntArray, leverage: FloatArray) -> float:
    """Slope of labels on scores within strata with the least variance; 0 where all scores of a stratum are alike."""
    weight = leverage[stratum]
    x = score - means_by(stratum, score, len(leverage))[stratum]
    y = label - means_by(stratum, label, len(leverage))[stratum]
    square = float((weight * x**2).sum())
    return float(np.clip((weight * x * y).sum() / square, 0.0, MOST)) if square > 0 else 0.0
