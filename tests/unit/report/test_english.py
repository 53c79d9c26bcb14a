"""English plural, article and lists against hand-made cases and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadUse, UnknownReading
from dynapolis.report.english import fill_english, join_list, plural


@pytest.mark.parametrize(
    ("n", "singular", "expected"),
    [
        (1, "city", "1 city"),
        (0, "city", "0 cities"),
        (3, "living lab", "3 living labs"),
        (2, "survey", "2 surveys"),
        (1088, "project", "1,088 projects"),
        (2, "bus", "2 buses"),
        (2, "box", "2 boxes"),
        (2, "branch", "2 branches"),
        (2, "dish", "2 dishes"),
        (2, "waltz", "2 waltzes"),
        (2, "analysis", "2 analyses"),
        (2, "person", "2 people"),
        (2, "Person", "2 People"),
        (2, "index", "2 indices"),
        (2, "time series", "2 time series"),
        (2, "SME", "2 SMEs"),
        (2, "GPS", "2 GPSs"),
        (2, "house", "2 houses"),
        (2, "code", "2 codes"),
        (2, "tech", "2 techs"),
        (2, "municipality", "2 municipalities"),
    ],
)
def test_a_count_takes_the_right_number(n: int, singular: str, expected: str) -> None:
    assert plural(n, singular) == expected


def test_a_given_plural_is_used_for_every_count_but_one() -> None:
    assert [plural(n, "index", "indexes") for n in (0, 1, 2)] == ["0 indexes", "1 index", "2 indexes"]
    assert plural(2, "lab (closed)", "labs (closed)") == "2 labs (closed)"


@pytest.mark.parametrize("singular", ["", "lab (closed)", "도시", "m²"])
def test_an_unknown_plural_is_refused(singular: str) -> None:
    with pytest.raises(BadUse, match="Give the plural form"):
        plural(2, singular)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(BadUse, match="-1"):
        plural(-1, "city")


@given(st.integers(2, 10**9), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1))
def test_the_plural_does_not_depend_on_the_count(n: int, noun: str) -> None:
    assert plural(n, noun).split(" ", 1)[1] == plural(0, noun).split(" ", 1)[1]
    assert plural(1, noun) == f"1 {noun}"


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{n:record} behind: {what}", {"n": "1", "what": "x"}, "1 record behind: x"),
        ("{n:living lab}, {m:city}", {"n": "1,088", "m": "0"}, "1,088 living labs, 0 cities"),
        ("no place {{here}}", {}, "no place {here}"),
    ],
)
def test_a_text_counts_its_nouns(template: str, values: dict[str, str], expected: str) -> None:
    assert fill_english(template, values) == expected


@pytest.mark.parametrize(("template", "values"), [("{n:record}", {"n": "many"}), ("{n}", {})])
def test_a_place_without_a_value_or_a_count_is_refused(template: str, values: dict[str, str]) -> None:
    with pytest.raises(BadUse):
        fill_english(template, values)


@pytest.mark.parametrize(
    ("items", "lang", "expected"),
    [
        (["A"], "en", "A"),
        (["A", "B"], "en", "A and B"),
        (["A", "B", "C"], "en", "A, B and C"),
        (["서울"], "ko", "서울"),
        (["서울", "파리"], "ko", "서울과 파리"),
        (["파리", "서울"], "ko", "파리와 서울"),
        (["A", "B"], "ko", "A와 B"),
        (["서울", "파리", "부산"], "ko", "서울, 파리, 부산"),
    ],
)
def test_lists_are_joined_as_each_language_does(items: list[str], lang: str, expected: str) -> None:
    assert join_list(items, lang) == expected


def test_a_korean_pair_uses_the_reading_of_its_first_item() -> None:
    assert join_list(["Tech Central", "서울"], "ko", {"Tech Central": "테크 센트럴"}) == "Tech Central과 서울"
    with pytest.raises(UnknownReading):
        join_list(["Tech Central", "서울"], "ko")


def test_an_empty_list_and_another_language_are_refused() -> None:
    with pytest.raises(BadUse, match="no items"):
        join_list([], "en")
    with pytest.raises(BadUse, match="'fr'"):
        join_list(["A"], "fr")


@given(st.lists(st.text("ABCD", min_size=1, max_size=5), min_size=1), st.sampled_from(["en", "ko"]))
def test_every_item_stands_in_the_list_in_its_order(items: list[str], lang: str) -> None:
    position = 0
    for item in items:
        position = join_list(items, lang).index(item, position) + len(item)
