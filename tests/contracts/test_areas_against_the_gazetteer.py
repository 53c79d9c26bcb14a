"""Every place that is said to belong to a city or to its area is in the gazetteer, in the right country, and near.

The published gazetteer is read again where it lies beside the repository (``../shared/data/geonames``); elsewhere the
tests that need it are skipped with the reason.
"""

from __future__ import annotations

import importlib.util
import math
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from dynapolis.model.area import AreaDescription
from dynapolis.store.content import ContentPaths, read_areas, read_places

REPOSITORY = Path(__file__).parents[2]
GEONAMES = REPOSITORY.parent / "shared" / "data" / "geonames" / "cities15000.zip"

PATHS = ContentPaths.default()
AREAS = read_areas(PATHS.areas)
PLACES = read_places(PATHS.places)
Entry = tuple[str, float, float, str]


@pytest.fixture(scope="module")
def gazetteer() -> dict[int, Entry]:
    """Name, latitude, longitude and country of every place, by its id."""
    if not GEONAMES.is_file():
        reason = "GeoNames file not found: put cities15000.zip into ../shared/data/geonames to compare the areas."
        print(reason)
        pytest.skip(reason)
    with zipfile.ZipFile(GEONAMES) as archive:
        lines = archive.read("cities15000.txt").decode("utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    return {int(f[0]): (f[1], float(f[4]), float(f[5]), f[8]) for f in fields}


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance by the spherical law of cosines, another formula than the tool's."""
    (lat_a, lon_a), (lat_b, lon_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    cosine = math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * math.cos(lon_a - lon_b)
    return 6371 * math.acos(min(1.0, cosine))


def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_areas", REPOSITORY / "tools" / "make_areas.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # a dataclass looks for its own module there
    spec.loader.exec_module(module)
    return module


def test_every_member_is_in_the_gazetteer_in_the_country_of_its_city_and_within_the_stated_distance(
    gazetteer: dict[int, Entry],
) -> None:
    farthest = {(part.area_id, part.basis): part.max_km for part in AREAS.parts}
    for member in AREAS.members:
        name, latitude, longitude, country = gazetteer[member.member_geonameid]
        city = PLACES.by_id[member.area_id]
        assert (member.member_name, member.country) == (name, country)
        assert country == city.country
        away = kilometres((latitude, longitude), (city.latitude, city.longitude))
        assert away <= farthest[member.area_id, member.basis] + 0.1, member


def test_the_file_is_what_its_rules_give(gazetteer: dict[int, Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    module = tool(monkeypatch)
    description = AreaDescription(sources=dict(AREAS.sources), parts=AREAS.parts, left_out=dict(AREAS.left_out))
    members = list(module.make_members(module.read_entries(GEONAMES), description, PLACES))
    assert module.as_csv(members) == PATHS.areas.read_text(encoding="utf-8")


def test_no_city_of_the_index_is_a_member_of_another() -> None:
    assert not {city.geonames_id for city in PLACES.cities} & set(AREAS.by_place)


def test_every_city_has_a_list_of_its_surroundings_or_a_reason_why_not() -> None:
    around = {part.area_id for part in AREAS.parts if part.basis != "part_of_city"}
    ids = {city.id for city in PLACES.cities}
    assert around | set(AREAS.left_out) == ids
    assert not around & set(AREAS.left_out)


def test_every_list_has_members_and_every_source_a_list() -> None:
    told = {(member.area_id, member.basis) for member in AREAS.members}
    assert told == {(part.area_id, part.basis) for part in AREAS.parts}
    assert {part.source for part in AREAS.parts} == set(AREAS.sources)


@pytest.mark.parametrize(
    ("name", "country", "city", "is_part"),
    [
        ("Espoo", "FI", "helsinki", False),
        ("Vantaa", "FI", "helsinki", False),
        ("Boulogne-Billancourt", "FR", "paris", False),
        ("Saint-Denis", "FR", "paris", False),
        ("Argenteuil", "FR", "paris", False),
        ("Paris 15 Vaugirard", "FR", "paris", True),
        ("Badalona", "ES", "barcelona", False),
        ("L'Hospitalet de Llobregat", "ES", "barcelona", False),
        ("Frederiksberg", "DK", "copenhagen", False),
        ("Ixelles", "BE", "brussels", True),
        ("Croydon", "GB", "london", True),
        ("Brooklyn", "US", "new-york", True),
        ("Jersey City", "US", "new-york", False),
        ("Newark", "US", "new-york", False),
        ("Oakland", "US", "san-francisco", False),
        ("Santa Monica", "US", "los-angeles", False),
        ("Cambridge", "US", "boston", False),
        ("Somerville", "US", "boston", False),
        ("Shibuya", "JP", "tokyo", True),
        ("Hachiōji", "JP", "tokyo", False),
        ("Suwon", "KR", "seoul", False),
        ("Puente Alto", "CL", "santiago", False),
        ("Villeurbanne", "FR", "lyon", False),
        ("Zaandam", "NL", "amsterdam", False),
    ],
)
def test_well_known_places_belong_where_they_should(name: str, country: str, city: str, is_part: bool) -> None:
    found = [m for m in AREAS.members if (m.member_name, m.country, m.area_id) == (name, country, city)]
    assert [member.is_part_of_city for member in found] == [is_part]
    assert AREAS.area_of(found[0].member_geonameid) == city
    assert AREAS.city_of(found[0].member_geonameid) == (city if is_part else None)


def test_a_place_that_stands_nowhere_belongs_to_no_city() -> None:
    assert AREAS.city_of(2988507) is None  # Paris itself is a city, no member
    assert AREAS.area_of(1) is None
