"""Evaluation: measures counted by hand."""

from __future__ import annotations

import pytest

from dynapolis.resolve.evaluate import cluster_measures, connected, measure, pair_measures

TRUTH = frozenset({("a", "b"), ("a", "c"), ("b", "c"), ("d", "e")})


def test_pairs_are_counted_by_hand() -> None:
    """Found ab, de, dx: two of three are right, two of four found."""
    found = pair_measures([("a", "b"), ("d", "e"), ("d", "x")], TRUTH)
    assert (found.precision.value, found.recall.value) == (2 / 3, 0.5)
    assert found.f1 == pytest.approx(2 * 2 / (3 + 4))


def test_a_group_is_right_only_to_the_last_record() -> None:
    """Found abc by two pairs, and dex, of which x is wrong: one of two groups."""
    found = cluster_measures([("a", "b"), ("b", "c"), ("d", "e"), ("e", "x")], TRUTH)
    assert (found.precision.value, found.recall.value) == (0.5, 0.5)


def test_nothing_found_has_no_precision_and_no_recall() -> None:
    found = pair_measures([], TRUTH)
    assert (found.precision.value, found.recall.value, found.f1) == (None, 0.0, 0.0)


def test_the_interval_of_f1_narrows_with_more_pairs() -> None:
    few, many = measure(9, 10, 10), measure(900, 1000, 1000)
    assert few.f1_high - few.f1_low > many.f1_high - many.f1_low
    assert many.f1_low < 0.9 < many.f1_high


def test_groups_are_what_pairs_connect() -> None:
    assert connected([]) == frozenset()
    assert connected([("a", "b"), ("c", "b")]) == {frozenset("abc")}
