"""How often answers are right, where the truth is known: overall, by country, by reason, and what was confused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from dynapolis.places.answer import PlaceAnswer
from dynapolis.places.gazetteer import NEAR_KM, Gazetteer, kilometres

RANGES = (0.0, 0.5, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.0)
Row = dict[str, Any]


class Outcome(StrEnum):
    """What became of one known town."""

    RIGHT = "right"  # the reference place, or a city within NEAR_KM of it
    WRONG = "wrong"
    MISSED = "missed"  # refused although the reference place is in the gazetteer
    RIGHTLY_REFUSED = "rightly_refused"  # refused, and the reference place is not in the gazetteer
    UNJUDGED = "unjudged"  # another place was answered, and where the reference place lies is not known


@dataclass(frozen=True, slots=True)
class Known:
    """A town as typed, and the place that somebody took it for.

    ``lat`` and ``lon`` of the reference place in degrees, None where nobody tells them.
    """

    town: str
    country: str
    geonameid: int
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A known town with its answer.

    Attributes:
        in_gazetteer: the reference place may be an answer.
        km: from the answer to the reference place; None for a refusal, or where it is not known.
    """

    known: Known
    answer: PlaceAnswer
    in_gazetteer: bool
    km: float | None
    outcome: Outcome


def is_held_out(town: str) -> bool:
    """Whether a string belongs to the half that nothing was tuned on: the first byte of its SHA-256 is odd.

    Example:
        >>> is_held_out("Oulu"), is_held_out("Graz")
        (True, False)
    """
    return hashlib.sha256(town.encode()).digest()[0] % 2 == 1


def judge(known: Known, answer: PlaceAnswer, gazetteer: Gazetteer) -> Judged:
    """Hold one answer against the reference place."""
    where = gazetteer.where(known.geonameid)
    in_gazetteer = where is not None and where[0].is_city(where[1])
    lat, lon = known.lat, known.lon
    if (lat is None or lon is None) and where is not None:
        lat, lon = where[0].columns.lat[where[1]], where[0].columns.lon[where[1]]
    if answer.lat is None or answer.lon is None:
        outcome = Outcome.MISSED if in_gazetteer else Outcome.RIGHTLY_REFUSED
        return Judged(known, answer, in_gazetteer, None, outcome)
    if answer.geonameid == known.geonameid:
        return Judged(known, answer, in_gazetteer, 0.0, Outcome.RIGHT)
    if lat is None or lon is None:
        return Judged(known, answer, in_gazetteer, None, Outcome.UNJUDGED)
    km = kilometres(lat, lon, answer.lat, answer.lon)
    return Judged(known, answer, in_gazetteer, km, Outcome.RIGHT if km <= NEAR_KM else Outcome.WRONG)


def summary(judged: Sequence[Judged]) -> Row:
    """Counts and shares of some known towns.

    Returns:
        ``share_matched``: of the towns whose place is in the gazetteer, those answered; ``share_matched_right``: those
        answered rightly; ``share_right``: of all answers that can be judged, those that are right;
        ``share_absent_refused``: of the towns whose place is not in the gazetteer, those refused. None where there is
        nothing to divide by.
    """
    inside = [j for j in judged if j.in_gazetteer]
    answers = [j for j in judged if j.answer.is_answer and j.outcome is not Outcome.UNJUDGED]
    n_absent = len(judged) - len(inside)
    n_refused = sum(j.outcome is Outcome.RIGHTLY_REFUSED for j in judged)
    n_matched = sum(j.answer.is_answer for j in inside)
    n_matched_right = sum(j.outcome is Outcome.RIGHT for j in inside)
    n_right = sum(j.outcome is Outcome.RIGHT for j in answers)
    return {
        "n": len(judged), "n_in_gazetteer": len(inside), "n_matched": n_matched, "n_matched_right": n_matched_right,
        "n_answers": len(answers), "n_right": n_right, "n_absent": n_absent, "n_absent_refused": n_refused,
        "share_matched": _share(n_matched, len(inside)), "share_matched_right": _share(n_matched_right, len(inside)),
        "share_right": _share(n_right, len(answers)), "share_absent_refused": _share(n_refused, n_absent),
    }  # fmt: skip


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def by(judged: Iterable[Judged], name: str, key: Callable[[Judged], str]) -> list[Row]:
    """The same for each value of a key, in the order of the values."""
    groups: dict[str, list[Judged]] = {}
    for item in judged:
        groups.setdefault(key(item), []).append(item)
    return [{name: value, **summary(groups[value])} for value in sorted(groups)]


def confusions(judged: Iterable[Judged]) -> list[Row]:
    """Every wrong, unjudged and missed town with what was answered or what it looks like, wrong ones first."""
    order = [Outcome.WRONG, Outcome.UNJUDGED, Outcome.MISSED]
    told = sorted((j for j in judged if j.outcome in order), key=lambda j: order.index(j.outcome))
    return [
        {
            "outcome": j.outcome.value, "town": j.known.town, "country": j.known.country,
            "reference_geonameid": j.known.geonameid, "in_gazetteer": j.in_gazetteer,
            "geonameid": j.answer.geonameid, "name": j.answer.name,
            "km": None if j.km is None else round(j.km, 1), "score": round(j.answer.score, 4),
            "reason": j.answer.reason.value, "runner_up": str(j.answer.runner_up or ""),
        }
        for j in told
    ]  # fmt: skip


def reliability(judged: Iterable[Judged], edges: Sequence[float] = RANGES) -> list[Mapping[str, Any]]:
    """How often answers are right beside how sure their scores are, by ranges of the score.

    A score is calibrated when ``mean_score`` and ``share_right`` of each range are alike.
    """
    answers = [(j.answer.score, j.outcome is Outcome.RIGHT) for j in judged if j.answer.is_answer]
    rows: list[Mapping[str, Any]] = []
    for low, high in pairwise(edges):
        inside = [(s, right) for s, right in answers if low <= s < high or (high == edges[-1] == s)]
        if inside:
            mean = round(sum(s for s, _ in inside) / len(inside), 4)
            share = _share(sum(right for _, right in inside), len(inside))
            rows.append({"from": low, "to": high, "n": len(inside), "mean_score": mean, "share_right": share})
    return rows
