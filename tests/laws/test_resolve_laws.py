"""Laws of resolving records that hold for all inputs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.resolve.candidates import find_candidates
from dynapolis.resolve.compare.examples import pair
from dynapolis.resolve.compare.subject import SUBJECT
from dynapolis.resolve.evaluate import connected, measure
from dynapolis.resolve.names import fold, romanise, without_legal_form
from dynapolis.resolve.profile import INITIATIVES, ORGANISATIONS
from dynapolis.resolve.score import evidence_of
from dynapolis.resolve.threshold import choose_bands, expected_missed, expected_wrong

WORDS = (
    "smart", "lab", "living", "Kalasatama", "Helsinki", "마곡", "리빙랩", "주식회사", "GmbH", "S.p.A.", "2019", "IV",
    "the",
    "Grow", "Smarter", "GrowSmarter", "Ltd", "서울특별시", "(MALL)", "Straße", "München", "자율주행", "버스", "a", "&",
)  # fmt: skip
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
texts = st.one_of(names, st.text(max_size=20))
years = st.sampled_from(["", "2015", "2016", "2016-03-01", "2016-12-31", "2020"])
records = st.fixed_dictionaries(
    {
        "name": texts, "name_local": st.one_of(st.just(""), names),
        "acronym": st.sampled_from(["", "MALL", "HSL", "x"]),
        "city": st.sampled_from(["", "Helsinki", "Seoul", "PARIS CEDEX 15", "Paris"]),
        "country": st.sampled_from(["", "FI", "EL", "GR"]), "postcode": st.sampled_from(["", "00100", "00 100", "1"]),
        "start": years, "end": years, "lead": st.one_of(st.just(""), names),
        "partners": st.lists(names, max_size=2),
        "url": st.sampled_from(["", "a.org", "https://www.a.org/x", "http://["]),
        "text": st.one_of(st.just(""), names),
    }
)  # fmt: skip
probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=60).map(np.array)
limits = st.floats(0.001, 0.5)


@given(texts)
def test_folding_a_folded_name_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(names)
def test_taking_the_legal_form_away_twice_takes_no_more(text: str) -> None:
    once = without_legal_form(text)
    assert without_legal_form(once) == once


@given(st.text(alphabet="가나다라마바사각낙닫랄맘밥삿앙잊찾캌탙팦핳", max_size=8))
def test_every_hangul_syllable_becomes_small_latin_letters(text: str) -> None:
    assert romanise(text).isascii()
    assert not text or romanise(text).isalpha()


@settings(max_examples=150, deadline=None)
@given(records, records, st.booleans())
def test_evidence_is_the_same_whichever_record_comes_first(
    one: dict[str, Any], other: dict[str, Any], organisations: bool
) -> None:
    profile = ORGANISATIONS if organisations else INITIATIVES
    left, right = pair(one, other, organisations=organisations)
    there, back = evidence_of(left, right, profile), evidence_of(right, left, profile)
    assert {name: item.level for name, item in there.items()} == {name: item.level for name, item in back.items()}
    assert all(abs(there[name].score - back[name].score) < 1e-9 for name in there)


@settings(max_examples=150, deadline=None)
@given(records, records)
def test_levels_and_scores_stay_within_what_the_profile_declares(one: dict[str, Any], other: dict[str, Any]) -> None:
    for name, item in evidence_of(*pair(one, other)).items():
        assert -1 <= item.level < INITIATIVES.comparisons[name].n_levels
        assert 0 <= item.score <= 1


@settings(max_examples=100, deadline=None)
@given(records)
def test_a_record_is_never_less_like_itself_than_like_another(record: dict[str, Any]) -> None:
    """But for acronyms, which one record may have and the other have in its name."""
    changed = {**record, "name": f"{record['name']} zzz", "city": "Xyz", "lead": "Qqq"}
    itself, another = evidence_of(*pair(record, record)), evidence_of(*pair(record, changed))
    for name in itself.keys() - {"acronym"}:
        assert itself[name].level >= another[name].level or itself[name].level < 0, name


@settings(max_examples=40, deadline=None)
@given(st.lists(records, max_size=8), st.randoms())
def test_candidates_are_pairs_once_and_the_order_of_records_does_not_matter(rows: list[Any], chance: Any) -> None:
    told = [{**row, "record_id": str(n), "register": "a"} for n, row in enumerate(rows)]
    found = find_candidates(_table(told)).to_pylist()
    pairs = [frozenset((row["left_id"], row["right_id"])) for row in found]
    assert all(len(two) == 2 for two in pairs)
    assert len(pairs) == len(set(pairs))
    chance.shuffle(told)
    assert set(pairs) == {
        frozenset((row["left_id"], row["right_id"])) for row in find_candidates(_table(told)).to_pylist()
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict.fromkeys(SUBJECT.names) | row for row in rows], SUBJECT)


@given(probabilities, limits, limits)
def test_bands_keep_their_limits_and_never_cross(probability: Any, wrong: float, missed: float) -> None:
    bands = choose_bands(probability, most_wrong=wrong, most_missed=missed)
    assert bands.different <= bands.same
    assert expected_wrong(probability, bands.same) <= wrong + 1e-9
    assert expected_missed(probability, bands.different) <= missed + 1e-9


@given(probabilities, limits, limits)
def test_a_looser_limit_never_raises_the_threshold(probability: Any, one: float, other: float) -> None:
    strict, loose = sorted((one, other))
    assert choose_bands(probability, most_wrong=loose).same <= choose_bands(probability, most_wrong=strict).same


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda two: two[0] != two[1])))
def test_groups_are_those_that_a_walk_over_the_pairs_reaches(edges: list[tuple[int, int]]) -> None:
    beside: dict[str, set[str]] = defaultdict(set)
    for a, b in edges:
        beside[str(a)].add(str(b))
        beside[str(b)].add(str(a))
    walked, seen = set(), set()
    for start in beside:
        group, waiting = set(), [start]
        while waiting:
            record = waiting.pop()
            if record not in group:
                group.add(record)
                waiting += beside[record]
        if start not in seen:
            walked.add(frozenset(group))
        seen |= group
    assert connected((str(a), str(b)) for a, b in edges) == walked


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_f1_lies_between_precision_and_recall(right: int, wrong: int, missed: int) -> None:
    found = measure(right, right + wrong, right + missed)
    if right:
        shares = sorted((found.precision.value or 0.0, found.recall.value or 0.0))
        assert shares[0] - 1e-9 <= found.f1 <= shares[1] + 1e-9
    assert 0 <= found.f1_low <= found.f1_high <= 1
