"""The learner of a screening: its planes against another solver, what it sees of Korean, what it finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from dynapolis.coding.screen.learner import Learner
from dynapolis.coding.screen.margin import balanced_weights, fit_margin
from dynapolis.coding.screen.order import Start, batch_size, next_batch, starting_order
from dynapolis.coding.screen.recall import order_quality
from dynapolis.coding.screen.replay import replay_order
from dynapolis.coding.screen.views import view_matrices

TOPIC = ["tram", "bus", "road", "traffic", "sensor", "parking", "junction", "bicycle"]
OTHER = ["bird", "forest", "nest", "song", "feather", "river", "moss", "heron"]


def texts(n: int, n_included: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Titles of two topics that share a third of their words."""
    rng = np.random.default_rng(seed)
    included = np.zeros(n, dtype=bool)
    included[rng.choice(n, n_included, replace=False)] = True
    common = ["project", "city", "pilot", "people"]
    titles = [
        " ".join(rng.choice(TOPIC if hit else OTHER, 4)) + " " + " ".join(rng.choice(common, 2)) for hit in included
    ]
    return titles, included


def test_the_plane_is_that_of_liblinear() -> None:
    rng = np.random.default_rng(3)
    dense = rng.random((120, 30)) * (rng.random((120, 30)) < 0.3)
    included = (dense[:, 0] + dense[:, 1] + rng.normal(0, 0.2, 120)) > 0.4
    weights = balanced_weights(included, ratio=3.0)
    rows = csr_matrix(np.hstack([dense, np.ones((120, 1))]))
    mine = fit_margin(rows, included, weights, np.zeros(31), cost=0.11, tolerance=1e-8)
    theirs = LinearSVC(C=0.11, tol=1e-9, max_iter=100_000).fit(dense, included, sample_weight=weights)
    assert mine[:-1] == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert mine[-1] == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_going_on_from_old_weights_ends_where_a_new_beginning_does() -> None:
    rng = np.random.default_rng(5)
    rows = csr_matrix(rng.random((80, 12)))
    included = rng.random(80) < 0.4
    old = fit_margin(rows[:70], included[:70], np.ones(70), np.zeros(12), cost=1.0, tolerance=1e-9)
    warm = fit_margin(rows, included, np.ones(80), old, cost=1.0, tolerance=1e-9)
    cold = fit_margin(rows, included, np.ones(80), np.zeros(12), cost=1.0, tolerance=1e-9)
    assert warm == pytest.approx(cold, abs=1e-6)


def test_included_records_count_together_as_often_as_the_ratio_says() -> None:
    included = np.array([True, False, False, False, True])
    weights = balanced_weights(included, ratio=4.0)
    assert weights.sum() == pytest.approx(5)
    assert weights[included].sum() == pytest.approx(4 * weights[~included].sum())


def test_two_topics_are_told_apart_long_before_half_is_read() -> None:
    titles, included = texts(600, 30, seed=1)
    learner = Learner(titles, [""] * 600)
    start = np.array([int(np.flatnonzero(included)[0]), int(np.flatnonzero(~included)[0])])
    quality = order_quality(included[replay_order(learner, included, start)])
    assert quality.records_to_all is not None
    assert quality.records_to_all <= 60  # chance would need nearly all 600


def test_korean_words_with_different_particles_meet_in_the_letters() -> None:
    titles = ["리빙랩은 주민과", "리빙랩을 실증한다", "교통은 도로에서", "버스를 만든다"]
    _, letters, _ = view_matrices(titles, [""] * 4)
    alike = (letters @ letters.T).toarray()
    assert alike[0, 1] > 0.3
    assert alike[0, 1] > 5 * alike[0, 3]


def test_a_record_without_text_is_a_row_of_nothing_and_gets_a_score() -> None:
    titles = ["smart tram", "smart bus", "bird song", "bird nest", ""]
    assert all(matrix[4].nnz == 0 for matrix in view_matrices(titles, [""] * 5))
    scores = Learner(titles, [""] * 5).scores(np.array([0, 2]), np.array([True, False]))
    assert np.isfinite(scores).all()


def test_a_list_without_a_single_word_can_still_be_ordered() -> None:
    learner = Learner(["", "…", "?"], ["", "", ""])
    included = np.array([True, False, False])
    assert sorted(replay_order(learner, included, np.array([0, 1]))) == [0, 1, 2]


def test_one_kind_of_record_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="one included and one excluded"):
        Learner(["a b", "c d"], ["", ""]).scores(np.array([0]), np.array([True]))


def test_the_start_from_the_top_reads_until_both_kinds_were_seen() -> None:
    included = np.array([False, False, True, False, True])
    rng = np.random.default_rng(0)
    assert starting_order(Start.TOP, included, np.arange(5), rng).tolist() == [0, 1, 2]
    assert starting_order(Start.TOP, included, np.array([4, 3, 2, 1, 0]), rng).tolist() == [4, 3]
    seeds = starting_order(Start.SEEDS, included, np.arange(5), rng)
    assert included[seeds].tolist() == [True, False]
    drawn = starting_order(Start.RANDOM, included, np.arange(5), np.random.default_rng(1))
    assert len(set(included[drawn].tolist())) == 2
    assert len(set(included[drawn[:-1]].tolist())) == 1


@pytest.mark.parametrize("labels", [[True] * 4, [False] * 4, []])
@pytest.mark.parametrize("start", list(Start))
def test_a_list_of_one_kind_is_read_as_it_comes(labels: list[bool], start: Start) -> None:
    included = np.array(labels, dtype=bool)
    order = starting_order(start, included, np.arange(len(labels)), np.random.default_rng(0))
    assert sorted(order.tolist()) == list(range(len(labels)))


def test_batches_grow_with_what_is_known() -> None:
    assert [batch_size(n) for n in (1, 29, 30, 150, 1500)] == [1, 1, 2, 10, 100]
    scores, unread = np.array([1.0, 3.0, 3.0, 2.0]), np.array([True, True, True, False])
    assert next_batch(scores, unread, 10).tolist() == [1, 2, 0]


def test_no_label_is_used_before_its_record_was_read() -> None:
    """Turning the labels of everything read later leaves what was read before as it is."""
    titles, included = texts(200, 20, seed=2)
    learner = Learner(titles, [""] * 200)
    start = np.array([int(np.flatnonzero(included)[0]), int(np.flatnonzero(~included)[0])])
    order = replay_order(learner, included, start)
    for n_read in (2, 25, 80, 150):
        turned = included.copy()
        turned[order[n_read:]] ^= True
        again = replay_order(learner, turned, start)
        assert again[:n_read].tolist() == order[:n_read].tolist()
