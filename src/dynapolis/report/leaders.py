"""Which of several is the largest, as far as chance lets us say: the one rule behind every "has the most"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dynapolis.figures.chance import draw_counts, draw_shares, probability_of_most
from dynapolis.report.data import ReportData

N_DRAWS = 4000
CLEAR, LEADING = 0.9, 0.5


@dataclass(frozen=True, slots=True)
class Leader:
    """Which of several is the largest, as far as chance lets us say.

    ``verdict``: "clear" (P ≥ 0.9), "leading" (P ≥ 0.5) or "inseparable"; ``names`` are then the fewest that hold 0.9.
    """

    verdict: str
    names: tuple[str, ...]
    probabilities: tuple[float, ...] = field(default=())


def find_leader(names: Sequence[str], probabilities: Sequence[float]) -> Leader:
    """The verdict from the probabilities of being the largest.

    Example:
        >>> find_leader(["a", "b", "c"], [0.2, 0.75, 0.05]).verdict
        'leading'
        >>> find_leader(["a", "b", "c"], [0.48, 0.45, 0.07]).names
        ('a', 'b')
    """
    order = sorted(range(len(names)), key=lambda n: (-probabilities[n], n))
    ordered = tuple(names[n] for n in order)
    chances = tuple(float(probabilities[n]) for n in order)
    if chances[0] >= CLEAR:
        return Leader("clear", ordered[:1], chances[:1])
    if chances[0] >= LEADING:
        return Leader("leading", ordered[:2], chances[:2])
    k = int(np.searchsorted(np.cumsum(chances), CLEAR - 1e-12)) + 1
    return Leader("inseparable", ordered[:k], chances[:k])


def leader_of_counts(data: ReportData, counts: dict[str, int]) -> Leader:
    """Which count is the largest, over Gamma–Poisson draws."""
    rng = np.random.default_rng([int(data.edition.inputs["seed"]), len(counts)])
    return find_leader(list(counts), list(probability_of_most(draw_counts(list(counts.values()), N_DRAWS, rng))))


def leader_of_shares(data: ReportData, counts: dict[str, int]) -> Leader:
    """Which part of a whole is the largest, over Dirichlet draws."""
    rng = np.random.default_rng([int(data.edition.inputs["seed"]), len(counts), 1])
    return find_leader(list(counts), list(probability_of_most(draw_shares(list(counts.values()), N_DRAWS, rng))))
