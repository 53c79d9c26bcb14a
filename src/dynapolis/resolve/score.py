"""The probability of each candidate pair to be one thing, and the evidence for it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from dynapolis.model.arrays import FloatArray
from dynapolis.resolve.candidates import Candidates, candidate_numbers
from dynapolis.resolve.compare.evidence import Evidence
from dynapolis.resolve.compare.subject import Subject, subjects_of
from dynapolis.resolve.profile import INITIATIVES, NAME, Profile
from dynapolis.resolve.splink_model import LevelOdds, Model, fit, predict

FIRST_PRIOR = 0.01
KNOWN_PAIRS = 2.0  # how many pairs the start of a level is worth beside what is learnt
NOISE = 0.04  # share of fields of the same thing that are as different as those of two: errors of a register
_ENOUGH_NEGATIVES, _MOST_NEGATIVES = 500, 50_000
_ROUNDS, _SETTLED = 8, 0.01
_SUSPECTED = 0.95  # a pair within a register that lists a thing once may be an oversight of the register
_HALF = 0.5
_SURE = 1e-9

Levels = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """Candidate pairs with their probabilities.

    Attributes:
        left, right: places in the list of subjects.
        rule: the rule that found the pair.
        levels: by comparison, the level of each pair.
        probability: of each pair to be one thing.
        model: how the levels became probabilities.
        n_negatives: on how many pairs known to be two things the model rests.
        left_out: by rule, how many keys were shared by too many records.
    """

    left: Any
    right: Any
    rule: Sequence[str]
    levels: Levels
    probability: FloatArray
    model: Model
    n_negatives: int
    left_out: Mapping[str, int]


def score_pairs(
    records: pa.Table,
    *,
    profile: Profile = INITIATIVES,
    distinct: Collection[str] = (),
    model: Model | None = None,
    tell_from: float = 0.01,
) -> pa.Table:
    """Candidate pairs of some records with the probability of being one thing.

    Args:
        records: columns ``compare.subject.SUBJECT``.
        profile: what is compared.
        distinct: registers that list a thing once. No two of their records are a pair; pairs within them show how alike
            two different things can be; and of several partners of a record in such a register only one can be right.
        model: from an earlier run; none learns one from these pairs.
        tell_from: evidence is told for pairs of at least this probability.

    Returns:
        columns ``left_id``, ``right_id``, ``probability``, ``rule``, and ``evidence``, JSON of a list of comparison,
        level, score, message key and values; ordered by the records' places in the table.
    """
    subjects = subjects_of(records, organisations=profile.organisations)
    scores = score_subjects(subjects, profile=profile, distinct=distinct, model=model)
    told = [
        json.dumps(evidence_rows(subjects[a], subjects[b], profile), ensure_ascii=False) if p >= tell_from else "[]"
        for a, b, p in zip(scores.left, scores.right, scores.probability, strict=True)
    ]
    return pa.table(
        {
            "left_id": pa.array([subjects[a].record_id for a in scores.left], pa.string()),
            "right_id": pa.array([subjects[b].record_id for b in scores.right], pa.string()),
            "probability": pa.array(scores.probability, pa.float64()),
            "rule": pa.array(list(scores.rule), pa.string()),
            "evidence": pa.array(told, pa.string()),
        }
    )


def evidence_of(left: Subject, right: Subject, profile: Profile = INITIATIVES) -> dict[str, Evidence]:
    """What every comparison of a profile says of two records."""
    return {name: item.compare(left, right) for name, item in profile.comparisons.items()}


def evidence_rows(left: Subject, right: Subject, profile: Profile) -> list[list[Any]]:
    """The same as plain values, without comparisons that had nothing to compare."""
    found = evidence_of(left, right, profile)
    return [
        [name, item.level, round(item.score, 4), item.key, dict(item.values)]
        for name, item in found.items()
        if item.level >= 0
    ]


def score_subjects(
    subjects: Sequence[Subject],
    *,
    profile: Profile = INITIATIVES,
    distinct: Collection[str] = (),
    model: Model | None = None,
) -> Scores:
    """The same over subjects; see ``score_pairs``."""
    candidates = candidate_numbers(subjects, rules=profile.rules, most=profile.most)
    left, right, rule, within = _ends(subjects, candidates, distinct)
    levels = compare_pairs(subjects, left, right, profile)
    asked = {name: values[~within] for name, values in levels.items()}
    negatives = {name: values[within] for name, values in levels.items()}
    if model is None:
        model = learn(asked, negatives, profile)
        doubles = predict(negatives, model) >= _SUSPECTED if within.any() else np.zeros(0, dtype=bool)
        if doubles.any():
            model = learn(asked, {name: values[~doubles] for name, values in negatives.items()}, profile)
    left, right = left[~within], right[~within]
    found = predict(asked, model) if len(left) else np.zeros(0)
    found = compete(found, left, right, subjects, distinct)
    return Scores(left, right, rule[~within].tolist(), asked, found, model, int(within.sum()), candidates.left_out)


def _ends(subjects: Sequence[Subject], found: Candidates, distinct: Collection[str]) -> tuple[Any, Any, Any, Any]:
    """Both ends of every pair, its rule, and whether both are of one register that lists a thing once.

    Of the latter no more than are needed to count levels are kept, evenly over all of them.
    """
    left, right = found.pairs["left"].to_numpy(), found.pairs["right"].to_numpy()
    rule = np.array(found.pairs["rule"].to_pylist(), dtype=object)
    code = _register_codes(subjects)
    alone = np.array([subject.register in distinct for subject in subjects], dtype=bool)
    within = (code[left] == code[right]) & alone[left]
    step = max(1, int(within.sum()) // _MOST_NEGATIVES)
    kept = ~within | ((np.cumsum(within) % step) == 0)
    return left[kept], right[kept], rule[kept], within[kept]


def _register_codes(subjects: Sequence[Subject]) -> Any:
    names = sorted({subject.register for subject in subjects})
    number = {name: place for place, name in enumerate(names)}
    return np.array([number[subject.register] for subject in subjects], dtype=np.int64)


def compare_pairs(subjects: Sequence[Subject], left: Any, right: Any, profile: Profile) -> Levels:
    """The level of every comparison for every pair."""
    ends = [(subjects[a], subjects[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    found = {}
    for name, item in profile.comparisons.items():
        compare = item.compare
        found[name] = np.fromiter((compare(a, b)[0] for a, b in ends), dtype=np.int8, count=len(ends))
    return found


def learn(levels: Levels, negatives: Levels, profile: Profile) -> Model:
    """A model of some pairs.

    How often each level occurs in pairs of two things is counted on pairs that are known to be two, candidates within
    registers that list a thing once. Where there are fewer than 500 of them it is counted on all pairs, first as if all
    were two, then each by the probability that it is two, until the share of pairs that are one settles. How often a
    level occurs in pairs of one thing, and how many those are, is learnt by expectation and maximisation. The levels of
    the name are given by the profile meanwhile, and learnt in one step at the end of each round.
    """
    used = {name: values for name, values in levels.items() if len(np.unique(values[values >= 0])) > 1}
    n_negatives = len(next(iter(negatives.values())))
    if n_negatives >= _ENOUGH_NEGATIVES or NAME not in used:
        return _learn_once(used, negatives if n_negatives else levels, None, profile)
    model = _learn_once(used, levels, None, profile)
    for _ in range(_ROUNDS):
        before = model.prior
        named = replace(profile, same_names=tuple(item.m for item in model.levels[NAME]))
        model = _learn_once(used, levels, 1 - predict(used, model), named)
        if abs(model.prior - before) <= _SETTLED * before:
            break
    return model


def _learn_once(used: Levels, known: Levels, weight: FloatArray | None, profile: Profile) -> Model:
    """The same with pairs of two things given, each by its weight."""
    start = {name: _start(name, known[name], weight, profile) for name in profile.comparisons}
    if NAME not in used:
        return Model(FIRST_PRIOR, start)
    first = Model(FIRST_PRIOR, {name: start[name] for name in used})
    fitted = fit(used, first, known_pairs=KNOWN_PAIRS)
    noisy = {name: odds if name == NAME else _with_noise(odds) for name, odds in fitted.levels.items()}
    model = Model(fitted.prior, noisy)
    noisy[NAME] = _one_step(used[NAME], predict(used, model), start[NAME])
    return Model(fitted.prior, {name: noisy.get(name, start[name]) for name in profile.comparisons})


def _start(name: str, known: Any, weight: FloatArray | None, profile: Profile) -> tuple[LevelOdds, ...]:
    item = profile.comparisons[name]
    told = known >= 0
    weights = None if weight is None else weight[told]
    counts = np.bincount(known[told], weights=weights, minlength=item.n_levels) + _HALF
    u = counts / counts.sum()
    if name == NAME:
        m = np.array(profile.same_names)
    else:
        m = u * np.power(item.rise, np.arange(item.n_levels))
        m = m / m.sum()
    return tuple(LevelOdds(float(a), float(b), name == NAME) for a, b in zip(m, u, strict=True))


def _with_noise(odds: Sequence[LevelOdds]) -> tuple[LevelOdds, ...]:
    return tuple(LevelOdds((1 - NOISE) * item.m + NOISE * item.u, item.u) for item in odds)


def _one_step(levels: Any, probability: FloatArray, start: Sequence[LevelOdds]) -> tuple[LevelOdds, ...]:
    """How often each level of the name occurs among pairs that are probably one thing; half of it is the start."""
    told = levels >= 0
    counts = np.bincount(levels[told], weights=probability[told], minlength=len(start))
    share = counts / max(counts.sum(), _SURE)
    return tuple(LevelOdds(_HALF * (o.m + float(s)), o.u) for o, s in zip(start, share, strict=True))


def compete(
    probability: FloatArray, left: Any, right: Any, subjects: Sequence[Subject], distinct: Collection[str]
) -> FloatArray:
    """Probabilities where a register that lists a thing once can hold only one partner of a record.

    The odds of a pair are divided by one plus the odds of the record's other partners in that register, from either
    end.

    Source: the posterior of one of several exclusive answers or none; compare Jaro (1989), doi
    10.1080/01621459.1989.10478785, who assigns each record one partner at most.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> a, b = pair({"name": "x", "register": "a"}, {"name": "x", "register": "b"})
        >>> compete(np.array([0.5, 0.5]), np.array([0, 0]), np.array([1, 1]), [a, b], {"b"}).round(3).tolist()
        [0.333, 0.333]
    """
    if not len(probability) or not distinct:
        return probability
    code = _register_codes(subjects)
    alone = np.array([subject.register in distinct for subject in subjects], dtype=bool)
    odds = probability / np.maximum(1 - probability, _SURE)
    near, far = np.concatenate([left, right]), np.concatenate([right, left])
    _, place = np.unique(near.astype(np.int64) * (code.max() + 1) + code[far], return_inverse=True)
    both = np.concatenate([odds, odds])
    others = np.where(alone[far], np.maximum(np.bincount(place, weights=both)[place] - both, 0.0), 0.0)
    result = odds / (1 + others[: len(odds)]) / (1 + others[len(odds) :])
    return np.asarray(np.round(result / (1 + result), 9), dtype=float)
