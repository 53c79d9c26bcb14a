"""The places we ship say the same as the gazetteer they were read from.

Every city of ``content/places/cities.yml`` names its GeoNames entry by id. Where
the published file lies beside the repository (``../shared/data/geonames``), each
entry is read again and compared; elsewhere those tests are skipped with the reason.
Populations and areas have tests of their own beside this one.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
CITIES_YML = REPOSITORY / "src" / "dynapolis" / "content" / "places" / "cities.yml"
GEONAMES = REPOSITORY.parent / "shared" / "data" / "geonames"
GEONAMES_ZIP = GEONAMES / "cities15000.zip"

N_CITIES = 41
N_CITIES_REPORT_2022 = 31


class GazetteerEntry(NamedTuple):
    """One GeoNames place, coordinates as published, in degrees."""

    name: str
    latitude: float
    longitude: float
    feature_class: str
    country: str


def read_cities() -> list[dict[str, Any]]:
    """The cities as written in ``cities.yml``, in the order of the file."""
    content = yaml.safe_load(CITIES_YML.read_text(encoding="utf-8"))
    cities: list[dict[str, Any]] = content["cities"]
    return cities


def parse_entry(line: str) -> tuple[int, GazetteerEntry]:
    """One tab separated line without header to its GeoNames id and entry."""
    field = line.rstrip("\n").split("\t")
    entry = GazetteerEntry(
        name=field[1],
        latitude=float(field[4]),
        longitude=float(field[5]),
        feature_class=field[6],
        country=field[8],
    )
    return int(field[0]), entry


CITIES = read_cities()
each_city = pytest.mark.parametrize("city", CITIES, ids=[c["id"] for c in CITIES])


@pytest.fixture(scope="module")
def gazetteer() -> dict[int, GazetteerEntry]:
    """All entries of the published file by GeoNames id; skips where it is absent."""
    if not GEONAMES_ZIP.is_file():
        reason = (
            "GeoNames file not found: put cities15000.zip into ../shared/data/geonames "
            "(beside the repository) to compare the places with their source."
        )
        print(reason)
        pytest.skip(reason)
    with (
        zipfile.ZipFile(GEONAMES_ZIP) as archive,
        archive.open("cities15000.txt") as raw,
    ):
        return dict(parse_entry(line) for line in io.TextIOWrapper(raw, encoding="utf-8"))


def test_all_cities_are_there_once_and_sorted_by_id() -> None:
    ids = [city["id"] for city in CITIES]
    assert ids == sorted(set(ids))
    assert len(ids) == N_CITIES
    assert sum(city["in_report_2022"] for city in CITIES) == N_CITIES_REPORT_2022
    assert len({city["geonames_id"] for city in CITIES}) == N_CITIES


@each_city
def test_country_code_is_text_of_two_letters(city: dict[str, Any]) -> None:
    """A bare NO would be read as false."""
    code = city["country"]
    assert isinstance(code, str)
    assert len(code) == 2 and code.isascii() and code.isupper()


@each_city
def test_city_is_a_populated_place_of_the_same_country(
    city: dict[str, Any], gazetteer: dict[int, GazetteerEntry]
) -> None:
    entry = gazetteer[city["geonames_id"]]
    assert entry.feature_class == "P"
    assert entry.country == city["country"]


@each_city
def test_coordinates_are_those_of_the_gazetteer(city: dict[str, Any], gazetteer: dict[int, GazetteerEntry]) -> None:
    entry = gazetteer[city["geonames_id"]]
    assert (city["latitude"], city["longitude"]) == (entry.latitude, entry.longitude)
