"""Laws of every rule that makes one score of several."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dynapolis.index.combining.combine import combine
from dynapolis.index.combining.kemeny import mean_places
from dynapolis.index.combining.outranking import outranking_shares
from dynapolis.index.combining.score_ranks import score_ranks
from dynapolis.model.composite import AggregateChoice

FloatArray = NDArray[np.float64]
laws = settings(max_examples=60, deadline=None)


def rule(method: str, **more: object) -> AggregateChoice:
    return AggregateChoice.model_validate({"method": method, **more})


MEANS = [
    rule("arithmetic"),
    rule("geometric"),
    rule("harmonic"),
    rule("power", power=2.5),
    rule("power", power=-3.0),
    rule("power", power=1e-7),
    rule("mean_min", alpha=0.7, beta=2.0),
]
PENALISED = [rule("mazziotta_pareto"), rule("mazziotta_pareto", sign="+")]
OWN_SCALE = [rule("mazziotta_pareto", standardised=name) for name in ("range_70_130", "mean_100_sd_10")]
COMPARING = [rule("copeland"), rule("borda_count"), rule("kemeny")]
EVERY = MEANS + PENALISED + OWN_SCALE + COMPARING


def name_of(choice: AggregateChoice) -> str:
    return "-".join(str(value) for value in choice.model_dump(exclude_unset=True).values())


every = pytest.mark.parametrize("choice", EVERY, ids=name_of)
means = pytest.mark.parametrize("choice", MEANS, ids=name_of)
comparing = pytest.mark.parametrize("choice", COMPARING, ids=name_of)

# Whole numbers and quarters, so that ties are common and sums are exact.
cells = st.integers(1, 12).map(float)
cells_or_gaps = st.one_of(cells, st.just(np.nan))
steps = st.integers(1, 8).map(lambda n: n / 4)


@st.composite
def tables(draw: st.DrawFn, gaps: bool = True) -> tuple[FloatArray, FloatArray]:
    shape = (draw(st.integers(1, 6)), draw(st.integers(1, 5)))
    values = draw(arrays(np.float64, shape, elements=cells_or_gaps if gaps else cells))
    return values, draw(arrays(np.float64, shape[1], elements=steps))


@every
@laws
@given(table=tables(), times=st.sampled_from([0.125, 0.5, 4.0, 1024.0]))
def test_scaling_all_weights_changes_nothing(
    choice: AggregateChoice, table: tuple[FloatArray, FloatArray], times: float
) -> None:
    values, weights = table
    found = combine(values, weights, choice)
    assert combine(values, weights * times, choice) == pytest.approx(found, rel=1e-12, nan_ok=True)


@every
@laws
@given(table=tables(), data=st.data())
def test_permuting_units_and_children_permutes_the_scores(
    choice: AggregateChoice, table: tuple[FloatArray, FloatArray], data: st.DataObject
) -> None:
    values, weights = table
    rows = data.draw(st.permutations(range(values.shape[0])))
    children = data.draw(st.permutations(range(values.shape[1])))
    found = combine(values, weights, choice)
    moved = combine(values[rows][:, children], weights[list(children)], choice)
    assert moved == pytest.approx(found[list(rows)], rel=1e-9, abs=1e-9, nan_ok=True)


@every
@laws
@given(table=tables())
def test_equal_units_get_equal_scores_to_the_last_digit(
    choice: AggregateChoice, table: tuple[FloatArray, FloatArray]
) -> None:
    values, weights = table
    doubled = np.concatenate([values, values])
    found = combine(doubled, weights, choice)
    assert np.array_equal(found[: len(values)], found[len(values) :], equal_nan=True)


@every
@laws
@given(table=tables())
def test_a_child_that_nobody_has_or_that_weighs_nothing_changes_nothing(
    choice: AggregateChoice, table: tuple[FloatArray, FloatArray]
) -> None:
    values, weights = table
    found = combine(values, weights, choice)
    empty = np.column_stack([values, np.full(len(values), np.nan)])
    assert combine(empty, np.append(weights, 3.0), choice) == pytest.approx(found, rel=1e-12, abs=1e-9, nan_ok=True)
    weightless = np.column_stack([values, np.arange(len(values)) - 2.0])
    none = np.append(weights, 0.0)
    assert combine(weightless, none, choice) == pytest.approx(found, rel=1e-12, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("choice", MEANS + PENALISED, ids=name_of)
@laws
@given(value=st.floats(0.5, 100), weights=arrays(np.float64, st.integers(1, 6), elements=steps))
def test_children_that_are_all_equal_give_their_value(
    choice: AggregateChoice, value: float, weights: FloatArray
) -> None:
    assert combine(np.full((1, len(weights)), value), weights, choice)[0] == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("choice", MEANS + COMPARING[:2], ids=name_of)
@laws
@given(table=tables(), data=st.data(), more=st.integers(1, 6))
def test_improving_a_child_never_lowers_the_score(
    choice: AggregateChoice, table: tuple[FloatArray, FloatArray], data: st.DataObject, more: int
) -> None:
    values, weights = table
    row, child = data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, len(weights) - 1))
    better = values.copy()
    better[row, child] += more
    before, after = combine(values, weights, choice)[row], combine(better, weights, choice)[row]
    assert np.isnan(before) or after >= before - 1e-9 * abs(before)


@laws
@given(table=tables(gaps=False))
def test_means_lie_between_the_ends_and_in_the_order_of_their_exponents(table: tuple[FloatArray, FloatArray]) -> None:
    values, weights = table
    exponents = [-5.0, -1.0, -1e-6, 0.0, 1e-6, 0.5, 1.0, 2.0, 30.0]
    ordered = [combine(values, weights, rule("power", power=p)) for p in exponents]
    ends = [values.min(axis=1), *ordered, values.max(axis=1)]
    for low, high in pairwise(ends):
        assert (low <= high * (1 + 1e-9)).all()
    harmonic, geometric, arithmetic = (
        combine(values, weights, rule(m)) for m in ("harmonic", "geometric", "arithmetic")
    )
    assert (harmonic <= geometric * (1 + 1e-12)).all() and (geometric <= arithmetic * (1 + 1e-12)).all()
    for exponent, mean in ((-1.0, harmonic), (0.0, geometric), (1.0, arithmetic)):
        assert ordered[exponents.index(exponent)] == pytest.approx(mean, rel=1e-9)


@laws
@given(table=tables())
def test_unbalance_counts_against_a_unit_either_way(table: tuple[FloatArray, FloatArray]) -> None:
    values, weights = table
    mean = combine(values, weights, rule("arithmetic"))
    less = combine(values, weights, rule("mazziotta_pareto", sign="-"))
    more = combine(values, weights, rule("mazziotta_pareto", sign="+"))
    there = ~np.isnan(mean)
    assert (less[there] <= mean[there] + 1e-9).all() and (more[there] >= mean[there] - 1e-9).all()
    assert less + more == pytest.approx(2 * mean, nan_ok=True)
    drawn = combine(values, weights, rule("mean_min"))
    assert (drawn[there] <= mean[there] + 1e-9).all()


@laws
@given(table=tables(), share=st.sampled_from([0.2, 0.5, 0.75, 1.0]))
def test_a_unit_with_too_few_children_has_no_score_and_is_nobody_s_opponent(
    table: tuple[FloatArray, FloatArray], share: float
) -> None:
    values, weights = table
    enough = (~np.isnan(values)).mean(axis=1) >= share
    for method in ("arithmetic", "copeland", "borda_count"):
        found = combine(values, weights, rule(method, least_available=share))
        assert np.isnan(found[~enough]).all()
        assert found[enough] == pytest.approx(combine(values[enough], weights, rule(method)), nan_ok=True)


# Rules that compare units.


@laws
@given(table=tables())
def test_wins_and_losses_and_points_balance(table: tuple[FloatArray, FloatArray]) -> None:
    values, weights = table
    copeland = combine(values, weights, rule("copeland"))
    there = ~np.isnan(copeland)
    m = int(there.sum())
    assert copeland[there].sum() == 0
    for method in ("borda_count", "kemeny"):
        points = combine(values, weights, rule(method))
        assert (np.isnan(points) == ~there).all()
        assert points[there].sum() == pytest.approx(m * (m - 1) / 2)


@laws
@given(table=tables(gaps=False))
def test_borda_counts_are_weighted_units_left_behind(table: tuple[FloatArray, FloatArray]) -> None:
    values, weights = table
    behind = len(values) - np.stack([score_ranks(column, ties="average") for column in values.T], axis=1)
    found = combine(values, weights, rule("borda_count"))
    assert found == pytest.approx(behind @ weights / weights.sum())
    # One gap that nobody else compares by leaves all as it is, and goes the other way through the program.
    gap = np.column_stack([values, np.append(1.0, np.full(len(values) - 1, np.nan))])
    assert combine(gap, np.append(weights, 2.0), rule("borda_count")) == pytest.approx(found)


@comparing
@laws
@given(table=tables())
def test_a_unit_that_is_ahead_in_all_has_no_lower_score(
    choice: AggregateChoice, table: tuple[FloatArray, FloatArray]
) -> None:
    values, weights = table
    best = np.nan_to_num(np.fmax.reduce(values, axis=0)) + 1
    found = combine(np.vstack([best, values]), weights, choice)
    assert not (found[1:] >= found[0]).any()


@laws
@given(table=tables(), data=st.data())
def test_comparisons_do_not_depend_on_the_scale_of_a_child(
    table: tuple[FloatArray, FloatArray], data: st.DataObject
) -> None:
    values, weights = table
    child = data.draw(st.integers(0, len(weights) - 1))
    stretched = values.copy()
    stretched[:, child] = np.exp(values[:, child] / 3) * 7
    for choice in COMPARING:
        found = combine(values, weights, choice)
        assert combine(stretched, weights, choice) == pytest.approx(found, nan_ok=True)


@laws
@given(table=tables())
def test_kemeny_s_places_are_those_of_trying_all_orders(table: tuple[FloatArray, FloatArray]) -> None:
    values, weights = table
    values = values[~np.isnan(values).all(axis=1)]
    shares = outranking_shares(values, weights)
    n = len(values)
    orders = list(permutations(range(n)))
    agreement = [sum(shares[a, b] for at, a in enumerate(order) for b in order[at + 1 :]) for order in orders]
    best = [order for order, worth in zip(orders, agreement, strict=True) if worth > max(agreement) - 1e-9]
    expected = [float(np.mean([order.index(unit) for order in best])) for unit in range(n)]
    assert mean_places(shares) == pytest.approx(expected)


@laws
@given(table=tables(), n=st.integers(1, 4), data=st.data())
def test_replicas_are_each_as_they_are_alone(table: tuple[FloatArray, FloatArray], n: int, data: st.DataObject) -> None:
    values, weights = table
    many = np.stack([np.roll(values, shift, axis=0) for shift in range(n)])
    drawn = data.draw(arrays(np.float64, (n, len(weights)), elements=steps))
    for choice in EVERY:
        together = combine(many, drawn, choice)
        for one, alone, weight in zip(together, many, drawn, strict=True):
            assert np.array_equal(one, combine(alone, weight, choice), equal_nan=True)
        shared = combine(values, drawn, choice)
        assert shared.shape == (n, len(values))
        assert np.array_equal(shared[0], combine(values, drawn[0], choice), equal_nan=True)


# Ranks.


@laws
@given(scores=arrays(np.float64, st.integers(1, 12), elements=cells_or_gaps))
def test_ranks_add_up_and_the_smallest_of_ties_is_their_number_of_betters(scores: FloatArray) -> None:
    there = scores[~np.isnan(scores)]
    m = len(there)
    assert np.nansum(score_ranks(scores, ties="average")) == pytest.approx(m * (m + 1) / 2)
    lowest = score_ranks(scores)
    assert lowest[~np.isnan(scores)].tolist() == [1 + float((there > score).sum()) for score in there]
