"""Log-linear models of three or more lists: Poisson counts of histories, with dependence between pairs of lists.

A history h has the expected count exp(γ + Σ βᵢ hᵢ + Σ λᵢⱼ hᵢ hⱼ), so units in no list have exp(γ). Candidates are
independence and every set of pairs; of more than five lists there are too many sets, and pairs are added one by one
while they lower AICc. Interactions of three lists are never fitted: they cannot be told apart from the unseen.

Sources: Fienberg (1972), The multiple recapture census for closed populations and incomplete 2ᵏ contingency tables,
doi 10.1093/biomet/59.3.591; Cormack (1989), Biometrics 45; Baillargeon and Rivest (2007), Rcapture,
doi 10.18637/jss.v019.i05 (standard error); Hurvich and Tsai (1989), doi 10.1093/biomet/76.2.297 (AICc, with the units
found as the size of the sample).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from dynapolis.figures.coverage.lists import Histories
from dynapolis.model.arrays import BoolArray, FloatArray

Pair = tuple[int, int]
MOST_LISTS_OF_ALL_SETS = 5
MOST_ERROR_OF_LOG = 3.0  # a model whose unseen part is known only to a factor of e³ either way says nothing
_STEPS, _CLOSE, _RIDGE, _FAR = 60, 1e-9, 1e-10, 30.0


@dataclass(frozen=True, slots=True)
class Fit:
    """One model, fitted.

    Attributes:
        pairs: numbers of the lists that depend on each other.
        unseen: expected units in no list.
        error: standard error of the total.
        error_of_log: of the logarithm of the unseen.
        deviance: against the counts themselves.
        n_parameters: how many were fitted.
        aicc: deviance + 2p + 2p(p + 1)/(n − p − 1); infinite where n ≤ p + 1.
        is_estimable: whether it converged to a finite total.
        further: coefficients of further columns, if any.
    """

    pairs: tuple[Pair, ...]
    unseen: float
    error: float
    error_of_log: float
    deviance: float
    n_parameters: int
    aicc: float
    is_estimable: bool
    further: tuple[float, ...] = ()


def design(patterns: ArrayLike, pairs: Sequence[Pair]) -> FloatArray:
    """Columns for the constant, each list and each pair; shape (n_histories, 1 + n_lists + n_pairs).

    Example:
        >>> design([[1, 1, 0], [0, 0, 0]], [(0, 1)]).tolist()
        [[1.0, 1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0, 0.0]]
    """
    lists = np.asarray(patterns, dtype=float)
    columns = [np.ones(len(lists)), *lists.T, *(lists[:, i] * lists[:, j] for i, j in pairs)]
    return np.stack(columns, axis=1)


def fit_poisson(
    counts: FloatArray, matrix: FloatArray, used: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Poisson regression of many models at once by iteratively reweighted least squares.

    Args:
        counts: shape (n_models, n_cells).
        matrix: shape (n_cells, n_columns), the columns of all models.
        used: shape (n_models, n_columns), the columns that each model has; the first one is always used.

    Returns:
        expected counts, shape (n_models, n_cells); coefficients, shape (n_models, n_columns), 0 where not used; their
        covariances, shape (n_models, n_columns, n_columns); and which models converged, shape (n_models,).
    """
    columns = matrix[None, :, :] * used[:, None, :]
    idle = np.eye(matrix.shape[1])[None, :, :] * ~used[:, None, :] + _RIDGE * np.eye(matrix.shape[1])
    mean = counts + 0.1
    log_mean, before = np.log(mean), np.full(len(counts), np.inf)
    done, coefficients = np.zeros(len(counts), dtype=bool), np.zeros((len(counts), matrix.shape[1], 1))
    for _ in range(_STEPS):
        weighted = columns * mean[:, :, None]
        information = columns.transpose(0, 2, 1) @ weighted + idle
        working = log_mean + (counts - mean) / mean
        right = (weighted * working[:, :, None]).sum(axis=1)
        coefficients = np.linalg.solve(information, right[:, :, None])
        log_mean = np.clip((columns @ coefficients)[:, :, 0], -_FAR, _FAR)
        mean = np.exp(log_mean)
        after = deviances(counts, mean)
        done = np.abs(after - before) <= _CLOSE * (np.abs(after) + 0.1)
        before = after
        if done.all():
            break
    information = columns.transpose(0, 2, 1) @ (columns * mean[:, :, None]) + idle
    return mean, coefficients[:, :, 0], np.asarray(np.linalg.inv(information), dtype=np.float64), np.asarray(done)


def deviances(counts: FloatArray, mean: FloatArray) -> FloatArray:
    """Twice the log-likelihood lost against the counts themselves, over the last axis."""
    ratio = np.where(counts > 0, counts, 1.0) / np.where(counts > 0, mean, 1.0)
    return np.asarray(2 * (counts * np.log(ratio) - (counts - mean)).sum(axis=-1))


def fit_models(histories: Histories, sets: Sequence[Sequence[Pair]], more: FloatArray | None = None) -> list[Fit]:
    """Fit several models to the same histories.

    Args:
        histories: of the lists, none of them empty.
        sets: the pairs of each model.
        more: further columns that all models have, shape (n_histories, n_more), such as those of a lower bound.
    """
    patterns, counts = histories.rows()
    every = list(combinations(range(len(histories.lists)), 2))
    extra = np.empty((len(patterns), 0)) if more is None else more
    matrix = np.hstack([design(patterns, every), extra])
    n_fixed, n_more = 1 + len(histories.lists), extra.shape[1]
    used = np.array([[True] * n_fixed + [pair in s for pair in every] + [True] * n_more for s in sets])
    seen = np.repeat(counts[None, :].astype(float), len(sets), axis=0)
    mean, coefficients, covariance, done = fit_poisson(seen, matrix, used)
    unseen = np.exp(np.clip(coefficients[:, 0], -_FAR, _FAR))
    lost, variance = deviances(seen, mean), covariance[:, 0, 0]
    return [
        _judge(
            Fit(
                tuple(s), float(unseen[n]), float(np.sqrt(unseen[n] + unseen[n] ** 2 * variance[n])),
                float(np.sqrt(variance[n])), float(lost[n]), int(used[n].sum()), np.inf, bool(done[n]),
                tuple(coefficients[n, matrix.shape[1] - n_more :].tolist()),
            ),
            histories.n_found,
        )
        for n, s in enumerate(sets)
    ]  # fmt: skip


def _judge(fit: Fit, n: int) -> Fit:
    """The fit with its AICc, and estimable only where there are enough units for it and the total is told at all."""
    p = fit.n_parameters
    aicc = fit.deviance + 2 * p + 2 * p * (p + 1) / (n - p - 1) if n > p + 1 else np.inf
    fine = fit.is_estimable and np.isfinite(aicc) and fit.error_of_log <= MOST_ERROR_OF_LOG
    return replace(fit, aicc=aicc, is_estimable=bool(fine))


def find_models(histories: Histories) -> list[Fit]:
    """Candidate models from the lowest AICc; those that cannot be estimated are left out.

    A pair of lists that share no unit is not a candidate: its dependence has no finite estimate.
    """
    shared = [pair for pair in combinations(range(len(histories.lists)), 2) if _n_shared(histories, pair)]
    if len(histories.lists) <= MOST_LISTS_OF_ALL_SETS:
        sets = [s for size in range(len(shared) + 1) for s in combinations(shared, size)]
        fits = fit_models(histories, sets)
    else:
        fits = _add_pairs(histories, shared)
    return sorted((fit for fit in fits if fit.is_estimable), key=lambda fit: (fit.aicc, len(fit.pairs), fit.pairs))


def _add_pairs(histories: Histories, shared: Sequence[Pair]) -> list[Fit]:
    best = fit_models(histories, [()])[0]
    fits = [best]
    while len(best.pairs) < len(shared):
        sets = [tuple(sorted({*best.pairs, pair})) for pair in shared if pair not in best.pairs]
        more = fit_models(histories, sets)
        fits += more
        next_best = min(more, key=lambda fit: fit.aicc if fit.is_estimable else np.inf)
        if not next_best.is_estimable or next_best.aicc >= best.aicc:
            break
        best = next_best
    return fits


def _n_shared(histories: Histories, pair: Pair) -> int:
    first, second = pair
    return int(histories.counts.take(1, axis=second).take(1, axis=first).sum())


def weights(fits: Sequence[Fit]) -> FloatArray:
    """AICc weights: exp(−Δ/2), which add up to 1.

    Source: Burnham and Anderson (2002), Model selection and multimodel inference, doi 10.1007/b97636.
    """
    aicc = np.array([fit.aicc for fit in fits])
    raw = np.exp(-(aicc - aicc.min()) / 2)
    return np.asarray(raw / raw.sum())
