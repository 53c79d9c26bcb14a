"""Outlier treatment against COINr, file by file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dynapolis.index.denominate import denominate
from dynapolis.index.impute import impute
from dynapolis.index.moments import excess_kurtosis, skewness
from dynapolis.index.outliers import OUTCOMES, Treated, treat_outliers
from dynapolis.index.treating.details import indicator_treatments, point_treatments
from dynapolis.index.treating.transformations import transform
from dynapolis.model.composite import Denominate, Impute, TreatFunction, TreatOutliers

CASES = {
    "treat/default": ("pipeline/raw", {}),
    "treat/winmax1_log_ct": ("pipeline/raw", {"max_winsorised": 1}),
    "treat/winmax1_log_ct_plus": ("pipeline/raw", {"max_winsorised": 1, "function": "log_mirrored"}),
    "treat/winmax1_combined": ("pipeline/raw", {"max_winsorised": 1, "on": "winsorised"}),
    "treat/winmax0_boxcox_lambda025": ("pipeline/raw", {"max_winsorised": 0, "function": "box_cox", "lambda": 0.25}),
}


def treat(coinr: Any, source: str, choices: dict[str, Any]) -> Treated:
    step = TreatOutliers.model_validate({"step": "treat", **choices})
    return treat_outliers(coinr.numbers(source), coinr.codes, step)


def close(expected: Any) -> Any:
    return pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", CASES)
def test_the_treated_table_is_the_same(coinr: Any, name: str) -> None:
    found = treat(coinr, *CASES[name])
    assert found.values == close(coinr.numbers(name))
    assert {OUTCOMES[int(outcome)] for outcome in found.outcome} >= {"left_alone"}
    assert (found.values != coinr.numbers("pipeline/raw")).any()


@pytest.mark.parametrize(
    ("name", "case"),
    [(f"{case}_details", case) for case in CASES] + [("pipeline/treat_details", None)],
)
def test_the_details_of_each_indicator_are_the_same(coinr: Any, name: str, case: str | None) -> None:
    found = treat(coinr, *(CASES[case] if case else ("pipeline/screened", {})))
    rows = coinr.rows(name)
    stages = {"check_SkewKurt0": ("skew_before", "kurtosis_before"),
              "check_SkewKurt1": ("skew_winsorised", "kurtosis_winsorised"),
              "check_SkewKurt2": ("skew_after", "kurtosis_after")}  # fmt: skip
    for place, (row, told) in enumerate(zip(rows, indicator_treatments(found), strict=True)):
        assert row["iCode"] == coinr.codes[place] == told.code
        for stage, (skew, kurtosis) in stages.items():
            if row.get(f"{stage}.Skew"):
                assert getattr(found, skew)[place] == close(float(row[f"{stage}.Skew"]))
                assert getattr(found, kurtosis)[place] == close(float(row[f"{stage}.Kurt"]))
        assert told.n_winsorised == int(row["winsorise.nwin"] or 0)
        last = [row[f"{stage}.Pass"] for stage in stages if row.get(f"{stage}.Pass")][-1]
        assert told.passed == (last == "TRUE")


@pytest.mark.parametrize(
    ("name", "function", "exponent"),
    [
        ("treat/fn_log_ct", "log_shifted", None),
        ("treat/fn_log_ct_orig", "log_plus_one", None),
        ("treat/fn_log_ct_plus", "log_mirrored", None),
        ("treat/fn_boxcox_lambda025", "box_cox", 0.25),
    ],
)
def test_a_function_of_every_column_is_the_same(
    coinr: Any, name: str, function: TreatFunction, exponent: float | None
) -> None:
    raw = coinr.table.values
    lambdas = None if exponent is None else np.full(raw.shape[1], exponent)
    found = transform(raw.T, function, lambdas)
    assert found.possible.all()
    assert close(coinr.numbers(name)) == found.values.T


def test_skewness_and_kurtosis_are_the_same(coinr: Any) -> None:
    rows = coinr.rows("treat/skew_kurt")
    assert skewness(coinr.table.values) == close([float(row["Skew"]) for row in rows])
    assert excess_kurtosis(coinr.table.values) == close([float(row["Kurt"]) for row in rows])


def test_the_treated_table_of_the_pipeline_is_the_same_from_the_raw_data_on(coinr: Any) -> None:
    table, spec = coinr.table, coinr.spec
    rates = denominate(table.values, table, spec, Denominate(step="denominate"))
    whole = impute(rates, table, spec, Impute(step="impute", method="group_mean", group="EurAsia_group"))
    found = treat_outliers(whole, coinr.codes, TreatOutliers(step="treat"))
    assert found.values == pytest.approx(coinr.numbers("pipeline/treated"), rel=1e-11, abs=1e-15)


def test_the_points_that_were_drawn_in_are_the_same(coinr: Any) -> None:
    raw = coinr.numbers("pipeline/screened")
    found = treat_outliers(raw, coinr.codes, TreatOutliers(step="treat"))
    name = {"": 0, "winhi": 1, "winlo": -1}
    expected = [[name[row[code]] for code in coinr.codes] for row in coinr.rows("pipeline/treated_points")]
    assert found.points.tolist() == expected
    told = list(point_treatments(found, coinr.table, raw))
    assert len(told) == int(np.abs(found.points).sum()) > 0
    assert all((point.raw > point.treated) == (point.side == "high") for point in told)


def test_each_year_of_a_panel_is_treated_by_itself_as_coinr_does(coinr: Any) -> None:
    panel = coinr.panel
    found = treat_outliers(panel.values, panel.codes, TreatOutliers(step="treat"), panel)
    assert found.periods == ("2018", "2019", "2020", "2021", "2022")
    assert found.outcome.shape == (5, 49)
    assert found.values[panel.rows_of("2018")] == close(coinr.numbers("treat/default"))
    told = indicator_treatments(found)
    assert len(told) == 5 * 49 and {row.period for row in told} == set(found.periods)
