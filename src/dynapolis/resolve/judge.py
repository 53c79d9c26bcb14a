"""Judgements by rule for pairs that are surely one thing, and which pairs are left for people.

The rule only adds. What a person or a register said of a pair stands, whatever the rule finds; what would make one
entity of two records judged different is not written but told; what it once wrote and no longer finds it takes back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.resolve.clusters import Clusters
from dynapolis.resolve.entities import Entities, Refused, join_records
from dynapolis.resolve.standing import JudgeKind, Pair, kind_of, pair_of, standing

TAKEN_BACK = "not found any more"
_TEXT = pa.string()
PAIR = pa.schema(
    [
        ("left_id", _TEXT), ("right_id", _TEXT), ("probability", pa.float64()), ("band", _TEXT), ("evidence", _TEXT),
    ]
)  # fmt: skip


class Band(StrEnum):
    """What a probability says: surely the same, for a person to review, or different."""

    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate pair with its probability.

    Attributes:
        pair: the two record ids, the smaller first.
        probability: that the two are one thing.
        band: where the probability lies.
        why: the evidence, as a sentence.
        evidence: the same as keys of the messages below ``resolve.evidence`` with what they name.
    """

    pair: Pair
    probability: float
    band: Band
    why: str
    evidence: tuple[tuple[str, Mapping[str, str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """A pair that waits for a person.

    Attributes:
        scored: the pair.
        unsure: who has looked at it and was unsure; empty if nobody.
    """

    scored: Scored
    unsure: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run of the rule comes to.

    Attributes:
        judgements: to be added, each new: pairs that are the same, and pairs that the rule takes back.
        waiting: pairs for people, those most probably the same first.
        refused: pairs surely the same that would contradict a "different", with what they contradict; and judgements
            made before of which that is true.
        entities: the view after the judgements are added.
        n_known: pairs surely the same of which a judgement by a rule or register says so already.
        n_people: pairs surely the same on which a person's judgement stands.
        n_implied: pairs for review that others have answered: they are together, or held apart, already.
    """

    judgements: tuple[Judgement, ...]
    waiting: tuple[Open, ...]
    refused: tuple[Refused, ...]
    entities: Entities
    n_known: int
    n_people: int
    n_implied: int


Evidence = tuple[tuple[str, Mapping[str, str]], ...]


def scored_pairs(table: pa.Table, tell: Callable[[float, Evidence], str]) -> list[Scored]:
    """The rows of a table with the columns ``PAIR``, but for those of the band "different".

    A pair that is no candidate counts as different anyway, and nearly all candidates are.

    Args:
        table: pairs; ``evidence`` is JSON of a list of message keys with their values.
        tell: probability and evidence as one sentence.
    """
    rows = table.filter(pc.not_equal(table["band"], Band.DIFFERENT.value)).select(PAIR.names).to_pylist()
    found = []
    for row in rows:
        evidence: Evidence = tuple((key, values) for key, values in json.loads(row["evidence"]))
        why, pair = tell(row["probability"], evidence), pair_of(row["left_id"], row["right_id"])
        found.append(Scored(pair, row["probability"], Band(row["band"]), why, evidence))
    return found


def plan_judgements(
    record_ids: Sequence[str], judgements: Sequence[Judgement], pairs: Iterable[Scored], *, rule: str, now: str
) -> Plan:
    """What the rule adds to the judgements made so far, and what it leaves to people.

    Args:
        record_ids: all records.
        judgements: made so far, in any order.
        pairs: candidate pairs, each once; two that are not among them count as different.
        rule: name and version of the rule, as the judge of what it writes.
        now: the time.
    """
    here = set(record_ids)
    known = [item for item in judgements if item.left_id in here and item.right_id in here]
    scored = sorted((p for p in pairs if set(p.pair) <= here), key=lambda p: (-p.probability, p.pair))
    last, sure = standing(known), [p for p in scored if p.band is Band.SAME]
    back = _taken_back(last, scored, rule, now)
    before = join_records(record_ids, [*known, *back])
    new, refused, n_known, n_people = _same(sure, last, before.clusters.copy(), rule, now)
    added = (*back, *new)
    entities = join_records(record_ids, [*known, *added])
    waiting = tuple(_waiting(scored, last, entities.clusters))
    n_review = sum(1 for p in scored if p.band is Band.REVIEW)
    n_asked = sum(1 for item in waiting if item.scored.band is Band.REVIEW)
    return Plan(added, waiting, (*entities.refused, *refused), entities, n_known, n_people, n_review - n_asked)


def _taken_back(last: dict[Pair, Judgement], scored: Sequence[Scored], rule: str, now: str) -> tuple[Judgement, ...]:
    """Pairs that a rule joined and the rule of today does not."""
    today = {p.pair: p for p in scored}
    found = []
    for pair, item in sorted(last.items()):
        of_today = today.get(pair)
        if kind_of(item.judge) is not JudgeKind.RULE or item.verdict is not Verdict.SAME:
            continue
        if of_today is None or of_today.band is not Band.SAME:
            why = f"{TAKEN_BACK}: {of_today.why}" if of_today else TAKEN_BACK
            found.append(Judgement(*pair, Verdict.UNSURE, rule, why, now))
    return tuple(found)


def _same(
    sure: Sequence[Scored], last: dict[Pair, Judgement], clusters: Clusters, rule: str, now: str
) -> tuple[list[Judgement], list[Refused], int, int]:
    """New judgements, the most probable first, and those that would contradict another; how many need none."""
    new, refused, n_known, n_people = [], [], 0, 0
    for item in sure:
        said = last.get(item.pair)
        judgement = Judgement(*item.pair, Verdict.SAME, rule, item.why, now)
        n_people += said is not None and kind_of(said.judge) is JudgeKind.PERSON
        if said and said.verdict is Verdict.SAME:
            n_known += kind_of(said.judge) is not JudgeKind.PERSON
        elif said and kind_of(said.judge) is not JudgeKind.RULE:
            if said.verdict is Verdict.DIFFERENT:
                refused.append(Refused(judgement, said))
        elif between := clusters.join(item.pair):
            refused.append(Refused(judgement, last[between]))
        else:
            new.append(judgement)
    return new, refused, n_known, n_people


def _waiting(scored: Sequence[Scored], last: dict[Pair, Judgement], clusters: Clusters) -> Iterable[Open]:
    """Pairs that nothing has answered yet: a review pair, or a sure one of which somebody was unsure."""
    for item in scored:
        said = last.get(item.pair)
        heard = said is not None and kind_of(said.judge) is not JudgeKind.RULE
        unsure = said.judge if said and heard and said.verdict is Verdict.UNSURE else ""
        asked = item.band is Band.REVIEW or (item.band is Band.SAME and unsure)
        answered = heard and not unsure
        if asked and not answered and not clusters.together(item.pair) and clusters.held_apart(item.pair) is None:
            yield Open(item, unsure)


def undone(judgement: Judgement, judgements: Iterable[Judgement], *, by: str, why: str, now: str) -> Judgement:
    """The row that undoes a judgement: the pair is again what it was before it, or unsure if nobody had said anything.

    Args:
        judgement: the one to undo; it must be the one that counts on its pair.
        judgements: all.
        by, why, now: who undoes it, for what reason, when.

    Example:
        >>> first = Judgement("a", "b", Verdict.SAME, "ann", "one street", "2026-01-01")
        >>> undone(first, [first], by="ann", why="two streets", now="2026-01-02").verdict.value
        'unsure'
    """
    pair = pair_of(judgement.left_id, judgement.right_id)
    before = standing(j for j in judgements if j != judgement and pair_of(j.left_id, j.right_id) == pair).get(pair)
    return Judgement(*pair, before.verdict if before else Verdict.UNSURE, by, why, now)
