"""Cities: where they stand with which interval, what was found in them, why some have no rank."""

from __future__ import annotations

from typing import Any

from dynapolis.model.coverage import EVERY_KIND
from dynapolis.serve.site import Release

POPULATIONS = ("units", "projects", "innovation", "living_labs", "lab_projects")
RANK = (
    "order",
    "tier",
    "median_rank",
    "rank_low_50",
    "rank_high_50",
    "rank_low_90",
    "rank_high_90",
    "rank_of_default",
    "p_top_1",
    "p_top_5",
    "p_top_10",
    "score",
    "score_low",
    "score_high",
)


def city_rows(release: Release) -> list[dict[str, Any]]:
    """All cities: the ranked ones from the top, then the others by why they have none and by name.

    A rank never comes without its interval; a city without one says why.
    """
    data = release.data
    ranked = {row["city_id"]: row for row in data.ranked}
    others = sorted(data.unranked, key=lambda city: (data.unranked[city], data.cities[city]["name_en"]))
    return [city_row(release, city) for city in (*ranked, *others)]


def city_row(release: Release, city: str) -> dict[str, Any]:
    """One city.

    Raises:
        KeyError: the edition does not know it.
    """
    data = release.data
    facts = data.cities[city]
    ranks = next((row for row in data.ranked if row["city_id"] == city), None)
    found = data.coverage.get((city, EVERY_KIND))
    return {
        "city_id": city,
        "name_en": facts["name_en"],
        "name_ko": facts["name_ko"],
        "country": facts["country"],
        "latitude": facts["latitude"],
        "longitude": facts["longitude"],
        "searched": facts["searched"],
        **{name: (ranks[name] if ranks else None) for name in RANK},
        "no_rank": data.unranked.get(city),
        **{f"n_{name}": _count(release, city, name) if facts["searched"] else None for name in POPULATIONS},
        "completeness": found["completeness"] if found else None,
        "completeness_low": found["completeness_low"] if found else None,
        "completeness_high": found["completeness_high"] if found else None,
    }


def _count(release: Release, city: str, population: str) -> int:
    if population == "units":
        return int(release.data.cities[city]["n_units"])
    return int(release.data.figure(city, "units", "population", population)["numerator"])
