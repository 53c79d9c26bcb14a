"""City proper and functional area are two answers: Espoo is not Helsinki, but it belongs to Helsinki's area."""

from __future__ import annotations

from dynapolis.model.area import Areas
from dynapolis.model.place import Places


def functional_area(geonameid: int, areas: Areas, places: Places) -> str | None:
    """The city of the index to whose functional area a place belongs; the city itself belongs to its own.

    Args:
        geonameid: a place, by its GeoNames id.
        areas: the declared members of areas.
        places: the cities of the index.

    Returns:
        The id of the city, or None for a place of no declared area.

    Example:
        >>> from dynapolis.store.areas import read_areas
        >>> from dynapolis.store.content import ContentPaths, read_places
        >>> content = ContentPaths.default()
        >>> areas, places = read_areas(content.areas), read_places(content.places)
        >>> [functional_area(g, areas, places) for g in (658225, 660158, 3128760)]  # Helsinki, Espoo, Barcelona
        ['helsinki', 'helsinki', 'barcelona']
    """
    own = next((city.id for city in places.cities if city.geonames_id == geonameid), None)
    return own or areas.area_of(geonameid)
