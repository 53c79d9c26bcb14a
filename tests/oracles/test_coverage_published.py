"""Estimators of coverage against printed worked examples, and log-linear models against statsmodels.

Printed numbers: the output that the R package Rcapture keeps of its own examples (tests/Examples/Rcapture-Ex.Rout.save)
and the results of papers that its tests hold it to (inst/tests/testPapersResults.R), both GPL-2, of which only numbers
are taken: Seber (1982, p. 107), Cormack (1989), Abeni et al. (1994), Bruno et al. (1994), Darroch et al. (1993) by way
of Rivest (2011), Cormack, Chang and Smith (2000). The hepatitis lists are those of Chao et al. (2001),
doi 10.1002/sim.996, as the package CARE1 has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from dynapolis.figures.coverage.chao import bound_of_lists, fit_bound, lower_bound
from dynapolis.figures.coverage.chapman import chapman
from dynapolis.figures.coverage.choose import log_linear
from dynapolis.figures.coverage.dependence import fisher_p_value
from dynapolis.figures.coverage.estimate import Estimate, Refused, log_normal_interval
from dynapolis.figures.coverage.lists import Histories, from_rows
from dynapolis.figures.coverage.log_linear import Fit, Pair, design, find_models, fit_models
from dynapolis.figures.coverage.profile import profile_interval
from dynapolis.model.coverage import Reason

SEBER = from_rows("ab", [167, 781, 254])
DARROCH_R3 = from_rows("123", [72, 155, 7, 71, 13, 53, 43])
DIABETES = from_rows("1234", [58, 157, 18, 104, 46, 650, 12, 709, 14, 20, 7, 74, 8, 182, 10])
HIV = from_rows("1234", [0, 3, 1, 33, 0, 20, 6, 403, 3, 35, 10, 545, 11, 621, 205])
CORMACK_CHANG_SMITH = from_rows("123", [72, 5, 29, 54, 24, 3, 14])
HEPATITIS = from_rows("PQE", [28, 21, 17, 69, 18, 55, 63])
EVERY_PAIR_OF_THREE, EVERY_PAIR_OF_FOUR = list(combinations(range(3), 2)), list(combinations(range(4), 2))


def total(histories: Histories, fit: Fit) -> float:
    return histories.n_found + fit.unseen


# Two lists.


def test_two_lists_of_seber_give_the_printed_estimate_and_error() -> None:
    found = chapman(SEBER, 0.95)
    assert isinstance(found, Estimate)
    assert (round(found.total, 1), round(found.error, 1)) == (2382.8, 129.1)


def test_two_lists_without_correction_are_the_log_linear_model_of_independence() -> None:
    fit = fit_models(SEBER, [()])[0]
    assert (round(total(SEBER, fit), 1), round(fit.error, 1)) == (2389.9, 130.4)


def test_lists_of_ten_and_fifteen_that_share_five_are_28_between_22_and_65() -> None:
    """11 · 16 / 6 − 1, and Sadinle's ends by hand from 5.5, 5.5 and 10.5."""
    spread = np.sqrt(1 / 5.5 + 1 / 5.5 + 1 / 10.5 + 5.5 / (5.5 * 10.5))
    low, high = (19.5 + 5.5 * 10.5 / 5.5 * np.exp(sign * 1.959964 * spread) for sign in (-1, 1))
    found = chapman(from_rows("ab", [5, 5, 10]), 0.95, min_shared=1)
    assert isinstance(found, Estimate)
    assert (round(found.total), round(found.low), round(found.high)) == (28, 22, 65)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_the_hepatitis_lists_by_pairs_are_those_of_chapman_s_formula_with_a_log_normal_interval() -> None:
    for pair, formula in (((0, 1), 136 * 123 / 50 - 1), ((0, 2), 136 * 127 / 46 - 1), ((1, 2), 123 * 127 / 47 - 1)):
        rest = ({0, 1, 2} - set(pair)).pop()
        counts = HEPATITIS.counts.sum(axis=rest)
        counts[0, 0] = 0
        found = chapman(Histories(tuple(HEPATITIS.lists[n] for n in pair), counts), 0.95)
        assert isinstance(found, Estimate)
        assert found.total == pytest.approx(formula)
        assert found.low < formula < found.high


# Three lists and more.


@pytest.mark.parametrize(
    ("histories", "pairs", "n", "error", "deviance"),
    [
        (DARROCH_R3, EVERY_PAIR_OF_THREE, "1240", "451", "0.0"),
        (DARROCH_R3, [(0, 1), (1, 2)], "850", "186", "3.8"),
        (DIABETES, [pair for pair in EVERY_PAIR_OF_FOUR if pair != (0, 3)], "2771", "145", "7.62"),
        (DIABETES, [(0, 2), (1, 3), (2, 3)], "2472", "53", "21.97"),
        (HIV, EVERY_PAIR_OF_FOUR, "23443.5", "9594.9", "3.037"),
        (HIV, [(0, 1)], "12318.5", "1188.7", "7.614"),
        (CORMACK_CHANG_SMITH, [], "209", "", "75.1"),
        (CORMACK_CHANG_SMITH, [(0, 2), (1, 2)], "233", "", ""),
    ],
)
def test_log_linear_models_give_the_printed_totals(
    histories: Histories, pairs: list[Pair], n: str, error: str, deviance: str
) -> None:
    fit = fit_models(histories, [tuple(pairs)])[0]
    for value, printed in ((total(histories, fit), n), (fit.error, error), (abs(fit.deviance), deviance)):
        if printed:
            decimals = len(printed.partition(".")[2])
            assert f"{value:.{decimals}f}" == printed


@pytest.mark.parametrize(
    ("histories", "pairs", "low", "high"),
    [
        (HIV, [(0, 1)], "10266", "14992.3"),
        (HIV, EVERY_PAIR_OF_FOUR, "10027.6", "50046.3"),
        (CORMACK_CHANG_SMITH, [], "203", "217"),
        (CORMACK_CHANG_SMITH, [(0, 2), (1, 2)], "204", ""),
    ],
)
def test_profile_intervals_are_the_printed_ones(histories: Histories, pairs: list[Pair], low: str, high: str) -> None:
    ends = profile_interval(histories, fit_models(histories, [tuple(pairs)]), 0.95)
    for value, printed in zip(ends, (low, high), strict=True):
        if printed:
            assert f"{value:.{len(printed.partition('.')[2])}f}" == printed


def test_three_saturated_lists_are_the_product_of_odd_over_even_cells() -> None:
    """n₁₁₁ n₁₀₀ n₀₁₀ n₀₀₁ / (n₁₁₀ n₁₀₁ n₀₁₁): Bishop, Fienberg and Holland (1975), Discrete multivariate analysis."""
    fit = fit_models(HEPATITIS, [tuple(EVERY_PAIR_OF_THREE)])[0]
    assert fit.unseen == pytest.approx(28 * 69 * 55 * 63 / (21 * 17 * 18))


def test_the_sample_coverage_of_the_hepatitis_lists_is_too_low_for_more_than_a_lower_bound() -> None:
    assert round(HEPATITIS.sample_coverage, 3) == 0.513
    assert log_linear(HEPATITIS, 0.95) == Refused(Reason.LOW_COVERAGE)
    assert isinstance(bound_of_lists(HEPATITIS, 0.95), Estimate)


# The lower bound.


@pytest.mark.parametrize(
    ("found", "once", "twice", "n_lists", "n", "error"),
    [
        (68, 25, 22, 6, "79.8", "6.4"),  # snowshoe hares, Cormack (1989)
        (1880, 1645, 183, np.inf, "9273.5", "662.6"),  # illegal immigrants, van der Heijden et al. (2003)
    ],
)
def test_chao_s_bound_is_the_printed_one(found: int, once: int, twice: int, n_lists: float, n: str, error: str) -> None:
    bound = lower_bound(found, once, twice, 0.95, n_lists)
    assert (f"{bound.total:.1f}", f"{bound.error:.1f}") == (n, error)


@pytest.mark.parametrize(
    ("histories", "pairs", "n", "error", "deviance"),
    [
        (DARROCH_R3, [(0, 1)], "681", "78", "3.45"),
        (DIABETES, [(0, 2), (1, 3), (2, 3)], "2588", "75", "3.13"),
    ],
)
def test_the_bound_of_unequal_lists_is_the_printed_one(
    histories: Histories, pairs: list[Pair], n: str, error: str, deviance: str
) -> None:
    fit = fit_bound(histories, pairs)
    assert (f"{total(histories, fit):.0f}", f"{fit.error:.0f}", f"{fit.deviance:.2f}") == (n, error, deviance)


# An independent implementation.


def statsmodels_fit(histories: Histories, pairs: Sequence[Pair]) -> tuple[float, float, float]:
    """Total, standard error of the logarithm of the unseen, and deviance, by the Poisson GLM of statsmodels."""
    api = pytest.importorskip("statsmodels.api")
    patterns, counts = histories.rows()
    result = api.GLM(counts, design(patterns, pairs), family=api.families.Poisson()).fit(tol=1e-12, maxiter=200)
    return histories.n_found + float(np.exp(result.params[0])), float(result.bse[0]), float(result.deviance)


@pytest.mark.filterwarnings("ignore:Perfect separation", "ignore:divide by zero")  # a saturated model fits perfectly
@pytest.mark.parametrize("seed", range(12))
def test_log_linear_models_agree_with_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_lists = 3 + seed % 3
    histories = from_rows([str(n) for n in range(n_lists)], rng.poisson(9, size=2**n_lists - 1) + 1)
    pairs = [pair for pair in combinations(range(n_lists), 2) if rng.random() < 0.4]
    fit = fit_models(histories, [tuple(pairs)])[0]
    n, error_of_log, deviance = statsmodels_fit(histories, pairs)
    assert total(histories, fit) == pytest.approx(n, rel=1e-7)
    assert fit.error_of_log == pytest.approx(error_of_log, rel=1e-6)
    assert fit.deviance == pytest.approx(deviance, rel=1e-7, abs=1e-7)


@pytest.mark.filterwarnings("ignore:Perfect separation", "ignore:divide by zero")
@pytest.mark.parametrize("histories", [DARROCH_R3, DIABETES, HIV, CORMACK_CHANG_SMITH, HEPATITIS])
def test_the_model_chosen_is_the_one_of_lowest_aicc_by_statsmodels(histories: Histories) -> None:
    every, n = list(combinations(range(len(histories.lists)), 2)), histories.n_found
    aicc = {}
    for size in range(len(every) + 1):
        for pairs in combinations(every, size):
            p = 1 + len(histories.lists) + size
            aicc[pairs] = statsmodels_fit(histories, pairs)[2] + 2 * p + 2 * p * (p + 1) / (n - p - 1)
    best = find_models(histories)[0]
    assert best.pairs == min(aicc, key=lambda pairs: aicc[pairs])
    assert best.aicc == pytest.approx(aicc[best.pairs])


@pytest.mark.parametrize("seed", range(20))
def test_the_exact_test_of_two_lists_is_that_of_scipy(seed: int) -> None:
    table = np.random.default_rng(seed).poisson(6, size=(2, 2))
    assert fisher_p_value(*table.ravel().tolist()) == pytest.approx(stats.fisher_exact(table).pvalue)


def test_a_log_normal_interval_holds_what_its_formula_says() -> None:
    low, high = log_normal_interval(283, 407.47, 27.43, 0.95)
    assert (low - 283) * (high - 283) == pytest.approx((407.47 - 283) ** 2)
