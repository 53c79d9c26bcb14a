"""Cues: what a word and a phrase speak for, in both languages, and the coder that codes by them alone."""

from __future__ import annotations

import pytest

from dynapolis.coding.cues.coder import CueCoder
from dynapolis.coding.cues.match import CueMatcher
from dynapolis.coding.cues.tokens import fold, words_of
from dynapolis.model.codebook import Codebook
from dynapolis.model.cues import CueBook
from dynapolis.model.suggestion import Passage, UnitText
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.cue_files import read_cues

BOOK = CueBook.model_validate(
    {
        "codebook": "x",
        "licence": "MIT",
        "schemes": {
            "sector": {
                "transport": {
                    "strong": {"en": ["transport*", "air taxi*"], "ko": ["교통"]},
                    "weak": {"en": ["street"]},
                },
                "work": {"strong": {"en": ["start-up*", "job"]}},
            }
        },
    }
)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


@pytest.fixture(scope="module")
def matcher() -> CueMatcher:
    return CueMatcher.of(BOOK, "sector")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Transportation", {("transport", "strong")}),
        ("대중교통체계", {("transport", "strong")}),
        ("an air taxi flies", {("transport", "strong")}),
        ("air and taxi", set()),
        ("streets", set()),
        ("street", {("transport", "weak")}),
        ("start-ups", {("work", "strong")}),
        ("jobs", set()),
        ("job-seekers", {("work", "strong")}),
    ],
)
def test_a_text_speaks_for_the_codes_of_its_words(
    matcher: CueMatcher, text: str, expected: set[tuple[str, str]]
) -> None:
    assert {matcher.columns[column] for column in matcher.found(words_of(text))} == expected


def test_the_shipped_cues_are_of_the_codebook(codebook: Codebook) -> None:
    for scheme, codes in read_cues().schemes.items():
        assert set(codes) <= set(codebook.by_scheme[scheme].by_code), scheme


def test_every_sector_has_cues_in_both_languages(codebook: Codebook) -> None:
    for code, cues in read_cues().schemes["sector"].items():
        assert cues.strong.en, code
        assert cues.strong.ko, code


def unit(name: str, text: str) -> UnitText:
    return UnitText("u", (Passage("name", "en", name), Passage("description", "en", text)))


def test_the_name_counts_more_than_the_text(codebook: Codebook) -> None:
    coder = CueCoder(BOOK)
    only = codebook.model_copy(update={"schemes": (codebook.by_scheme["sector"],)})
    found = coder.code([unit("Transport lab", "Helps to find a job. And so on.")], only)[0]
    assert found.codes == ("transport",)
    assert found.reasons[0].words == "transport"
    assert sum(found.probabilities.values()) == pytest.approx(1)


def test_without_a_cue_the_coder_says_nothing_and_why(codebook: Codebook) -> None:
    only = codebook.model_copy(update={"schemes": (codebook.by_scheme["sector"],)})
    found = CueCoder(BOOK).code([unit("Something", "Else.")], only)[0]
    assert found.abstains
    assert found.why == "no_cue"


def test_folding_keeps_hangul_whole() -> None:
    assert fold("서울시 Ä") == "서울시 a"


def test_a_version_tells_the_cues() -> None:
    other = BOOK.model_copy(update={"licence": "other"})
    assert CueCoder(BOOK).coder.version != CueCoder(other).coder.version
