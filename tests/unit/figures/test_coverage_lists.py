"""Choosing among estimators, by small lists whose answers can be counted on paper."""

from __future__ import annotations

import numpy as np
import pytest

from dynapolis.figures.coverage.chao import bound_of_lists, lower_bound
from dynapolis.figures.coverage.chapman import chapman
from dynapolis.figures.coverage.choose import choose, log_linear
from dynapolis.figures.coverage.dependence import compare_lists, judge_dependence
from dynapolis.figures.coverage.draws import fill_ratios
from dynapolis.figures.coverage.estimate import Estimate, Refused, log_normal_interval
from dynapolis.figures.coverage.lists import from_rows
from dynapolis.figures.coverage.log_linear import find_models, weights
from dynapolis.model.coverage import Dependence, Estimator, Reason


def test_nobody_searched_one_searched_and_nothing_found_are_three_reasons() -> None:
    for lists, numbers, reason in (
        ("", [], "not_searched"),
        ("a", [3], "one_list"),
        ("ab", [0, 0, 0], "nothing_found"),
    ):
        chosen = choose(from_rows(lists, numbers), 0.9)
        assert chosen.estimate == chosen.bound == Refused(Reason(reason))


def test_seven_shared_units_are_the_least() -> None:
    assert choose(from_rows("ab", [6, 10, 10]), 0.9).estimate == Refused(Reason.LITTLE_OVERLAP)
    found = choose(from_rows("ab", [7, 10, 10]), 0.9).estimate
    assert isinstance(found, Estimate)
    assert found.total == pytest.approx(18 * 18 / 8 - 1)


def test_two_lists_of_the_same_units_have_found_all() -> None:
    found = chapman(from_rows("ab", [20, 0, 0]), 0.9)
    assert isinstance(found, Estimate)
    assert (found.total, found.low, found.error) == (20, 20, 0)


def test_with_two_lists_the_bound_is_chapman_s_estimate() -> None:
    lists = from_rows("ab", [9, 47, 13])
    bound, estimate = bound_of_lists(lists, 0.9), chapman(lists, 0.9)
    assert isinstance(bound, Estimate)
    assert isinstance(estimate, Estimate)
    assert (bound.total, bound.estimator) == (estimate.total, Estimator.CHAO)


def test_a_third_list_that_found_nothing_leaves_two() -> None:
    found = choose(from_rows("abc", [0, 9, 0, 47, 0, 13, 0]), 0.9)
    assert isinstance(found.estimate, Estimate)
    assert found.estimate.estimator is Estimator.CHAPMAN


def test_three_lists_name_the_pairs_that_depend_and_their_weight() -> None:
    strongly = from_rows("abc", [40, 60, 12, 30, 12, 30, 25])
    found = log_linear(strongly, 0.9)
    assert isinstance(found, Estimate)
    assert found.estimator is Estimator.LOG_LINEAR
    assert "a*b" in found.model
    assert 0 < found.weight <= 1


def test_a_pair_of_lists_that_share_nothing_is_no_candidate_for_dependence() -> None:
    fits = find_models(from_rows("abc", [0, 0, 20, 30, 15, 25, 40]))
    assert fits
    assert all((0, 1) not in fit.pairs for fit in fits)
    assert weights(fits).sum() == pytest.approx(1)


def test_more_than_five_lists_add_pairs_one_by_one() -> None:
    rng = np.random.default_rng(3)
    fits = find_models(from_rows("abcdef", rng.poisson(3, size=63) + 1))
    assert fits[0].pairs == () or len(fits[0].pairs) < 15
    assert [fit.aicc for fit in fits] == sorted(fit.aicc for fit in fits)


def test_nothing_shared_gives_the_bound_its_other_form() -> None:
    bound = lower_bound(10, 10, 0, 0.9)
    assert bound.total == 10 + 10 * 9 / 2


def test_an_estimate_of_what_was_found_has_no_width() -> None:
    assert log_normal_interval(12, 12.0, 3.0, 0.9) == (12.0, 12.0)


def test_dependence_is_said_in_words() -> None:
    """In the third list 30 of 40 units of the first stand in the second too, and 2 of 40 others."""
    positive = compare_lists(from_rows("abc", [30, 5, 10, 5, 2, 5, 38]))
    assert judge_dependence(3, positive) is Dependence.POSITIVE
    assert judge_dependence(3, compare_lists(from_rows("abc", [2, 5, 38, 5, 30, 5, 10]))) in (
        Dependence.NEGATIVE, Dependence.BOTH,
    )  # fmt: skip
    assert judge_dependence(3, compare_lists(from_rows("abc", [5] * 7))) is Dependence.NONE_SEEN
    assert judge_dependence(3, compare_lists(from_rows("abc", [1, 0, 0, 5, 0, 5, 5]))) is Dependence.TOO_FEW
    assert judge_dependence(2, ()) is Dependence.UNTESTABLE
    assert judge_dependence(1, ()) is Dependence.NOT_ASKED


def test_there_is_nothing_to_draw_without_any_estimate() -> None:
    with pytest.raises(ValueError, match="no city"):
        fill_ratios(np.full((2, 1, 3), np.nan), np.full((2, 1), np.nan), np.random.default_rng(1))
