"""Scoring: competition of partners, evidence told, the same answer twice, parameters recovered from made data."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from dynapolis.resolve.compare.subject import SUBJECT, subjects_of
from dynapolis.resolve.score import compete, score_pairs
from dynapolis.resolve.splink_model import LevelOdds, Model, fit, predict

CITIES = ("Oslo", "Bergen", "Tromsø", "Stavanger")


def records(n: int = 60) -> pa.Table:
    """Two registers of n made-up initiatives each, of which the first half stands in both."""
    rows = []
    for register in ("a", "b"):
        for number in range(n):
            shared = number < n // 2
            name = (
                f"Lab {_word(number)} {_word(number + 7)}"
                if shared or register == "a"
                else f"Hub {_word(number * 31 + 5)}"
            )
            rows.append(
                dict.fromkeys(SUBJECT.names)
                | {"record_id": f"{register}{number}", "register": register, "name": name, "city": CITIES[number % 4]}
                | {"start": str(2010 + number % 9)}
            )
    return pa.Table.from_pylist(rows, SUBJECT)


def _word(number: int) -> str:
    return "".join("bcdfghklmnprst"[(number * k) % 14] + "aeiou"[(number * k) % 5] for k in (3, 5, 11))


def test_of_two_partners_in_a_register_that_lists_once_both_cannot_be_right() -> None:
    table = pa.Table.from_pylist(
        [dict.fromkeys(SUBJECT.names) | {"record_id": i, "register": r, "name": "x"} for i, r in ("1a", "2b", "3b")],
        SUBJECT,
    )
    subjects = subjects_of(table)
    left, right = np.array([0, 0]), np.array([1, 2])
    assert compete(np.array([0.9, 0.9]), left, right, subjects, {"b"}).tolist() == pytest.approx([9 / 19] * 2)
    assert compete(np.array([0.9, 0.9]), left, right, subjects, {"a"}).tolist() == [0.9, 0.9]


def test_partners_compete_whichever_side_of_the_pair_they_stand_on() -> None:
    table = pa.Table.from_pylist(
        [dict.fromkeys(SUBJECT.names) | {"record_id": i, "register": r, "name": "x"} for i, r in ("1b", "2a", "3b")],
        SUBJECT,
    )
    found = compete(np.array([0.9, 0.99]), np.array([0, 1]), np.array([1, 2]), subjects_of(table), {"b"})
    assert found.tolist() == pytest.approx([9 / (9 + 1 + 99), 99 / (99 + 1 + 9)])


def test_the_same_records_give_the_same_table_to_the_last_digit() -> None:
    one, other = (score_pairs(records(), distinct={"a", "b"}) for _ in range(2))
    assert one.equals(other)


def test_doubles_of_made_registers_are_found_and_told_with_their_evidence() -> None:
    table = score_pairs(records(), distinct={"a", "b"})
    likely = [row for row in table.to_pylist() if row["probability"] >= 0.5]
    same = {(row["left_id"], row["right_id"]) for row in likely}
    assert {(f"a{n}", f"b{n}") for n in range(30)} <= same
    assert len(same) <= 33
    told = json.loads(likely[0]["evidence"])
    assert {comparison for comparison, *_ in told} >= {"name", "place", "dates"}


def test_records_of_a_register_that_lists_once_are_no_pair() -> None:
    table = score_pairs(records(), distinct={"a", "b"})
    assert all(
        left[0] != right[0]
        for left, right in zip(*(table[c].to_pylist() for c in ("left_id", "right_id")), strict=True)
    )


def test_no_records_give_no_pairs() -> None:
    assert score_pairs(pa.Table.from_pylist([], SUBJECT)).num_rows == 0


def test_a_model_trained_on_made_pairs_recovers_what_they_were_made_from() -> None:
    chance = np.random.default_rng(2022)
    true = {
        "name": ([0.05, 0.15, 0.8], [0.9, 0.09, 0.01]),
        "place": ([0.1, 0.9], [0.7, 0.3]),
        "dates": ([0.2, 0.8], [0.8, 0.2]),
    }
    n, share = 40_000, 0.1
    same = chance.random(n) < share
    levels = {
        name: np.where(same, chance.choice(len(m), n, p=m), chance.choice(len(u), n, p=u)).astype(np.int8)
        for name, (m, u) in true.items()
    }
    start = {
        name: tuple(
            LevelOdds(a, b) for a, b in zip(np.full(len(m), 1 / len(m)) if name != "name" else m, u, strict=True)
        )
        for name, (m, u) in true.items()
    }
    model = fit(levels, Model(0.01, start), known_pairs=1.0)
    assert model.prior == pytest.approx(share, abs=0.01)
    for name, (m, _) in true.items():
        assert [odds.m for odds in model.levels[name]] == pytest.approx(m, abs=0.03)
    # Bayes by hand, for pairs that are at the highest level of all three and for those at the lowest.
    for level in (-1, 0):
        likely = [
            np.prod([model.levels[name][level].m for name in true]),
            np.prod([model.levels[name][level].u for name in true]),
        ]
        odds = model.prior / (1 - model.prior) * likely[0] / likely[1]
        pattern = {name: np.array([len(m) - 1 if level else 0], dtype=np.int8) for name, (m, _) in true.items()}
        assert predict(pattern, model)[0] == pytest.approx(odds / (1 + odds), abs=1e-6)


def test_a_comparison_that_tells_nothing_changes_nothing() -> None:
    model = Model(
        0.1, {"name": (LevelOdds(0.1, 0.9), LevelOdds(0.9, 0.1)), "web": (LevelOdds(0.2, 0.9), LevelOdds(0.8, 0.1))}
    )
    both = predict({"name": np.array([1]), "web": np.array([-1])}, model)
    assert both[0] == pytest.approx(0.5)
