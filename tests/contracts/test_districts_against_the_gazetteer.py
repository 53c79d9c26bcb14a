"""GeoNames ids of districts against the published gazetteer; skipped where it does not lie beside the repository."""

from __future__ import annotations

import io
import math
import unicodedata
import zipfile
from pathlib import Path

import pytest

from dynapolis.store.content import read_places, shipped
from dynapolis.store.districts import read_districts

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "geonames" / "cities15000.zip"
KM_PER_DEGREE = 111.2


def plain(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


@pytest.fixture(scope="module")
def entries() -> dict[int, list[str]]:
    if not FILE.is_file():
        pytest.skip(f"the gazetteer is not there: {FILE}")
    with zipfile.ZipFile(FILE) as archive:
        text = io.TextIOWrapper(archive.open("cities15000.txt"), encoding="utf-8")
        return {int(row[0]): row for row in (line.rstrip("\n").split("\t") for line in text)}


def test_every_geonames_id_is_a_place_of_that_name_near_its_city(entries: dict[int, list[str]]) -> None:
    cities = read_places(shipped() / "places" / "cities.yml").by_id
    rows = [row for row in read_districts(shipped() / "places" / "districts.csv").rows if row.geonames_id]
    assert len(rows) == 46
    for row in rows:
        assert row.source == "geonames"
        found, city = entries[row.geonames_id or 0], cities[row.city_id]
        names = {plain(name) for name in (found[1], found[2], *found[3].split(","))}
        assert names & {plain(name) for name in row.spellings}, row.district_id
        north = float(found[4]) - city.latitude
        east = (float(found[5]) - city.longitude) * math.cos(math.radians(city.latitude))
        assert KM_PER_DEGREE * math.hypot(north, east) < 35, row.district_id
        assert found[8] == city.country


def test_the_gazetteer_has_no_entries_of_the_districts_of_seoul(entries: dict[int, list[str]]) -> None:
    """Why the 25 have no id: cities15000 leaves them out, so that none was passed over."""
    names = {row.name_ko for row in read_districts(shipped() / "places" / "districts.csv").of_city["seoul"] if row.code}
    korean = [row for row in entries.values() if row[8] == "KR" and row[10] == "11"]
    assert not [row[1] for row in korean if names & set(row[3].split(","))]
