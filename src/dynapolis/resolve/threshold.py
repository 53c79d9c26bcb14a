"""Where probabilities are cut into three bands, so that the share of errors to be expected stays below a limit.

A calibrated probability tells its own error: among pairs joined, the expected share of wrong ones is the mean of one
minus the probability. With judged pairs the same is counted and given an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta

from dynapolis.errors import BadUse
from dynapolis.model.arrays import FloatArray

SAME, REVIEW, DIFFERENT = "same", "review", "different"
EVEN, NEVER = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Bands:
    """Two thresholds: from ``same`` on the rule joins, below ``different`` it leaves apart; people decide between."""

    same: float
    different: float

    def of(self, probability: float) -> str:
        """The band of a probability.

        Example:
            >>> [Bands(0.9, 0.1).of(p) for p in (0.95, 0.5, 0.05)]
            ['same', 'review', 'different']
        """
        return SAME if probability >= self.same else DIFFERENT if probability < self.different else REVIEW


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its numerator, denominator and an interval of 95 %."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share; none where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None


def choose_bands(probability: FloatArray, *, most_wrong: float = 0.01, most_missed: float = 0.01) -> Bands:
    """Thresholds at which the expected errors stay below two limits.

    Args:
        probability: of every candidate pair.
        most_wrong: the largest expected share of wrong ones among the pairs called the same.
        most_missed: the largest expected share of all pairs that are one thing among the pairs called different.

    Returns:
        the lowest threshold for "same" and the highest for "different" that keep the limits. ``same`` is never below
        one half, and above 1 where no threshold keeps the limit: then nothing is joined.

    Raises:
        BadUse: a limit is not between 0 and 1.

    Source: local and tail false discovery rates, Efron (2008), doi 10.1214/07-STS236; for linkage Belin and Rubin
        (1995), doi 10.1080/01621459.1995.10476563.

    Example:
        >>> choose_bands(np.array([0.99, 0.98, 0.6, 0.001]), most_wrong=0.02, most_missed=0.01)
        Bands(same=0.98, different=0.6)
    """
    for limit in (most_wrong, most_missed):
        if not 0 < limit < 1:
            raise BadUse(f"a limit of errors is {limit}; expected a share between 0 and 1")
    falling = np.sort(np.asarray(probability, dtype=float))[::-1]
    if not len(falling):
        return Bands(NEVER, 0.0)
    wrong = np.cumsum(1 - falling) / np.arange(1, len(falling) + 1)
    kept = np.flatnonzero((wrong <= most_wrong) & _ends_a_tie(falling))
    same = max(float(falling[kept[-1]]), EVEN) if len(kept) else NEVER
    rising = falling[::-1]
    missed = np.cumsum(rising) / max(float(rising.sum()), 1e-300)
    below = np.flatnonzero(missed > most_missed)
    different = float(rising[below[0]]) if len(below) else 0.0
    return Bands(same, min(different, same))


def _ends_a_tie(falling: FloatArray) -> Any:
    """Places after which the value changes: pairs of one probability are in one band."""
    return np.append(falling[1:] != falling[:-1], True)


def expected_wrong(probability: FloatArray, threshold: float) -> float:
    """The expected share of wrong ones among the pairs of at least a threshold; 0 where there are none."""
    chosen = probability[probability >= threshold]
    return float((1 - chosen).mean()) if len(chosen) else 0.0


def expected_missed(probability: FloatArray, threshold: float) -> float:
    """The expected share of all pairs that are one thing among those below a threshold."""
    total = float(probability.sum())
    return float(probability[probability < threshold].sum()) / total if total else 0.0


def counted_share(right: Sequence[bool]) -> Share:
    """The share of true values with its exact interval.

    Source: Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404.

    Example:
        >>> counted_share([True] * 10).low > 0.69
        True
    """
    return share_of(sum(right), len(right))


def share_of(part: int, whole: int) -> Share:
    """The same from its two counts."""
    low = float(beta.ppf(0.025, part, whole - part + 1)) if part else 0.0
    high = float(beta.ppf(0.975, part + 1, whole - part)) if part < whole else 1.0
    return Share(part, whole, low, high)
