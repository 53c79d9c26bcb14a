"""Names as keys: what publishers do to letters does not part a name from itself."""

from __future__ import annotations

import pytest

from dynapolis.places.fold import cut_at_first_accent, fold, fold_words, fold_written_out, loosen, unmix


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GIESSEN", "Gießen"),
        ("KOBENHAVN", "København"),
        ("Lodz", "Łódź"),
        ("Saint-Lo", "Saint Lô"),
        ("Villenave D’ornon", "Villenave-d'Ornon"),
        ("Oeiras", "Œiras"),
        ("Durres", "Durrës"),
        ("Tyresö", "TYRESÖ"),
        ("ΑΘΗΝΑΣ", "Αθήνας"),
        ("Йошкар-Ола", "ЙОШКАР ОЛА"),
        ("İstanbul", "istanbul"),
        ("Roma\u00a0", "\u200eRoma"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Koege", "Køge"), ("Aarhus", "Århus"), ("Duesseldorf", "Düsseldorf"), ("Goeteborg", "Göteborg")],
)
def test_letters_that_typewriters_lack_are_written_out(typed: str, name: str) -> None:
    assert fold_words(typed) == fold_written_out(name)


@pytest.mark.parametrize(("one", "other"), [("서울", "부산"), ("Москва", "Минск"), ("東京", "京都"), ("Bonn", "Born")])
def test_two_names_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_hangul_stays_in_syllables() -> None:
    assert fold_words("서울특별시  강남구") == "서울특별시 강남구"


def test_what_holds_no_letter_has_no_key() -> None:
    assert [fold(text) for text in ("", "  ", "-", "?!", "\u200e")] == [""] * 5


def test_small_words_and_saints_do_not_part_a_loosened_name() -> None:
    saints, small = {"st", "saint"}, {"sur", "les", "d"}
    names = ("saint martin d heres", "st martin heres", "saint martin les heres")
    assert len({loosen(name, saints, small) for name in names}) == 1


def test_latin_letters_inside_a_greek_word_are_greek() -> None:
    assert unmix(fold_words("Hρακλειο")) == fold_words("Ηρακλειο")
    assert unmix("athen αθηνα") == "athen αθηνα"
    assert unmix("mockba") == "mockba"


def test_a_name_is_cut_before_its_first_accent_and_only_if_enough_is_left() -> None:
    assert [cut_at_first_accent(name) for name in ("Algemesí", "Almería", "Orléans", "Norrtälje")] == [
        "algemes", "almer", "", "norrt",
    ]  # fmt: skip
