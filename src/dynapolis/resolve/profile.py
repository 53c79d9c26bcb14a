"""What is compared for one kind of thing: the rules of candidates, the comparisons, and what "the same" means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dynapolis.resolve.candidates import INITIATIVE_RULES, ORGANISATION_RULES
from dynapolis.resolve.compare.acronym import compare_acronyms
from dynapolis.resolve.compare.bodies import compare_bodies
from dynapolis.resolve.compare.codes import compare_codes
from dynapolis.resolve.compare.dates import compare_dates
from dynapolis.resolve.compare.evidence import Evidence
from dynapolis.resolve.compare.name import compare_names
from dynapolis.resolve.compare.only import compare_only
from dynapolis.resolve.compare.place import compare_places
from dynapolis.resolve.compare.subject import Subject
from dynapolis.resolve.compare.text import compare_texts
from dynapolis.resolve.compare.web import compare_web

Compare = Callable[[Subject, Subject], Evidence]
NAME = "name"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison and its number of levels.

    ``rise`` is where learning begins: how many times likelier each level is among pairs that are one thing than the
    level below it.
    """

    compare: Compare
    n_levels: int
    rise: float = 3.0


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of thing is resolved.

    Attributes:
        name: for people.
        organisations: whether names are those of organisations.
        rules: of candidates.
        most: a key that more records share gives no candidates.
        comparisons: by name; what follows from one another is one comparison, since the model takes them as
            independent.
        same_names: how often each level of the name occurs when two records are one thing. It is given and not learnt:
            it says which of the two kinds of pairs is called the same.
        most_wrong: the largest share of wrong ones expected among the pairs that are joined by rule.
        most_missed: the largest share of all pairs that are one thing expected among those called different.
    """

    name: str
    organisations: bool
    rules: tuple[str, ...]
    most: int
    comparisons: Mapping[str, Comparison]
    same_names: tuple[float, ...]
    most_wrong: float
    most_missed: float


_NAME = Comparison(compare_names, 8, 6.0)
_ACRONYM = Comparison(compare_acronyms, 4, 5.0)
_PLACE = Comparison(compare_places, 6)
_WEB = Comparison(compare_web, 3)

INITIATIVES = Profile(
    name="initiatives",
    organisations=False,
    rules=INITIATIVE_RULES,
    most=100,
    comparisons={
        NAME: _NAME, "acronym": _ACRONYM, "place": _PLACE, "dates": Comparison(compare_dates, 6),
        "bodies": Comparison(compare_bodies, 6), "web": _WEB, "text": Comparison(compare_texts, 6, 4.0),
        "only": Comparison(compare_only, 4, 4.0), "codes": Comparison(compare_codes, 4, 6.0),
    },
    same_names=(0.04, 0.05, 0.10, 0.06, 0.08, 0.10, 0.25, 0.32),
    most_wrong=0.02,
    most_missed=0.01,
)  # fmt: skip
ORGANISATIONS = Profile(
    name="organisations",
    organisations=True,
    rules=ORGANISATION_RULES,
    most=40,
    comparisons={NAME: _NAME, "acronym": _ACRONYM, "place": _PLACE, "web": _WEB},
    same_names=(0.02, 0.02, 0.02, 0.02, 0.02, 0.03, 0.07, 0.80),
    most_wrong=0.02,
    most_missed=0.01,
)
