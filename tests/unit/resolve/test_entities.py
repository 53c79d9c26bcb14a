"""Entities from judgements, against an independent search through the graph of records."""

from __future__ import annotations

from collections import deque
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.errors import BadUse
from dynapolis.ids import make_id
from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.resolve.entities import entity_of_records

RECORDS = tuple(f"r{n}" for n in range(8))
PAIRS = tuple(combinations(RECORDS, 2))  # the smaller id first, as the ledger demands
Said = list[tuple[tuple[str, str], Verdict]]


def judge(said: Said) -> list[Judgement]:
    """Judgements in the order they were made."""
    return [
        Judgement(left, right, verdict, "ann", "looked", f"2026-01-01T00:00:{n:02}")
        for n, ((left, right), verdict) in enumerate(said)
    ]


def groups_of(entities: dict[str, str]) -> set[frozenset[str]]:
    """The records of each entity."""
    return {frozenset(r for r in entities if entities[r] == entity) for entity in entities.values()}


def components(edges: set[tuple[str, str]]) -> set[frozenset[str]]:
    """Connected components by breadth-first search."""
    found = set()
    for start in RECORDS:
        seen, waiting = {start}, deque([start])
        while waiting:
            record = waiting.popleft()
            for left, right in edges:
                for here, there in ((left, right), (right, left)):
                    if here == record and there not in seen:
                        seen.add(there)
                        waiting.append(there)
        found.add(frozenset(seen))
    return found


pairs = st.sampled_from(PAIRS)
without_conflict = st.lists(st.tuples(pairs, st.sampled_from([Verdict.SAME, Verdict.UNSURE])), max_size=20)
anything = st.lists(st.tuples(pairs, st.sampled_from(list(Verdict))), max_size=16)


@settings(deadline=None)
@given(without_conflict)
def test_entities_are_the_components_of_the_graph_of_same(said: Said) -> None:
    last = dict(said)
    same = {pair for pair, verdict in last.items() if verdict is Verdict.SAME}
    assert groups_of(entity_of_records(RECORDS, judge(said))) == components(same)


@settings(deadline=None, max_examples=200)
@given(anything)
def test_a_conflict_is_refused_exactly_when_two_different_records_would_be_one(said: Said) -> None:
    last = dict(said)
    groups = components({pair for pair, verdict in last.items() if verdict is Verdict.SAME})
    clashes = [
        pair for pair, verdict in last.items() if verdict is Verdict.DIFFERENT and any(set(pair) <= g for g in groups)
    ]
    if not clashes:
        assert groups_of(entity_of_records(RECORDS, judge(said))) == groups
        return
    with pytest.raises(BadUse) as refused:
        entity_of_records(RECORDS, judge(said))
    for left, right in clashes:
        assert f"{left} and {right}" in str(refused.value)


@settings(deadline=None)
@given(st.dictionaries(pairs, st.sampled_from([Verdict.SAME, Verdict.UNSURE])), st.data())
def test_the_order_of_records_and_of_judgements_on_different_pairs_does_not_matter(
    last: dict[tuple[str, str], Verdict], data: st.DataObject
) -> None:
    said = list(last.items())
    shuffled, records = data.draw(st.permutations(said)), data.draw(st.permutations(RECORDS))
    assert entity_of_records(records, judge(shuffled)) == entity_of_records(RECORDS, judge(said))


def test_an_entity_is_named_after_its_smallest_record() -> None:
    entities = entity_of_records(RECORDS, judge([(("r2", "r5"), Verdict.SAME), (("r1", "r5"), Verdict.SAME)]))
    assert entities["r1"] == entities["r2"] == entities["r5"] == make_id("entity", "r1")
    assert entities["r3"] == make_id("entity", "r3")


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.UNSURE])
def test_a_later_judgement_undoes_a_merge_and_gives_the_old_ids_back(verdict: Verdict) -> None:
    before = entity_of_records(RECORDS, [])
    merged = entity_of_records(RECORDS, judge([(("r0", "r1"), Verdict.SAME)]))
    undone = entity_of_records(RECORDS, judge([(("r0", "r1"), Verdict.SAME), (("r0", "r1"), verdict)]))
    assert merged["r1"] == merged["r0"] != before["r1"]
    assert undone == before


def test_a_merge_can_be_made_again_after_it_was_undone() -> None:
    pair = ("r0", "r1")
    said = [(pair, Verdict.SAME), (pair, Verdict.DIFFERENT), (pair, Verdict.SAME)]
    assert groups_of(entity_of_records(RECORDS, judge(said))) == components({pair})


def test_undoing_one_of_three_links_leaves_the_records_joined_through_the_third() -> None:
    triangle: Said = [((a, b), Verdict.SAME) for a, b in (("r0", "r1"), ("r1", "r2"), ("r0", "r2"))]
    entities = entity_of_records(RECORDS, judge([*triangle, (("r0", "r2"), Verdict.UNSURE)]))
    assert entities["r0"] == entities["r2"]


def test_a_conflict_through_others_is_refused_and_names_both_records() -> None:
    said: Said = [
        (("r0", "r1"), Verdict.SAME),
        (("r1", "r2"), Verdict.SAME),
        (("r0", "r2"), Verdict.DIFFERENT),
        (("r3", "r4"), Verdict.DIFFERENT),
    ]
    with pytest.raises(BadUse, match="r0 and r2") as refused:
        entity_of_records(RECORDS, judge(said))
    assert "r3" not in str(refused.value)


def test_judgements_on_records_that_are_not_there_are_passed_over() -> None:
    said: Said = [(("r0", "r9"), Verdict.SAME), (("r1", "r9"), Verdict.SAME)]
    assert entity_of_records(RECORDS, judge(said)) == entity_of_records(RECORDS, [])


def test_no_record_is_no_entity() -> None:
    assert entity_of_records([], []) == {}
