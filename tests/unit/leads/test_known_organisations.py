"""What lists know of the organisations that records name: the same name in the same place, and nothing by likeness."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dynapolis.leads.organisations import Listed, Named, find_listed, known_rows
from dynapolis.resolve.links.known import organisation_key
from dynapolis.store import content
from dynapolis.store.areas import read_areas
from dynapolis.store.editions import find_edition
from dynapolis.store.known_organisations import read_known_organisations
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace

BODIES = """
name: bodies
holds: leads
title: {en: "Invented organisations", ko: "지어낸 기관"}
publisher: {name: "Nobody", official: false}
licence: {name: MIT, terms: open, checked: "2026-11-27", note: {en: "Invented.", ko: "지어냈다."}}
date: "2026"
languages: [en]
convenience_sample: false
does_not_measure: {en: "Anything.", ko: "아무것도 재지 않는다."}
tables:
  - name: organisation
    holds: organisation
    files: ["organisations.csv"]
    key: [pic]
    fields:
      pic: {property: organisation_id, required: true}
      name: {property: organisation_name, required: true}
      country: country
      city: town
      postcode: postcode
      source: origin
    expect: {min_records: 1, max_records: 10}
"""
PATHS = content.ContentPaths.default()


def named(name: str, *cities: str, countries: tuple[str, ...] = ("NL",)) -> Named:
    return Named(name, organisation_key(name), frozenset(cities), frozenset(countries))


def listed(name: str, **told: Any) -> Listed:
    given = {
        "register": "list",
        "pic": "999999999",
        "ror_id": "",
        "kind": "",
        "is_sme": None,
        "town": "",
        "country": "NL",
    }
    return Listed(name=name, **{**given, "iso": "NL", **told})


def test_a_list_knows_an_organisation_of_the_same_name_and_city() -> None:
    there = listed("WAAG BV", city_id="amsterdam", is_sme=True, kind="PRC", town="AMSTERDAM", ror_id="04pvpzj22")
    (row,) = known_rows([named("Waag", "amsterdam")], [there])
    assert (row.name, row.pic, row.ror_id, row.is_sme, row.helix) == ("Waag", "999999999", "04pvpzj22", True, "private")
    assert "WAAG BV, AMSTERDAM, NL, PRC" in row.why


@pytest.mark.parametrize(
    ("name", "told", "found"),
    [
        ("Waag", {"city_id": "helsinki"}, False),  # one word, and elsewhere
        ("Bus Works", {"city_id": None}, True),  # two words, the only one, in the country
        ("Bus Works", {"city_id": None, "iso": "FI"}, False),  # another country
        ("Bus Works", {"city_id": None, "pic": ""}, False),  # nothing is known of it but its name
    ],
)
def test_an_organisation_elsewhere_counts_only_where_it_is_the_only_one(
    name: str, told: dict[str, Any], found: bool
) -> None:
    assert bool(known_rows([named(name, "amsterdam")], [listed(name, **told)])) is found


def test_two_of_one_name_elsewhere_are_nobody() -> None:
    both = [listed("Bus Works"), listed("Bus Works", pic="888888888")]
    assert known_rows([named("Bus Works", "amsterdam")], both) == []


def test_lists_that_disagree_say_nothing_of_size_and_helix() -> None:
    both = [
        listed("Waag", city_id="amsterdam", is_sme=True, kind="PRC"),
        listed("Waag", city_id="amsterdam", is_sme=False, kind="HES", register="other"),
    ]
    (row,) = known_rows([named("Waag", "amsterdam")], both)
    assert (row.is_sme, row.helix) == (None, None)


def test_seats_identifiers_and_sure_ror_ids_are_read_from_tables(tmp_path: Path) -> None:
    organisations = [
        {
            "organisation_id": "999999999",
            "organisation_name": "GEMEENTE AMSTERDAM",
            "town": "AMSTERDAM",
            "country": "NL",
        },
        {
            "organisation_id": "888888888",
            "organisation_name": "AALTO-KORKEAKOULUSAATIO",
            "town": "ESPOO",
            "country": "FI",
        },
        {"organisation_id": "7", "organisation_name": "City of Amsterdam", "town": "Utrecht", "country": "NL"},
    ]
    crosswalk = [
        {"organisation_id": "999999999", "ror_id": "https://ror.org/003h0ev22", "confidence": "high"},
        {"organisation_id": "777777777", "ror_id": "no id", "confidence": "high"},
        {"organisation_id": "888888888", "ror_id": "020hwjq30", "confidence": "medium"},
    ]
    tables = {}
    for name, rows in (("organisation", organisations), ("crosswalk", crosswalk)):
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / f"{name}.parquet")
        tables[name] = tmp_path / f"{name}.parquet"
    wanted = frozenset({organisation_key("City of Amsterdam"), organisation_key("Aalto-korkeakoulusäätiö")})
    found = find_listed({"list": tables}, wanted, content.read_places(PATHS.places), read_areas(PATHS.areas), {})
    told = {(item.name, item.pic, item.ror_id, item.city_id, item.iso) for item in found}
    assert ("GEMEENTE AMSTERDAM", "999999999", "003h0ev22", "amsterdam", "NL") in told
    assert ("AALTO-KORKEAKOULUSAATIO", "888888888", "", "helsinki", "FI") in told  # Espoo lies in the area
    assert (
        "City of Amsterdam",
        "",
        "",
        None,
        "NL",
    ) in told  # a number of seven digits is no PIC; Utrecht is no city here


def test_the_command_writes_a_table_that_a_run_uses(
    cli: Callable[..., Any], fictional: Callable[..., Workspace], tmp_path: Path
) -> None:
    folder = fictional(tmp_path / "workspace").folder
    (tmp_path / "organisations.csv").write_text(
        "pic,name,country,city,postcode,source\n900000001,VOLT WORKS BV,NL,Somewhere,1000,example\n"
        "900000002,ALDERN UNIVERSITY,BE,Brimby,1000,example\n",
        encoding="utf-8",
    )
    (folder / "own" / "registers" / "bodies").mkdir()
    (folder / "own" / "registers" / "bodies" / "register.yml").write_text(BODIES, encoding="utf-8")
    result = cli("import", tmp_path / "organisations.csv", "--register", "bodies", "--workspace", folder)
    assert result.exit_code == 0, result.output
    result = cli("leads", "organisations", "--out", folder / "known.csv", "--workspace", folder, "--json")
    assert result.exit_code == 0, result.output
    rows = read_known_organisations(folder / "known.csv")
    found = [row for row in rows if row.who.startswith("rule")]
    assert [(row.name, row.pic) for row in found] == [("Volt Works", "900000001")]
    settings = (folder / SETTINGS).read_text(encoding="utf-8") + 'known_organisations = "known.csv"\n'
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    assert cli("run", "--workspace", folder).exit_code == 0
    workspace = open_workspace(folder)
    ledger = workspace.open_ledger()
    try:
        edition = find_edition(workspace.editions, ledger, None)
    finally:
        ledger.close()
    pics = {row["name"]: row["pics"] for row in edition.table("out_links__organisation").to_pylist()}
    assert pics["Volt Works"] == ["900000001"]
    assert pics["Aldern University"] == []
    assert edition.content.known_organisations.read_bytes() == (folder / "known.csv").read_bytes()


def test_without_lists_the_command_says_what_to_do(
    cli: Callable[..., Any], fictional: Callable[..., Workspace], tmp_path: Path
) -> None:
    folder = fictional(tmp_path / "workspace").folder
    result = cli("leads", "organisations", "--out", tmp_path / "known.csv", "--workspace", folder)
    assert result.exit_code == 2
    assert "import a register of leads" in result.output
    assert not (tmp_path / "known.csv").exists()
