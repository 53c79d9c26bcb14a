"""One stage of a composite indicator as a table, and some of its rows or columns.

Everything in this package looks at such tables, so that it can be asked of raw data, of treated data, and of scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.compose import Composite
from dynapolis.model.arrays import FloatArray
from dynapolis.model.unit_table import UnitTable

SCORES = "scores"
ONE_BY_ONE = "expected an index that was made once; make the replica you mean again, and look at it alone"


def table_of(composite: Composite, stage: str = SCORES) -> UnitTable:
    """The values of one stage as a table.

    Args:
        composite: made without replicas.
        stage: a stage by its name, such as ``raw`` or ``normalised``, with a column for each indicator; or
            ``scores``, with a column for each normalised indicator and each node, children before their parents.

    Raises:
        BadUse: there is no such stage, or there are replicas.
    """
    if stage != SCORES and stage not in composite.stages:
        known = ", ".join([*composite.stages, SCORES])
        raise BadUse(f"found stage {stage!r}; expected one of {known}; correct it, or add the step")
    codes = composite.table.codes if stage != SCORES else (*composite.table.codes, *composite.spec.upwards)
    values = composite.stages[stage] if stage != SCORES else _side_by_side(composite, codes)
    if values.ndim != 2:
        raise BadUse(f"found {values.shape[0]} replicas in {stage}; {ONE_BY_ONE}")
    return replace(composite.table, codes=tuple(codes), values=values)


def require_one(composite: Composite, code: str) -> FloatArray:
    """Scores of one node of an index that was made once, shape (n_rows,).

    Raises:
        BadUse: there is no such node, or there are replicas of the index.
    """
    if code not in composite.spec.children:
        raise BadUse(f"found {code!r}; expected a node: {', '.join(composite.spec.children)}; correct it")
    scores = np.asarray(composite.scores[code])
    if scores.ndim != 1:
        raise BadUse(f"found {scores.shape[0]} replicas of {code}; {ONE_BY_ONE}")
    return scores


def _side_by_side(composite: Composite, codes: Sequence[str]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*(composite.scores[code] for code in codes)), axis=-1)


def columns(table: UnitTable, codes: Sequence[str]) -> FloatArray:
    """Some columns of a table, in the order asked for, shape (n_rows, n_codes).

    Raises:
        BadUse: a code is no column of the table.
    """
    place = {code: number for number, code in enumerate(table.codes)}
    unknown = [code for code in codes if code not in place]
    if unknown:
        raise BadUse(
            f"no such column: {', '.join(unknown)}; the table has {', '.join(table.codes)}; take the stage that has "
            "it (nodes stand in scores), or correct the code"
        )
    return table.values[..., [place[code] for code in codes]]


def some_rows(
    table: UnitTable, *, units: Sequence[str] | None = None, times: Sequence[str | int] | None = None
) -> UnitTable:
    """The rows of some units or some times, in the order of the table.

    Raises:
        BadUse: a unit or time is not in the table; all of them are told.

    Example:
        >>> rows = np.array([[1.0], [2.0], [3.0]])
        >>> panel = UnitTable(("a", "a", "b"), ("A", "A", "B"), ("2021", "2022", "2022"), ("x",), rows, {}, {})
        >>> some_rows(panel, times=[2022]).values.ravel().tolist()
        [2.0, 3.0]
    """
    chosen = np.ones(table.n_rows, dtype=bool)
    faults = []
    for kind, wanted, there in (("unit", units, table.units), ("time", times, table.times)):
        if wanted is None:
            continue
        names = [str(name) for name in wanted]
        faults += [f"{kind} {name!r}" for name in names if name not in there]
        chosen &= np.isin(np.array(there, dtype=str), names) if there else False
    if faults:
        raise BadUse(f"not in the table: {', '.join(faults)}; correct them, or leave them out")
    return table.keep(chosen)


def row_of(table: UnitTable, unit: str, time: str | int | None = None) -> int:
    """Place of the row of a unit; in a panel of one of its times, the last if none is named.

    Raises:
        BadUse: there is no such row.
    """
    found = [row for row, name in enumerate(table.units) if name == unit]
    if time is not None:
        found = [row for row in found if table.times and table.times[row] == str(time)]
    if not found:
        when = f" at {time}" if time is not None else ""
        raise BadUse(f"found no row of {unit!r}{when}; expected one of the units of the table; correct the code")
    return max(found, key=lambda row: table.times[row]) if table.times else found[0]
