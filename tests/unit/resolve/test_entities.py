"""Entities from judgements: whose judgement counts, what is refused, which record names an entity."""

from __future__ import annotations

from itertools import combinations

import pytest

from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.resolve.entities import (
    Entities,
    entity_named_after,
    entity_of_records,
    join_records,
    links_of_entities,
)
from dynapolis.resolve.standing import JudgeKind, in_order, kind_of, standing

RECORDS = tuple(f"r{n}" for n in range(8))
PAIRS = tuple(combinations(RECORDS, 2))  # the smaller id first, as the ledger demands
SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE
Said = list[tuple[str, str, Verdict]]


def judge(said: Said, by: str = "ann") -> list[Judgement]:
    """Judgements in the order they were made."""
    return [
        Judgement(left, right, verdict, by, "looked", f"2026-01-01T00:00:{n:02}+00:00")
        for n, (left, right, verdict) in enumerate(said)
    ]


def groups(entities: Entities) -> set[frozenset[str]]:
    """Entities of more than one record."""
    return {frozenset(members) for members in entities.members.values() if len(members) > 1}


def refusals(entities: Entities) -> list[tuple[str, str]]:
    return [(item.judgement.left_id + item.judgement.right_id, item.against.left_id + item.against.right_id)
            for item in entities.refused]  # fmt: skip


def test_an_entity_is_named_after_its_smallest_record() -> None:
    entities = entity_of_records(RECORDS, judge([("r2", "r5", SAME), ("r1", "r5", SAME)]))
    assert entities["r1"] == entities["r2"] == entities["r5"] == entity_named_after("r1")
    assert entities["r3"] == entity_named_after("r3")


def test_a_record_that_comes_first_in_the_precedence_names_the_entity_and_leads_its_members() -> None:
    said = judge([("r2", "r5", SAME), ("r1", "r5", SAME)])
    entities = join_records(RECORDS, said, {record: int(record != "r5") for record in RECORDS})
    assert entities.entity_of["r1"] == entity_named_after("r5")
    assert entities.members[entity_named_after("r5")] == ("r5", "r1", "r2")
    assert entities.canonical[entity_named_after("r5")] == "r5"


def test_the_id_stays_when_a_record_is_added_that_comes_later_in_the_precedence() -> None:
    first = {"r5": 0}
    before = join_records(["r5", "r6"], judge([("r5", "r6", SAME)]), first | {"r6": 1})
    after = join_records(
        ["r0", "r5", "r6"], judge([("r5", "r6", SAME), ("r0", "r5", SAME)]), first | {"r0": 1, "r6": 1}
    )
    assert before.entity_of["r5"] == after.entity_of["r0"] == entity_named_after("r5")


@pytest.mark.parametrize("verdict", [DIFFERENT, UNSURE])
def test_a_later_judgement_undoes_a_merge_and_gives_the_old_ids_back(verdict: Verdict) -> None:
    before = entity_of_records(RECORDS, [])
    merged = entity_of_records(RECORDS, judge([("r0", "r1", SAME)]))
    undone = entity_of_records(RECORDS, judge([("r0", "r1", SAME), ("r0", "r1", verdict)]))
    assert merged["r1"] == merged["r0"] != before["r1"]
    assert undone == before


def test_a_merge_can_be_made_again_after_it_was_undone() -> None:
    said = judge([("r0", "r1", SAME), ("r0", "r1", DIFFERENT), ("r0", "r1", SAME)])
    assert groups(join_records(RECORDS, said)) == {frozenset({"r0", "r1"})}


def test_undoing_one_of_three_links_leaves_the_records_joined_through_the_third() -> None:
    triangle: Said = [("r0", "r1", SAME), ("r1", "r2", SAME), ("r0", "r2", SAME)]
    entities = entity_of_records(RECORDS, judge([*triangle, ("r0", "r2", UNSURE)]))
    assert entities["r0"] == entities["r2"]


# r0 = r1, r1 = r2 and r0 ≠ r2 cannot all hold: the later "same" falls, the others hold, and r3 ≠ r4 has no part in it.
def test_a_conflict_through_others_refuses_the_later_same_and_nothing_else() -> None:
    said: Said = [("r0", "r1", SAME), ("r1", "r2", SAME), ("r0", "r2", DIFFERENT), ("r3", "r4", DIFFERENT),
                  ("r4", "r5", SAME)]  # fmt: skip
    entities = join_records(RECORDS, judge(said))
    assert groups(entities) == {frozenset({"r0", "r1"}), frozenset({"r4", "r5"})}
    assert refusals(entities) == [("r1r2", "r0r2")]


def test_two_groups_that_hold_a_different_between_them_are_not_joined_by_any_other_pair() -> None:
    said: Said = [("r0", "r1", SAME), ("r2", "r3", SAME), ("r1", "r3", DIFFERENT), ("r0", "r2", SAME)]
    entities = join_records(RECORDS, judge(said))
    assert groups(entities) == {frozenset({"r0", "r1"}), frozenset({"r2", "r3"})}
    assert refusals(entities) == [("r0r2", "r1r3")]


def test_what_a_person_joins_holds_before_what_a_rule_joined_earlier() -> None:
    rule = Judgement("r0", "r1", SAME, "rule: names, version 1", "one name", "2025-01-01T00:00:00+00:00")
    ann = judge([("r1", "r2", SAME), ("r0", "r2", DIFFERENT)])
    entities = join_records(RECORDS, [rule, *ann])
    assert groups(entities) == {frozenset({"r1", "r2"})}
    assert refusals(entities) == [("r0r1", "r0r2")]


def test_a_person_counts_before_a_register_and_a_register_before_a_rule_whenever_they_spoke() -> None:
    ann = Judgement("r0", "r1", DIFFERENT, "ann", "two streets", "2026-01-01T00:00:00+00:00")
    register = Judgement("r0", "r1", SAME, "register europe", "same_as", "")
    rule = Judgement("r0", "r1", UNSURE, "rule: names, version 1", "not found", "2026-12-31T00:00:00+00:00")
    assert standing([ann, register, rule])["r0", "r1"] is ann
    assert standing([rule, register])["r0", "r1"] is register
    assert [kind_of(j.judge) for j in (ann, register, rule)] == [JudgeKind.PERSON, JudgeKind.REGISTER, JudgeKind.RULE]


def test_of_two_judgements_of_one_instant_the_more_careful_one_counts_in_either_order() -> None:
    two = [
        Judgement("r0", "r1", verdict, "ann", "looked", "2026-01-01T00:00:00+00:00") for verdict in (SAME, DIFFERENT)
    ]
    assert standing(two)["r0", "r1"].verdict is standing(two[::-1])["r0", "r1"].verdict is DIFFERENT
    assert in_order(two) == in_order(two[::-1])


def test_judgements_on_records_that_are_not_there_are_passed_over() -> None:
    said = judge([("r0", "r9", SAME), ("r1", "r9", SAME)])
    assert entity_of_records(RECORDS, said) == entity_of_records(RECORDS, [])


def test_an_id_of_before_a_merge_leads_to_the_entity_of_today() -> None:
    entities = join_records(RECORDS, judge([("r2", "r5", SAME)]))
    assert entities.all_ids()[entity_named_after("r5")] == entity_named_after("r2")
    assert entities.all_ids()[entity_named_after("r3")] == entity_named_after("r3")


def test_links_are_read_as_links_between_entities_and_each_stands_once() -> None:
    entities = join_records(RECORDS, judge([("r1", "r2", SAME)]))
    links = [("r0", "r1"), ("r0", "r2"), ("r1", "r2"), ("r3", "gone")]
    assert links_of_entities(links, entities) == [(entity_named_after("r0"), entity_named_after("r1"))]


def test_no_record_is_no_entity() -> None:
    assert entity_of_records([], []) == {}
