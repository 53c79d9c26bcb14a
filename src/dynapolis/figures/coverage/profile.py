"""Intervals of a total by the likelihood of every total that it might be, for one log-linear model or over several.

For each total N the model is fitted with N − n units in the unseen cell; the interval holds the totals whose
log-likelihood lies less than χ²/2 below the best. Over several models, an end is where the tail areas, weighted by AICc
weights, add up to what the level leaves: a model that lost narrowly still widens the interval, so that choosing among
models does not make it look surer than it is.

Sources: Cormack (1992), Interval estimation for mark-recapture studies of closed populations, Biometrics 48;
Fletcher and Turek (2012), Model-averaged profile likelihood intervals, doi 10.1007/s13253-011-0064-8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from scipy.special import digamma, gammaln, ndtr

from dynapolis.figures.coverage.lists import Histories
from dynapolis.figures.coverage.log_linear import Fit, design, fit_poisson, weights
from dynapolis.model.arrays import BoolArray, FloatArray

_HALVINGS, _MOST = 36, 1e4  # totals beyond so many times what was found are not looked for


def profile_interval(histories: Histories, fits: Sequence[Fit], level: float) -> tuple[float, float]:
    """Interval of the total over models, each with its AICc weight; one model alone has its profile interval.

    Args:
        histories: of the lists, none of them empty.
        fits: the models, estimable ones.
        level: probability the interval holds.

    Returns:
        low, never below what was found, and high; infinite where no total is too large.
    """
    of_model = weights(fits)
    kept = of_model >= 1e-3
    profile = _Profile(histories, [fit for fit, keep in zip(fits, kept, strict=True) if keep])
    share = of_model[kept] / of_model[kept].sum()
    best = profile.likeliest()
    top = profile.log_likelihood(best)

    def area(unseen: float) -> float:
        """Probability, over models, that a total lies below this one."""
        at = np.full(len(share), unseen)
        lost = np.maximum(top - profile.log_likelihood(at), 0.0)
        return float(share @ ndtr(np.sign(at - best) * np.sqrt(2 * lost)))

    tail, most = (1 - level) / 2, _MOST * histories.n_found
    low, high = _where(area, tail, most), _where(area, 1 - tail, most)
    return histories.n_found + low, histories.n_found + high


def _where(area: Callable[[float], float], wanted: float, most: float) -> float:
    """Where a rising curve reaches a height: 0 where it begins above it, infinite where it stays below."""
    if area(0.0) >= wanted:
        return 0.0
    if area(most) < wanted:
        return np.inf
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = np.expm1((np.log1p(low) + np.log1p(high)) / 2)
        low, high = (low, middle) if area(middle) >= wanted else (middle, high)
    return high


class _Profile:
    """Log-likelihoods of several models at given totals, each maximised over all other parameters."""

    def __init__(self, histories: Histories, fits: Sequence[Fit]) -> None:
        patterns, self.counts = histories.rows()
        n_lists, every = len(histories.lists), list(combinations(range(len(histories.lists)), 2))
        cells = np.vstack([patterns, np.zeros((1, n_lists), dtype=np.int64)])
        self.matrix = design(cells.astype(float), every)
        self.used: BoolArray = np.array([[True] * (1 + n_lists) + [pair in f.pairs for pair in every] for f in fits])
        self.found = histories.n_found

    def _fitted(self, unseen: FloatArray) -> tuple[FloatArray, FloatArray]:
        counts = np.hstack([np.repeat(self.counts[None, :], len(unseen), axis=0), unseen[:, None]])
        return counts, fit_poisson(counts, self.matrix, self.used)[0]

    def log_likelihood(self, unseen: FloatArray) -> FloatArray:
        """Of each model at its own total, up to a constant; shape (n_models,)."""
        counts, mean = self._fitted(unseen)
        total = self.found + unseen
        chances = (counts * np.log(mean / total[:, None])).sum(axis=1)
        return np.asarray(gammaln(total + 1) - gammaln(unseen + 1) + chances)

    def likeliest(self) -> FloatArray:
        """The unseen units at which each model's likelihood is largest; shape (n_models,)."""
        low, high = np.zeros(len(self.used)), np.full(len(self.used), _MOST * self.found)
        for _ in range(_HALVINGS):
            middle = np.expm1((np.log1p(low) + np.log1p(high)) / 2)
            total, expected = self.found + middle, self._fitted(middle)[1][:, -1]
            rises = digamma(total + 1) - digamma(middle + 1) + np.log(expected / total) > 0
            low, high = np.where(rises, middle, low), np.where(rises, high, middle)
        return np.asarray((low + high) / 2)
