"""In which order records are read: a start that finds one record of each kind, then the most promising first."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

RETRAIN_SHARE = 1 / 15  # a batch is at most this share of what was read, at least one record


class Start(StrEnum):
    """How reading begins.

    ``TOP``: from the top of the file until one included and one excluded record were seen (ASReview's default).
    ``SEEDS``: one included and one excluded record, drawn at random, are known beforehand (its 1 + 1 priors).
    ``RANDOM``: in random order until one of each was seen; what a real screening without known records does.
    """

    TOP = "top"
    SEEDS = "seeds"
    RANDOM = "random"


def starting_order(start: Start, included: BoolArray, file_order: IntArray, rng: np.random.Generator) -> IntArray:
    """Places of the records that are read before a learner can be trained.

    Args:
        start: how to begin.
        included: shape (n_records,), the labels of a replay.
        file_order: places of the records in the order of their file.
        rng: draws the order or the seeds.

    Returns:
        places in reading order; all of them where only one kind of record occurs.

    Example:
        >>> labels = np.array([False, False, True, False])
        >>> starting_order(Start.TOP, labels, np.arange(4), np.random.default_rng(1)).tolist()
        [0, 1, 2]
    """
    if start is Start.SEEDS and included.any() and not included.all():
        return np.array([rng.choice(np.flatnonzero(kind)) for kind in (included, ~included)], dtype=np.int64)
    order = file_order if start is Start.TOP else rng.permutation(len(included))
    seen = included[order]
    if len(seen) and seen.any() and not seen.all():
        return np.asarray(order[: int(np.argmax(seen != seen[0])) + 1])
    return np.asarray(order)


def next_batch(scores: FloatArray, unread: BoolArray, n_wanted: int) -> IntArray:
    """The unread records with the highest scores, best first; of equal ones those that stand first.

    Example:
        >>> next_batch(np.array([0.1, 0.9, 0.9, 0.5]), np.array([True, True, True, False]), 2).tolist()
        [1, 2]
    """
    places = np.flatnonzero(unread)
    return np.asarray(places[np.argsort(-scores[places], kind="stable")[:n_wanted]])


def batch_size(n_read: int, share: float = RETRAIN_SHARE) -> int:
    """How many records are read before the next training: one at first, more when one decision changes little.

    Example:
        >>> batch_size(10), batch_size(300)
        (1, 20)
    """
    return max(1, int(n_read * share))


def canonical_order(ids: Sequence[str]) -> list[int]:
    """Places sorted by id: the order in which a learner sees records, however their file has them."""
    return sorted(range(len(ids)), key=lambda place: ids[place])
