"""Whether two records begin and end at the same time, as precisely as both of them tell."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import Subject

_DAY = len("2024-01-01")
_SAME_DAY, _SAME_YEAR = 3, 2
_KEYS = ("dates_far", "dates_near", "dates_same_year", "dates_same_years", "dates_same_start", "dates_same_days")


def compare_dates(left: Subject, right: Subject) -> Evidence:
    """Levels: 5 begin and end on the same days, 4 begin on the same day, 3 begin and end in the same years, 2 begin in
    the same year, 1 within a year of each other, 0 further apart.

    A year is compared with a day as a year; where no two beginnings are told, ends are compared.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_dates(*pair({"start": "2016"}, {"start": "2016-03-01"})).level
        2
    """
    first = _same(left.start, right.start)
    last = _same(left.end, right.end)
    if first is None and last is None:
        return nothing("dates")
    values = {"left": _span(left), "right": _span(right)}
    level = _level(first, last)
    return Evidence(level, level / (len(_KEYS) - 1), _KEYS[level], values)


def _level(first: int | None, last: int | None) -> int:
    told = first if first is not None else last
    if told is None or told < 1:
        return 0
    if told == 1:
        return 1
    if first == _SAME_DAY:
        return 5 if last == _SAME_DAY else 4
    return 3 if first is not None and last is not None and last >= _SAME_YEAR else 2


def _same(one: str, other: str) -> int | None:
    """3 the same day, 2 the same year, 1 a year apart, 0 more; None where one of the two is not told."""
    if not one or not other:
        return None
    if len(one) >= _DAY and len(other) >= _DAY and one[:_DAY] == other[:_DAY]:
        return _SAME_DAY
    apart = abs(int(one[:4]) - int(other[:4])) if one[:4].isdecimal() and other[:4].isdecimal() else 9
    return _SAME_YEAR if apart == 0 else 1 if apart == 1 else 0


def _span(subject: Subject) -> str:
    return f"{subject.start or '?'}–{subject.end or '?'}"
