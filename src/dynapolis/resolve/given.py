"""Judgements that came with a register: its column ``same_as`` says which record of another register is the same.

They are read anew at every run, before the judgements of the ledger, so that what a person says later on the same pair
counts instead. A reference to a record that is not here joins nothing and is reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from dynapolis.ids import record_id
from dynapolis.model.evidence import Judgement, Record, Verdict


def given_judgements(records: Iterable[Record]) -> tuple[list[Judgement], list[Record]]:
    """What the registers themselves say of their records.

    Args:
        records: all records of the current snapshots.

    Returns:
        one judgement "same" per reference, the smaller id on the left, ordered by the two ids; and the records whose
        reference leads to no record that is here, ordered by id.

    Example:
        >>> given_judgements([])
        ([], [])
    """
    here = {record.record_id: record for record in records}
    found, unresolved = [], []
    for record in (here[key] for key in sorted(here)):
        if record.same_as is None or record.same_as_register is None:
            continue
        other = record_id(record.same_as_register, record.same_as)
        if other in here:
            left, right = sorted((record.record_id, other))
            found.append(Judgement(left, right, Verdict.SAME, f"register {record.register}", _why(record), ""))
        else:
            unresolved.append(record)
    return sorted(found, key=lambda j: (j.left_id, j.right_id, j.judge)), unresolved


def _why(record: Record) -> str:
    """The cell as printed, whose it is, and whether the register doubts it."""
    doubt = " (doubted)" if "same_as" in record.doubted else ""
    return f"{record.source_id}: same_as '{record.same_as}' of {record.same_as_register}{doubt}"
