"""Which of several judgements on one pair counts: a person's before a register's before a rule's, then the later one.

It is decided by who judged and when, never by the place of a row in a file, so that two ledgers that were brought
together say the same whichever was read first, and what was undone stays undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from dynapolis.model.evidence import Judgement, Verdict

Pair = tuple[str, str]
REGISTER = "register "
RULE = "rule: "
_CAREFUL = (Verdict.SAME, Verdict.UNSURE, Verdict.DIFFERENT)


class JudgeKind(IntEnum):
    """Who judges, the weakest first."""

    RULE = 1
    REGISTER = 2
    PERSON = 3


def kind_of(judge: str) -> JudgeKind:
    """What a judge is, by the beginning of its name.

    Example:
        >>> kind_of("rule: names, version 1").name, kind_of("register europe").name, kind_of("A. Reader").name
        ('RULE', 'REGISTER', 'PERSON')
    """
    if judge.startswith(RULE):
        return JudgeKind.RULE
    return JudgeKind.REGISTER if judge.startswith(REGISTER) else JudgeKind.PERSON


def pair_of(left: str, right: str) -> Pair:
    """Two records as a pair, the smaller id first.

    Example:
        >>> pair_of("b", "a")
        ('a', 'b')
    """
    return (left, right) if left <= right else (right, left)


def standing(judgements: Iterable[Judgement]) -> dict[Pair, Judgement]:
    """The judgement that counts, by pair.

    Args:
        judgements: in any order; of two by judges of one kind at the very same time, the more careful one counts.

    Example:
        >>> from dynapolis.model.evidence import Verdict
        >>> ann = Judgement("a", "b", Verdict.DIFFERENT, "ann", "two streets", "2026-01-01")
        >>> rule = Judgement("a", "b", Verdict.SAME, "rule: names", "one name", "2026-01-02")
        >>> standing([ann, rule])["a", "b"].judge
        'ann'
    """
    found: dict[Pair, Judgement] = {}
    for item in judgements:
        pair = pair_of(item.left_id, item.right_id)
        if pair not in found or _weight(item) > _weight(found[pair]):
            found[pair] = item
    return found


def in_order(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Judgements by time, whatever the order of rows; those of one time by pair, the more careful one later.

    Everything that counts follows from this order, so two ledgers that give the same list give the same entities.
    """
    return sorted(
        judgements,
        key=lambda j: (j.made_at, pair_of(j.left_id, j.right_id), kind_of(j.judge), _CAREFUL.index(j.verdict), j.judge),
    )


def _weight(item: Judgement) -> tuple[int, str, int, str]:
    return kind_of(item.judge), item.made_at, _CAREFUL.index(item.verdict), item.judge
