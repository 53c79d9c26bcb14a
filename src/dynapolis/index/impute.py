"""Filling gaps, and telling afterwards which cells were filled.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.imputing.from_column import Centre, fill_from_column
from dynapolis.index.imputing.from_row import fill_from_row
from dynapolis.index.imputing.from_years import fill_carried, fill_linear, years_of
from dynapolis.index.imputing.multiple import draw_filled
from dynapolis.index.imputing.nearest import fill_from_nearest
from dynapolis.index.imputing.regression import fill_from_regression
from dynapolis.index.periods import blocks, each_block
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec, Impute
from dynapolis.model.unit_table import UnitTable


def impute(
    values: FloatArray, table: UnitTable, spec: CompositeSpec, step: Impute, rng: np.random.Generator | None = None
) -> FloatArray:
    """Fill the gaps by the method of the step; what is there is never changed, and what cannot be filled stays a gap.

    Args:
        values: shape (..., n_rows, n_indicators), columns as in ``table.codes``.
        table: units, years and groups of the rows.
        spec: directions and tree, for the methods within a row.
        step: the method and its numbers.
        rng: needed by ``multiple`` alone.

    Returns:
        shape as ``values``; of ``multiple`` (n, n_rows, n_indicators) where there are no replicas, and one draw for
        each replica where there are.

    Raises:
        BadUse: the group is not in the data, a method along years has no years, ``within`` names no node or level,
            or ``multiple`` has no source of draws.

    Example:
        >>> from dynapolis.model.composite import IndexIndicator, Node
        >>> step = Impute(step="impute", method="median")
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(step,), indicators=(IndexIndicator(code="x", parent="i"),)
        ... )
        >>> rows = np.array([[1.0], [np.nan], [2.0], [9.0]])
        >>> table = UnitTable(("a", "b", "c", "d"), ("A", "B", "C", "D"), (), ("x",), rows, {}, {})
        >>> impute(rows, table, spec, step).ravel().tolist()
        [1.0, 2.0, 2.0, 9.0]
    """
    method = step.method
    if method in ("linear", "carried"):
        return _along_years(values, table, step)
    if method == "multiple":
        if rng is None:
            raise BadUse("step impute: multiple draws, so it needs a random generator; hand one in with a seed")
        source = rng
        copies = np.broadcast_to(values, (step.n, *values.shape)) if values.ndim == 2 else values
        return each_block(
            np.array(copies), blocks(table, step.over), lambda part, _: draw_filled(part, step.predictors, source)
        )
    return each_block(values, blocks(table, step.over), _filler(table, spec, step))


def filled(before: FloatArray, after: FloatArray) -> BoolArray:
    """Which cells were filled; ``after`` may have more leading axes.

    Example:
        >>> filled(np.array([[1.0, np.nan]]), np.array([[1.0, 2.0]])).tolist()
        [[False, True]]
    """
    return np.asarray(np.isnan(before) & ~np.isnan(after))


def _filler(table: UnitTable, spec: CompositeSpec, step: Impute) -> Callable[[FloatArray, IntArray], FloatArray]:
    centre: Centre = "median" if step.method.endswith("median") else "mean"
    if step.method in ("mean", "median"):
        return lambda part, _: fill_from_column(part, centre)
    if step.method in ("group_mean", "group_median"):
        groups = np.array(_groups(table, step))
        return lambda part, rows: fill_from_column(part, centre, groups[rows].tolist())
    if step.method == "regression":
        return lambda part, _: fill_from_regression(part, step.predictors)
    if step.method == "nearest":
        return lambda part, _: fill_from_nearest(part, step.neighbours)
    known = {item.code: float(item.direction) for item in spec.indicators}
    directions = np.array([known[code] for code in table.codes])
    together = _together(table, spec, step)

    def within_rows(part: FloatArray, _: IntArray) -> FloatArray:
        result = part.copy()
        for places in together:
            result[..., places] = fill_from_row(part[..., places], directions[places], centre)
        return result

    return within_rows


def _along_years(values: FloatArray, table: UnitTable, step: Impute) -> FloatArray:
    if not table.times:
        raise BadUse(
            f"step impute: {step.method} goes along the years of a unit; name the column of years (columns.time)"
        )
    years = years_of(table.times)
    if step.method == "carried":
        return fill_carried(values, table.units, years, step.at_most, step.ends == "nearest")
    return fill_linear(values, table.units, years, step.at_most, step.ends != "leave")


def _groups(table: UnitTable, step: Impute) -> tuple[str, ...]:
    if step.group is None or step.group not in table.groups:
        told = "no group is given" if step.group is None else f"{step.group} is no column of groups"
        known = ", ".join(table.groups) or "none"
        raise BadUse(f"step impute: {told}; {step.method} needs one (there are {known})")
    return table.groups[step.group]


def _together(table: UnitTable, spec: CompositeSpec, step: Impute) -> list[IntArray]:
    """Places of the indicators that speak for each other."""
    if step.within is None:
        return [np.arange(len(table.codes))]
    ancestors = {code: _ancestors(code, spec) for code in table.codes}
    if step.within == "parent":
        key = {code: above[:1] for code, above in ancestors.items()}
    elif isinstance(step.within, int):
        key = {c: [node for node in above if spec.levels[node] == step.within] for c, above in ancestors.items()}
    else:
        key = {code: [step.within] if step.within in above else [] for code, above in ancestors.items()}
    if not any(key.values()):
        raise BadUse(f"step impute: within {step.within!r} is no node or level above an indicator; correct it")
    names = [key[code][0] if key[code] else None for code in table.codes]
    wanted = dict.fromkeys(name for name in names if name is not None)
    return [np.array([place for place, name in enumerate(names) if name == node]) for node in wanted]


def _ancestors(code: str, spec: CompositeSpec) -> list[str]:
    """Nodes above an indicator, the nearest first."""
    found, at = [], spec.parents[code]
    while at is not None:
        found.append(at)
        at = spec.parents[at]
    return found
