"""Denominating against COINr, file by file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dynapolis.index.denominate import denominate
from dynapolis.model.composite import Denominate

STEP = Denominate(step="denominate")


def test_the_raw_table_is_the_same(coinr: Any) -> None:
    assert np.array_equal(coinr.table.values, coinr.numbers("pipeline/raw"), equal_nan=True)
    assert np.isnan(coinr.table.values).sum() > 0


@pytest.mark.parametrize("name", ["pipeline/denominated", "impute/denominated_raw"])
def test_the_denominated_table_is_the_same(coinr: Any, name: str) -> None:
    found = denominate(coinr.table.values, coinr.table, coinr.spec, STEP)
    expected = coinr.numbers(name)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)
    assert (found != coinr.table.values).any()


def test_every_year_of_a_panel_is_divided_by_the_denominator_of_that_year(coinr: Any) -> None:
    panel = coinr.panel
    found = denominate(panel.values, panel, coinr.spec, STEP)
    rows = panel.rows_of("2018")
    alone = denominate(coinr.table.values, coinr.table, coinr.spec, STEP)
    assert np.array_equal(found[rows], alone, equal_nan=True)
