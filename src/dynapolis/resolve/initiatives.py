"""Records of initiatives as subjects: which of their properties are compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from dynapolis.model.district import District
from dynapolis.resolve.compare.codes import SCHEMES
from dynapolis.resolve.compare.subject import SUBJECT

UNKNOWN = "unknown"
_LIST = pa.list_(pa.string())


def subject_table(
    records: pa.Table, codings: pa.Table | None = None, parts: Mapping[str, Collection[District]] | None = None
) -> pa.Table:
    """The table ``core_records__record`` with the columns that are compared.

    Names in both languages, city, years, organisations, web address and descriptions; ``same_as`` is not among them.

    Args:
        codings: columns ``record_id``, ``scheme``, ``position`` and ``code``, as they read under one codebook.
        parts: by record id, the parts of its city that it surely lies in.
    """
    given: dict[str, set[str]] = {}
    for row in codings.select(["record_id", "scheme", "position", "code"]).to_pylist() if codings else ():
        if row["scheme"] in SCHEMES and row["position"] == 0 and row["code"] != UNKNOWN:
            given.setdefault(row["record_id"], set()).add(f"{row['scheme']}:{row['code']}")
    columns = {
        "record_id": "record_id", "register": "register", "name": "name", "name_local": "name_local", "city": "city_id",
        "lead": "lead_organisation", "partners": "partners", "url": "source_url", "text": "description_en",
    }  # fmt: skip
    found = {ours: records[theirs] for ours, theirs in columns.items()}
    for ours, theirs in (("start", "start_year"), ("end", "end_year")):
        found[ours] = records[theirs].cast(pa.string())
    ids, lies_in = records["record_id"].to_pylist(), parts or {}
    found["codes"] = pa.array([sorted(given.get(name, ())) for name in ids], _LIST)
    places = [lies_in.get(name, ()) for name in ids]
    found["parts"] = pa.array([sorted({place.name_en for place in of_record}) for of_record in places], _LIST)
    found["part_names"] = pa.array([sorted({n for p in of_record for n in p.spellings}) for of_record in places], _LIST)
    told = (records[name].fill_null("") for name in ("description_en", "district", "evidence"))
    found["text"] = pc.binary_join_element_wise(*told, " ")
    empty = pa.nulls(records.num_rows, pa.string())
    return pa.table({name: found.get(name, empty) for name in SUBJECT.names}, SUBJECT)
