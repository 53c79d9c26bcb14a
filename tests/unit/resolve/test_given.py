"""What registers say of their own records: given judgements, and references that lead nowhere."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.ids import record_id
from dynapolis.model.evidence import Judgement, Record, Verdict
from dynapolis.resolve.entities import entity_of_records
from dynapolis.resolve.given import given_judgements


def record(register: str, source: str, same_as: str | None = None, **more: object) -> Record:
    """A record; a reference leads to register "old"."""
    made = Record(
        record_id=record_id(register, source), register=register, snapshot_id="s", line=2, source_id=source,
        name=source, name_local=None, city_id="aldern", start_year=None, end_year=None, lead_organisation=None,
        partners=(), description_en="text", description_ko=None, source_url="https://example.org", source_title=None,
        evidence=None, note=None, same_as=same_as, same_as_register="old" if same_as else None,
    )  # fmt: skip
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


OLD = [record("old", "bus"), record("old", "lab")]


def test_a_reference_is_a_judgement_of_the_register_with_the_cell_as_its_reason() -> None:
    found, unresolved = given_judgements([*OLD, record("new", "bus-two", "bus")])
    left, right = sorted((record_id("old", "bus"), record_id("new", "bus-two")))
    assert found == [Judgement(left, right, Verdict.SAME, "register new", "bus-two: same_as 'bus' of old", "")]
    assert unresolved == []


def test_a_reference_that_the_register_doubts_says_so() -> None:
    found, _ = given_judgements([*OLD, record("new", "bus-two", "bus", doubted=("same_as", "start_year"))])
    assert found[0].why == "bus-two: same_as 'bus' of old (doubted)" and found[0].verdict is Verdict.SAME


def test_a_reference_to_a_record_that_is_not_here_joins_nothing_and_is_told() -> None:
    lost = record("new", "tram", "tram")
    assert given_judgements([*OLD, lost]) == ([], [lost])
    assert given_judgements([lost]) == ([], [lost])


def test_two_records_that_name_the_same_third_are_one_entity_with_it() -> None:
    records = [*OLD, record("new", "x", "bus"), record("third", "y", "bus")]
    entities = entity_of_records([r.record_id for r in records], given_judgements(records)[0])
    assert len(set(entities.values())) == 2


def test_a_later_judgement_of_a_person_counts_instead() -> None:
    records = [*OLD, record("new", "x", "bus")]
    found, _ = given_judgements(records)
    person = dataclasses.replace(found[0], verdict=Verdict.DIFFERENT, judge="ann", why="another line", made_at="2026")
    ids = [r.record_id for r in records]
    assert len(set(entity_of_records(ids, found).values())) == 2
    assert len(set(entity_of_records(ids, [*found, person]).values())) == 3


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3), st.none() | st.sampled_from(["bus", "lab", "gone"]), max_size=9
    ),
    st.randoms(),
)
def test_entities_are_records_less_references_whatever_the_order(
    references: dict[str, str | None], rng: object
) -> None:
    """Every reference that leads somewhere takes exactly one entity away; the others take none and are all told."""
    records = [*OLD, *(record("new", source, target) for source, target in references.items())]
    rng.shuffle(records)  # type: ignore[attr-defined]
    found, unresolved = given_judgements(records)
    entities = entity_of_records([r.record_id for r in records], found)
    lost = sum(1 for target in references.values() if target == "gone")
    joined = sum(1 for target in references.values() if target in ("bus", "lab"))
    assert len(unresolved) == lost and len(found) == joined
    assert len(set(entities.values())) == len(records) - joined
