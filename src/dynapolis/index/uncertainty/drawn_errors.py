"""Errors of measurement: what is added to the raw values of each replica, made part by part.

Source of the correlations: Cario and Nelson (1997), Modeling and generating random vectors with arbitrary marginal
distributions and correlation matrix, Northwestern University (NORTA).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtr

from dynapolis.errors import BadUse
from dynapolis.index.uncertainty.seeds import Keys, for_purpose, name_keys, normals
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec, UncertainIndicator
from dynapolis.model.unit_table import UnitTable


def row_keys(table: UnitTable) -> Keys:
    """A number for each unit and time, wherever its row stands."""
    return name_keys([f"{unit}\0{time}" for unit, time in zip(table.units, table.times or table.units, strict=True)])


def draw_errors(
    spec: CompositeSpec, table: UnitTable, seeds: Mapping[str, FloatArray], rows: Keys | None = None
) -> FloatArray | None:
    """What is added to the raw values.

    An error is normal with standard deviation ``size``, or even between −size and size; in the indicator's units, or
    ``relative`` as a share of each unit's value. Every unit at every time has an error of its own. Declared
    correlations are those of the errors as they come out, of whatever distribution.

    Args:
        spec: the errors and their correlations.
        table: raw values.
        seeds: by the name of an error, shape (n,).
        rows: from ``row_keys``, where they are at hand.

    Returns:
        shape (n, n_rows, n_indicators); none where nothing is measured with an error.
    """
    items = [item for item in spec.uncertain if isinstance(item, UncertainIndicator)]
    if not items:
        return None
    n = len(next(iter(seeds.values())))
    errors = np.zeros((n, *table.values.shape))
    keys = row_keys(table) if rows is None else rows
    drawn = [normals(seeds[item.name], for_purpose(item.name, keys)) for item in items]
    for item, z in zip(items, _correlated(drawn, correlations(spec, items)), strict=True):
        place = table.codes.index(item.indicator)
        even = 2 * ndtr(z) - 1 if item.distribution == "uniform" else z
        errors[:, :, place] += item.size * even * (np.abs(table.values[:, place]) if item.relative else 1.0)
    return errors


def correlations(spec: CompositeSpec, items: Sequence[UncertainIndicator]) -> FloatArray | None:
    """Correlations of the normal numbers behind the errors; none where all are independent.

    For two normal errors it is the declared one, r; for two even ones 2 sin(π r / 6); for one of each r √(π / 3).

    Raises:
        BadUse: no two such errors can correlate so much, or all declared ones together contradict each other.
    """
    if not spec.correlated:
        return None
    places = {item.name: number for number, item in enumerate(items)}
    matrix = np.eye(len(items))
    for pair in spec.correlated:
        i, j = (places[name] for name in pair.between)
        n_even = sum(items[place].distribution == "uniform" for place in (i, j))
        r = pair.correlation
        behind = (r, r * np.sqrt(np.pi / 3), 2 * np.sin(np.pi * r / 6))[n_even]
        if abs(behind) > 1:
            raise BadUse(
                f"correlated {' and '.join(pair.between)}: found {r:g}; a normal and an even error correlate by at "
                "most 0.977; lower it, or give both the same distribution"
            )
        matrix[i, j] = matrix[j, i] = behind
    if np.linalg.eigvalsh(matrix)[0] < -1e-6:
        raise BadUse(
            "correlated: the correlations contradict each other (no errors have them all at once); expected a positive "
            "semidefinite matrix; bring them closer to 0"
        )
    return matrix


def _correlated(drawn: Sequence[FloatArray], matrix: FloatArray | None) -> Sequence[FloatArray]:
    if matrix is None:
        return drawn
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0.0))  # root @ root.T is the matrix, also where one follows another
    root = root @ vectors.T  # the symmetric root keeps each error closest to its own draw
    root /= np.sqrt((root * root).sum(axis=1, keepdims=True))
    return [np.asarray(sum(root[i, j] * z for j, z in enumerate(drawn))) for i in range(len(drawn))]
