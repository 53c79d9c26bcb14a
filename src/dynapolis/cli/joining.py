"""What the commands of ``dynapolis resolve`` start from: records, judgements and candidate pairs of a workspace."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynapolis.edition import Coded
    from dynapolis.model.evidence import Judgement
    from dynapolis.resolve.judge import Plan, Scored
    from dynapolis.resolve.queue import Waiting
    from dynapolis.store.ledger import Ledger
    from dynapolis.store.workspace import Workspace

Row = dict[str, Any]


@dataclass(frozen=True)
class Joining:
    """The records of a workspace with all that is known of which are one.

    Attributes:
        records: rows of the records, by id.
        given: what registers say of their own records.
        made: the judgements of the ledger.
        coded: the run behind it.
    """

    records: Mapping[str, Row]
    given: Sequence[Judgement]
    made: Sequence[Judgement]
    coded: Coded

    @property
    def judgements(self) -> list[Judgement]:
        """All judgements."""
        return [*self.given, *self.made]

    def cities(self, lang: str) -> dict[str, str]:
        """Names of the cities in a language, by id."""
        return {row["city_id"]: row[f"name_{lang}"] for row in self.coded.core["core_places__city"].to_pylist()}

    def title(self, record_id: str) -> str:
        """A record as people name it: register, the publisher's id, name."""
        row = self.records.get(record_id)
        return f"{row['register']}:{row['source_id']} {row['name']}" if row else record_id


def read_joining(place: Workspace, ledger: Ledger, *, private: bool) -> Joining:
    """The records of a workspace and the judgements on them.

    Raises:
        BadUse: nothing was imported yet.
    """
    from dynapolis.edition import code_units
    from dynapolis.model.evidence import Judgement, Verdict
    from dynapolis.store.content import read_index_spec

    coded = code_units(place, ledger, read_index_spec(place.content.index), private=private)
    records = {row["record_id"]: row for row in coded.core["core_records__record"].to_pylist()}
    given = [
        Judgement(row["left_id"], row["right_id"], Verdict(row["verdict"]), row["judge"], row["why"], "")
        for row in coded.core["core_resolve__judgement"].to_pylist()
        if row["origin"] == "given"
    ]
    return Joining(records, given, ledger.judgements(), coded)


def find_pairs(place: Workspace, state: Joining) -> tuple[list[Scored], int]:
    """The candidate pairs of the records that may be one, and how many candidates there are in all.

    They are kept in the lake until records or rule change. Reasons are English sentences, for the ledger, whatever the
    language of the command: the same run writes the same rows everywhere.
    """
    from dynapolis.edition import found_pairs
    from dynapolis.report.messages import read_messages
    from dynapolis.resolve import pairs
    from dynapolis.resolve.judge import Evidence, scored_pairs

    words = read_messages("en")

    def tell(probability: float, evidence: Evidence) -> str:
        told = (words.say(f"resolve.evidence.{key}", **values).rstrip(".") for key, values in evidence)
        return "; ".join((f"probability {probability:.3f}", *told))

    table = found_pairs(place, state.coded, pairs.find_scored_pairs)
    return scored_pairs(table, tell), table.num_rows


def plan_of(state: Joining, pairs: Sequence[Scored], now: str) -> Plan:
    """What the rule adds to the judgements, and what it leaves to people."""
    from dynapolis.resolve.judge import plan_judgements
    from dynapolis.resolve.pairs import RULE_NAME

    return plan_judgements(list(state.records), state.judgements, pairs, rule=RULE_NAME, now=now)


def queue_of(state: Joining, plan: Plan) -> list[Waiting]:
    """The pairs that wait for a person, the most urgent first."""
    from dynapolis.resolve.effect import PublishedCounts
    from dynapolis.resolve.queue import order_queue

    joined = state.coded.core["core_resolve__assn_record_entity"].select(["record_id", "entity_id"]).to_pylist()
    published = PublishedCounts(state.coded.adopted["core_coding__screened"].to_pylist())
    return order_queue(plan.waiting, {row["record_id"]: row["entity_id"] for row in joined}, published)


def person(name: str | None) -> str:
    """Who judges: the name given, or that of the user of this computer.

    Raises:
        BadUse: the name is empty or that of a register or a rule.
    """
    from dynapolis.errors import BadUse
    from dynapolis.resolve.standing import JudgeKind, kind_of
    from dynapolis.text import clean

    found = clean(name) if name is not None else getpass.getuser()
    if not found or kind_of(found) is not JudgeKind.PERSON:
        raise BadUse(f"--by {name!r}: expected the name of a person; names of registers and rules are taken")
    return found


def record_named(state: Joining, name: str) -> str:
    """The id of a record named by its id, or by register and the publisher's own id (``europe:de-hamburg-01``).

    Raises:
        BadUse: there is no such record.
    """
    from dynapolis.errors import BadUse
    from dynapolis.ids import record_id

    register, _, source = name.partition(":")
    found = record_id(register, source) if source else name
    if found not in state.records:
        raise BadUse(f"no record '{name}' here; name it by its id, or as REGISTER:ID with the publisher's own id")
    return found
