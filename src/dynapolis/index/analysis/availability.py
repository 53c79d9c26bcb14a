"""How much of its data each unit has: over all indicators, and below each node.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en, step 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.index.analysis.kin import codes_at
from dynapolis.index.analysis.rows import columns
from dynapolis.index.screen import screen
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec, Screen
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class Availability:
    """Of each row, shape (n_rows,).

    Attributes:
        n_missing, n_zero: gaps, and values that are nought.
        available: share of the indicators that have a value.
        non_zero: share of the values that are not nought; NaN where there is none.
        below: share of the indicators below each node that have a value, by the node's code.
    """

    n_missing: IntArray
    n_zero: IntArray
    available: FloatArray
    non_zero: FloatArray
    below: dict[str, FloatArray]


def availability(table: UnitTable, spec: CompositeSpec) -> Availability:
    """How much of its data each row of a table has; the rule and the counts are those of screening.

    Args:
        table: with a column for every indicator of the tree.
        spec: the tree.

    Example:
        >>> from dynapolis.model.composite import Aggregate, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Aggregate(step="aggregate", method="arithmetic"),),
        ...     indicators=(IndexIndicator(code="x", parent="i"), IndexIndicator(code="y", parent="i")),
        ... )
        >>> rows = np.array([[0.0, np.nan], [1.0, 2.0]])
        >>> found = availability(UnitTable(("a", "b"), ("A", "B"), (), ("x", "y"), rows, {}, {}), spec)
        >>> found.available.tolist(), found.non_zero.tolist(), found.below["i"].tolist()
        ([0.5, 1.0], [0.0, 1.0], [0.5, 1.0])
    """
    counted = screen(table, Screen(step="screen"))
    below = {node: (~np.isnan(columns(table, codes_at(spec, 1, node)))).mean(axis=-1) for node in spec.upwards}
    return Availability(counted.n_missing, counted.n_zero, counted.available, counted.non_zero, below)
