"""Words and pairs of words that two names have and no third record of the city."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import Subject

MOST = 3


def compare_only(left: Subject, right: Subject) -> Evidence:
    """What of the two names no other record of the same city has.

    A word, or two neighbouring ones written as one ("Grow Smarter" has "growsmarter"), that no third record has.
    Levels: 3 several that no third name has anywhere, nor a description of the city; 2 one such; 1 one that no third
    name of the city has; 0 none.

    Example:
        >>> from dynapolis.resolve.compare.examples import several
        >>> others = [{"name": name, "city": "x"} for name in ("Open Lab", "City Lab", "Road Lab")]
        >>> one, two, *_ = several({"name": "Dock Zones", "city": "x"}, {"name": "Zones by Lab", "city": "x"}, *others)
        >>> compare_only(one, two).values["shared"]
        'zones'
    """
    if not left.city or left.city != right.city or left.rare is None or right.rare is None:
        return nothing("only")
    in_city = left.rare.in_city & right.rare.in_city
    anywhere = left.rare.anywhere & right.rare.anywhere
    level = min(1 + len(anywhere), MOST) if anywhere else 1 if in_city else 0
    key = "only_shared" if level else "only_none"
    return Evidence(level, level / MOST, key, {"shared": ", ".join(sorted(anywhere or in_city))})
