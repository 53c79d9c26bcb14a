"""Imputation against COINr, file by file, and along the years of a panel by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dynapolis.index.denominate import denominate
from dynapolis.index.impute import filled, impute
from dynapolis.model.composite import Denominate, Impute
from dynapolis.model.unit_table import UnitTable


def with_holes(panel: UnitTable) -> UnitTable:
    """The panel with a third of its values taken out: its own gaps are the same in all years."""
    holes = np.random.default_rng(5).random(panel.values.shape) < 1 / 3
    return replace(panel, values=np.where(holes, np.nan, panel.values))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("impute/mean", {"method": "mean"}),
        ("impute/median", {"method": "median"}),
        ("impute/mean_grp_pop_group", {"method": "group_mean", "group": "Pop_group"}),
        ("impute/median_grp_eurasia", {"method": "group_median", "group": "EurAsia_group"}),
        ("impute/row_mean_all", {"method": "row_mean"}),
        ("impute/row_mean_within_pillar", {"method": "row_mean", "within": "parent"}),
        ("impute/row_mean_within_pillar", {"method": "row_mean", "within": 2}),
    ],
)
def test_the_filled_table_is_the_same(coinr: Any, name: str, choices: dict[str, Any]) -> None:
    table = coinr.table
    step = Impute.model_validate({"step": "impute", **choices})
    found = impute(table.values, table, coinr.spec, step)
    expected = coinr.numbers(name)
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-9, nan_ok=True)
    assert filled(table.values, found).sum() == (np.isnan(table.values) & ~np.isnan(expected)).sum() > 0


def test_the_imputed_table_of_the_pipeline_is_the_same(coinr: Any) -> None:
    rates = denominate(coinr.table.values, coinr.table, coinr.spec, Denominate(step="denominate"))
    step = Impute(step="impute", method="group_mean", group="EurAsia_group")
    found = impute(rates, coinr.table, coinr.spec, step)
    assert found == pytest.approx(coinr.numbers("pipeline/imputed"), rel=1e-11, abs=1e-15)


def test_each_year_of_a_panel_is_filled_from_itself_as_coinr_does(coinr: Any) -> None:
    panel = coinr.panel
    found = impute(panel.values, panel, coinr.spec, Impute(step="impute", method="mean"))
    assert found[panel.rows_of("2018")] == pytest.approx(coinr.numbers("impute/mean"), rel=1e-11, abs=1e-9)


@pytest.mark.parametrize("at_most", [None, 1, 2])
def test_carried_values_are_the_latest_before_the_gap(coinr: Any, at_most: int | None) -> None:
    """Searched again cell by cell, as the description of impute_panel has it."""
    panel = with_holes(coinr.panel)
    found = impute(panel.values, panel, coinr.spec, Impute(step="impute", method="carried", at_most=at_most))
    place = {(unit, int(time)): row for row, (unit, time) in enumerate(zip(panel.units, panel.times, strict=True))}
    n_filled = 0
    for (unit, year), row in place.items():
        for column in np.flatnonzero(np.isnan(panel.values[row])):
            expected = np.nan
            for older in range(year - 1, 2017 if at_most is None else year - at_most - 1, -1):
                if (unit, older) in place and not np.isnan(panel.values[place[unit, older], column]):
                    expected = panel.values[place[unit, older], column]
                    break
            assert found[row, column] == pytest.approx(expected, nan_ok=True)
            n_filled += not np.isnan(expected)
    assert n_filled > 0 and filled(panel.values, found).sum() == n_filled


def test_a_linear_filling_is_numpys_interpolation(coinr: Any) -> None:
    panel = with_holes(coinr.panel)
    found = impute(panel.values, panel, coinr.spec, Impute(step="impute", method="linear"))
    years = np.array([float(time) for time in panel.times])
    for unit in set(panel.units):
        rows = np.flatnonzero(np.array(panel.units) == unit)
        rows = rows[np.argsort(years[rows])]
        for column in range(len(panel.codes)):
            seen = rows[~np.isnan(panel.values[rows, column])]
            if len(seen):
                expected = np.interp(years[rows], years[seen], panel.values[seen, column])
                assert found[rows, column] == pytest.approx(expected, rel=1e-12)
            else:
                assert np.isnan(found[rows, column]).all()
    assert filled(panel.values, found).any()
