"""The worked examples of the method pages of the steps on data, in both languages, computed again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.index.denominate import denominate
from dynapolis.index.impute import impute
from dynapolis.index.normalising import normalise_table
from dynapolis.index.outliers import treat_outliers
from dynapolis.index.screen import screen
from dynapolis.model.composite import (
    CompositeSpec,
    Denominate,
    Impute,
    IndexIndicator,
    Node,
    Normalise,
    Screen,
    TreatOutliers,
)
from dynapolis.model.unit_table import UnitTable

FloatArray = NDArray[np.float64]
DOCS = Path(__file__).parents[3] / "docs"
NAN = float("nan")
each_language = pytest.mark.parametrize("lang", ["en", "ko"])


def page(lang: str, step: str) -> str:
    return (DOCS / lang / "method" / "composite" / f"{step}.md").read_text(encoding="utf-8")


def rows(text: str, first: str) -> list[list[str]]:
    """Cells of the lines of tables that begin with a text."""
    lines = [line for line in text.splitlines() if re.match(rf"\| {first}", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def spec_of(*indicators: dict[str, Any]) -> CompositeSpec:
    return CompositeSpec(
        index="i",
        nodes=(Node(code="i"),),
        indicators=tuple(IndexIndicator.model_validate({"parent": "i", **item}) for item in indicators),
        steps=(Normalise(step="normalise", method="min_max"),),
    )


def table_of(values: FloatArray, times: tuple[str, ...] = (), **more: Any) -> UnitTable:
    units = ("A",) * len(times) if times else tuple("ABCD"[: len(values)])
    codes = tuple(f"x{k}" for k in range(values.shape[1]))
    return UnitTable(units, units, times, codes, values, more.get("groups", {}), more.get("denominators", {}))


@each_language
def test_screening(lang: str) -> None:
    values = np.array([[3, 0, 5, 2], [1, NAN, NAN, 4], [0, 0, NAN, 7]])
    found = screen(table_of(values), Screen(step="screen", available=0.6, non_zero=0.5))
    told = rows(page(lang, "screen"), "[ABC] ")
    for row, available, non_zero, why in zip(told, found.available, found.non_zero, found.why, strict=True):
        assert float(row[2].split(" = ")[1]) == round(float(available), 2)
        assert float(row[3].split(" = ")[1]) == round(float(non_zero), 2)
        assert re.findall(r"`(\w+)`", row[4]) == ([why] if why else [])


@each_language
def test_denominating(lang: str) -> None:
    told = rows(page(lang, "denominate"), "[ABC] ")
    values = np.array([[float(row[1])] for row in told])
    people = np.array([float(row[2].replace(",", "")) for row in told])
    step = Denominate(step="denominate", factors={"x0": 1e6})
    table = table_of(values, denominators={"people": people})
    found = denominate(values, table, spec_of({"code": "x0", "denominator": "people"}), step)[:, 0]
    assert found == pytest.approx([20, 40, NAN], nan_ok=True)
    assert told[0][3].endswith("= 20") and told[1][3] == "40"


EXAMPLE = np.array([[2, 10], [4, 30], [NAN, 20], [9, 50]])


@pytest.mark.parametrize(
    ("choices", "expected", "line"),
    [
        ({"method": "mean"}, 5, "= 5 "),
        ({"method": "median"}, 4, "median  4"),
        ({"method": "group_mean", "group": "g"}, 3, "(2 + 4) / 2 = 3"),
        ({"method": "row_mean"}, 3.75, "= 3.75"),
        ({"method": "regression"}, 3.25, "= 3.25"),
        ({"method": "nearest", "neighbours": 2}, 3, "(2 + 4) / 2 = 3"),
    ],
)
def test_imputing(choices: dict[str, Any], expected: float, line: str) -> None:
    table = table_of(EXAMPLE, groups={"g": ("1", "1", "1", "2")})
    step = Impute.model_validate({"step": "impute", **choices})
    found = impute(EXAMPLE, table, spec_of({"code": "x0"}, {"code": "x1"}), step)
    assert found[2, 0] == pytest.approx(expected)
    assert all(line in page(lang, "impute") for lang in ("en", "ko"))


def test_imputing_along_years() -> None:
    values = np.array([[4.0], [NAN], [NAN], [10.0]])
    table = table_of(values, ("2018", "2019", "2020", "2021"))

    def filled(**choices: Any) -> list[float]:
        step = Impute.model_validate({"step": "impute", **choices})
        return [float(x) for x in impute(values, table, spec_of({"code": "x0"}), step)[1:3, 0]]

    assert filled(method="linear") == [6, 8]
    assert filled(method="carried") == [4, 4]
    assert filled(method="carried", at_most=1) == pytest.approx([4, NAN], nan_ok=True)


@each_language
def test_treating(lang: str) -> None:
    values = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100.0])[:, None]
    found = treat_outliers(values, ("x0",), TreatOutliers(step="treat"))
    text = page(lang, "treat")
    for number in (found.skew_before, found.kurtosis_before, found.skew_after, found.kurtosis_after):
        assert f" {number[0]:.2f}" in text
    assert found.n_winsorised.tolist() == [1] and found.values.max() == 30
    bent = treat_outliers(values, ("x0",), TreatOutliers(step="treat", max_winsorised=0)).values[:, 0]
    assert f"{bent[0]:.4f}".replace("-", "−") in text and f"{bent[-1]:.4f}" in text


MARKS: dict[str, dict[str, Any]] = {"goalposts": {"low": 10, "high": 50}, "scaled": {"low": 0, "high": 100}}


@each_language
def test_normalising(lang: str) -> None:
    values = np.array([[10.0], [20.0], [50.0]])
    text = page(lang, "normalise")
    told = [row for row in rows(text, "`") if len(row) == 4 and re.fullmatch(r"[−\d.]+", row[1])]
    assert len(told) == 11
    for row in told:
        method = re.findall(r"`(\w+)`", row[0])[0]
        step = Normalise.model_validate({"step": "normalise", "method": method, "reference": "B"})
        spec = spec_of({"code": "x0", "direction": -1, "target": 20, **MARKS.get(method, {})})
        found = normalise_table(values, spec, ("x0",), step, table_of(values))[:, 0]
        assert [float(cell.replace("−", "-")) for cell in row[1:]] == pytest.approx(found, abs=0.005), method
