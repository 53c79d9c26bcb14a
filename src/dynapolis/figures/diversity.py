"""How many kinds a city's initiatives spread over, compared fairly (method, section 5).

A city with more records always looks more diverse. So diversity is read off at the same *sample coverage* in every
city: the share of the city's initiatives whose kind has been seen. Cities with more coverage are thinned
(rarefaction), cities with less are extended (extrapolation), at most to twice their records.

Sources: Chao and Jost (2012), Coverage-based rarefaction and extrapolation, doi 10.1890/11-1952.1; Chao, Wang and
Jost (2013), Entropy and the species accumulation curve, doi 10.1111/2041-210X.12108; Chao et al. (2014), Rarefaction
and extrapolation with Hill numbers, doi 10.1890/13-0133.1 (entropy between and beyond the records).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb, exp, log

import numpy as np

from dynapolis.model.arrays import FloatArray, IntArray

Abundance = tuple[int, ...]  # counts of the kinds seen, none of them zero, in falling order


def coverage(abundance: Abundance, m: int) -> float:
    """Expected sample coverage of ``m`` records (Chao and Jost 2012, table 1).

    Example:
        >>> round(coverage((2, 1, 1), 4), 4), round(coverage((2, 1, 1), 2), 4)
        (0.625, 0.3333)
    """
    n = sum(abundance)
    if m < n:
        return 1 - sum(x / n * comb(n - x, m) / comb(n - 1, m) for x in abundance if n - x >= m)
    singletons = abundance.count(1)
    return 1 - singletons / n * _still_unseen(abundance) ** (m - n + 1)


def entropy(abundance: Abundance, m: int) -> float:
    """Expected Shannon entropy of ``m`` records, natural logarithm.

    Thinned exactly for ``m`` < n; beyond n the mean of the observed and the asymptotic entropy, weighted by the
    records seen and those to come, and never more than ``m`` records can show.

    Example:
        >>> round(entropy((2, 1, 1), 4), 4), round(entropy((1, 1), 1), 4)
        (1.0397, 0.0)
    """
    n = sum(abundance)
    if m < n:
        total = 0.0
        for k in range(1, m + 1):
            expected = sum(comb(x, k) * comb(n - x, m - k) for x in abundance) / comb(n, m)
            total -= k / m * log(k / m) * expected
        return total
    observed = -sum(x / n * log(x / n) for x in abundance)
    if m == n:
        return observed
    return min(log(m), n / m * observed + (m - n) / m * asymptotic_entropy(abundance))


def asymptotic_entropy(abundance: Abundance) -> float:
    """Entropy of the whole from which the records come (Chao, Wang and Jost 2013, equation 4)."""
    n = sum(abundance)
    seen = sum(x / n * sum(1 / k for k in range(x, n)) for x in abundance if x < n)
    singletons, a = abundance.count(1), 1 - _still_unseen(abundance)
    if singletons == 0 or n < 2 or a >= 1:
        return seen
    rest = -log(a) - sum((1 - a) ** r / r for r in range(1, n))
    return seen + singletons / n * (1 - a) ** (1 - n) * rest


def largest_common_coverage(abundances: Sequence[Abundance]) -> float:
    """The coverage at which all can be compared: the smallest that any reaches at twice its records."""
    return min(coverage(abundance, 2 * sum(abundance)) for abundance in abundances)


@lru_cache(maxsize=100_000)
def diversity_at(abundance: Abundance, target: float) -> float:
    """Hill number of order 1 (effective number of kinds) at a sample coverage.

    Between two whole numbers of records, entropy is taken linearly in coverage. At the coverage of the city's own
    records these are taken whole, even where a part would cover as much. A target below the coverage of one record
    gives 1, one above that of twice the records gives the value there. Without records, 1.

    Example:
        >>> round(diversity_at((5,), 0.5), 3), round(diversity_at((2, 2), 1.0), 3)
        (1.0, 2.0)
    """
    n = sum(abundance)
    if n == 0:
        return 1.0
    below = (0.0, 0.0)
    first = n if coverage(abundance, n) <= target else 1
    for m in range(first, 2 * n + 1):
        here = (coverage(abundance, m), entropy(abundance, m))
        if here[0] >= target:
            if m == first:
                return exp(here[1])
            part = (target - below[0]) / (here[0] - below[0])
            return exp(below[1] + part * (here[1] - below[1]))
        below = here
    return exp(below[1])


def diversities(counts: IntArray, target: float) -> FloatArray:
    """Diversity at one coverage of many count vectors: shape (…, n_kinds) in, shape (…) out.

    The list of kinds is closed, so none exceeds their number.
    """
    flat = np.sort(counts.reshape(-1, counts.shape[-1]), axis=1)[:, ::-1]
    first, where = _distinct(flat)
    values = np.array([min(float(flat.shape[1]), diversity_at(to_abundance(flat[n]), target)) for n in first])
    return np.asarray(values[where].reshape(counts.shape[:-1]))


def _distinct(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Where each distinct row stands first, and which of them every row is; as bytes where counts are small."""
    if rows.size and rows.max() < 256:  # falling counts end in zeros, so equal bytes are equal rows
        keys = np.ascontiguousarray(rows, dtype=np.uint8).view(f"S{rows.shape[1]}").ravel()
        _, first, where = np.unique(keys, return_index=True, return_inverse=True)
    else:
        _, first, where = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first, where.reshape(-1)


def to_abundance(counts: Sequence[int] | IntArray) -> Abundance:
    """Counts of the kinds that were seen, in falling order."""
    return tuple(sorted((int(x) for x in counts if x > 0), reverse=True))


def standard_error(
    counts: IntArray, common: FloatArray, target: float, n_resamples: int, rng: np.random.Generator
) -> float:
    """Spread of a city's diversity over resamples of its records, around the diversity found.

    The list of kinds is closed, so a kind the city does not show is known and may still occur: resamples are drawn
    from the city's counts and one record's worth of what all cities have. Four of four of one kind is no certainty.

    Args:
        counts: shape (n_kinds,), the city's records per kind.
        common: shape (n_kinds,), shares of the kinds in all cities, adding up to 1.
        target: coverage at which diversity is read off.
        n_resamples: how many.
        rng: the source of chance.

    Returns:
        root mean square of the difference, so that an estimate which resamples never reach is known to be unsure; 0
        when the city has no record.
    """
    n = int(counts.sum())
    if n == 0:
        return 0.0
    resamples = rng.multinomial(n, (counts + common) / (n + 1), size=n_resamples)
    found = diversities(counts[None, :], target)
    return float(np.sqrt(((diversities(resamples, target) - found) ** 2).mean()))


def _still_unseen(abundance: Abundance) -> float:
    """Chance that one more record does not turn a singleton into a pair: the factor by which coverage closes in."""
    n = sum(abundance)
    ones, twos = abundance.count(1), abundance.count(2)
    if ones == 0 or n < 2:
        return 0.0 if ones == 0 else 1.0
    if twos:
        return (n - 1) * ones / ((n - 1) * ones + 2 * twos)
    return (n - 1) * (ones - 1) / ((n - 1) * (ones - 1) + 2)
