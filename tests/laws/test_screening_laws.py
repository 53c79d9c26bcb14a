"""What holds of every screening: its order, its curve, its bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.cli.screen_simulate import replay
from dynapolis.coding.screen.order import Start
from dynapolis.coding.screen.recall import order_quality, recall_curve
from dynapolis.coding.screen.replay import replay_order, replay_stop
from dynapolis.coding.screen.stop_rule import StopRule
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.labelled import ScreenRecord
from dynapolis.store.labelled_files import read_screening_lists

labels = st.lists(st.booleans(), min_size=1, max_size=60).map(lambda row: np.array(row, dtype=bool))


class Guess:
    """A learner that ranks with some skill: noise plus what the label says, times the skill."""

    def __init__(self, included: BoolArray, skill: float, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self._scores = rng.normal(size=len(included)) + skill * included

    def forget(self) -> None:
        pass

    def scores(self, read: IntArray, included: BoolArray) -> FloatArray:
        return self._scores


@given(labels)
def test_the_curve_never_falls_and_ends_at_all(in_order: BoolArray) -> None:
    curve = recall_curve(in_order)
    recalls = [recall for _, recall in curve]
    assert recalls == sorted(recalls)
    assert not in_order.any() or recalls[-1] == 1.0


@given(labels)
def test_no_order_needs_less_than_the_included_records_themselves(in_order: BoolArray) -> None:
    found = order_quality(in_order)
    if found.records_to_95 is None or found.records_to_all is None:
        assert not in_order.any()
    else:
        assert found.least_to_95 <= found.records_to_95 <= found.records_to_all <= found.n_records


@given(labels, st.integers(0, 3))
def test_every_record_is_read_once(included: BoolArray, seed: int) -> None:
    order = replay_order(Guess(included, 1.0, seed), included, np.array([0]))
    assert sorted(order.tolist()) == list(range(len(included)))


@settings(max_examples=60, deadline=None)
@given(labels, st.floats(0, 3), st.integers(0, 50), st.sampled_from([0.05, 0.5]))
def test_a_rule_always_stops_and_its_bounds_hold_each_other(
    included: BoolArray, skill: float, seed: int, run_dry: float
) -> None:
    rng = np.random.default_rng(seed)
    rule = StopRule(0.8, 0.9, run_dry)
    learner = Guess(included, skill, seed)
    order = replay_order(learner, included, np.array([0]))
    point = replay_stop(learner, included, order, 1, rule,
                        lambda places, size: rng.choice(places, size=size, replace=False))  # fmt: skip
    assert point.n_audited <= point.n_read <= len(included)
    told = point.told
    if told.estimate is not None and told.low is not None and told.high is not None:
        assert 0 <= told.low <= told.estimate <= told.high <= 1
        assert point.n_read == len(included) or told.low >= rule.target_recall


@pytest.mark.parametrize("skill", [-1.0, 0.0, 2.0])
def test_the_bound_fails_no_more_often_than_stated_even_with_a_model_that_ranks_the_wrong_way(skill: float) -> None:
    """200 lists of 100 records with 30 included; the rule promises 90 %."""
    n, failed = 200, 0
    rule = StopRule(0.8, 0.9, run_dry=0.5)
    for seed in range(n):
        rng = np.random.default_rng(seed)
        included = rng.permutation(np.arange(100) < 30)
        learner = Guess(included, skill, seed)
        order = replay_order(learner, included, np.array([0]))
        point = replay_stop(learner, included, order, 1, rule,
                            lambda places, size, rng=rng: rng.choice(places, size=size, replace=False))  # fmt: skip
        assert point.true_recall is not None
        failed += point.told.low is not None and point.told.low > point.true_recall + 1e-12
    assert failed / n <= 0.1 + 3 * (0.1 * 0.9 / n) ** 0.5


def write(path: Path, rows: list[tuple[str, str, int]]) -> list[ScreenRecord]:
    lines = ["title,abstract,included", *(f'"{title}","{text}",{label}' for title, text, label in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_screening_lists([path], labelled=True)


def invented(n: int) -> list[tuple[str, str, int]]:
    rng = np.random.default_rng(8)
    words = [f"word{number}" for number in range(60)]
    rows = []
    for number in range(n):
        hit = int(number % 12 == 0)
        mine = rng.choice(words[:20] if hit else words[10:], 6)
        rows.append((f"{number} {' '.join(mine[:3])}", " ".join(mine[3:]) if number % 3 else "", hit))
    return rows


def test_the_order_of_rows_changes_nothing_and_the_seed_decides(tmp_path: Path) -> None:
    rows = invented(120)
    one = replay(write(tmp_path / "a.csv", rows), Start.SEEDS, StopRule(), 7)
    other = replay(write(tmp_path / "b.csv", rows[::-1]), Start.SEEDS, StopRule(), 7)
    told_of_rows = {"start_rows", "ranking_seconds"}
    assert {k: v for k, v in one.items() if k not in told_of_rows} == {
        k: v for k, v in other.items() if k not in told_of_rows
    }
    assert [121 - row for row in other["start_rows"]] == one["start_rows"]
    third = replay(write(tmp_path / "a.csv", rows), Start.SEEDS, StopRule(), 8)
    assert third["start_rows"] != one["start_rows"]
