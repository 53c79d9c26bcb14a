"""A code by consensus: what several coders leave probable, taken from one who gave it, never surer than it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from dynapolis.coding.adopt import CONSENSUS
from dynapolis.coding.consensus import find_consensus
from dynapolis.engine.duckdb import DuckDBEngine

TEXT, WHOLE = pa.string(), pa.int64()
CODING = pa.schema(
    [
        ("unit_id", TEXT), ("scheme", TEXT), ("position", WHOLE), ("code", TEXT), ("coder_id", TEXT), ("round", WHOLE),
        ("coder_version", TEXT), ("codebook_version", TEXT), ("record_id", TEXT), ("probability", pa.float64()),
        ("unsure", pa.bool_()), ("is_current", pa.bool_()), ("quote", TEXT),
    ]
)  # fmt: skip
DECIDED = pa.schema([("unit_id", TEXT), ("scheme", TEXT)])
PROBABLE = pa.schema([("unit_id", TEXT), ("scheme", TEXT), ("code", TEXT), ("probability", pa.float64())])
Row = dict[str, Any]
Find = Callable[..., list[Row]]


def said(coder: str, code: str, **more: Any) -> Row:
    row = {
        "unit_id": "u", "scheme": "goal", "position": 0, "code": code, "coder_id": coder, "round": 1,
        "coder_version": "1", "codebook_version": "2", "record_id": "r", "probability": None, "unsure": False,
        "is_current": True, "quote": f"words of {coder}",
    }  # fmt: skip
    return row | more


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as opened:
        yield opened


@pytest.fixture
def find(engine: DuckDBEngine) -> Find:
    """Rows by consensus, from codings, the most probable code of unit u, and whether it is decided already."""

    def run(rows: list[Row], code: str, p: float, *, threshold: float = 0.5, decided: bool = False) -> list[Row]:
        done = [{"unit_id": "u", "scheme": "goal"}] if decided else []
        probable = [{"unit_id": "u", "scheme": "goal", "code": code, "probability": p}]
        frame = find_consensus(
            engine.frame("codings", pa.Table.from_pylist(rows, CODING)),
            engine.frame("decided", pa.Table.from_pylist(done, DECIDED)),
            engine.frame("probable", pa.Table.from_pylist(probable, PROBABLE)),
            threshold=threshold,
        )
        return list(engine.collect(frame, order_by=["unit_id", "position"]).to_pylist())

    return run


DIFFER = [said("m", "a"), said("n", "b")]


def test_the_most_probable_code_comes_from_a_coder_who_gave_it_with_what_that_coder_said(find: Find) -> None:
    rows = find([*DIFFER, said("n", "c", position=1)], "b", 0.7)
    assert [(r["position"], r["code"], r["coder_id"], r["quote"]) for r in rows] == [
        (0, "b", "n", "words of n"), (1, "c", "n", "words of n"),
    ]  # fmt: skip
    assert {(r["why"], r["unsure"], r["probability"], r["n_coders"]) for r in rows} == {(CONSENSUS, True, 0.7, 2)}


@pytest.mark.parametrize(("p", "threshold", "found"), [(0.5, 0.5, 1), (0.49, 0.5, 0), (0.89, 0.9, 0), (0.9, 0.9, 1)])
def test_the_probability_has_to_reach_the_threshold(find: Find, p: float, threshold: float, found: int) -> None:
    assert len(find(DIFFER, "a", p, threshold=threshold)) == found


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([said("m", "a")], "a"),
        ([said("m", "a"), said("m", "b", round=2)], "b"),
        ([said("m", "a"), said("m", "a", record_id="r2")], "a"),
        ([said("m", "a"), said("n", "b", is_current=False)], "a"),
        (DIFFER, "c"),
        ([said("m", "a"), said("n", "b"), said("n", "c", position=1)], "c"),
    ],
    ids=[
        "one coder", "one coder twice", "one coder, two records", "one of two under older rules", "nobody gave it",
        "only a further code",
    ],
)  # fmt: skip
def test_one_voice_is_no_consensus_and_neither_is_a_code_that_nobody_gave(
    find: Find, rows: list[Row], code: str
) -> None:
    assert find(rows, code, 0.99) == []


def test_what_is_decided_stays_as_it_is(find: Find) -> None:
    assert find(DIFFER, "a", 0.99, decided=True) == []


def test_a_coder_without_doubt_is_quoted_before_one_with_doubt(find: Find) -> None:
    rows = [said("k", "a", unsure=True), said("m", "a"), said("n", "b"), said("z", "a")]
    assert find(rows, "a", 0.9)[0]["coder_id"] == "m"
    assert find([said("m", "a", unsure=True), said("n", "b")], "a", 0.9)[0]["unsure"] is True
