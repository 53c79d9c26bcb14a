"""Tables of an index as it was made: scores and ranks, every stage, weights, what each step did."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.pairs import Pairs, with_denominators, within_groups
from dynapolis.index.analysis.reliability import reliability
from dynapolis.index.analysis.rows import table_of
from dynapolis.index.analysis.statistics import describe, flag
from dynapolis.index.analysis.tracing import Part, trace
from dynapolis.index.compose import Composite, choice_of_weights
from dynapolis.index.rank import ranks_by_period
from dynapolis.index.treating.details import indicator_treatments, point_treatments
from dynapolis.model.arrays import FloatArray
from dynapolis.model.unit_table import UnitTable

Rows = list[dict[str, Any]]


def made_tables(composite: Composite, raw: UnitTable) -> dict[str, Rows]:
    """All tables of an index without replicas.

    Args:
        composite: the index; where gaps were filled by several draws, scores are the means over them.
        raw: the data before screening, for what was screened out.
    """
    composite = pointed(composite)
    tables = {
        "scores": _scores(composite),
        "ranks": _ranks(composite),
        "weights": _weights(composite),
        "unit_weights": _unit_weights(composite),
        "statistics": _statistics(raw),
        "correlations": _correlations(composite),
        "reliability": _reliability(composite),
    }
    tables |= {f"stage_{name}": _stage(composite, values) for name, values in composite.stages.items()}
    if raw.denominators:
        tables["denominator_correlations"] = _pairs(with_denominators(raw, composite.spec, beyond=0.0))
    return tables | _steps(composite, raw)


def score_parts(composite: Composite, units: Sequence[str]) -> Rows:
    """Scores of some units taken apart, from the index down to the raw cells, in every year they have.

    ``points`` of indicators and ``remainder`` of nodes add up to the score of the index.

    Raises:
        BadUse: a unit is not in the index, or gaps were filled by several draws.
    """
    table = composite.table
    absent = [unit for unit in units if unit not in table.units]
    if absent:
        raise BadUse(f"no unit of the index: {', '.join(absent)}; correct the code, or see whether it was screened out")
    if composite.index.ndim > 1:
        raise BadUse(
            f"gaps were filled by {composite.index.shape[0]} draws, and a score is taken apart in one index only; "
            "leave the units out, or take another method of imputation"
        )
    rows: Rows = []
    for unit in units:
        own = [row for row in range(table.n_rows) if table.units[row] == unit]
        for time in [table.times[row] for row in own] if table.times else [None]:
            rows += [line for part in trace(composite, unit, time=time).walk() for line in _part(unit, time, part)]
    return rows


def plain(value: Any) -> Any:
    """A number of numpy as one of Python; nothing where it is no finite one.

    Example:
        >>> plain(np.float64("nan")), plain(np.int64(3)), plain("x")
        (None, 3, 'x')
    """
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def unit_columns(table: UnitTable, row: int) -> dict[str, Any]:
    """The columns that name a row."""
    named = {"unit": table.units[row], "name": table.names[row]}
    return named | ({"time": table.times[row]} if table.times else {})


def pointed(composite: Composite) -> Composite:
    """An index without leading axes: stages, scores and weights are means over several draws of what fills gaps."""
    if composite.index.ndim == 1:
        return composite
    return replace(
        composite,
        stages={name: point(values, 2) for name, values in composite.stages.items()},
        scores={code: point(values, 1) for code, values in composite.scores.items()},
        weights={node: point(values, 2 if _own(composite, node) else 1) for node, values in composite.weights.items()},
    )


def _own(composite: Composite, node: str) -> bool:
    """Whether each unit has weights of its own below a node."""
    return choice_of_weights(composite.spec.step("weight"), node).method == "benefit_of_doubt"


def point(values: FloatArray, n_own: int) -> FloatArray:
    """Values without leading axes: the mean over several draws of what gaps are filled with."""
    return values.mean(axis=tuple(range(values.ndim - n_own))) if values.ndim > n_own else values


def _scores(composite: Composite) -> Rows:
    nodes = composite.spec.upwards[::-1]
    scores = {node: point(composite.scores[node], 1) for node in nodes}
    return [
        unit_columns(composite.table, row) | {node: plain(scores[node][row]) for node in nodes}
        for row in range(composite.table.n_rows)
    ]


def _ranks(composite: Composite) -> Rows:
    """Ranks within each time; ties share the smallest rank they span."""
    nodes = composite.spec.upwards[::-1]
    rows_of = [composite.table.rows_of(period) for period in composite.table.periods]
    shared = {node: ranks_by_period(point(composite.scores[node], 1), rows_of, ties="min") for node in nodes}
    return [
        unit_columns(composite.table, row) | {node: _whole(shared[node][row]) for node in nodes}
        for row in range(composite.table.n_rows)
    ]


def _whole(rank: float) -> int | None:
    return None if np.isnan(rank) else int(rank)


def _weights(composite: Composite) -> Rows:
    """Weights below each node, and what they make of the index; nothing where each unit has its own."""
    spec = composite.spec
    rows: Rows = []
    whole: dict[str, float | None] = {spec.root: 1.0}
    for node in spec.upwards[::-1]:
        children = spec.children[node]
        own = [None] * len(children) if _own(composite, node) else [plain(w) for w in composite.weights[node]]
        for child, weight in zip(children, own, strict=True):
            above = whole[node]
            whole[child] = None if weight is None or above is None else above * weight
            rows.append({"node": node, "child": child, "weight": weight, "effective_weight": whole[child]})
    return rows


def _unit_weights(composite: Composite) -> Rows:
    """Weights of each unit's own, where there are such."""
    return [
        unit_columns(composite.table, row) | {"node": node, "child": child, "weight": plain(weight)}
        for node in composite.spec.upwards[::-1]
        if _own(composite, node)
        for row in range(composite.table.n_rows)
        for child, weight in zip(composite.spec.children[node], composite.weights[node][row], strict=True)
    ]


def _stage(composite: Composite, values: FloatArray) -> Rows:
    shown = point(values, 2)
    codes = composite.table.codes
    return [
        unit_columns(composite.table, row) | dict(zip(codes, map(plain, shown[row]), strict=True))
        for row in range(composite.table.n_rows)
    ]


def _statistics(raw: UnitTable) -> Rows:
    found = describe(raw.values)
    flags = asdict(flag(found))
    names = ("minimum", "maximum", "mean", "median", "deviation", "skewness", "kurtosis", "n_available", "n_unique")
    return [
        {"indicator": code}
        | {name: plain(getattr(found, name)[place]) for name in names}
        | {name: plain(values[place]) for name, values in flags.items()}
        for place, code in enumerate(raw.codes)
    ]


def _correlations(composite: Composite) -> Rows:
    """Of the children of every node with each other: indicators as normalised, nodes by their scores."""
    table = table_of(composite)
    rows: Rows = []
    for level in range(1, max(composite.spec.levels.values())):
        rows += _pairs(within_groups(table, composite.spec, level, level + 1))
    return rows


def _pairs(found: Pairs) -> Rows:
    return [
        {
            "first": found.first[place],
            "second": found.second[place],
            "within": found.group[place] or None,
            "r": plain(found.r[place]),
            "p": plain(found.p[place]),
            "n": _whole(found.n[place]),
        }
        for place in range(len(found.first))
    ]


def _reliability(composite: Composite) -> Rows:
    return [
        {"node": found.node, "level": found.level, "n_members": len(found.codes), "alpha": plain(found.alpha)}
        for found in reliability(table_of(composite), composite.spec)
    ]


def _steps(composite: Composite, raw: UnitTable) -> dict[str, Rows]:
    """What screening and treatment did."""
    tables: dict[str, Rows] = {}
    details: Mapping[str, Any] = composite.details
    if "screen" in details:
        found = details["screen"]
        tables["screening"] = [
            unit_columns(raw, row)
            | {"kept": plain(found.keep[row]), "available": plain(found.available[row])}
            | {"non_zero": plain(found.non_zero[row]), "why": found.why[row]}
            for row in range(raw.n_rows)
        ]
    if "treat" in details and details["treat"].values.ndim == 2:
        treated = details["treat"]
        before = _before(composite, "treated")
        tables["treatment"] = [asdict(row) for row in indicator_treatments(treated)]
        tables["treated_points"] = [asdict(row) for row in point_treatments(treated, composite.table, before)]
    return tables


def _before(composite: Composite, stage: str) -> FloatArray:
    names = list(composite.stages)
    return composite.stages[names[names.index(stage) - 1]]


def _part(unit: str, time: str | None, part: Part) -> Iterator[dict[str, Any]]:
    base = {"unit": unit, "time": time, "code": part.code, "level": part.level}
    told = {name: plain(getattr(part, name)) for name in ("score", "rank", "weight", "points", "remainder")}
    yield base | told | {"stage": None, "value": None, "what": None, "by": None}
    nothing = dict.fromkeys(told)
    for cell in part.cells:
        yield (
            base | nothing | {"stage": cell.stage, "value": plain(cell.value), "what": cell.what, "by": cell.by or None}
        )
