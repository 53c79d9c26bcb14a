"""Whether two records are in the same place."""

from __future__ import annotations

from rapidfuzz.distance import JaroWinkler

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import Subject

_ALIKE = 0.88


def compare_places(left: Subject, right: Subject) -> Evidence:
    """Levels: 5 the same postcode or part of the city, 4 the same city, 3 the same city and other parts of it, 2 a like
    spelling or one within the other's name or area, 1 another city of the same country, 0 another country, or another
    city where the country is not told.

    City, its parts and postcode are one comparison, because the one follows from the other. A postcode that differs or
    is missing takes nothing away: many registers have none, and large bodies have several.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_places(*pair({"city": "BRNO STRED", "country": "CZ"}, {"city": "Brno", "country": "CZ"})).level
        2
        >>> dock = {"city": "amsterdam", "parts": ["Dock"], "part_names": ["Dock"]}
        >>> compare_places(*pair(dock, {"city": "amsterdam", "parts": ["Oost"], "part_names": ["Oost"]})).level
        3
    """
    values = {"left": left.printed["city"] or left.country, "right": right.printed["city"] or right.country}
    if left.country and right.country and left.country != right.country:
        return Evidence(0, 0.0, "place_other_country", {"left": left.country, "right": right.country})
    if left.postcode and right.postcode:
        codes = {"left_code": left.printed["postcode"], "right_code": right.printed["postcode"]}
        if left.postcode == right.postcode and _same_area(left, right):
            return Evidence(5, 1.0, "place_same_postcode", values | codes)
    if not left.city or not right.city:
        return nothing("place")
    if left.city == right.city:
        return _within_city(left, right, values)
    if left.area and left.area == right.area:
        return Evidence(2, 0.6, "place_area", values)
    words, others = set(left.city.split()), set(right.city.split())
    if words & others or JaroWinkler.similarity(left.city, right.city) >= _ALIKE:
        return Evidence(2, 0.5, "place_alike", values)
    if left.country and right.country:
        return Evidence(1, 0.2, "place_same_country", values)
    return Evidence(0, 0.0, "place_other", values)


def _within_city(left: Subject, right: Subject, values: dict[str, str]) -> Evidence:
    """The same city: whether the same part of it, where both tell."""
    if not left.parts or not right.parts:
        return Evidence(4, 0.9, "place_same", values)
    if shared := left.parts & right.parts:
        return Evidence(5, 1.0, "place_same_part", values | {"part": _told(shared)})
    return Evidence(3, 0.7, "place_other_part", values | {"left": _told(left.parts), "right": _told(right.parts)})


def _told(parts: frozenset[str]) -> str:
    return ", ".join(sorted(parts))


def _same_area(left: Subject, right: Subject) -> bool:
    """Whether a postcode means the same with both: they name one country, or one city."""
    return bool(left.country and right.country) or bool(left.city and left.city == right.city)
