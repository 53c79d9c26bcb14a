"""Which units people should code: strata by score, how many of each, and the draw with its recorded probabilities.

Source: strata with equal sums of the square root of the density, Dalenius and Hodges (1959), doi
10.1080/01621459.1959.10501501, taken here over the scores' expected deviation; allocation in proportion to size and
deviation, Neyman (1934), doi 10.2307/2342192.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

Allocation = Literal["proportional", "neyman"]
FEWEST = 4  # labels of a stratum at the least, where it has as many units: two would tell little of its spread
LEAST_SHARE = 0.01  # a model that gives a stratum no chance at all is not believed beyond this


@dataclass(frozen=True, slots=True)
class Draw:
    """A drawn sample: which units, and the probability every unit of the population had; both of shape (n_units,)."""

    drawn: BoolArray
    inclusion: FloatArray


def strata_by_score(score: FloatArray, n_strata: int) -> IntArray:
    """Number of each unit's stratum, from the lowest scores to the highest, shape (n_units,).

    Each holds about the same sum of √f, so that high scores, where labels differ most, are cut finer. Equal scores stay
    together, so that there may be fewer strata than asked for.

    Example:
        >>> strata_by_score(np.array([0.01, 0.01, 0.01, 0.01, 0.04, 0.04, 0.9]), 2).tolist()
        [0, 0, 0, 0, 0, 0, 1]
    """
    values, of_unit, count = np.unique(score, return_inverse=True, return_counts=True)
    mass = np.cumsum(count * np.sqrt(np.maximum(values, LEAST_SHARE)))
    place = np.minimum((mass / mass[-1] * n_strata - 1e-9).astype(np.int64), n_strata - 1)
    return np.asarray(np.unique(place, return_inverse=True)[1][of_unit], dtype=np.int64)


def allocate(size: IntArray, n: int, allocation: Allocation, mean_score: FloatArray | None = None) -> IntArray:
    """How many units of each stratum to draw, n in all.

    Args:
        size: units of each stratum, shape (n_strata,).
        n: labels that people can give; at least two a stratum, and no more than there are units.
        allocation: in proportion to size, or to size times the deviation expected from the mean score (Neyman).
        mean_score: mean score of each stratum, for Neyman.

    Raises:
        ValueError: n is not possible.

    Example:
        >>> allocate(np.array([900, 100]), 100, "proportional").tolist()
        [90, 10]
        >>> allocate(np.array([900, 100]), 100, "neyman", np.array([0.01, 0.5])).tolist()
        [64, 36]
    """
    fewest = np.minimum(size, 2)
    if not fewest.sum() <= n <= size.sum():
        raise ValueError(f"n must lie between {fewest.sum()}, two a stratum, and {size.sum()}, all units")
    likely = np.full(len(size), 0.5)
    if allocation == "neyman" and mean_score is not None:
        likely = np.clip(mean_score, LEAST_SHARE, 1 - LEAST_SHARE)
    wish = size * np.sqrt(likely * (1 - likely))
    floor = np.minimum(size, FEWEST)
    given = (floor if floor.sum() <= n else fewest).astype(np.int64)
    for _ in range(n - int(given.sum())):  # each next label where it is missed most
        given[np.argmax(np.where(given < size, wish / (given + 0.5), -1.0))] += 1
    return given


def draw_sample(stratum: IntArray, sizes: Sequence[int] | IntArray, rng: np.random.Generator) -> Draw:
    """A simple random sample of so many units of each stratum.

    Args:
        stratum: shape (n_units,), numbers of strata.
        sizes: how many of each, shape (n_strata,).
        rng: the source of chance.
    """
    drawn = np.zeros(len(stratum), dtype=bool)
    inclusion = np.zeros(len(stratum))
    for number, n in enumerate(sizes):
        members = np.flatnonzero(stratum == number)
        drawn[rng.choice(members, int(n), replace=False)] = True
        inclusion[members] = n / len(members)
    return Draw(drawn, inclusion)
