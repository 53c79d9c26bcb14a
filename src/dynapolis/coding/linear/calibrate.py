"""From scores to probabilities that mean what they say, prediction sets, and the threshold below which to be silent.

Everything here is learned from cross-fitted scores: those of units that the model giving them had not seen.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from dynapolis.model.arrays import FloatArray, IntArray

COOLEST, HOTTEST = 0.2, 8.0  # temperatures that are tried
N_BINS = 10


def softmax(scores: FloatArray) -> FloatArray:
    """Shares of the exponentials, along the last axis."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: FloatArray = raised / raised.sum(axis=1, keepdims=True)
    return shares


def temperature(scores: FloatArray, truth: IntArray) -> float:
    """By what to divide scores so that their softmax is calibrated.

    Args:
        scores: cross-fitted, shape (n_units, n_codes).
        truth: shape (n_units,), the column of the true code.

    Source:
        Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", ICML.
    """
    if not len(truth):
        return 1.0

    def loss(log_t: float) -> float:
        p = softmax(scores / np.exp(log_t))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(p, 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(np.log(COOLEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(found.x))


def calibration_error(probability: FloatArray, right: FloatArray, bins: int = N_BINS) -> float:
    """Expected calibration error: how far stated and observed shares lie apart, on average over equal parts.

    Args:
        probability: stated of the answer, shape (n,).
        right: whether it was right, 0 or 1, shape (n,).
        bins: parts of equally many answers.

    Example:
        >>> import numpy as np
        >>> calibration_error(np.array([0.5, 0.5]), np.array([1.0, 0.0]), bins=1)
        0.0
    """
    if not len(probability):
        return 0.0
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return float(sum(len(p) * abs(probability[p].mean() - right[p].mean()) for p in parts) / len(order))


def conformal_cut(probabilities: FloatArray, truth: IntArray, error_rate: float) -> float:
    """The probability from which a code belongs to the prediction set, so that the truth is missed at this rate.

    Args:
        probabilities: cross-fitted and calibrated, shape (n_units, n_codes).
        truth: shape (n_units,).
        error_rate: of sets that may miss the true code.

    Source:
        Sadinle, Lei and Wasserman (2019), "Least ambiguous set-valued classifiers with bounded error levels", JASA.
    """
    n = len(truth)
    if not n:
        return 0.0
    miss = np.sort(1.0 - probabilities[np.arange(n), truth])
    rank = int(np.ceil((n + 1) * (1 - error_rate)))
    return 0.0 if rank > n else float(1.0 - miss[rank - 1])


def answer_cut(confidence: FloatArray, right: FloatArray, wanted: float, least_share: float) -> float:
    """The confidence from which to answer, so that the wanted share of answers is right.

    The lowest such confidence is taken, but never one that leaves fewer than ``least_share`` of the units answered.

    Args:
        confidence: of the best code, cross-fitted, shape (n_units,).
        right: 0 or 1, shape (n_units,).
        wanted: share of answers to be right.
        least_share: of units to be answered in any case.
    """
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    share_right = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share_right >= wanted)
    n = max(int(good[-1]) + 1 if len(good) else 1, int(np.ceil(least_share * len(order))))
    return float(confidence[order[min(n, len(order)) - 1]])
