"""Whether coders took two records for the same kind of thing."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import Subject

# What coders answer of an initiative: its track, its sector, and its goal or, of a lab, its type.
QUESTIONS = (("track",), ("sector",), ("goal", "lab_type"))
SCHEMES = tuple(scheme for schemes in QUESTIONS for scheme in schemes)


def compare_codes(left: Subject, right: Subject) -> Evidence:
    """How many of three questions any two coders answered alike: track, sector, and goal or type of lab.

    Levels: the number of questions. A coder who knew of the other record may have coded it alike for that reason.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> one = {"codes": ["track:living_lab", "sector:energy", "lab_type:demonstration"]}
        >>> compare_codes(*pair(one, {"codes": ["track:industry", "sector:energy"]})).level
        1
    """
    if not left.codes or not right.codes:
        return nothing("codes")
    shared = left.codes & right.codes
    alike = [schemes for schemes in QUESTIONS if any(code.partition(":")[0] in schemes for code in shared)]
    values = {"left": _told(left.codes), "right": _told(right.codes), "shared": _told(shared)}
    return Evidence(len(alike), len(alike) / len(QUESTIONS), "codes_alike" if alike else "codes_other", values)


def _told(codes: frozenset[str]) -> str:
    return ", ".join(sorted(code.partition(":")[2] for code in codes))
