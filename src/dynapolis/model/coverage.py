"""What a register looked for, and what can be said of what none of the registers saw (method, section 3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, get_args

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty

Kind = Literal["projects", "lab_projects", "living_labs"]
KINDS: tuple[str, ...] = get_args(Kind)
EVERY_KIND = "all"
# A unit's kind by its adopted code. Programmes count as projects here; lab projects stand apart.
KIND_OF_CODE = {
    "project": "projects",
    "programme": "projects",
    "lab_project": "lab_projects",
    "living_lab": "living_labs",
}
Effort = Literal["more", "usual", "little"]


class Searched(Frozen):
    """Where a register looked, and for what: what it did not look for, it cannot have missed.

    ``languages`` are those of the texts it was looked for in, ``date`` when; both are the register's own where they are
    not given. ``effort`` says how hard it looked there beside its other cities.
    """

    cities: tuple[NonEmpty, ...] = Field(min_length=1)
    kinds: tuple[Kind, ...] = Field(min_length=1)
    languages: tuple[str, ...] = ()
    date: str = ""
    effort: Effort = "usual"


class Sight(StrEnum):
    """Three values that are not to be taken for one another, and none of them is a number."""

    FOUND = "found"
    SEARCHED_NONE = "searched_none"
    NOT_SEARCHED = "not_searched"


class Estimator(StrEnum):
    """How a total was estimated."""

    CHAPMAN = "chapman"
    LOG_LINEAR = "log_linear"
    CHAO = "chao"


class Reason(StrEnum):
    """Why there is no estimate."""

    NOT_SEARCHED = "not_searched"
    ONE_LIST = "one_list"
    NOTHING_FOUND = "nothing_found"
    LITTLE_OVERLAP = "little_overlap"
    LOW_COVERAGE = "low_coverage"
    INESTIMABLE = "inestimable"


class Dependence(StrEnum):
    """Whether being in one list makes being in another likelier."""

    NOT_ASKED = "not_asked"
    UNTESTABLE = "untestable"
    TOO_FEW = "too_few"
    NONE_SEEN = "none_seen"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    BOTH = "both"
