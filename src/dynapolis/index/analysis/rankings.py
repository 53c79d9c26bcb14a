"""Rank of every unit in every column of a table, year by year, among all units or inside groups."""

from __future__ import annotations

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.combining.score_ranks import score_ranks
from dynapolis.index.periods import blocks
from dynapolis.index.ranks_within import Ties
from dynapolis.model.arrays import FloatArray
from dynapolis.model.unit_table import UnitTable


def rank_columns(
    table: UnitTable, *, ties: Ties = "min", group: str | None = None, decimals: int | None = None
) -> FloatArray:
    """Ranks, 1 for the highest value; in a panel each year has its own.

    Args:
        table: scores, or data turned so that more is better.
        ties: equal values share the smallest rank they span, or their mean.
        group: a column of groups inside which ranks are counted; a unit without a group has no rank.
        decimals: round first, so that scores that are printed alike rank alike, as COINr's tables of results do;
            none: ranks of the scores as they are.

    Returns:
        shape (n_rows, n_codes); NaN for a gap.

    Raises:
        BadUse: no such column of groups.

    Example:
        >>> rows = np.array([[1.0], [3.0], [2.0], [9.0]])
        >>> panel = UnitTable(tuple("abab"), tuple("ABAB"), ("1", "1", "2", "2"), ("x",), rows, {}, {})
        >>> rank_columns(panel).ravel().tolist()
        [2.0, 1.0, 2.0, 1.0]
    """
    if group is not None and group not in table.groups:
        raise BadUse(f"found group {group!r}; expected one of {', '.join(table.groups) or '(none)'}; correct it")
    values = table.values if decimals is None else np.round(table.values, decimals)
    result = np.full(values.shape, np.nan)
    for rows in blocks(table, "year"):
        inside = [table.groups[group][int(row)] for row in rows] if group is not None else None
        result[rows] = score_ranks(values[rows].T, ties=ties, groups=inside).T
    return result
