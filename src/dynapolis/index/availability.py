"""Too few is not zero: which values, indicators and cities can be used (method, section 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.index_spec import IndexSpec


@dataclass(frozen=True, slots=True)
class Available:
    """Decided once, from the adopted codes, and kept through all draws.

    Attributes:
        has_value: shape (n_cities, n_indicators): the city has the records the indicator asks for.
        used: shape (n_indicators,): enough cities have it, so it enters the index.
        ranked: shape (n_cities,): the city has enough records, indicators and pillars to have a rank.
    """

    has_value: BoolArray
    used: BoolArray
    ranked: BoolArray


def screen_availability(
    n_records: FloatArray, n_city_records: FloatArray, spec: IndexSpec, computable: BoolArray | None = None
) -> Available:
    """What can be used.

    Args:
        n_records: records behind each indicator of each city, shape (n_cities, n_indicators).
        n_city_records: all records of each city, shape (n_cities,).
        spec: minimum records per indicator, and what may be missing.
        computable: shape (n_cities, n_indicators), false where a value lacks something else, such as a population.

    An indicator is used when enough of the cities with enough records have it; a city is ranked when it has enough
    of the used indicators and a value in enough pillars.
    """
    rule = spec.availability
    minimum = np.array([indicator.min_records for indicator in spec.indicators])
    seen = n_city_records >= rule.city_min_records
    has_value = (n_records >= minimum[None, :]) & seen[:, None]
    if computable is not None:
        has_value = has_value & computable
    share_of_cities = has_value.sum(axis=0) / max(int(seen.sum()), 1)
    used = share_of_cities >= rule.indicator_min_share_of_cities
    usable = has_value & used[None, :]
    enough_indicators = usable.sum(axis=1) >= rule.city_min_share_of_indicators * max(int(used.sum()), 1)
    pillars = [[i.pillar == pillar.id for i in spec.indicators] for pillar in spec.pillars]
    n_pillars = sum(usable[:, np.array(inside)].any(axis=1).astype(int) for inside in pillars)
    ranked = seen & enough_indicators & (n_pillars >= rule.city_min_pillars) & bool(used.any())
    return Available(has_value, used, np.asarray(ranked))
