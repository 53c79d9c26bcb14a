"""Where each indicator of each unit of a panel is going: growth, slope, change in percent.

Source: get_trends, CAGR and prc_change of COINr (Becker and others 2022, doi 10.21105/joss.04567).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.kin import directions_of
from dynapolis.index.analysis.rows import some_rows
from dynapolis.index.imputing.from_years import fill_linear, years_of
from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

Method = Literal["growth", "slope", "percent"]


@dataclass(frozen=True, slots=True)
class Trends:
    """One trend for each unit and indicator, shape (n_units, n_codes) each.

    Attributes:
        units, codes: rows and columns.
        years: the years that were looked at.
        values: the trend; NaN where fewer than two years are observed, or it is not defined.
        available: share of the years that are observed.
        first, latest: the first and last observed year; NaN where none is.
        n_observed: observed years.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    years: FloatArray
    values: FloatArray
    available: FloatArray
    first: FloatArray
    latest: FloatArray
    n_observed: FloatArray


def trends(
    table: UnitTable,
    spec: CompositeSpec,
    method: Method = "growth",
    *,
    years: Sequence[str | int] | None = None,
    latest: int | None = None,
    interpolate: bool = False,
    directed: bool = False,
    per: float = 1.0,
) -> Trends:
    """Trends of a panel, or of some of its years. Time is counted in years, so years that are missing do no harm.

    Growth is compound, from the first to the last observed year: (last / first)^(1 / years) − 1. It is 0 where both
    are equal, infinite from nought upwards, and not defined where the sign changes; of two values below nought it is
    the growth of their size. The slope is that of least squares, in units a year. Percent is the slope as a share of
    the value that the line has in the first observed year; of two years their difference as a share of the first.

    Args:
        table: a panel of any stage.
        spec: directions of the indicators.
        method: which trend.
        years: only these.
        latest: only so many of the years, back from the last observed one of each series; not defined where that
            goes back before the first year. A year that a unit has no row for counts as a gap.
        interpolate: first put gaps between two observed years on the straight line between them.
        directed: turn the trend of an indicator of which less is better, so that above 0 is an improvement.
        per: for percent and slope, years that the change is told for: 10 is a decade.

    Raises:
        BadUse: the table has no times, a time is no number, a year is not in it, or ``latest`` is below 2.

    Example:
        >>> from dynapolis.model.composite import Aggregate, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Aggregate(step="aggregate", method="arithmetic"),),
        ...     indicators=(IndexIndicator(code="x", parent="i"),),
        ... )
        >>> rows = np.array([[100.0], [np.nan], [121.0]])
        >>> panel = UnitTable(("a",) * 3, ("A",) * 3, ("2020", "2021", "2022"), ("x",), rows, {}, {})
        >>> trends(panel, spec).values.round(9).tolist(), trends(panel, spec, "slope").values.tolist()
        ([[0.1]], [[10.5]])
    """
    if latest is not None and latest < 2:
        raise BadUse(f"found latest {latest}; a trend needs two years or more; take more")
    whole = _years(table)
    units = tuple(dict.fromkeys(table.units))
    part = some_rows(table, times=years) if years is not None else table
    when = np.unique(_years(part))
    observed = _cube(part, units, when)
    series = observed
    if interpolate:
        filled = fill_linear(table.values, table.units, whole, None, False)
        series = _cube(_with(table, filled), units, np.unique(whole))[:, np.isin(np.unique(whole), when)]
    used = _latest(series, latest)
    values = _TRENDS[method](when, used)
    n = (~np.isnan(used)).sum(axis=1)
    values = np.where(n >= 2, values, np.nan) * (1.0 if method == "growth" else per)
    if directed:
        values = values * np.array(directions_of(spec, table.codes), dtype=float)
    seen = ~np.isnan(_latest(observed, latest))
    length = len(when) if latest is None else latest
    return Trends(
        units, table.codes, when, values, seen.sum(axis=1) / length, _end(seen, when, first=True),
        _end(seen, when, first=False), seen.sum(axis=1).astype(float),
    )  # fmt: skip


def _years(table: UnitTable) -> FloatArray:
    if not table.times:
        raise BadUse("trends need years; name their column in columns.time")
    try:
        return years_of(table.times)
    except BadUse:
        odd = sorted({time for time in table.times if not _is_number(time)})
        raise BadUse(f"trends need years as numbers, such as 2018; found {', '.join(map(repr, odd))}") from None


def _is_number(time: str) -> bool:
    return time.strip().lstrip("+-").replace(".", "", 1).isdigit()


def _with(table: UnitTable, values: FloatArray) -> UnitTable:
    return UnitTable(table.units, table.names, table.times, table.codes, values, {}, {})


def _cube(table: UnitTable, units: tuple[str, ...], when: FloatArray) -> FloatArray:
    """Values by unit, year and indicator; a gap where a unit has no row for a year."""
    result = np.full((len(units), len(when), len(table.codes)), np.nan)
    place = {unit: number for number, unit in enumerate(units)}
    rows = np.array([place[unit] for unit in table.units], dtype=np.int64)
    result[rows, np.searchsorted(when, _years(table))] = table.values
    return result


def _latest(series: FloatArray, n: int | None) -> FloatArray:
    """Each series cut to its last n years up to the last observed one; all gaps where it does not go back so far."""
    if n is None:
        return series
    there = ~np.isnan(series)
    places = np.arange(series.shape[1])[None, :, None]
    last = np.where(there, places, -1).max(axis=1, keepdims=True)
    inside = (places > last - n) & (places <= last) & (last >= n - 1)
    return np.where(inside, series, np.nan)


def _end(there: BoolArray, when: FloatArray, *, first: bool) -> FloatArray:
    place = there.argmax(axis=1) if first else there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    return np.where(there.any(axis=1), when[place], np.nan)


def _ends(when: FloatArray, series: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """First and last observed value, and the years between them."""
    there = ~np.isnan(series)
    first = there.argmax(axis=1)
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    begin, end = (np.take_along_axis(series, place[:, None], axis=1)[:, 0] for place in (first, last))
    return begin, end, when[last] - when[first]


def _growth(when: FloatArray, series: FloatArray) -> FloatArray:
    begin, end, span = _ends(when, series)
    with np.errstate(invalid="ignore", divide="ignore"):
        grown = (end / begin) ** (1 / span) - 1
    return np.asarray(np.where(begin == end, 0.0, grown))


def _line(when: FloatArray, series: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of least squares, and the value of the line in the first observed year."""
    there = ~np.isnan(series)
    n = np.maximum(there.sum(axis=1), 1)
    year = np.where(there, when[None, :, None], 0.0)
    year_mean = year.sum(axis=1) / n
    mean = np.where(there, series, 0.0).sum(axis=1) / n
    x = np.where(there, when[None, :, None] - year_mean[:, None], 0.0)
    y = np.where(there, series - mean[:, None], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (x * y).sum(axis=1) / (x**2).sum(axis=1)
    begin = _end(there, when, first=True)
    return slope, mean + slope * (begin - year_mean)


def _slope(when: FloatArray, series: FloatArray) -> FloatArray:
    return _line(when, series)[0]


def _percent(when: FloatArray, series: FloatArray) -> FloatArray:
    slope, start = _line(when, series)
    lowest, highest = (extreme.reduce(series, axis=1, initial=np.nan) for extreme in (np.fmin, np.fmax))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(lowest == highest, 0.0, 100 * slope / start))


_TRENDS: dict[Method, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "growth": _growth,
    "slope": _slope,
    "percent": _percent,
}
