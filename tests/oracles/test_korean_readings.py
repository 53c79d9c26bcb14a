"""Particles on more than 300 real names, numbers, units and acronyms, against readings written beside them.

``korean_readings.csv`` holds how the end of each text is read aloud: names of cities, countries, districts, projects
and codes end as they are spelled; numbers, units, acronyms and Latin names were written out by hand. The last syllable
of the reading is taken apart into its letters (Unicode NFD), which is another way than the arithmetic of the product.
Rows marked ``editor_should_check`` have a reading on which Korean usage may differ; an editor should look at them.
"""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest

from dynapolis.errors import UnknownReading
from dynapolis.report.particles import attach

ROWS = list(csv.DictReader(Path(__file__).with_name("korean_readings.csv").read_text(encoding="utf-8").splitlines()))
RIEUL = "\N{HANGUL JONGSEONG RIEUL}"
PAIRS = {"은": "는", "이": "가", "을": "를", "과": "와", "이다": "다", "이나": "나", "이라는": "라는"}


def final_letter(reading: str) -> str:
    """The final consonant of the last syllable; nothing after a vowel."""
    letters = unicodedata.normalize("NFD", reading[-1])
    return letters[2] if len(letters) == 3 else ""


def expected(reading: str) -> dict[str, str]:
    final = final_letter(reading)
    forms = {pair: pair if final else after_vowel for pair, after_vowel in PAIRS.items()}
    return {**forms, "으로": "으로" if final and final != RIEUL else "로"}


def test_there_are_three_hundred_of_all_kinds() -> None:
    assert len(ROWS) >= 300
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    assert len({row["kind"] for row in ROWS}) >= 9
    assert 20 <= sum(row["editor_should_check"] == "yes" for row in ROWS) < len(ROWS) / 3


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_every_particle_fits_the_reading(row: dict[str, str]) -> None:
    reading = row["reading"] if row["reading_given"] == "yes" else None
    forms = expected(row["reading"])
    assert {pair: attach(row["text"], pair, reading).removeprefix(row["text"]) for pair in forms} == forms


@pytest.mark.parametrize("row", [row for row in ROWS if row["reading_given"] == "yes"], ids=lambda row: row["text"])
def test_a_latin_name_without_a_reading_is_refused_and_never_given_both_forms(row: dict[str, str]) -> None:
    with pytest.raises(UnknownReading):
        attach(row["text"], "은")
