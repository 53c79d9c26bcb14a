"""Exact bounds on how many included records are left among those not read, from a random sample of them.

No model and no approximation: a sample without replacement from a finite list is hypergeometric. Sources: Clopper and
Pearson (1934), doi 10.1093/biomet/26.4.404, for a finite list Wright (1991), Exact Confidence Bounds when Sampling from
Small Finite Universes, doi 10.1007/978-1-4612-3140-0.
"""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import FloatArray, IntArray


def most_included(n_frame: int, n_sample: int, n_found: int, error: float) -> int:
    """The most included records a list can hold, at a risk of ``error`` that it holds more.

    Args:
        n_frame: records in the list before the sample was drawn.
        n_sample: records drawn at random without replacement, and read.
        n_found: included ones among them.
        error: highest probability with which the bound may be too low.

    Returns:
        included records in the whole list, those of the sample among them.

    Example:
        >>> most_included(100, 0, 0, 0.05), most_included(100, 50, 0, 0.05), most_included(100, 100, 3, 0.05)
        (100, 4, 3)
    """
    low, high = n_found, n_frame - (n_sample - n_found)
    while low < high:  # the chance of so few falls as the list holds more
        middle = (low + high + 1) // 2
        if chance_of_so_few(n_frame, middle, n_sample, n_found) > error:
            low = middle
        else:
            high = middle - 1
    return low


def least_included(n_frame: int, n_sample: int, n_found: int, error: float) -> int:
    """The fewest included records a list can hold, at a risk of ``error`` that it holds fewer.

    Example:
        >>> least_included(100, 50, 0, 0.05), least_included(100, 50, 10, 0.05)
        (0, 14)
    """
    return n_frame - most_included(n_frame, n_sample, n_sample - n_found, error)


def chance_of_so_few(n_frame: int, n_included: int, n_sample: int, n_found: int) -> float:
    """Probability of at most ``n_found`` included records in a sample, if the list holds ``n_included``.

    Example:
        >>> round(chance_of_so_few(10, 2, 5, 0), 4)
        0.2222
    """
    return float(_at_most(*(np.array([value]) for value in (n_frame, n_included, n_sample, n_found)))[0])


def _at_most(n_frame: IntArray, n_included: IntArray, n_sample: IntArray, n_found: IntArray) -> FloatArray:
    """The hypergeometric distribution function, element by element; each number of finds up to the last is added."""
    from scipy.special import gammaln

    def choices(n: IntArray, k: IntArray) -> FloatArray:
        possible = (k >= 0) & (k <= n)
        inside = np.where(possible, k, 0)
        return np.where(possible, gammaln(n + 1) - gammaln(inside + 1) - gammaln(n - inside + 1), -np.inf)

    finds = np.arange(int(n_found.max(initial=0)) + 1)[:, None]
    with np.errstate(over="ignore"):
        each = np.exp(
            choices(n_included, finds) + choices(n_frame - n_included, n_sample - finds) - choices(n_frame, n_sample)
        )
    return np.asarray(np.minimum(np.where(finds <= n_found, each, 0.0).sum(axis=0), 1.0))


def sample_to_rule_out(n_frame: int, n_included: int, error: float) -> int:
    """Records to draw so that a list with ``n_included`` included ones would show one of them, but for ``error``.

    Example:
        >>> sample_to_rule_out(1000, 6, 0.05), sample_to_rule_out(1000, 1, 0.05), sample_to_rule_out(10, 0, 0.05)
        (393, 950, 10)
    """
    if n_included < 1:
        return n_frame
    n_included = min(n_included, n_frame)
    low, high = 1, n_frame
    while low < high:
        middle = (low + high) // 2
        if chance_of_so_few(n_frame, n_included, middle, 0) <= error:
            high = middle
        else:
            low = middle + 1
    return low


def smallest_chance(n_left: IntArray, n_read_since: IntArray, n_found_since: IntArray, n_fatal: IntArray) -> float:
    """Smallest chance over several beginnings of having found so few since, if so many were left at that point.

    Args:
        n_left: shape (n,), records unread at each beginning.
        n_read_since: shape (n,), records read since then.
        n_found_since: shape (n,), included ones among them.
        n_fatal: shape (n,), included records at the beginning that would make the recall too low.
    """
    possible = n_fatal <= n_left
    if not len(possible):
        return 1.0
    chances = np.where(possible, _at_most(n_left, np.minimum(n_fatal, n_left), n_read_since, n_found_since), 0.0)
    return float(chances.min())
