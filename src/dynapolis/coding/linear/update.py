"""Learning again after one decision, fast enough to wait for: the model is moved, not made anew.

A decision adds one step of stochastic gradient on the decided unit, and one on a few earlier decisions so that they are
not forgotten. Scores of the whole list are kept and moved with the weights. Calibration stays as it was learned; now
and then everything is learned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from dynapolis.coding.linear.coder import LinearCoder
from dynapolis.coding.linear.features import Matrix, cue_features
from dynapolis.coding.linear.model import Learned
from dynapolis.model.arrays import FloatArray
from dynapolis.model.suggestion import UnitText

RATE = 1.0  # of the step on a unit of length 1
REMEMBERED = 8  # earlier decisions that are looked at again


@dataclass
class Updated:
    """A scheme of a trained coder over one list, moved by decisions.

    Attributes:
        model: what was learned before the list.
        features: of the list, shape (n_units, n_features).
        scores: of the list now, shape (n_units, n_codes).
        decided: units with the columns of their codes, in the order of the decisions.
    """

    model: Learned
    features: Matrix
    scores: FloatArray
    decided: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, coder: LinearCoder, units: Sequence[UnitText], scheme: str) -> Updated:
        """Ready for decisions on these units."""
        counted = coder.lexicon.count(units)
        grams = coder.grams.features(counted, coder.lexicon.words)
        features = sparse.hstack([grams, cue_features(counted, coder.lexicon, scheme)]).tocsr()
        model = coder.learned[scheme]
        return cls(model, features, model.scores(features))

    def decide(self, unit: int, code: str) -> None:
        """A person says which code a unit has.

        Raises:
            ValueError: the scheme has no such code.
        """
        column = self.model.codes.index(code)
        self.decided.append((unit, column))
        for place, truth in [self.decided[-1], *self.decided[-1 - REMEMBERED : -1]]:
            self._step(place, truth)

    def _step(self, unit: int, column: int) -> None:
        row = self.features[unit]
        length = float(row.multiply(row).sum()) or 1.0
        p = self.model.probabilities(self.scores[unit : unit + 1])[0]
        toward = -p
        toward[column] += 1.0
        near = np.asarray((self.features @ row.T).todense()).ravel() / length
        self.scores += RATE * self.model.heat * np.outer(near, toward)

    def probabilities(self) -> FloatArray:
        """Of the whole list now, shape (n_units, n_codes)."""
        return self.model.probabilities(self.scores)
