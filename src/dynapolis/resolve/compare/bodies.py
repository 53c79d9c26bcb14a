"""Which organisations two records share: the lead, or partners."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import AUTHORITY, Body, Subject


def compare_bodies(left: Subject, right: Subject) -> Evidence:
    """Levels: 5 the same lead and a further organisation in common, 4 the same lead, 3 any other organisation in
    common, 2 the same lead, which is with many records of the city, 1 only others such, above all the city's own
    administration, 0 none.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_bodies(*pair({"lead": "K-water"}, {"lead": "City of Busan", "partners": ["K-Water Corp."]})).level
        3
    """
    all_left, all_right = _all(left), _all(right)
    if not all_left or not all_right:
        return nothing("bodies")
    shared = sorted(all_left.keys() & all_right.keys())
    rare = [key for key in shared if not all_left[key].is_common]
    values = {"shared": ", ".join(all_left[key].printed for key in shared)}
    values |= {"left": left.printed["lead"], "right": right.printed["lead"]}
    leads = {body.key for body in left.lead} & {body.key for body in right.lead}
    if leads & set(rare):
        more = len(shared) > len(leads)
        return Evidence(5 if more else 4, 1.0 if more else 0.8, "bodies_lead", values)
    if rare:
        return Evidence(3, 0.6, "bodies_shared", values)
    if leads - {AUTHORITY}:
        return Evidence(2, 0.5, "bodies_common_lead", values)
    if shared:
        return Evidence(1, 0.3, "bodies_common", values)
    return Evidence(0, 0.0, "bodies_none", values)


def _all(subject: Subject) -> dict[str, Body]:
    return {body.key: body for body in (*subject.lead, *subject.partners)}
