"""Chance intervals and shrunk shares against scipy's distributions and against simulated truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from dynapolis.figures.chance import count_interval, draw_counts, draw_shares, probability_of_most, share_interval
from dynapolis.figures.indicators import (
    INDICATORS,
    MEAN,
    RATES,
    SHARES,
    Learned,
    Tallies,
    compute,
    draw_chance,
    learn,
    tally,
)
from dynapolis.figures.shrinkage import BetaPrior, fit_beta_prior
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts

FloatArray = NDArray[np.float64]
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


# Jeffreys intervals.


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), LEVELS)
def test_the_interval_of_a_share_is_that_of_the_beta_posterior(k: int, more: int, level: float) -> None:
    n = k + more
    low, high = share_interval(k, n, level)
    posterior = stats.beta(k + 0.5, n - k + 0.5)
    assert float(low) == pytest.approx(0 if k == 0 else posterior.ppf((1 - level) / 2), abs=1e-9)
    assert float(high) == pytest.approx(1 if k == n else posterior.ppf((1 + level) / 2), abs=1e-9)
    if n:
        assert low <= k / n <= high


@settings(deadline=None)
@given(st.integers(0, 2000), LEVELS)
def test_the_interval_of_a_count_is_that_of_the_gamma_posterior(n: int, level: float) -> None:
    low, high = count_interval(n, level)
    assert float(low) == pytest.approx(0 if n == 0 else stats.gamma(n + 0.5).ppf((1 - level) / 2), rel=1e-9)
    assert float(high) == pytest.approx(stats.gamma(n + 0.5).ppf((1 + level) / 2), rel=1e-9)
    assert low <= n <= high


def test_intervals_come_in_the_shape_of_the_counts() -> None:
    k, n = np.array([[0, 1], [2, 3]]), np.array([[3, 3], [3, 3]])
    assert all(end.shape == (2, 2) for end in (*share_interval(k, n, 0.9), *count_interval(k, 0.9)))


def test_two_against_one_is_not_a_finding() -> None:
    low, high = share_interval(2, 3, 0.9)
    assert low < 0.5 < high


def test_without_a_record_a_share_may_be_anything() -> None:
    assert [float(end) for end in share_interval(0, 0, 0.9)] == [0.0, 1.0]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("n", [20, 60])
def test_the_interval_of_a_share_holds_the_truth_about_as_often_as_it_says(share: float, n: int) -> None:
    """Over shares near the one stated: at a single one the interval's cover swings, as counts are whole numbers."""
    held = []
    for true in np.linspace(share - 0.05, share + 0.05, 41):
        k = np.arange(n + 1)
        low, high = share_interval(k, np.full(n + 1, n), 0.9)
        held.append(stats.binom(n, true).pmf(k)[(low <= true) & (true <= high)].sum())
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_drawn_counts_and_shares_follow_their_posteriors() -> None:
    rng = np.random.default_rng(20)
    counts = np.array([0, 3, 12])
    rates, shares = draw_counts(counts, 5000, rng), draw_shares(counts, 5000, rng)
    assert rates.shape == shares.shape == (5000, 3)
    assert shares.sum(axis=1) == pytest.approx(np.ones(5000))
    for place, n in enumerate(counts):
        assert stats.kstest(rates[:, place], stats.gamma(n + 0.5).cdf).pvalue > 0.001
        assert stats.kstest(shares[:, place], stats.beta(n + 0.5, 15 - n + 1.0).cdf).pvalue > 0.001


def test_the_probability_to_be_the_most_adds_up_to_one() -> None:
    draws = draw_shares(np.array([2, 2, 9]), 4000, np.random.default_rng(2))
    probability = probability_of_most(draws)
    assert probability.sum() == pytest.approx(1)
    assert probability[2] > 0.9 and probability[0] == pytest.approx(probability[1], abs=0.03)


# Shrinkage.


@pytest.mark.parametrize(("a", "b"), [(2.0, 5.0), (6.0, 6.0), (0.8, 1.6), (12.0, 3.0)])
def test_the_prior_of_simulated_cities_is_recovered(a: float, b: float) -> None:
    rng = np.random.default_rng(31)
    n = rng.integers(5, 60, size=20_000)
    k = rng.binomial(n, rng.beta(a, b, size=len(n)))
    prior = fit_beta_prior(k.astype(float), n.astype(float))
    assert (prior.a, prior.b) == (pytest.approx(a, rel=0.06), pytest.approx(b, rel=0.06))


def test_with_equal_records_the_prior_is_that_of_the_textbook_moments() -> None:
    k, n = np.array([1.0, 4.0, 5.0, 9.0, 2.0]), 10.0
    p, shares = k.mean() / n, k / n
    between = ((shares - p) ** 2).sum() / (len(k) - 1) - p * (1 - p) / n  # unbiased spread less binomial spread
    weight = p * (1 - p) / (between * n / (n - 1)) - 1
    prior = fit_beta_prior(k, np.full(5, n))
    assert (prior.a, prior.b) == (pytest.approx(p * weight), pytest.approx((1 - p) * weight))


def test_cities_that_differ_no_more_than_by_chance_share_the_weight_of_all_records() -> None:
    prior = fit_beta_prior(np.array([5.0, 10.0, 20.0]), np.array([10.0, 20.0, 40.0]))
    assert (prior.a, prior.b) == (pytest.approx(35), pytest.approx(35))


def test_cities_that_could_not_differ_more_keep_the_weight_of_one_record() -> None:
    prior = fit_beta_prior(np.array([20.0, 0.0, 20.0, 0.0]), np.full(4, 20.0))
    assert prior.a + prior.b == pytest.approx(1)


counts_of_cities = st.lists(
    st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8
).filter(lambda pairs: sum(n for _, n in pairs) > 0)


@settings(deadline=None)
@given(counts_of_cities)
def test_a_shrunk_share_lies_between_the_citys_own_and_that_of_all(pairs: list[tuple[int, int]]) -> None:
    k, n = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    prior = fit_beta_prior(k, n)
    assert prior.a > 0 and prior.b > 0 and 1 <= prior.a + prior.b <= n.sum() + 1e-9
    common = prior.a / (prior.a + prior.b)
    shrunk = prior.shrink(k, n)
    own = np.where(n > 0, k / np.maximum(n, 1), common)
    assert (np.minimum(own, common) - 1e-12 <= shrunk).all() and (shrunk <= np.maximum(own, common) + 1e-12).all()
    assert (shrunk > 0).all() and (shrunk < 1).all()


@settings(deadline=None)
@given(counts_of_cities)
def test_a_city_without_a_record_teaches_nothing(pairs: list[tuple[int, int]]) -> None:
    k, n = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    with_empty = fit_beta_prior(np.append(k, 0.0), np.append(n, 0.0))
    assert with_empty == fit_beta_prior(k, n)


@settings(deadline=None)
@given(st.floats(0.1, 20), st.floats(0.1, 20), st.integers(0, 20), st.integers(1, 20))
def test_more_records_of_the_same_share_are_shrunk_less(a: float, b: float, k: int, more: int) -> None:
    prior, n = BetaPrior(a, b), k + more
    few, many = prior.shrink(np.array([k, 10.0 * k]), np.array([n, 10.0 * n]))
    assert abs(many - k / n) <= abs(few - k / n) + 1e-12


def test_no_record_anywhere_is_refused() -> None:
    with pytest.raises(ValueError, match="no city has a record"):
        fit_beta_prior(np.zeros(3), np.zeros(3))


# Indicators under chance: the weight that every unit gets makes exactly the posteriors above.

CODES = {
    "kind": ("project", "programme", "living_lab", "lab_project"),
    "track": ("industry", "living_lab", "community", "service"),
    "sector": ("transport", "education"),
    "goal": ("rnbd_business_model", "startup_support", "business_district", "job_creation", "other", "none"),
    "lab_type": ("demonstration", "business_creation", "education", "brainstorming"),
    "stage": ("none", "pilot", "demonstration", "scale_up", "citywide", "operating", "unknown"),
    "status": ("planned", "active", "ended", "cancelled", "unknown"),
    "lead": ("public", "private", "civic", "academic", "mixed", "unknown"),
}
# One line per unit: city, kind, track, stage, status, lead.
UNITS = """
    0 project industry pilot ended public
    0 project industry citywide ended private
    0 project service scale_up active public
    0 lab_project living_lab pilot active civic
    0 lab_project living_lab operating ended public
    0 living_lab living_lab pilot active public
    1 project service none planned public
    1 programme industry demonstration active public
    1 project community citywide ended civic
    1 living_lab living_lab scale_up active public
    1 living_lab living_lab pilot ended academic
    1 living_lab living_lab demonstration active private
"""
INHABITANTS = np.array([2e6, 0.5e6])
N_DRAWS = 6000


@dataclass(frozen=True)
class TwoCities:
    """Twelve units in two cities, what they count towards, and indicators with and without chance."""

    facts: UnitFacts
    tallies: Tallies
    learned: Learned
    found: FloatArray
    drawn: FloatArray


@pytest.fixture(scope="module")
def two_cities() -> TwoCities:
    rows = [line.split() for line in UNITS.split("\n") if line.strip()]
    n = len(rows)
    columns = {
        scheme: np.array([[CODES[scheme].index(row[place]) for row in rows]])
        for place, scheme in enumerate(("kind", "track", "stage", "status", "lead"), start=1)
    }
    columns |= {scheme: np.zeros((1, n), dtype=np.int64) for scheme in ("sector", "goal", "lab_type")}
    nothing = np.zeros((n, 4), dtype=bool)
    facts = UnitFacts(
        city=np.array([int(row[0]) for row in rows]),
        n_cities=2,
        also={scheme: np.zeros((n, len(CODES[scheme])), dtype=bool) for scheme in ("goal", "lab_type")},
        lead_helices=nothing,
        partner_helices=nothing,
        codes=CODES,
        sector_fold=np.arange(2),
    )
    tallies = tally(UnitCodes(columns), facts)
    learned = learn(tallies, facts, dict.fromkeys(INDICATORS, 1), 50, np.random.default_rng(1))
    chance = draw_chance(learned, N_DRAWS, n, 2, np.random.default_rng(2))
    return TwoCities(
        facts,
        tallies,
        learned,
        compute(tallies, facts, learned, INHABITANTS, None)[0],
        compute(tallies, facts, learned, INHABITANTS, chance),
    )


# Successes and trials by city, counted by hand from the lines above.
BY_HAND = {
    "a1": ([4, 1], [4, 1]),
    "a2": ([1, 3], [1, 3]),
    "a3": ([4, 1], [5, 3]),
    "p1": ([2, 0], [4, 1]),
    "p3": ([2, 0], [4, 1]),
    "m1": ([1, 1], [4, 4]),
    "m2": ([2, 0], [3, 1]),
}


@pytest.mark.parametrize("indicator", [*RATES, *SHARES])
def test_every_count_behind_an_indicator_is_as_counted_by_hand(two_cities: TwoCities, indicator: str) -> None:
    hits, base = BY_HAND[indicator]
    place = INDICATORS.index(indicator)
    assert two_cities.learned.n_records[:, place].tolist() == base
    assert two_cities.facts.sum_by_city(two_cities.tallies.hit[indicator].astype(float))[0].tolist() == hits
    prior = two_cities.learned.priors.get(indicator)
    expected = (
        np.array(hits) / INHABITANTS * 1e6
        if prior is None
        else (np.array(hits) + prior.a) / (np.array(base) + prior.a + prior.b)
    )
    assert two_cities.found[:, place] == pytest.approx(expected)


@pytest.mark.parametrize("city", [0, 1])
@pytest.mark.parametrize("indicator", RATES)
def test_a_rate_under_chance_has_exactly_its_gamma_posterior(two_cities: TwoCities, indicator: str, city: int) -> None:
    rates = two_cities.drawn[:, city, INDICATORS.index(indicator)] * INHABITANTS[city] / 1e6
    assert stats.kstest(rates, stats.gamma(BY_HAND[indicator][0][city] + 0.5).cdf).pvalue > 0.001


@pytest.mark.parametrize("city", [0, 1])
@pytest.mark.parametrize("indicator", SHARES)
def test_a_share_under_chance_has_exactly_its_beta_posterior(two_cities: TwoCities, indicator: str, city: int) -> None:
    (k, n), prior = (column[city] for column in BY_HAND[indicator]), two_cities.learned.priors[indicator]
    shares = two_cities.drawn[:, city, INDICATORS.index(indicator)]
    assert stats.kstest(shares, stats.beta(k + prior.a, n - k + prior.b).cdf).pvalue > 0.001


def test_the_mean_number_of_helices_under_chance_has_the_mean_of_its_dirichlet_posterior(
    two_cities: TwoCities,
) -> None:
    """Every lead here is one known helix without partners, so all projects have one helix and the mean must be 1."""
    assert two_cities.tallies.helices[two_cities.tallies.base[MEAN]].tolist() == [1] * 5
    place = INDICATORS.index(MEAN)
    assert two_cities.found[:, place] == pytest.approx(np.ones(2), abs=1e-4)
    assert two_cities.drawn[:, :, place] == pytest.approx(np.ones((N_DRAWS, 2)), abs=0.05)


def test_all_indicators_of_a_draw_see_the_same_shaken_evidence(two_cities: TwoCities) -> None:
    """Shares that rest on the same units move together; those of different cities do not."""
    scaled_up = two_cities.drawn[:, :, INDICATORS.index("m1")]
    lasted = two_cities.drawn[:, :, INDICATORS.index("m2")]
    assert np.corrcoef(scaled_up[:, 0], lasted[:, 0])[0, 1] > 0.05
    assert abs(np.corrcoef(scaled_up[:, 0], scaled_up[:, 1])[0, 1]) < 0.05


def test_diversities_and_evenness_stay_inside_their_scales_under_chance(two_cities: TwoCities) -> None:
    for indicator, most in (("b1", 2), ("b2", 6), ("b3", 4)):
        drawn = two_cities.drawn[:, :, INDICATORS.index(indicator)]
        assert (drawn >= 1).all() and (drawn <= most).all()
    even = two_cities.drawn[:, :, INDICATORS.index("c1")]
    assert ((even >= 0) & (even <= 1) | np.isnan(even)).all()
