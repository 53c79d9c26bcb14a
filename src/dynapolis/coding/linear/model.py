"""One scheme learned: a logistic regression over n-grams and cues, with cross-fitted calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dynapolis.coding.linear.calibrate import answer_cut, conformal_cut, softmax, temperature
from dynapolis.coding.linear.features import Matrix
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

STRENGTH = 4.0  # inverse of the penalty
STEPS = 300
FOLDS = 5
FLOOR = -12.0  # score of a code that no training unit has
YES, EVERY_NTH = 0.5, 0.1  # yes/no answers; share of units with several codes from which a scheme counts as such
CALIBRATABLE = 40  # units from which calibration is learned; below, scores are cooled by a fixed amount
COOL = 1.5
DIMENSIONS = 700  # singular vectors that are kept
BOTH = 2


@dataclass(frozen=True)
class Learned:
    """A scheme's weights and what turns scores into answers.

    Attributes:
        codes: all codes of the scheme, in its order.
        weights: shape (n_features, n_codes); of codes nobody had, zero.
        offset: shape (n_codes,).
        heat: temperature of the scores.
        set_cut: probability from which a code is in the prediction set.
        answer_from: probability from which the coder answers.
        several: whether codes are answered one by one, yes or no.
        n_units: learned from.
        held_out: cross-fitted probabilities of the training units, shape (n_units, n_codes).
        truth: their codes as columns, −1 where none.
    """

    codes: tuple[str, ...]
    weights: FloatArray
    offset: FloatArray
    heat: float
    set_cut: float
    answer_from: float
    several: bool
    n_units: int
    held_out: FloatArray
    truth: IntArray

    def scores(self, features: Matrix) -> FloatArray:
        """Shape (n_units, n_codes)."""
        found: FloatArray = np.asarray(features @ self.weights) + self.offset
        return found

    def probabilities(self, scores: FloatArray) -> FloatArray:
        """Calibrated probabilities of scores."""
        return to_probabilities(scores, self.heat, self.several)


@dataclass(frozen=True)
class Task:
    """What a scheme is learned from, and how its answers are to be.

    Attributes:
        features: shape (n_units, n_features).
        given: codes of every unit, the primary one first.
        codes: all codes of the scheme.
        weight: of every unit, such as less for a unit of another codebook; shape (n_units,).
        own: whether a unit is of the codebook itself; calibration uses these alone. Shape (n_units,).
        several: whether a unit may have several codes, answered one by one.
        error_rate: of prediction sets.
        wanted: share of answers to be right.
        least_share: of units to be answered in any case.
        evened: how far codes are evened out: 0 leaves them as frequent as they are, 1 makes all equally frequent.
    """

    features: Matrix
    given: Sequence[Sequence[str]]
    codes: tuple[str, ...]
    weight: FloatArray
    own: BoolArray
    several: bool
    error_rate: float
    wanted: float
    least_share: float
    evened: float = 0.65

    @property
    def place(self) -> dict[str, int]:
        """Columns of the codes."""
        return {code: number for number, code in enumerate(self.codes)}


def learn(task: Task) -> Learned:
    """Fit a scheme and calibrate it on units that each fold had not seen.

    The fit runs in the space of the leading singular vectors of the features: with fewer units than features that loses
    next to nothing of a model with a quadratic penalty, and is many times faster.
    """
    short, back = _shorten(task.features)
    truth = np.array([task.place[row[0]] for row in task.given])
    folds = _folds(truth)
    raw = np.full((len(truth), len(task.codes)), FLOOR)
    for fold in range(FOLDS):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(test) and len(set(truth[train])) > 1:
            weights, offset = _fit(task, short, train)
            raw[test] = short[test] @ weights + offset
    weights, offset = _fit(task, short, np.arange(len(truth)))
    chosen = np.flatnonzero(task.own) if task.own.any() else np.arange(len(truth))
    given = [task.given[int(i)] for i in chosen]
    raw, truth = raw[chosen], truth[chosen]
    heat = COOL
    if len(chosen) >= CALIBRATABLE:
        heat = _heat_of_each(raw, given, task.place) if task.several else temperature(raw, truth)
    p = to_probabilities(raw, heat, task.several)
    best = p.argmax(axis=1)
    right = np.array(
        [task.codes[b] in (row if task.several else row[:1]) for b, row in zip(best, given, strict=True)], float
    )
    return Learned(
        task.codes,
        np.asarray(back @ weights),
        offset,
        heat,
        conformal_cut(p, truth, task.error_rate),
        answer_cut(p.max(axis=1), right, task.wanted, task.least_share),
        task.several,
        len(task.given),
        p,
        truth,
    )


def to_probabilities(scores: FloatArray, heat: float, several: bool) -> FloatArray:
    """Scores as calibrated probabilities: of one code summing to 1, of several each for itself."""
    if several:
        each: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(scores / heat, -30, 30)))
        return each
    return softmax(scores / heat)


def _shorten(features: Matrix) -> tuple[FloatArray, Matrix]:
    """Features in fewer dimensions, shape (n_units, r), and the way from weights there to weights of the features."""
    n = features.shape[0]
    inner = np.asarray((features @ features.T).todense())
    values, vectors = np.linalg.eigh(inner)
    keep = np.argsort(-values)[: min(n, DIMENSIONS)]
    keep = keep[values[keep] > values.max() * 1e-9]
    length = np.sqrt(values[keep])
    short: FloatArray = vectors[:, keep] * length
    return short, np.asarray(features.T @ (vectors[:, keep] / length))


def _folds(truth: IntArray) -> IntArray:
    """Folds that hold every code as evenly as can be; the same for the same units in the same order.

    Units stand in the order of their ids, which are hashes: no order of the registers is left in it.
    """
    folds = np.zeros(len(truth), np.int64)
    start = 0
    for code in np.unique(truth):
        members = np.flatnonzero(truth == code)
        folds[members] = (start + np.arange(len(members))) % FOLDS
        start += len(members)
    return folds


def _fit(task: Task, short: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Weights, shape (r, n_codes), and offsets, from some of the units."""
    n_codes = len(task.codes)
    weights, offset = np.zeros((short.shape[1], n_codes)), np.full(n_codes, FLOOR)
    given = [task.given[int(i)] for i in rows]
    if task.several:
        for code, column in task.place.items():
            has = np.array([code in row for row in given])
            if has.any() and not has.all():
                slope, constant = _regress(short[rows], has, task.weight[rows] * _evened(has, task.evened))
                weights[:, column], offset[column] = slope[-1], constant[-1]
            elif has.all():
                offset[column] = -FLOOR
        return weights, offset
    truth = np.array([task.place[row[0]] for row in given])
    kinds = np.unique(truth)
    if len(kinds) == 1:
        offset[kinds[0]] = 0.0
        return weights, offset
    slopes, constants = _regress(short[rows], truth, task.weight[rows] * _evened(truth, task.evened))
    if len(kinds) == BOTH:  # one row stands for both
        slopes, constants = np.vstack([-slopes[0], slopes[0]]) / 2, np.array([-constants[0], constants[0]]) / 2
    weights[:, kinds], offset[kinds] = slopes.T, constants
    return weights, offset


def _regress(features: FloatArray, truth: Any, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=1e-3)
    model.fit(features, truth, sample_weight=weight)
    return model.coef_, model.intercept_


def _evened(truth: Any, power: float) -> FloatArray:
    """Weights that even codes out in part: rare ones are heard without being invented."""
    _, place, counts = np.unique(truth, return_inverse=True, return_counts=True)
    evened: FloatArray = (len(truth) / (len(counts) * counts[place])) ** power
    return evened


def _heat_of_each(raw: FloatArray, given: Sequence[Sequence[str]], place: dict[str, int]) -> float:
    """One temperature for all yes/no answers: as a choice between yes (the score) and no (zero)."""
    has = np.array([[code in row for code in place] for row in given])
    flat = np.column_stack([np.zeros(raw.size), raw.ravel()])
    return temperature(flat, has.ravel().astype(np.int64))
