"""What a rule writes, what it leaves to people, and in which order: small cases worked out on paper."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.resolve.effect import WEIGHTS, PublishedCounts
from dynapolis.resolve.judge import PAIR, TAKEN_BACK, Band, Open, Plan, Scored, plan_judgements, scored_pairs, undone
from dynapolis.resolve.queue import order_queue, queue_table

RULE = "rule: names, version 1"
RECORDS = tuple("abcdef")
SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE


def scored(pair: str, probability: float, band: Band = Band.SAME) -> Scored:
    return Scored((pair[0], pair[1]), probability, band, f"p {probability}")


def said(pair: str, verdict: Verdict, by: str = "ann", at: int = 1) -> Judgement:
    return Judgement(pair[0], pair[1], verdict, by, "looked", f"2026-01-01T00:00:{at:02}+00:00")


def plan(pairs: list[Scored], judgements: list[Judgement]) -> Plan:
    return plan_judgements(RECORDS, judgements, pairs, rule=RULE, now="2026-02-01T00:00:00+00:00")


def written(found: Plan) -> list[tuple[str, str]]:
    return [(j.left_id + j.right_id, j.verdict.value) for j in found.judgements]


def test_sure_pairs_are_written_with_rule_reason_and_time_and_a_second_run_adds_nothing() -> None:
    pairs = [scored("ab", 0.99), scored("cd", 0.995), scored("ef", 0.5, Band.REVIEW), scored("ac", 0.1, Band.DIFFERENT)]
    first = plan(pairs, [])
    assert written(first) == [("cd", "same"), ("ab", "same")]
    row = first.judgements[1]
    assert (row.judge, row.why, row.made_at) == (RULE, "p 0.99", "2026-02-01T00:00:00+00:00")
    again = plan(pairs, list(first.judgements))
    assert (again.judgements, again.n_known) == ((), 2)
    assert [item.scored.pair for item in again.waiting] == [("e", "f")]


@pytest.mark.parametrize("verdict", [SAME, DIFFERENT, UNSURE])
def test_what_a_person_said_of_a_pair_stands_whatever_the_rule_finds(verdict: Verdict) -> None:
    found = plan([scored("ab", 0.999)], [said("ab", verdict)])
    assert (found.judgements, found.n_people) == ((), 1)
    assert len(found.refused) == (verdict is DIFFERENT)
    assert [item.unsure for item in found.waiting] == (["ann"] if verdict is UNSURE else [])


# a = b is surer than b = c, and a ≠ c: the surer one is written, the other refused and named.
def test_a_pair_that_would_contradict_a_different_is_refused_and_the_others_are_written() -> None:
    found = plan([scored("bc", 0.98), scored("ab", 0.99), scored("de", 0.97)], [said("ac", DIFFERENT)])
    assert written(found) == [("ab", "same"), ("de", "same")]
    (refused,) = found.refused
    assert (refused.judgement.left_id, refused.judgement.right_id) == ("b", "c")
    assert refused.against.judge == "ann"


def test_what_the_rule_no_longer_finds_it_takes_back_and_finds_again_when_it_does() -> None:
    mine, of_ann = said("ab", SAME, RULE), said("cd", SAME, "ann")
    back = plan([scored("ab", 0.4, Band.REVIEW)], [mine, of_ann])
    assert written(back) == [("ab", "unsure")]
    assert back.judgements[0].why == f"{TAKEN_BACK}: p 0.4"
    assert [item.scored.pair for item in back.waiting] == [("a", "b")]
    assert written(plan([], [mine, of_ann])) == [("ab", "unsure")]
    assert plan([], [mine, of_ann, *back.judgements]).judgements == ()
    assert written(plan([scored("ab", 0.99)], [mine, *back.judgements])) == [("ab", "same")]


def test_a_pair_that_other_judgements_have_answered_is_not_asked() -> None:
    said_so = [said("ab", SAME), said("bc", SAME), said("cd", DIFFERENT)]
    found = plan(
        [scored("ac", 0.6, Band.REVIEW), scored("ad", 0.6, Band.REVIEW), scored("ae", 0.6, Band.REVIEW)], said_so
    )
    assert [item.scored.pair for item in found.waiting] == [("a", "e")]
    assert found.n_implied == 2


def test_pairs_and_judgements_on_records_that_are_not_here_are_passed_over() -> None:
    found = plan([Scored(("a", "z"), 0.99, Band.SAME, "p")], [Judgement("a", "y", SAME, RULE, "w", "1")])
    assert found.judgements == () and found.waiting == ()


def test_undoing_gives_back_what_was_said_before_or_unsure() -> None:
    one, two = said("ab", DIFFERENT, at=1), said("ab", SAME, at=2)
    assert undone(two, [one, two], by="bo", why="no", now="3").verdict is DIFFERENT
    assert undone(one, [one], by="bo", why="no", now="3").verdict is UNSURE
    assert undone(two, [one, two], by="bo", why="no", now="3").judge == "bo"


def test_a_table_of_pairs_is_read_with_its_evidence_and_without_what_is_different() -> None:
    row = {"left_id": "b", "right_id": "a", "probability": 0.7, "band": "review",
           "evidence": json.dumps([["name", {"left": "가", "right": "나"}]])}  # fmt: skip
    table = pa.Table.from_pylist([row, row | {"left_id": "c", "band": "different"}], PAIR)
    (found,) = scored_pairs(table, lambda p, evidence: f"{p}: {evidence[0][0]}")
    assert found == Scored(("a", "b"), 0.7, Band.REVIEW, "0.7: name", (("name", {"left": "가", "right": "나"}),))


# Innovation projects: Aldern 4 (entities 1–4), Brimby 3 (5–7), Corvey 1 (8). Living labs: Aldern 1 (9), Brimby 2
# (10, 11). Entity 5 also lies in Corvey, as a unit of no count but that of all units.
def unit(entity: int, city: str, count: str = "") -> dict[str, object]:
    return {"entity_id": str(entity), "city_id": city, "is_units": True,
            "is_innovation": count == "innovation", "is_living_labs": count == "living_labs"}  # fmt: skip


UNITS = [
    *(unit(n, "aldern", "innovation") for n in (1, 2, 3, 4)), *(unit(n, "brimby", "innovation") for n in (5, 6, 7)),
    unit(8, "corvey", "innovation"), unit(9, "aldern", "living_labs"),
    *(unit(n, "brimby", "living_labs") for n in (10, 11)), unit(5, "corvey"),
]  # fmt: skip
COUNTS = PublishedCounts(UNITS)


def test_joining_two_projects_of_one_city_lowers_its_count_and_moves_its_rank() -> None:
    found = COUNTS.effect("1", "2")
    innovation = next(change for change in found.changes if change.count == "innovation")
    # 4 → 3 ties with Brimby: rank 1 → 1.5; a quarter of the count, and half a rank of the two it could move.
    assert (innovation.before, innovation.after) == (4, 3)
    assert (innovation.rank_before, innovation.rank_after) == (1, 1.5)
    assert innovation.size == pytest.approx(1 / 4 + 0.5 / 2)
    # All units: Aldern 5, Brimby 5, Corvey 2. 5 → 4: from the shared rank 1.5 to 2.
    units = next(change for change in found.changes if change.count == "units")
    assert (units.rank_before, units.rank_after, units.size) == (1.5, 2, pytest.approx(1 / 5 + 0.5 / 2))
    assert found.value == pytest.approx(innovation.size * WEIGHTS["innovation"] + units.size * WEIGHTS["units"])


def test_a_city_that_stays_ahead_loses_half_of_its_count_and_no_rank() -> None:
    counts = PublishedCounts([unit(1, "aldern", "innovation"), unit(2, "aldern", "innovation"), unit(3, "brimby")])
    change = next(c for c in counts.effect("1", "2").changes if c.count == "innovation")
    assert (change.before, change.after, change.rank_before, change.rank_after) == (2, 1, 1, 1)


def test_nothing_changes_between_cities_between_kinds_and_where_a_record_has_no_unit() -> None:
    assert COUNTS.effect("1", "6").value == 0  # Aldern and Brimby
    assert [change.count for change in COUNTS.effect("1", "9").changes] == ["units"]  # a project and a lab
    assert COUNTS.effect("1", "gone").value == COUNTS.effect("1", "1").value == 0


def test_an_entity_in_two_cities_changes_only_the_city_that_both_lie_in() -> None:
    assert {(c.city_id, c.count) for c in COUNTS.effect("5", "8").changes} == {("corvey", "units")}


def test_the_effect_is_the_same_whichever_record_is_named_first() -> None:
    assert COUNTS.effect("1", "2") == COUNTS.effect("2", "1")


def test_effects_agree_with_counting_again_after_the_join() -> None:
    """The independent answer: leave the second unit out, count and rank all cities anew."""
    for left, right, city, count in (("5", "6", "brimby", "innovation"), ("10", "11", "brimby", "living_labs")):
        change = next(c for c in COUNTS.effect(left, right).changes if c.count == count)
        rest = [u for u in UNITS if not (u["entity_id"] == right and u["city_id"] == city)]
        for units, n, rank in ((UNITS, change.before, change.rank_before), (rest, change.after, change.rank_after)):
            of = {
                c: sum(1 for u in units if u["city_id"] == c and u[f"is_{count}"])
                for c in ("aldern", "brimby", "corvey")
            }
            others = [of[c] for c in of if c != city]
            assert of[city] == n
            assert rank == 1 + sum(o > n for o in others) + sum(o == n for o in others) / 2


def test_people_are_asked_first_what_changes_most_then_what_is_least_known_then_what_others_left() -> None:
    entity_of = {"a": "1", "b": "2", "c": "10", "d": "11", "e": "1", "f": "6"}
    waiting = [
        Open(scored("ef", 0.9, Band.REVIEW), ""),  # no effect
        Open(scored("ae", 0.5, Band.REVIEW), ""),  # one entity already: no effect, least known
        Open(scored("ab", 0.8, Band.REVIEW), ""),  # 0.8 × 0.545
        Open(scored("cd", 0.3, Band.REVIEW), ""),  # 0.3 × (1/2 + 0.5/2 + 0.1 × (1/5 + 0.5/2))
        Open(scored("bc", 0.99, Band.REVIEW), "ann"),  # looked at already
    ]
    queue = order_queue(waiting, entity_of, COUNTS)
    assert ["".join(item.scored.pair) for item in queue] == ["ab", "cd", "ae", "ef", "bc"]
    assert [round(item.urgency, 4) for item in queue[:2]] == [0.436, 0.2385]
    table = queue_table(queue)
    assert table["left_id"].to_pylist() == ["a", "c", "a", "e", "b"]
    assert table["unsure"].to_pylist()[-1] == "ann"
