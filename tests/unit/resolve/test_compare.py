"""Comparisons: what each says of two records, worked out by eye."""

from __future__ import annotations

from typing import Any

import pytest

from dynapolis.report.messages import read_messages
from dynapolis.resolve.compare.acronym import compare_acronyms
from dynapolis.resolve.compare.bodies import compare_bodies
from dynapolis.resolve.compare.dates import compare_dates
from dynapolis.resolve.compare.examples import pair, several
from dynapolis.resolve.compare.name import compare_names
from dynapolis.resolve.compare.place import compare_places
from dynapolis.resolve.compare.web import compare_web
from dynapolis.resolve.score import evidence_of

Values = dict[str, Any]


def name_score(one: str, other: str, *, organisations: bool = False) -> float:
    return compare_names(*pair({"name": one}, {"name": other}, organisations=organisations)).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Last Mile", "Last Mile"),
        ("자율주행버스", "자율주행 버스"),
        ("GrowSmarter", "Grow Smarter"),
        ("IFEZ 라스트마일 딜리버리", "IFEZ 라스트마일딜리버리"),
    ],
)
def test_names_that_differ_in_spaces_and_small_words_are_the_same(one: str, other: str) -> None:
    assert name_score(one, other) == 1.0


def test_organisations_that_differ_in_legal_form_have_the_same_name() -> None:
    assert name_score("㈜카카오모빌리티", "카카오모빌리티 주식회사", organisations=True) == 1.0
    assert (
        name_score("PTV Planung Transport Verkehr AG", "PTV PLANUNG TRANSPORT VERKEHR AG.", organisations=True) == 1.0
    )


def test_korean_names_that_share_no_letter_score_nothing() -> None:
    """Distances over bytes find 44 % in common here, because all Hangul begins with the same bytes."""
    assert name_score("가나", "다라") == 0.0


def test_a_wrong_letter_costs_little_and_another_word_much() -> None:
    assert name_score("Marineterrein Living Lab", "Marinetrerein Living Lab") > 0.9
    assert name_score("Seoul Bio Hub", "Seoul Startup Hub") < 0.75


def test_the_words_of_two_languages_meet_by_their_spelling() -> None:
    found = compare_names(
        *pair(
            {"name": "Centre for Innovation in the Circular Economy"},
            {"name": "Centro de Innovación de Economía Circular"},
        )
    )
    assert found.score > 0.85


def test_a_korean_name_meets_its_transliteration() -> None:
    found = compare_names(*pair({"name": "Magok odour mapping"}, {"name": "마곡 냄새 지도"}))
    assert found.key == "name_across"
    assert found.values["shared"] == "magok"


def test_another_number_lowers_the_score_and_is_told() -> None:
    found = compare_names(*pair({"name": "Concerted Action EPBD IV"}, {"name": "Concerted Action EPBD V"}))
    assert found.key == "name_other_numbers"
    assert found.level <= 4


def test_what_stands_in_brackets_is_not_the_whole_name() -> None:
    found = compare_names(
        *pair({"name": "Smart Kalasatama"}, {"name": "Programme for Agile Piloting (Smart Kalasatama)"})
    )
    assert found.score == 0.7


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ({"acronym": "CFX"}, {"name": "Centre for X", "acronym": "CFX"}, 3),
        ({"name": "DOLL Living Lab"}, {"name": "Danish Outdoor Lighting Lab"}, 1),
        ({"acronym": "ABC", "name": "One"}, {"acronym": "XYZ", "name": "Two"}, 0),
        ({"name": "One"}, {"acronym": "XYZ", "name": "Two"}, -1),
    ],
)
def test_acronyms_meet_each_other_and_the_letters_of_a_name(one: Values, other: Values, level: int) -> None:
    assert compare_acronyms(*pair(one, other)).level == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ({"city": "PARIS CEDEX 15", "country": "FR"}, {"city": "Paris", "country": "FR"}, 4),
        ({"city": "KOBENHAVN K", "country": "DK"}, {"city": "København", "country": "DK"}, 2),
        ({"city": "ATHINA", "country": "EL"}, {"city": "Patras", "country": "GR"}, 1),
        ({"city": "Athens", "country": "GR"}, {"city": "Athens", "country": "US"}, 0),
        (
            {"city": "Lyon", "country": "FR", "postcode": "69 008"},
            {"city": "x", "country": "FR", "postcode": "69008"},
            5,
        ),
        ({"city": "a", "parts": ["Dock", "Oost"]}, {"city": "a", "parts": ["Dock"]}, 5),
        ({"city": "a", "parts": ["Dock"]}, {"city": "a", "parts": ["Oost"]}, 3),
        ({"city": "a", "parts": ["Dock"]}, {"city": "a"}, 4),
        ({"city": "a", "parts": ["Dock"]}, {"city": "b", "parts": ["Dock"]}, 0),
        ({"city": "a", "area": "seoul"}, {"city": "b", "area": "seoul"}, 2),
        ({"city": "Oslo"}, {}, -1),
    ],
)
def test_places_agree_by_postcode_part_city_area_country(one: Values, other: Values, level: int) -> None:
    assert compare_places(*pair(one, other)).level == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("2015-01-01", "2018-12-31"), ("2015-01-01", "2018-12-31"), 5),
        (("2015-01-01", "2018-12-31"), ("2015-01-01", "2019-06-30"), 4),
        (("2015", "2018"), ("2015-03-01", "2018-12-31"), 3),
        (("2015", ""), ("2015-03-01", ""), 2),
        (("2015", "2018"), ("2016", "2018"), 1),
        (("2015", ""), ("2018", ""), 0),
        (("", "2020"), ("", "2020"), 2),
        (("2015", ""), ("", "2015"), -1),
    ],
)
def test_dates_are_compared_as_precisely_as_both_tell(one: tuple[str, str], other: tuple[str, str], level: int) -> None:
    left, right = ({"start": start, "end": end} for start, end in (one, other))
    assert compare_dates(*pair(left, right)).level == level


def test_the_administration_of_the_city_is_one_body_however_it_is_called_and_common() -> None:
    one = {"city": "Seoul", "lead": "Seoul Metropolitan Government"}
    found = compare_bodies(*pair(one, {"city": "Seoul", "lead": "City of Seoul"}))
    assert (found.level, found.key) == (1, "bodies_common")


def test_a_rare_lead_in_common_says_more_than_a_partner() -> None:
    lead = compare_bodies(*pair({"lead": "K-water"}, {"lead": "K-water Corp."})).level
    partner = compare_bodies(*pair({"lead": "Waag", "partners": ["TNO"]}, {"lead": "Spectral", "partners": ["TNO"]}))
    assert (lead, partner.level) == (4, 3)


def test_a_lead_of_many_records_says_more_than_a_partner_of_many_and_less_than_a_rare_one() -> None:
    office = {"city": "Lyon", "lead": "Office of Trials"}
    rest = [{**office, "name": str(number)} for number in range(5)]
    common, *_ = leads = several(office, office, *rest)
    assert compare_bodies(*leads[:2]).key == "bodies_common_lead"
    assert compare_bodies(*leads[:2]).level == 2
    partner, *_ = several({"city": "Lyon", "lead": "Waag", "partners": ["Office of Trials"]}, *[office] * 6)
    assert compare_bodies(common, partner).level == 1


def test_web_addresses_agree_without_scheme_and_www() -> None:
    assert compare_web(*pair({"url": "https://www.a.org/x/"}, {"url": "http://a.org/x"})).level == 2
    assert compare_web(*pair({"url": "https://www.a.org/x/"}, {"url": "a.org/y"})).level == 1
    assert compare_web(*pair({"url": "https://a.org"}, {"url": "https://b.org"})).level == 0
    assert compare_web(*pair({"url": "http://[broken"}, {"url": "https://b.org"})).level == -1


def test_every_sentence_of_evidence_can_be_said_in_both_languages() -> None:
    cases = [
        pair(
            {"name": "Last Mile", "city": "Oslo", "start": "2015", "lead": "A", "url": "a.org", "text": "solar"}, other
        )
        for other in (
            {"name": "Last Mile", "city": "Oslo", "start": "2015", "lead": "A", "url": "a.org", "text": "solar"},
            {"name": "Other thing 2", "city": "Rome", "start": "2019", "lead": "B", "url": "b.org", "text": "bus"},
            {
                "name": "Last train",
                "city": "Oslo Sentrum",
                "start": "2016",
                "lead": "B",
                "partners": ["A"],
                "url": "a.org/b",
            },
        )
    ]
    for lang in ("en", "ko"):
        words = read_messages(lang)
        for left, right in cases:
            for item in evidence_of(left, right).values():
                if item.level >= 0:
                    assert words.say(f"resolve.evidence.{item.key}", **item.values)
