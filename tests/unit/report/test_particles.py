"""Particles against hand-made cases, laws, and readings made by another method."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadUse, DynapolisError, UnknownReading
from dynapolis.report.particles import PAIRS, FinalSound, ParticlePair, attach, fill, final_sound, particle

VOWEL, RIEUL, CONSONANT = FinalSound.VOWEL, FinalSound.RIEUL, FinalSound.CONSONANT


# --- Independent readings -------------------------------------------------------------------------------------------


def sound_by_decomposition(syllable: str) -> FinalSound:
    """Final sound found by decomposing the syllable into letters, not by arithmetic."""
    letters = unicodedata.normalize("NFD", syllable)
    if len(letters) == 2:
        return VOWEL
    return RIEUL if letters[2] == "\N{HANGUL JONGSEONG RIEUL}" else CONSONANT


def spell_out(number: int) -> str:
    """The whole number in Hangul, group of four digits by group of four digits."""
    if number == 0:
        return "영"
    words: list[str] = []
    for myriad in ("", "만", "억", "조", "경"):
        number, group = divmod(number, 10_000)
        if not group:
            continue
        word = ""
        for size, place in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
            digit = group // size % 10
            if digit:
                word += " 일이삼사오육칠팔구"[digit] + place
        words.insert(0, word + myriad)
    assert number == 0, "too large for this reader"
    return "".join(words)


def test_the_independent_reader_spells_known_numbers() -> None:
    assert spell_out(1088) == "일천팔십팔"
    assert spell_out(20_000) == "이만"
    assert spell_out(306) == "삼백육"
    assert spell_out(1_0000_0000) == "일억"


# --- Cases counted by hand ------------------------------------------------------------------------------------------

FROM_THE_DESIGN = [
    ("리빙랩(206개)", "은", "리빙랩(206개)은"),
    ("암스테르담(Amsterdam)", "은", "암스테르담(Amsterdam)은"),
    ("10", "으로", "10으로"),
    ("100", "은", "100은"),
    ("10,000", "이", "10,000이"),
    ("1,088", "을", "1,088을"),
    ("2022", "는", "2022는"),
    ("83.2%", "을", "83.2%를"),
    ("83.2%", "은", "83.2%는"),
    ("83.2%", "이", "83.2%가"),
    ("50%", "을", "50%를"),
    ("3.1%p", "으로", "3.1%p로"),
    ("SM", "은", "SM은"),
    ("URL", "을", "URL을"),
    ("ICT", "은", "ICT는"),
    ("AI", "을", "AI를"),
    ("R&BD", "이", "R&BD가"),
    ("서울", "으로", "서울로"),
    ("12 km", "을", "12 km를"),
    ("84㎡", "은", "84㎡는"),
    ("5MW", "이", "5MW가"),
]

HANGUL = [
    ("도시", "은", "도시는"),
    ("부산", "은", "부산은"),
    ("부산", "으로", "부산으로"),
    ("서울", "은", "서울은"),
    ("서울", "을/를", "서울을"),
    ("서울", "과", "서울과"),
    ("파리", "과", "파리와"),
    ("리빙랩", "이다", "리빙랩이다"),
    ("프로젝트", "이다", "프로젝트다"),
    ("실증", "이나", "실증이나"),
    ("연구", "나", "연구나"),
    ("혁신", "라는", "혁신이라는"),
    ("지표", "이라는", "지표라는"),
    ("실패", "라고", "실패라고"),
    ("성공", "이라고/라고", "성공이라고"),
    ("3~9위", "으로", "3~9위로"),
    ("306개", "은", "306개는"),
    ("15명", "이", "15명이"),
    ("ㄱ", "은", "ㄱ은"),
    ("ㄹ", "으로", "ㄹ로"),
    ("ㅎ", "을", "ㅎ을"),
    ("ㅏ", "을", "ㅏ를"),
    ("ㅄ", "이", "ㅄ이"),
]

NUMBERS = [
    ("0", "이", "0이"),
    ("1", "으로", "1로"),
    ("2", "으로", "2로"),
    ("3", "으로", "3으로"),
    ("7", "으로", "7로"),
    ("9", "은", "9는"),
    ("20", "을", "20을"),
    ("1,000", "이", "1,000이"),
    ("1,000,000", "으로", "1,000,000으로"),
    ("100000000", "은", "100000000은"),
    ("1,000,000,000,000", "은", "1,000,000,000,000는"),
    ("83.2", "은", "83.2는"),
    ("83.20", "은", "83.20은"),
    ("28.1", "으로", "28.1로"),
    ("0.05", "을", "0.05를"),
    ("-3.6", "으로", "-3.6으로"),
    ("−4", "이", "−4가"),
    ("25.5~30.9", "을", "25.5~30.9를"),
    ("3–9", "으로", "3–9로"),
    ("007", "은", "007은"),
    ("2022.3.10", "은", "2022.3.10은"),
    ("１０", "은", "１０은"),
    ("Horizon 2020", "은", "Horizon 2020은"),
]

SIGNS_AND_UNITS = [
    ("％", "을", "％를"),
    ("3㎞", "으로", "3㎞로"),
    ("3 m²", "을", "3 m²를"),
    ("100m2", "을", "100m2를"),
    ("7 kWh", "이", "7 kWh가"),
    ("1.2 GWh", "은", "1.2 GWh는"),
    ("5 km²", "과", "5 km²와"),
    ("5 m", "은", "5 m는"),
    ("20cm", "은", "20cm는"),
    ("30 kg", "을", "30 kg을"),
    ("30t", "으로", "30t으로"),
    ("3만 t", "은", "3만 t은"),
    ("km", "은", "km는"),
    ("10L", "은", "10L는"),
    ("21℃", "은", "21℃는"),
    ("€100", "을", "€100를"),
    ("€25–30", "을", "€25–30를"),
    ("€100만", "은", "€100만는"),
    ("US$5 million", "은", "US$5 million는"),
    ("₩1,000", "이", "₩1,000이"),
    ("100 EUR", "을", "100 EUR를"),
]

ACRONYMS = [
    ("L", "으로", "L로"),
    ("M", "은", "M은"),
    ("N", "으로", "N으로"),
    ("R", "은", "R은"),
    ("R", "으로", "R로"),
    ("VR", "을", "VR을"),
    ("W", "은", "W는"),
    ("5G", "은", "5G는"),
    ("CO2", "을", "CO2를"),
    ("CO₂", "은", "CO₂는"),
    ("A1", "은", "A1은"),
    ("A1", "으로", "A1로"),
    ("4IR", "은", "4IR은"),
    ("COVID-19", "은", "COVID-19는"),
    ("B2B", "이", "B2B가"),
    ("서울AI", "은", "서울AI는"),
    ("U.S.", "은", "U.S.는"),
    ("R&D", "과", "R&D와"),
    ("ＡＩ", "은", "ＡＩ는"),
]

BRACKETS_AND_QUOTES = [
    ("“리빙랩”", "은", "“리빙랩”은"),
    ("'서울(Seoul)'", "으로", "'서울(Seoul)'로"),
    ("서울(서울특별시(Seoul [KR]))", "으로", "서울(서울특별시(Seoul [KR]))로"),
    ("서울 (Seoul)", "은", "서울 (Seoul)은"),
    ("부산[2]", "은", "부산[2]은"),
    ("‘도시’(2022)", "은", "‘도시’(2022)는"),
    ("『도시법』", "은", "『도시법』은"),
    ("〈표 1〉", "으로", "〈표 1〉로"),
    ("(주)", "은", "(주)는"),
    ("「(서울)」", "은", "「(서울)」은"),
    ("리빙랩（206개）", "은", "리빙랩（206개）은"),
    ("서울(가)(나)", "으로", "서울(가)(나)로"),
    ("왜 도시인가?", "은", "왜 도시인가?는"),
    ("30%(306개)", "은", "30%(306개)는"),
]


@pytest.mark.parametrize(
    ("text", "pair", "expected"),
    FROM_THE_DESIGN + HANGUL + NUMBERS + SIGNS_AND_UNITS + ACRONYMS + BRACKETS_AND_QUOTES,
)
def test_the_particle_follows_the_reading(text: str, pair: str, expected: str) -> None:
    assert attach(text, pair) == expected


@pytest.mark.parametrize(
    ("text", "reading", "pair", "expected"),
    [
        ("Madrid International Lab", "마드리드 인터내셔널 랩", "은", "Madrid International Lab은"),
        ("Women in tech", "위민 인 테크", "은", "Women in tech는"),
        ("Tech Central", "테크 센트럴", "으로", "Tech Central로"),
        ("MP3", "엠피쓰리", "을", "MP3를"),
        ("서울", "소울시", "을", "서울를"),
        ("", "빈칸", "은", "은"),
    ],
)
def test_a_reading_wins_over_the_text(text: str, reading: str, pair: str, expected: str) -> None:
    assert attach(text, pair, reading) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Madrid International Lab", "Women in tech", "Malmö", "MALMÖ", "IoT", "Web3", "ENoLL", "5th", "10x", "Mm",
        "RUGGEDISED", "UNALAB", "URBAN LAB", "Phase III", "IX", "", "   ", "()", "''", "서울 ", "서울,", "서울市",
        "東京", "1/2", "1 / 2", "½", "10²", "10^3", "10+", "2022. 3. 10.", "서울1)", "서울(1]", "25㎍/㎥", "원/kWh",
        "km/h", "방 m", "10dm²", "1" + "0" * 24, "α", "ᄀ", "😀",
    ],
)  # fmt: skip
def test_an_unknown_reading_is_refused(text: str) -> None:
    with pytest.raises(UnknownReading, match="reading_ko"):
        final_sound(text)


def test_the_refusal_says_what_was_found_and_what_to_do() -> None:
    with pytest.raises(UnknownReading) as caught:
        attach("Madrid International Lab", "은")
    message = str(caught.value)
    assert "'Madrid International Lab'" in message
    assert "'Lab'" in message
    assert "Give it a reading_ko" in message
    assert isinstance(caught.value, DynapolisError)


@pytest.mark.parametrize("reading", ["", "Lab", "랩(Lab)", "랩 ", "3", "ㄱ"])
def test_a_reading_that_does_not_end_in_hangul_is_refused(reading: str) -> None:
    with pytest.raises(UnknownReading, match="does not end in a Hangul syllable"):
        final_sound("서울", reading)


@pytest.mark.parametrize("name", ["", "의", "은(는)", "는/은", "이 ", "에서"])
def test_an_unknown_particle_is_refused(name: str) -> None:
    with pytest.raises(BadUse, match="은/는"):
        particle("서울", name)


# --- Laws -----------------------------------------------------------------------------------------------------------

syllables = st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣"))
hangul = st.text(syllables, min_size=1, max_size=6)
pairs = st.sampled_from(PAIRS)
pair_names = pairs.flatmap(
    lambda pair: st.sampled_from([pair.after_consonant, pair.after_vowel, f"{pair.after_consonant}/{pair.after_vowel}"])
)


def test_every_syllable_agrees_with_its_decomposition() -> None:
    every = [chr(code) for code in range(ord("가"), ord("힣") + 1)]
    assert len(every) == 11_172
    assert [s for s in every if final_sound(s) is not sound_by_decomposition(s)] == []


def test_every_number_up_to_20000_agrees_with_its_full_spelling() -> None:
    wrong = [n for n in range(20_001) if final_sound(str(n)) is not sound_by_decomposition(spell_out(n)[-1])]
    assert wrong == []


@given(st.integers(0, 10**20 - 1))
def test_large_numbers_agree_with_their_full_spelling(number: int) -> None:
    assert final_sound(str(number)) is sound_by_decomposition(spell_out(number)[-1])


@given(st.integers(1, 9), st.integers(0, 19))
def test_round_numbers_agree_with_their_full_spelling(digit: int, zeros: int) -> None:
    number = digit * 10**zeros
    assert final_sound(f"{number:,}") is sound_by_decomposition(spell_out(number)[-1])


@given(st.integers(0, 10**15))
def test_separators_and_signs_do_not_change_a_number(number: int) -> None:
    assert final_sound(f"{number:,}") is final_sound(str(number)) is final_sound(f"-{number}")


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6))
def test_decimals_are_read_digit_by_digit(whole: int, decimals: str) -> None:
    assert final_sound(f"{whole:,}.{decimals}") is sound_by_decomposition("영일이삼사오육칠팔구"[int(decimals[-1])])


def test_only_l_m_n_and_r_end_in_a_consonant() -> None:
    capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert {c for c in capitals if final_sound(c) is CONSONANT} == {"M", "N"}
    assert {c for c in capitals if final_sound(c) is RIEUL} == {"L", "R"}


def test_hangul_letters_are_read_by_their_names() -> None:
    letters = [chr(code) for code in range(ord("ㄱ"), ord("ㅣ") + 1)]
    assert len(letters) == 51
    assert [c for c in letters if final_sound(c) is VOWEL] == letters[30:]
    assert [c for c in letters if final_sound(c) is RIEUL] == ["ㄹ"]


@given(hangul, pairs)
def test_exactly_one_of_the_two_forms_is_chosen(text: str, pair: ParticlePair) -> None:
    forms = {pair.after_consonant, pair.after_vowel}
    names = [*forms, f"{pair.after_consonant}/{pair.after_vowel}"]
    chosen = {particle(text, name) for name in names}
    assert len(chosen) == 1
    assert chosen < forms


@given(hangul)
def test_rieul_differs_from_a_consonant_only_before_ro(text: str) -> None:
    sound = final_sound(text)
    for pair in PAIRS:
        takes_consonant_form = particle(text, pair.after_vowel) == pair.after_consonant
        if pair.after_vowel == "로":
            assert takes_consonant_form == (sound is CONSONANT)
        else:
            assert takes_consonant_form == (sound is not VOWEL)


@given(hangul, pair_names)
def test_attaching_adds_the_particle_and_nothing_else(text: str, pair: str) -> None:
    assert attach(text, pair) == text + particle(text, pair)


@given(hangul, pair_names)
def test_decomposed_hangul_gives_the_same_sentence(text: str, pair: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert attach(decomposed, pair) == attach(text, pair)
    assert attach("Lab", pair, decomposed) == attach("Lab", pair, text)
    assert particle(text, unicodedata.normalize("NFD", pair)) == particle(text, pair)
    template = unicodedata.normalize("NFD", f"{{도시:{pair}}}")
    assert fill(template, {"도시": text}) == fill(f"{{도시:{pair}}}", {unicodedata.normalize("NFD", "도시"): text})


asides = st.recursive(
    st.text(st.characters(exclude_characters="()[]{}（）［］｛｝【】〔〕", exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.builds(
        lambda brackets, a, b: f"{a}{brackets[0]}{b}{brackets[1]}", st.sampled_from(["()", "[]", "（）"]), inner, inner
    ),
    max_leaves=4,
)


@given(hangul, asides, st.sampled_from(["({})", "[{}]", " ({})", "（{}）", "({})’"]))
def test_what_stands_in_a_trailing_bracket_does_not_matter(text: str, aside: str, shape: str) -> None:
    assert final_sound(text + shape.replace("{}", aside)) is final_sound(text)


@given(hangul, st.sampled_from(["“{}”", "'{}'", '"{}"', "『{}』", "‘“{}”’", "〈{}〉", "({})", "[{}]"]))
def test_marks_around_the_whole_text_do_not_matter(text: str, shape: str) -> None:
    assert final_sound(shape.format(text)) is final_sound(text)


@given(st.text(), hangul)
def test_a_reading_alone_decides(text: str, reading: str) -> None:
    assert final_sound(text, reading) is final_sound(reading)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("0123456789.,/%()[]'\"AbLmk²가 €-", max_size=12))
def test_any_text_is_read_or_refused_but_never_fails_otherwise(text: str) -> None:
    message = ""
    try:
        final_sound(text)
    except UnknownReading as refusal:
        message = str(refusal)
    assert not message or repr(unicodedata.normalize("NFC", text)) in message


# --- Templates ------------------------------------------------------------------------------------------------------


def test_a_sentence_is_filled_from_values_and_readings() -> None:
    sentence = fill(
        "{도시:이} 가장 많은 것으로 집계되었으나, {2위:과}의 차이는 뚜렷하지 않다",
        {"도시": "암스테르담(Amsterdam)", "2위": "Tech Central", "unused": "x"},
        {"2위": "테크 센트럴"},
    )
    assert sentence == "암스테르담(Amsterdam)이 가장 많은 것으로 집계되었으나, Tech Central과의 차이는 뚜렷하지 않다"


def test_a_particle_in_the_literal_text_belongs_to_the_writer() -> None:
    assert (
        fill("상위 {k}개 도시({목록})는", {"k": "3", "목록": "서울, 부산, 파리"}) == "상위 3개 도시(서울, 부산, 파리)는"
    )


def test_a_value_without_particle_needs_no_reading() -> None:
    assert fill("{lab}, {n}%", {"lab": "Madrid Lab", "n": "3"}) == "Madrid Lab, 3%"


def test_braces_are_escaped_and_those_in_values_are_left_alone() -> None:
    assert fill("{{도시:이}} {a:은} {{}}", {"a": "{b}가"}) == "{도시:이} {b}가는 {}"


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{도시:이}", "'도시'"),
        ("{}", "''"),
        ("{a.b}", "'a.b'"),
        ("{a:의}", "'의'"),
        ("{a:{a}}", "field 'a'"),
        ("{a!r:이}", "'!'"),
        ("{a", "cannot be read"),
        ("a}", "cannot be read"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(template: str, found: str) -> None:
    with pytest.raises(BadUse) as caught:
        fill(template, {"a": "가"})
    assert found in str(caught.value)


def test_an_unknown_reading_in_a_template_names_the_field() -> None:
    with pytest.raises(UnknownReading, match=r"field 'lab' of template '\{lab:은\}'.*'Madrid Lab'"):
        fill("{lab:은}", {"lab": "Madrid Lab"})


@given(hangul, pair_names, st.text(syllables), st.text(syllables))
def test_filling_a_field_is_attaching(text: str, pair: str, before: str, after: str) -> None:
    assert fill(f"{before}{{x:{pair}}}{after}", {"x": text}) == before + attach(text, pair) + after
    assert fill(f"{{x:{pair}}}", {"x": "Lab"}, {"x": text}) == attach("Lab", pair, text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_without_fields_comes_back_in_nfc(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert fill(escaped, {}) == unicodedata.normalize("NFC", text)
