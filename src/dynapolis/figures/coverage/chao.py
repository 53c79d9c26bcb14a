"""Chao's lower bound: at least so many, even where some units are more likely than others to be listed at all.

What stands in one list only, beside what stands in two, bounds what stands in none. Where lists differ in size, the
bound is a log-linear model with one term for every number of lists above two; with two lists it is Chapman's estimate.

Sources: Chao (1987), Estimating the population size for capture-recapture data with unequal catchability,
doi 10.2307/2531532; Rivest and Baillargeon (2007), Applications and extensions of Chao's moment estimator for the size
of a closed population, doi 10.1111/j.1541-0420.2007.00779.x.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dynapolis.figures.coverage.chapman import chapman
from dynapolis.figures.coverage.estimate import MIN_SHARED, Estimate, Refused, log_normal_interval
from dynapolis.figures.coverage.lists import Histories
from dynapolis.figures.coverage.log_linear import Fit, Pair, fit_models
from dynapolis.model.coverage import Estimator, Reason


def lower_bound(found: int, once: int, twice: int, level: float, n_lists: float = math.inf) -> Estimate:
    """The bound from numbers alone, for lists of about equal size: found + (1 − 1/k) f₁² / (2 f₂).

    Where nothing stands in two lists, the form f₁(f₁ − 1)/2 takes its place.

    Args:
        found: units in at least one list.
        once, twice: units in exactly one and exactly two lists.
        level: probability the interval holds.
        n_lists: how many lists there are, k.

    Example:
        >>> hares = lower_bound(68, 25, 22, 0.95, n_lists=6)
        >>> round(hares.total, 1), round(hares.error, 1)
        (79.8, 6.4)
    """
    share = 1 - 1 / n_lists
    if twice:
        ratio = once / twice
        unseen = share * once * ratio / 2
        variance = twice * (share * ratio**2 / 2 + share**2 * ratio**3 + share**2 * ratio**4 / 4)
    else:
        unseen = share * once * (once - 1) / 2
        variance = share * once * (once - 1) / 2 + share**2 * once * (2 * once - 1) ** 2 / 4
        variance = max(variance - (share**2 * once**4 / (4 * (found + unseen)) if found else 0.0), 0.0)
    total, error = found + unseen, math.sqrt(variance)
    low, high = log_normal_interval(found, total, error, level)
    return Estimate(Estimator.CHAO, total, low, high, error)


def bound_of_lists(histories: Histories, level: float, min_shared: int = MIN_SHARED) -> Estimate | Refused:
    """The bound from lists of any size.

    Args:
        histories: of two lists or more.
        level: probability the interval holds.
        min_shared: fewer shared units are refused.
    """
    lists = histories.without_empty_lists()
    if len(lists.lists) < 2 or histories.n_shared < min_shared:
        return Refused(Reason.LITTLE_OVERLAP)
    if len(lists.lists) == 2:
        found = chapman(lists, level, min_shared)
        return replace(found, estimator=Estimator.CHAO) if isinstance(found, Estimate) else found
    fit = fit_bound(lists)
    if not fit.is_estimable:
        return Refused(Reason.INESTIMABLE)
    total = histories.n_found + fit.unseen
    low, high = log_normal_interval(histories.n_found, total, fit.error, level)
    return Estimate(Estimator.CHAO, total, low, high, fit.error)


def fit_bound(histories: Histories, pairs: Sequence[Pair] = ()) -> Fit:
    """The log-linear model of the bound, perhaps with pairs of lists that depend on each other.

    The terms of three lists and more may only add to what independence expects; one that would take away is left out.
    """
    patterns, _ = histories.rows()
    times = patterns.sum(axis=1)
    kept = list(range(3, len(histories.lists) + 1))
    while True:
        terms = [np.maximum(times - n + 1, 0).astype(float) for n in kept]
        fit = fit_models(histories, [pairs], np.stack(terms, axis=1) if terms else None)[0]
        if all(value >= 0 for value in fit.further):
            return fit
        kept = [n for n, value in zip(kept, fit.further, strict=True) if value >= 0]
