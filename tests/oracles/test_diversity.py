"""Diversity at equal coverage against counting all subsets, iNEXT, closed forms, and the laws of Hill numbers."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import comb, exp, inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.figures.diversity import (
    Abundance,
    asymptotic_entropy,
    coverage,
    diversities,
    diversity_at,
    entropy,
    largest_common_coverage,
    standard_error,
    to_abundance,
)

small = st.lists(st.integers(1, 5), min_size=1, max_size=5).filter(lambda x: sum(x) <= 9).map(to_abundance)
larger = st.lists(st.integers(1, 30), min_size=1, max_size=12).map(to_abundance)
targets = st.floats(0.0, 1.0)


def records_of(abundance: Abundance) -> list[int]:
    """The kind of every record."""
    return [kind for kind, n in enumerate(abundance) for _ in range(n)]


def plain_entropy(counts: list[int]) -> float:
    """Shannon entropy of counts as they are."""
    return -sum(n / sum(counts) * log(n / sum(counts)) for n in counts)


# Thinning: every subset counted.


def count_coverage(abundance: Abundance, m: int) -> float:
    """How often one record's kind is among ``m`` of the others, over all records and all ways to draw the ``m``."""
    records = records_of(abundance)
    seen = total = 0
    for place, kind in enumerate(records):
        others = records[:place] + records[place + 1 :]
        for drawn in combinations(others, m):
            seen += kind in drawn
            total += 1
    return seen / total


def count_entropy(abundance: Abundance, m: int) -> float:
    """Mean entropy over all ways to draw ``m`` of the records."""
    values = [plain_entropy(list(Counter(drawn).values())) for drawn in combinations(records_of(abundance), m)]
    return sum(values) / len(values)


@settings(max_examples=60, deadline=None)
@given(small)
def test_coverage_of_a_thinned_sample_equals_counting_all_subsets(abundance: Abundance) -> None:
    for m in range(1, sum(abundance)):
        assert coverage(abundance, m) == pytest.approx(count_coverage(abundance, m), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(small)
def test_entropy_of_a_thinned_sample_equals_counting_all_subsets(abundance: Abundance) -> None:
    for m in range(1, sum(abundance) + 1):
        assert entropy(abundance, m) == pytest.approx(count_entropy(abundance, m), abs=1e-12)


# Beyond the records: closed forms and an independent form of the asymptotic entropy.


def test_extrapolated_coverage_follows_the_closed_form() -> None:
    for abundance, still_unseen in (
        ((5, 3, 2, 1, 1, 1), 12 * 3 / (12 * 3 + 2 * 1)),  # singletons and doubletons
        ((5, 3, 2, 2, 1), 12 * 1 / (12 * 1 + 2 * 2)),
        ((7, 3, 1, 1, 1), 12 * 2 / (12 * 2 + 2)),  # no doubletons: the bias-corrected form
        ((9, 3, 1), 0.0),  # one singleton, no doubleton
        ((1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), 12 * 12 / (12 * 12 + 2)),
    ):
        n = 13
        assert sum(abundance) == n
        for m in (13, 14, 20, 26):
            expected = 1 - abundance.count(1) / n * still_unseen ** (m - n + 1)
            assert coverage(abundance, m) == pytest.approx(expected, abs=1e-12), (abundance, m)


def test_without_singletons_the_whole_sample_covers_everything() -> None:
    assert coverage((4, 2), 6) == 1 and coverage((4, 2), 12) == 1


def independent_asymptotic_entropy(abundance: Abundance) -> float:
    """Chao, Wang and Jost (2013) as a sum over sample sizes, the part never seen as an infinite series.

    H = Σ_k 1/k Σ_i x_i/n C(n − x_i, k) / C(n − 1, k) + f1/n Σ_{r ≥ n} (1 − A)^(r − n + 1) / r
    """
    n, f1, f2 = sum(abundance), abundance.count(1), abundance.count(2)
    seen = 0.0
    for k in range(1, n):
        seen += sum(x / n * comb(n - x, k) / comb(n - 1, k) for x in abundance if x <= n - k) / k
    if f1 == 0 or n == 1:
        return seen
    a = 2 * f2 / ((n - 1) * f1 + 2 * f2) if f2 else 2 / ((n - 1) * (f1 - 1) + 2)
    series, term, r = 0.0, inf, n
    while term > 1e-15 and a < 1:
        term = (1 - a) ** (r - n + 1) / r
        series += term
        r += 1
    return seen + f1 / n * series


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 8), min_size=1, max_size=7).map(to_abundance))
def test_asymptotic_entropy_equals_an_independent_form_of_it(abundance: Abundance) -> None:
    assert asymptotic_entropy(abundance) == pytest.approx(independent_asymptotic_entropy(abundance), abs=1e-7)


@settings(deadline=None)
@given(larger, st.integers(1, 30))
def test_extrapolated_entropy_lies_on_the_line_from_observed_to_asymptotic(abundance: Abundance, more: int) -> None:
    """The line leads, for few records all of their own kind, above what so many records can show."""
    n = sum(abundance)
    observed, whole = plain_entropy(list(abundance)), asymptotic_entropy(abundance)
    expected = min(observed + more / (n + more) * (whole - observed), log(n + more))
    assert entropy(abundance, n + more) == pytest.approx(expected, abs=1e-12)
    assert whole >= observed - 1e-12


# iNEXT: the spiders of its data set (girdled and logged plots).

GIRDLED = to_abundance([46, 22, 17, 15, 15, 9, 8, 6, 6, 4, *[2] * 4, *[1] * 12])
LOGGED = to_abundance([88, 22, 16, 15, 13, 10, 8, 8, 7, 7, 7, 5, 4, 4, 4, *[3] * 4, *[2] * 4, *[1] * 14])


@pytest.mark.parametrize(
    ("m", "hill_1", "sample_coverage"),
    [
        (1, 1.0, 0.1223268),
        (10, 5.608968, 0.5969308),
        (50, 9.939329, 0.8674807),
        (100, 11.266546, 0.9072004),
        (167, 12.051422, 0.9285714),
        (168, 12.05965, 0.9288554),
    ],
)
def test_thinned_spiders_have_the_diversity_and_coverage_that_inext_gives(
    m: int, hill_1: float, sample_coverage: float
) -> None:
    assert exp(entropy(GIRDLED, m)) == pytest.approx(hill_1, abs=1e-5)
    assert coverage(GIRDLED, m) == pytest.approx(sample_coverage, abs=1e-6)


def test_extended_spiders_have_the_coverage_that_inext_gives() -> None:
    """iNEXT 3 carries diversity of order 1 beyond the records by another rule than Chao et al. (2014), used here, so
    only coverage is compared there, and the end to which both rules lead."""
    for m, sample_coverage in ((169, 0.9291383), (200, 0.9373713), (336, 0.9635701)):
        assert coverage(GIRDLED, m) == pytest.approx(sample_coverage, abs=1e-6)
    assert exp(asymptotic_entropy(GIRDLED)) == pytest.approx(13.826, abs=5e-4)
    assert exp(asymptotic_entropy(LOGGED)) == pytest.approx(16.337, abs=5e-4)
    assert exp(entropy(LOGGED, 252)) == pytest.approx(14.421, abs=5e-4)


# Counted by hand.


def test_hand_cases_of_coverage() -> None:
    assert coverage((2, 1, 1), 4) == pytest.approx(1 - 2 / 4 * 6 / 8)
    # Of (2, 1, 1) two of three others: a pair's kind is missed in 1 of 3 draws, a singleton's always.
    assert coverage((2, 1, 1), 2) == pytest.approx(1 - (2 / 4 * 1 / 3 + 2 / 4))
    assert coverage((1,), 1) == 0.0
    assert coverage((5,), 1) == 1.0


def test_hand_cases_of_diversity() -> None:
    assert diversity_at((5,), 0.5) == 1.0
    assert diversity_at((5,), 1.0) == 1.0
    assert diversity_at((), 0.9) == 1.0
    # Two of (2, 2): equal in 2 of 6 draws, so entropy is 4/6 of log 2; the coverage of one is 1/3, of two 2/3.
    assert coverage((2, 2), 2) == pytest.approx(2 / 3)
    assert diversity_at((2, 2), 2 / 3) == pytest.approx(2 ** (4 / 6))
    assert diversity_at((2, 2), 1 / 2) == pytest.approx(2 ** (2 / 6))  # half way in coverage, half way in entropy


@settings(deadline=None)
@given(st.integers(1, 8), st.integers(2, 9))
def test_kinds_that_are_equally_common_count_fully_at_full_coverage(n_kinds: int, n_each: int) -> None:
    """No kind was seen once only, so nothing is unseen: the whole sample is compared, not a thinned one."""
    assert diversity_at((n_each,) * n_kinds, 1.0) == pytest.approx(n_kinds)


@settings(deadline=None)
@given(larger)
def test_a_sample_at_its_own_coverage_has_its_own_diversity(abundance: Abundance) -> None:
    n = sum(abundance)
    assert diversity_at(abundance, coverage(abundance, n)) == pytest.approx(exp(plain_entropy(list(abundance))))


# Laws.


@settings(deadline=None)
@given(larger)
def test_coverage_rises_with_records_and_stays_a_share(abundance: Abundance) -> None:
    values = [coverage(abundance, m) for m in range(1, 2 * sum(abundance) + 1)]
    assert all(-1e-12 <= value <= 1 for value in values)
    assert (np.diff(values) >= -1e-12).all()


@settings(deadline=None)
@given(larger)
def test_entropy_rises_with_records(abundance: Abundance) -> None:
    n = sum(abundance)
    sizes = sorted({1, 2, n // 2, n - 1, n, n + 1, 2 * n} - {0})
    values = [entropy(abundance, m) for m in sizes]
    assert values[0] == pytest.approx(0, abs=1e-12)
    assert (np.diff(values) >= -1e-12).all()
    assert all(value <= log(m) + 1e-12 for m, value in zip(sizes, values, strict=True))


@settings(deadline=None)
@given(larger, targets)
def test_diversity_lies_between_one_and_the_kinds_there_may_be(abundance: Abundance, target: float) -> None:
    n, value = sum(abundance), diversity_at(abundance, target)
    assert value >= 1 - 1e-12
    most = len(abundance) if target <= coverage(abundance, n) else exp(asymptotic_entropy(abundance))
    assert value <= most * (1 + 1e-9)


@settings(deadline=None)
@given(larger, targets, targets)
def test_more_coverage_never_means_less_diversity(abundance: Abundance, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert diversity_at(abundance, low) <= diversity_at(abundance, high) * (1 + 1e-12)


@settings(deadline=None)
@given(larger)
def test_a_target_out_of_reach_gives_the_value_at_twice_the_records(some: Abundance) -> None:
    abundance = (*some, 1, 1)
    assert diversity_at(abundance, 1.0) == pytest.approx(exp(entropy(abundance, 2 * sum(abundance))))


@settings(deadline=None)
@given(larger, st.integers(2, 4))
def test_as_many_times_the_kinds_is_as_many_times_the_diversity(abundance: Abundance, times: int) -> None:
    """The replication principle (Hill 1973): communities alike in shares, with no kind in common, add up."""
    n = sum(abundance)
    one, many = exp(entropy(abundance, n)), exp(entropy(to_abundance(abundance * times), n * times))
    assert many == pytest.approx(times * one)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=1, max_size=6), targets, st.data())
def test_diversities_of_many_cities_are_those_of_each_whatever_the_order_of_kinds(
    counts: list[list[int]], target: float, data: st.DataObject
) -> None:
    table = np.array(counts)
    expected = [min(4.0, diversity_at(to_abundance(row), target)) for row in table]  # there are four kinds
    order = data.draw(st.permutations(range(4)))
    assert diversities(table, target).tolist() == expected
    assert diversities(table[:, order], target).tolist() == expected
    assert diversities(np.stack([table, table]), target).shape == (2, len(counts))


@settings(deadline=None)
@given(st.lists(larger, min_size=1, max_size=5))
def test_every_city_reaches_the_largest_common_coverage_and_one_reaches_no_more(cities: list[Abundance]) -> None:
    target = largest_common_coverage(cities)
    reach = [coverage(abundance, 2 * sum(abundance)) for abundance in cities]
    assert all(value >= target for value in reach) and min(reach) == target


def test_kinds_not_seen_leave_doubt_even_where_all_records_are_alike() -> None:
    rng = np.random.default_rng(3)
    common = np.array([0.4, 0.3, 0.2, 0.1])
    alike = standard_error(np.array([4, 0, 0, 0]), common, 0.8, 400, rng)
    assert alike > 0.05
    assert standard_error(np.array([400, 0, 0, 0]), common, 0.8, 400, rng) < alike
    assert standard_error(np.zeros(4, dtype=np.int64), common, 0.8, 400, rng) == 0.0
