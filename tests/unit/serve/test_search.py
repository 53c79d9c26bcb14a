"""Words in Korean and English: what is cut, what is asked of the index, what is found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from dynapolis.serve.search.query import bounds, expression, parse, without_particles
from dynapolis.serve.search.synonyms import join_words, read_groups, widen
from dynapolis.serve.search.tokens import fold, indexed, tokens
from dynapolis.store.reading import Document, Reading, write_reading

TEXTS = {
    "bus": ("자율주행 버스", "대중교통 체계를 바꾼다"),
    "lab": ("서울 리빙랩", "A living lab of the city"),
    "living": ("Living room", "a lab far away from home"),
    "forest": ("도시숲", "숲을 가꾼다"),
    "apart": ("가나 다라", "두 낱말"),
    "english": ("Jätkäsaari Smart", "AI교통 시범 2022"),
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    documents = [
        Document(unit, {"name": name}, {"text": text}, indexed(name), indexed(text), (f"record-{unit}",))
        for unit, (name, text) in TEXTS.items()
    ]
    folder = tmp_path_factory.mktemp("reading") / "copy"
    counted = [("all.units", np.array([0, 3], np.int32))]
    write_reading(folder, documents, {"year": np.arange(len(documents))}, counted, {"facets": []})
    return Reading(folder)


def found(reading: Reading, text: str) -> set[str]:
    wanted = expression(parse(text))
    assert wanted is not None
    names = list(TEXTS)
    return {names[doc] for doc in reading.found(wanted)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("교통", {"bus", "english"}),  # two syllables inside a longer word
        ("서울", {"lab"}),
        ("주행", {"bus"}),
        ("숲", {"forest"}),  # one syllable that begins a word
        ("나다", set()),  # the end of one word and the beginning of the next are no word
        ("jatkasaari", {"english"}),
        ("living lab", {"lab", "living"}),
        ('"living lab"', {"lab"}),
        ("lab -리빙랩", {"living"}),
        ("AI교통", {"english"}),
        ("2022", {"english"}),
    ],
)
def test_a_search_finds_what_a_reader_expects(reading: Reading, text: str, expected: set[str]) -> None:
    assert found(reading, text) == expected


def test_a_particle_is_taken_off_a_noun_of_two_syllables_or_more() -> None:
    assert [term.runs for term in without_particles(parse("서울은 교통에서 나는 AI는")).terms] == [
        ("서울",),
        ("교통",),
        ("나는",),
        ("ai",),
    ]


@pytest.mark.parametrize("text", ['"', "' OR 1", "a* NEAR(b)", "( ) ^", "name:x", "-", "--", '"" -""', "\x00", "🎈 x"])
def test_no_sign_of_a_search_is_read_as_an_operator(reading: Reading, text: str) -> None:
    wanted = expression(parse(text))
    if wanted is not None:
        reading.found(wanted)


def test_a_raw_search_would_have_been_an_error(reading: Reading) -> None:
    with pytest.raises(sqlite3.OperationalError):
        reading.found("name:(")


def test_synonyms_are_looked_for_too_and_exact_words_are_not() -> None:
    groups = read_groups([["리빙랩", "living lab"]])
    wide = widen(join_words(parse("living lab"), groups), groups)
    assert [(term.printed, term.also) for term in wide.terms] == [("living lab", (("리빙랩",),))]
    assert widen(parse('"living lab"'), groups).terms[0].also == ()


def test_a_synonym_finds_the_word_of_the_other_language(reading: Reading) -> None:
    groups = read_groups([["리빙랩", "living lab"]])
    names = list(TEXTS)
    wide = expression(widen(parse("리빙랩"), groups))
    assert wide is not None
    assert {names[doc] for doc in reading.found(wide)} == {"lab"}


def test_tokens_keep_words_apart() -> None:
    assert tokens("가나 다라").count("나다") == 0
    assert fold("ÉCOLE ＡＢ") == "ecole ab"


def test_a_line_of_results_shows_the_words_around_the_first_term() -> None:
    text = "x " * 100 + "교통 " + "y " * 100
    assert "교통" in bounds(text, parse("교통"), 20)
    assert bounds("short", parse("nothing")) == "short"


def test_a_reading_copy_gives_back_what_was_laid_out(reading: Reading) -> None:
    assert reading.page("lab") == {"text": TEXTS["lab"][1]}
    assert reading.page("nobody") is None
    assert reading.survivor("record-bus") == "bus"
    assert reading.survivor("nobody") is None
    assert [row["unit_id"] for row in reading.listed([3, 0])] == ["forest", "bus"]
    assert np.array_equal(reading.counted("all.units"), [0, 3])  # type: ignore[arg-type]
    assert reading.counted("nothing") is None
    assert list(reading.units()) == list(TEXTS)


def test_a_copy_that_is_there_is_left_as_it_is(reading: Reading, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    for name in ("first", "second"):
        write_reading(folder, [Document(name, {}, {}, "", "")], {}, [], {})
    assert list(Reading(folder).units()) == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
