"""Records of initiatives as subjects: which of their properties are compared."""

from __future__ import annotations

import pyarrow as pa

from dynapolis.resolve.compare.subject import SUBJECT


def subject_table(records: pa.Table) -> pa.Table:
    """The table ``core_records__record`` with the columns that are compared.

    Names in both languages, city, years, organisations, web address and descriptions; ``same_as`` is not among them.
    """
    columns = {
        "record_id": "record_id", "register": "register", "name": "name", "name_local": "name_local", "city": "city_id",
        "lead": "lead_organisation", "partners": "partners", "url": "source_url", "text": "description_en",
    }  # fmt: skip
    found = {ours: records[theirs] for ours, theirs in columns.items()}
    for ours, theirs in (("start", "start_year"), ("end", "end_year")):
        found[ours] = records[theirs].cast(pa.string())
    empty = pa.nulls(records.num_rows, pa.string())
    return pa.table({name: found.get(name, empty) for name in SUBJECT.names}, SUBJECT)
