"""Weights by people: budgets shared out by experts, and comparisons of two children at a time (AHP)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.arrays import FloatArray

# Mean consistency index of random comparisons of n things, n = 0 to 15: Saaty, The Analytic Hierarchy Process (1980).
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
RECIPROCAL = 0.02  # how far a_ij × a_ji may be from 1: a third written as 0.33 passes


@dataclass(frozen=True, slots=True)
class Budget:
    """Weights of several experts.

    Attributes:
        weights: mean over experts, shape (k,), adding up to 1.
        spread: standard deviation over experts (n − 1), shape (k,); 0 for one expert.
        low, high: least and greatest share that an expert gave, shape (k,).
        shares: of each expert, shape (n_experts, k), each adding up to 1.
    """

    weights: FloatArray
    spread: FloatArray
    low: FloatArray
    high: FloatArray
    shares: FloatArray


def budget_allocation(points: FloatArray) -> Budget:
    """Mean and spread of budgets; each expert counts the same, however many points they had to give.

    Args:
        points: shape (n_experts, k), none below 0, each expert giving some.

    Source:
        OECD/JRC Handbook (2008), doi 10.1787/9789264043466-en, step 6.

    Example:
        >>> found = budget_allocation(np.array([[60.0, 40.0], [2.0, 8.0]]))
        >>> found.weights.round(9).tolist(), found.spread.round(4).tolist()
        ([0.4, 0.6], [0.2828, 0.2828])
    """
    shares = points / points.sum(axis=1, keepdims=True)
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.zeros(shares.shape[1])
    return Budget(shares.mean(axis=0), spread, shares.min(axis=0), shares.max(axis=0), shares)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Weights from comparisons.

    Attributes:
        weights: principal eigenvector, shape (k,), adding up to 1.
        greatest: the principal eigenvalue, k if all comparisons agree with each other, else more.
        consistency_index: (greatest − k) / (k − 1).
        consistency_ratio: the same over that of random comparisons; above 0.1 they contradict each other too much.
    """

    weights: FloatArray
    greatest: float
    consistency_index: float
    consistency_ratio: float


def analytic_hierarchy(comparisons: FloatArray) -> Hierarchy:
    """Weights from how many times as important one child is as another.

    Args:
        comparisons: shape (k, k), above 0; the mirrored cell holds the reciprocal, the diagonal 1.

    Raises:
        BadUse: not square, not above 0, not reciprocal, or of more children than random indices are known for (15).

    Source:
        Saaty (1977), A scaling method for priorities in hierarchical structures, doi 10.1016/0022-2496(77)90033-5.

    Example:
        >>> found = analytic_hierarchy(np.array([[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]))
        >>> found.weights.round(6).tolist(), round(found.consistency_ratio, 6)
        ([0.571429, 0.285714, 0.142857], 0.0)
    """
    _require_comparisons(comparisons)
    k = len(comparisons)
    sizes, vectors = np.linalg.eig(comparisons)
    place = int(np.argmax(sizes.real))
    weights = np.abs(vectors[:, place].real)
    greatest = max(float(sizes[place].real), float(k))
    index = (greatest - k) / (k - 1) if k > 1 else 0.0
    ratio = index / RANDOM_INDEX[k] if RANDOM_INDEX[k] else 0.0
    return Hierarchy(weights / weights.sum(), greatest, index, ratio)


def _require_comparisons(comparisons: FloatArray) -> None:
    what = "Comparisons of an analytic hierarchy"
    if comparisons.ndim != 2 or comparisons.shape[0] != comparisons.shape[1] or not comparisons.size:
        raise BadUse(f"{what}: found a table of shape {comparisons.shape}; expected a row and a column for each child.")
    if len(comparisons) >= len(RANDOM_INDEX):
        most = len(RANDOM_INDEX) - 1
        raise BadUse(f"{what}: found {len(comparisons)} children; expected at most {most}; group them first.")
    if not (np.isfinite(comparisons) & (comparisons > 0)).all():
        raise BadUse(
            f"{what}: found a number that is not above 0; write how many times as important, such as 3 or 1/3."
        )
    wrong = np.argwhere(np.abs(comparisons * comparisons.T - 1) > RECIPROCAL)
    if len(wrong):
        row, column = (int(place) for place in wrong[0])
        a, b = comparisons[row, column], comparisons[column, row]
        raise BadUse(
            f"{what}: row {row + 1}, column {column + 1}: found {a:.6g} and {b:.6g} across the diagonal; expected "
            "each the reciprocal of the other (1 on the diagonal); correct one."
        )
