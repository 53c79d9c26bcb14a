"""Capture histories: how many units stand in which of several lists, and in no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from dynapolis.model.arrays import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Units by the lists they stand in.

    Attributes:
        lists: names of the lists.
        counts: units per history, shape (2, …, 2), one axis per list, index 1 for "in it". The cell of the units in no
            list is 0: it is what is asked for.
    """

    lists: tuple[str, ...]
    counts: IntArray

    @property
    def n_found(self) -> int:
        """Units in at least one list."""
        return int(self.counts.sum())

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units in each list."""
        return tuple(int(self.counts.take(1, axis=n).sum()) for n in range(len(self.lists)))

    @property
    def by_times(self) -> tuple[int, ...]:
        """Units that stand in exactly 0, 1, 2, … lists."""
        times = np.indices(self.counts.shape).sum(axis=0)
        return tuple(int(self.counts[times == n].sum()) for n in range(len(self.lists) + 1))

    @property
    def n_shared(self) -> int:
        """Units that stand in two lists or more."""
        return sum(self.by_times[2:])

    @property
    def sample_coverage(self) -> float:
        """One minus the mean share of each list that stands in no other (Chao and Tsay 1998, equation 14).

        NaN where a list is empty.
        """
        alone = [self.counts[tuple(int(i == n) for i in range(len(self.lists)))] for n in range(len(self.lists))]
        shares = [float(a) / n if n else np.nan for a, n in zip(alone, self.sizes, strict=True)]
        return 1.0 - float(np.mean(shares))

    def without_empty_lists(self) -> Histories:
        """The same without lists in which nothing stands: they overlap with none."""
        full = [n for n, size in enumerate(self.sizes) if size]
        empty = tuple(n for n, size in enumerate(self.sizes) if not size)
        return Histories(tuple(self.lists[n] for n in full), self.counts.sum(axis=empty))

    def rows(self) -> tuple[IntArray, IntArray]:
        """Every history that can be seen, shape (2^k − 1, k), and its units, shape (2^k − 1,); 1…1 comes first."""
        patterns = np.array(list(product((1, 0), repeat=len(self.lists)))[:-1], dtype=np.int64)
        return patterns, self.counts[tuple(patterns.T)]


def count_histories(lists: Sequence[str], units: Iterable[Iterable[str]]) -> Histories:
    """Histories of units, each given by the lists it stands in; a unit in none of ``lists`` is passed over.

    Example:
        >>> found = count_histories(["a", "b"], [{"a"}, {"a"}, {"b"}, {"a", "b"}, {"c"}])
        >>> found.counts.tolist(), found.sizes, found.n_shared
        ([[0, 1], [2, 1]], (3, 2), 1)
    """
    counts = np.zeros((2,) * len(lists), dtype=np.int64)
    for unit in units:
        counts[tuple(int(name in unit) for name in lists)] += 1
    counts[(0,) * len(lists)] = 0
    return Histories(tuple(lists), counts)


def from_rows(lists: Sequence[str], numbers: Sequence[int]) -> Histories:
    """Histories from numbers in the order of ``Histories.rows``, as papers print them: 111, 110, 101, 100, 011, …

    Example:
        >>> from_rows(["a", "b"], [167, 781, 254]).sizes
        (948, 421)
    """
    counts = np.zeros(2 ** len(lists), dtype=np.int64)
    counts[1:] = list(reversed(numbers))
    return Histories(tuple(lists), counts.reshape((2,) * len(lists)))
