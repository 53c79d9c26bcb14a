"""Draws of everything that is uncertain about an index: one row of choices for each replica.

A draw starts from uniform numbers between 0 and 1, one column for each uncertain input, so that the same inputs can be
drawn at random, from a low-discrepancy sequence, or exactly at every combination (for the sensitivity analysis).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse, DynapolisError
from dynapolis.index.compose import begin, choice_of_weights, finish, take
from dynapolis.index.uncertainty.drawn_weights import draw_weights, nodes_of
from dynapolis.index.uncertainty.variants import option_steps
from dynapolis.index.weighting.weights import weights_below
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.composite import (
    CompositeSpec,
    Impute,
    UncertainStep,
    UncertainValue,
    UncertainWeights,
    WeightChoice,
)
from dynapolis.model.unit_table import UnitTable

IMPUTATION = "imputation"  # the input that no one declares: which of the tables of multiple imputation a replica takes
WITHOUT_DATA = ("given", "equal", "budget_allocation", "ahp")  # weights that are the same in every replica


@dataclass(frozen=True, slots=True)
class Choices:
    """What each replica takes. Errors of measurement follow from ``uniforms`` when they are needed.

    Attributes:
        inputs: names of the uncertain inputs, in the order of the columns of ``uniforms``.
        uniforms: what everything else follows from, shape (n_replicas, n_inputs).
        options: by the name of a step or a listed value, the place of the option; shape (n_replicas,).
        values: by the name of a value, the number itself; shape (n_replicas,).
        weights: by node, shape (n_replicas, n_children), adding up to 1.
        settled: inputs that ``weights`` hold already, so that no step has to be taken again for them.
        stream: from which multiple imputation draws, the same for every variant; copied before use, never moved on.
        refused: why there are no weights, by the place of the replica.
    """

    inputs: tuple[str, ...]
    uniforms: FloatArray
    options: Mapping[str, IntArray]
    values: Mapping[str, FloatArray]
    weights: Mapping[str, FloatArray]
    settled: frozenset[str]
    stream: np.random.Generator
    refused: Mapping[int, str] | None = None

    @property
    def n_replicas(self) -> int:
        """How many draws there are."""
        return len(self.uniforms)

    def seeds(self, name: str) -> FloatArray:
        """The uniform number of an input in each replica."""
        return self.uniforms[:, self.inputs.index(name)]


def input_names(spec: CompositeSpec) -> tuple[str, ...]:
    """Names of the uncertain inputs: those declared, and ``imputation`` where gaps are filled by multiple draws."""
    return (*(item.name for item in spec.uncertain), *((IMPUTATION,) if n_tables(spec) else ()))


def n_tables(spec: CompositeSpec) -> int:
    """Tables of multiple imputation: the most that any option draws, 0 where none does."""
    steps = [step for step in spec.steps if isinstance(step, Impute)]
    steps += [s for item in spec.uncertain if isinstance(item, UncertainStep) for s in option_steps(spec, item)]
    return max((step.n for step in steps if isinstance(step, Impute) and step.method == "multiple"), default=0)


def probabilities(spec: CompositeSpec, name: str) -> tuple[float, ...] | None:
    """Probabilities of the values of an input that can take few; None where it can take endlessly many.

    Example:
        >>> from dynapolis.model.composite import IndexIndicator, Node, Normalise
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), indicators=(IndexIndicator(code="x", parent="i"),),
        ...     steps=(Normalise(step="normalise", method="rank"),),
        ...     uncertain=(UncertainValue(name="v", kind="value", path="aggregate.power", one_of=(0.5, 2)),),
        ... )
        >>> probabilities(spec, "v")
        (0.5, 0.5)
    """
    if name == IMPUTATION and name not in [item.name for item in spec.uncertain]:
        return (1 / n_tables(spec),) * n_tables(spec)
    item = next(item for item in spec.uncertain if item.name == name)
    if isinstance(item, UncertainStep):
        return item.probabilities or (1 / len(item.one_of),) * len(item.one_of)
    if isinstance(item, UncertainValue) and item.one_of:
        return (1 / len(item.one_of),) * len(item.one_of)
    return None


def draw_uniforms(spec: CompositeSpec, n: int, rng: np.random.Generator) -> FloatArray:
    """Uniform numbers for ``n`` replicas, shape (n, n_inputs)."""
    return rng.random((n, len(input_names(spec))))


def draw_choices(table: UnitTable, spec: CompositeSpec, uniforms: FloatArray, rng: np.random.Generator) -> Choices:
    """The choices that belong to some uniform numbers.

    The unit interval is divided by the probabilities of the options, whatever numbers happen to be drawn.

    Args:
        table: raw data; weights that the data decide are drawn around those of the index as it stands.
        spec: what is uncertain.
        uniforms: shape (n_replicas, n_inputs), a column for each of ``input_names``. A column of weights or of an error
            is the seed of many numbers: equal entries give equal weights or errors.
        rng: for multiple imputation; its state is left alone.

    Raises:
        BadUse: the numbers do not fit, an option is faulty, or weights cannot be drawn.
        BadInput: the index as it stands cannot be built.
    """
    inputs = input_names(spec)
    if uniforms.ndim != 2 or uniforms.shape[1] != len(inputs) or not ((uniforms >= 0) & (uniforms <= 1)).all():
        raise BadUse(
            f"uniform numbers: found shape {uniforms.shape}; expected a column of numbers from 0 to 1 for each of "
            f"{', '.join(inputs) or 'no input'}"
        )
    options: dict[str, IntArray] = {}
    values: dict[str, FloatArray] = {}
    for column, item in enumerate(spec.uncertain):
        u, chances = uniforms[:, column], probabilities(spec, item.name)
        if chances is not None:
            options[item.name] = option_of(u, chances)
        if isinstance(item, UncertainValue):
            values[item.name] = _value(u, item, options.get(item.name))
    weights, settled, refused = _draw_all_weights(table, spec, uniforms, options, rng)
    return Choices(inputs, uniforms, options, values, weights, settled, fork(rng), refused)


def option_of(u: FloatArray, chances: Sequence[float]) -> IntArray:
    """The option whose share of the unit interval holds each number.

    Example:
        >>> option_of(np.array([0.0, 0.24, 0.26, 1.0]), (0.25, 0.5, 0.25)).tolist()
        [0, 0, 1, 2]
    """
    ends = np.cumsum(chances)
    return np.minimum(np.searchsorted(ends / ends[-1], u, side="right"), len(chances) - 1)


def _value(u: FloatArray, item: UncertainValue, option: IntArray | None) -> FloatArray:
    if item.uniform is not None:
        low, high = item.uniform
        return low + (high - low) * u
    return np.array(item.one_of)[option]


def _draw_all_weights(
    table: UnitTable,
    spec: CompositeSpec,
    uniforms: FloatArray,
    options: Mapping[str, IntArray],
    rng: np.random.Generator,
) -> tuple[dict[str, FloatArray], frozenset[str], dict[int, str]]:
    """Weights of each replica, for nodes where they are known before anything is built."""
    noisy = [item for item in spec.uncertain if isinstance(item, UncertainWeights)]
    listed = [item for item in spec.uncertain if isinstance(item, UncertainStep) and item.step == "weight"]
    if not noisy and not listed:
        return {}, frozenset(), {}
    if len(listed) > 1:
        raise BadUse(f"uncertain {listed[1].name}: the step weight is uncertain twice; write all options in one entry")
    steps = [step for item in listed for step in option_steps(spec, item)] or [spec.step("weight")]
    which = options[listed[0].name] if listed else np.zeros(len(uniforms), dtype=np.int64)
    if all(_needs_no_data(step, spec) for step in steps):
        centres, why = _from_steps(spec, steps), dict[int, str]()
        settled = frozenset(item.name for item in listed)
        drawn = {node: centre[which] for node, centre in centres.items()} if settled else {}
    else:
        centres, why = _from_data(table, spec, steps, rng)
        settled, drawn = frozenset(), {}
    for item in noisy:
        for node in nodes_of(item, spec):
            _require_common(item, node, steps)
            around = drawn[node] if node in drawn else centres[node][which]
            drawn[node] = draw_weights(uniforms[:, spec.uncertain.index(item)], around, item, spec, node)
    refused = {int(place): why[int(which[place])] for place in np.flatnonzero(np.isin(which, list(why)))}
    return drawn, settled, refused


def _needs_no_data(step: WeightChoice | None, spec: CompositeSpec) -> bool:
    return all(choice_of_weights(step, node).method in WITHOUT_DATA for node in spec.upwards)


def _require_common(item: UncertainWeights, node: str, steps: Sequence[WeightChoice | None]) -> None:
    if any(choice_of_weights(step, node).method == "benefit_of_doubt" for step in steps):
        raise BadUse(
            f"uncertain {item.name}: {node} has weights of each unit's own (benefit of the doubt); expected one "
            "set for all units; leave the node out with nodes or levels"
        )


def _from_steps(spec: CompositeSpec, steps: Sequence[WeightChoice | None]) -> dict[str, FloatArray]:
    """By node, weights under each option, (n_options, k), where the data have no say in them."""
    return {
        node: np.stack(
            [
                weights_below(node, np.zeros((1, len(spec.children[node]))), spec, choice_of_weights(step, node))
                for step in steps
            ]
        )
        for node in spec.upwards
    }


def _from_data(
    table: UnitTable, spec: CompositeSpec, steps: Sequence[WeightChoice | None], rng: np.random.Generator
) -> tuple[dict[str, FloatArray], dict[int, str]]:
    """By node, weights of the index as it stands under each option, (n_options, k); and why an option has none."""
    made = begin(table)
    for step in spec.steps:
        made = take(made, spec, step, fork(rng))
    found: dict[int, Mapping[str, FloatArray]] = {}
    why: dict[int, str] = {}
    for number, option in enumerate(steps):
        try:
            found[number] = finish(made if option is None else take(made, spec, option), spec, {}).weights
        except DynapolisError as error:
            why[number] = str(error)
    if not found:
        raise BadUse("uncertain weights: no option of the step weight can be built: " + "; ".join(why.values()))
    first = next(iter(found.values()))
    centres = {}
    for node in spec.upwards:
        if not any(choice_of_weights(step, node).method == "benefit_of_doubt" for step in steps):
            sets = [found.get(number, first)[node] for number in range(len(steps))]
            centres[node] = np.stack([s.mean(axis=0) if s.ndim == 2 else s for s in sets])  # a mean over imputations
    return centres, why


def fork(rng: np.random.Generator) -> np.random.Generator:
    """A generator in the same state, so that every variant of an index draws the same imputations."""
    return deepcopy(rng)
