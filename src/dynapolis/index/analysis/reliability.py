"""Cronbach's alpha: how far the members of a group measure the same thing.

Source: Cronbach (1951), Coefficient alpha and the internal structure of tests, doi 10.1007/BF02310555.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.kin import codes_at
from dynapolis.index.analysis.rows import columns
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

Rows = Literal["complete", "pairwise"]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of the members of one node at one level below it.

    Attributes:
        node, level: the group.
        codes: its members.
        alpha: NaN for fewer than two members, or where their sum does not vary.
        without: alpha when one member is left out, in the order of ``codes``.
        n_rows: rows that have all members.
    """

    node: str
    level: int
    codes: tuple[str, ...]
    alpha: float
    without: FloatArray
    n_rows: int


def cronbach_alpha(values: FloatArray, rows: Rows = "complete") -> float:
    """k / (k − 1) · (1 − Σ variances / variance of the sum).

    Args:
        values: shape (n_rows, k), all turned so that more is better.
        rows: take only rows without a gap; or each covariance over the rows that have both, as COINr does, which
            need not be the covariances of any one set of units.

    Example:
        >>> round(cronbach_alpha(np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0]])), 6)
        0.857143
    """
    return _alpha(_covariance(values, rows))


def reliability(table: UnitTable, spec: CompositeSpec, rows: Rows = "complete") -> tuple[Reliability, ...]:
    """Alpha of every node over its members at each level below it.

    Args:
        table: normalised data for indicators alone, or scores for nodes as members too; levels that are no columns
            of the table are passed over.
        spec: the tree.
        rows: which rows are counted.

    Raises:
        BadUse: no level of any node is in the table.
    """
    found = []
    for node in spec.upwards:
        for level in range(1, spec.levels[node]):
            codes = _members(spec, level, node)
            if codes and set(codes) <= set(table.codes):
                values = columns(table, codes)
                matrix = _covariance(values, rows)
                complete = int((~np.isnan(values).any(axis=1)).sum())
                found.append(Reliability(node, level, codes, _alpha(matrix), _without_each(matrix), complete))
    if not found:
        raise BadUse("no group of the tree is in the table; take a stage with its indicators as columns")
    return tuple(found)


def _members(spec: CompositeSpec, level: int, node: str) -> tuple[str, ...]:
    try:
        return codes_at(spec, level, node)
    except BadUse:
        return ()  # its branches are not equally long, and none has this level


def _alpha(covariance: FloatArray) -> float:
    k = len(covariance)
    whole = float(np.nansum(covariance))
    if k < 2 or not abs(whole) > 1e-15 * float(np.nansum(np.abs(covariance))):
        return float("nan")
    return k / (k - 1) * (1 - float(np.nansum(np.diagonal(covariance))) / whole)


def _without_each(covariance: FloatArray) -> FloatArray:
    k = len(covariance)
    return np.array([_alpha(np.delete(np.delete(covariance, one, 0), one, 1)) for one in range(k)])


def _covariance(values: FloatArray, rows: Rows) -> FloatArray:
    """Covariances with n − 1; NaN where a pair has fewer than two common rows."""
    if rows == "complete":
        values = values[~np.isnan(values).any(axis=1)]
    k = values.shape[1]
    result = np.full((k, k), np.nan)
    for one in range(k):
        both = ~np.isnan(values[:, [one]]) & ~np.isnan(values)
        n = both.sum(axis=0)
        a, b = np.where(both, values[:, [one]], 0.0), np.where(both, values, 0.0)
        size = np.maximum(n, 1)
        product = (np.where(both, a - a.sum(0) / size, 0.0) * np.where(both, b - b.sum(0) / size, 0.0)).sum(0)
        result[one] = np.where(n > 1, product / np.maximum(n - 1, 1), np.nan)
    return result
