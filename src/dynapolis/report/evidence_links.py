"""The way from a number on a page to the initiatives behind it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from dynapolis.report.data import Row

EVIDENCE_PAGE = "evidence.html"
CITIES_PAGE = "cities.html"


class EvidenceLinks:
    """Collects every evidence name that a page links to, so that the evidence pages can answer all of them.

    A number that counts initiatives of one city leads to the page of that city, any other to the list of all.

    Args:
        units: unit ids by evidence name, for every name that can be asked for.
        city_of: the city of every unit.
    """

    def __init__(self, units: Mapping[str, list[str]], city_of: Mapping[str, str]) -> None:
        self._units, self._city_of = units, city_of
        self.asked: dict[str, dict[str, list[str]]] = {}  # by page, then by name

    def to(self, name: str) -> str | None:
        """Address of the initiatives behind a number; nothing where it counts none."""
        units = self._units.get(name)
        if not units:
            return None
        cities = {self._city_of[unit] for unit in units}
        page = city_page(cities.pop()) if len(cities) == 1 else EVIDENCE_PAGE
        self.asked.setdefault(page, {})[name] = units
        return f"{page}#{quote(name, safe='.+_-')}"

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


def city_page(city: str) -> str:
    """The page with everything that is known of a city's initiatives."""
    return f"evidence-{city}.html"


def record_anchor(record: Row) -> str:
    """Name of a record's place on its city's page."""
    return f"r-{record['register']}-{record['source_id']}"


def record_address(record: Row) -> str:
    """Address of a record on its city's page."""
    return f"{city_page(record['city_id'])}#{record_anchor(record)}"
