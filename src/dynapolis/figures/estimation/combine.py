"""One interval from what coders may have got wrong and what might have turned out otherwise (method, section 3).

The rule: draw, then draw. Each draw of the true codes gives a count of the code among the units; from that count one
share is drawn as the chance interval does it, from Beta(k + ½, n − k + ½). The central part of these shares is the
combined interval. With codes that are certain it is the chance interval, up to the number of draws; with very many
units it is that of the coding part. Adding both half-widths would count too much; the larger one alone, too little.
"""

from __future__ import annotations

import numpy as np

from dynapolis.figures.chance import JEFFREYS
from dynapolis.model.arrays import FloatArray, IntArray


def coding_shares(codes: IntArray, n_codes: int) -> FloatArray:
    """Share of each code among the units of every draw, from (n_draws, n_units) to (n_draws, n_codes).

    Example:
        >>> coding_shares(np.array([[0, 0, 1, 1], [0, 1, 1, 1]]), 2).tolist()
        [[0.5, 0.5], [0.25, 0.75]]
    """
    return np.stack([(codes == code).mean(axis=1) for code in range(n_codes)], axis=1)


def combined_shares(codes: IntArray, n_codes: int, rng: np.random.Generator) -> FloatArray:
    """Shares that carry both parts, shape (n_draws, n_codes); each code against all others.

    Args:
        codes: true codes drawn for every unit, shape (n_draws, n_units).
        n_codes: how many codes there are.
        rng: the source of chance.
    """
    n_units = codes.shape[1]
    count = coding_shares(codes, n_codes) * n_units
    return np.asarray(rng.beta(count + JEFFREYS, n_units - count + JEFFREYS))


def combined_prediction_powered(
    labels: FloatArray, score: FloatArray, unlabelled: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Shares that carry doubt about people's labels and the sampling error of PPI++, shape (n_draws,).

    Args:
        labels: true labels drawn for every labelled unit, 1 for the code and else 0, shape (n_draws, n_labels).
        score: predictions for the labelled units.
        unlabelled: predictions for the others.
        rng: the source of chance.
    """
    spread = float(np.concatenate([score, unlabelled]).var(ddof=1))
    together = ((labels - labels.mean(axis=1, keepdims=True)) * (score - score.mean())).mean(axis=1)
    scale = (1 + len(score) / len(unlabelled)) * spread
    power = np.clip(together / scale, 0, 1) if scale > 0 else np.zeros(len(labels))
    rest = labels - power[:, None] * score
    error = np.sqrt(power**2 * unlabelled.var() / len(unlabelled) + rest.var(axis=1) / len(score))
    share = power * unlabelled.mean() + rest.mean(axis=1)
    return np.asarray(share + error * rng.standard_normal(len(labels)))


def central_interval(draws: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Low and high of the central part of draws of shape (n_draws, …)."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
