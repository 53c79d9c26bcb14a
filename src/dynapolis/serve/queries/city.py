"""One city: its pillars and indicators against all cities, its mixes, what it is strong and weak in, what lies near."""

from __future__ import annotations

from typing import Any

import numpy as np

from dynapolis.serve.queries.cities import city_row
from dynapolis.serve.site import Release

MIXES = (("innovation", "sector"), ("industry", "goal"), ("units", "stage"), ("living_labs", "lab_type"))
STRONG, WEAK = 0.75, 0.25  # a pillar above three quarters of the cities is a strength, below one quarter a weakness


def read_city(release: Release, city: str) -> dict[str, Any]:
    """Everything the edition says of a city.

    Raises:
        KeyError: the edition does not know it.
    """
    data = release.data
    row = city_row(release, city)
    pillars = _pillars(release, city)
    return {
        **row,
        "pillars": pillars,
        "strengths": [p["pillar"] for p in pillars if p["position"] >= STRONG],
        "weaknesses": [p["pillar"] for p in pillars if p["position"] <= WEAK],
        "indicators": [data.indicators[city, i.id] for i in data.spec.indicators if (city, i.id) in data.indicators],
        "mixes": {scheme: _mix(release, city, population, scheme) for population, scheme in MIXES},
        "coverage": [found for (name, _), found in sorted(data.coverage.items()) if name == city],
        "searches": [found for found in data.rows("out_coverage__search") if found["city_id"] == city],
        "denominators": data.denominators.get(city, []),
        "ahead": {r["other_city_id"]: r["p_ahead"] for r in data.rows("out_index__ahead") if r["city_id"] == city},
        "alike": _alike(release, city),
    }


def _pillars(release: Release, city: str) -> list[dict[str, Any]]:
    """Every pillar: its score with interval, what all cities have, and the share of cities below."""
    found = []
    rows = release.data.rows("out_index__score_pillar")
    for pillar in dict.fromkeys(row["pillar"] for row in rows):
        scores = np.array([row["score"] for row in rows if row["pillar"] == pillar and row["score"] is not None])
        row = next((row for row in rows if (row["pillar"], row["city_id"]) == (pillar, city)), {})
        own = row.get("score")
        if own is not None and len(scores) > 1:
            found.append(
                {
                    "pillar": pillar,
                    "score": own,
                    "score_low": row["score_low"],
                    "score_high": row["score_high"],
                    "least": float(scores.min()),
                    "middle": float(np.median(scores)),
                    "greatest": float(scores.max()),
                    "n_cities": len(scores),
                    "position": float((scores < own).sum() / (len(scores) - 1)),
                }
            )
    return found


def _mix(release: Release, city: str, population: str, scheme: str) -> list[dict[str, Any]]:
    """Counts and shares of a scheme's codes in the city, beside the shares of all cities; primary codes."""
    data = release.data
    found = []
    for code in data.codebook.by_scheme[scheme].code_names:
        here = data.figure(city, population, scheme, code)
        every = data.figure("all", population, scheme, code)
        if every["numerator"]:
            keys = ("numerator", "denominator", "share", "share_low", "share_high", "figure_id")
            found.append({"code": code, **{key: here[key] for key in keys}, "share_all": every["share"]})
    return sorted(found, key=lambda row: -row["numerator"])


def _alike(release: Release, city: str, most: int = 3) -> list[dict[str, Any]]:
    """Cities with the most similar mix of sectors: cosine of the counts by primary code."""
    data = release.data
    codes = data.codebook.by_scheme["sector"].code_names
    cities = [name for name, row in data.cities.items() if row["n_units"]]
    table = np.array(
        [[data.figure(c, "innovation", "sector", code)["numerator"] for code in codes] for c in cities], float
    )
    lengths = np.linalg.norm(table, axis=1)
    if city not in cities or not lengths[cities.index(city)]:
        return []
    own = table[cities.index(city)] / lengths[cities.index(city)]
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.nan_to_num((table @ own) / lengths)
    order = [n for n in np.argsort(-cosine, kind="stable") if cities[n] != city and cosine[n] > 0]
    return [{"city_id": cities[n], "similarity": float(cosine[n])} for n in order[:most]]
