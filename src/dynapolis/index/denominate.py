"""Denominating: an amount becomes a rate when it is divided by the size of the unit.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec, Denominate, IndexIndicator
from dynapolis.model.unit_table import UnitTable


def denominate(values: FloatArray, table: UnitTable, spec: CompositeSpec, step: Denominate) -> FloatArray:
    """Each indicator that has a denominator divided by it, times its factor.

    A denominator is a column of its own or another indicator, taken as it stands before this step. Where it is
    nought or a gap there is no rate, and the value is a gap.

    Args:
        values: shape (..., n_rows, n_indicators), columns as in ``table.codes``.
        table: the rows, with the columns of denominators.
        spec: which indicator is divided by what.
        step: factors by indicator, 1 where none is given.

    Raises:
        BadUse: a denominator is not in the data, or a factor is for an indicator that is not divided.

    Example:
        >>> from dynapolis.model.composite import Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Denominate(step="denominate", factors={"x": 1000}),),
        ...     indicators=(IndexIndicator(code="x", parent="i", denominator="people"),),
        ... )
        >>> rows, people = np.array([[3.0], [4.0]]), {"people": np.array([1500.0, 0.0])}
        >>> table = UnitTable(("a", "b"), ("A", "B"), (), ("x",), rows, {}, people)
        >>> denominate(rows, table, spec, spec.steps[0]).ravel().tolist()
        [2.0, nan]
    """
    divided = [item for item in spec.indicators if item.denominator is not None and item.code in table.codes]
    _require_columns(divided, table, step)
    result = values.copy()
    for item in divided:
        place = table.codes.index(item.code)
        below = _denominator(values, table, str(item.denominator))
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = values[..., place] / below * step.factors.get(item.code, 1.0)
        result[..., place] = np.where(below != 0, rate, np.nan)
    return result


def _denominator(values: FloatArray, table: UnitTable, name: str) -> FloatArray:
    if name in table.denominators:
        return np.asarray(table.denominators[name])
    return np.asarray(values[..., table.codes.index(name)])


def _require_columns(divided: list[IndexIndicator], table: UnitTable, step: Denominate) -> None:
    known = {*table.denominators, *table.codes}
    faults = [
        f"{item.code} is divided by {item.denominator}, which is no column of the data; add the column, or correct "
        f"the denominator (there are {', '.join(sorted(table.denominators)) or 'none'})"
        for item in divided
        if item.denominator not in known
    ]
    lone = sorted(set(step.factors) - {item.code for item in divided})
    faults += [f"{code} has a factor but no denominator; give it one, or drop the factor" for code in lone]
    if faults:
        raise BadUse("step denominate: " + "; ".join(faults))
