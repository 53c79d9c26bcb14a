"""Fitting the score: a logistic regression with a ridge over the signs of candidates whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dynapolis.model.arrays import FloatArray
from dynapolis.places.evaluate import Known, Outcome, judge
from dynapolis.places.match import Matcher
from dynapolis.places.score import SIGNS, Signs, values

# No list of known towns without a country is at hand: this weight is a judgement, not an estimate.
JUDGED = {"country_missing": -2.0}
RIDGE = 0.3  # the likeliest of several by tenfold cross-validation on the development half
_STEPS = 100
_SMALL_STEP = 1e-10


def fit_weights(signs: Sequence[Signs], right: Sequence[bool], ridge: float = RIDGE) -> dict[str, float]:
    """Weights that make the known answers most likely, each drawn towards zero but for the constant.

    Args:
        signs: what is known about each candidate.
        right: whether it was the right city.
        ridge: strength of the draw, in units of half the squared weight.

    Returns:
        A weight for every name of ``SIGNS``, rounded to 4 places.

    Source:
        Newton's method for the penalised likelihood; le Cessie and van Houwelingen (1992), doi 10.2307/2347628.
    """
    names = [name for name in SIGNS if name not in JUDGED]
    x = np.array([[v.get(name, 0.0) for name in names] for v in map(values, signs)])
    y = np.array(right, dtype=float)
    penalty = np.full(len(names), ridge)
    penalty[0] = 1e-6
    return {**dict(zip(names, _newton(x, y, penalty), strict=True)), **JUDGED}


def _newton(x: FloatArray, y: FloatArray, penalty: FloatArray) -> list[float]:
    weights = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-x @ weights))
        slope = x.T @ (y - chance) - penalty * weights
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights += step
        if float(np.abs(step).max()) < _SMALL_STEP:
            break
    return [round(float(weight), 4) for weight in weights]


def known_signs(known: Sequence[Known], matcher: Matcher) -> tuple[list[Signs], list[bool]]:
    """The signs of the likeliest city of each known town, and whether it is right; towns without one are left out."""
    considered = matcher.consider([(item.town, item.country) for item in known])
    signs, right = [], []
    for item, found in zip(known, considered, strict=True):
        best = found.candidates[0] if found.candidates and found.refusal is None else None
        if best and best.is_city and best.signs.has_country:
            outcome = judge(item, matcher.believe(best, found.town), matcher.gazetteer).outcome
            if outcome is not Outcome.UNJUDGED:
                signs.append(best.signs)
                right.append(outcome is Outcome.RIGHT)
    return signs, right
