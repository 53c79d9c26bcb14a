"""Rows by a key: against a dictionary made by hand, in tables of many pieces and with texts that repeat."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.serve.layout import Groups


def by_hand(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["unit_id"]].append(row)
    return found


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y", None])), max_size=40), st.integers(1, 7)
)
def test_rows_of_a_key_are_those_of_the_table_in_their_order(pairs: list[tuple[str, str | None]], size: int) -> None:
    rows = [{"unit_id": key, "text": text, "n": n} for n, (key, text) in enumerate(pairs)]
    schema = pa.schema([("unit_id", pa.string()), ("text", pa.string()), ("n", pa.int64())])
    table = pa.Table.from_pylist(rows, schema)
    pieces = pa.concat_tables([table.slice(n, size) for n in range(0, max(1, len(rows)), size)])
    groups = Groups(pieces, "unit_id")
    assert groups.of(list("abcdefg")) == by_hand(rows)
    assert groups.of(["g"]) == {}


def test_many_rows_in_many_pieces_stay_with_their_keys() -> None:
    numbers = np.random.default_rng(3).integers(0, 60_000, 200_000)
    rows = [{"unit_id": f"{n:x}-{n % 13}", "text": str(n % 5), "n": place} for place, n in enumerate(numbers.tolist())]
    table = pa.Table.from_pylist(rows)
    groups = Groups(pa.concat_tables([table.slice(n, 9_000) for n in range(0, len(rows), 9_000)]), "unit_id")
    wanted = sorted({row["unit_id"] for row in rows})[::50]
    expected = by_hand(rows)
    assert groups.of(wanted) == {key: expected[key] for key in wanted}
