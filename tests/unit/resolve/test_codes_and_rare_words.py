"""What coders took two records for, words that only the two have, and names that tell where a thing is."""

from __future__ import annotations

import pyarrow as pa
import pytest

from dynapolis.model.district import District
from dynapolis.resolve.compare.acronym import compare_acronyms
from dynapolis.resolve.compare.codes import compare_codes
from dynapolis.resolve.compare.evidence import NOTHING
from dynapolis.resolve.compare.examples import pair, several
from dynapolis.resolve.compare.name import compare_names
from dynapolis.resolve.compare.only import compare_only
from dynapolis.resolve.compare.place import compare_places
from dynapolis.resolve.initiatives import subject_table

LAB = ["track:living_lab", "sector:energy", "lab_type:demonstration"]


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (LAB, 3),
        (["track:living_lab", "sector:transport", "lab_type:demonstration"], 2),
        (["track:industry", "sector:energy", "goal:startup_support"], 1),
        (["track:industry", "sector:transport", "goal:startup_support"], 0),
        ([*LAB, "track:industry", "sector:transport"], 3),  # one coder of several is enough
        ([], NOTHING),
    ],
)
def test_questions_answered_alike_are_counted(other: list[str], level: int) -> None:
    one, two = pair({"codes": LAB}, {"codes": other})
    assert compare_codes(one, two).level == compare_codes(two, one).level == level


def others(*names: str, city: str = "porto") -> list[dict[str, str]]:
    return [{"name": name, "city": city} for name in names]


def test_a_word_that_a_third_record_has_is_no_word_of_two_only() -> None:
    rest = others("Open Street", "Green Roofs", "Water Works", "Air Watch")
    one, two, *_ = several(*others("Grow Smarter", "GrowSmarter Arsta"), *rest)
    assert compare_only(one, two).values["shared"] == "growsmarter"
    assert compare_only(one, two).level == 2
    third, *_ = rest
    one, two, *_ = several(*others("Grow Smarter", "GrowSmarter Arsta"), *others("Growsmarter days"), *rest)
    assert compare_only(one, two).level == 0
    told = {**third, "text": "It goes on where growsmarter ended."}
    one, two, *_ = several(*others("Grow Smarter", "GrowSmarter Arsta"), told, *rest)
    assert compare_only(one, two).level == 1


def test_the_name_of_the_city_and_small_cities_tell_nothing() -> None:
    rest = others("Open Street", "Green Roofs", "Water Works", "Air Watch")
    one, two, *_ = several(*others("Porto Lights", "Porto Ducts"), *rest)
    assert compare_only(one, two).level == 0
    one, two = several(*others("Dock Zones", "Zones by the Dock"))
    assert compare_only(one, two).level == NOTHING
    one, two, *_ = several({"name": "Dock Zones", "city": "porto"}, {"name": "Dock Zones", "city": "lyon"}, *rest)
    assert compare_only(one, two).level == NOTHING


def test_the_parts_of_the_city_and_its_abbreviation_are_no_words_of_two_only() -> None:
    rest = others("Open Street", "Green Roofs", "Water Works", "Air Watch")
    dock = {"parts": ["Dock"], "part_names": ["Dock", "Cais"]}
    one, two, *_ = several(*(row | dock for row in others("Dock Lights", "Ducts of Cais Dock")), *rest)
    assert compare_only(one, two).level == 0
    assert compare_places(one, two).level == 5
    one, two, *_ = several(*others("PRT Lights", "PRT Ducts"), *rest)
    assert compare_only(one, two).level == 0
    assert compare_acronyms(one, two).level == NOTHING


def test_a_part_of_many_records_tells_no_more_than_the_city() -> None:
    row = {"city": "porto", "parts": ["Dock"], "part_names": ["Dock"]}
    few = several(*({**row, "name": str(n)} for n in range(4)))
    assert compare_places(few[0], few[1]).level == 5
    many = several(*({**row, "name": str(n)} for n in range(5)))
    assert compare_places(many[0], many[1]).level == 4


def test_the_first_letters_of_an_organisation_are_no_acronym_of_its_initiatives() -> None:
    lead = {"lead": "Northern Technical University"}
    one, two = pair({"name": "NTU Lights"} | lead, {"name": "Ducts (NTU)"} | lead)
    assert one.acronyms == frozenset()
    assert compare_acronyms(one, two).level == NOTHING
    one, two = pair({"name": "NTU Lights"}, {"name": "Ducts (NTU)"})
    assert compare_acronyms(one, two).level == 3


def test_a_thing_in_a_place_is_not_the_place() -> None:
    alike = compare_names(*pair({"name": "Smart ICT Royal Seaport"}, {"name": "Royal Seaport"}))
    inside = compare_names(*pair({"name": "Smart ICT in Royal Seaport"}, {"name": "Royal Seaport"}))
    assert inside.key == "name_place_of_other"
    assert inside.score < alike.score
    assert compare_names(*pair({"name": "Lab in Town"}, {"name": "Lab in Town"})).level == 7


def test_only_primary_codes_of_the_questions_are_seen() -> None:
    columns = (
        "record_id", "register", "name", "name_local", "city_id", "lead_organisation", "source_url", "description_en",
        "district", "evidence",
    )  # fmt: skip
    record = dict.fromkeys(columns, "x") | {"partners": ["y"], "start_year": 2020, "end_year": None}
    records = pa.Table.from_pylist(
        [record],
        pa.schema(
            [
                *((name, pa.string()) for name in columns),
                ("partners", pa.list_(pa.string())),
                *((name, pa.int64()) for name in ("start_year", "end_year")),
            ]
        ),
    )
    said = [("sector", 0, "energy"), ("sector", 1, "transport"), ("stage", 0, "pilot"), ("track", 0, "unknown")]
    codings = pa.Table.from_pylist(
        [{"record_id": "x", "scheme": scheme, "position": n, "code": code} for scheme, n, code in said]
    )
    (row,) = subject_table(records, codings).to_pylist()
    assert row["codes"] == ["sector:energy"]
    assert row["text"] == "x x x"
    dock = District(
        district_id="d", city_id="x", level="quarter", name_en="Dock", name_ko="도크", variants="Cais", in_text=True,
        source="register",
    )  # fmt: skip
    (row,) = subject_table(records, codings, {"x": [dock]}).to_pylist()
    assert row["parts"] == ["Dock"]
    assert set(row["part_names"]) == {"Dock", "도크", "Cais"}
    assert subject_table(records).to_pylist()[0]["codes"] == []
