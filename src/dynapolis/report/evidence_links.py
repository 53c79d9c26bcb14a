"""The way from a number on a page to the records behind it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

EVIDENCE_PAGE = "evidence.html"
CITIES_PAGE = "cities.html"


class EvidenceLinks:
    """Collects every evidence name that a page links to, so that the evidence page can answer all of them.

    Args:
        units: unit ids by evidence name, for every name that can be asked for.
    """

    def __init__(self, units: Mapping[str, list[str]]) -> None:
        self._units = units
        self.asked: dict[str, list[str]] = {}

    def to(self, name: str) -> str | None:
        """Address of the records behind a number; nothing where it counts no record."""
        units = self._units.get(name)
        if not units:
            return None
        self.asked[name] = units
        return f"{EVIDENCE_PAGE}#{quote(name, safe='.+_-')}"

    def of_claim(self, names: tuple[str, ...]) -> str | None:
        """Address of a claim's evidence: of its first figure, or of the table it rests on."""
        for name in names:
            if name.startswith("table."):
                table = name.removeprefix("table.")
                return f"{CITIES_PAGE}#indicators" if table == "indicators" else f"#{table}"
            if name.startswith("city."):
                return city_row(name.removeprefix("city."))
            address = self.to(name)
            if address:
                return address
        return None


def city_row(city: str) -> str:
    """Address of a city's indicators."""
    return f"{CITIES_PAGE}#row-{city}"
