"""Text stored twice as UTF-8 is found and repaired; text that only looks odd is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.registers.readers.double_utf8 import count_double_utf8, repair_double_utf8

NAMES = [
    "Cèdres",
    "서울 스마트시티",
    "Łódź",
    "Αθήνα",
    "São Paulo – lab",
    "Università à Roma",
    "Москва",
    "Český Krumlov",
    "北京市",
]


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_what_was_stored_twice_is_repaired(text: str, codec: str) -> None:
    try:
        twice = text.encode().decode(codec)
    except UnicodeDecodeError:
        pytest.skip(f"{codec} has no letter for one of its bytes")
    assert repair_double_utf8(twice) == text
    assert count_double_utf8(twice) == sum(not letter.isascii() for letter in text)


@pytest.mark.parametrize("text", [*NAMES, "plain", "", "Ã", "naïve café", "ÀÉÎ", "£100 – «oui»", "Â", "A\u00a0B"])
def test_what_is_right_stays(text: str) -> None:
    assert repair_double_utf8(text) == text
    assert count_double_utf8(text) == 0


@given(st.text())
def test_any_text_can_be_looked_at_and_a_count_of_none_means_no_change(text: str) -> None:
    assert (count_double_utf8(text) == 0) == (repair_double_utf8(text) == text)
