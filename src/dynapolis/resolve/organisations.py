"""Organisations as subjects: names of leads and partners, or rows of a list of organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from dynapolis.ids import make_id
from dynapolis.resolve.compare.subject import SUBJECT


def named_organisations(records: pa.Table) -> pa.Table:
    """Every organisation that records name as lead or partner, once for each register and city, as subjects.

    Args:
        records: ``core_records__record``.

    Returns:
        columns ``SUBJECT``; the id is made of register, city and the name as printed. Ordered by id.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in records.select(["register", "city_id", "lead_organisation", "partners"]).to_pylist():
        for name in (row["lead_organisation"], *(row["partners"] or ())):
            if name:
                key = make_id("organisation", row["register"], row["city_id"], name)
                found[key] = {"record_id": key, "register": row["register"], "name": name, "city": row["city_id"]}
    return organisation_table(found[key] for key in sorted(found))


def organisation_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of a list of organisations as subjects: id, register, name, short name (``acronym``), city, country,
    postcode, web address; what a row lacks is empty.

    Identifiers such as PIC and ROR are not among them: they are for joining where both records have one, and for
    judging the matcher, which must find out without them.
    """
    empty = dict.fromkeys(SUBJECT.names)
    return pa.Table.from_pylist([empty | dict(row) for row in rows], SUBJECT)
