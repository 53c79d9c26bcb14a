"""What treatment did, as rows of tidy tables: one for each indicator, and one for each value that was drawn in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dynapolis.index.outliers import OUTCOMES, Treated
from dynapolis.model.arrays import FloatArray
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class IndicatorTreatment:
    """One indicator (in one year, where years were treated one by one). Names as in ``Treated``; none: not defined."""

    code: str
    period: str
    outcome: str
    function: str
    n_winsorised: int
    box_cox_lambda: float | None
    skew_before: float | None
    kurtosis_before: float | None
    skew_winsorised: float | None
    kurtosis_winsorised: float | None
    skew_after: float | None
    kurtosis_after: float | None
    passed: bool


@dataclass(frozen=True, slots=True)
class PointTreatment:
    """One value that was drawn in, from which side, and what stands in its place."""

    unit: str
    time: str
    code: str
    side: str
    raw: float
    treated: float


def indicator_treatments(treated: Treated) -> tuple[IndicatorTreatment, ...]:
    """One row for each indicator and period, of a treatment without replicas.

    ``function`` is the one that was applied, ``none`` where none was.

    Example:
        >>> from dynapolis.index.outliers import treat_outliers
        >>> from dynapolis.model.composite import TreatOutliers
        >>> found = treat_outliers(np.exp(np.arange(12.0))[:, None], ("x",), TreatOutliers(step="treat"))
        >>> [(row.code, row.outcome, row.n_winsorised, row.function) for row in indicator_treatments(found)]
        [('x', 'winsorised', 1, 'none')]
    """
    rows = []
    for number, period in enumerate(treated.periods or ("",)):
        at = (number,) if treated.periods else ()
        for place, code in enumerate(treated.codes):
            here = (*at, place)
            outcome = OUTCOMES[int(treated.outcome[here])]
            rows.append(
                IndicatorTreatment(
                    code,
                    period,
                    outcome,
                    treated.function[place] if "transformed" in outcome else "none",
                    int(treated.n_winsorised[here]),
                    _number(treated.lambdas[here]),
                    _number(treated.skew_before[here]),
                    _number(treated.kurtosis_before[here]),
                    _number(treated.skew_winsorised[here]),
                    _number(treated.kurtosis_winsorised[here]),
                    _number(treated.skew_after[here]),
                    _number(treated.kurtosis_after[here]),
                    bool(treated.passed[here]),
                )
            )
    return tuple(rows)


def point_treatments(treated: Treated, table: UnitTable, raw: FloatArray) -> Iterator[PointTreatment]:
    """One row for each value that was drawn in, of a treatment without replicas.

    Args:
        treated: what came of it.
        table: the rows.
        raw: the values before, shape (n_rows, n_indicators).
    """
    for row, column in np.argwhere(treated.points):
        yield PointTreatment(
            table.units[row],
            table.times[row] if table.times else "",
            treated.codes[column],
            "high" if treated.points[row, column] > 0 else "low",
            float(raw[row, column]),
            float(treated.values[row, column]),
        )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
