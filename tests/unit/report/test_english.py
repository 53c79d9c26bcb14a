"""English plural, article and lists against hand-made cases and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadUse, UnknownReading
from dynapolis.report.english import article, join_list, plural


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
    "word",
    [
        "city", "living lab", "university", "unique", "union", "unit", "unimodal", "European", "euro", "user", "useful",
        "utility", "Utrecht", "one-off", "one city", "once", "Uruguay", "Ukraine", "house", "hospital", "historic",
        "year", "Yeongdeungpo", "UN", "UK", "UNESCO", "UNICEF", "NATO", "NUTS", "SUMP", "SUMPs", "SMART", "PhD", "kWh",
        "T-shirt", "U-turn", "B2B", "3D", "5G", "1", "7", "10", "12", "90", "100", "110", "111",
        "180", "1,100", "1,800", "1,856", "2022", "0.8", "1.8", "€1m", "Łódź", "'city'", "(new) city", "STEM",
    ],
)  # fmt: skip
def test_a_stands_before_a_consonant_sound(word: str) -> None:
    assert article(word) == "a"


@pytest.mark.parametrize(
    "word",
    [
        "index", "area", "Amsterdam", "hour", "hourly", "honest", "honour", "honor", "heir", "uninformed",
        "unimportant", "unidentified", "urban", "Ulsan", "umbrella", "onerous", "Oulu", "Évora", "Örebro", "Østfold",
        "Ystad", "Eunpyeong-gu", "Euljiro", "EU", "EU-funded", "SME", "SMEs", "LL", "HEIs", "R&D", "R&BD", "AI", "MSc",
        "MWh", "ENoLL", "IoT", "H2020", "X-ray", "e-scooter", "S", "LED", "8", "80", "85.2",
        "800", "8,000", "8%", "8th", "11", "11,000", "11th", "18", "18-month", "18,500", "1856", "1100", "€8m", "“AI”",
    ],
)  # fmt: skip
def test_an_stands_before_a_vowel_sound(word: str) -> None:
    assert article(word) == "an"


def test_a_long_acronym_without_vowels_is_spelled_out() -> None:
    assert article("UNFCCC") == "a"


@pytest.mark.parametrize("word", ["", " ", "서울", "-8", "…", "ὅρα", "𗀀"])
def test_an_article_before_an_unknown_sound_is_refused(word: str) -> None:
    with pytest.raises(BadUse, match="article"):
        article(word)


def first_english_word(n: int) -> str:
    """First word of a number spelled out in English (12,345 begins with twelve)."""
    while n >= 1000:
        n //= 1000
    if n >= 100:
        n //= 100
    small = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    teens = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    return (small + teens)[n] if n < 20 else tens[n // 10 - 2]


@given(st.integers(0, 10**12) | st.integers(0, 20_000))
def test_numbers_agree_with_their_english_spelling(n: int) -> None:
    word = first_english_word(n)
    assert article(f"{n:,}") == ("an" if word[0] in "aeiou" and word != "one" else "a")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_word_gets_an_article_or_is_refused(word: str) -> None:
    message = ""
    try:
        article(word)
    except BadUse as refusal:
        message = str(refusal)
    assert not message or repr(word) in message


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
