"""Two invented registers that share initiatives, and the three embedded ones: every joined count worked out on paper.

    old: bus (project, by person "reader")        lab (living lab)          park (project)
    new: bus-two = bus    tram (no twin)          lab-two = lab             gone-two = gone (not in old)

Two models, m and n, coded the records of new: they agree on bus-two and tram, and differ on the sector of gone-two.
Records 3 + 4 = 7; two are joined, so 5 entities; one reference leads nowhere.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynapolis.cli.common import now
from dynapolis.cli.imports import import_into
from dynapolis.edition import make_edition
from dynapolis.ids import record_id
from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.store.editions import Edition
from dynapolis.store.workspace import SETTINGS, Workspace, init_workspace, open_workspace

FICTIONAL = Path(__file__).parents[1] / "fixtures" / "fictional"
HEAD = """\
name: {name}
title: {{en: "{name}", ko: "{name}"}}
publisher: {{name: dynapolis, official: false}}
licence:
  name: MIT
  terms: open
  checked: "2026-11-26"
  note: {{en: "Invented.", ko: "지어낸 자료이다."}}
date: "2026-11-26"
languages: [en]
convenience_sample: true
does_not_measure: {{en: "Anything real.", ko: "실제의 어떤 것도 나타내지 않는다."}}
file: list.csv
fields:
  id: {{property: source_id, type: slug, required: true}}
  name: {{property: name, required: true}}
  city: {{property: city, type: city, required: true}}
  text: {{property: description_en, required: true}}
  page: {{property: source_url, type: url, required: true}}
{more}expect: {{min_records: 1}}
coders:
{coders}codings:
{codings}"""
CODER = """\
  - {{id: {id}, kind: {kind}, version: "1", name: {{en: "{id}", ko: "{id}"}}}}
"""
CODING = """\
  - coder: {id}
    file: {file}
    id_column: id
    codebook_version: "2022.2"
    quote: quote
    quote_of: text
    schemes: [{{scheme: kind, column: kind}}, {{scheme: track, column: track}}, {{scheme: sector, column: sector}}]
"""
OLD = """\
id,name,city,text,page
bus,Bus,Aldern,A bus on a line.,https://example.org/bus
lab,Lab,Aldern,A lab in a street.,https://example.org/lab
park,Park,Brimby,A park in a town.,https://example.org/park
"""
NEW = """\
id,name,city,text,page,twin
bus-two,New bus,Aldern,The bus again by another page.,https://example.org/bus2,bus
lab-two,New lab,Aldern,The lab again by another page.,https://example.org/lab2,lab
tram,Tram,Brimby,A tram on rails.,https://example.org/tram,
gone-two,Gone,Brimby,A thing of two sectors.,https://example.org/gone,gone
"""
READER = """\
id,kind,track,sector,quote
bus,project,industry,transport,on a line
lab,living_lab,living_lab,multi,in a street
park,project,service,culture_tourism,in a town
"""
M = """\
id,kind,track,sector,quote
bus-two,project,service,technology,another page
lab-two,living_lab,living_lab,multi,another page
tram,project,industry,transport,on rails
gone-two,project,industry,transport,two sectors
"""
N = M.replace("gone-two,project,industry,transport", "gone-two,project,industry,housing")


def write_register(folder: Path, name: str, files: dict[str, str], coders: dict[str, str], more: str = "") -> None:
    """A register's description and files."""
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    kind = "person" if name == "old" else "model"
    text = HEAD.format(
        name=name, more=more,
        coders="".join(CODER.format(id=coder, kind=kind) for coder in coders),
        codings="".join(CODING.format(id=coder, file=file) for coder, file in coders.items()),
    )  # fmt: skip
    (folder / "register.yml").write_text(text, encoding="utf-8")


def make_workspace(folder: Path) -> Workspace:
    """A workspace with both registers described and not yet imported."""
    init_workspace(folder)
    shutil.copytree(FICTIONAL, folder / "own")
    (folder / SETTINGS).write_text(
        '[run]\ndraws = 100\n[content]\nregisters = "own/both"\nindex = "own/index.yml"\n'
        'places = "own/cities.yml"\npopulation = "own/population.csv"\norganisations = "own/organisations.csv"\n',
        encoding="utf-8",
    )
    write_register(folder / "own/both/old", "old", {"list.csv": OLD, "r.csv": READER}, {"reader": "r.csv"})
    twin = "  twin: {property: same_as, type: reference, refers_to: old}\n"
    files = {"list.csv": NEW, "m.csv": M, "n.csv": N}
    write_register(folder / "own/both/new", "new", files, {"m": "m.csv", "n": "n.csv"}, twin)
    return open_workspace(folder)


def run(workspace: Workspace, registers: tuple[str, ...], judgements: tuple[Judgement, ...] = ()) -> Edition:
    ledger = workspace.open_ledger()
    for name in registers:
        import_into(workspace, ledger, name, workspace.folder / "own" / "both" / name / "list.csv")
    with ledger.begin() as writer:
        writer.add_judgements(judgements)
    made = make_edition(workspace, ledger, name="both", now=now())
    ledger.close()
    return made


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    yield run(make_workspace(tmp_path_factory.mktemp("both") / "w"), ("old", "new"))


def unit_of(edition: Edition, register: str, source: str) -> str:
    rows = edition.table("core_resolve__assn_record_entity").to_pylist()
    return str({row["record_id"]: row["unit_id"] for row in rows}[record_id(register, source)])


def adopted(edition: Edition, register: str, source: str) -> dict[str, tuple[str, str, str]]:
    unit = unit_of(edition, register, source)
    rows = edition.table("core_coding__adopted").to_pylist()
    return {r["scheme"]: (r["code"], r["why"], r["coder_id"]) for r in rows if r["unit_id"] == unit}


def test_records_that_a_register_calls_the_same_are_one_unit(both: Edition) -> None:
    assert both.table("core_records__record").num_rows == 7
    assert both.table("core_coding__unit").num_rows == 5
    assert unit_of(both, "old", "bus") == unit_of(both, "new", "bus-two")
    assert unit_of(both, "old", "lab") == unit_of(both, "new", "lab-two")
    assert unit_of(both, "old", "park") != unit_of(both, "new", "tram")
    rows = {row["figure_id"]: row["numerator"] for row in both.table("out_figures__figure").to_pylist()}
    assert rows["all.units.population.projects.primary"] == 4  # bus, park, tram, gone
    assert rows["all.units.population.living_labs.primary"] == 1
    assert rows["aldern.units.population.projects.primary"] == 1


def test_given_judgements_and_references_that_lead_nowhere_stand_in_tables(both: Edition) -> None:
    found = both.table("core_resolve__judgement").to_pylist()
    assert {(r["judge"], r["verdict"], r["origin"], r["counts"]) for r in found} == {
        ("register new", "same", "given", True)
    }
    assert sorted(r["why"] for r in found) == ["bus-two: same_as 'bus' of old", "lab-two: same_as 'lab' of old"]
    assert both.table("core_resolve__unresolved").to_pylist() == [
        {"record_id": record_id("new", "gone-two"), "register": "new", "same_as": "gone", "same_as_register": "old"}
    ]


def test_codings_of_all_records_of_a_unit_are_codings_of_it_and_keep_their_record(both: Edition) -> None:
    unit = unit_of(both, "old", "bus")
    rows = [r for r in both.table("core_coding__translated").to_pylist() if r["unit_id"] == unit]
    assert Counter((r["coder_id"], r["record_id"]) for r in rows) == {
        ("reader", record_id("old", "bus")): 3,
        ("m", record_id("new", "bus-two")): 3,
        ("n", record_id("new", "bus-two")): 3,
    }


# The bus: a person says industry and transport, two models agree on service and technology; the person counts.
# The lab: everybody agrees, and the person counts. The tram: only the models, and they agree. What is gone: they agree
# on kind and track and differ on the sector, where either code has a probability of about one half.
def test_adopted_codes_are_as_worked_out(both: Edition) -> None:
    assert adopted(both, "new", "bus-two")["track"] == ("industry", "single_person", "reader")
    assert adopted(both, "old", "bus")["sector"] == ("transport", "single_person", "reader")
    assert adopted(both, "old", "lab")["kind"] == ("living_lab", "single_person", "reader")
    assert adopted(both, "new", "tram") == {
        "kind": ("project", "agreed_models", "m"),
        "track": ("industry", "agreed_models", "m"),
        "sector": ("transport", "agreed_models", "m"),
    }
    gone = adopted(both, "new", "gone-two")
    assert gone["kind"] == ("project", "agreed_models", "m")
    # Transport is what three of the other four units are, housing what none is: the posterior leans that way.
    assert gone["sector"] == ("transport", "consensus", "m")
    rows = both.table("core_coding__adopted").to_pylist()
    row = next(r for r in rows if r["why"] == "consensus")
    assert row["unsure"] and row["quote"] == "two sectors" and row["record_id"] == record_id("new", "gone-two")
    posterior = {
        r["code"]: r["probability"]
        for r in both.table("core_coding__posterior").to_pylist()
        if (r["unit_id"], r["scheme"]) == (row["unit_id"], "sector")
    }
    assert row["probability"] == posterior["transport"] == max(posterior.values()) >= 0.5
    assert sum(posterior.values()) == pytest.approx(1)


def test_a_higher_threshold_leaves_it_uncoded(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "w")
    path = workspace.folder / SETTINGS
    path.write_text(path.read_text(encoding="utf-8").replace("[run]", "[run]\nconsensus = 1.0"), encoding="utf-8")
    edition = run(open_workspace(workspace.folder), ("old", "new"))
    assert "sector" not in adopted(edition, "new", "gone-two")
    uncoded = edition.table("core_coding__uncoded").to_pylist()
    assert (unit_of(edition, "new", "gone-two"), "sector") in {(r["unit_id"], r["scheme"]) for r in uncoded}


def test_a_person_s_later_judgement_overrides_what_the_register_says(tmp_path: Path) -> None:
    left, right = sorted((record_id("old", "bus"), record_id("new", "bus-two")))
    other = Judgement(left, right, Verdict.DIFFERENT, "ann", "another line", "2026-11-26T00:00:00")
    edition = run(make_workspace(tmp_path / "w"), ("old", "new"), (other,))
    assert edition.table("core_coding__unit").num_rows == 6
    rows = [
        r
        for r in edition.table("core_resolve__judgement").to_pylist()
        if {r["left_id"], r["right_id"]} == {left, right}
    ]
    assert [(r["origin"], r["verdict"], r["counts"]) for r in rows] == [
        ("given", "same", False), ("made", "different", True),
    ]  # fmt: skip
    assert adopted(edition, "new", "bus-two")["track"] == ("service", "agreed_models", "m")


def test_the_order_of_imports_changes_no_unit_and_no_code(tmp_path: Path, both: Edition) -> None:
    other = run(make_workspace(tmp_path / "w"), ("new", "old"))
    for table in ("core_coding__unit", "core_coding__adopted", "core_resolve__judgement"):
        assert other.table(table).equals(both.table(table))
    assert other.edition_id == both.edition_id


def test_a_register_alone_keeps_its_records_and_tells_its_references(tmp_path: Path) -> None:
    edition = run(make_workspace(tmp_path / "w"), ("new",))
    assert edition.table("core_coding__unit").num_rows == 4
    assert edition.table("core_resolve__unresolved").num_rows == 3


# The embedded registers: 292 + 267 + 227 = 786 records; 30 and 31 name a starter record, each another one.
def test_the_embedded_registers_are_725_initiatives(demo_edition: Edition) -> None:
    records = demo_edition.table("core_records__record").to_pylist()
    assert Counter(row["register"] for row in records) == {"starter": 292, "europe": 267, "world": 227}
    given = Counter(row["judge"] for row in demo_edition.table("core_resolve__judgement").to_pylist())
    assert given == {"register europe": 30, "register world": 31}
    assert demo_edition.table("core_resolve__unresolved").num_rows == 0
    assert demo_edition.table("core_coding__unit").num_rows == 292 + 267 + 227 - 30 - 31 == 725


def test_no_initiative_of_the_demo_is_counted_twice(demo_edition: Edition) -> None:
    rows = demo_edition.table("core_resolve__assn_record_entity").to_pylist()
    assert len({row["entity_id"] for row in rows}) == len({row["unit_id"] for row in rows}) == 725
    sizes = Counter(row["unit_id"] for row in rows)
    assert Counter(sizes.values()) == {1: 725 - 61, 2: 61}
    hits = demo_edition.table("out_figures__assn_figure_unit").to_pylist()
    assert len(hits) == len({(row["figure_id"], row["unit_id"]) for row in hits})


def test_every_coding_of_the_demo_quotes_the_record_it_was_given_to(demo_edition: Edition) -> None:
    texts = {r["record_id"]: r["description_en"] for r in demo_edition.table("core_records__record").to_pylist()}
    for row in demo_edition.table("core_coding__adopted").to_pylist():
        assert (row["quote"] or "").casefold() in texts[row["record_id"]].casefold()


def test_codes_by_consensus_are_all_unsure_and_as_probable_as_the_settings_ask(demo_edition: Edition) -> None:
    rows: list[dict[str, Any]] = demo_edition.table("core_coding__adopted").to_pylist()
    found = [row for row in rows if row["why"] == "consensus"]
    assert found and all(row["unsure"] and row["probability"] >= 0.5 and row["n_coders"] >= 2 for row in found)
    kinds = {row["unit_id"]: row["code"] for row in rows if row["scheme"] == "kind"}
    for row in rows:
        if row["scheme"] in ("goal", "lab_type") and row["unit_id"] in kinds:
            assert (row["scheme"] == "lab_type") == (kinds[row["unit_id"]] == "living_lab")
