"""Which pairs of records are worth comparing: those that share a key that few others have.

Every rule gives a record some keys; records with the same key of one rule are candidates for each other. A key that
more than ``most`` records share says too little and is left out, so the number of pairs grows with the number of
records and not with its square; what was left out is told.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

import narwhals as nw
import numpy as np
import pyarrow as pa

from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.resolve.compare.subject import Subject, subjects_of

MOST = 40
_BEGINNING, _END = 6, 6
_RAREST = 3
_LEAST_ACRONYM = 3
Rule = Callable[[Subject], Iterable[str]]


def _whole_names(subject: Subject) -> Iterator[str]:
    for name in subject.names:
        yield "".join(sorted(name.words))


def _whole_names_in_place(subject: Subject) -> Iterator[str]:
    place = subject.city or subject.country
    yield from (f"{key}|{place}" for key in _whole_names(subject) if place)


def _words(subject: Subject) -> Iterator[str]:
    for name in subject.names:
        yield from name.words


def _words_in_city(subject: Subject) -> Iterator[str]:
    if subject.city:
        yield from (f"{word}|{subject.city}" for word in _words(subject))


def _words_in_area(subject: Subject) -> Iterator[str]:
    if subject.area:
        yield from (f"{word}|{subject.area}" for word in _words(subject))


def _rarest_words(subject: Subject) -> Iterator[str]:
    """Every two of the rarest words of a name."""
    for name in subject.names:
        ranked = sorted(zip(name.weights, name.words, strict=True), reverse=True)[:_RAREST]
        yield from ("|".join(sorted(two)) for two in combinations([word for _, word in ranked], 2))


def _beginnings(subject: Subject) -> Iterator[str]:
    """The first and the last letters of a name, so that an error elsewhere in it does not matter."""
    for name in subject.names:
        if len(name.letters) > _BEGINNING:
            for part in (name.letters[:_BEGINNING], name.letters[-_END:]):
                yield f"{part}|{subject.city or subject.country}"


def _long_beginnings(subject: Subject) -> Iterator[str]:
    """The first twelve letters of a name, wherever it is."""
    yield from (name.letters[: 2 * _BEGINNING] for name in subject.names if len(name.letters) > 2 * _BEGINNING)


def _acronyms(subject: Subject) -> Iterator[str]:
    """Acronyms, initials that could be one, and one-word names, so that either finds the other."""
    found = {*subject.acronyms, *subject.initials, *(n.words[0] for n in subject.names if len(n.words) == 1)}
    for acronym in found:
        if len(acronym) >= _LEAST_ACRONYM:
            yield f"{acronym}|{subject.city or subject.country}"
            yield acronym


def _hosts(subject: Subject) -> Iterator[str]:
    if subject.host:
        yield subject.host


def _bodies(subject: Subject) -> Iterator[str]:
    """Organisations in the city: who leads or takes part."""
    for body in (*subject.lead, *subject.partners):
        yield f"{body.key}|{subject.city}"


def _cities(subject: Subject) -> Iterator[str]:
    if subject.city:
        yield subject.city


RULES: Mapping[str, Rule] = {
    "name": _whole_names,
    "name_in_place": _whole_names_in_place,
    "word": _words,
    "word_in_city": _words_in_city,
    "word_in_area": _words_in_area,
    "rarest_words": _rarest_words,
    "letters": _beginnings,
    "first_letters": _long_beginnings,
    "acronym": _acronyms,
    "host": _hosts,
    "organisation": _bodies,
    "city": _cities,
}
INITIATIVE_RULES = tuple(RULES)
ORGANISATION_RULES = tuple(rule for rule in RULES if rule not in ("organisation", "city"))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth comparing.

    Attributes:
        pairs: columns ``left`` and ``right`` (places in the list of subjects, left < right) and ``rule``, the first one
            that found the pair; ordered by left and right.
        left_out: by rule, how many keys were shared by too many.
    """

    pairs: pa.Table
    left_out: Mapping[str, int]


def find_candidates(
    records: pa.Table,
    *,
    rules: Sequence[str] = INITIATIVE_RULES,
    most: int = MOST,
    distinct: Collection[str] = (),
    organisations: bool = False,
) -> pa.Table:
    """Pairs of records worth comparing, by id.

    Args:
        records: columns ``SUBJECT``; see ``initiatives.subject_table`` for a table of records.
        rules: names of ``RULES``.
        most: a key that more records share is left out.
        distinct: registers that list a thing once, so that no two of their records are a pair.
        organisations: the records are organisations.

    Returns:
        columns ``left_id``, ``right_id``, ``rule``; every pair once, ordered by the ids' places in the table.

    Example:
        >>> from dynapolis.resolve.compare.subject import SUBJECT
        >>> rows = [{"record_id": i, "register": i, "name": n} for i, n in [("a", "Last Mile"), ("b", "The Last Mile")]]
        >>> find_candidates(pa.Table.from_pylist(rows, SUBJECT)).to_pylist()
        [{'left_id': 'a', 'right_id': 'b', 'rule': 'name'}]
    """
    subjects = subjects_of(records, organisations=organisations)
    found = candidate_numbers(subjects, rules=rules, most=most, distinct=distinct).pairs
    ids = np.array([subject.record_id for subject in subjects], dtype=object)
    return pa.table(
        {
            "left_id": pa.array(ids[found["left"].to_numpy()], pa.string()),
            "right_id": pa.array(ids[found["right"].to_numpy()], pa.string()),
            "rule": found["rule"],
        }
    )


def candidate_numbers(
    subjects: Sequence[Subject],
    *,
    rules: Sequence[str] = INITIATIVE_RULES,
    most: int = MOST,
    distinct: Collection[str] = (),
) -> Candidates:
    """The same by place in a list of subjects; see ``find_candidates``."""
    with DuckDBEngine() as engine:
        keys = engine.frame("keys", _key_table(subjects, rules))
        registers = sorted({subject.register for subject in subjects})
        alone = {register: number for number, register in enumerate(registers) if register in distinct}
        engine.frame(
            "register",
            pa.table(
                {
                    "number": pa.array(range(len(subjects)), pa.int32()),
                    "alone": pa.array([alone.get(subject.register) for subject in subjects], pa.int32()),
                }
            ),
        )
        sizes = keys.group_by("rule", "key").agg(size=nw.len())
        too_many = sizes.filter(nw.col("size") > most).group_by("rule").agg(n=nw.len())
        left_out = {rules[row["rule"]]: row["n"] for row in engine.collect(too_many, order_by=["rule"]).to_pylist()}
        pairs = engine.collect(_pairs(engine, keys, sizes, most), order_by=["left", "right"])
    names = pa.DictionaryArray.from_arrays(pairs["rule"].combine_chunks().cast(pa.int32()), pa.array(list(rules)))
    return Candidates(pairs.set_column(2, "rule", names.cast(pa.string())), left_out)


def _pairs(engine: DuckDBEngine, keys: Frame, sizes: Frame, most: int) -> Frame:
    useful = sizes.filter(nw.col("size") > 1, nw.col("size") <= most).select("rule", "key")
    kept = keys.join(useful, on=["rule", "key"], how="inner")
    right = kept.select("rule", "key", right=nw.col("number"))
    both = kept.select("rule", "key", left=nw.col("number")).join(right, on=["rule", "key"], how="inner")
    once = both.filter(nw.col("left") < nw.col("right")).group_by("left", "right").agg(nw.col("rule").min())
    register = engine.known("register")
    of_left = register.select(left=nw.col("number"), alone_left=nw.col("alone"))
    of_right = register.select(right=nw.col("number"), alone_right=nw.col("alone"))
    told = once.join(of_left, on="left", how="inner").join(of_right, on="right", how="inner")
    same = (nw.col("alone_left") == nw.col("alone_right")).fill_null(False)
    return told.filter(~same).select("left", "right", "rule")


def _key_table(subjects: Sequence[Subject], rules: Sequence[str]) -> pa.Table:
    """Every key of every record once, as the first 8 bytes of a hash, the same on every machine."""
    numbers, of_rule, keys = array("i"), array("i"), array("q")
    for number, rule in enumerate(rules):
        give = RULES[rule]
        for subject in subjects:
            for key in set(give(subject)):
                numbers.append(subject.number)
                of_rule.append(number)
                keys.append(_hash(key))
    return pa.table(
        {
            "number": pa.array(np.frombuffer(numbers, np.int32), pa.int32()),
            "rule": pa.array(np.frombuffer(of_rule, np.int32), pa.int32()),
            "key": pa.array(np.frombuffer(keys, np.int64), pa.int64()),
        }
    )


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
