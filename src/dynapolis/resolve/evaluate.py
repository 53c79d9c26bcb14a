"""How often the matcher is right where the truth is known: pairs and clusters, with intervals, beside Splink."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import beta

from dynapolis.model.arrays import FloatArray
from dynapolis.resolve.compare.subject import Subject, subjects_of
from dynapolis.resolve.profile import Profile
from dynapolis.resolve.score import Scores, evidence_of, score_subjects
from dynapolis.resolve.splink_model import predict_with_defaults
from dynapolis.resolve.threshold import (
    EVEN,
    Bands,
    Share,
    choose_bands,
    expected_missed,
    expected_wrong,
    share_of,
)

RANGES = (0.0, 0.001, 0.01, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0)
DEFAULT_COLUMNS = ("name", "name_local", "acronym", "city", "country", "start", "end", "lead")
Row = dict[str, Any]
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Gold:
    """Records of which it is known which are one thing. What tells it is hidden from the matcher.

    Attributes:
        name: of the set.
        records: columns ``SUBJECT``; no identifiers among them.
        things: by record id, what it is one of; a record that is missing is alone.
        profile: what is compared.
        distinct: registers that list a thing once, so that only pairs between registers are asked for.
    """

    name: str
    records: pa.Table
    things: Mapping[str, str]
    profile: Profile
    distinct: frozenset[str]

    @property
    def pairs(self) -> Pairs:
        """All pairs that are one thing, but for those within a register that lists a thing once."""
        register = dict(zip(*(self.records[n].to_pylist() for n in ("record_id", "register")), strict=True))
        members: dict[str, list[str]] = {}
        for record in sorted(self.things):
            members.setdefault(self.things[record], []).append(record)
        return frozenset(
            (a, b)
            for group in members.values()
            for a, b in combinations(group, 2)
            if register[a] != register[b] or register[a] not in self.distinct
        )


@dataclass(frozen=True, slots=True)
class Measures:
    """Precision, recall and F1 of a set of answers.

    ``f1_low`` and ``f1_high`` bound 95 % of the posterior of F1 under Jeffreys' prior.
    """

    precision: Share
    recall: Share
    f1: float
    f1_low: float
    f1_high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A gold set with what the matcher answered.

    Attributes:
        gold: the set.
        subjects: its records, ready to be compared.
        scores: candidate pairs with probabilities.
        bands: the thresholds chosen without knowing the truth.
        truth: the pairs that are one thing.
        is_same: of each candidate pair.
        defaults: the probabilities of the same pairs by Splink with its own comparisons.
    """

    gold: Gold
    subjects: Sequence[Subject]
    scores: Scores
    bands: Bands
    truth: Pairs
    is_same: Any
    defaults: FloatArray


def evaluate(gold: Gold) -> Evaluation:
    """Resolve the records of a gold set without what tells the truth, and hold the answers against it."""
    subjects = subjects_of(gold.records, organisations=gold.profile.organisations)
    scores = score_subjects(subjects, profile=gold.profile, distinct=gold.distinct)
    truth = gold.pairs
    ids = [subject.record_id for subject in subjects]
    asked = [_pair(ids[a], ids[b]) for a, b in zip(scores.left, scores.right, strict=True)]
    is_same = np.array([pair in truth for pair in asked], dtype=bool)
    profile = gold.profile
    bands = choose_bands(scores.probability, most_wrong=profile.most_wrong, most_missed=profile.most_missed)
    by_register = set(gold.records["register"].to_pylist()) <= gold.distinct
    defaults = predict_with_defaults(gold.records, DEFAULT_COLUMNS, scores.left, scores.right, by_register=by_register)
    return Evaluation(gold, subjects, scores, bands, truth, is_same, defaults)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def measure(n_right: int, n_found: int, n_true: int) -> Measures:
    """Precision, recall and F1 from three counts.

    Source: the posterior of F1, Goutte and Gaussier (2005), doi 10.1007/978-3-540-31865-1_25.

    Example:
        >>> m = measure(90, 100, 95)
        >>> round(m.f1, 3), m.f1_low < m.f1 < m.f1_high
        (0.923, True)
    """
    wrong = (n_found - n_right) + (n_true - n_right)
    ends = [float(beta.ppf(q, n_right + 0.5, wrong + 0.5)) for q in (0.025, 0.975)]
    low, high = (2 * x / (1 + x) for x in ends)
    f1 = 2 * n_right / (n_found + n_true) if n_found + n_true else 0.0
    return Measures(share_of(n_right, n_found), share_of(n_right, n_true), f1, low, high)


def pair_measures(found: Collection[tuple[str, str]], truth: Pairs) -> Measures:
    """How many of the found pairs are one thing, and how many of those that are one thing were found."""
    return measure(len(truth.intersection(found)), len(found), len(truth))


def cluster_measures(found: Iterable[tuple[str, str]], truth: Pairs) -> Measures:
    """The same of whole groups of records that are one thing: a group is right when it is the same to the last record.

    Groups are the connected parts; records that are alone are not counted.
    """
    groups, true = connected(found), connected(truth)
    return measure(len(groups & true), len(groups), len(true))


def connected(pairs: Iterable[tuple[str, str]]) -> frozenset[frozenset[str]]:
    """Groups of records that pairs connect.

    Example:
        >>> sorted(sorted(group) for group in connected([("a", "b"), ("b", "c"), ("d", "e")]))
        [['a', 'b', 'c'], ['d', 'e']]
    """
    first: dict[str, str] = {}

    def root(record: str) -> str:
        while first.setdefault(record, record) != record:
            first[record] = first[first[record]]
            record = first[record]
        return record

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        first[high] = low
    groups: dict[str, set[str]] = {}
    for record in list(first):
        groups.setdefault(root(record), set()).add(record)
    return frozenset(frozenset(group) for group in groups.values())


def found_pairs(done: Evaluation, probability: FloatArray, threshold: float) -> list[tuple[str, str]]:
    """Candidate pairs of at least a probability, by record ids."""
    ids = [subject.record_id for subject in done.subjects]
    left, right = done.scores.left, done.scores.right
    return [_pair(ids[left[n]], ids[right[n]]) for n in np.flatnonzero(probability >= threshold)]


def measure_rows(done: Evaluation) -> list[Row]:
    """Every figure of a set: by matcher, threshold and unit (pair or cluster)."""
    cuts = {"same": done.bands.same, "even": EVEN, "same_or_review": done.bands.different}
    rows = []
    for matcher, probability in (("dynapolis", done.scores.probability), ("splink_defaults", done.defaults)):
        own = cuts if matcher == "dynapolis" else {"even": EVEN, "best": best_threshold(done, probability)}
        for cut, threshold in own.items():
            pairs = found_pairs(done, probability, threshold)
            for unit, measures in (
                ("pair", pair_measures(pairs, done.truth)),
                ("cluster", cluster_measures(pairs, done.truth)),
            ):
                rows.append(
                    {"set": done.gold.name, "matcher": matcher, "cut": cut, "threshold": threshold, "unit": unit}
                    | _measure_row(measures)
                    | {
                        "expected_wrong": expected_wrong(probability, threshold),
                        "expected_missed": expected_missed(probability, threshold),
                    }
                )
    return rows


def _measure_row(measures: Measures) -> Row:
    row: Row = {}
    for name, share in (("precision", measures.precision), ("recall", measures.recall)):
        row |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    n_found, n_true = measures.precision.whole, measures.recall.whole
    counts = {"n_found": n_found, "n_right": measures.precision.part, "n_true": n_true}
    return counts | row | {"f1": measures.f1, "f1_low": measures.f1_low, "f1_high": measures.f1_high}


def best_threshold(done: Evaluation, probability: FloatArray) -> float:
    """The threshold of the highest F1, chosen knowing the truth: what a matcher could reach at most."""
    order = np.argsort(-probability, kind="stable")
    right = np.cumsum(done.is_same[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + len(done.truth))
    return float(probability[order[int(np.argmax(f1))]]) if len(order) else EVEN


def set_row(done: Evaluation) -> Row:
    """What a set is: records, pairs, what blocking kept, thresholds."""
    return {
        "set": done.gold.name,
        "records": len(done.subjects),
        "registers": len({subject.register for subject in done.subjects}),
        "pairs_same": len(done.truth),
        "candidates": len(done.scores.left),
        "candidates_same": int(done.is_same.sum()),
        "known_different": done.scores.n_negatives,
        "threshold_same": done.bands.same,
        "threshold_different": done.bands.different,
        "prior": done.scores.model.prior,
        "prior_true": float(done.is_same.mean()) if len(done.is_same) else 0.0,
    }


def reliability_rows(done: Evaluation, edges: Sequence[float] = RANGES) -> list[Row]:
    """By ranges of the probability, how often pairs are one thing beside how often they should be."""
    rows = []
    for low, high in pairwise(edges):
        inside = (done.scores.probability >= low) & ((done.scores.probability < high) | (high == edges[-1]))
        if inside.any():
            n = int(inside.sum())
            share = share_of(int(done.is_same[inside].sum()), n)
            mean = float(done.scores.probability[inside].mean())
            rows.append(
                {"set": done.gold.name, "from": low, "to": high, "n": n, "mean_probability": mean}
                | {"share_same": share.value, "low": share.low, "high": share.high}
            )
    return rows


def mistake_rows(done: Evaluation) -> list[Row]:
    """Every pair joined wrongly, left to people or missed, with the evidence: joined wrongly first."""
    rows = []
    for n in np.argsort(-done.scores.probability, kind="stable"):
        probability, same = float(done.scores.probability[n]), bool(done.is_same[n])
        band = done.bands.of(probability)
        outcome = {("same", False): "wrong", ("review", True): "review", ("different", True): "missed"}.get(
            (band, same)
        )
        if outcome:
            left, right = done.subjects[done.scores.left[n]], done.subjects[done.scores.right[n]]
            rows.append(_mistake(done.gold, outcome, probability, left, right))
    unseen = done.truth - frozenset(
        _pair(done.subjects[a].record_id, done.subjects[b].record_id)
        for a, b in zip(done.scores.left, done.scores.right, strict=True)
    )
    by_id = {subject.record_id: subject for subject in done.subjects}
    rows += [_mistake(done.gold, "no_candidate", 0.0, by_id[a], by_id[b]) for a, b in sorted(unseen)]
    order = ("wrong", "no_candidate", "missed", "review")
    return sorted(rows, key=lambda row: order.index(row["outcome"]))


def _mistake(gold: Gold, outcome: str, probability: float, left: Subject, right: Subject) -> Row:
    told = evidence_of(left, right, gold.profile)
    return {
        "set": gold.name, "outcome": outcome, "probability": probability,
        "left": left.printed["name"], "right": right.printed["name"],
        "left_city": left.printed["city"], "right_city": right.printed["city"],
        "left_id": left.record_id, "right_id": right.record_id,
        "levels": " ".join(f"{name}={item.level}" for name, item in told.items() if item.level >= 0),
    }  # fmt: skip
