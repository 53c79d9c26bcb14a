"""Chance: what the numbers could have been, had the same process run again (method, section 3).

Counts have a Gamma–Poisson posterior, shares a Beta or Dirichlet posterior, both with Jeffreys' prior, so that
2 against 1 is not a finding. A register is no random sample: the words are "uncertainty interval", never
"sampling error".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammaincinv

from dynapolis.model.arrays import FloatArray

JEFFREYS = 0.5


def count_interval(n: ArrayLike, level: float) -> tuple[FloatArray, FloatArray]:
    """Central interval of a Poisson rate after seeing ``n``: Gamma(n + ½, 1).

    Args:
        n: counts, any shape.
        level: probability the interval holds, such as 0.9.

    Returns:
        low and high of the shape of ``n``; low is 0 where nothing was counted.

    Example:
        >>> low, high = count_interval([0, 4], 0.9)
        >>> low.round(2).tolist(), high.round(2).tolist()
        ([0.0, 1.66], [1.92, 8.46])
    """
    counts = np.asarray(n, dtype=float)
    tail = (1 - level) / 2
    low = np.where(counts == 0, 0.0, gammaincinv(counts + JEFFREYS, tail))
    return low, np.asarray(gammaincinv(counts + JEFFREYS, 1 - tail))


def share_interval(k: ArrayLike, n: ArrayLike, level: float) -> tuple[FloatArray, FloatArray]:
    """Central interval of a share after seeing ``k`` of ``n``: Beta(k + ½, n − k + ½), the code against all others.

    Taking all K codes at once with ½ each would pull 5 of 5 among 14 codes to 46 %, so each share is its own
    two-part Dirichlet. The ends are 0 and 1 where none or all were counted. Without any record, 0 to 1.

    Example:
        >>> low, high = share_interval(15, 154, 0.95)
        >>> round(float(low), 3), round(float(high), 3)
        (0.058, 0.152)
    """
    part, whole = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    tail = (1 - level) / 2
    a, b = part + JEFFREYS, whole - part + JEFFREYS
    low = np.where(part == 0, 0.0, betaincinv(a, b, tail))
    return low, np.where(part == whole, 1.0, betaincinv(a, b, 1 - tail))


def draw_counts(n: ArrayLike, n_draws: int, rng: np.random.Generator) -> FloatArray:
    """Rates drawn from Gamma(n + ½, 1), shape (n_draws, …)."""
    counts = np.asarray(n, dtype=float)
    return rng.gamma(counts + JEFFREYS, size=(n_draws, *counts.shape))


def draw_shares(n: ArrayLike, n_draws: int, rng: np.random.Generator) -> FloatArray:
    """Shares of a whole drawn from Dirichlet(n + ½), shape (n_draws, n_codes); each draw sums to 1."""
    rates = draw_counts(n, n_draws, rng)
    return np.asarray(rates / rates.sum(axis=1, keepdims=True))


def probability_of_most(draws: FloatArray) -> FloatArray:
    """Probability of each column to be the largest, over draws of shape (n_draws, n_columns).

    Example:
        >>> probability_of_most(np.array([[2., 1.], [0., 3.], [0., 1.], [0., 2.]])).tolist()
        [0.25, 0.75]
    """
    return np.asarray(np.bincount(draws.argmax(axis=1), minlength=draws.shape[1]) / len(draws))
