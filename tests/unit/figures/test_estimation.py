"""Shares of a population of which people coded a part: counted by hand, laws, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.figures.estimation.combine import (
    central_interval,
    coding_shares,
    combined_prediction_powered,
    combined_shares,
)
from dynapolis.figures.estimation.design import allocate, draw_sample, strata_by_score
from dynapolis.figures.estimation.difference import difference_estimate, effective_wilson, expansion_estimate
from dynapolis.figures.estimation.estimate import Population, read_population
from dynapolis.figures.estimation.prediction_powered import prediction_powered_estimate, prediction_powered_mean
from dynapolis.figures.estimation.quantify import (
    Seen,
    adjusted_count,
    classify_and_count,
    expectation_maximisation,
    probabilistic_adjusted_count,
    quantify,
)
from dynapolis.figures.estimation.table import estimate_shares
from dynapolis.model.sample import SampleUnit, check_sample
from dynapolis.model.screening import Picked


def unit(number: int, label: float | None, **other: object) -> SampleUnit:
    picked = Picked.RANDOM if label is not None else None
    plain = SampleUnit(f"u{number}", "all", 0.5, label is not None, picked, label, 0.5, number + 2)
    return replace(plain, **other)  # type: ignore[arg-type]


def good() -> list[SampleUnit]:
    return [unit(n, float(n % 2) if n < 4 else None, score=n / 8) for n in range(8)]


def population(score: list[float], label: list[float], sampled: list[int], stratum: list[int]) -> Population:
    numbers = np.array(stratum)
    return Population(np.array(score), numbers, np.bincount(numbers), np.array(sampled), np.array(label))


# By design.


def test_the_plain_sample_has_wilson_s_interval_with_the_finite_population_correction() -> None:
    """15 of 50 drawn from 101: effective n = 50 × 100 / 51 = 98.04; Wilson at 1.96: centre .30755, half .08934."""
    found = expansion_estimate(population([0.0] * 101, [1.0] * 15 + [0.0] * 35, list(range(50)), [0] * 101), 0.95)
    assert found.share == pytest.approx(0.3)
    assert ((found.low + found.high) / 2, (found.high - found.low) / 2) == pytest.approx((0.30755, 0.08934), abs=5e-5)


def test_each_label_stands_for_its_stratum() -> None:
    """Strata of 8 and 2 units; 1 of 2 and 2 of 2 have the code: 0.8 × 0.5 + 0.2 × 1 = 0.6."""
    made = population([0.5] * 10, [1.0, 0.0, 1.0, 1.0], [0, 1, 8, 9], [0] * 8 + [1] * 2)
    assert expansion_estimate(made, 0.9).share == pytest.approx(0.6)
    assert difference_estimate(made, 0.9, np.random.default_rng(1)).share == pytest.approx(0.6)


def test_when_everything_was_read_there_is_no_doubt() -> None:
    made = population([0.1, 0.9, 0.5, 0.5], [0.0, 1.0, 1.0, 0.0], [0, 1, 2, 3], [0, 0, 1, 1])
    for found in (difference_estimate(made, 0.95, np.random.default_rng(1)), expansion_estimate(made, 0.95)):
        assert (found.low, found.share, found.high) == pytest.approx((0.5, 0.5, 0.5))


def test_a_perfect_model_leaves_less_doubt_than_labels_alone_and_a_useless_one_does_no_harm() -> None:
    rng = np.random.default_rng(3)
    label = (rng.random(600) < 0.3).astype(float)
    drawn = rng.choice(600, 150, replace=False)
    widths = {}
    for name, score in (("perfect", 0.1 + 0.8 * label), ("useless", rng.random(600))):
        made = Population(score, np.zeros(600, dtype=np.int64), np.array([600]), drawn, label[drawn])
        found = difference_estimate(made, 0.95, np.random.default_rng(1))
        widths[name] = found.high - found.low
        assert found.low <= label.mean() <= found.high
    alone = expansion_estimate(made, 0.95)
    assert widths["perfect"] < 0.4 * (alone.high - alone.low)
    assert widths["useless"] < 1.15 * (alone.high - alone.low)


def test_the_difference_estimate_is_right_on_average_however_wrong_the_model_is() -> None:
    """Over 600 stratified samples the mean error is within four standard errors of 0, with scores upside down."""
    rng = np.random.default_rng(5)
    label = (rng.random(400) < 0.25).astype(float)
    score = np.clip(0.7 - 0.4 * label + 0.2 * rng.standard_normal(400), 0, 1)
    stratum = strata_by_score(score, 3)
    size = np.bincount(stratum)
    errors = []
    for _ in range(600):
        drawn = np.flatnonzero(draw_sample(stratum, allocate(size, 60, "proportional"), rng).drawn)
        made = Population(score, stratum, size, drawn, label[drawn])
        errors.append(difference_estimate(made, 0.9, rng).share - label.mean())
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(600)


def test_a_stratum_in_which_nobody_found_the_code_is_not_certain() -> None:
    made = population([0.01] * 100, [0.0] * 20, list(range(20)), [0] * 50 + [1] * 50)
    made = replace(made, sampled=np.concatenate([np.arange(10), np.arange(50, 60)]))
    found = difference_estimate(made, 0.95, np.random.default_rng(1))
    assert found.share == found.low == 0 and found.high > 0.03


@settings(deadline=None, max_examples=60)
@given(st.floats(-0.2, 1.2), st.lists(st.floats(0, 0.05), min_size=1, max_size=4), st.floats(0.5, 0.99))
def test_an_interval_lies_between_none_and_all_and_holds_its_estimate(
    share: float, variance: list[float], level: float
) -> None:
    found = effective_wilson("x", share, np.array(variance), np.full(len(variance), 5), level)
    if sum(variance) > 1e-15:
        assert 0 <= found.low <= found.share <= found.high <= 1


# Design.


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(0, 10_000), st.booleans())
def test_an_allocation_gives_out_exactly_what_there_is(sizes: list[int], draw: int, neyman: bool) -> None:
    size = np.array(sizes)
    least = int(np.minimum(size, 2).sum())
    n = least + draw % (int(size.sum()) - least + 1)
    given_ = allocate(size, n, "neyman" if neyman else "proportional", np.linspace(0.01, 0.9, len(size)))
    assert given_.sum() == n
    assert (given_ >= np.minimum(size, 2)).all() and (given_ <= size).all()


@pytest.mark.parametrize("n", [3, 21])
def test_a_sample_too_small_for_its_strata_or_larger_than_all_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="between 4, two a stratum, and 20"):
        allocate(np.array([10, 10]), n, "proportional")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=80), st.integers(1, 8))
def test_higher_scores_are_never_in_a_lower_stratum(scores: list[float], n: int) -> None:
    score = np.array(scores)
    stratum = strata_by_score(score, n)
    order = np.argsort(score, kind="stable")
    assert (np.diff(stratum[order]) >= 0).all()
    assert set(stratum.tolist()) == set(range(int(stratum.max()) + 1)) and stratum.max() < n


def test_every_unit_is_drawn_as_often_as_its_recorded_probability() -> None:
    stratum = np.array([0] * 6 + [1] * 4)
    draws = [draw_sample(stratum, [2, 3], np.random.default_rng(seed)) for seed in range(3000)]
    often = np.mean([one.drawn for one in draws], axis=0)
    assert draws[0].inclusion == pytest.approx(np.array([2 / 6] * 6 + [3 / 4] * 4))
    assert often == pytest.approx(draws[0].inclusion, abs=0.035)


# Prediction-powered inference.


def test_ppi_without_power_is_the_mean_of_the_labels() -> None:
    label = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    found = prediction_powered_mean(label, np.zeros(5), np.ones(7), 0.9, power=0)
    half = 1.6448536 * (0.24 / 5) ** 0.5
    assert (found.share, found.low, found.high) == pytest.approx((0.6, 0.6 - half, 0.6 + half))


def test_ppi_is_left_out_where_units_had_unequal_probabilities_or_none_is_left() -> None:
    unequal = population([0.5] * 10, [1.0, 0.0, 1.0, 1.0], [0, 1, 8, 9], [0] * 8 + [1] * 2)
    unequal = replace(unequal, sampled=np.array([0, 1, 2, 3, 4, 5, 8]), label=np.ones(7))
    assert prediction_powered_estimate(replace(unequal, sampled=np.array([8, 9]), label=np.ones(2)), 0.9) is None
    everything = population([0.5] * 2, [1.0, 0.0], [0, 1], [0, 0])
    assert prediction_powered_estimate(everything, 0.9) is None


# Quantification.


def seen_by_hand() -> Seen:
    """Ten labels, 5 of each; of the five with the code four score above one half, of the others one."""
    score = np.array([0.9, 0.9, 0.9, 0.9, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1])
    label = np.array([1.0] * 5 + [0.0] * 5)
    return Seen(label, score, np.ones(10), np.array([0.9] * 38 + [0.1] * 62))


def test_counts_are_adjusted_as_counted_by_hand() -> None:
    """Hits .8, false alarms .2, counted .38: (.38 − .2) / (.8 − .2) = .3; the scores' means .74, .26, .404 as well."""
    seen = seen_by_hand()
    assert classify_and_count(seen) == pytest.approx(0.38)
    assert adjusted_count(seen) == pytest.approx(0.3)
    assert probabilistic_adjusted_count(seen) == pytest.approx((0.404 - 0.26) / (0.74 - 0.26))


def test_expectation_maximisation_finds_a_share_that_shifted() -> None:
    """Labels half and half, population one fifth: classify and count is far off, moved scores are not."""
    rng = np.random.default_rng(8)

    def scores(label: np.ndarray) -> np.ndarray:  # calibrated at one half
        shown = rng.normal(np.where(label > 0, 1.0, -1.0), 1.0)
        return np.asarray(1 / (1 + np.exp(-2 * shown)))

    label, truth = (rng.random(2000) < 0.5).astype(float), (rng.random(8000) < 0.2).astype(float)
    seen = Seen(label, scores(label), np.ones(2000), scores(truth))
    assert abs(classify_and_count(seen) - truth.mean()) > 0.05
    assert expectation_maximisation(seen) == pytest.approx(truth.mean(), abs=0.02)


def test_a_model_that_tells_nothing_apart_is_not_adjusted() -> None:
    seen = Seen(np.array([1.0, 0.0]), np.array([0.9, 0.9]), np.ones(2), np.array([0.9, 0.1]))
    assert adjusted_count(seen) == classify_and_count(seen) == 0.5


def test_quantifiers_and_ppi_are_marked_as_comparisons_and_estimates_repeat_with_their_seed() -> None:
    one, again = (estimate_shares(good(), 0.9, 100, np.random.default_rng(4)) for _ in range(2))
    assert one == again
    assert [row.method for row in one.estimates if row.by_design] == ["difference", "sample"]
    assert {row.method for row in one.estimates if not row.by_design} == {
        "ppi", "classify_count", "adjusted_count", "probabilistic_adjusted_count", "expectation_maximisation",
    }  # fmt: skip


def test_without_scores_people_s_labels_stand_alone() -> None:
    found = estimate_shares([replace(u, score=None) for u in good()], 0.9, 100, np.random.default_rng(4))
    assert [row.method for row in found.estimates] == ["sample"]


def test_bootstrap_intervals_hold_their_quantiles_in_order() -> None:
    for row in quantify(read_population(good()), 0.9, 100, np.random.default_rng(2)):
        assert row.low <= row.high


# Coding and chance together.


def test_certain_codes_leave_the_chance_interval() -> None:
    from dynapolis.figures.chance import share_interval

    codes = np.tile(np.array([0] * 30 + [1] * 70), (20_000, 1))
    low, high = central_interval(combined_shares(codes, 2, np.random.default_rng(1)), 0.9)
    expected = share_interval([30, 70], [100, 100], 0.9)
    assert low == pytest.approx(expected[0], abs=0.005) and high == pytest.approx(expected[1], abs=0.005)


def test_the_combined_interval_is_wider_than_either_part() -> None:
    rng = np.random.default_rng(2)
    codes = (rng.random((4000, 100)) < rng.beta(20, 40, (4000, 1))).astype(np.int64)
    coding = np.ptp(central_interval(coding_shares(codes, 2), 0.9), axis=0)
    both = np.ptp(central_interval(combined_shares(codes, 2, rng), 0.9), axis=0)
    assert (both > coding).all()


def test_ppi_over_drawn_labels_has_the_mean_and_the_error_of_ppi_where_labels_are_certain() -> None:
    rng = np.random.default_rng(6)
    label, score, others = (rng.random(80) < 0.4).astype(float), rng.random(80), rng.random(300)
    drawn = combined_prediction_powered(np.tile(label, (20_000, 1)), score, others, rng)
    alone = prediction_powered_mean(label, score, others, 0.9)
    assert central_interval(drawn, 0.9) == pytest.approx((alone.low, alone.high), abs=0.003)


# Refusals.


def test_a_good_sample_is_not_refused() -> None:
    assert list(check_sample(good())) == []


@pytest.mark.parametrize(
    ("number", "change", "column", "told"),
    [
        (1, {"picked": Picked.MODEL}, "picked", "active learning"),
        (1, {"picked": Picked.SEED}, "picked", "known beforehand"),
        (1, {"picked": None}, "picked", "only chance makes a sample"),
        (1, {"inclusion": None}, "inclusion", "no unit stands for the others"),
        (1, {"inclusion": 0.0}, "inclusion", "not represented"),
        (1, {"inclusion": 1.5}, "inclusion", "not represented"),
        (1, {"inclusion": 0.25}, "inclusion", "make a stratum of each probability"),
        (5, {"drawn": True}, "label", "seldom like the others"),
        (1, {"drawn": False}, "drawn", "remove the label"),
        (1, {"unit_id": "u0"}, "unit_id", "one chance"),
        (7, {"score": None}, "score", "let the model score all units"),
        (1, {"label": None, "drawn": False, "picked": None}, "inclusion", "dropped or added"),
        (7, {"stratum": "other"}, "label", "code another one"),
    ],
)
def test_what_makes_no_sample_is_refused_with_its_reason(
    number: int, change: dict[str, object], column: str, told: str
) -> None:
    units = good()
    units[number] = replace(units[number], **change)  # type: ignore[arg-type]
    found = list(check_sample(units))
    assert any(refusal.column == column and told in refusal.mend for refusal in found), found


def test_what_active_learning_picked_may_be_a_stratum_that_was_read_wholly() -> None:
    census = [unit(20 + n, float(n > 0), stratum="read", inclusion=1.0, picked=Picked.MODEL) for n in range(3)]
    assert list(check_sample([*good(), *census])) == []
    found = estimate_shares([*good(), *census], 0.9, 100, np.random.default_rng(1))
    assert found.estimates[1].share == pytest.approx((8 * 0.5 + 2) / 11)
    left_out = [*good(), *census, unit(30, None, stratum="read", inclusion=1.0)]
    assert any(refusal.column == "picked" for refusal in check_sample(left_out))


def test_a_population_without_labels_is_refused() -> None:
    assert any("code the drawn units" in r.mend for r in check_sample([unit(n, None) for n in range(4)]))
