"""Benefit of the doubt: each unit is weighted as suits it best, among the weights by which nobody would score over 1.

A linear programme for each unit: make Σ w x greatest, with Σ w x ≤ 1 for all units. The score is the unit's share of
the best score that anybody reaches with its weights.

Source: Melyn and Moesen (1991); Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), An introduction to "benefit of the
doubt" composite indicators, doi 10.1007/s11205-006-9029-7. Bounds on shares of weight: assurance regions after
Thompson, Singleton, Thrall and Smith (1986), doi 10.1287/inte.16.6.35.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from dynapolis.errors import BadUse
from dynapolis.model.arrays import BoolArray, FloatArray

_AT_ONCE = 5  # peers taken up together
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class BenefitOfDoubt:
    """Weights and scores, one of each for each unit.

    Attributes:
        weights: shape (..., n_rows, k); Σ w x is the score, so they do not add up to 1; 0 at a gap.
        shares: the same, each unit's adding up to 1; NaN for a unit without any child.
        scores: shape (..., n_rows), 0 to 1; NaN for a unit without any child.
    """

    weights: FloatArray
    shares: FloatArray
    scores: FloatArray


def benefit_of_doubt(values: FloatArray, *, least: float = 0.0, most: float = 1.0) -> BenefitOfDoubt:
    """Best weights of each unit.

    Args:
        values: shape (..., n_rows, k), not below 0; NaN is a gap, counts for nothing and gets no weight.
        least, most: bounds on the share of each child in a unit's weights. A unit with few children may put
            1 / (number of its children) on each where ``most`` would leave weight over.

    Raises:
        BadUse: a value below 0, or bounds that no weights can keep.

    Example:
        >>> found = benefit_of_doubt(np.array([[4.0, 1.0], [1.0, 4.0], [2.0, 2.0]]))
        >>> found.scores.round(6).tolist()
        [1.0, 1.0, 0.8]
    """
    n, k = values.shape[-2:]
    if least * k > 1 + 1e-12 or most < least:
        raise BadUse(
            f"Benefit of the doubt: found a share of at least {least:g} and at most {most:g} for each of {k} children; "
            f"expected at least ≤ 1/{k} and at most ≥ at least; widen the bounds."
        )
    if (values < 0).any():
        raise BadUse(
            f"Benefit of the doubt: found the score {np.nanmin(values):.6g}; expected none below 0; normalise to a "
            "range that begins at 0 or above."
        )
    flat = values.reshape(-1, n, k)
    weights = np.array([_best_weights(table, least, most) for table in flat]).reshape(values.shape)
    scores = np.where(np.isnan(values).all(axis=-1), np.nan, (weights * np.nan_to_num(values)).sum(axis=-1))
    total = weights.sum(axis=-1, keepdims=True)
    shares = np.where(total > 0, weights / np.where(total > 0, total, 1.0), np.nan)
    return BenefitOfDoubt(weights, shares, np.minimum(scores, 1.0))


def _best_weights(table: FloatArray, least: float, most: float) -> FloatArray:
    """Weights of all units of one table; units with the same scores share a programme."""
    there = ~np.isnan(table)
    filled = np.nan_to_num(table)
    scale = float(filled.max(initial=0.0)) or 1.0
    peers = np.unique(filled[there.any(axis=1)] / scale, axis=0)
    rows, member = np.unique(np.concatenate([filled / scale, there], axis=1), axis=0, return_inverse=True)
    k = table.shape[1]
    # Few peers are ever in the way: begin with the best of each child and of all, add those that are found to be.
    in_way = {int(place) for place in (*peers.argmax(axis=0), peers.sum(axis=1).argmax())} if len(peers) else set()
    found = np.array([_weights_of(row[:k], row[k:] > 0, peers, in_way, (least, most)) for row in rows])
    return np.asarray(found.reshape(-1, k)[member.reshape(-1)] / scale)


def _weights_of(
    own: FloatArray, there: BoolArray, peers: FloatArray, in_way: set[int], share: tuple[float, float]
) -> FloatArray:
    """Best weights of one unit. ``in_way`` grows by the peers that would score above 1 without being asked."""
    weights = np.zeros(len(own))
    places = np.flatnonzero(there)
    if not len(places):
        return weights
    if not peers[:, places].any():
        weights[places] = 1.0 / len(places)  # nobody scores anything
        return weights
    bounds = _share_bounds(len(places), share[0], max(share[1], 1.0 / len(places)))
    while True:
        weights[places] = _programme(own[places], peers[np.array(sorted(in_way))][:, places], bounds)
        totals = peers @ weights
        worst = [int(place) for place in np.argsort(-totals)[:_AT_ONCE] if totals[place] > 1 + _SAME]
        if not set(worst) - in_way:
            return weights
        in_way.update(worst)


def _programme(own: FloatArray, peers: FloatArray, bounds: list[FloatArray]) -> FloatArray:
    limits = np.vstack([peers, *bounds])
    room = np.concatenate([np.ones(len(peers)), np.zeros(len(limits) - len(peers))])
    solved = linprog(-own, A_ub=limits, b_ub=room, bounds=(0, None), method="highs")
    if solved.status != 0:
        raise BadUse(f"Benefit of the doubt: the linear programme of a unit has no answer ({solved.message}).")
    return np.asarray(np.maximum(solved.x, 0.0))


def _share_bounds(k: int, low: float, high: float) -> list[FloatArray]:
    """Rows that say low ≤ w / Σ w ≤ high of each weight, as something that must not be above 0."""
    rows = []
    if low > 0:
        rows.append(low - np.eye(k))
    if high < 1:
        rows.append(np.eye(k) - high)
    return rows
