"""Outliers: winsorise a skewed indicator, and transform it when that is not enough; and say what was done.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en; rule and order of
the COIN tool (JRC) and COINr (doi 10.21105/joss.04567).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dynapolis.index.moments import Moments, moments
from dynapolis.index.periods import blocks
from dynapolis.index.treating.rules import Rules, is_outlying, rules_of
from dynapolis.index.treating.transformations import transform
from dynapolis.index.treating.winsorise import winsorise
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import TreatFunction, TreatOutliers
from dynapolis.model.unit_table import UnitTable

SignArray = NDArray[np.int8]

# What became of an indicator, in the order of the numbers in ``Treated.outcome``.
OUTCOMES = (
    "left_alone",  # it meets the rule, or the step does not ask for it
    "winsorised",
    "transformed",
    "winsorised_and_transformed",
    "too_few",  # fewer than four values: the rule cannot be asked
    "constant",  # no spread: there is nothing to treat
    "not_possible",  # the function does not take these values, or no point can be drawn in; as winsorised, if it was
)
LEFT, WINSORISED, TRANSFORMED, BOTH, TOO_FEW, CONSTANT, NOT_POSSIBLE = range(len(OUTCOMES))
_PER_INDICATOR = (
    "outcome", "n_winsorised", "lambdas", "skew_before", "kurtosis_before", "skew_winsorised", "kurtosis_winsorised",
    "skew_after", "kurtosis_after", "passed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Treated:
    """Indicators after treatment, and what was done to each.

    All but ``values`` and ``points`` are of shape (..., n_indicators); where the years of a panel were treated one by
    one, (..., n_periods, n_indicators).

    Attributes:
        codes: the indicators.
        periods: years that were treated one by one; empty where all rows were treated together.
        values: shape (..., n_rows, n_indicators).
        points: per cell, 1 where it was drawn in from above, −1 from below, else 0; a winsorising that a
            transformation of the raw values took the place of is not counted.
        function: the transformation that each indicator would get.
        outcome: numbers into ``OUTCOMES``.
        n_winsorised: points that were drawn in before the rule was asked again, as COINr counts them.
        lambdas: exponent of Box and Cox, NaN where it was not applied.
        skew_before, kurtosis_before: adjusted skew and excess kurtosis; NaN where there are too few values.
        skew_winsorised, kurtosis_winsorised: the same after winsorising.
        skew_after, kurtosis_after: the same of ``values``.
        passed: the rule is met in the end; false where it cannot be asked.
    """

    codes: tuple[str, ...]
    periods: tuple[str, ...]
    values: FloatArray
    points: SignArray
    function: tuple[str, ...]
    outcome: IntArray
    n_winsorised: IntArray
    lambdas: FloatArray
    skew_before: FloatArray
    kurtosis_before: FloatArray
    skew_winsorised: FloatArray
    kurtosis_winsorised: FloatArray
    skew_after: FloatArray
    kurtosis_after: FloatArray
    passed: BoolArray


def treat_outliers(
    values: FloatArray, codes: Sequence[str], step: TreatOutliers, table: UnitTable | None = None
) -> Treated:
    """Treat every indicator that the rule calls outlying, or that the step forces.

    1. Ask the rule. 2. Winsorise up to the limit, asking again after each point. 3. Where it is still not met,
    transform the raw values, or the winsorised ones. What cannot be done is told in ``outcome``, and the values stay
    as far as they got. Gaps stay gaps.

    Args:
        values: shape (..., n_rows, n_indicators).
        codes: the indicators.
        step: the rule, the limits, the function, and choices of single indicators.
        table: the rows, so that the years of a panel can be treated one by one; none: all rows together.

    Raises:
        BadUse: the step names an indicator that is not there.

    Example:
        >>> rows = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100])[:, None]
        >>> found = treat_outliers(rows, ("x",), TreatOutliers(step="treat"))
        >>> found.n_winsorised.tolist(), float(found.values.max()), found.points[-2:, 0].tolist()
        ([1], 30.0, [0, 1])
    """
    rules = rules_of(codes, step)
    if table is None or step.over == "panel" or not table.is_panel:
        return _Series.of(values, rules).treated(codes, ())
    rows_of = blocks(table, "year")
    parts = [_Series.of(values[..., rows, :], rules).treated(codes, ()) for rows in rows_of]
    result, points = np.empty_like(values), np.empty(values.shape, dtype=np.int8)
    for rows, part in zip(rows_of, parts, strict=True):
        result[..., rows, :], points[..., rows, :] = part.values, part.points
    found: dict[str, Any] = {name: np.stack([getattr(p, name) for p in parts], axis=-2) for name in _PER_INDICATOR}
    return Treated(tuple(codes), table.periods, result, points, rules.function, **found)


@dataclass(slots=True)
class _Series:
    """Indicators of all replicas on their way through treatment, (..., n_indicators) each."""

    raw: FloatArray
    rules: Rules
    values: FloatArray
    points: SignArray
    before: Moments
    outcome: IntArray
    n_winsorised: IntArray
    lambdas: FloatArray

    @classmethod
    def of(cls, values: FloatArray, rules: Rules) -> _Series:
        """Nothing done yet, but for what cannot be done."""
        before = moments(values)
        outcome = np.where(before.n < 4, TOO_FEW, np.where(before.flat, CONSTANT, LEFT)).astype(np.int64)
        none = np.full(outcome.shape, np.nan)
        points = np.zeros(values.shape, dtype=np.int8)
        return cls(values, rules, values.copy(), points, before, outcome, np.zeros_like(outcome), none)

    def treated(self, codes: Sequence[str], periods: tuple[str, ...]) -> Treated:
        """Carry out the treatment."""
        skew, kurtosis = self.before.skewness, self.before.excess_kurtosis
        outlying = is_outlying(skew, kurtosis, self.rules.max_skew, self.rules.max_kurtosis)
        force = self.rules.force & (self.rules.max_winsorised > 0)
        open_ = self.rules.wanted & (self.outcome == LEFT) & (outlying | force)
        skew_w, kurtosis_w, skew_a, kurtosis_a = skew.copy(), kurtosis.copy(), skew.copy(), kurtosis.copy()
        if open_.any():
            middle, after = self._treat(open_)
            skew_w[open_], kurtosis_w[open_] = middle.skewness, middle.excess_kurtosis
            skew_a[open_], kurtosis_a[open_] = after.skewness, after.excess_kurtosis
        fails = is_outlying(skew_a, kurtosis_a, self.rules.max_skew, self.rules.max_kurtosis)
        return Treated(
            tuple(codes), periods, self.values, self.points, self.rules.function, self.outcome, self.n_winsorised,
            self.lambdas, skew, kurtosis, skew_w, kurtosis_w, skew_a, kurtosis_a,
            ~fails & np.isfinite(skew_a) & np.isfinite(kurtosis_a),
        )  # fmt: skip

    def _treat(self, open_: BoolArray) -> tuple[Moments, Moments]:
        """Winsorise and transform the open series; their moments in between and in the end."""
        series = np.moveaxis(self.raw, -2, -1)[open_]
        rules = self.rules.of(np.nonzero(open_)[-1])
        drawn = winsorise(series, rules)
        middle = moments(drawn.values, axis=1)
        outlying = is_outlying(middle.skewness, middle.excess_kurtosis, rules.max_skew, rules.max_kurtosis)
        stuck = (drawn.n_points == 0) & (rules.max_winsorised > 0)
        outcome = np.where(drawn.n_points > 0, WINSORISED, np.where(stuck, NOT_POSSIBLE, LEFT))
        result, lambdas = drawn.values, np.full(len(series), np.nan)
        points = (series > drawn.upper[:, None]).astype(np.int8) - (series < drawn.lower[:, None]).astype(np.int8)
        for function in sorted(set(rules.function) - {"none"}):
            some = np.flatnonzero(outlying & (np.array(rules.function) == function))
            base = np.where(rules.on_winsorised[some][:, None], drawn.values[some], series[some])
            done = transform(base, cast(TreatFunction, function), rules.lambdas[some], rules.shift[some])
            result[some] = np.where(done.possible[:, None], done.values, drawn.values[some])
            lambdas[some] = done.lambdas
            stands = (rules.on_winsorised[some] | ~done.possible) & (drawn.n_points[some] > 0)
            points[some] = np.where(stands[:, None], points[some], 0)
            outcome[some] = np.where(~done.possible, NOT_POSSIBLE, np.where(stands, BOTH, TRANSFORMED))
        np.moveaxis(self.values, -2, -1)[open_] = result
        np.moveaxis(self.points, -2, -1)[open_] = points
        self.outcome[open_], self.n_winsorised[open_], self.lambdas[open_] = outcome, drawn.n_points, lambdas
        return middle, moments(result, axis=1)
