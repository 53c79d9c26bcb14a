"""Laws of ranks and their uncertainty that hold for all inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dynapolis.errors import BadUse
from dynapolis.index.rank import (
    assign_tiers,
    average_ranks,
    median_rank,
    probability_ahead,
    probability_of_top,
    rank_interval,
    ranks_by_period,
    tiers_of,
)
from dynapolis.index.uncertainty.choices import draw_choices, draw_uniforms
from dynapolis.index.uncertainty.distribution import Uncertainty, explore
from dynapolis.index.uncertainty.drawn_errors import draw_errors
from dynapolis.index.uncertainty.rank_sets import rank_sets_of_estimates, rank_sets_of_replicas
from dynapolis.index.uncertainty.replicas import NO_SCORE, build_replicas, replay
from dynapolis.index.uncertainty.seeds import keys_of, log_gammas, normals, uniforms
from dynapolis.model.composite import (
    Aggregate,
    CompositeSpec,
    Correlated,
    IndexIndicator,
    Node,
    Normalise,
    Screen,
    TreatOutliers,
    UncertainIndicator,
    UncertainStep,
    UncertainValue,
    UncertainWeights,
    Weight,
)
from dynapolis.model.unit_table import UnitTable

FloatArray = NDArray[np.float64]
laws = settings(deadline=None, max_examples=40)
CODES = ("a", "b", "c", "d")
MEANS = UncertainStep(
    name="mean", kind="step", step="aggregate", one_of=({"method": "arithmetic"}, {"method": "geometric"})
)
SCALES = UncertainStep(name="scale", kind="step", step="normalise", one_of=({}, {"method": "rank", "range": (1, 100)}))
POINTS = UncertainValue(name="points", kind="value", path="treat.max_winsorised", one_of=(0, 2))
WEIGHTS = UncertainWeights(name="weights", kind="weights", concentration=10)
NOISE = UncertainWeights(name="noise", kind="weights", distribution="uniform_noise", noise=0.4)
ERROR = UncertainIndicator(name="error", kind="error", indicator="b", size=3.0)
SHARE = UncertainIndicator(name="share", kind="error", indicator="a", size=0.2, relative=True, distribution="uniform")
EVERYTHING = (MEANS, SCALES, POINTS, WEIGHTS, NOISE, ERROR, SHARE)


def spec_of(*uncertain: Any, **parts: Any) -> CompositeSpec:
    made = CompositeSpec(
        index="small",
        nodes=(Node(code="all"), Node(code="p", parent="all"), Node(code="q", parent="all", weight=2)),
        indicators=tuple(
            IndexIndicator(code=code, parent="p" if code in "ab" else "q", direction=-1 if code == "c" else 1)
            for code in CODES
        ),
        steps=(
            TreatOutliers(step="treat", max_skew=1, max_kurtosis=1),
            Normalise(step="normalise", method="min_max", range=(1, 100)),
            Aggregate(step="aggregate", method="arithmetic"),
        ),
        uncertain=uncertain,
    )
    return made.model_copy(update=parts)


def table_of(values: FloatArray, times: tuple[str, ...] = ()) -> UnitTable:
    units = tuple(f"u{n}" for n in range(len(values)))
    return UnitTable(units, units, times, CODES, values, {}, {})


@st.composite
def tables(draw: st.DrawFn) -> UnitTable:
    shape = (draw(st.integers(2, 9)), 4)
    values = draw(arrays(np.float64, shape, elements=st.integers(-50, 50).map(float)))
    gaps = draw(arrays(np.bool_, shape)) & draw(arrays(np.bool_, shape))
    gaps[:, 0] = False
    return table_of(np.where(gaps, np.nan, values))


def explored(table: UnitTable, spec: CompositeSpec, n: int = 12, seed: int = 1) -> Uncertainty:
    return explore(table, spec, n, np.random.default_rng(seed))


@laws
@given(tables(), st.integers(1, 20))
def test_without_an_uncertain_choice_every_interval_has_width_0(table: UnitTable, n: int) -> None:
    found = explored(table, spec_of(), n).ranks
    for low, high in found.intervals.values():
        assert (low == high).all() and (low == found.nominal).all()
    assert (found.median == found.nominal).all()
    assert found.share_failed == 0


@laws
@given(tables(), st.randoms())
def test_permuting_units_permutes_everything(table: UnitTable, random: Any) -> None:
    """Errors follow the unit, not its row."""
    order = list(range(table.n_rows))
    random.shuffle(order)
    moved = replace(
        table, values=table.values[order], units=tuple(table.units[i] for i in order),
        names=tuple(table.names[i] for i in order),
    )  # fmt: skip
    spec = spec_of(*EVERYTHING)
    one, other = explored(table, spec), explored(moved, spec)
    assert other.replicas.scores == pytest.approx(one.replicas.scores[:, order], rel=1e-9, nan_ok=True)


@laws
@given(tables(), st.permutations(range(4)))
def test_permuting_indicators_changes_no_score(table: UnitTable, order: list[int]) -> None:
    """Weights follow the child, not its place."""
    codes = tuple(CODES[i] for i in order)
    moved = replace(table, values=table.values[:, order], codes=codes)
    spec = spec_of(SCALES, POINTS, WEIGHTS, NOISE, ERROR)
    known = {item.code: item for item in spec.indicators}
    again = spec.model_copy(update={"indicators": tuple(known[code] for code in codes)})
    fresh = CompositeSpec.model_validate(again.model_dump(by_alias=True))
    one, other = explored(table, spec), explored(moved, fresh)
    assert other.replicas.scores == pytest.approx(one.replicas.scores, rel=1e-9, nan_ok=True)


@laws
@given(tables())
def test_ranks_add_up_in_every_replica(table: UnitTable) -> None:
    found = explored(table, spec_of(*EVERYTHING))
    n = table.n_rows
    assert found.ranks.ranks[found.replicas.ok].sum(axis=1) == pytest.approx(n * (n + 1) / 2)


@laws
@given(
    arrays(np.float64, st.tuples(st.integers(1, 15), st.integers(1, 9)), elements=st.integers(0, 5).map(float)),
    st.data(),
)
def test_one_is_ahead_or_the_other(scores: FloatArray, data: st.DataObject) -> None:
    gaps = data.draw(arrays(np.bool_, scores.shape))
    for some in (scores, np.where(gaps, np.nan, scores)):
        ahead = probability_ahead(some)
        known = np.isfinite(ahead)
        assert (known == known.T).all() and (ahead + ahead.T)[known] == pytest.approx(1)
        for a, b in np.argwhere(np.isfinite(ahead)):
            both = np.isfinite(some[:, a]) & np.isfinite(some[:, b])
            if a != b:
                x, y = some[both, a], some[both, b]
                assert ahead[a, b] == pytest.approx((x > y).mean() + (x == y).mean() / 2)


@laws
@given(arrays(np.float64, st.tuples(st.integers(1, 15), st.integers(1, 9)), elements=st.integers(0, 5).map(float)))
def test_tiers_from_scores_are_those_from_all_pairs(scores: FloatArray) -> None:
    order = np.lexsort((np.arange(scores.shape[1]), median_rank(average_ranks(scores)))).tolist()
    for probability in (0.5, 0.8, 1.0):
        expected = assign_tiers(order, probability_ahead(scores), probability)
        assert tiers_of(order, scores, probability).tolist() == expected.tolist()


@laws
@given(
    arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.integers(1, 9).map(float)),
    st.sampled_from([0.0, 0.5, 0.8, 0.9, 0.95, 1.0]),
)
def test_intervals_and_medians_are_those_of_the_textbook(ranks: FloatArray, level: float) -> None:
    low, high = rank_interval(ranks, level)
    tails = [(1 - level) / 2, 1 - (1 - level) / 2]
    expected = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    assert (low.tolist(), high.tolist()) == (expected[0].tolist(), expected[1].tolist())
    assert median_rank(ranks) == pytest.approx(np.median(ranks, axis=0))
    gapped = np.concatenate([ranks, np.full((3, ranks.shape[1]), np.nan)])
    assert rank_interval(gapped, level)[0].tolist() == low.tolist()
    assert median_rank(gapped) == pytest.approx(median_rank(ranks))
    assert probability_of_top(gapped, 3) == pytest.approx(probability_of_top(ranks, 3))


@laws
@given(tables(), st.integers(0, 11))
def test_every_replica_can_be_replayed_to_the_last_digit(table: UnitTable, replica: int) -> None:
    spec = spec_of(*EVERYTHING)
    found = explored(table, spec).replicas
    if replica in found.failures:
        return
    again = replay(table, spec, found.choices, replica).index
    assert np.broadcast_to(again, (1, table.n_rows))[0] == pytest.approx(found.scores[replica], rel=1e-12, nan_ok=True)


@laws
@given(tables())
def test_some_of_the_replicas_are_the_same_as_among_all(table: UnitTable) -> None:
    spec = spec_of(*EVERYTHING)
    rng = np.random.default_rng(1)
    drawn = draw_uniforms(spec, 12, rng)
    whole, part = (
        build_replicas(table, spec, draw_choices(table, spec, u, np.random.default_rng(2))).scores
        for u in (drawn, drawn[5:])
    )
    assert part == pytest.approx(whole[5:], rel=1e-12, nan_ok=True)


@laws
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=7), st.data())
def test_a_set_holds_the_estimated_rank_and_simultaneous_ones_hold_those_of_one_unit(
    estimates: list[float], data: st.DataObject
) -> None:
    errors = np.array(data.draw(st.lists(st.floats(0.1, 2), min_size=len(estimates), max_size=len(estimates))))
    points = np.array(estimates)
    both, single = (
        rank_sets_of_estimates(points, errors, np.random.default_rng(1), simultaneous=s, n_draws=500, stepdown=False)
        for s in (True, False)
    )
    assert (single.low <= single.rank).all() and (single.rank <= single.high).all()
    assert (both.low <= single.low).all() and (single.high <= both.high).all()
    moved = rank_sets_of_replicas(points, points + np.random.default_rng(2).normal(size=(300, len(points))) * errors)
    assert (moved.low <= moved.high).all()


def test_ranks_of_a_panel_are_counted_year_by_year() -> None:
    table = table_of(np.zeros((6, 4)), ("1", "1", "1", "2", "2", "2"))
    scores = np.array([[5.0, 5.0, 1.0, 9.0, 7.0, 8.0]])
    rows = [table.rows_of(period) for period in table.periods]
    assert ranks_by_period(scores, rows).tolist() == [[1.5, 1.5, 3.0, 1.0, 3.0, 2.0]]
    assert ranks_by_period(scores, rows, "min").tolist() == [[1.0, 1.0, 3.0, 1.0, 3.0, 2.0]]


def test_numbers_from_seeds_have_the_moments_of_their_distributions() -> None:
    seeds, keys = np.random.default_rng(1).random(40_000), keys_of("test", ("x", "y"))
    even, normal = uniforms(seeds, keys), normals(seeds, keys)
    assert even.mean(axis=0) == pytest.approx(0.5, abs=0.01) and even.var(axis=0) == pytest.approx(1 / 12, rel=0.02)
    assert normal.mean(axis=0) == pytest.approx(0, abs=0.02) and normal.std(axis=0) == pytest.approx(1, abs=0.02)
    assert abs(np.corrcoef(normal.T)[0, 1]) < 0.02
    for shape in (0.01, 0.5, 3.0):
        drawn = np.exp(log_gammas(seeds, keys, np.full(2, shape)))
        assert drawn.mean(axis=0) == pytest.approx(shape, rel=0.15 if shape < 0.1 else 0.03)
    one_by_one = np.concatenate([normals(seed[None], keys) for seed in seeds[:5]])
    assert (one_by_one == normal[:5]).all()


@pytest.mark.parametrize("kinds", [("normal", "normal"), ("uniform", "uniform"), ("normal", "uniform")])
def test_errors_correlate_as_declared_whatever_their_distribution(kinds: tuple[Any, Any]) -> None:
    pair = tuple(
        UncertainIndicator(name=f"e{c}", kind="error", indicator=c, size=2.0, distribution=kind)
        for c, kind in zip("ab", kinds, strict=True)
    )
    spec = spec_of(*pair, correlated=(Correlated(between=("ea", "eb"), correlation=-0.8),))
    table = table_of(np.ones((3, 4)))
    seeds = np.random.default_rng(1).random((20_000, 2))
    errors = draw_errors(spec, table, {"ea": seeds[:, 0], "eb": seeds[:, 1]})
    assert errors is not None
    for row in range(3):
        assert np.corrcoef(errors[:, row, 0], errors[:, row, 1])[0, 1] == pytest.approx(-0.8, abs=0.015)
    for column, kind in enumerate(kinds):
        assert errors[:, :, column].std() == pytest.approx(2.0 if kind == "normal" else 2 / np.sqrt(3), rel=0.02)
        assert kind == "normal" or np.abs(errors[:, :, column]).max() <= 2.0
    assert abs(np.corrcoef(errors[:, 0, 0], errors[:, 1, 0])[0, 1]) < 0.03
    assert (errors[:, :, 2:] == 0).all()


def test_relative_errors_are_shares_of_the_value_and_absolute_ones_are_not() -> None:
    values = np.array([[10.0, 10, 1, 1], [1000.0, 1000, 1, 1]])
    absolute = ERROR.model_copy(update={"indicator": "b"})
    errors = draw_errors(
        spec_of(absolute, SHARE),
        table_of(values),
        {k: np.random.default_rng(1).random(5000) for k in ("error", "share")},
    )
    assert errors is not None
    assert errors[:, :, 1].std(axis=0) == pytest.approx([3.0, 3.0], rel=0.05)
    assert np.abs(errors[:, :, 0]).max(axis=0) == pytest.approx([2.0, 200.0], rel=0.01)


def test_correlations_that_cannot_be_are_refused() -> None:
    errors = tuple(UncertainIndicator(name=c, kind="error", indicator=c, size=1.0) for c in "abc")
    table = table_of(np.ones((2, 4)))
    seeds = {c: np.full(1, 0.5) for c in "abc"}
    pairs = (("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    spec = spec_of(*errors, correlated=tuple(Correlated(between=(a, b), correlation=r) for a, b, r in pairs))
    with pytest.raises(BadUse, match="contradict each other"):
        draw_errors(spec, table, seeds)
    mixed = (errors[0], errors[1].model_copy(update={"distribution": "uniform"}))
    spec = spec_of(*mixed, correlated=(Correlated(between=("a", "b"), correlation=0.99),))
    with pytest.raises(BadUse, match=r"at most 0\.977"):
        draw_errors(spec, table, seeds)


def test_a_unit_screened_out_in_some_replicas_has_the_share_of_those_told() -> None:
    values = np.arange(20.0).reshape(5, 4)
    values[0, 1:] = np.nan
    screens = UncertainStep(name="screen", kind="step", step="screen", one_of=({"available": 0.1}, {"available": 0.9}))
    spec = spec_of(screens)
    spec = spec.model_copy(update={"steps": (Screen(step="screen", available=0.1), *spec.steps)})
    found = explored(table_of(values), spec, 60)
    strict = found.replicas.choices.options["screen"] == 1
    assert found.ranks.share_unranked.tolist() == pytest.approx([strict.mean(), 0, 0, 0, 0])
    assert np.isnan(found.ranks.ranks[strict, 0]).all() and not found.ranks.failures
    assert found.ranks.ranks[strict].max(initial=0, where=np.isfinite(found.ranks.ranks[strict])) == 4


def test_a_replica_in_which_nobody_has_a_score_has_failed() -> None:
    needs = UncertainStep(
        name="needs", kind="step", step="aggregate", one_of=({"least_available": 0}, {"least_available": 1})
    )
    values = np.arange(8.0).reshape(2, 4)
    values[:, 3] = np.nan
    found = explored(table_of(values), spec_of(needs), 40)
    assert set(found.replicas.failures.values()) == {NO_SCORE}
    assert sorted(found.replicas.failures) == np.flatnonzero(found.replicas.choices.options["needs"] == 1).tolist()


def test_errors_that_break_a_mean_fail_their_replicas_only() -> None:
    """One replica of a part without a geometric mean does not take the others with it."""
    plain = spec_of(UncertainIndicator(name="e", kind="error", indicator="a", size=2.0))
    spec = plain.model_copy(
        update={"steps": (Normalise(step="normalise", method="none"), Aggregate(step="aggregate", method="geometric"))}
    )
    table = table_of(np.array([[3.0, 5, 1, 1], [60.0, 5, 1, 1], [90.0, 1, 1, 1]]) * [1, 1, -1, 1])
    found = explored(table, spec, 200).replicas
    raw = table.values[:, 0] + np.array(
        [
            replay(table, spec, found.choices, r).stages["raw"][0, :, 0] - table.values[:, 0]
            for r in np.flatnonzero(found.ok)
        ]
    )
    assert 0 < len(found.failures) < 100 and (raw > 0).all()
    assert all("unit u0" in why for why in found.failures.values())


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (UncertainValue(name="v", kind="value", path="treat.nothing.here", one_of=(1,)), "does not take 1"),
        (UncertainValue(name="v", kind="value", path="weigh.x", one_of=(1,)), "leads to no number"),
        (
            UncertainValue(name="v", kind="value", path="treat.max_winsorised", one_of=(-1,)),
            "greater than or equal to 0",
        ),
        (UncertainStep(name="s", kind="step", step="normalise", one_of=({"method": "best"},)), "option 1, .*method"),
        (UncertainStep(name="s", kind="step", step="screen", one_of=({},)), "there is no step screen"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_built(item: Any, told: str) -> None:
    with pytest.raises(BadUse, match=told):
        explored(table_of(np.arange(8.0).reshape(2, 4)), spec_of(item))


def test_sets_of_weights_can_be_options_and_noise_goes_around_the_one_taken() -> None:
    sets = UncertainStep(
        name="sets", kind="step", step="weight", one_of=({}, {"values": {"p": 9, "q": 1}}, {"method": "equal"})
    )
    small = NOISE.model_copy(update={"noise": 0.01})
    spec = spec_of(sets, small)
    spec = spec.model_copy(update={"steps": (Weight(step="weight", method="given"), *spec.steps)})
    found = explored(table_of(np.random.default_rng(1).normal(size=(5, 4))), spec, 90).replicas
    first = found.choices.weights["all"][:, 0]
    for option, share in enumerate((1 / 3, 0.9, 0.5)):
        taken = first[found.choices.options["sets"] == option]
        assert len(taken) > 15 and taken == pytest.approx(share, rel=0.02) and np.ptp(taken) > 0
    assert found.choices.settled == {"sets"}


def test_weights_that_follow_from_the_data_are_found_in_each_replica() -> None:
    methods = UncertainStep(
        name="weights", kind="step", step="weight", one_of=({"method": "equal"}, {"method": "critic"})
    )
    spec = spec_of(methods, ERROR)
    spec = spec.model_copy(update={"steps": (Weight(step="weight", method="equal"), *spec.steps)})
    table = table_of(np.random.default_rng(1).normal(size=(9, 4)) * 5)
    found = explored(table, spec, 40).replicas
    assert found.choices.weights == {} and found.share_failed == 0
    critic = np.flatnonzero(found.choices.options["weights"] == 1)[:2]
    made = [replay(table, spec, found.choices, int(r)).weights["p"] for r in critic]
    assert np.abs(made[0] - made[1]).max() > 0
