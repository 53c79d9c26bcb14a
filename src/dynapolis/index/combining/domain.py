"""What a rule cannot take, said with unit and child before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadInput, BadUse, Fault
from dynapolis.index.combining.means import arithmetic_mean
from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.composite import AggregateChoice

_MAY_BE_NEGATIVE = ("arithmetic", "weighted_sum")


@dataclass(frozen=True, slots=True)
class Labels:
    """What to call things in a refusal: the node, its units in the order of rows, its children in that of columns."""

    node: str = ""
    units: tuple[str, ...] = ()
    children: tuple[str, ...] = ()

    def unit(self, row: int) -> str:
        """Code of a unit, or its row."""
        return self.units[row] if self.units else f"row {row + 1}"

    def child(self, column: int) -> str:
        """Code of a child, or its column."""
        return self.children[column] if self.children else f"column {column + 1}"


def outside(values: FloatArray, weights: FloatArray, choice: AggregateChoice) -> BoolArray:
    """Scores that the rule cannot take, where their weight is not 0; a rule that takes all has none.

    Geometric and harmonic means, and power means with p ≤ 0, need scores above 0; power means with p > 0 (other than
    1) need scores not below 0; Mazziotta–Pareto on a given scale needs them where their mean would not be above 0.

    Args:
        values: shape (..., n_rows, k).
        weights: broadcasts to the same shape.

    Example:
        >>> outside(np.array([[1.0, 0.0]]), np.ones((1, 2)), AggregateChoice(method="geometric")).tolist()
        [[False, True]]
    """
    if _needs_above_nought(choice):
        return np.asarray((values <= 0) & (weights != 0))
    if _needs_nought(choice):
        below = (values < 0) & (weights != 0)
        if choice.method == "mazziotta_pareto" and below.any():
            below &= ~(arithmetic_mean(values, weights) > 0)[..., None]
        return np.asarray(below)
    return np.zeros(values.shape, dtype=bool)


def _needs_above_nought(choice: AggregateChoice) -> bool:
    return choice.method in ("geometric", "harmonic") or (choice.method == "power" and (choice.power or 0) <= 0)


def _needs_nought(choice: AggregateChoice) -> bool:
    if choice.method == "mazziotta_pareto":
        return choice.standardised == "given"
    return choice.method == "power" and choice.power != 1


def require_defined(values: FloatArray, weights: FloatArray, choice: AggregateChoice, labels: Labels) -> None:
    """Refuse scores and weights that the rule cannot take, all at once.

    Args:
        values: shape (..., n_rows, k).
        weights: shape (..., 1 or n_rows, k).

    Raises:
        BadUse: a power mean without its exponent.
        BadInput: a score outside of what the rule is defined for, with unit and child, or a negative weight under any
            rule but the arithmetic mean and the weighted sum.
    """
    node = f" of {labels.node}" if labels.node else ""
    if choice.method == "power" and (choice.power is None or not np.isfinite(choice.power)):
        raise BadUse(f"Power mean{node}: found power {choice.power}; expected a finite number; write it in the step.")
    faults = [*_weight_faults(weights, choice, labels, node)]
    if _needs_above_nought(choice) or _needs_nought(choice):
        faults += _value_faults(values, weights, choice, labels, node)
    if faults:
        raise BadInput(f"{choice.method} aggregation{node}", faults)


def _weight_faults(weights: FloatArray, choice: AggregateChoice, labels: Labels, node: str) -> Iterator[Fault]:
    if choice.method in _MAY_BE_NEGATIVE or not (weights < 0).any():
        return
    least = weights.reshape(-1, weights.shape[-1]).min(axis=0)
    for column in np.flatnonzero(least < 0):
        mend = "take the arithmetic mean, or weights that are never negative"
        yield Fault(f"weights{node}", 0, labels.child(int(column)), f"{least[column]:.6g}", "0 or more", mend)


def _value_faults(
    values: FloatArray, weights: FloatArray, choice: AggregateChoice, labels: Labels, node: str
) -> Iterator[Fault]:
    wrong = outside(values, weights, choice)
    if not wrong.any():
        return
    shape = (-1, *wrong.shape[-2:])
    flat, scores = wrong.reshape(shape), np.broadcast_to(values, wrong.shape).reshape(shape)
    expected = "scores above 0" if _needs_above_nought(choice) else "scores not below 0"
    expected = "scores whose mean is above 0" if choice.method == "mazziotta_pareto" else expected
    for row, column in np.argwhere(flat.any(axis=0)):
        found = scores[flat[:, row, column], row, column].min()
        times = int(flat[:, row, column].sum())
        replicas = f" (in {times} of {len(flat)} replicas)" if len(flat) > 1 else ""
        yield Fault(
            f"scores{node}, unit {labels.unit(int(row))}", 0, labels.child(int(column)), f"{found:.6g}{replicas}",
            expected, "normalise to a range that begins above 0, such as 1 to 100, or take the arithmetic mean",
        )  # fmt: skip
