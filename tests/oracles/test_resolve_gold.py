"""Doubles that publishers themselves name, hidden from the matcher: how many are found and how many invented.

The embedded registers come with the package. The larger sets need the published lists in ``../shared/data`` beside the
repository; where they are not there, those tests are skipped with the reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dynapolis.cli.resolve_evaluate import gold_of_registers, gold_sets
from dynapolis.resolve.evaluate import (
    EVEN,
    Evaluation,
    best_threshold,
    evaluate,
    found_pairs,
    measure_rows,
    mistake_rows,
    pair_measures,
    reliability_rows,
)
from dynapolis.resolve.gold import missing_files, read_gold_sets

LISTS = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="module")
def embedded() -> Evaluation:
    return evaluate(next(gold_sets(["embedded"], None)))


def published(name: str) -> Evaluation:
    missing = missing_files(read_gold_sets()[name], LISTS)
    if missing:
        reason = f"{', '.join(missing)} not found: put the published lists into ../shared/data beside the repository"
        print(reason)
        pytest.skip(reason)
    return evaluate(next(gold_sets([name], LISTS)))


def test_the_truth_of_the_embedded_registers_is_the_61_doubles_they_name(embedded: Evaluation) -> None:
    assert len(embedded.truth) == 61
    assert len(embedded.subjects) == 786


def test_nothing_of_what_tells_the_truth_is_seen_by_the_matcher(embedded: Evaluation) -> None:
    ids = set(embedded.gold.records["record_id"].to_pylist())
    for column in embedded.gold.records.column_names:
        if column != "record_id":
            seen = embedded.gold.records[column].to_pylist()
            assert not ids & {value for value in seen if isinstance(value, str)}, column
    assert "same_as" not in embedded.gold.records.column_names


def test_every_double_of_the_embedded_registers_is_a_candidate(embedded: Evaluation) -> None:
    assert int(embedded.is_same.sum()) == 61


def test_codes_of_who_named_the_doubles_are_not_seen_by_the_matcher(embedded: Evaluation) -> None:
    described = read_gold_sets()["embedded"]
    assert described.hidden_coders == ("europe_a", "world_a")
    shown = gold_of_registers("embedded", described.model_copy(update={"hidden_coders": ()}))
    fewer = 0
    for all_codes, codes in zip(
        shown.records["codes"].to_pylist(), embedded.gold.records["codes"].to_pylist(), strict=True
    ):
        assert set(codes) <= set(all_codes)
        fewer += codes != all_codes
    assert fewer > 50
    done = evaluate(shown)
    assert frozenset(found_pairs(done, done.scores.probability, EVEN)) == embedded.truth


def test_every_double_is_joined_and_none_invented_at_the_threshold_chosen_without_knowing_the_truth(
    embedded: Evaluation,
) -> None:
    for threshold in (embedded.bands.same, EVEN):
        joined = found_pairs(embedded, embedded.scores.probability, threshold)
        assert frozenset(joined) == embedded.truth
    others = [p for p, same in zip(embedded.scores.probability, embedded.is_same, strict=True) if not same]
    assert max(others) < 0.4
    assert 0.6 <= embedded.bands.same <= 0.75


def test_few_pairs_are_left_to_people(embedded: Evaluation) -> None:
    asked = found_pairs(embedded, embedded.scores.probability, embedded.bands.different)
    assert len(asked) <= 85
    assert not [row for row in mistake_rows(embedded) if row["outcome"] in ("missed", "no_candidate")]


def test_the_model_finds_out_how_many_doubles_there_are(embedded: Evaluation) -> None:
    assert embedded.scores.model.prior * len(embedded.scores.left) == pytest.approx(61, abs=10)


def test_it_is_better_than_splink_with_its_defaults_even_at_the_best_threshold_of_the_latter(
    embedded: Evaluation,
) -> None:
    defaults = found_pairs(embedded, embedded.defaults, best_threshold(embedded, embedded.defaults))
    ours = found_pairs(embedded, embedded.scores.probability, EVEN)
    assert pair_measures(ours, embedded.truth).f1_low > pair_measures(defaults, embedded.truth).f1_high


def test_probabilities_are_not_more_confident_than_they_are_right(embedded: Evaluation) -> None:
    for row in reliability_rows(embedded):
        if row["from"] >= 0.5:
            assert row["mean_probability"] <= row["high"], row


@pytest.mark.parametrize(
    ("name", "least_f1", "least_precision"),
    [("projects", 0.98, 0.99), ("projects-he", 0.98, 0.99), ("organisations", 0.95, 0.95)],
)
def test_published_doubles_are_found(name: str, least_f1: float, least_precision: float) -> None:
    rows = measure_rows(published(name))
    by_cut = {(row["matcher"], row["cut"]): row for row in rows if row["unit"] == "pair"}
    for cut in ("same", "even"):
        row = by_cut["dynapolis", cut]
        assert row["f1"] >= least_f1, row
        assert row["precision"] >= least_precision, row
    assert by_cut["dynapolis", "even"]["f1"] >= by_cut["splink_defaults", "even"]["f1"]
    groups = {row["cut"]: row for row in rows if row["matcher"] == "dynapolis" and row["unit"] == "cluster"}
    assert groups["even"]["f1"] >= 0.93
