"""By which step a unit moves when one specification becomes another: the steps are exchanged one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.comparison import compare
from dynapolis.index.analysis.rows import columns
from dynapolis.index.compose import Composite, compose
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

TREE = "tree"  # indicators, nodes, directions, weights and marks
ORDER = "order"  # the same steps in another order
Maker = Callable[[UnitTable, CompositeSpec], Composite]
Key = tuple[str, int]  # a kind of step, and which of its kind


@dataclass(frozen=True, slots=True)
class ChangedSteps:
    """What each exchanged step does to ranks, one after the other.

    Attributes:
        steps: what was exchanged, in this order: the tree, then steps in the order of the index, then their order.
        units, times: of each row.
        ranks: before the first and after each exchange, shape (n_steps + 1, n_rows).
        moves: what each exchange did, shape (n_steps, n_rows): above 0 the unit rises. They add up to the whole
            change from the first specification to the second.
    """

    steps: tuple[str, ...]
    units: tuple[str, ...]
    times: tuple[str, ...]
    ranks: FloatArray
    moves: FloatArray

    @property
    def mean_move(self) -> FloatArray:
        """Mean size of the moves of each step over units, shape (n_steps,)."""
        size = np.abs(self.moves)
        n = (~np.isnan(size)).sum(axis=1)
        return np.asarray(np.where(n > 0, np.nansum(size, axis=1) / np.maximum(n, 1), np.nan))


def moves_by_step(table: UnitTable, one: CompositeSpec, other: CompositeSpec, make: Maker = compose) -> ChangedSteps:
    """Exchange what differs between two specifications, one thing at a time, and see who moves.

    What a step does depends on those before it, so another order would share out the change differently; this one
    follows the order in which an index is made.

    Args:
        table: raw data that both can be made from.
        one, other: from and to.
        make: makes an index; hand in one of your own where a random generator is needed, seeded anew in each call.

    Raises:
        BadUse: the specifications do not differ, or a mixture of both cannot be made; the message names the step.
    """
    path = _between(one, other)
    if not path:
        raise BadUse("the two specifications have the same tree and steps; there is nothing to compare")
    made = {"": make(_cut(table, one), one)}
    for name, spec in path:
        try:
            made[name] = make(_cut(table, spec), spec)
        except BadUse as error:
            raise BadUse(f"with {name} of the second specification and the rest of the first: {error}") from error
    compared = compare(made)
    return ChangedSteps(
        tuple(name for name, _ in path), compared.units, compared.times, compared.ranks,
        compared.ranks[:-1] - compared.ranks[1:],
    )  # fmt: skip


def _cut(table: UnitTable, spec: CompositeSpec) -> UnitTable:
    """The indicators of a specification alone."""
    codes = tuple(item.code for item in spec.indicators)
    return replace(table, codes=codes, values=columns(table, codes))


def _between(one: CompositeSpec, other: CompositeSpec) -> list[tuple[str, CompositeSpec]]:
    """Specifications on the way, each with the name of what was exchanged last."""
    path: list[tuple[str, CompositeSpec]] = []
    spec = one
    if (one.nodes, one.indicators, one.columns) != (other.nodes, other.indicators, other.columns):
        spec = _changed(one, nodes=other.nodes, indicators=other.indicators, columns=other.columns)
        path.append((TREE, spec))
    before, after = _keyed(one), _keyed(other)
    exchanged: set[Key] = set()
    for key in _in_order(before, after):
        if before.get(key) != after.get(key):
            exchanged.add(key)
            spec = _changed(spec, steps=tuple(_mixed(before, after, exchanged).values()))
            path.append((_name(key), spec))
    if list(_mixed(before, after, exchanged)) != list(after):
        path.append((ORDER, _changed(spec, steps=tuple(after.values()))))
    return path


def _mixed(before: dict[Key, Any], after: dict[Key, Any], exchanged: set[Key]) -> dict[Key, Any]:
    """Steps of the first specification, but for those that were exchanged."""
    source = {key: after if key in exchanged else before for key in _in_order(before, after)}
    return {key: steps[key] for key, steps in source.items() if key in steps}


def _changed(spec: CompositeSpec, **parts: Any) -> CompositeSpec:
    """A specification with other parts, made anew so that nothing of the old tree is remembered."""
    return CompositeSpec(**({name: getattr(spec, name) for name in CompositeSpec.model_fields} | parts))


def _name(key: Key) -> str:
    return key[0] if key[1] == 1 else f"{key[0]} {key[1]}"


def _keyed(spec: CompositeSpec) -> dict[Key, Any]:
    seen: Counter[str] = Counter()
    found: dict[Key, Any] = {}
    for step in spec.steps:
        seen[step.step] += 1
        found[step.step, seen[step.step]] = step
    return found


def _in_order(before: dict[Key, Any], after: dict[Key, Any]) -> list[Key]:
    """Keys of both: in the order of the first, those that only the second has after what they follow there."""
    keys = list(before)
    previous: Key | None = None
    for key in after:
        if key not in keys:
            keys.insert(keys.index(previous) + 1 if previous is not None else 0, key)
        previous = key
    return keys
