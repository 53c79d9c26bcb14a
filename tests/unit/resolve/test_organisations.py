"""Organisations as subjects: every lead and partner that records name, once for each register and city."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from dynapolis.ids import make_id
from dynapolis.resolve.compare.subject import SUBJECT
from dynapolis.resolve.organisations import named_organisations, organisation_table


def records(*rows: dict[str, Any]) -> pa.Table:
    schema = pa.schema(
        [
            ("register", pa.string()),
            ("city_id", pa.string()),
            ("lead_organisation", pa.string()),
            ("partners", pa.list_(pa.string())),
        ]
    )
    empty = {"register": "a", "city_id": "seoul", "lead_organisation": None, "partners": None}
    return pa.Table.from_pylist([empty | row for row in rows], schema)


def named(*rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = named_organisations(records(*rows)).to_pylist()
    return sorted((row["register"], row["city"], row["name"]) for row in found)


def test_leads_and_partners_are_named_each_once() -> None:
    assert named(
        {"lead_organisation": "Waag", "partners": ["KAIST", "Waag"]},
        {"lead_organisation": "KAIST", "partners": []},
    ) == [("a", "seoul", "KAIST"), ("a", "seoul", "Waag")]


def test_the_same_name_in_another_register_or_city_is_a_subject_of_its_own() -> None:
    assert named(
        {"lead_organisation": "Waag"},
        {"lead_organisation": "Waag", "register": "b"},
        {"lead_organisation": "Waag", "city_id": "busan"},
    ) == [("a", "busan", "Waag"), ("a", "seoul", "Waag"), ("b", "seoul", "Waag")]


def test_records_that_name_nobody_give_no_subject() -> None:
    table = named_organisations(records({}, {"lead_organisation": "", "partners": [""]}))
    assert table.num_rows == 0
    assert table.schema == SUBJECT


def test_ids_are_made_of_register_city_and_name_and_the_rows_stand_in_their_order() -> None:
    table = named_organisations(records({"lead_organisation": "Waag", "partners": ["KAIST", "서울시"]}))
    ids = table["record_id"].to_pylist()
    assert ids == sorted(make_id("organisation", "a", "seoul", name) for name in ("Waag", "KAIST", "서울시"))


def test_the_order_of_records_does_not_matter() -> None:
    rows = [{"lead_organisation": name, "partners": ["Waag"]} for name in ("KAIST", "ETRI", "Waag")]
    assert named_organisations(records(*rows)) == named_organisations(records(*reversed(rows)))


def test_what_a_row_of_a_list_lacks_is_empty() -> None:
    (row,) = organisation_table([{"record_id": "1", "register": "a", "name": "Waag", "country": "NL"}]).to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {
        "record_id": "1", "register": "a", "name": "Waag", "country": "NL",
    }  # fmt: skip
