"""A link, what stays unresolved, the rules that make links, and the units they are made between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dynapolis.model.evidence import Record


class LinkKind(StrEnum):
    """What a link leads to."""

    LAB = "lab"
    PROGRAMME = "programme"
    DISTRICT = "district"
    ORGANISATION = "organisation"


class Rule(StrEnum):
    """By which rule a link was made; the handbook's page on links tells each in full."""

    SAME_NAME = "same_name"  # the cell is the target's name, but for case, accents and signs
    SAME_WORDS = "same_words"  # the same words, without the city's name, years and words such as "programme"
    SHORT_NAME = "short_name"  # the cell is the target's acronym, or the target that of the cell
    PART_OF_NAME = "part_of_name"  # all telling words of one stand in the other; always unsure
    LIKE_NAME = "like_name"  # the names differ in a letter or two; always unsure
    LEAD = "lead"  # the lead is the target
    PARTNER = "partner"  # a partner is the target
    TEXT = "text"  # name or text names the target
    DECLARED = "declared"  # somebody read the source and said so
    CELL = "cell"  # the column of districts names it
    WITHIN = "within"  # a linked district lies in it
    ONE_OF_SEVERAL = "one_of_several"  # a linked place may lie in it, or in another; always unsure
    NAME_KEY = "name_key"  # the whole cell is one organisation's name
    PART_OF_CELL = "part_of_cell"  # one of several organisations that the cell names, each known by itself
    PROBABLE_PART = "probable_part"  # the same, and this one is not known by itself; always unsure
    UNDIVIDED = "undivided"  # the cell seems to name several organisations and could not be divided; always unsure


class Reason(StrEnum):
    """Why a cell leads nowhere."""

    NO_RECORD = "no_record"  # it names something that no record of the city is about
    NOT_NAMED = "not_named"  # nothing is named at all
    ITSELF = "itself"  # it names the unit itself
    NOT_IN_TABLE = "not_in_table"  # the place is not in the table of districts
    NO_NAME = "no_name"  # the cell counts or describes organisations and names none
    DECLARED_NOT_HERE = "declared_not_here"  # somebody declared a link to or from a record that is not here


# In which order links are to be trusted, 0 to 1: a ranking for whoever reviews them, and no probability.
CONFIDENCE = {
    Rule.SAME_NAME: 1.0, Rule.SAME_WORDS: 0.9, Rule.SHORT_NAME: 0.9, Rule.PART_OF_NAME: 0.5, Rule.LIKE_NAME: 0.5,
    Rule.LEAD: 0.95, Rule.PARTNER: 0.85, Rule.TEXT: 0.8, Rule.DECLARED: 1.0,
    Rule.CELL: 1.0, Rule.WITHIN: 0.95, Rule.ONE_OF_SEVERAL: 0.3,
    Rule.NAME_KEY: 1.0, Rule.PART_OF_CELL: 0.9, Rule.PROBABLE_PART: 0.6, Rule.UNDIVIDED: 0.4,
}  # fmt: skip
ALWAYS_UNSURE = {
    Rule.PART_OF_NAME, Rule.LIKE_NAME, Rule.ONE_OF_SEVERAL, Rule.PROBABLE_PART, Rule.UNDIVIDED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkUnit:
    """A unit with its city, its adopted kind (none where uncoded) and all its records."""

    unit_id: str
    city_id: str
    kind: str | None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A unit leads to a target: a unit, a district or an organisation, by its id.

    ``field`` and ``quote`` are the property of the record and its words that the rule read. ``unsure`` says that the
    same words fit several targets, or that the rule alone does not decide.
    """

    kind: LinkKind
    unit_id: str
    target_id: str
    record_id: str
    field: str
    quote: str
    rule: Rule
    confidence: float
    unsure: bool


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A cell that should lead somewhere and does not, with why."""

    kind: LinkKind
    unit_id: str
    record_id: str
    field: str
    quote: str
    reason: Reason


def make_link(
    kind: LinkKind, unit_id: str, target_id: str, record_id: str, field: str, quote: str, rule: Rule, *,
    ambiguous: bool = False, undecided: bool = False, less: float = 0.0,
) -> Link:  # fmt: skip
    """A link with the confidence of its rule.

    Args:
        ambiguous: the words fit other targets too; the confidence is halved.
        undecided: the words alone do not decide, though they name one target only.
        less: what is taken off the confidence, such as 0.2 where the target's place was not checked.

    Example:
        >>> link = make_link(LinkKind.LAB, "u", "t", "r", "lab_name", "The Lab", Rule.SAME_NAME, ambiguous=True)
        >>> link.confidence, link.unsure
        (0.5, True)
    """
    confidence = max(0.0, CONFIDENCE[rule] - less) * (0.5 if ambiguous else 1.0)
    unsure = ambiguous or undecided or rule in ALWAYS_UNSURE
    return Link(kind, unit_id, target_id, record_id, field, quote, rule, round(confidence, 3), unsure)


def link_order(link: Link) -> tuple[str, str, str, float, str, str, str]:
    """Order of a list of links: by unit and target, the surest first."""
    return link.kind, link.unit_id, link.target_id, -link.confidence, link.record_id, link.field, link.quote
