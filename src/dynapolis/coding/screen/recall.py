"""How good a reading order was: recall by records read, work saved over sampling, records to a recall.

Sources: Cohen, Hersh, Peterson and Yen (2006), doi 10.1197/jamia.M1929 (WSS); the average place of included records
is the mean "time to discovery" of Ferdinands et al. (2023), doi 10.1186/s13643-023-02257-7, as a share of records.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import BoolArray, IntArray

CURVE_SHARES = (0.01, 0.02, 0.05, *(round(0.1 * step, 1) for step in range(1, 11)))


@dataclass(frozen=True, slots=True)
class OrderQuality:
    """Figures of one reading order; all None where no record is included, since there is nothing to recall.

    Attributes:
        n_records, n_included: size of the list, and how many of it belong.
        records_to_95: records read when 95 % of the included ones were found.
        wss_95: records not read then, as a share of all, less 0.05 (what chance would save).
        records_to_all: records read when all were found.
        mean_place: mean place of the included records, as a share of all records.
        least_to_95: what a perfect order would have to read for 95 %.
    """

    n_records: int
    n_included: int
    records_to_95: int | None
    wss_95: float | None
    records_to_all: int | None
    mean_place: float | None
    least_to_95: int


def order_quality(in_order: BoolArray) -> OrderQuality:
    """Figures of a reading order.

    Args:
        in_order: shape (n_records,): whether the record read first, second, … is included.

    Example:
        >>> found = order_quality(np.array([True, False, True, False, False, False, False, False, False, False]))
        >>> found.records_to_95, round(found.wss_95, 2)
        (3, 0.65)
    """
    n, places = len(in_order), np.flatnonzero(in_order) + 1
    need = records_needed(len(places), 0.95)
    if not len(places):
        return OrderQuality(n, 0, None, None, None, None, 0)
    to_95 = int(places[need - 1])
    wss = (n - to_95) / n - 0.05
    return OrderQuality(n, len(places), to_95, wss, int(places[-1]), float(places.mean() / n), need)


def records_needed(n_included: int, recall: float) -> int:
    """How many included records must be found for a recall.

    Example:
        >>> records_needed(101, 0.95), records_needed(20, 0.95)
        (96, 19)
    """
    return math.ceil(round(n_included * recall, 9))


def recall_curve(in_order: BoolArray, shares: Sequence[float] = CURVE_SHARES) -> list[tuple[int, float]]:
    """Records read and recall then, at shares of the list; empty where nothing is included.

    Example:
        >>> recall_curve(np.array([True, False, False, True]), shares=(0.5, 1.0))
        [(2, 0.5), (4, 1.0)]
    """
    if not in_order.any():
        return []
    found = np.cumsum(in_order) / in_order.sum()
    reads: IntArray = np.array([max(1, round(share * len(in_order))) for share in shares])
    return [(int(n), float(found[n - 1])) for n in reads]
