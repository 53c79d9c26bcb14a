"""Thresholds: expected errors counted by hand, and intervals of known values."""

from __future__ import annotations

import numpy as np
import pytest

from dynapolis.errors import BadUse
from dynapolis.resolve.threshold import NEVER, Bands, choose_bands, expected_missed, expected_wrong, share_of


def test_expected_errors_are_the_means_that_one_works_out_on_paper() -> None:
    p = np.array([1.0, 0.9, 0.8, 0.3, 0.0])
    assert expected_wrong(p, 0.8) == pytest.approx((0.0 + 0.1 + 0.2) / 3)
    assert expected_missed(p, 0.8) == pytest.approx(0.3 / 3.0)


def test_the_threshold_is_the_lowest_that_keeps_the_limit_and_never_below_one_half() -> None:
    p = np.array([0.99] * 10 + [0.9] * 2 + [0.2] * 5)
    assert choose_bands(p, most_wrong=0.03).same == 0.9
    assert choose_bands(p, most_wrong=0.02).same == 0.99
    assert choose_bands(np.array([1.0] * 99 + [0.4]), most_wrong=0.01).same == 0.5


def test_where_no_threshold_keeps_the_limit_nothing_is_joined() -> None:
    bands = choose_bands(np.array([0.7, 0.6]), most_wrong=0.01)
    assert bands.same == NEVER
    assert bands.of(1.0) == "review"


def test_pairs_of_one_probability_are_in_one_band() -> None:
    p = np.array([0.999] * 5 + [0.95] * 40)
    assert choose_bands(p, most_wrong=0.02).same == 0.999


def test_what_is_left_apart_misses_no_more_than_the_limit() -> None:
    p = np.array([0.99] * 100 + [0.05] * 10 + [0.001] * 1000)
    bands = choose_bands(p, most_missed=0.01)
    assert bands.different == 0.05
    assert expected_missed(p, bands.different) <= 0.01


def test_no_pairs_give_bands_that_join_nothing() -> None:
    assert choose_bands(np.zeros(0)) == Bands(NEVER, 0.0)


@pytest.mark.parametrize("limit", [0.0, 1.0, -0.1])
def test_a_limit_that_is_no_share_is_refused(limit: float) -> None:
    with pytest.raises(BadUse):
        choose_bands(np.array([0.5]), most_wrong=limit)


def test_intervals_are_those_of_the_published_tables() -> None:
    """Clopper and Pearson: 0 of 10 is 0 to 0.3085, 5 of 10 is 0.1871 to 0.8129."""
    assert share_of(0, 10).high == pytest.approx(0.3085, abs=5e-5)
    assert share_of(5, 10).low == pytest.approx(0.1871, abs=5e-5)
    assert share_of(5, 10).high == pytest.approx(0.8129, abs=5e-5)
