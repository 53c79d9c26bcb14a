"""Laws of the index that hold for all inputs: units, weights, monotony, ranks, gaps, tiers, sensitivity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from dynapolis.figures.indicators import INDICATORS, draw_chance, tally
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.index.aggregate import aggregate
from dynapolis.index.build import build_index, default_choices, draw_choices
from dynapolis.index.normalise import normalise
from dynapolis.index.rank import assign_tiers, average_ranks, probability_ahead, probability_of_top, rank_interval
from dynapolis.index.sensitivity import sobol_indices
from dynapolis.index.treat import treat
from dynapolis.model.index_spec import Aggregation, IndexSpec, Normalisation, Treat
from dynapolis.steps.index import Evidence, Model, index_tables, learn_model, score, values_of
from dynapolis.store.content import ContentPaths, read_codebook, read_index_spec

FloatArray = NDArray[np.float64]
NORMALISATIONS: tuple[Normalisation, ...] = ("min_max", "rank", "z_score")
AGGREGATIONS: tuple[Aggregation, ...] = ("arithmetic", "geometric", "harmonic")
SCALE = (1.0, 100.0)
N_INDICATORS = len(INDICATORS)
laws = settings(deadline=None, max_examples=60)

whole = st.integers(-1000, 1000).map(float)
normalisations, aggregations = st.sampled_from(NORMALISATIONS), st.sampled_from(AGGREGATIONS)


@st.composite
def tables(draw: st.DrawFn, gaps: bool = False, n_indicators: int | None = None) -> FloatArray:
    """Values of one draw, shape (1, n_cities, n_indicators): whole numbers, NaN where there is a gap."""
    shape = (1, draw(st.integers(2, 12)), n_indicators or draw(st.integers(1, 4)))
    values = draw(arrays(np.float64, shape, elements=whole))
    if gaps:
        values = np.where(draw(arrays(np.bool_, shape)), np.nan, values)
    return values


@pytest.fixture(scope="session")
def spec() -> IndexSpec:
    return read_index_spec(ContentPaths.default().index)


def one_way(spec: IndexSpec, normalisation: Normalisation, within: Aggregation, between: Aggregation) -> IndexSpec:
    """The specification with these methods, no treatment, and nothing uncertain."""
    default = spec.default.model_copy(
        update={
            "normalisation": normalisation,
            "within_pillars": within,
            "between_pillars": between,
            "treat": spec.default.treat.model_copy(update={"method": "none"}),
        }
    )
    uncertain = spec.uncertain.model_copy(
        update={
            "normalisation": (normalisation,),
            "within_pillars": (within,),
            "between_pillars": (between,),
            "treatment": ("none",),
        }
    )
    denominator = spec.denominator.model_copy(update={"alternatives": ()})
    return spec.model_copy(update={"default": default, "uncertain": uncertain, "denominator": denominator})


def index_of(values: FloatArray, spec: IndexSpec) -> FloatArray:
    return build_index(values, spec, default_choices(spec)).index


# Normalisation.


@laws
@given(tables(gaps=True), normalisations, st.integers(1, 50), st.integers(-500, 500))
def test_another_unit_of_measurement_changes_no_score(
    values: FloatArray, method: Normalisation, times: int, plus: int
) -> None:
    assume(np.isfinite(values).any(axis=1).all())
    up = np.ones(values.shape[2])
    before, after = normalise(values, up, method, SCALE), normalise(values * times + plus, up, method, SCALE)
    assert after == pytest.approx(before, abs=1e-9, nan_ok=True)


@laws
@given(tables(), normalisations)
def test_turning_an_indicator_round_is_measuring_it_the_other_way(values: FloatArray, method: Normalisation) -> None:
    up = np.ones(values.shape[2])
    assert normalise(values, -up, method, SCALE) == pytest.approx(normalise(-values, up, method, SCALE), abs=1e-9)


@laws
@given(tables(gaps=True), normalisations)
def test_scores_keep_the_order_of_values_and_lie_on_the_scale(values: FloatArray, method: Normalisation) -> None:
    assume(np.isfinite(values).any(axis=1).all())
    scores = normalise(values, np.ones(values.shape[2]), method, SCALE)
    assert (np.isnan(scores) == np.isnan(values)).all()
    seen = scores[np.isfinite(scores)]
    assert (seen >= SCALE[0]).all() and (seen <= SCALE[1]).all()
    for column, scored in zip(values[0].T, scores[0].T, strict=True):
        above = column[:, None] > column[None, :]
        assert (scored[:, None] - scored[None, :])[above].min(initial=0) >= 0
        if method != "z_score" and np.nanmax(column) > np.nanmin(column):
            assert np.nanmin(scored) == SCALE[0] and np.nanmax(scored) == SCALE[1]


@laws
@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.integers(1, 12), normalisations)
def test_where_all_cities_are_equal_each_gets_the_middle(value: float, n: int, method: Normalisation) -> None:
    scores = normalise(np.full((1, n, 1), value), np.ones(1), method, SCALE)
    assert scores == pytest.approx(np.full((1, n, 1), 50.0 if method == "z_score" else 50.5))


@laws
@given(tables(gaps=True), normalisations)
def test_a_city_without_a_value_changes_no_other_citys_score(values: FloatArray, method: Normalisation) -> None:
    assume(np.isfinite(values).any(axis=1).all())
    up = np.ones(values.shape[2])
    empty = np.full((1, 1, values.shape[2]), np.nan)
    together = normalise(np.concatenate([values, empty], axis=1), up, method, SCALE)
    assert together[:, :-1] == pytest.approx(normalise(values, up, method, SCALE), abs=1e-9, nan_ok=True)
    assert np.isnan(together[:, -1]).all()


def test_an_indicator_that_one_city_alone_has_gives_it_the_middle() -> None:
    values = np.array([[[3.0], [np.nan]]])
    for method in NORMALISATIONS:
        scores = normalise(values, np.ones(1), method, SCALE)
        assert scores[0, 0, 0] == pytest.approx(50, abs=0.5) and np.isnan(scores[0, 1, 0])


# Aggregation.

positive = st.floats(0.5, 100)
weights_of_parts = st.floats(0.1, 10)


@st.composite
def parts_and_weights(draw: st.DrawFn) -> tuple[FloatArray, FloatArray]:
    n = draw(st.integers(1, 6))
    values = draw(arrays(np.float64, (1, draw(st.integers(1, 5)), n), elements=positive))
    return values, draw(arrays(np.float64, n, elements=weights_of_parts))


@laws
@given(parts_and_weights())
def test_means_lie_between_the_ends_and_in_their_known_order(given_: tuple[FloatArray, FloatArray]) -> None:
    values, weights = given_
    arithmetic, geometric, harmonic = (aggregate(values, weights, method) for method in AGGREGATIONS)
    steps = [values.min(axis=2), harmonic, geometric, arithmetic, values.max(axis=2)]
    for low, high in pairwise(steps):
        assert (low <= high * (1 + 1e-12)).all()


@laws
@given(parts_and_weights(), aggregations, st.floats(0.01, 100))
def test_weights_count_only_by_their_proportions(
    given_: tuple[FloatArray, FloatArray], method: Aggregation, times: float
) -> None:
    values, weights = given_
    assert aggregate(values, weights * times, method) == pytest.approx(aggregate(values, weights, method), rel=1e-12)
    by_draw = np.tile(weights * times, (len(values), 1))
    assert aggregate(values, by_draw, method) == pytest.approx(aggregate(values, weights, method), rel=1e-12)


@laws
@given(parts_and_weights(), aggregations, st.data())
def test_a_missing_part_is_left_out_as_if_it_had_never_been_there(
    given_: tuple[FloatArray, FloatArray], method: Aggregation, data: st.DataObject
) -> None:
    values, weights = given_
    place = data.draw(st.integers(0, len(weights)))
    gap = np.insert(values, place, np.nan, axis=2)
    found = aggregate(gap, np.insert(weights, place, 3.0), method)
    assert found == pytest.approx(aggregate(values, weights, method), rel=1e-12)


def test_a_city_without_any_part_has_no_mean() -> None:
    for method in AGGREGATIONS:
        assert np.isnan(aggregate(np.full((1, 2, 3), np.nan), np.ones(3), method)).all()


def test_means_of_one_and_a_hundred_are_the_textbook_ones() -> None:
    values = np.array([[[1.0, 100.0]]])
    found = [float(aggregate(values, np.ones(2), method)[0, 0]) for method in AGGREGATIONS]
    assert found == pytest.approx([50.5, 10.0, 200 / 101])


# The whole index.


@laws
@given(tables(n_indicators=N_INDICATORS), st.data())
def test_units_and_weight_scales_change_no_index(spec: IndexSpec, values: FloatArray, data: st.DataObject) -> None:
    """With the default treatment too: outliers are judged by shape, and the logarithm begins at the lowest value."""
    times = data.draw(arrays(np.float64, N_INDICATORS, elements=st.integers(1, 20).map(float)))
    heavier = spec.model_copy(
        update={
            "indicators": tuple(i.model_copy(update={"weight": i.weight * 7}) for i in spec.indicators),
            "pillars": tuple(p.model_copy(update={"weight": p.weight * 0.3}) for p in spec.pillars),
        }
    )
    before = index_of(values, spec)
    assert index_of(values * times + 11.0, spec) == pytest.approx(before, abs=1e-7)
    assert index_of(values, heavier) == pytest.approx(before, abs=1e-9)


@laws
@given(tables(n_indicators=N_INDICATORS), normalisations, aggregations, aggregations, st.data())
def test_improving_an_indicator_never_lowers_the_citys_own_score(
    spec: IndexSpec,
    values: FloatArray,
    normalisation: Normalisation,
    within: Aggregation,
    between: Aggregation,
    data: st.DataObject,
) -> None:
    fixed = one_way(spec, normalisation, within, between)
    city = data.draw(st.integers(0, values.shape[1] - 1))
    indicator = data.draw(st.integers(0, N_INDICATORS - 1))
    better = values.copy()
    better[0, city, indicator] += spec.indicators[indicator].direction * data.draw(st.integers(1, 500))
    assert index_of(better, fixed)[0, city] >= index_of(values, fixed)[0, city] - 1e-9


@laws
@given(tables(n_indicators=N_INDICATORS), normalisations, aggregations, aggregations)
def test_index_and_pillars_stay_on_the_scale(
    spec: IndexSpec, values: FloatArray, normalisation: Normalisation, within: Aggregation, between: Aggregation
) -> None:
    fixed = one_way(spec, normalisation, within, between)
    scores = build_index(values, fixed, default_choices(fixed))
    for found in (scores.index, scores.pillars, scores.normalised):
        assert (found >= SCALE[0] - 1e-9).all() and (found <= SCALE[1] + 1e-9).all()


@laws
@given(tables(n_indicators=N_INDICATORS), st.data())
def test_the_order_of_cities_changes_nobodys_score(spec: IndexSpec, values: FloatArray, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(values.shape[1])))
    assert index_of(values[:, order], spec) == pytest.approx(index_of(values, spec)[:, order], abs=1e-9)


@laws
@given(tables(n_indicators=N_INDICATORS), st.sets(st.integers(0, N_INDICATORS - 1), max_size=N_INDICATORS - 1))
def test_an_indicator_no_city_has_is_left_out_as_if_it_had_never_been_listed(
    spec: IndexSpec, values: FloatArray, unused: set[int]
) -> None:
    gone = values.copy()
    gone[:, :, sorted(unused)] = np.nan
    kept = [n for n in range(N_INDICATORS) if n not in unused]
    indicators = tuple(spec.indicators[n] for n in kept)
    pillars = tuple(p for p in spec.pillars if p.id in {i.pillar for i in indicators})
    shorter = spec.model_copy(update={"indicators": indicators, "pillars": pillars})
    assert index_of(gone, spec) == pytest.approx(index_of(values[:, :, kept], shorter), abs=1e-9)


def test_where_nothing_is_uncertain_every_interval_has_width_zero(spec: IndexSpec) -> None:
    values = np.random.default_rng(3).normal(size=(1, 9, N_INDICATORS))
    choices = default_choices(spec)
    many = replace(choices, **{name: np.repeat(getattr(choices, name), 50, axis=0) for name in choices.__slots__})
    scores = build_index(values, spec, many).index
    assert scores.shape == (50, 9) and (np.ptp(scores, axis=0) == 0).all()
    ranks = average_ranks(scores)
    for level in (0.5, 0.9, 1.0):
        low, high = rank_interval(ranks, level)
        assert (low == high).all() and (low == ranks[0]).all()
    assert set(np.unique(probability_ahead(scores))) <= {0.0, 0.5, 1.0}


def test_every_draw_is_built_by_the_method_it_chose(spec: IndexSpec) -> None:
    """Many draws at once give what each gives alone."""
    rng = np.random.default_rng(9)
    values = rng.lognormal(size=(40, 8, N_INDICATORS)) ** 2
    choices = draw_choices(spec, 40, rng)
    together = build_index(values, spec, choices)
    for draw in range(40):
        alone = replace(choices, **{name: getattr(choices, name)[[draw]] for name in choices.__slots__})
        single = build_index(values[[draw]], spec, alone)
        assert together.index[draw] == pytest.approx(single.index[0])
        assert together.treated[draw].tolist() == single.treated[0].tolist()
    assert {len(np.unique(getattr(choices, n))) for n in ("normalisation", "treatment", "population")} == {2, 3}


def test_drawn_weights_are_shares_around_the_default_ones(spec: IndexSpec) -> None:
    choices = draw_choices(spec, 20_000, np.random.default_rng(4))
    for pillar in spec.pillars:
        inside = [n for n, i in enumerate(spec.indicators) if i.pillar == pillar.id]
        weights = choices.indicator_weights[:, inside]
        assert weights.sum(axis=1) == pytest.approx(np.ones(20_000))
        assert weights.mean(axis=0) == pytest.approx(np.full(len(inside), 1 / len(inside)), abs=0.005)
    share, concentration = 1 / len(spec.pillars), spec.uncertain.weight_concentration
    assert choices.pillar_weights.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert choices.pillar_weights.std(axis=0) == pytest.approx(
        np.full(len(spec.pillars), np.sqrt(share * (1 - share) / (concentration + 1))), rel=0.03
    )


# Treatment.


def rule(method: str = "skew_kurtosis", max_winsorised: int = 5) -> Treat:
    return Treat.model_validate(
        {"method": method, "max_skew": 2, "max_kurtosis": 3.5, "max_winsorised": max_winsorised}
    )


@st.composite
def skewed_tables(draw: st.DrawFn) -> FloatArray:
    """Thirty cities, most of them near one another, and some far out on one side or both; with gaps."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.normal(size=(2, 30, 4))
    far = draw(st.integers(0, 9))
    values[:, :far] += draw(st.sampled_from([-1, 1])) * rng.exponential(40, size=(2, far, 4))
    return np.where(rng.random(values.shape) < draw(st.sampled_from([0.0, 0.1])), np.nan, values)


@laws
@given(skewed_tables())
def test_no_treatment_leaves_every_value_alone(values: FloatArray) -> None:
    treated, done = treat(values, rule("none"))
    assert np.array_equal(treated, values, equal_nan=True) and not done.any()


def is_outlying(values: FloatArray) -> bool:
    """The rule once more, with scipy's moments."""
    return bool(abs(stats.skew(values, bias=False)) > 2 and stats.kurtosis(values, bias=False) > 3.5)


def points_needed(values: FloatArray, at_most: int) -> int:
    """How many of the most extreme values have to take the value of the next; −1 when so many are not enough."""
    order = np.argsort(values * np.sign(stats.skew(values)))
    for points in range(at_most + 1):
        drawn_in = values.copy()
        drawn_in[order[len(order) - points :]] = values[order[len(order) - points - 1]]
        if not is_outlying(drawn_in):
            return points
    return -1


@settings(deadline=None, max_examples=100)
@given(skewed_tables(), st.integers(0, 6))
def test_treatment_does_what_it_reports_and_no_more(values: FloatArray, max_winsorised: int) -> None:
    treated, done = treat(values, rule(max_winsorised=max_winsorised))
    assert (np.isnan(treated) == np.isnan(values)).all()
    for draw, column in np.ndindex(done.shape):
        seen = np.isfinite(values[draw, :, column])
        raw, new = values[draw, seen, column], treated[draw, seen, column]
        points = int(done[draw, column])
        assert points == points_needed(raw, max_winsorised)
        if points >= 0:
            assert (new != raw).sum() == points  # values differ, so each point winsorised is another value
            assert raw.min() <= new.min() and new.max() <= raw.max()
        else:
            side = np.sign(stats.skew(raw))
            assert (np.argsort(new) == np.argsort(raw)).all()
            assert new == pytest.approx(side * np.log(side * raw - (side * raw).min() + np.ptp(raw) / 100))


@laws
@given(skewed_tables())
def test_treatment_keeps_the_order_of_values(values: FloatArray) -> None:
    treated, _ = treat(values, rule())
    for draw, column in np.ndindex(2, 4):
        raw, new = values[draw, :, column], treated[draw, :, column]
        above = raw[:, None] > raw[None, :]
        assert (new[:, None] - new[None, :])[above].min(initial=0) >= 0


def test_an_indicator_without_values_beside_one_that_needs_a_logarithm_is_left_alone() -> None:
    """Unused indicators come through treatment as columns of gaps; they must not even warn."""
    values = np.full((1, 30, 2), np.nan)
    values[0, :, 0] = np.exp(np.arange(30) / 2)
    treated, done = treat(values, rule(max_winsorised=0))
    assert done.tolist() == [[-1, 0]] and np.isnan(treated[:, :, 1]).all()


# Ranks.


@laws
@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=st.integers(0, 5).map(float)))
def test_ranks_add_up_whatever_the_ties(scores: FloatArray) -> None:
    n = scores.shape[1]
    ranks = average_ranks(scores)
    assert ranks.sum(axis=1) == pytest.approx(np.full(len(scores), n * (n + 1) / 2))
    for row, ranked in zip(scores, ranks, strict=True):
        above = (row[None, :] > row[:, None]).sum(axis=1)
        equal = (row[None, :] == row[:, None]).sum(axis=1)
        assert ranked == pytest.approx(above + (equal + 1) / 2)


def test_a_city_without_a_score_has_no_rank_and_takes_none() -> None:
    ranks = average_ranks(np.array([[3.0, np.nan, 5.0]]))[0]
    assert ranks[[0, 2]].tolist() == [2.0, 1.0] and np.isnan(ranks[1])


score_draws = arrays(
    np.float64, st.tuples(st.integers(1, 30), st.integers(1, 6)), elements=st.integers(0, 8).map(float)
)


@laws
@given(score_draws, st.sampled_from([0.5, 0.8, 0.9, 1.0]))
def test_a_rank_interval_holds_its_share_of_draws_and_the_median(scores: FloatArray, level: float) -> None:
    ranks = average_ranks(scores)
    low, high = rank_interval(ranks, level)
    wide_low, wide_high = rank_interval(ranks, 1.0)
    assert (((ranks >= low) & (ranks <= high)).mean(axis=0) >= level - 1e-12).all()
    assert (wide_low <= low).all() and (low <= high).all() and (high <= wide_high).all()
    assert (wide_low == ranks.min(axis=0)).all() and (wide_high == ranks.max(axis=0)).all()
    assert all(end in column for ends in (low, high) for end, column in zip(ends, ranks.T, strict=True))


@laws
@given(score_draws)
def test_who_is_ahead_of_whom_adds_up_to_one(scores: FloatArray) -> None:
    ahead = probability_ahead(scores)
    assert ahead + ahead.T == pytest.approx(np.ones_like(ahead))
    assert (np.diag(ahead) == 0.5).all() and (ahead >= 0).all()
    # A city's mean rank is 1 + how many others are ahead of it on average.
    assert average_ranks(scores).mean(axis=0) == pytest.approx(0.5 + ahead.sum(axis=0))


@laws
@given(score_draws)
def test_the_chance_of_the_top_rises_to_one(scores: FloatArray) -> None:
    ranks, n = average_ranks(scores), scores.shape[1]
    tops = np.stack([probability_of_top(ranks, k) for k in range(1, n + 1)])
    assert (np.diff(tops, axis=0) >= 0).all() and (tops[-1] == 1).all()


@laws
@given(score_draws, st.sampled_from([0.6, 0.9, 1.0]))
def test_tiers_begin_at_one_and_rise_by_one_only_behind_a_city_clearly_ahead(
    scores: FloatArray, probability: float
) -> None:
    ahead = probability_ahead(scores)
    order = np.argsort(np.median(average_ranks(scores), axis=0), kind="stable").tolist()
    tiers = assign_tiers(order, ahead, probability)
    assert tiers[order[0]] == 1
    first = order[0]
    for before, city in pairwise(order):
        opens = ahead[first, city] >= probability
        assert tiers[city] == tiers[before] + (1 if opens else 0)
        first = city if opens else first


def test_cities_apart_have_a_tier_each_and_cities_alike_share_one() -> None:
    apart = probability_ahead(np.tile([30.0, 20.0, 10.0], (10, 1)))
    alike = probability_ahead(np.random.default_rng(1).normal(size=(500, 3)))
    assert assign_tiers([0, 1, 2], apart, 0.9).tolist() == [1, 2, 3]
    assert assign_tiers([0, 1, 2], alike, 0.9).tolist() == [1, 1, 1]


# Sensitivity.

Draws = dict[str, FloatArray]


def draw_uniform(names: str, n: int, seed: int) -> tuple[Draws, Draws]:
    """Two independent sets of uniform draws between −π and π."""
    rng = np.random.default_rng(seed)
    one, two = ({name: rng.uniform(-np.pi, np.pi, size=(n, 1)) for name in names} for _ in range(2))
    return one, two


def test_sensitivity_of_the_ishigami_function_is_the_known_one() -> None:
    """sin x + 7 sin² y + 0.1 z⁴ sin x: z alone explains nothing, and matters only together with x."""

    def ishigami(s: Mapping[str, FloatArray]) -> FloatArray:
        return np.sin(s["x"]) + 7 * np.sin(s["y"]) ** 2 + 0.1 * s["z"] ** 4 * np.sin(s["x"])

    found = sobol_indices(ishigami, *draw_uniform("xyz", 60_000, 2))
    assert found.first == pytest.approx({"x": 0.3139, "y": 0.4424, "z": 0.0}, abs=0.02)
    assert found.total == pytest.approx({"x": 0.5576, "y": 0.4424, "z": 0.2437}, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_sensitivity_of_a_sum_is_each_parts_share_of_the_variance(seed: int) -> None:
    """Three cities moved by the sources with different strength; each counts by the variance of its ranks."""
    strength = {"x": np.array([3.0, 0.0, 1.0]), "y": np.array([1.0, 2.0, 1.0]), "z": np.array([0.0, 0.0, 2.0])}

    def evaluate(s: Mapping[str, FloatArray]) -> FloatArray:
        return np.asarray(sum(strength[name] * s[name] for name in strength)) + np.array([5.0, 0.0, -100.0])

    found = sobol_indices(evaluate, *draw_uniform("xyz", 40_000, seed))
    squares = {name: float((strength[name] ** 2).sum()) for name in strength}
    expected = {name: square / sum(squares.values()) for name, square in squares.items()}
    assert found.first == pytest.approx(expected, abs=0.02)
    assert found.total == pytest.approx(expected, abs=0.02)
    assert sum(found.first.values()) == pytest.approx(1, abs=0.03)


def test_where_sources_work_together_first_orders_add_up_to_less_and_totals_to_more_than_one() -> None:
    found = sobol_indices(lambda s: s["x"] * s["y"], *draw_uniform("xy", 40_000, 7))
    assert sum(found.first.values()) == pytest.approx(0, abs=0.03)
    assert sum(found.total.values()) == pytest.approx(2, abs=0.05)


def test_where_no_rank_moves_no_source_is_blamed() -> None:
    found = sobol_indices(lambda s: np.tile([1.0, 2.0], (len(s["x"]), 1)), *draw_uniform("xy", 10, 1))
    assert found.first == found.total == {"x": 0.0, "y": 0.0}


# From units to ranks.


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Twelve invented cities with fifteen units each, every scheme coded at random."""
    book = read_codebook(ContentPaths.default().codebooks, "2022.2")
    rng, n, n_cities = np.random.default_rng(17), 180, 12
    schemes = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead")
    codes = {s: tuple(code.code for code in book.by_scheme[s].codes) for s in schemes}
    primary = {s: rng.integers(0, len(codes[s]), size=(1, n)) for s in schemes}
    for scheme in ("sector", "goal", "lab_type"):
        primary[scheme][rng.random((1, n)) < 0.1] = -1  # uncoded
    fold = book.crosswalk("chapter06")
    facts = UnitFacts(
        city=np.repeat(np.arange(n_cities), n // n_cities),
        n_cities=n_cities,
        also={s: rng.random((n, len(codes[s]))) < 0.1 for s in ("goal", "lab_type")},
        lead_helices=rng.random((n, 4)) < 0.4,
        partner_helices=rng.random((n, 4)) < 0.3,
        codes=codes,
        sector_fold=np.array([codes["sector"].index(fold[code]) for code in codes["sector"]]),
    )
    inhabitants = rng.uniform(0.5e6, 9e6, size=(2, n_cities))
    names = [f"city{c}" for c in range(n_cities)]
    units = [f"u{n:03}" for n in range(n)]
    n_each, searched = np.full(n_cities, n / n_cities), np.ones(n_cities, dtype=bool)
    return Evidence(units, names, facts, UnitCodes(primary), inhabitants, n_each, searched)


def point_scores(evidence: Evidence, spec: IndexSpec) -> tuple[Model, FloatArray]:
    model = learn_model(evidence, spec, np.random.default_rng(1))
    choices = default_choices(spec)
    return model, score(model, values_of(model, model.base, None, choices), choices).index[0]


def test_the_order_in_which_a_specification_lists_its_indicators_changes_no_score(
    spec: IndexSpec, evidence: Evidence
) -> None:
    turned = spec.model_copy(update={"indicators": spec.indicators[::-1], "pillars": spec.pillars[::-1]})
    model, before = point_scores(evidence, spec)
    other, after = point_scores(evidence, turned)
    assert len(before) >= 2 and model.ranked.tolist() == other.ranked.tolist()
    assert after == pytest.approx(before)


def test_a_specification_may_list_fewer_indicators(spec: IndexSpec, evidence: Evidence) -> None:
    kept = tuple(i for i in spec.indicators if i.id not in {"a1", "b2", "m2"})
    shorter = spec.model_copy(update={"indicators": kept})
    model, index = point_scores(evidence, shorter)
    assert model.available.has_value.shape == (12, len(kept))
    assert np.isfinite(index).all() and len(index) >= 2


def test_every_indicator_names_as_many_units_as_it_rests_on(spec: IndexSpec, evidence: Evidence) -> None:
    """A reader who opens the evidence of a number finds neither more nor fewer initiatives than it says."""
    model = learn_model(evidence, spec, np.random.default_rng(1))
    tables = index_tables(model, [], n_draws=5, level=0.9, rng=np.random.default_rng(1), tick=lambda: None)
    listed = Counter((r["city_id"], r["indicator"]) for r in tables["out_index__assn_indicator_unit"].to_pylist())
    figures = tables["out_index__indicator_city"].to_pylist()
    assert {(r["city_id"], r["indicator"]): r["n_records"] for r in figures if r["n_records"]} == dict(listed)


def test_twice_the_people_and_twice_the_initiatives_is_the_same_rate(spec: IndexSpec, evidence: Evidence) -> None:
    def rates(times: int) -> FloatArray:
        facts = replace(
            evidence.facts,
            city=np.repeat(evidence.facts.city, times),
            also={s: np.repeat(a, times, axis=0) for s, a in evidence.facts.also.items()},
            lead_helices=np.repeat(evidence.facts.lead_helices, times, axis=0),
            partner_helices=np.repeat(evidence.facts.partner_helices, times, axis=0),
        )
        codes = UnitCodes({s: np.repeat(c, times, axis=1) for s, c in evidence.codes.primary.items()})
        people = evidence.inhabitants * times
        twice = replace(evidence, facts=facts, codes=codes, inhabitants=people)
        model = learn_model(twice, spec, np.random.default_rng(1))
        return values_of(model, model.base, None, default_choices(spec))[0, :, :2]

    assert rates(2) == pytest.approx(rates(1))


def test_chance_moves_scores_and_never_off_the_scale(spec: IndexSpec, evidence: Evidence) -> None:
    model = learn_model(evidence, spec, np.random.default_rng(1))
    chance = draw_chance(model.learned, 200, 180, 12, np.random.default_rng(2))
    choices = default_choices(spec)
    values = values_of(model, tally(evidence.codes, evidence.facts), chance, choices)
    index = score(model, values, choices).index
    assert index.shape == (200, len(model.ranked))
    assert (index >= SCALE[0] - 1e-9).all() and (index <= SCALE[1] + 1e-9).all()
    assert (index.std(axis=0) > 0).all()
