"""An index as a specification that can be replayed, read from ``content/indices/<name>/<year>.yml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, get_args

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty, Text
from dynapolis.model.population import PopulationBasis
from dynapolis.model.problem import Problem, duplicates, entries

Normalisation = Literal["min_max", "rank", "z_score"]
Aggregation = Literal["arithmetic", "geometric", "harmonic"]
Treatment = Literal["skew_kurtosis", "none"]
IndicatorId = Literal["a1", "a2", "a3", "b1", "b2", "b3", "p1", "p2", "p3", "m1", "m2", "c1"]
INDICATORS: tuple[str, ...] = get_args(IndicatorId)  # in the order in which they are computed


class Pillar(Frozen):
    """A group of indicators."""

    id: NonEmpty
    name: Text
    weight: float = Field(gt=0)


class Indicator(Frozen):
    """One indicator: its place in the index, its unit, and how many records a city needs to have a value."""

    id: IndicatorId
    pillar: NonEmpty
    name: Text
    definition: Text
    unit: Text
    kind: Literal["rate", "share", "diversity", "mean", "evenness"]
    direction: Literal[1, -1]
    weight: float = Field(gt=0)
    min_records: int = Field(ge=0)
    records: Text
    decimals: int = Field(ge=0, le=6)


class Availability(Frozen):
    """What may be missing. An indicator that too few cities have is shown but stays out of the index; a city that
    lacks too much has no rank and is shown as too few."""

    indicator_min_share_of_cities: float = Field(ge=0, le=1)
    city_min_share_of_indicators: float = Field(ge=0, le=1)
    city_min_pillars: int = Field(ge=1)
    city_min_records: int = Field(ge=1)


class Treat(Frozen):
    """When an indicator is winsorised, and by how many points at most, before a log is taken."""

    method: Treatment
    max_skew: float = Field(gt=0)
    max_kurtosis: float
    max_winsorised: int = Field(ge=0)


class Default(Frozen):
    """The choices behind the score that is printed."""

    normalisation: Normalisation
    within_pillars: Aggregation
    between_pillars: Aggregation
    treat: Treat


class Denominator(PopulationBasis):
    """The population that divides rates, and others that a careful index maker might have taken: draws take one of all
    of them evenly. A city without the default one has no rate, shown as such."""

    alternatives: tuple[PopulationBasis, ...] = ()

    @property
    def bases(self) -> tuple[PopulationBasis, ...]:
        """The default, then the alternatives."""
        return (self, *self.alternatives)


class Uncertain(Frozen):
    """The choices a careful index maker might have made otherwise; each draw takes one of each.

    ``coverage`` multiplies counts by drawn totals over what was found, where enough cities have an estimate.
    """

    normalisation: tuple[Normalisation, ...] = Field(min_length=1)
    within_pillars: tuple[Aggregation, ...] = Field(min_length=1)
    between_pillars: tuple[Aggregation, ...] = Field(min_length=1)
    treatment: tuple[Treatment, ...] = Field(min_length=1)
    weight_concentration: float = Field(gt=0)
    coverage: bool = False


class Tiers(Frozen):
    """A city joins the tier unless the tier's first city is ahead of it with at least this probability."""

    ahead_probability: float = Field(gt=0.5, le=1)


class IndexSpec(Frozen):
    """The whole index as data. Its hash stands under every table made from it."""

    index: NonEmpty
    version: NonEmpty
    title: Text
    codebook_version: NonEmpty
    sector_crosswalk: NonEmpty
    pillars: tuple[Pillar, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    availability: Availability
    scale: tuple[float, float]
    denominator: Denominator
    default: Default
    uncertain: Uncertain
    intervals: tuple[float, ...]
    top: tuple[int, ...]
    tiers: Tiers

    @cached_property
    def by_indicator(self) -> dict[str, Indicator]:
        """Indicators by id, in the order of the file."""
        return {indicator.id: indicator for indicator in self.indicators}


def check_index_spec(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Entries listed twice, indicators of no pillar, pillars without indicators, defaults nobody may draw."""
    yield from duplicates(raw.get("pillars"), ("pillars",), "id", "it stands above")
    yield from duplicates(raw.get("indicators"), ("indicators",), "id", "it stands above")
    pillars = {number: item.get("id") for number, item in entries(raw.get("pillars"))}
    for number, item in entries(raw.get("indicators")):
        if item.get("pillar") not in pillars.values():
            yield Problem(
                ("indicators", number, "pillar"),
                repr(item.get("pillar")),
                f"one of {', '.join(map(str, pillars.values()))}",
                "correct the pillar",
            )
    used = [item.get("pillar") for _, item in entries(raw.get("indicators"))]
    for number, pillar in pillars.items():
        if pillar not in used:
            yield Problem(
                ("pillars", number), repr(pillar), "at least one indicator in it", "add one or remove the pillar"
            )
    default, uncertain = raw.get("default") or {}, raw.get("uncertain") or {}
    for key in ("normalisation", "within_pillars", "between_pillars"):
        if key in default and isinstance(uncertain.get(key), list) and default[key] not in uncertain[key]:
            yield Problem(
                ("uncertain", key), repr(uncertain[key]), f"the default {default[key]!r} among them", "add the default"
            )
    yield from _denominator_problems(raw.get("denominator"))
    scale = raw.get("scale")
    if isinstance(scale, list) and len(scale) == 2 and not 0 < scale[0] < scale[1]:
        yield Problem(
            ("scale",), repr(scale), "two numbers, 0 < low < high (a geometric mean cannot take 0)", "correct it"
        )


def _denominator_problems(raw: Any) -> Iterator[Problem]:
    """Alternatives that are the default again, or one another."""
    if not isinstance(raw, Mapping):
        return
    seen = {_asked(raw)}
    for number, item in entries(raw.get("alternatives")):
        if _asked(item) in seen:
            found = " ".join(map(str, _asked(item)))
            yield Problem(("denominator", "alternatives", number), found, "each population once", "remove it")
        seen.add(_asked(item))


def _asked(raw: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(raw.get(key)) for key in ("definition", "source", "year"))
