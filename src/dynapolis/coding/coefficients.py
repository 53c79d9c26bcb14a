"""Measures of agreement beside nominal alpha: alpha for ordered codes, Gwet's AC1, and what is taken for what.

Sources: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability" (ordinal metric); Gwet (2008), "Computing
inter-rater reliability and its variance in the presence of high agreement", British Journal of Mathematical and
Statistical Psychology 61.
"""

from __future__ import annotations

import numpy as np

from dynapolis.model.arrays import FloatArray, IntArray

DOMINANT = 0.8  # share of one code from which alpha says little of how often coders agree, and AC1 is shown beside it


def count_codes(codes: IntArray, n_codes: int) -> FloatArray:
    """How many coders gave each unit each code, shape (n_units, n_codes).

    Args:
        codes: shape (n_coders, n_units); −1 where a coder gave none.
        n_codes: codes of the scheme.
    """
    counts = np.zeros((codes.shape[1], n_codes))
    for row in codes:
        given = row >= 0
        counts[np.flatnonzero(given), row[given]] += 1
    return counts


def coincidences(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Pairs of codes within units, each unit's pairs divided by its number of codes less one; shape (n_codes, n_codes).

    Args:
        counts: shape (n_units, n_codes); units with fewer than two codes say nothing.
        weights: of the units, as in a resample; each once if not given.
    """
    size = counts.sum(axis=1)
    usable = size >= 2
    counts, size = counts[usable], size[usable]
    w = (np.ones(len(counts)) if weights is None else weights[usable]) / np.maximum(size - 1, 1)
    pairs: FloatArray = (counts * w[:, None]).T @ counts - np.diag(w @ counts)
    return pairs


def alpha_ordinal(counts: FloatArray, weights: FloatArray | None = None) -> float:
    """Krippendorff's alpha for codes in order: mistaking neighbours counts less than mistaking ends.

    Args:
        counts: shape (n_units, n_codes), codes in their order; units that have a code outside the order are left out by
            the caller.
        weights: of the units.

    Returns:
        alpha; NaN where only one code occurs, since it cannot be computed then.
    """
    pairs = coincidences(counts, weights)
    totals = pairs.sum(axis=1)
    n = totals.sum()
    between = np.cumsum(totals) - totals / 2
    distance = (between[None, :] - between[:, None]) ** 2
    expected = float((totals[:, None] * totals[None, :] * distance).sum())
    if n <= 1 or expected == 0:
        return float("nan")
    return float(1 - (n - 1) * (pairs * distance).sum() / expected)


def gwet_ac1(counts: FloatArray) -> float:
    """Gwet's AC1: agreement corrected by how hard the codes are to tell apart, not by how often each is used.

    Where one code dominates, alpha may be near zero while coders nearly always agree; AC1 then stays near what they
    agree on.

    Args:
        counts: shape (n_units, n_codes); units without a code are left out.

    Returns:
        AC1; NaN where no unit has two codes, or the scheme has one code only.

    Example:
        >>> import numpy as np
        >>> gwet_ac1(np.array([[2.0, 0.0], [2.0, 0.0]]))
        1.0
    """
    counts = counts[counts.sum(axis=1) > 0]
    size = counts.sum(axis=1)
    usable = size >= 2
    n_codes = counts.shape[1]
    if not usable.any() or n_codes < 2:  # noqa: RUF100
        return float("nan")
    agreed = (counts * (counts - 1)).sum(axis=1)[usable] / (size * (size - 1))[usable]
    shares = (counts / size[:, None]).mean(axis=0)
    by_chance = float((shares * (1 - shares)).sum() / (n_codes - 1))
    return float((agreed.mean() - by_chance) / (1 - by_chance))


def largest_share(counts: FloatArray) -> float:
    """Share of the code that is given most often."""
    total = counts.sum()
    return float(counts.sum(axis=0).max() / total) if total else float("nan")


def confusion(first: IntArray, second: IntArray, n_codes: int) -> IntArray:
    """How often one coder gave the code of the row and the other that of the column; shape (n_codes, n_codes).

    Args:
        first: codes of one coder, shape (n_units,); −1 where none.
        second: codes of the other.
        n_codes: codes of the scheme.

    Example:
        >>> import numpy as np
        >>> confusion(np.array([0, 1, 1]), np.array([0, 0, -1]), 2).tolist()
        [[1, 0], [1, 0]]
    """
    both = (first >= 0) & (second >= 0)
    flat = np.bincount(first[both] * n_codes + second[both], minlength=n_codes * n_codes)
    return np.asarray(flat.reshape(n_codes, n_codes))
