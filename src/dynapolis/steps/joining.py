"""Records joined to entities, as tables: judgements and those that do not hold, what is one, canonical values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa

from dynapolis.ids import unit_id
from dynapolis.model.evidence import Judgement, Record
from dynapolis.resolve.canonical import precedence_of, property_table, read_rules
from dynapolis.resolve.entities import Entities, Refused, entity_named_after, join_records
from dynapolis.resolve.given import given_judgements
from dynapolis.resolve.standing import in_order, pair_of, standing

Tables = dict[str, pa.Table]
_TEXT = pa.string()
JUDGEMENT = pa.schema(
    [
        ("left_id", _TEXT), ("right_id", _TEXT), ("verdict", _TEXT), ("judge", _TEXT), ("why", _TEXT),
        ("origin", _TEXT), ("counts", pa.bool_()),
    ]
)  # fmt: skip
REFUSED = pa.schema(
    [
        ("left_id", _TEXT), ("right_id", _TEXT), ("judge", _TEXT), ("why", _TEXT), ("against_left_id", _TEXT),
        ("against_right_id", _TEXT), ("against_judge", _TEXT), ("against_why", _TEXT),
    ]
)  # fmt: skip
UNRESOLVED = pa.schema([("record_id", _TEXT), ("register", _TEXT), ("same_as", _TEXT), ("same_as_register", _TEXT)])


def join(
    records: Sequence[Record], judgements: Sequence[Judgement], official: frozenset[str]
) -> tuple[Entities, Tables]:
    """The entities of all records, and the tables that tell how they came about.

    Args:
        records: those of the current snapshots.
        judgements: those of the ledger; what registers say of their own records is read from the records.
        official: registers whose publisher is a public body.
    """
    rules = read_rules()
    given, unresolved = given_judgements(records)
    precedence = precedence_of(records, official, rules)
    entities = join_records([r.record_id for r in records], [*given, *judgements], precedence)
    known = {record.record_id: record for record in records}
    return entities, {
        "core_resolve__judgement": judgement_table(given, judgements, known, entities.refused),
        "core_resolve__refused": refused_table(entities.refused),
        "core_resolve__unresolved": pa.Table.from_pylist(
            [{name: getattr(r, name) for name in UNRESOLVED.names} for r in unresolved], UNRESOLVED
        ),
        "core_resolve__assn_record_entity": _membership(known, entities),
        "core_resolve__property": property_table(known, entities, rules),
    }


def judgement_table(
    given: Sequence[Judgement], made: Sequence[Judgement], here: Collection[str], refused: Sequence[Refused] = ()
) -> pa.Table:
    """All judgements on records that are here: those that came with registers, then those of the ledger.

    ``counts`` is true for the one that holds on its pair. Judgements on records that are not here are left out, since
    their reasons may quote a register that must not be passed on.
    """
    rows = [(origin, j) for origin, said in (("given", given), ("made", in_order(made))) for j in said]
    rows = [(origin, j) for origin, j in rows if j.left_id in here and j.right_id in here]
    last, fallen = standing(j for _, j in rows), {id(item.judgement) for item in refused}
    return pa.Table.from_pylist(
        [
            {
                **{name: getattr(j, name) for name in ("left_id", "right_id", "judge", "why")},
                "verdict": j.verdict.value,
                "origin": origin,
                "counts": last[pair_of(j.left_id, j.right_id)] is j and id(j) not in fallen,
            }
            for origin, j in rows
        ],
        JUDGEMENT,
    )


def refused_table(refused: Sequence[Refused]) -> pa.Table:
    """Judgements "same" that do not hold, each with the "different" that it would contradict."""
    rows = []
    for item in refused:
        ours = {name: getattr(item.judgement, name) for name in ("left_id", "right_id", "judge", "why")}
        theirs = {f"against_{name}": getattr(item.against, name) for name in ("left_id", "right_id", "judge", "why")}
        rows.append({**ours, **theirs})
    return pa.Table.from_pylist(rows, REFUSED)


def _membership(records: Mapping[str, Record], entities: Entities) -> pa.Table:
    ids = sorted(records)
    found = [entities.entity_of[record] for record in ids]
    return pa.table(
        {
            "record_id": ids,
            "entity_id": found,
            "unit_id": [unit_id(e, records[r].city_id) for r, e in zip(ids, found, strict=True)],
            "is_canonical": [entities.canonical[e] == r for r, e in zip(ids, found, strict=True)],
            "own_entity_id": [entity_named_after(record) for record in ids],
        }
    )
