"""Replicas of an index: each built whole under its own choices, all that share their steps in one pass.

What replicas share is computed once: steps up to the first that differs, and every step over all replicas of a part at
once. Replicas that fail are counted and named, with why; none is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dynapolis.errors import DynapolisError
from dynapolis.index.compose import Composite, Prepared, begin, choice_of_weights, finish, take
from dynapolis.index.uncertainty.choices import IMPUTATION, WITHOUT_DATA, Choices, fork, n_tables
from dynapolis.index.uncertainty.drawn_errors import draw_errors, row_keys
from dynapolis.index.uncertainty.variants import steps_under
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec, UncertainIndicator, UncertainStep, UncertainValue, Weight
from dynapolis.model.unit_table import UnitTable

CHUNK_CELLS = 3_000_000  # numbers that a part of the replicas may hold at a time; bounds the memory of a pass
NO_SCORE = "no unit has a score"


@dataclass(frozen=True, slots=True)
class Replicas:
    """The scores of the index over all replicas.

    Attributes:
        units, times: code and time of each row; no times where there is one only.
        scores: of the index, shape (n_replicas, n_rows); NaN where a replica failed, screened a unit out or could not
            score it.
        failures: by the place of the replica, why it failed.
        choices: what each replica took.
    """

    units: tuple[str, ...]
    times: tuple[str, ...]
    scores: FloatArray
    failures: Mapping[int, str]
    choices: Choices

    @property
    def ok(self) -> BoolArray:
        """Which replicas did not fail, shape (n_replicas,)."""
        found = np.ones(len(self.scores), dtype=bool)
        found[list(self.failures)] = False
        return found

    @property
    def share_failed(self) -> float:
        """How many of all replicas failed, 0 to 1."""
        return len(self.failures) / len(self.scores) if len(self.scores) else 0.0


def build_replicas(table: UnitTable, spec: CompositeSpec, choices: Choices) -> Replicas:
    """Build every replica.

    Args:
        table: raw data.
        spec: the index and what is uncertain about it.
        choices: from ``draw_choices``.

    Raises:
        BadUse: an option or a number has no place in the steps.
    """
    scores = np.full((choices.n_replicas, table.n_rows), np.nan)
    failures = dict(choices.refused or {})
    shared = _Shared(table, spec, choices)
    for members, steps in variants(spec, choices):
        wanted = members[~np.isin(members, list(failures))]
        for part in _parts(wanted, table, spec):
            for some, made in _tried(shared, steps, part, failures):
                scores[np.ix_(some, _rows_of(table, made.table))] = made.index
    for place in np.flatnonzero(np.isnan(scores).all(axis=1)):
        failures.setdefault(int(place), NO_SCORE)
    return Replicas(table.units, table.times, scores, failures, choices)


def replay(table: UnitTable, spec: CompositeSpec, choices: Choices, replica: int) -> Composite:
    """One replica again, with everything on the way to its scores; arrays have a leading axis of length 1 or none.

    Raises:
        BadUse, BadInput: what made the replica fail.
    """
    steps = next(steps for members, steps in variants(spec, choices) if replica in members)
    return _Shared(table, spec, choices).build(steps, np.array([replica]))


def describe(spec: CompositeSpec, choices: Choices, replica: int) -> dict[str, Any]:
    """What a replica took, in the words of the specification; errors of measurement by their seed.

    The seed makes the same errors again (``draw_errors``), so that a list of replicas stays short.
    """
    told: dict[str, Any] = {}
    for item in spec.uncertain:
        if isinstance(item, UncertainStep):
            told[item.name] = item.one_of[int(choices.options[item.name][replica])]
        elif isinstance(item, UncertainValue):
            told[item.name] = float(choices.values[item.name][replica])
        elif isinstance(item, UncertainIndicator):
            told[item.name] = {"seed": float(choices.seeds(item.name)[replica])}
    told |= {f"weights of {node}": array[replica].tolist() for node, array in choices.weights.items()}
    if IMPUTATION in choices.inputs:
        told[IMPUTATION] = {"table": int(choices.seeds(IMPUTATION)[replica] * n_tables(spec))}
    return told


def variants(spec: CompositeSpec, choices: Choices) -> Iterator[tuple[IntArray, tuple[Any, ...]]]:
    """Replicas that take the same steps, and these steps; those that share more of them stand together."""
    order = [step.step for step in spec.steps]
    columns: list[tuple[int, FloatArray]] = []
    for item in spec.uncertain:
        if isinstance(item, UncertainStep) and item.name not in choices.settled:
            columns.append((order.index(item.step), choices.options[item.name].astype(float)))
        elif isinstance(item, UncertainValue):
            name = item.path.split(".")[0]
            columns.append((order.index(name) if name in order else len(order), choices.values[item.name]))
    if not columns:
        yield np.arange(choices.n_replicas), steps_under(spec, {}, {}, choices.settled)
        return
    keys = np.stack([column for _, column in sorted(columns, key=lambda pair: pair[0])], axis=1)
    _, groups = np.unique(keys, axis=0, return_inverse=True)
    by_group = np.argsort(groups.reshape(-1), kind="stable")
    for members in np.split(by_group, np.flatnonzero(np.diff(groups.reshape(-1)[by_group])) + 1):
        at = int(members[0])
        options = {name: int(array[at]) for name, array in choices.options.items()}
        values = {name: float(array[at]) for name, array in choices.values.items()}
        yield members, steps_under(spec, options, values, choices.settled)


class _Shared:
    """The steps of the last variant, so that the next one starts where it begins to differ."""

    def __init__(self, table: UnitTable, spec: CompositeSpec, choices: Choices) -> None:
        self.table, self.spec, self.choices = table, spec, choices
        self.rows = row_keys(table) if _has_errors(spec) else None
        self.done: list[tuple[Any, Prepared]] = []
        self.last: tuple[Prepared, Composite] | None = None

    def build(self, steps: tuple[Any, ...], part: IntArray) -> Composite:
        """The replicas of a part, which take the same steps."""
        choices = self.choices
        seeds = {i.name: choices.seeds(i.name)[part] for i in self.spec.uncertain if isinstance(i, UncertainIndicator)}
        errors = draw_errors(self.spec, self.table, seeds, self.rows) if seeds else None
        made = self._prepare(steps, errors, part)
        if errors is None and made.values.ndim == 3:
            made = replace(made, values=made.values[self._tables(part, len(made.values))])
        weights = {node: array[part] for node, array in choices.weights.items()}
        known = self.last[1] if self.last and self.last[0] is made else None
        found = finish(made, self.spec.model_copy(update={"steps": steps}), weights, known)
        self.last = made, found
        return found

    def fail_alike(self, steps: tuple[Any, ...], part: IntArray) -> bool:
        """Whether one replica of a part cannot be built exactly when none can.

        So it is where they share all indicators, no weights follow from the data, and the same ones are 0.
        """
        if _draws_tables_or_errors(self.spec):
            return False
        weighting = next((step for step in steps if isinstance(step, Weight)), None)
        free = [node for node in self.spec.upwards if node not in self.choices.weights]
        if not all(choice_of_weights(weighting, node).method in WITHOUT_DATA for node in free):
            return False
        signs = [np.sign(array[part]) for array in self.choices.weights.values()]
        return all((sign == sign[0]).all() for sign in signs)

    def _tables(self, part: IntArray, n: int) -> IntArray:
        """Which of ``n`` tables of multiple imputation each replica takes."""
        return np.minimum((self.choices.seeds(IMPUTATION)[part] * n).astype(np.int64), n - 1)

    def _prepare(self, steps: tuple[Any, ...], errors: FloatArray | None, part: IntArray) -> Prepared:
        if errors is not None:
            stream = self.choices.stream
            if _draws_one_by_one(self.spec):
                n = n_tables(self.spec)
                stream = fork(stream).spawn(n)[int(self._tables(part, n)[0])]
            return self._walk(begin(self.table, errors), steps, stream)[-1][1]
        same = 0
        while same < min(len(steps), len(self.done)) and self.done[same][0] == steps[same]:
            same += 1
        self.done = self.done[:same]
        start = self.done[-1][1] if self.done else begin(self.table)
        self.done += self._walk(start, steps[same:], self.choices.stream)
        return self.done[-1][1] if self.done else start

    def _walk(self, made: Prepared, steps: tuple[Any, ...], stream: np.random.Generator) -> list[tuple[Any, Prepared]]:
        walked = []
        for step in steps:
            made = take(made, self.spec, step, fork(stream))
            walked.append((step, made))
        return walked


def _tried(
    shared: _Shared, steps: tuple[Any, ...], part: IntArray, failures: dict[int, str]
) -> Iterator[tuple[IntArray, Composite]]:
    """What could be built of a part; where something fails, the halves are tried, down to the replicas at fault."""
    try:
        yield part, shared.build(steps, part)
        return
    except (DynapolisError, np.linalg.LinAlgError) as error:
        if len(part) == 1:
            failures[int(part[0])] = str(error)
            return
    if shared.fail_alike(steps, part):
        yield from _tried(shared, steps, part[:1], failures)
        if int(part[0]) in failures:
            failures.update(dict.fromkeys(part.tolist(), failures[int(part[0])]))
            return
        part = part[1:]
    for half in np.array_split(part, 2):
        if len(half):
            yield from _tried(shared, steps, half, failures)


def _has_errors(spec: CompositeSpec) -> bool:
    return any(isinstance(item, UncertainIndicator) for item in spec.uncertain)


def _draws_one_by_one(spec: CompositeSpec) -> bool:
    """Whether gaps are drawn anew for each replica, from values with errors, so that replicas are built singly."""
    return n_tables(spec) > 0 and _has_errors(spec)


def _draws_tables_or_errors(spec: CompositeSpec) -> bool:
    return n_tables(spec) > 0 or _has_errors(spec)


def _parts(members: IntArray, table: UnitTable, spec: CompositeSpec) -> Iterator[IntArray]:
    """Parts of a group small enough for memory."""
    widest = max(len(children) for children in spec.children.values())
    each = len(spec.nodes) + 2 * widest
    if _draws_tables_or_errors(spec):
        each += 8 * len(table.codes)
    size = 1 if _draws_one_by_one(spec) else max(1, CHUNK_CELLS // max(each * table.n_rows, 1))
    for start in range(0, len(members), size):
        yield members[start : start + size]


def _rows_of(table: UnitTable, kept: UnitTable) -> IntArray:
    """Places of the rows that were not screened out."""
    if kept.n_rows == table.n_rows:
        return np.arange(table.n_rows)
    known = {key: place for place, key in enumerate(zip(table.units, table.times or table.units, strict=True))}
    return np.array([known[key] for key in zip(kept.units, kept.times or kept.units, strict=True)], dtype=np.int64)
