"""Screening against COINr, file by file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dynapolis.index.screen import screen
from dynapolis.model.composite import Screen

NUMBERS = {"N_missing": "n_missing", "N_zero": "n_zero", "Dat_Avail": "available", "Non_Zero": "non_zero"}


@pytest.mark.parametrize(
    ("name", "source", "available", "non_zero"),
    [
        ("pipeline/screen_summary", "pipeline/imputed", 0.9, None),
        ("stats/screen_byna_090", None, 0.9, None),
        ("stats/screen_bynaandzeros_090_095", None, 0.9, 0.95),
    ],
)
def test_the_summary_of_screening_is_the_same(
    coinr: Any, name: str, source: str | None, available: float, non_zero: float | None
) -> None:
    values = coinr.table.values if source is None else coinr.numbers(source)
    found = screen(coinr.table, Screen(step="screen", available=available, non_zero=non_zero), values)
    rows = coinr.rows(name)
    assert [row["uCode"] for row in rows] == list(coinr.table.units)
    for column, attribute in NUMBERS.items():
        assert getattr(found, attribute) == pytest.approx([float(row[column]) for row in rows], abs=1e-12)
    assert found.keep.tolist() == [row["Included"] == "TRUE" for row in rows]
    assert [reason.startswith("few_values") for reason in found.why] == [row["LowData"] == "TRUE" for row in rows]
    if non_zero is not None:
        zeros = [reason.endswith("many_zeros") for reason in found.why]
        assert zeros == [row["LowNonZero"] == "TRUE" for row in rows]
        assert 0 < sum(zeros) < len(rows)


def test_data_availability_is_the_same(coinr: Any) -> None:
    found = screen(coinr.table, Screen(step="screen"))
    rows = coinr.rows("stats/data_availability")
    assert found.available == pytest.approx([float(row["Dat_Avail"]) for row in rows], abs=1e-12)
    assert found.non_zero == pytest.approx([float(row["Non_Zero"]) for row in rows], abs=1e-12)
    assert found.keep.all()


def test_the_screened_table_is_the_same(coinr: Any) -> None:
    table = replace(coinr.table, values=coinr.numbers("pipeline/imputed"))
    kept = table.keep(screen(table, Screen(step="screen", available=0.9)).keep)
    assert kept.values == pytest.approx(coinr.numbers("pipeline/screened"), abs=1e-9)
    assert list(kept.units) == [row["uCode"] for row in coinr.rows("pipeline/screened")]
