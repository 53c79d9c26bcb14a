"""City proper and functional area are two answers."""

from __future__ import annotations

from dynapolis.places.areas import functional_area
from dynapolis.store.areas import read_areas
from dynapolis.store.content import ContentPaths, read_places

CONTENT = ContentPaths.default()


def test_espoo_belongs_to_the_area_of_helsinki_and_is_not_helsinki() -> None:
    areas, places = read_areas(CONTENT.areas), read_places(CONTENT.places)
    espoo, tampere = 660158, 634963
    assert functional_area(espoo, areas, places) == "helsinki"
    assert areas.city_of(espoo) is None
    assert functional_area(tampere, areas, places) is None


def test_every_city_belongs_to_its_own_area() -> None:
    areas, places = read_areas(CONTENT.areas), read_places(CONTENT.places)
    assert all(functional_area(city.geonames_id, areas, places) == city.id for city in places.cities)
