"""Questions about coding rules, each pointing to the records that raised it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.problem import Problem, duplicates

State = Literal["open", "decided", "withdrawn"]


class Ticket(Frozen):
    """A question about a rule.

    ``records`` are the ids that registers gave, as ``register:id``. A decided one names the version of the codebook
    that holds the answer, and ``answer`` says what was decided.
    """

    id: NonEmpty
    scheme: str | None = None
    question: Text
    records: tuple[NonEmpty, ...] = ()
    state: State = "open"
    raised_under: NonEmpty
    decided_in: str | None = None
    answer: Text | None = None


class Tickets(Frozen):
    """Tickets of one codebook."""

    codebook: NonEmpty
    tickets: tuple[Ticket, ...] = Field(min_length=1)


def check_tickets(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Ids twice, and decided tickets without a version or an answer."""
    yield from duplicates(raw.get("tickets"), ("tickets",), "id", "a ticket of that id stands above")
    for number, item in enumerate(raw.get("tickets") or ()):
        if (
            isinstance(item, dict)
            and item.get("state") == "decided"
            and not (item.get("decided_in") and item.get("answer"))
        ):
            yield Problem(("tickets", number), "decided", "decided_in and answer", "say where and what was decided")
