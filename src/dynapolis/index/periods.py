"""Years of a panel: which rows a step looks at together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.composite import Over
from dynapolis.model.unit_table import UnitTable


def blocks(table: UnitTable, over: Over) -> tuple[IntArray, ...]:
    """Rows that are looked at together: all of them, or those of each year.

    Example:
        >>> panel = UnitTable(("a", "a"), ("A", "A"), ("2021", "2022"), ("x",), np.array([[1.0], [2.0]]), {}, {})
        >>> [rows.tolist() for rows in blocks(panel, "year")], [rows.tolist() for rows in blocks(panel, "panel")]
        ([[0], [1]], [[0, 1]])
    """
    if over == "panel" or not table.is_panel:
        return (np.arange(table.n_rows),)
    return tuple(table.rows_of(period) for period in table.periods)


def each_block(
    values: FloatArray, rows_of: Sequence[IntArray], make: Callable[[FloatArray, IntArray], FloatArray]
) -> FloatArray:
    """What ``make`` makes of each block of rows, put back in place.

    Args:
        values: shape (..., n_rows, n_indicators).
        rows_of: the blocks; together they are all rows.
        make: from the values of some rows, and their places, to as many values.
    """
    if len(rows_of) == 1:
        return make(values, rows_of[0])
    result = np.empty_like(values)
    for rows in rows_of:
        result[..., rows, :] = make(values[..., rows, :], rows)
    return result
