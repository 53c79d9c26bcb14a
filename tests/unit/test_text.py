"""Text in one form: cleaning twice is cleaning once, and Hangul is known when seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dynapolis.text import clean, has_hangul, split_list


@settings(deadline=None)
@given(st.text())
@example("e\ufeff\u0301")  # an accent that meets its letter only once the mark between them is gone
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@settings(deadline=None)
@given(st.text())
@example("e\ufeff\u0301")
def test_clean_text_is_in_normal_form_with_single_spaces(text: str) -> None:
    found = clean(text)
    assert unicodedata.is_normalized("NFC", found)
    assert found == " ".join(found.split()) and "\ufeff" not in found


@settings(deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1), st.data())
def test_only_the_space_between_words_is_touched(words: list[str], data: st.DataObject) -> None:
    spaces = st.text(" \t\n\u00a0\u3000", min_size=1, max_size=3)
    text = "".join(data.draw(spaces) + word for word in words) + data.draw(spaces)
    assert clean(text) == unicodedata.normalize("NFC", " ".join(words))


def test_hangul_written_in_letters_and_in_syllables_is_one_text() -> None:
    assert clean(unicodedata.normalize("NFD", "리빙랩")) == "리빙랩"


@pytest.mark.parametrize("text", ["", " ", "\ufeff", "\n\u00a0\t"])
def test_what_shows_nothing_is_empty(text: str) -> None:
    assert clean(text) == ""
    assert split_list(text) == ()


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters=";")), max_size=6))
def test_a_joined_list_is_split_again_without_its_empty_parts(parts: list[str]) -> None:
    assert split_list(";".join(parts)) == tuple(clean(part) for part in parts if clean(part))


def test_a_list_can_be_split_at_another_mark() -> None:
    assert split_list("a; b | c", "|") == ("a; b", "c")


@pytest.mark.parametrize("text", ["가", "힣", "ㄱ", "ㅎ", unicodedata.normalize("NFD", "각"), "Seoul 서울"])
def test_hangul_syllables_and_letters_are_known(text: str) -> None:
    assert has_hangul(text)


@pytest.mark.parametrize("text", ["", "Seoul", "東京", "スマート", "Straße", "5G·IoT"])
def test_other_scripts_are_no_hangul(text: str) -> None:
    assert not has_hangul(text)
