"""Ids depend on all raw values, on their order, and on nothing else."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.ids import canonical_json, digest_bytes, digest_json, make_id, record_id, unit_id

part = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), max_size=12)
parts = st.lists(part, min_size=1, max_size=5)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False) | part,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(part, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(parts)
def test_an_id_is_sixteen_hexadecimal_digits_and_always_the_same(values: list[str]) -> None:
    found = make_id(*values)
    assert len(found) == 16 and set(found) <= set("0123456789abcdef")
    assert make_id(*values) == found


@settings(deadline=None)
@given(parts, parts)
def test_two_lists_share_an_id_only_if_they_are_equal(one: list[str], other: list[str]) -> None:
    assert (make_id(*one) == make_id(*other)) == (one == other)


@settings(deadline=None)
@given(parts, st.integers(0, 4), st.integers(0, 12))
def test_moving_the_border_between_two_parts_changes_the_id(values: list[str], place: int, at: int) -> None:
    text = values[place % len(values)]
    cut = at % (len(text) + 1)
    split = [*values[: place % len(values)], text[:cut], text[cut:], *values[place % len(values) + 1 :]]
    assert make_id(*split) != make_id(*values)


def test_the_separator_in_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="unit separator"):
        make_id("a\x1fb", "c")


def test_ids_do_not_change_between_versions_of_the_program() -> None:
    """Ledgers keep ids, so a change of their making would cut every judgement and coding from its record."""
    assert (
        make_id("record", "starter", "atelier-amsterdam")
        == hashlib.sha256(b"record\x1fstarter\x1fatelier-amsterdam").hexdigest()[:16]
    )
    assert make_id("리빙랩") == hashlib.sha256("리빙랩".encode()).hexdigest()[:16]
    assert digest_bytes(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@settings(deadline=None)
@given(part, part)
def test_ids_of_records_and_units_never_meet(one: str, other: str) -> None:
    assert record_id(one, other) != unit_id(one, other)


@settings(deadline=None)
@given(json_values)
def test_canonical_json_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@settings(deadline=None)
@given(st.dictionaries(part, json_values, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_no_digest(value: dict[str, object], random: object) -> None:
    keys = list(value)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert digest_json({key: value[key] for key in keys}) == digest_json(value)


def test_the_order_of_a_list_changes_the_digest() -> None:
    assert digest_json([1, 2]) != digest_json([2, 1])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}])
def test_what_json_has_no_word_for_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(value)
