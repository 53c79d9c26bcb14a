"""Gaps of a panel filled from other years of the same unit: the latest observed value, or a straight line between two.

Source: COINr, impute_panel (Becker and others 2022, doi 10.21105/joss.04567).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.arrays import FloatArray, IntArray


def years_of(times: Sequence[str]) -> FloatArray:
    """Times as numbers.

    Raises:
        BadUse: a time is no number.

    Example:
        >>> years_of(("2018", "2019.5")).tolist()
        [2018.0, 2019.5]
    """
    years = []
    for time in times:
        try:
            years.append(float(time))
        except ValueError:
            told = f"step impute: time {time!r} is no number; linear and carried need years, such as 2018"
            raise BadUse(told) from None
    return np.array(years)


def fill_carried(
    values: FloatArray, units: Sequence[str], years: FloatArray, at_most: float | None, ends_nearest: bool
) -> FloatArray:
    """Each gap becomes the unit's latest value before it, no older than ``at_most`` years.

    Args:
        values: shape (..., n_rows, n_indicators).
        units: of each row.
        years: of each row, shape (n_rows,).
        at_most: years that a value may be carried; none: any number.
        ends_nearest: fill the years before the first observed value with that one.

    Example:
        >>> rows = np.array([[np.nan], [1.0], [np.nan], [np.nan]])
        >>> fill_carried(rows, ("a",) * 4, np.array([2018.0, 2019, 2020, 2021]), 1, False).ravel().tolist()
        [nan, 1.0, 1.0, nan]
    """
    result = values.copy()
    for rows in _series(units, years):
        before, after = _neighbours(values[..., rows, :])
        part, when = values[..., rows, :], years[rows]
        near = before if not ends_nearest else np.where(before < 0, np.where(after < len(rows), after, -1), before)
        reached = np.abs(when[:, None] - when[near]) <= (np.inf if at_most is None else at_most)
        taken = np.take_along_axis(part, np.maximum(near, 0), axis=-2)
        result[..., rows, :] = np.where((near >= 0) & reached, taken, part)
    return result


def fill_linear(
    values: FloatArray, units: Sequence[str], years: FloatArray, at_most: float | None, ends_nearest: bool
) -> FloatArray:
    """Each gap between two observed years lies on the straight line between them, by years and not by rows.

    Args:
        values, units, years: as for ``fill_carried``.
        at_most: years between a gap and each value that it is filled from; none: any number.
        ends_nearest: before the first and after the last observed year, take that one.

    Example:
        >>> rows = np.array([[1.0], [np.nan], [4.0], [np.nan]])
        >>> fill_linear(rows, ("a",) * 4, np.array([2018.0, 2019, 2021, 2022]), None, True).ravel().tolist()
        [1.0, 2.0, 4.0, 4.0]
    """
    limit = np.inf if at_most is None else at_most
    result = values.copy()
    for rows in _series(units, years):
        part, when, last = values[..., rows, :], years[rows], len(rows) - 1
        before, after = _neighbours(part)
        has_before, has_after = before >= 0, after <= last
        left, right = np.maximum(before, 0), np.minimum(after, last)
        near_left, near_right = when[:, None] - when[left] <= limit, when[right] - when[:, None] <= limit
        at_left, at_right = (np.take_along_axis(part, places, axis=-2) for places in (left, right))
        span = np.where(right > left, when[right] - when[left], 1.0)
        line = at_left + (at_right - at_left) * (when[:, None] - when[left]) / span
        filled = np.where(has_before & has_after & near_left & near_right, line, np.nan)
        if ends_nearest:
            filled = np.where(has_before & ~has_after & near_left, at_left, filled)
            filled = np.where(has_after & ~has_before & near_right, at_right, filled)
        result[..., rows, :] = np.where(np.isnan(part), filled, part)
    return result


def _series(units: Sequence[str], years: FloatArray) -> Iterator[IntArray]:
    """Rows of each unit in the order of its years."""
    named = np.array(units)
    for unit in dict.fromkeys(units):
        rows = np.flatnonzero(named == unit)
        yield rows[np.argsort(years[rows], kind="stable")]


def _neighbours(part: FloatArray) -> tuple[IntArray, IntArray]:
    """Of each cell, the last row with a value up to it (−1: none) and the first from it on (n: none)."""
    n = part.shape[-2]
    there = np.isfinite(part)
    places = np.arange(n)[:, None]
    before = np.maximum.accumulate(np.where(there, places, -1), axis=-2)
    after = np.minimum.accumulate(np.where(there, places, n)[..., ::-1, :], axis=-2)[..., ::-1, :]
    return before, after
