"""Screening: which units have enough data to be in the index at all.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import Screen
from dynapolis.model.unit_table import UnitTable

Why = Literal["", "kept", "dropped", "few_values", "many_zeros", "few_values_and_many_zeros"]


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening found, a row of the table each.

    Attributes:
        keep: the rows that stay, shape (n_rows,).
        available: share of the indicators that have a value.
        non_zero: share of the values that are not nought; NaN where there is no value.
        n_missing, n_zero: how many gaps and noughts there are.
        why: the rule that decided, a code; empty for a row that meets the rules.
    """

    keep: BoolArray
    available: FloatArray
    non_zero: FloatArray
    n_missing: IntArray
    n_zero: IntArray
    why: tuple[Why, ...]


def screen(table: UnitTable, step: Screen, values: FloatArray | None = None) -> Screened:
    """Ask of each row whether it has enough values, and enough of them that are not nought.

    A share equal to the limit is enough. A unit without any value has no share of values that are not nought and
    does not meet a limit of it above 0. The lists of the step go before both rules; in a panel they mean all years
    of a unit, while the rules are asked year by year.

    Args:
        table: units and their raw values.
        step: limits and lists; a limit that is not given is not asked.
        values: the indicators as they stand before this step, shape (n_rows, n_indicators); none: the raw ones.

    Raises:
        BadUse: a listed unit is not in the table, or is in both lists.

    Example:
        >>> rows = np.array([[1.0, 2.0], [0.0, np.nan]])
        >>> table = UnitTable(("a", "b"), ("A", "B"), (), ("x", "y"), rows, {}, {})
        >>> screen(table, Screen(step="screen", available=0.6)).why
        ('', 'few_values')
    """
    _require_units(table, step)
    data = table.values if values is None else values
    n = data.shape[-1]
    n_missing = np.isnan(data).sum(axis=-1)
    n_zero = (data == 0).sum(axis=-1)
    present = n - n_missing
    available = present / max(n, 1)
    non_zero = np.where(present > 0, (present - n_zero) / np.maximum(present, 1), np.nan)
    few = available < (step.available or 0.0)
    zeros = ~(non_zero >= step.non_zero) & (step.non_zero > 0) if step.non_zero is not None else np.zeros_like(few)
    why = tuple(_why(unit, step, bool(f), bool(z)) for unit, f, z in zip(table.units, few, zeros, strict=True))
    keep = np.array([reason in ("", "kept") for reason in why], dtype=bool)
    return Screened(keep, available, non_zero, n_missing, n_zero, why)


def _why(unit: str, step: Screen, few: bool, zeros: bool) -> Why:
    if unit in step.drop:
        return "dropped"
    if not few and not zeros:
        return ""
    if unit in step.keep:
        return "kept"
    if few and zeros:
        return "few_values_and_many_zeros"
    return "few_values" if few else "many_zeros"


def _require_units(table: UnitTable, step: Screen) -> None:
    known = set(table.units)
    both = sorted(set(step.keep) & set(step.drop))
    absent = sorted({*step.keep, *step.drop} - known)
    faults = [f"{unit} is both in keep and in drop; leave it in one of them" for unit in both]
    faults += [f"{unit} is not a unit of the data; correct its code in keep or drop" for unit in absent]
    if faults:
        raise BadUse("step screen: " + "; ".join(faults))
