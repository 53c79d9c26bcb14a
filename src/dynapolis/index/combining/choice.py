"""Which rule makes the score of a node: its own, that of its level, or that of the whole step."""

from __future__ import annotations

from dynapolis.model.composite import Aggregate, AggregateChoice, CompositeSpec

PLAIN = AggregateChoice(method="arithmetic")  # where no step says anything


def choice_of_means(step: AggregateChoice | None, spec: CompositeSpec, node: str) -> AggregateChoice:
    """The rule of a node, from the entry for it, else for its level, else for all; without any, the arithmetic mean."""
    if not isinstance(step, Aggregate):
        return step or PLAIN
    return step.each.get(node) or step.levels.get(spec.levels[node]) or step
