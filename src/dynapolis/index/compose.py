"""The whole of a composite indicator: raw data through every step to the score of every node.

One call makes one index, or as many as there are replicas: errors of the raw data and weights may have leading axes,
and every step is carried out over all of them at once. The two halves, up to the normalised indicators and from there
to the index, are also callable one by one, so that what replicas share is computed once.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dynapolis.index.combining.choice import choice_of_means
from dynapolis.index.combining.combine import combine
from dynapolis.index.combining.domain import Labels
from dynapolis.index.denominate import denominate
from dynapolis.index.impute import impute
from dynapolis.index.normalising import normalise_table
from dynapolis.index.outliers import treat_outliers
from dynapolis.index.screen import screen
from dynapolis.index.weighting.weights import weigh_children
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import (
    Aggregate,
    AggregateChoice,
    CompositeSpec,
    Denominate,
    Impute,
    Normalise,
    Screen,
    TreatOutliers,
    Weight,
    WeightChoice,
)
from dynapolis.model.unit_table import UnitTable

AMONG_UNITS = ("copeland", "borda_count", "kemeny", "mazziotta_pareto")  # compare units, so years stay apart


@dataclass(frozen=True, slots=True)
class Composite:
    """An index with everything on the way to it.

    Attributes:
        spec: what it was made by.
        table: the raw data of the units that were not screened out.
        stages: the indicators after each step, by the step's name, ``raw`` first; shape (..., n_rows, n_indicators).
        weights: of the children of each node, in the order of ``spec.children``; shape (..., n_children).
        scores: of every node and normalised indicator, by code; shape (..., n_rows).
        details: what each step has to say of itself, by its name; of weights, by node, under ``weight``.
    """

    spec: CompositeSpec
    table: UnitTable
    stages: Mapping[str, FloatArray]
    weights: Mapping[str, FloatArray]
    scores: Mapping[str, FloatArray]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def index(self) -> FloatArray:
        """Score of the index itself, shape (..., n_rows)."""
        return self.scores[self.spec.root]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An index on its way: the rows that are left, their indicators so far, and how they will be put together.

    Attributes:
        table, stages, details: as in ``Composite``.
        values: the indicators after the last step, shape (..., n_rows, n_indicators).
        weighting, aggregation: the steps of that name, once they were met.
    """

    table: UnitTable
    values: FloatArray
    stages: Mapping[str, FloatArray]
    details: Mapping[str, Any] = field(default_factory=dict)
    weighting: WeightChoice | None = None
    aggregation: AggregateChoice | None = None


def compose(
    table: UnitTable,
    spec: CompositeSpec,
    *,
    errors: FloatArray | None = None,
    weights: Mapping[str, FloatArray] | None = None,
    rng: np.random.Generator | None = None,
) -> Composite:
    """Make the index.

    Args:
        table: raw data.
        spec: tree and steps; the steps are taken in their order.
        errors: added to the raw values, shape (..., n_rows, n_indicators).
        weights: of the children of some nodes instead of those of the step, shape (..., n_children).
        rng: needed by multiple imputation alone.

    Raises:
        BadUse, BadInput: the data cannot be taken through a step as it stands; the message names the step and what to
            do.
    """
    made = begin(table, errors)
    for step in spec.steps:
        made = take(made, spec, step, rng)
    return finish(made, spec, weights or {})


def begin(table: UnitTable, errors: FloatArray | None = None) -> Prepared:
    """The raw data, before any step; ``errors`` as in ``compose``."""
    raw = table.values if errors is None else table.values + errors
    return Prepared(table, raw, {"raw": raw})


def take(made: Prepared, spec: CompositeSpec, step: Any, rng: np.random.Generator | None = None) -> Prepared:
    """What one step makes of an index on its way, which itself stays as it is."""
    if isinstance(step, Screen):
        return _screened(made, step)
    if isinstance(step, Denominate):
        return _staged(made, "denominated", denominate(made.values, made.table, spec, step))
    if isinstance(step, Impute):
        return _staged(made, "imputed", impute(made.values, made.table, spec, step, rng))
    if isinstance(step, TreatOutliers):
        treated = treat_outliers(made.values, made.table.codes, step, made.table)
        return _staged(replace(made, details={**made.details, "treat": treated}), "treated", treated.values)
    if isinstance(step, Normalise):
        return _staged(made, "normalised", normalise_table(made.values, spec, made.table.codes, step, made.table))
    if isinstance(step, Weight):
        return replace(made, weighting=step)
    if isinstance(step, Aggregate):
        return replace(made, aggregation=step)
    raise TypeError(f"not a step: {step!r}")


def _staged(made: Prepared, name: str, values: FloatArray) -> Prepared:
    before = {stage: kept for stage, kept in made.stages.items() if stage != name}  # a step taken twice stands last
    return replace(made, values=values, stages={**before, name: values})


def _screened(made: Prepared, step: Screen) -> Prepared:
    found = screen(
        made.table, step, made.values.reshape(-1, *made.values.shape[-2:])[0]
    )  # gaps are those of every replica
    return replace(
        made,
        table=made.table.keep(found.keep),
        values=made.values[..., found.keep, :],
        stages={
            **{name: values[..., found.keep, :] for name, values in made.stages.items()},
            "screened": made.values[..., found.keep, :],
        },
        details={**made.details, "screen": found},
    )


def finish(
    made: Prepared, spec: CompositeSpec, weights: Mapping[str, FloatArray], known: Composite | None = None
) -> Composite:
    """Scores of all nodes, from below upwards; ``weights`` as in ``compose``.

    ``known`` is the same index with other weights of the same nodes: what does not depend on them is taken from it.
    """
    scores = {code: made.values[..., place] for place, code in enumerate(made.table.codes)}
    used: dict[str, FloatArray] = {}
    told: dict[str, Any] = {}
    for node in spec.upwards:
        if known is not None and known.scores[node].ndim == 1 and node not in weights:
            scores[node], used[node], told[node] = (
                known.scores[node],
                known.weights[node],
                known.details["weight"][node],
            )
            continue
        children = np.stack(np.broadcast_arrays(*(scores[child] for child in spec.children[node])), axis=-1)
        if node in weights:
            used[node] = weights[node]
        else:
            found = weigh_children(node, children, spec, choice_of_weights(made.weighting, node))
            used[node], told[node] = found.weights, found.details
        choice = choice_of_means(made.aggregation, spec, node)
        labels = Labels(node, made.table.units, spec.children[node])
        scores[node] = _combine(children, used[node], choice, made.table, labels)
    return Composite(spec, made.table, made.stages, used, scores, {**made.details, "weight": told})


def choice_of_weights(step: WeightChoice | None, node: str) -> WeightChoice:
    """How the children of a node are weighted: as its own entry says, else as the step does, else as given."""
    if step is None:
        return WeightChoice(method="given")
    return step.each.get(node, step) if isinstance(step, Weight) else step


def _combine(
    children: FloatArray, weights: FloatArray, choice: AggregateChoice, table: UnitTable, labels: Labels
) -> FloatArray:
    """Scores from children; rules that compare units with each other see one year at a time."""
    if choice.method not in AMONG_UNITS or not table.is_panel:
        return combine(children, weights, choice, labels)
    leading = np.broadcast_shapes(children.shape[:-2], weights.shape[:-1])
    result = np.full((*leading, table.n_rows), np.nan)
    for rows in map(table.rows_of, table.periods):
        units = tuple(table.units[int(row)] for row in rows)
        result[..., rows] = combine(children[..., rows, :], weights, choice, replace(labels, units=units))
    return result
