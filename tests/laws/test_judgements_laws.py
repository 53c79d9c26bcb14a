"""Laws of judgements: entities are what an independent graph library finds, in whatever order people and rules spoke.

Nothing conflicts in vain: a "same" against a "different" is refused, reported, and takes nothing else with it. What is
written to a file and read again gives the same entities; what was undone stays undone; no link ends in nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.model.evidence import Judgement, Record, Verdict
from dynapolis.resolve.clusters import Clusters
from dynapolis.resolve.entities import Entities, entity_named_after, join_records, links_of_entities
from dynapolis.resolve.judge import Band, Scored, plan_judgements, undone
from dynapolis.resolve.standing import JudgeKind, Pair, in_order, kind_of, standing
from dynapolis.steps.evidence import record_tables
from dynapolis.store.content import read_places
from dynapolis.store.judgement_files import add_missing, read_judgements, write_judgements
from dynapolis.store.ledger import Ledger

RECORDS = tuple(f"{n:016x}" for n in range(9))
PAIRS = tuple(combinations(RECORDS, 2))
JUDGES = ("ann", "bo", "register europe", "rule: names, version 1")
RULE = JUDGES[-1]
NOW = "2027-01-01T00:00:00+00:00"
SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE

pairs = st.sampled_from(PAIRS)
law = settings(deadline=None, max_examples=150)


def at(second: int) -> str:
    return f"2026-01-01T00:{second // 60:02}:{second % 60:02}+00:00"


@st.composite
def histories(draw: st.DrawFn, verdicts: Sequence[Verdict] = tuple(Verdict), most: int = 24) -> list[Judgement]:
    """Judgements of people, registers and rules on any pairs, each at a time of its own."""
    said = draw(st.lists(st.tuples(pairs, st.sampled_from(verdicts), st.sampled_from(JUDGES)), max_size=most))
    times = draw(st.permutations(range(len(said))))
    return [Judgement(*p, v, j, "looked", at(t)) for (p, v, j), t in zip(said, times, strict=True)]


def partition(entities: Entities) -> set[frozenset[str]]:
    return {frozenset(members) for members in entities.members.values()}


def graph(same: Sequence[Pair]) -> set[frozenset[str]]:
    """The answer of networkx."""
    made = nx.Graph()
    made.add_nodes_from(RECORDS)
    made.add_edges_from(same)
    return {frozenset(group) for group in nx.connected_components(made)}


def holding(judgements: Sequence[Judgement], verdict: Verdict) -> list[Pair]:
    return [pair for pair, item in standing(judgements).items() if item.verdict is verdict]


@law
@given(histories((SAME, UNSURE)))
def test_entities_are_the_connected_components_of_networkx(said: list[Judgement]) -> None:
    entities = join_records(RECORDS, said)
    assert partition(entities) == graph(holding(said, SAME))
    assert entities.refused == ()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0.2, 2.5))
def test_entities_are_the_components_of_large_random_graphs_too(seed: int, degree: float) -> None:
    made = nx.fast_gnp_random_graph(600, degree / 600, seed=seed)
    names = {node: f"{node:016x}" for node in made}
    clusters = Clusters(names.values())
    for left, right in made.edges:
        assert clusters.join((names[left], names[right])) is None
    found: dict[str, set[str]] = {}
    for name in names.values():
        found.setdefault(clusters.root(name), set()).add(name)
    expected = {frozenset(names[node] for node in group) for group in nx.connected_components(made)}
    assert {frozenset(group) for group in found.values()} == expected


@law
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_records_never_matters(said: list[Judgement], rng: object) -> None:
    shuffled, records = list(said), list(RECORDS)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    rng.shuffle(records)  # type: ignore[attr-defined]
    one, other = join_records(RECORDS, said), join_records(records, shuffled)
    assert one.entity_of == other.entity_of and one.members == other.members and one.refused == other.refused
    assert in_order(said) == in_order(shuffled)


@law
@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.data())
def test_judgements_that_do_not_conflict_give_the_same_entities_in_whatever_order_they_were_made(
    truth: list[int], data: st.DataObject
) -> None:
    """Everybody says what is true, at times in any order: what is the same in truth, and no more, becomes one."""
    kind = dict(zip(RECORDS, truth, strict=True))
    asked = data.draw(st.lists(pairs, unique=True))
    verdict = {pair: SAME if kind[pair[0]] == kind[pair[1]] else DIFFERENT for pair in asked}
    found = []
    for _ in range(2):
        times = data.draw(st.permutations(range(len(asked))))
        who = data.draw(st.lists(st.sampled_from(JUDGES), min_size=len(asked), max_size=len(asked)))
        said = [Judgement(*p, verdict[p], w, "looked", at(t)) for p, w, t in zip(asked, who, times, strict=True)]
        entities = join_records(RECORDS, said)
        assert entities.refused == ()
        found.append(entities.entity_of)
    assert found[0] == found[1]


@law
@given(histories())
def test_a_same_that_would_join_two_groups_holding_a_different_is_refused_and_the_others_hold(
    said: list[Judgement],
) -> None:
    entities = join_records(RECORDS, said)
    apart, same = set(holding(said, DIFFERENT)), holding(said, SAME)
    refused = {(item.judgement.left_id, item.judgement.right_id) for item in entities.refused}
    groups = partition(entities)
    assert all(not set(pair) <= group for pair in apart for group in groups)
    assert groups == graph([pair for pair in same if pair not in refused])
    for item in entities.refused:  # each names a "different" that it would have broken
        assert item.judgement.verdict is SAME and item.against.verdict is DIFFERENT
        left, right = (entities.entity_of[r] for r in (item.judgement.left_id, item.judgement.right_id))
        ends = {entities.entity_of[r] for r in (item.against.left_id, item.against.right_id)}
        assert {left, right} == ends and left != right


@law
@given(histories())
def test_nothing_is_refused_that_could_hold_beside_the_judgements_tried_before_it(said: list[Judgement]) -> None:
    """The independent answer: all "same" in their order through networkx, each dropped when a "different" breaks."""
    last = standing(said)
    order = sorted(
        (p for p in last if last[p].verdict is SAME), key=lambda p: (-kind_of(last[p].judge), last[p].made_at, p)
    )
    apart, kept, dropped = holding(said, DIFFERENT), [], []
    for pair in order:
        groups = graph([*kept, pair])
        broken = any(set(other) <= group for other in apart for group in groups)
        (dropped if broken else kept).append(pair)
    entities = join_records(RECORDS, said)
    assert partition(entities) == graph(kept)
    assert [(item.judgement.left_id, item.judgement.right_id) for item in entities.refused] == dropped


scored = st.dictionaries(
    pairs, st.tuples(st.floats(0, 1), st.sampled_from([b for b in Band for _ in range(1 + 2 * (b is Band.SAME))]))
).map(lambda found: [Scored(pair, p, band, "why") for pair, (p, band) in sorted(found.items())])


@law
@given(histories(), scored)
def test_the_rule_never_overrules_a_person_never_contradicts_and_adds_nothing_the_second_time(
    said: list[Judgement], found: list[Scored]
) -> None:
    plan = plan_judgements(RECORDS, said, found, rule=RULE, now=NOW)
    of_people = {p: j for p, j in standing(said).items() if kind_of(j.judge) is JudgeKind.PERSON}
    after = [*said, *plan.judgements]
    assert {pair: item for pair, item in standing(after).items() if pair in of_people} == of_people
    entities = join_records(RECORDS, after)
    assert not {id(item.judgement) for item in entities.refused} & {id(item) for item in plan.judgements}
    again = plan_judgements(RECORDS, after, found, rule=RULE, now=at(3599))
    assert again.judgements == ()
    assert [item.scored.pair for item in again.waiting] == [item.scored.pair for item in plan.waiting]
    for item in plan.waiting:  # a question is asked only where an answer would change the entities
        yes = Judgement(*item.scored.pair, SAME, "ann", "w", "2028-01-01T00:00:00+00:00")
        assert partition(join_records(RECORDS, [*after, yes])) != partition(entities)


@settings(deadline=None, max_examples=40)
@given(histories(most=14), st.data())
def test_what_is_written_to_a_file_and_loaded_gives_the_same_entities_and_what_was_undone_stays_undone(
    said: list[Judgement], data: st.DataObject
) -> None:
    """Two ledgers, each with a part of what was said; files go both ways, twice."""
    here = [item for item in said if data.draw(st.booleans())]
    with tempfile.TemporaryDirectory() as folder:
        ledgers = []
        for name, rows in (("one", here), ("two", [item for item in said if item not in here])):
            ledger = Ledger.open(Path(folder) / f"{name}.sqlite")
            with ledger.begin() as writer:
                writer.add_judgements(rows)
            ledgers.append(ledger)
        for _ in range(2):
            for source, target in (ledgers, ledgers[::-1]):
                path = Path(folder) / "judgements.csv"
                write_judgements(path, source.judgements())
                assert read_judgements(path) == source.judgements()
                add_missing(target, read_judgements(path))
        found = [ledger.judgements() for ledger in ledgers]
        for ledger in ledgers:
            ledger.close()
    whole = join_records(RECORDS, said)
    for rows in found:
        assert sorted(rows, key=repr) == sorted(set(said), key=repr)
        assert join_records(RECORDS, rows).entity_of == whole.entity_of


def test_a_merge_undone_in_one_ledger_is_not_made_again_by_an_older_file(tmp_path: Path) -> None:
    made = Judgement(*PAIRS[0], SAME, "ann", "one street", at(1))
    also = replace(made, judge="bo", made_at=at(2))  # another ledger's, older than the undoing
    off = undone(made, [made], by="ann", why="two streets", now=at(3))
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    with ledger.begin() as writer:
        writer.add_judgements([made, off])
    write_judgements(tmp_path / "old.csv", [made, also])
    assert add_missing(ledger, read_judgements(tmp_path / "old.csv")) == 1
    assert len(join_records(RECORDS, ledger.judgements()).members) == len(RECORDS)
    ledger.close()


@law
@given(histories(), st.lists(st.tuples(pairs, st.sampled_from([SAME, DIFFERENT, None]))), st.data())
def test_after_any_merging_and_unmerging_every_link_leads_to_an_entity_that_is_there(
    said: list[Judgement], steps: list[tuple[Pair, Verdict | None]], data: st.DataObject
) -> None:
    """Merge, take apart, undo, one after the other; ids of every earlier state are kept and followed in the last."""
    links = data.draw(st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS))))
    ever: set[str] = set()
    for second, (pair, verdict) in enumerate(steps):
        last = standing(said).get(pair)
        when = f"2026-06-01T00:{second // 60:02}:{second % 60:02}+00:00"
        if verdict is not None:
            said = [*said, Judgement(*pair, verdict, "ann", "w", when)]
        elif last is not None:
            said = [*said, undone(last, said, by="ann", why="undone", now=when)]
        ever |= set(join_records(RECORDS, said).members)
    entities = join_records(RECORDS, said)
    for start, end in links_of_entities(links, entities):
        for target in (start, end):
            assert target in entities.members and entities.entity_of[entities.canonical[target]] == target
    leads = entities.all_ids()
    assert ever <= set(leads) and set(leads.values()) == set(entities.members)


@law
@given(histories(), pairs)
def test_undoing_the_last_word_on_a_pair_gives_back_the_entities_of_before_it(
    said: list[Judgement], pair: Pair
) -> None:
    said = [item for item in said if kind_of(item.judge) is JudgeKind.PERSON]
    before = join_records(RECORDS, said)
    row = Judgement(*pair, SAME, "ann", "w", "2026-06-01T00:00:00+00:00")
    off = undone(row, [*said, row], by="ann", why="undone", now="2026-06-01T00:00:01+00:00")
    after = join_records(RECORDS, [*said, row, off])
    was = standing(said).get(pair)
    if was is None or was.verdict is not SAME:  # else only the time of a "same" is another, which matters in a conflict
        assert after.entity_of == before.entity_of


@law
@given(
    st.lists(st.sampled_from(RECORDS), unique=True, min_size=1), histories((SAME, UNSURE)),
    st.dictionaries(st.sampled_from(RECORDS), st.integers(0, 2)),
)  # fmt: skip
def test_an_id_stays_when_records_are_added_as_long_as_the_first_in_precedence_stays(
    few: list[str], said: list[Judgement], precedence: dict[str, int]
) -> None:
    before, after = join_records(few, said, precedence), join_records(RECORDS, said, precedence)
    for record in few:
        first = after.canonical[after.entity_of[record]]
        if first in before.members[before.entity_of[record]]:
            assert before.entity_of[record] == after.entity_of[record] == entity_named_after(first)


CITIES = ("aldern", "brimby")
PLACES = read_places(Path(__file__).parents[1] / "fixtures" / "fictional" / "cities.yml")


def record(record_id: str, city: str) -> Record:
    return Record(
        record_id=record_id, register="r", snapshot_id="s", line=2, source_id=record_id, name=record_id,
        name_local=None, city_id=city, start_year=None, end_year=None, lead_organisation=None, partners=(),
        description_en="text", description_ko=None, source_url="https://example.org", source_title=None, evidence=None,
        note=None,
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(histories(), st.lists(st.sampled_from(CITIES), min_size=9, max_size=9))
def test_every_id_in_every_table_of_the_step_is_that_of_an_entity_and_unit_that_are_there(
    said: list[Judgement], cities: list[str]
) -> None:
    tables = record_tables([record(r, c) for r, c in zip(RECORDS, cities, strict=True)], said, PLACES)
    membership = tables["core_resolve__assn_record_entity"].to_pylist()
    entities = {row["entity_id"] for row in membership if row["is_canonical"]}
    of = {row["record_id"]: row for row in membership}
    assert {row["entity_id"] for row in membership} == entities
    units = {row["unit_id"]: row for row in tables["core_coding__unit"].to_pylist()}
    assert {row["unit_id"] for row in membership} == set(units)
    for unit in units.values():
        assert of[unit["record_id"]]["unit_id"] == unit["unit_id"] and unit["entity_id"] in entities
    for row in tables["core_resolve__property"].to_pylist():
        assert row["entity_id"] in entities
        for source in (row["record_id"], *row["alternative_records"]):
            assert of[source]["entity_id"] == row["entity_id"]
    counting = [row for row in tables["core_resolve__judgement"].to_pylist() if row["counts"]]
    for row in counting:
        one = of[row["left_id"]]["entity_id"] == of[row["right_id"]]["entity_id"]
        assert one or row["verdict"] != "same"
        assert not one or row["verdict"] != "different"
    n_same = sum(1 for item in standing(said).values() if item.verdict is SAME)
    assert n_same - tables["core_resolve__refused"].num_rows == sum(1 for row in counting if row["verdict"] == "same")
