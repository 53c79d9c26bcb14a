"""Content tables of populations and areas: every fault of both files, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynapolis.errors import BadContent
from dynapolis.store.content import ContentPaths, read_areas, read_population

HEADER = (
    "city_id,definition,year,value,source,source_country,source_name,locator,is_projection,record_type,reliability,"
    "source_year,footnote"
)
SOURCES = """\
sources:
  office: {title: Office, publisher: Office, licence: open, date: "2020", url: u, note: {en: n, ko: n},
           definitions: [place], record_types: [Census], reliabilities: [Final]}
links:
  - {city_id: oslo, source: office, country: Norway, name: Oslo}
"""


def faults(error: BadContent) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in error.faults]


def test_every_fault_of_a_population_is_told_with_its_line(tmp_path: Path) -> None:
    lines = [
        HEADER,
        "oslo,place,2010,1000,office,Norway,Oslo,1,no,Census,Final,2011,",
        "oslo,place,2010,1001,office,Norway,Oslo,2,no,Census,Final,2011,",  # the same figure twice
        "oslo,place,2011,many,office,Norway,Oslo,3,no,Census,Final,2011,",  # no number
        "oslo,agglomeration,2012,1000,office,Norway,Oslo,4,no,Census,Final,2012,",  # not of this source
        "oslo,place,2013,1000,office,Norway,Oslo,5,no,Rumour,Final,2013,",  # not in the closed list
        "oslo,place,2014,1000,office,Norway,Kristiania,6,no,Census,Final,2014,",  # no link has this name
        "oslo,place,2015,1000,hearsay,Norway,Oslo,7,no,,,,",  # no such source
        "oslo,place,2016,,office,Norway,Oslo,8,perhaps,Census,Final,2016,",  # no value, neither yes nor no
        "oslo,place,2017",  # too few cells
    ]
    (tmp_path / "own.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "own.yml").write_text(SOURCES, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read_population(tmp_path / "own.csv")
    assert sorted(faults(caught.value)) == [
        (3, "year"), (4, "value"), (5, "definition"), (6, "record_type"), (7, "source_name"), (8, "source"),
        (9, "is_projection"), (9, "value"), (10, ""),
    ]  # fmt: skip


def test_faults_of_the_description_are_told_with_their_lines(tmp_path: Path) -> None:
    text = SOURCES + "  - {city_id: oslo, source: office, country: Norway, name: Oslo}\n"
    text += "  - {city_id: oslo, source: hearsay, country: Norway, name: Christiania}\n"
    text = text.replace("record_types: [Census]", "record_types: [Census, Census]")
    (tmp_path / "own.csv").write_text(HEADER + "\n", encoding="utf-8")
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read_population(tmp_path / "own.csv")
    assert faults(caught.value) == [(3, "sources.office.record_types.1.record_types"), (6, "links.1.name"),
                                    (7, "links.2.source")]  # fmt: skip


AREAS = """\
sources:
  law: {title: Law, publisher: State, licence: act, date: "2020", url: u, note: {en: n, ko: n}, was_read: true}
parts:
  - {area_id: oslo, basis: urban_agglomeration, source: law, max_km: 20, is_complete: true,
     rules: [{country: "NO", admin2: ["3201"]}], note: {en: n, ko: n}}
"""


def test_every_fault_of_an_area_is_told_with_its_line(tmp_path: Path) -> None:
    lines = [
        "member_geonameid,member_name,country,area_id,basis,source",
        'a,Nowhere,"NO",oslo,urban_agglomeration,law',  # no id
        "7,Bærum,NO,oslo,urban_agglomeration,law",
        "7,Bærum,NO,oslo,urban_agglomeration,law",  # twice
        "8,Asker,NO,oslo,part_of_city,law",  # no such list
        "9,Lier,NO,oslo,neighbour,law",  # no such basis
    ]
    (tmp_path / "own.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "own.yml").write_text(AREAS, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read_areas(tmp_path / "own.csv")
    assert sorted(faults(caught.value)) == [
        (2, "member_geonameid"), (4, "member_geonameid"), (5, "area_id"), (6, "basis"),
    ]  # fmt: skip


def test_a_list_of_an_unknown_source_and_a_list_told_twice_are_faults(tmp_path: Path) -> None:
    again = AREAS.split("parts:\n")[1].replace("source: law", "source: hearsay")
    (tmp_path / "own.csv").write_text("member_geonameid,member_name,country,area_id,basis,source\n", encoding="utf-8")
    (tmp_path / "own.yml").write_text(AREAS + again, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read_areas(tmp_path / "own.csv")
    assert faults(caught.value) == [(6, "parts.1.basis"), (6, "parts.1.source")]


def test_what_is_shipped_has_no_fault() -> None:
    paths = ContentPaths.default()
    assert len(read_population(paths.population).rows) == 1144
    assert len(read_areas(paths.areas).members) > 2000
