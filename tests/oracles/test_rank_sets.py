"""Confidence sets for ranks, against published results and against the truth in simulations.

Published: the worked example of csranks 1.2.2, written by authors of the method (Mogstad, Romano, Shaikh and Wilhelm,
doi 10.1093/restud/rdad006), vignette "Inference for Ranks": mathematics in PISA 2018, 37 OECD countries. Scores and
standard errors are OECD, PISA 2018 database, as in the package's data-raw/pisa.csv; sets as printed in the vignette.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.errors import BadUse
from dynapolis.index.uncertainty.rank_sets import RankSets, rank_sets_of_estimates, rank_sets_of_replicas

FloatArray = NDArray[np.float64]
PISA_2018 = {
    "Australia": (491.3600252, 1.939833031), "Austria": (498.9423138, 2.970998694),
    "Belgium": (508.0703063, 2.262662011), "Canada": (512.0169429, 2.357475749), "Chile": (417.4065563, 2.41588757),
    "Colombia": (390.9322732, 2.989559274), "Czech Republic": (499.4676508, 2.460661531),
    "Denmark": (509.3983746, 1.735002337), "Estonia": (523.4145802, 1.743602224),
    "Finland": (507.3013618, 1.967920411), "France": (495.4075794, 2.320214487),
    "Germany": (500.0437805, 2.647083096), "Greece": (451.3703438, 3.091228197),
    "Hungary": (481.0826364, 2.319596741), "Iceland": (495.1873762, 1.953082603),
    "Ireland": (499.632894, 2.198621128), "Israel": (463.0345488, 3.498563228), "Italy": (486.5898573, 2.780045867),
    "Japan": (526.9732502, 2.471475318), "Korea": (525.933002, 3.121394315), "Latvia": (496.1263306, 1.962766789),
    "Lithuania": (481.1911884, 1.953282039), "Luxembourg": (483.421485, 1.097632409),
    "Mexico": (408.8014734, 2.493225544), "Netherlands": (519.2309824, 2.632277885),
    "New Zealand": (494.489676, 1.705942856), "Norway": (500.9637885, 2.219044878),
    "Poland": (515.6478747, 2.602085176), "Portugal": (492.4874062, 2.684570081),
    "Slovak Republic": (486.1648542, 2.555595707), "Slovenia": (508.8975441, 1.363877596),
    "Spain": (481.3926126, 1.462417763), "Sweden": (502.3877022, 2.654250935),
    "Switzerland": (515.3147131, 2.908003898), "Turkey": (453.5077774, 2.260406789),
    "United Kingdom": (501.7698992, 2.564428111), "United States": (478.2447174, 3.235444099),
}  # fmt: skip
COUNTRIES = list(PISA_2018)
# As printed in the README of the package.
PRINTED_RANKS = [
    24, 18, 10, 7, 35, 37, 17, 8, 3, 11, 20, 15, 34, 30, 21, 16, 32, 25, 1, 2, 19, 29, 27, 36, 4, 22, 14, 5, 23, 26, 9,
    28, 12, 6, 33, 13, 31,
]  # fmt: skip
PRINTED_TOP_5 = {
    "Belgium", "Canada", "Denmark", "Estonia", "Finland", "Japan", "Korea", "Netherlands", "Poland", "Slovenia",
    "Sweden", "Switzerland",
}  # fmt: skip


def pisa(seed: int = 1, level: float = 0.95, simultaneous: bool = True) -> RankSets:
    scores, errors = np.array(list(PISA_2018.values())).T
    return rank_sets_of_estimates(
        scores, errors, np.random.default_rng(seed), level=level, simultaneous=simultaneous, n_draws=20_000
    )


def ends(sets: RankSets, country: str) -> tuple[int, int]:
    place = COUNTRIES.index(country)
    return int(sets.low[place]), int(sets.high[place])


def test_ranks_of_pisa_are_those_printed() -> None:
    assert pisa().rank.tolist() == PRINTED_RANKS


def test_countries_that_may_be_among_the_best_five_are_those_printed() -> None:
    found = {country for country, may in zip(COUNTRIES, pisa().may_be_among_first(5), strict=True) if may}
    assert found == PRINTED_TOP_5
    surer = {c for c, may in zip(COUNTRIES, pisa(level=0.9).may_be_among_first(5), strict=True) if may}
    assert surer == PRINTED_TOP_5 - {"Sweden"}


def test_the_set_of_the_united_kingdom_is_the_printed_one() -> None:
    """The package prints 8 to 23, its text 7 to 23: at the first rank it depends on the draws of the bootstrap."""
    for seed in range(5):
        low, high = ends(pisa(seed, simultaneous=False), "United Kingdom")
        assert (low in (7, 8), high) == (True, 23)


def test_simultaneous_sets_of_pisa_say_what_is_printed_about_them() -> None:
    sets, wider = pisa(), pisa(level=0.75)
    worst = {"Chile", "Mexico", "Colombia"}
    assert all(ends(sets, c)[1] < 35 for c in COUNTRIES if c not in worst)
    assert all(ends(sets, c)[0] >= 35 for c in worst)
    assert ends(sets, "Korea")[1] == ends(sets, "Germany")[0] == 7
    assert ends(wider, "Korea")[1] < ends(wider, "Germany")[0]


def test_two_units_are_told_apart_exactly_where_a_test_of_their_difference_does() -> None:
    """Of two units, the greatest of both one-sided statistics is |Z|, with the critical value of a two-sided test."""
    rng = np.random.default_rng(2)
    critical = NormalDist().inv_cdf(0.975) * np.hypot(1.0, 0.5)
    for factor, apart in ((1.03, True), (0.97, False)):
        sets = rank_sets_of_estimates(np.array([critical * factor, 0.0]), np.array([1.0, 0.5]), rng, n_draws=200_000)
        assert bool(sets.high[0] == 1) is apart
        one_sided = NormalDist().inv_cdf(0.95) * np.hypot(1.0, 0.5) * factor
        lower = rank_sets_of_estimates(
            np.array([one_sided, 0.0]), np.array([1.0, 0.5]), rng, n_draws=200_000, simultaneous=False, sides="lower"
        )
        assert bool(lower.low[1] == 2) is apart
        assert lower.high.tolist() == [2, 2]


def test_errors_in_common_do_not_blur_an_order() -> None:
    """Two estimates with one error between them differ without error."""
    shared = np.full((2, 2), 4.0)
    sets = rank_sets_of_estimates(np.array([1.01, 1.0]), shared, np.random.default_rng(1))
    assert (sets.low.tolist(), sets.high.tolist()) == ([1, 2], [1, 2])
    apart = rank_sets_of_estimates(np.array([1.01, 1.0]), np.diag(np.diag(shared)), np.random.default_rng(1))
    assert (apart.low.tolist(), apart.high.tolist()) == ([1, 1], [2, 2])


def test_replicas_drawn_from_the_errors_give_the_sets_of_the_errors() -> None:
    estimates, errors = np.array([10.0, 8.0, 7.5, 3.0, 2.8]), np.array([0.5, 0.7, 0.4, 0.3, 0.9])
    rng = np.random.default_rng(3)
    replicas = estimates + rng.normal(size=(100_000, 5)) * errors
    for simultaneous in (True, False):
        a = rank_sets_of_estimates(estimates, errors, rng, simultaneous=simultaneous, n_draws=100_000)
        b = rank_sets_of_replicas(estimates, replicas, simultaneous=simultaneous)
        assert (a.low.tolist(), a.high.tolist()) == (b.low.tolist(), b.high.tolist())


@pytest.mark.parametrize("simultaneous", [True, False])
def test_stepping_down_never_widens_a_set_and_sometimes_closes_it(simultaneous: bool) -> None:
    rng, closer = np.random.default_rng(4), 0
    for seed in range(30):
        estimates, errors = rng.normal(size=8) * 2, rng.uniform(0.2, 0.8, size=8)
        one, down = (
            rank_sets_of_estimates(
                estimates, errors, np.random.default_rng(seed), simultaneous=simultaneous, stepdown=steps, n_draws=2000
            )
            for steps in (False, True)
        )
        assert (down.low >= one.low).all() and (down.high <= one.high).all()
        closer += int((down.low > one.low).any() or (down.high < one.high).any())
    assert closer > 0


def coverage(truth: FloatArray, covariance: FloatArray, simultaneous: bool, n: int, seed: int) -> FloatArray:
    """Whether sets at 90% held the true ranks: of all units at once, or of each."""
    rng = np.random.default_rng(seed)
    true_ranks = 1 + (truth[:, None] < truth[None, :]).sum(axis=1)
    root = np.linalg.cholesky(covariance)
    held = []
    for _ in range(n):
        estimates = truth + root @ rng.normal(size=len(truth))
        sets = rank_sets_of_estimates(estimates, covariance, rng, level=0.9, simultaneous=simultaneous, n_draws=500)
        held.append((sets.low <= true_ranks) & (true_ranks <= sets.high))
    return np.array(held)


@pytest.mark.parametrize(
    "truth",
    [np.zeros(6), np.array([0.0, 0.5, 1.0, 1.5, 2.0, 2.5]), np.array([0.0, 0.0, 0.0, 3.0, 3.0, 8.0])],
    ids=["all equal", "close", "groups"],
)
def test_sets_hold_the_true_ranks_as_often_as_they_say(truth: FloatArray) -> None:
    """Within three standard errors of the simulation, with correlated errors of unequal size."""
    spread = np.array([0.5, 0.7, 1.0, 0.4, 0.8, 0.6])
    covariance = np.outer(spread, spread) * (0.3 + 0.7 * np.eye(6))
    n = 400
    least = 0.9 - 3 * np.sqrt(0.9 * 0.1 / n)
    assert coverage(truth, covariance, True, n, 5).all(axis=1).mean() >= least
    assert (coverage(truth, covariance, False, n, 6).mean(axis=0) >= least).all()


def test_without_scatter_every_set_is_the_rank_and_equal_units_share_theirs() -> None:
    sets = rank_sets_of_replicas(np.array([3.0, 1.0, 2.0]), np.tile([3.0, 1.0, 2.0], (50, 1)))
    assert sets.low.tolist() == sets.high.tolist() == [1, 3, 2]
    tied = rank_sets_of_estimates(np.array([3.0, 3.0, 1.0]), np.zeros(3), np.random.default_rng(1))
    assert (tied.low.tolist(), tied.high.tolist()) == ([1, 1, 3], [2, 2, 3])


@pytest.mark.parametrize(
    ("estimates", "errors", "level", "told"),
    [
        (np.ones(3), np.ones(2), 0.9, "shapes"),
        (np.array([1.0, np.nan]), np.ones(2), 0.9, "a gap"),
        (np.ones(2), np.ones(2), 1.0, "level 1"),
    ],
)
def test_what_has_no_set_is_refused(estimates: FloatArray, errors: FloatArray, level: float, told: str) -> None:
    with pytest.raises(BadUse, match=told):
        rank_sets_of_estimates(estimates, errors, np.random.default_rng(1), level=level)


def test_replicas_with_gaps_only_are_refused() -> None:
    with pytest.raises(BadUse, match="0 replicas without gaps"):
        rank_sets_of_replicas(np.ones(2), np.full((5, 2), np.nan))
