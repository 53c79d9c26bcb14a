"""Numbers of an evaluation, counted by hand."""

from __future__ import annotations

import pytest

from dynapolis.places.answer import PlaceAnswer, Reason, refused
from dynapolis.places.evaluate import Judged, Known, Outcome, by, confusions, judge, reliability, summary
from dynapolis.places.gazetteer import Gazetteer
from dynapolis.places.read_gazetteer import read_gazetteer

HELSINKI, ESPOO, TAMPERE, ABSENT = 658225, 660158, 634963, 1


def answer(cities: Gazetteer, geonameid: int, score: float = 0.9) -> PlaceAnswer:
    where = cities.where(geonameid)
    assert where is not None
    columns, place = where[0].columns, where[1]
    lat, lon = columns.lat[place], columns.lon[place]
    return PlaceAnswer(geonameid, columns.name[place], where[0].code, lat, lon, score, Reason.EXACT, None)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    cities = read_gazetteer()
    near, far = (60.18, 24.95), (65.0, 25.5)  # beside Helsinki's centre, and Oulu
    no = refused(Reason.NOT_FOUND)
    cases = [
        (Known("Helsinki", "FI", HELSINKI), answer(cities, HELSINKI, 0.99)),
        (Known("Espoo", "FI", ESPOO), answer(cities, HELSINKI, 0.96)),  # 17 km away
        (Known("Kruununhaka", "FI", ABSENT, *near), answer(cities, HELSINKI, 0.96)),
        (Known("Uleaborg", "SE", ABSENT, *far), answer(cities, HELSINKI, 0.81)),
        (Known("Nowhere", "FI", ABSENT), answer(cities, HELSINKI, 0.85)),
        (Known("Tammerfors", "FI", TAMPERE), no),
        (Known("Village", "SE", ABSENT, *far), no),
    ]
    return [judge(known, given, cities) for known, given in cases]


def test_each_town_has_its_outcome(judged: list[Judged]) -> None:
    assert [item.outcome for item in judged] == [
        Outcome.RIGHT, Outcome.WRONG, Outcome.RIGHT, Outcome.WRONG, Outcome.UNJUDGED, Outcome.MISSED,
        Outcome.RIGHTLY_REFUSED,
    ]  # fmt: skip


def test_shares_are_those_counted_by_hand(judged: list[Judged]) -> None:
    found = summary(judged)
    assert (found["n"], found["n_in_gazetteer"], found["n_absent"]) == (7, 3, 4)
    assert (found["n_matched"], found["share_matched"]) == (2, 0.6667)  # Helsinki, Espoo of Helsinki, Espoo, Tampere
    assert (found["n_matched_right"], found["share_matched_right"]) == (1, 0.3333)
    assert (found["n_answers"], found["n_right"], found["share_right"]) == (4, 2, 0.5)  # Nowhere cannot be judged
    assert (found["n_absent_refused"], found["share_absent_refused"]) == (1, 0.25)


def test_groups_add_up_to_the_whole(judged: list[Judged]) -> None:
    rows = by(judged, "country", lambda item: item.known.country)
    assert [row["country"] for row in rows] == ["FI", "SE"]
    for key in ("n", "n_matched", "n_answers", "n_right", "n_absent_refused"):
        assert sum(row[key] for row in rows) == summary(judged)[key]


def test_wrong_and_missed_towns_are_listed_wrong_ones_first(judged: list[Judged]) -> None:
    rows = confusions(judged)
    assert [(row["outcome"], row["town"]) for row in rows] == [
        ("wrong", "Espoo"), ("wrong", "Uleaborg"), ("unjudged", "Nowhere"), ("missed", "Tammerfors"),
    ]  # fmt: skip
    assert rows[0]["km"] == pytest.approx(17, abs=2)


def test_scores_stand_beside_how_often_they_were_right() -> None:
    cities = read_gazetteer()
    known = Known("Helsinki", "FI", HELSINKI)
    right = [judge(known, answer(cities, HELSINKI, s), cities) for s in (0.6, 0.7, 1.0)]
    wrong = [judge(known, answer(cities, TAMPERE, 0.8), cities)]
    assert reliability([*right, *wrong], [0.5, 0.9, 1.0]) == [
        {"from": 0.5, "to": 0.9, "n": 3, "mean_score": 0.7, "share_right": 0.6667},
        {"from": 0.9, "to": 1.0, "n": 1, "mean_score": 1.0, "share_right": 1.0},
    ]


def test_nothing_known_gives_no_share() -> None:
    assert summary([])["share_right"] is None
    assert confusions([]) == []
