"""The score of a candidate: the estimated probability that it is the right city, by a fitted logistic formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.places.gazetteer import SURE
from dynapolis.places.reading import AMONG_WORDS, Place
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml


class Look(StrEnum):
    """How the words were found among the names of the gazetteer."""

    OWN = "own"
    ALTERNATE = "alternate"
    LOOSE = "loose"
    SHORTENED = "shortened"
    CUT = "cut"
    ONE_ERROR = "one_error"
    TWO_ERRORS = "two_errors"


class Rest(StrEnum):
    """What the rest of the typed text says about the candidate."""

    NONE = "none"  # there is none, or it is a region or the country
    CONFIRMS = "confirms"  # it names the same city, a place beside it, or its province
    UNKNOWN = "unknown"
    AGAINST = "against"  # it names a place elsewhere


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known about one candidate."""

    look: Look
    place: Place
    rest: Rest
    lead: float
    population: int
    length: int
    has_country: bool = True
    first_is_wrong: bool = False
    same_length: bool = False


class Calibration(Frozen):
    """Weights of the signs for one gazetteer, with what they were fitted on.

    ``threshold`` is the least score of an answer; ``ridge`` how strongly weights were drawn to zero.
    """

    n_strings: int
    n_right: int
    ridge: float
    threshold: float
    weights: dict[NonEmpty, float]


class CalibrationFile(Frozen):
    """The calibrations of all gazetteers, and how they were made."""

    fitted_on: Text
    gazetteers: dict[NonEmpty, Calibration]


SIGNS = (
    "constant",
    *(f"look_{look}" for look in Look if look is not Look.OWN),
    *(f"place_{place}" for place in Place if place is not Place.WHOLE),
    *(f"rest_{rest}" for rest in Rest if rest is not Rest.NONE),
    "lead",
    "population",
    "population_among_words",
    "population_misspelt",
    "length_of_misspelt",
    "first_letter_wrong",
    "letter_for_letter",
    "country_missing",
)


def values(signs: Signs) -> dict[str, float]:
    """The signs that are there, by name, as numbers of about 0 to 1.

    ``lead`` is the shortfall to ``SURE`` (0 when no other place is near in likelihood), ``population`` powers of ten
    above 15,000, ``length_of_misspelt`` letters beyond five, in tens.
    """
    found = {"constant": 1.0}
    for part, value, default in (
        ("look", signs.look, Look.OWN),
        ("place", signs.place, Place.WHOLE),
        ("rest", signs.rest, Rest.NONE),
    ):
        if value is not default:
            found[f"{part}_{value}"] = 1.0
    found["lead"] = (signs.lead - SURE) / SURE
    found["population"] = math.log10(max(signs.population, 500) / 15000)
    if signs.place in AMONG_WORDS:
        found["population_among_words"] = found["population"]
    if signs.look in (Look.ONE_ERROR, Look.TWO_ERRORS):
        found["population_misspelt"] = found["population"]
        found["length_of_misspelt"] = (min(signs.length, 15) - 5) / 10
    if signs.first_is_wrong:
        found["first_letter_wrong"] = 1.0
    if signs.same_length:
        found["letter_for_letter"] = 1.0
    if not signs.has_country:
        found["country_missing"] = 1.0
    return found


def score(signs: Signs, weights: Mapping[str, float]) -> float:
    """The estimated probability that the candidate is right.

    Example:
        >>> sure = Signs(Look.OWN, Place.WHOLE, Rest.NONE, SURE, 15000, 6)
        >>> round(score(sure, {"constant": 3.0}), 3)
        0.953
    """
    total = sum(weights.get(name, 0.0) * value for name, value in values(signs).items())
    return 1.0 / (1.0 + math.exp(-total))


def read_calibration(gazetteer: str = "cities15000", path: Path | None = None) -> Calibration:
    """The calibration of a gazetteer, from a file or the shipped one.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path or shipped() / "places" / "calibration.yml", CalibrationFile).gazetteers[gazetteer]
