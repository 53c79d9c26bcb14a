"""Which population divides each city's rates: as the index specification asks, or openly none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dynapolis.model.arrays import FloatArray
from dynapolis.model.index_spec import Denominator
from dynapolis.model.place import Places
from dynapolis.model.population import Population, PopulationBasis, Populations

DENOMINATOR = pa.schema(
    [
        ("city_id", pa.string()), ("position", pa.int64()), ("definition", pa.string()), ("source", pa.string()),
        ("year_asked", pa.int64()), ("year", pa.int64()), ("inhabitants", pa.float64()),
        ("source_country", pa.string()), ("source_name", pa.string()), ("locator", pa.string()),
        ("is_projection", pa.bool_()), ("record_type", pa.string()), ("reliability", pa.string()),
        ("source_year", pa.int64()), ("footnote", pa.string()), ("status", pa.string()),
    ]
)  # fmt: skip
_SHOWN = ("year", "source_country", "source_name", "locator", "is_projection", "record_type", "reliability",
          "source_year", "footnote")  # fmt: skip


def denominator_table(places: Places, populations: Populations, denominator: Denominator) -> pa.Table:
    """One row per city and basis: position 0 is the default, 1 and on are the alternatives that draws may take.

    ``status`` is ``ok``; ``other_year`` where another year than the one asked for had to serve; ``none`` where the
    source has no figure near enough. Nothing is interpolated and nothing is borrowed from another basis.
    """
    rows = [
        {"city_id": city.id, "position": position} | _row(populations.choose(city.id, basis), basis)
        for city in places.cities
        for position, basis in enumerate(denominator.bases)
    ]
    return pa.Table.from_pylist(rows, DENOMINATOR)


def _row(chosen: Population | None, basis: PopulationBasis) -> dict[str, object]:
    asked: dict[str, object] = {
        "definition": basis.definition, "source": basis.source, "year_asked": basis.year, "status": "none",
    }  # fmt: skip
    if chosen is None:
        return asked
    shown = {name: getattr(chosen, name) for name in _SHOWN}
    return asked | shown | {
        "inhabitants": chosen.value, "status": "ok" if chosen.year == basis.year else "other_year",
    }  # fmt: skip


def inhabitants_of(table: pa.Table, city_ids: list[str]) -> FloatArray:
    """Inhabitants by basis and city, shape (n_bases, n_cities), unit: persons.

    A city without a figure on an alternative basis keeps its default one in those draws; one without a default figure
    has NaN on every basis, and so no rate.

    Example:
        >>> rows = [{"city_id": "a", "position": 0, "inhabitants": 5.0}, {"city_id": "a", "position": 1},
        ...         {"city_id": "b", "position": 0}, {"city_id": "b", "position": 1, "inhabitants": 7.0}]
        >>> inhabitants_of(pa.Table.from_pylist(rows, DENOMINATOR), ["a", "b"])
        array([[ 5., nan],
               [ 5., nan]])
    """
    place = {city: n for n, city in enumerate(city_ids)}
    found = np.full((1 + max(table["position"].to_pylist(), default=0), len(city_ids)), np.nan)
    for row in table.select(["city_id", "position", "inhabitants"]).to_pylist():
        if row["inhabitants"] is not None:
            found[row["position"], place[row["city_id"]]] = row["inhabitants"]
    found = np.where(np.isfinite(found), found, found[0])
    return np.asarray(np.where(np.isfinite(found[0]), found, np.nan))
