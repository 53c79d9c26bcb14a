"""Pairs that wait for a person, those first whose answer is expected to change published figures most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from dynapolis.resolve.effect import Effect, PublishedCounts
from dynapolis.resolve.judge import Open, Scored

_TEXT, _NUMBER = pa.string(), pa.float64()
QUEUE = pa.schema(
    [
        ("left_id", _TEXT), ("right_id", _TEXT), ("probability", _NUMBER), ("why", _TEXT), ("unsure", _TEXT),
        ("effect", _NUMBER), ("urgency", _NUMBER),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """One pair of the queue.

    Attributes:
        scored: the pair, its probability and why.
        unsure: who has looked at it and was unsure; empty if nobody.
        effect: what joining it changes in the published counts.
    """

    scored: Scored
    unsure: str
    effect: Effect

    @property
    def urgency(self) -> float:
        """The change in published figures to be expected from an answer."""
        return self.effect.value * self.scored.probability


def order_queue(waiting: Sequence[Open], entity_of: Mapping[str, str], published: PublishedCounts) -> list[Waiting]:
    """The queue in the order in which people are asked.

    Pairs that nobody has looked at come first, then by urgency, then those of which least is known (a probability near
    one half), then by ids.

    Args:
        waiting: the pairs.
        entity_of: entity id by record, those of the published counts.
        published: the counts of the cities.
    """
    found = []
    for item in waiting:
        left, right = item.scored.pair
        effect = published.effect(entity_of.get(left, ""), entity_of.get(right, ""))
        found.append(Waiting(item.scored, item.unsure, effect))
    return sorted(found, key=lambda w: (w.unsure != "", -w.urgency, abs(w.scored.probability - 0.5), w.scored.pair))


def queue_table(queue: Sequence[Waiting]) -> pa.Table:
    """The queue as a table, in its order."""
    return pa.Table.from_pylist(
        [
            {
                "left_id": item.scored.pair[0],
                "right_id": item.scored.pair[1],
                "probability": item.scored.probability,
                "why": item.scored.why,
                "unsure": item.unsure,
                "effect": item.effect.value,
                "urgency": item.urgency,
            }
            for item in queue
        ],
        QUEUE,
    )
