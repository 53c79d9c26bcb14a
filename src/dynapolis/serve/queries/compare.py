"""How two to six cities differ, beyond what chance and method explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynapolis.serve.queries.cities import city_row
from dynapolis.serve.queries.city import read_city
from dynapolis.serve.site import Release

AHEAD, BEHIND = 0.9, 0.1
MOST = 6


def compare(release: Release, cities: Sequence[str]) -> dict[str, Any]:
    """The cities side by side: ranks, pillars, mixes, and for each pair the probability that one is ahead."""
    ahead = {
        (row["city_id"], row["other_city_id"]): row["p_ahead"]
        for row in release.data.rows("out_index__ahead")
        if row["city_id"] in cities and row["other_city_id"] in cities
    }
    return {
        "cities": [city_row(release, city) for city in cities],
        "pillars": {city: {p["pillar"]: p for p in read_city(release, city)["pillars"]} for city in cities},
        "ahead": [
            {"city_id": a, "other_city_id": b, "p_ahead": p, "verdict": verdict(p)} for (a, b), p in ahead.items()
        ],
        "goals": {city: read_city(release, city)["mixes"]["goal"] for city in cities},
    }


def verdict(p: float) -> str:
    """What a probability of being ahead says."""
    return "ahead" if p >= AHEAD else "behind" if p <= BEHIND else "open"


def suggestions(release: Release) -> list[list[str]]:
    """Three comparisons worth making: the first tier's first, a neighbourhood in the middle, and likes of the first."""
    ranked = [row["city_id"] for row in release.data.ranked]
    if len(ranked) < 2:
        return []
    middle = len(ranked) // 2
    alike = [row["city_id"] for row in read_city(release, ranked[0])["alike"]]
    return [ranked[:4], ranked[max(0, middle - 1) : middle + 2], [ranked[0], *alike]]
