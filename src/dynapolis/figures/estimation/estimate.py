"""An estimated share, and the numbers every estimator starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.sample import SampleUnit


@dataclass(frozen=True, slots=True)
class ShareEstimate:
    """A share with its interval.

    Attributes:
        method: name of the estimator, such as ``difference``.
        share: the estimate, 0 to 1.
        low, high: its interval.
        level: share of samples whose interval should hold the truth.
        by_design: whether that rests on how units were drawn alone; if not, the estimate is for comparison.
    """

    method: str
    share: float
    low: float
    high: float
    level: float
    by_design: bool


@dataclass(frozen=True, slots=True)
class Population:
    """A checked population as arrays; labelled units in the order of ``sampled``.

    Attributes:
        score: shape (n_units,), the model's probability of the code.
        stratum: shape (n_units,), numbers of strata.
        size: shape (n_strata,), units of each stratum.
        sampled: shape (n_labels,), numbers of the labelled units.
        label: shape (n_labels,), 1 where people gave the code, else 0.
    """

    score: FloatArray
    stratum: IntArray
    size: IntArray
    sampled: IntArray
    label: FloatArray

    @property
    def weight(self) -> FloatArray:
        """Share of each stratum in the population, shape (n_strata,)."""
        return np.asarray(self.size / self.size.sum())

    @property
    def n_labels(self) -> IntArray:
        """Labelled units of each stratum, shape (n_strata,)."""
        return np.bincount(self.stratum[self.sampled], minlength=len(self.size))

    @property
    def unlabelled(self) -> IntArray:
        """Numbers of the units that nobody labelled."""
        return np.setdiff1d(np.arange(len(self.score)), self.sampled)

    @property
    def has_one_rate(self) -> bool:
        """Whether every unit could be drawn with the same probability, up to rounding to whole units."""
        expected = self.size * len(self.sampled) / self.size.sum()
        return bool((np.abs(self.n_labels - expected) <= 1).all())


def read_population(units: Sequence[SampleUnit]) -> Population:
    """Units that ``check_sample`` found no fault with, as arrays; units without a score have 0."""
    names = sorted({unit.stratum for unit in units})
    stratum = np.array([names.index(unit.stratum) for unit in units], dtype=np.int64)
    sampled = np.array([n for n, unit in enumerate(units) if unit.label is not None], dtype=np.int64)
    return Population(
        np.array([unit.score or 0.0 for unit in units]),
        stratum,
        np.bincount(stratum, minlength=len(names)),
        sampled,
        np.array([units[n].label for n in sampled], dtype=float),
    )


def means_by(groups: IntArray, values: FloatArray, n_groups: int) -> FloatArray:
    """Mean of each group, 0 for an empty one."""
    count = np.bincount(groups, minlength=n_groups)
    return np.asarray(np.bincount(groups, values, minlength=n_groups) / np.maximum(count, 1))
