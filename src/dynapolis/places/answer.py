"""What a matcher says about one town: a city with a score and a reason, or a refusal with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a town was matched as it was, or was not. A closed list; docs explain each word."""

    # answers
    DECISION = "decision"  # a person decided it
    EXACT = "exact"  # the city's own name, letter by letter
    FOLDED = "folded"  # its own name but for case, accents and punctuation
    ALTERNATE = "alternate"  # an alternate name, in any script
    LOOSE = "loose"  # a name but for small words, shortened saints and other shortened words
    TAIL = "tail"  # a name after taking away a postcode, a numbered district, or the word for a municipality
    PART = "part"  # a name that stands as a part beside a province, a district or another language
    WORDS = "words"  # a name among further words that nothing separates
    CUT = "cut"  # a name cut off before its first accented letter
    TYPO = "typo"  # a name but for one or two wrong, missing, added or exchanged letters

    # refusals
    EMPTY = "empty"  # no letter in the field
    UNKNOWN_COUNTRY = "unknown_country"  # the country is none that the gazetteer knows
    DECIDED_NONE = "decided_none"  # a person decided that it is no city of the gazetteer
    SMALL_PLACE = "small_place"  # the name of a place too small for the gazetteer
    OTHER_COUNTRY = "other_country"  # the name of a city of another country
    ORGANISATION_NAME = "organisation_name"  # an organisation's name in the place of a town
    REGION_NAME = "region_name"  # a region, county or island
    AMBIGUOUS = "ambiguous"  # more than one city is as likely
    LOW_SCORE = "low_score"  # the likeliest city is not likely enough
    NOT_FOUND = "not_found"  # nothing like it


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The city that would have been next, or that a refused town looks like."""

    geonameid: int
    name: str
    country: str

    def __str__(self) -> str:
        return f"{self.geonameid} {self.name}, {self.country}"


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """The answer for one pair of town and country.

    Attributes:
        geonameid, name, country, lat, lon: the city (degrees, WGS 84); None and empty where refused.
        score: the estimated probability that the city is right, 0 to 1; of a refusal that of the likeliest city.
        reason: why.
        runner_up: the next city; of a refusal the city that was not believed.
    """

    geonameid: int | None
    name: str
    country: str
    lat: float | None
    lon: float | None
    score: float
    reason: Reason
    runner_up: RunnerUp | None

    @property
    def is_answer(self) -> bool:
        """Whether a city is given."""
        return self.geonameid is not None


def refused(reason: Reason, score: float = 0.0, runner_up: RunnerUp | None = None) -> PlaceAnswer:
    """An answer without a city."""
    return PlaceAnswer(None, "", "", None, None, score, reason, runner_up)
