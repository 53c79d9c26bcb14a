"""Whether one record's acronym is the other's, or the first letters of the other's name."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import Subject

_LEAST = 3


def compare_acronyms(left: Subject, right: Subject) -> Evidence:
    """Levels: 3 the same acronym, which no third record has, 2 the same acronym, 1 the first letters of the other's
    name, or the other's whole name; 0 neither.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_acronyms(*pair({"name": "Centre for X (CFX)"}, {"acronym": "CFX", "name": "x"})).level
        3
    """
    if left.acronyms and right.acronyms:
        shared = left.acronyms & right.acronyms
        if shared:
            rare = shared & left.rare_acronyms
            values = {"acronym": min(rare or shared)}
            return Evidence(3, 1.0, "acronym_rare", values) if rare else Evidence(2, 0.9, "acronym_same", values)
    for one, other in ((left, right), (right, left)):
        for acronym in sorted(one.acronyms):
            if len(acronym) >= _LEAST and acronym in other.initials:
                name = other.printed["name"]
                return Evidence(1, 0.6, "acronym_initials", {"acronym": acronym, "name": name})
            if len(acronym) >= _LEAST and any(acronym in name.words or acronym == name.letters for name in other.names):
                name = other.printed["name"]
                return Evidence(1, 0.6, "acronym_in_name", {"acronym": acronym, "name": name})
    if not left.acronyms or not right.acronyms:
        return nothing("acronym")
    values = {"left": min(left.acronyms), "right": min(right.acronyms)}
    return Evidence(0, 0.0, "acronym_other", values)
