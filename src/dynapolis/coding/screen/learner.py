"""The learner: one linear model a view, retrained from where it was after each decision; their scores add up.

Models that see different things err on different records. The last included records, which decide how much must be
read, are those that one view alone would put far down; the sum over views brings them forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dynapolis.coding.screen.margin import balanced_weights, fit_margin
from dynapolis.coding.screen.views import VIEWS, View, view_matrices
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class LearnerSettings:
    """What the learner is; part of every record made with it.

    Attributes:
        name: name and version; another behaviour has another name.
        views: what it sees.
        cost: C of the support vector machines.
        ratio: how much the included records count together against the others.
        tolerance: how exactly the models are fitted, see ``fit_margin``.
    """

    name: str = "views-1"
    views: tuple[View, ...] = VIEWS
    cost: float = 0.11
    ratio: float = 3.0
    tolerance: float = 0.01


class Learner:
    """Scores records by what was decided so far. Keeps its weights, so that the next training is short.

    Example:
        >>> learner = Learner(["smart tram", "smart bus", "bird song", "bird nest"] * 5, [""] * 20)
        >>> scores = learner.scores(np.array([0, 2]), np.array([True, False]))
        >>> bool(scores[1] > scores[3])
        True
    """

    def __init__(
        self, titles: Sequence[str], abstracts: Sequence[str], settings: LearnerSettings = LearnerSettings()
    ) -> None:
        self._settings = settings
        self._views = [_with_bias(matrix) for matrix in view_matrices(titles, abstracts, settings.views)]
        self.forget()

    def forget(self) -> None:
        """Begin anew: the next scores depend on nothing that was learned before."""
        self._planes = [np.zeros(matrix.shape[1]) for matrix in self._views]

    def scores(self, read: IntArray, included: BoolArray) -> FloatArray:
        """Score of every record, shape (n_records,): the higher, the more like those included.

        Args:
            read: places of the records that were read.
            included: shape of ``read``; both values must occur.

        Raises:
            ValueError: only one of the two decisions occurs; there is nothing to tell apart.
        """
        if included.all() or not included.any():
            raise ValueError("a learner needs at least one included and one excluded record")
        weights = balanced_weights(included, ratio=self._settings.ratio)
        unread = np.ones(self._views[0].shape[0], dtype=bool)
        unread[read] = False
        total = np.zeros(len(unread))
        for place, (view, matrix) in enumerate(zip(self._settings.views, self._views, strict=True)):
            self._planes[place] = fit_margin(
                matrix[read], included, weights, self._planes[place],
                cost=self._settings.cost, tolerance=self._settings.tolerance,
            )  # fmt: skip
            total += view.weight * _standardised(matrix @ self._planes[place], unread)
        return total


def _standardised(scores: FloatArray, among: BoolArray) -> FloatArray:
    """Scores with mean 0 and standard deviation 1 over the unread records, so that views can be added."""
    if not among.any():
        return scores
    return np.asarray((scores - scores[among].mean()) / (scores[among].std() + 1e-9))


def _with_bias(matrix: csr_matrix) -> csr_matrix:
    from scipy.sparse import csr_matrix, hstack

    return csr_matrix(hstack([matrix, np.ones((matrix.shape[0], 1))]))
