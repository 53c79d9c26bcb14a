"""A linear support vector machine that goes on from where it was: squared hinge loss, Newton steps.

After one more decision the best weights are close to the ones before, so a step or two is enough; that makes
retraining after every decision cheap. The function it minimises is that of LIBLINEAR's L2-regularised, L2-loss SVM
with a bias among the weights: ½ w·w + C Σ s_i max(0, 1 − y_i w·x_i)².

Source: Keerthi and DeCoste (2005), A modified finite Newton method for fast solution of large scale linear SVMs,
JMLR 6, 341–361.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

_MOST_STEPS, _MOST_INNER, _SHORTEST = 30, 40, 1e-4


def balanced_weights(included: BoolArray, *, ratio: float) -> FloatArray:
    """Weights of records such that the included ones together count ``ratio`` times as much as the others.

    Their mean is 1.

    Example:
        >>> balanced_weights(np.array([True, False, False]), ratio=2.0)
        array([2. , 0.5, 0.5])
    """
    n_in = int(included.sum())
    weights = np.where(included, 1.0, n_in / (ratio * max(len(included) - n_in, 1)))
    return np.asarray(weights * (len(weights) / weights.sum()))


def fit_margin(
    rows: csr_matrix, included: BoolArray, weights: FloatArray, start: FloatArray, *, cost: float, tolerance: float
) -> FloatArray:
    """Weights of the separating plane.

    Args:
        rows: shape (n_read, n_terms), the last column all 1 for the bias.
        included: shape (n_read,), both values occur.
        weights: shape (n_read,), how much each record counts.
        start: shape (n_terms,), where to begin; zeros or the weights of the last fit.
        cost: C, how much a wrong record costs against long weights.
        tolerance: the gradient's length at the end, as a share of its length at weights of zero.

    Returns:
        shape (n_terms,).

    Example:
        >>> from scipy.sparse import csr_matrix
        >>> x = csr_matrix([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
        >>> w = fit_margin(x, np.array([True, False]), np.ones(2), np.zeros(3), cost=1.0, tolerance=1e-6)
        >>> (x @ w).round(2)
        array([ 0.67, -0.67])
    """
    across = rows.T
    side, price = np.where(included, 1.0, -1.0), 2 * cost * weights
    enough = tolerance * _length(across @ (price * side))
    plane, margin = start.copy(), side * (rows @ start)
    for _ in range(_MOST_STEPS):
        lack = np.maximum(0.0, 1 - margin)
        gradient = plane - across @ (price * side * lack)
        if _length(gradient) <= enough:
            break
        step = _newton_step(rows, across, price * (lack > 0), gradient)
        turn = side * (rows @ step)
        length = _step_length(plane, margin, step, turn, price, _dot(gradient, step))
        plane, margin = plane + length * step, margin + length * turn
    return plane


def _newton_step(rows: csr_matrix, across: csc_matrix, price: FloatArray, gradient: FloatArray) -> FloatArray:
    """The step that the curvature asks for, by conjugate gradients, to a tenth of the gradient's length."""
    step = np.zeros_like(gradient)
    rest = -gradient
    way, size = rest.copy(), _dot(rest, rest)
    enough = 0.01 * size
    for _ in range(_MOST_INNER):
        bend = way + across @ (price * (rows @ way))
        by = size / _dot(way, bend)
        step += by * way
        rest -= by * bend
        size, before = _dot(rest, rest), size
        if size <= enough:
            break
        way = rest + (size / before) * way
    return step


def _step_length(
    plane: FloatArray, margin: FloatArray, step: FloatArray, turn: FloatArray, price: FloatArray, slope: float
) -> float:
    """1, or the first halving of it that lowers the loss enough (Armijo)."""

    def loss(length: float) -> float:
        moved = plane + length * step
        lack = np.maximum(0.0, 1 - margin - length * turn)
        return (_dot(moved, moved) + _dot(price, lack**2)) / 2

    now, length = loss(0.0), 1.0
    while loss(length) > now + 1e-4 * length * slope and length > _SHORTEST:
        length /= 2
    return length


def _dot(left: FloatArray, right: FloatArray) -> float:
    """A product of vectors on one core: the many threads of a BLAS wait for each other longer than they compute."""
    return float(np.einsum("i,i->", left, right))


def _length(vector: FloatArray) -> float:
    return math.sqrt(_dot(vector, vector))
