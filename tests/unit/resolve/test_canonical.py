"""Canonical values: three records of one initiative, every property worked out by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadContent
from dynapolis.model.evidence import Judgement, Record, Verdict
from dynapolis.resolve.canonical import canonical_values, precedence_of, property_table, read_rules
from dynapolis.resolve.entities import entity_named_after, join_records

EMPTY = Record(
    record_id="", register="", snapshot_id="s", line=2, source_id="", name="", name_local=None, city_id="seoul",
    start_year=None, end_year=None, lead_organisation=None, partners=(), description_en="", description_ko=None,
    source_url="", source_title=None, evidence=None, note=None,
)  # fmt: skip
# a: of the city itself (official), the oldest list. b and c: lists of others; c is the newest.
A = dataclasses.replace(
    EMPTY, record_id="a", register="city", name="Bus on call", start_year=2019, end_year=2021,
    lead_organisation="City of Seoul", partners=("KT", "Seoul Metro"), description_en="A bus.",
    source_url="https://city.example/bus", register_date="2023-01-01",
)  # fmt: skip
B = dataclasses.replace(
    EMPTY, record_id="b", register="europe", name="BUS ON CALL ", name_local="부르면 오는 버스", start_year=2020,
    end_year=2022, lead_organisation="Seoul Metro", partners=("kt", "Naver"), description_en="A bus that comes.",
    source_url="https://other.example/1", register_date="2024-01-01",
)  # fmt: skip
C = dataclasses.replace(
    EMPTY, record_id="c", register="world", name="On-call bus", city_id="busan", start_year=2020, end_year=2030,
    lead_organisation="seoul metro", description_en="Bus", source_url="https://other.example/2",
    register_date="2025-01-01", doubted=("end_year",),
)  # fmt: skip


def rows(*records: Record) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in canonical_values(records, read_rules()):
        found.setdefault(row["property"], []).append(row)
    return found


def one(found: dict[str, list[dict[str, Any]]], name: str) -> tuple[Any, ...]:
    (row,) = found[name]
    return tuple(row[key] for key in ("value", "record_id", "rule", "alternatives", "alternative_records"))


def test_every_property_comes_from_the_record_that_its_rule_chooses() -> None:
    found = rows(A, B, C)
    assert one(found, "name") == ("Bus on call", "a", "most_official", ["On-call bus"], ["c"])
    assert one(found, "name_local") == ("부르면 오는 버스", "b", "most_official", [], [])
    assert one(found, "start_year") == ("2020", "b", "majority", ["2019"], ["a"])
    assert one(found, "lead_organisation") == ("Seoul Metro", "b", "majority", ["City of Seoul"], ["a"])
    assert one(found, "description_en") == ("A bus that comes.", "b", "longest", ["A bus.", "Bus"], ["a", "c"])
    assert one(found, "source_url")[:2] == ("https://city.example/bus", "a")


def test_a_value_that_its_register_doubts_is_taken_only_where_there_is_no_other() -> None:
    assert one(rows(A, B, C), "end_year") == ("2022", "b", "most_recent", ["2021", "2030"], ["a", "c"])
    assert one(rows(C), "end_year") == ("2030", "c", "most_recent", [], [])


def test_of_what_may_be_several_every_value_stands_once_with_the_first_record_that_says_it() -> None:
    partners = [(row["value"], row["record_id"]) for row in rows(A, B, C)["partners"]]
    assert partners == [("KT", "a"), ("Seoul Metro", "a"), ("Naver", "b")]
    assert [(row["value"], row["record_id"]) for row in rows(A, B, C)["city_id"]] == [("seoul", "a"), ("busan", "c")]


def test_what_no_record_says_has_no_row() -> None:
    assert not {"lab_name", "description_ko"} & set(rows(A, B, C))


def test_where_a_rule_leaves_several_the_order_of_precedence_decides() -> None:
    found = rows(A, dataclasses.replace(B, start_year=2018))
    assert one(found, "start_year") == ("2019", "a", "majority", ["2018"], ["b"])
    assert one(rows(B, A), "name")[:2] == ("BUS ON CALL ", "b")


def test_the_table_holds_joined_entities_only_and_the_official_record_names_them() -> None:
    records = {r.record_id: r for r in (A, B, C, dataclasses.replace(EMPTY, record_id="d", register="x", name="Lab"))}
    said = [Judgement("a", "b", Verdict.SAME, "ann", "w", "1"), Judgement("a", "c", Verdict.SAME, "ann", "w", "2")]
    precedence = precedence_of(list(records.values()), frozenset({"world"}), read_rules())
    entities = join_records(records, said, precedence)
    table = property_table(records, entities, read_rules()).to_pylist()
    assert {row["entity_id"] for row in table} == {entity_named_after("c")}
    assert next(row for row in table if row["property"] == "name")["value"] == "On-call bus"
    assert {row["record_id"] for row in table} <= {"a", "b", "c"}


def test_a_rule_on_a_property_that_records_do_not_have_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "canonical.yml"
    path.write_text(
        "precedence: [official_publisher]\nproperties:\n  nmae: longest\n  name: newest\n", encoding="utf-8"
    )
    with pytest.raises(BadContent) as refused:
        read_rules(path)
    faults = {(fault.row, fault.column) for fault in refused.value.faults}
    assert faults == {(1, "precedence"), (3, "properties.nmae"), (4, "properties.name")}
