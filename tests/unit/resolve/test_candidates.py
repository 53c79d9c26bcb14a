"""Candidates: which pairs share a key, and that common keys are left out and told."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from dynapolis.resolve.candidates import candidate_numbers, find_candidates
from dynapolis.resolve.compare.subject import SUBJECT, subjects_of


def table(rows: list[dict[str, Any]]) -> pa.Table:
    empty = dict.fromkeys(SUBJECT.names) | {"register": "a"}
    return pa.Table.from_pylist([empty | {"record_id": str(n)} | row for n, row in enumerate(rows)], SUBJECT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "The Last Mile"}, {"name": "Last Mile"}),
        ({"name": "Marineterrein", "city": "Amsterdam"}, {"name": "Marinetrerein", "city": "Amsterdam"}),
        ({"name": "DOLL"}, {"name": "Danish Outdoor Lighting Lab"}),
        ({"name": "Magok odour map"}, {"name": "마곡 냄새 지도"}),
        ({"name": "주식회사 카카오모빌리티"}, {"name": "카카오모빌리티(주)"}),
        ({"name": "One", "url": "https://a.org/x"}, {"name": "Two", "url": "a.org/y"}),
        (
            {"name": "One", "lead": "K-water", "city": "Busan"},
            {"name": "Two", "partners": ["K-water"], "city": "Busan"},
        ),
    ],
)
def test_records_that_may_be_one_thing_are_candidates(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert find_candidates(table([one, other])).num_rows == 1


def test_records_that_share_nothing_are_none() -> None:
    assert (
        find_candidates(
            table([{"name": "Bike lanes", "city": "Oslo"}, {"name": "Solar roofs", "city": "Rome"}])
        ).num_rows
        == 0
    )


def test_a_key_that_many_share_is_left_out_and_told() -> None:
    subjects = subjects_of(table([{"name": f"Smart {chr(97 + n) * 4}"} for n in range(20)]))
    found = candidate_numbers(subjects, rules=("word",), most=5)
    assert found.pairs.num_rows == 0
    assert found.left_out == {"word": 1}


def test_pairs_within_a_register_that_lists_once_are_left_out() -> None:
    rows = [{"name": "Last Mile", "register": r} for r in ("a", "a", "b")]
    pairs = find_candidates(table(rows), distinct={"a"}).to_pylist()
    assert [(p["left_id"], p["right_id"]) for p in pairs] == [("0", "2"), ("1", "2")]
