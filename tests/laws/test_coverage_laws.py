"""Laws of coverage: they hold for whatever the lists hold."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.figures.coverage.choose import MIN_SAMPLE_COVERAGE, Chosen, choose
from dynapolis.figures.coverage.dependence import compare_lists
from dynapolis.figures.coverage.draws import draw_ratios, fill_ratios
from dynapolis.figures.coverage.estimate import MIN_SHARED, Estimate, Refused
from dynapolis.figures.coverage.lists import Histories, count_histories, from_rows
from dynapolis.model.coverage import Dependence, Estimator, Reason

NAMES = "abcd"
LISTS = st.integers(1, 4).flatmap(
    lambda k: st.lists(st.integers(0, 40), min_size=2**k - 1, max_size=2**k - 1).map(
        lambda numbers: from_rows(NAMES[:k], numbers)
    )
)
UNITS = st.lists(st.frozensets(st.sampled_from(NAMES)), max_size=60)


def reorder(histories: Histories, order: list[int]) -> Histories:
    return Histories(tuple(histories.lists[n] for n in order), histories.counts.transpose(order))


def ends(chosen: Chosen) -> list[Estimate]:
    return [item for item in (chosen.estimate, chosen.bound) if isinstance(item, Estimate)]


@settings(deadline=None, max_examples=60)
@given(LISTS)
def test_an_interval_holds_its_estimate_and_never_falls_below_what_was_found(histories: Histories) -> None:
    for found in ends(choose(histories, 0.9)):
        assert histories.n_found - 1e-9 <= found.low <= found.total <= found.high < np.inf


@settings(deadline=None, max_examples=60)
@given(LISTS)
def test_too_little_overlap_is_refused_and_said(histories: Histories) -> None:
    chosen = choose(histories, 0.9)
    if len(histories.lists) < 2:
        assert chosen.estimate == chosen.bound == Refused(Reason.ONE_LIST)
    elif not histories.n_found:
        assert chosen.estimate == Refused(Reason.NOTHING_FOUND)
    elif histories.n_shared < MIN_SHARED:
        assert chosen.estimate == chosen.bound == Refused(Reason.LITTLE_OVERLAP)
    elif len(histories.without_empty_lists().lists) == 2:
        assert isinstance(chosen.estimate, Estimate)
        assert chosen.estimate.estimator is Estimator.CHAPMAN
    elif histories.without_empty_lists().sample_coverage < MIN_SAMPLE_COVERAGE:
        assert chosen.estimate == Refused(Reason.LOW_COVERAGE)


@settings(deadline=None, max_examples=40)
@given(LISTS, st.data())
def test_the_order_of_lists_changes_nothing(histories: Histories, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(histories.lists))))
    before, after = choose(histories, 0.9), choose(reorder(histories, list(order)), 0.9)
    assert before.dependence == after.dependence
    assert type(before.estimate) is type(after.estimate)
    for one, other in zip(ends(before), ends(after), strict=True):
        assert np.allclose([one.total, one.low, one.high], [other.total, other.low, other.high], rtol=1e-3)


@settings(deadline=None, max_examples=40)
@given(LISTS)
def test_a_wider_level_gives_a_wider_interval(histories: Histories) -> None:
    narrow, wide = choose(histories, 0.8), choose(histories, 0.95)
    for one, other in zip(ends(narrow), ends(wide), strict=True):
        assert other.low <= one.low + 1e-6
        assert one.high <= other.high + 1e-6


@given(UNITS, st.integers(1, 4))
def test_histories_count_every_unit_of_the_lists_once(units: list[frozenset[str]], n_lists: int) -> None:
    lists = NAMES[:n_lists]
    found = count_histories(lists, units)
    assert found.n_found == sum(1 for unit in units if unit & set(lists))
    assert found.sizes == tuple(sum(1 for unit in units if name in unit) for name in lists)
    assert sum(found.by_times) == found.n_found
    assert found.n_shared == sum(1 for unit in units if len(unit & set(lists)) > 1)
    again = from_rows(lists, found.rows()[1].tolist())
    assert np.array_equal(again.counts, found.counts)


@given(LISTS)
def test_a_list_that_found_nothing_tells_nothing(histories: Histories) -> None:
    with_empty = Histories((*histories.lists, "z"), np.stack([histories.counts, 0 * histories.counts], axis=-1))
    full = histories.without_empty_lists()
    assert with_empty.without_empty_lists().lists == full.lists
    assert np.array_equal(with_empty.without_empty_lists().counts, full.counts)


@given(LISTS)
def test_dependence_is_asked_among_the_units_of_a_third_list(histories: Histories) -> None:
    tests = compare_lists(histories)
    k = len(histories.lists)
    assert len(tests) == k * (k - 1) // 2 * max(k - 2, 0)
    for test in tests:
        given_list = histories.lists.index(test.given)
        assert test.both + test.first_only + test.second_only + test.neither == histories.sizes[given_list]
        assert 0 <= test.p_value <= 1 + 1e-9
    assert (choose(histories, 0.9).dependence is Dependence.UNTESTABLE) == (k == 2)


@given(st.integers(1, 200), st.floats(0, 500), st.floats(0, 1), st.floats(0, 5), st.integers(0, 2**32 - 1))
def test_draws_never_fall_below_what_was_found(found: int, unseen: float, down: float, up: float, seed: int) -> None:
    total = found + unseen
    values = [np.array([float(x)]) for x in (found, total, found + unseen * down, total + unseen * up)]
    drawn = draw_ratios(*values, level=0.9, n_draws=50, rng=np.random.default_rng(seed))
    assert np.all(np.isfinite(drawn))
    assert np.all(drawn >= 1)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_city_without_an_estimate_borrows_one_and_no_other_number_changes(n_cities: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    city = rng.uniform(1, 3, size=(20, n_cities))
    city[:, rng.random(n_cities) < 0.5] = np.nan
    city[:, 0] = 2.0
    own = np.where(rng.random((n_cities, 3)) < 0.5, rng.uniform(1, 3, size=(20, n_cities, 3)), np.nan)
    filled = fill_ratios(own, city, rng)
    assert np.all(np.isfinite(filled))
    assert np.array_equal(filled[np.isfinite(own)], own[np.isfinite(own)])
    lent = filled[:, np.isnan(city).all(axis=0)][np.isnan(own[:, np.isnan(city).all(axis=0)])]
    assert set(lent) <= set(city[np.isfinite(city)])
