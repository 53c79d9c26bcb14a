"""Names in a form in which they can be compared."""

from __future__ import annotations

import unicodedata

import pytest

from dynapolis.resolve.names import (
    acronyms,
    fold,
    initials,
    letters,
    numbers,
    romanise,
    variants,
    without_legal_form,
    words_of,
)


@pytest.mark.parametrize(
    ("printed", "bare"),
    [
        ("주식회사 카카오", "카카오"),
        ("카카오 주식회사", "카카오"),
        ("(주)카카오", "카카오"),
        ("㈜카카오", "카카오"),
        ("재단법인 서울디지털재단", "서울디지털재단"),
        ("(재)서울디지털재단", "서울디지털재단"),
        ("Siemens AG", "siemens"),
        ("TREND S R L", "trend"),
        ("TREND S.R.L.", "trend"),
        ("CenterVue S.p.A.", "centervue"),
        ("Fent Innovative Software Solutions SL", "fent innovative software solutions"),
        ("Cursor Oy", "cursor"),
        ("ELFA, s.r.o.", "elfa"),
        ("Trans-Cerezuela, S.L.U", "trans cerezuela"),
        ("Dice GmbH & Co. KG", "dice"),
        ("Stichting Museon", "museon"),
        ("Robert Bosch Gesellschaft mit beschränkter Haftung", "robert bosch"),
    ],
)
def test_legal_forms_at_either_end_say_nothing_about_which_organisation_it_is(printed: str, bare: str) -> None:
    assert without_legal_form(printed) == bare


def test_a_name_that_is_nothing_but_a_legal_form_stays() -> None:
    assert without_legal_form("AG") == "ag"
    assert without_legal_form("주식회사") == "주식회사"


def test_a_word_inside_a_name_is_no_legal_form() -> None:
    assert "sa" in without_legal_form("Santa SA Clara").split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MUENCHEN", "München"),
        ("HOERSHOLM", "Hørsholm"),
        ("UNIVERSITÀ DEGLI STUDI DI FIRENZE", "Universita degli Studi di Firenze"),
        ("HERIOT WATT UNIVERSITY", "Heriot-Watt University"),
        ("IEE S A", "IEE S.A."),
        ("Universität Wien", "University of Wien"),
    ],
)
def test_spellings_of_one_name_have_the_same_words(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_hangul_counts_in_letters_and_not_in_syllables_or_bytes() -> None:
    assert letters(fold("서울")) == unicodedata.normalize("NFD", "서울")
    assert len(letters(fold("서울"))) == 5
    assert len(letters(fold("서울특별시"))) == 5 + 8


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [("마곡", "magok"), ("부산", "busan"), ("청계천", "cheonggyecheon"), ("동작", "dongjak"), ("인천", "incheon")],
)
def test_hangul_becomes_the_latin_letters_that_registers_print(hangul: str, latin: str) -> None:
    assert romanise(hangul) == latin


def test_acronyms_are_seen_in_brackets_and_among_small_letters_but_not_in_a_name_all_in_capitals() -> None:
    assert acronyms("Centro de Innovación (CIEC)") == ("ciec",)
    assert acronyms("SIT Living Lab Network") == ("sit",)
    assert acronyms("UNIVERSITY OF OSLO") == ()
    assert initials("Agencia Estatal Consejo Superior de Investigaciones Científicas") == "aecsic"


def test_roman_numbers_tell_one_phase_from_another() -> None:
    assert numbers("Concerted Action EPBD IV") == ("4",)
    assert numbers("Concerted Action EPBD V") == ("5",)
    assert numbers("V") == ()


def test_what_stands_in_brackets_is_a_name_of_its_own_only_if_it_has_words() -> None:
    assert variants("Programme for Agile Piloting (Smart Kalasatama)")[-1] == "Smart Kalasatama"
    assert variants("Marineterrein (MALL)") == ("Marineterrein (MALL)", "Marineterrein")
