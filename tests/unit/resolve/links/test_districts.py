"""Parts of cities: what is linked, what stays unsure, and what the table may not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dynapolis.errors import BadContent
from dynapolis.model.district import Districts
from dynapolis.resolve.links.district import find_districts
from dynapolis.resolve.links.link import LinkUnit, Reason, Rule
from dynapolis.store.content import read_places, shipped
from dynapolis.store.districts import read_districts

MakeUnit = Callable[..., LinkUnit]
FILE = shipped() / "places" / "districts.csv"


@pytest.fixture(scope="module")
def table() -> Districts:
    return read_districts(FILE)


def found(unit: LinkUnit, table: Districts) -> Mapping[str, tuple[Rule, bool]]:
    links, unresolved = find_districts([unit], table)
    assert unresolved == []
    return {link.target_id: (link.rule, link.unsure) for link in links}


@pytest.mark.parametrize(
    "cell", ["Seocho-gu", "seocho gu", "Seochogu", "Seocho District", "Seocho", "서초구", "Socho-gu"]
)
def test_every_spelling_of_a_district_in_the_column_is_that_district(
    unit: MakeUnit, table: Districts, cell: str
) -> None:
    assert found(unit("p", district=cell), table) == {"seoul-seocho-gu": (Rule.CELL, False)}


def test_a_quarter_gives_the_district_it_lies_in(unit: MakeUnit, table: Districts) -> None:
    assert found(unit("p", district="Magok"), table) == {
        "seoul-magok": (Rule.CELL, False),
        "seoul-gangseo-gu": (Rule.WITHIN, False),
    }


def test_a_district_that_is_named_itself_needs_no_quarter(unit: MakeUnit, table: Districts) -> None:
    both = found(unit("p", district="Hongeun-dong; Seodaemun-gu"), table)
    assert both["seoul-seodaemun-gu"] == (Rule.CELL, False)


def test_a_stream_through_several_districts_is_unsure_in_each(unit: MakeUnit, table: Districts) -> None:
    links = found(unit("p", district="Cheonggyecheon"), table)
    assert links.pop("seoul-cheonggyecheon") == (Rule.CELL, False)
    assert len(links) == 4
    assert set(links.values()) == {(Rule.ONE_OF_SEVERAL, True)}


def test_text_is_read_only_where_the_column_is_empty_and_names_only_before_it(unit: MakeUnit, table: Districts) -> None:
    text = {"description_en": "As in Mapo-gu.", "lead_organisation": "Dongjak District Office"}
    assert set(found(unit("p", district="Seocho-gu", **text), table)) == {"seoul-seocho-gu"}
    assert found(unit("p", **text), table) == {"seoul-dongjak-gu": (Rule.LEAD, False)}
    assert set(found(unit("p", description_en="As in Mapo-gu."), table)) == {"seoul-mapo-gu"}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("description_ko", "사람의 동작을 감지하는 센서를 단다."),  # 동작: motion
        ("description_ko", "서울마포구로 옮긴다."),  # no word begins with 구로
        ("description_en", "The sejong-gu of Guroland"),
        ("description_en", "A guro in small letters"),
    ],
)
def test_words_that_look_like_districts_are_none(unit: MakeUnit, table: Districts, field: str, text: str) -> None:
    assert found(unit("p", **{field: text}), table) == {}


def test_districts_of_the_same_name_in_two_cities_stay_apart(unit: MakeUnit, table: Districts) -> None:
    assert set(found(unit("p", district="Jung-gu"), table)) == {"seoul-jung-gu"}
    assert set(found(unit("q", city="incheon", district="Jung-gu"), table)) == {"incheon-jung-gu"}


def test_a_name_that_is_not_in_the_table_is_listed(unit: MakeUnit, table: Districts) -> None:
    links, (item,) = find_districts([unit("p", district="Atlantis-gu")], table)
    assert links == []
    assert (item.quote, item.reason) == ("Atlantis-gu", Reason.NOT_IN_TABLE)


def test_seoul_has_its_25_districts_with_codes_of_its_own(table: Districts) -> None:
    seoul = [row for row in table.of_city["seoul"] if row.level == "autonomous_district"]
    assert len(seoul) == len({row.code for row in seoul}) == 25
    assert all(row.code and row.code.startswith("11") and len(row.code) == 5 for row in seoul)
    assert all(row.name_ko.endswith("구") and row.name_en.endswith("-gu") for row in seoul)


def test_every_district_lies_in_a_city_that_is_there(table: Districts) -> None:
    assert {row.city_id for row in table.rows} <= set(read_places(shipped() / "places" / "cities.yml").by_id)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (",서초구,", ",강남구,", "as of seoul-seocho-gu"),
        ("seoul-seocho-gu,seoul", "seoul-gangnam-gu,seoul", "each id once"),
        (",yes,seoul-gangseo-gu,,,legal_areas", ",yes,seoul-nowhere,,,legal_areas", "the id of another district"),
        (",yes,seoul-gangseo-gu,,,legal_areas", ",yes,seoul-gangseo-gu,,,hearsay", "one of register"),
        ("seoul-jongno-gu,seoul,autonomous_district", "seoul-jongno-gu,seoul,district", "24 of level"),
        ("autonomous_district", "realm", "input should be"),
    ],
)
def test_a_faulty_table_is_refused_with_every_fault(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = tmp_path / "districts.csv"
    path.with_suffix(".yml").write_bytes(FILE.with_suffix(".yml").read_bytes())
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadContent, match=told):
        read_districts(path)


def test_a_circle_of_districts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "districts.csv"
    path.with_suffix(".yml").write_bytes(FILE.with_suffix(".yml").read_bytes())
    header, *_ = FILE.read_text(encoding="utf-8").splitlines()
    rows = [f"x-{a},x,quarter,{a},{a},,yes,x-{b},,,register" for a, b in ("ab", "bc", "ca")]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(BadContent, match="within itself"):
        read_districts(path)
