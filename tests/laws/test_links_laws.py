"""Laws of links: whatever was joined, undone and joined again, every link leads from what is to what is.

Units, labs and programmes are joined by random judgements, organisations by a random resolver. Every end of every
table of links must then be an id that stands in the edition: of a unit, a district, or an organisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import networkx as nx
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.ids import make_id
from dynapolis.model.evidence import Judgement, Record, Verdict
from dynapolis.resolve.links.known import Known, organisation_key
from dynapolis.steps.evidence import record_tables
from dynapolis.steps.links import link_tables
from dynapolis.store.content import ContentPaths, read_places, shipped

PLACES = read_places(shipped() / "places" / "cities.yml")
# Every thing is listed by two registers, so that joining its two records moves what others lead to.
KINDS = {"lab": "living_lab", "programme": "programme", "project": "project", "lab_project": "lab_project"}
NAMES = {
    "lab": "Magok Open Living Lab",
    "programme": "Seoul Testbed Programme",
    "project": "Odour Map",
    "lab_project": "Night Bus",
}
BODIES = ("City of Seoul", "Seoul Metropolitan Government", "서울특별시", "Waag")
REGISTERS = ("one", "two", "three")


def record(register: str, thing: str) -> Record:
    """What a register says of a thing; the projects name the lab, the programme and a part of the city."""
    named = thing in ("project", "lab_project")
    return Record(
        record_id=make_id("record", register, thing), register=register, snapshot_id="s", line=1, source_id=thing,
        name=NAMES[thing], name_local=None, city_id="seoul", start_year=2019, end_year=None,
        lead_organisation=BODIES[REGISTERS.index(register)], partners=(BODIES[3],),
        description_en=f"Part of the {NAMES['programme']}." if named else "", description_ko=None,
        source_url="https://e.org", source_title=None, evidence=None, note=None,
        lab_name=NAMES["lab"] if named else None, district="Gangseo-gu" if named else None,
    )  # fmt: skip


RECORDS = tuple(record(register, thing) for register in REGISTERS for thing in KINDS)
KIND_OF = {item.record_id: KINDS[item.source_id] for item in RECORDS}
PAIRS = tuple(
    tuple(sorted((a.record_id, b.record_id))) for a, b in combinations(RECORDS, 2) if a.source_id == b.source_id
)
verdicts = st.sampled_from([Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE])


@st.composite
def histories(draw: st.DrawFn) -> list[Judgement]:
    """Judgements on records of one thing, each at a time of its own; a later one on a pair undoes the earlier."""
    said = draw(st.lists(st.tuples(st.sampled_from(PAIRS), verdicts), max_size=20))
    return [
        Judgement(left, right, verdict, "ann", "looked", f"2026-01-01T00:00:{second:02}+00:00")
        for second, ((left, right), verdict) in enumerate(said)
    ]


# For each name, none or the name under which a resolver puts it.
resolvers = st.fixed_dictionaries({name: st.one_of(st.none(), st.sampled_from(BODIES)) for name in BODIES})


def resolver(joined: Sequence[tuple[str, str]]) -> Known:
    """What a resolver hands over: by city and key of a name, the key of the first name of its group."""
    graph = nx.Graph(list(joined))
    graph.add_nodes_from(BODIES)
    of = {name: organisation_key(min(group)) for group in nx.connected_components(graph) for name in group}
    return Known({("seoul", organisation_key(name)): key for name, key in of.items()})


def linked(said: Sequence[Judgement], known: Known) -> dict[str, pa.Table]:
    core = record_tables(RECORDS, said, PLACES)
    units = core["core_coding__unit"]
    kinds = [KIND_OF[r] for r in units["record_id"].to_pylist()]
    screened = units.append_column("kind", pa.array(kinds))
    return core | link_tables(core, screened, PLACES, (), 0.9, ContentPaths.default(), known=known)


@settings(deadline=None, max_examples=40)
@given(histories(), resolvers)
def test_after_any_merge_every_link_leads_to_a_canonical_id(said: list[Judgement], put: dict[str, str | None]) -> None:
    joined = [(name, other) for name, other in put.items() if other]
    tables = linked(said, resolver(joined))
    units = set(tables["core_coding__unit"]["unit_id"].to_pylist())
    bodies = set(tables["out_links__organisation"]["organisation_id"].to_pylist())
    targets = {
        "lab": units, "programme": units, "organisation": bodies,
        "district": set(tables["out_links__district"]["district_id"].to_pylist()),
    }  # fmt: skip
    member = {r["record_id"]: r["unit_id"] for r in tables["core_resolve__assn_record_entity"].to_pylist()}
    rows = tables["out_links__link"].to_pylist()
    assert {row["link"] for row in rows} == set(targets)  # the records name one of each, so the law is never empty
    for row in rows:
        assert row["unit_id"] == member[row["record_id"]]  # the record that says it is one of the unit's
        assert row["target_id"] in targets[row["link"]], row
        assert row["target_id"] != row["unit_id"]
    assert {u for u in tables["core_coding__unit"]["city_id"].to_pylist()} == {"seoul"}
    for name in ("out_collaboration__assn_figure_record", "out_collaboration__city_organisation"):
        assert set(tables[name]["organisation_id"].to_pylist()) <= bodies
    assert set(tables["out_collaboration__assn_figure_record"]["unit_id"].to_pylist()) <= units


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(BODIES), st.sampled_from(BODIES)), max_size=4))
def test_organisations_are_the_groups_that_their_resolver_found(joined: list[tuple[str, str]]) -> None:
    tables = linked([], resolver(joined))
    found = {frozenset(row["names"]) for row in tables["out_links__organisation"].to_pylist()}
    graph = nx.Graph(joined)
    graph.add_nodes_from(BODIES)
    assert found == {frozenset(group) for group in nx.connected_components(graph)}


@settings(deadline=None, max_examples=25)
@given(histories())
def test_what_is_undone_leads_where_it_led_before(said: list[Judgement]) -> None:
    """An "unsure" on every pair, later than all else, takes every merge back."""
    undone = [Judgement(*pair, Verdict.UNSURE, "ann", "undone", "2027-01-01T00:00:00+00:00") for pair in PAIRS]
    assert linked([*said, *undone], {})["out_links__link"] == linked([], {})["out_links__link"]
