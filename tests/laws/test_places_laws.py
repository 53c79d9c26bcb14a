"""Laws of matching towns that hold for every input."""

from __future__ import annotations

import random
import string
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.places.answer import PlaceAnswer, Reason
from dynapolis.places.fold import fold, fold_words, fold_written_out, unmix
from dynapolis.places.gazetteer import NEAR_KM, Gazetteer, kilometres
from dynapolis.places.match import match_places
from dynapolis.places.read_gazetteer import read_gazetteer
from dynapolis.places.reading import split_parts

COUNTRIES = ("FI", "EL", "KR", "FR", "NL", "", "QQ", "Österreich")
NAMES = (
    "Helsinki",
    "Αθήνα",
    "서울특별시",
    "Paris Cedex 15",
    "'s-Hertogenbosch",
    "Wien",
    "Praha 6",
    "Vienne",
    "Oulun yliopisto",
)

typed = st.one_of(
    st.text(max_size=40),
    st.builds(lambda *parts: "".join(parts), st.sampled_from(NAMES), st.text(string.printable, max_size=6)),
    st.builds(
        lambda a, b, sep: f"{a}{sep}{b}", st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from("/-, (")
    ),
)
pairs = st.lists(st.tuples(typed, st.sampled_from(COUNTRIES)), max_size=8)


@cache
def cities() -> Gazetteer:
    return read_gazetteer()


def place(answer: PlaceAnswer) -> tuple[float, float]:
    assert answer.lat is not None and answer.lon is not None
    return answer.lat, answer.lon


@given(st.text())
def test_folding_a_folded_name_changes_nothing(text: str) -> None:
    for folded in (fold_words(text), fold_written_out(text), unmix(fold_words(text))):
        assert fold_words(folded) == folded
        assert folded == " ".join(folded.split())


@given(st.text(), st.sampled_from([" ", "-", "'", ".", "\u00a0", "\u200b"]))
def test_punctuation_around_a_name_never_changes_its_key(text: str, mark: str) -> None:
    assert fold(mark + text + mark) == fold(text)


@given(st.text())
def test_the_parts_of_a_town_hold_no_letter_that_it_does_not_hold(text: str) -> None:
    assert set("".join(split_parts(text))) <= set(fold_words(text)) | {" "} or not text.isascii()


@settings(deadline=None, max_examples=150)
@given(pairs)
def test_every_town_gets_an_answer_or_a_refusal_that_is_whole(found: list[tuple[str, str]]) -> None:
    answers = match_places(found, cities())
    assert len(answers) == len(found)
    for answer in answers:
        empty = (answer.geonameid is None, answer.name == "", answer.lat is None, answer.lon is None)
        assert len(set(empty)) == 1
        assert 0 <= answer.score <= 1
        assert answer.reason in Reason


@settings(deadline=None, max_examples=60)
@given(pairs, st.randoms(use_true_random=False))
def test_an_answer_depends_on_its_own_pair_only(found: list[tuple[str, str]], rng: random.Random) -> None:
    """Neither the order, nor the company, nor a repetition changes it."""
    together = dict(zip(found, match_places(found, cities()), strict=True))
    shuffled = [*found, *found]
    rng.shuffle(shuffled)
    assert dict(zip(shuffled, match_places(shuffled, cities()), strict=True)) == together
    for pair in found[:2]:
        assert match_places([pair], cities()) == [together[pair]]


@settings(deadline=None, max_examples=60)
@given(pairs, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_never_adds_or_changes_an_answer(found: list[tuple[str, str]], a: float, b: float) -> None:
    low, high = (match_places(found, cities(), threshold=t) for t in sorted((a, b)))
    for more, fewer in zip(low, high, strict=True):
        assert not fewer.is_answer or fewer == more


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**9))
def test_case_and_spaces_never_change_the_city(seed: int) -> None:
    country = cities().country(("FR", "FI", "PL", "HU")[seed % 4])
    name = country.columns.name[seed % country.columns.n_cities]
    if fold(name.upper()) != fold(name):  # a few letters have no capital of their own
        return
    spellings = [name, name.upper(), name.lower(), f"  {name} "]
    found = match_places([(spelling, country.code) for spelling in spellings], cities())
    assert len({answer.geonameid for answer in found}) == 1


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**9))
def test_a_city_s_own_name_gives_that_city_or_a_namesake_or_an_honest_refusal(seed: int) -> None:
    codes = sorted(cities().codes)
    country = cities().country(codes[seed % len(codes)])
    if not country.columns.n_cities:
        return
    at = seed % country.columns.n_cities
    (answer,) = match_places([(country.columns.name[at], country.code)], cities())
    if not answer.is_answer:
        assert answer.reason in (Reason.AMBIGUOUS, Reason.LOW_SCORE, Reason.SMALL_PLACE)
        return
    km = kilometres(*place(answer), country.columns.lat[at], country.columns.lon[at])
    namesake = cities().where(answer.geonameid or 0)
    assert namesake is not None
    columns, other = country.columns, namesake[1]
    its_keys = columns.main[at].replace(" ", "").split("|")
    other_keys = f"{columns.main[other]}|{columns.others[other]}".replace(" ", "").split("|")
    assert answer.country == country.code
    assert km <= NEAR_KM or set(its_keys) & set(other_keys)


@settings(deadline=None, max_examples=60)
@given(pairs, st.sampled_from([658225, 264371, None]))
def test_a_decision_holds_whatever_the_matcher_would_say(found: list[tuple[str, str]], city: int | None) -> None:
    answers = match_places(found, cities(), dict.fromkeys(found, city))
    assert all(a.geonameid == city and a.score == 1.0 for a in answers)
    assert {a.reason for a in answers} <= {Reason.DECISION, Reason.DECIDED_NONE}
