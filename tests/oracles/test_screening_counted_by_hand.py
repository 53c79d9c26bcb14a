"""Figures of screening: counted by hand, and the bounds against the whole hypergeometric distribution."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy.stats import hypergeom

from dynapolis.coding.screen.chance_bounds import chance_of_so_few, least_included, most_included, sample_to_rule_out
from dynapolis.coding.screen.recall import order_quality, recall_curve, records_needed
from dynapolis.coding.screen.stop_rule import (
    Audit,
    RecallEstimate,
    StopRule,
    audit_size,
    estimate_recall,
    has_run_dry,
    may_stop,
)


def test_work_saved_over_sampling_counted_by_hand() -> None:
    """Twenty included of 100: the 19th stands in place 40, so 60 are not read: WSS@95 = 0.60 − 0.05."""
    in_order = np.zeros(100, dtype=bool)
    in_order[[*range(18), 39, 99]] = True
    found = order_quality(in_order)
    assert (found.n_records, found.n_included, found.records_to_95, found.records_to_all) == (100, 20, 40, 100)
    assert found.wss_95 == pytest.approx(0.55)
    assert found.mean_place == pytest.approx((sum(range(1, 19)) + 40 + 100) / 20 / 100)
    assert found.least_to_95 == 19


def test_a_perfect_order_at_the_share_of_the_2022_report_reads_27_percent() -> None:
    """306 of 1,088: 0.95 × 306 = 290.7, so 291 records, 26.7 % of all."""
    in_order = np.arange(1088) < 306
    found = order_quality(in_order)
    assert found.records_to_95 == found.least_to_95 == 291
    assert found.records_to_95 / 1088 == pytest.approx(0.267, abs=0.001)


@pytest.mark.parametrize(("n", "needed"), [(1, 1), (19, 19), (20, 19), (21, 20), (100, 95), (101, 96), (45, 43)])
def test_records_needed_for_95_percent(n: int, needed: int) -> None:
    assert records_needed(n, 0.95) == needed


def test_nothing_included_is_no_recall() -> None:
    found = order_quality(np.zeros(5, dtype=bool))
    assert (found.records_to_95, found.wss_95, found.mean_place) == (None, None, None)
    assert recall_curve(np.zeros(5, dtype=bool)) == []


def test_the_chance_of_so_few_is_that_of_drawing_without_replacement() -> None:
    by_hand = sum(comb(4, k) * comb(8, 5 - k) for k in (0, 1)) / comb(12, 5)
    assert chance_of_so_few(12, 4, 5, 1) == pytest.approx(by_hand)


def test_the_chances_are_those_of_scipy() -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        n_frame = int(rng.integers(1, 4_000))
        n_included, n_sample = (int(k) for k in rng.integers(0, n_frame + 1, 2))
        n_found = int(rng.integers(0, min(n_sample, 60) + 1))
        theirs = hypergeom.cdf(n_found, n_frame, n_included, n_sample)
        assert chance_of_so_few(n_frame, n_included, n_sample, n_found) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("n_frame", "n_sample"), [(30, 10), (40, 3), (25, 24), (20, 0)])
@pytest.mark.parametrize("error", [0.05, 0.2])
def test_the_bounds_fail_no_more_often_than_stated_whatever_the_truth(
    n_frame: int, n_sample: int, error: float
) -> None:
    """No simulation: the chance of every sample is added up, for every number of included records."""
    for truth in range(n_frame + 1):
        too_low = too_high = 0.0
        for found in range(max(0, n_sample - n_frame + truth), min(n_sample, truth) + 1):
            chance = comb(truth, found) * comb(n_frame - truth, n_sample - found) / comb(n_frame, n_sample)
            too_low += chance * (most_included(n_frame, n_sample, found, error) < truth)
            too_high += chance * (least_included(n_frame, n_sample, found, error) > truth)
        assert too_low <= error + 1e-9
        assert too_high <= error + 1e-9


def test_the_bound_is_no_wider_than_it_must_be() -> None:
    """One more included record would have been seen but for less than the error."""
    bound = most_included(200, 60, 2, 0.05)
    assert chance_of_so_few(200, bound, 60, 2) > 0.05 >= chance_of_so_few(200, bound + 1, 60, 2)


def test_an_audit_is_as_large_as_its_proof_needs() -> None:
    """96 found: with 6 more the recall would be 96 / 102 < 0.95, so 6 left must be ruled out; with 5 it would do."""
    rule = StopRule()
    size = audit_size(rule, 1, found=96, n_unread=1500)
    assert comb(1494, size) / comb(1500, size) <= 0.0375 < comb(1494, size - 1) / comb(1500, size - 1)
    told = estimate_recall([Audit(1500, 96, size, 0, rule.error_of(1))], found=96, n_unread=1500 - size)
    assert told.most == 101
    assert may_stop(rule, told, 1500 - size)
    smaller = estimate_recall([Audit(1500, 96, size - 1, 0, rule.error_of(1))], found=96, n_unread=1501 - size)
    assert not may_stop(rule, smaller, 1501 - size)
    assert sample_to_rule_out(5, 0, 0.05) == 5


def test_an_old_audit_still_bounds_the_whole_when_more_was_found_since() -> None:
    """50 found, 100 of 400 drawn show 2: of the 300 others 300 · 2.5 / 101 = 7.43 are expected, so 59.43 of all."""
    audit = Audit(400, 50, 100, 2, 0.05)
    then, later = estimate_recall([audit], 52, 300), estimate_recall([audit], 57, 250)
    assert then.estimate == pytest.approx(52 / (52 + 300 * 2.5 / 101))
    assert later.estimate == pytest.approx(57 / (52 + 300 * 2.5 / 101))
    assert later.low == pytest.approx(57 / then.most)  # type: ignore[operator]


def test_without_an_audit_all_that_is_unread_may_belong() -> None:
    told = estimate_recall([], found=20, n_unread=5)
    assert (told.estimate, told.low, told.high, told.most) == (None, 0.8, 1.0, 25)
    assert may_stop(StopRule(target_recall=0.8), told, 5)
    assert not may_stop(StopRule(target_recall=0.81), told, 5)
    assert sample_to_rule_out(2, 3, 0.05) == 1


def test_all_audits_together_take_no_more_than_the_whole_risk() -> None:
    rule = StopRule(confidence=0.9)
    assert sum(rule.error_of(audit) for audit in range(1, 60)) <= 0.1 + 1e-9


def test_nothing_left_is_everything_and_nothing_found_is_no_recall() -> None:
    assert estimate_recall([], 7, 0) == RecallEstimate(7, 1.0, 1.0, 1.0, 7)
    assert estimate_recall([], 0, 0) == RecallEstimate(0, None, None, None, 0)
    assert may_stop(StopRule(), estimate_recall([], 0, 0), 0)
    nothing = estimate_recall([Audit(100, 0, 99, 0, 0.05)], 0, 1)
    assert (nothing.estimate, nothing.most) == (None, 0)
    assert may_stop(StopRule(), nothing, 1)
    assert not may_stop(StopRule(), estimate_recall([Audit(100, 0, 50, 0, 0.05)], 0, 50), 50)


def test_the_model_has_run_dry_when_reading_at_random_would_have_found_more() -> None:
    """20 found in 100; since then 300 of 900 without a find. Two more would be too many, and chance would miss both
    of them in (600 · 599) / (900 · 899) = 0.44 of all cases; at 800 of 900 in 0.012."""
    rule = StopRule(run_dry=0.05)
    assert not has_run_dry(rule, 1000, [100, 400], [20, 20])
    assert has_run_dry(rule, 1000, [100, 900], [20, 20])
    assert not has_run_dry(rule, 1000, [100], [20])
    assert has_run_dry(StopRule(run_dry=0.45), 1000, [100, 400], [20, 20])


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5])
def test_a_rule_refuses_what_is_no_share(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        StopRule(target_recall=share)
