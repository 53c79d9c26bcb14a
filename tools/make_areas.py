"""Make ``content/places/areas.csv`` again from the gazetteer. Run by hand; the same files give the same bytes.

    .venv/bin/python tools/make_areas.py ../shared/data/geonames/cities15000.zip

Who belongs where is decided by the rules of ``areas.yml``, and by nothing else. A place that two rules of a city catch
is a part of the city if one of them says so. The 41 cities themselves are never members.
"""

from __future__ import annotations

import csv
import io
import math
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dynapolis.model.area import AreaDescription, AreaMember, AreaRule, check_area_description
from dynapolis.model.place import City, Places, check_places
from dynapolis.store.yaml_file import read_yaml

PLACES = Path(__file__).parents[1] / "src" / "dynapolis" / "content" / "places"


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the gazetteer."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    country: str
    admin: tuple[str, str, str]


def read_entries(path: Path) -> list[Entry]:
    """All places, in the order of the file."""
    with zipfile.ZipFile(path) as archive:
        lines = archive.read("cities15000.txt").decode("utf-8").splitlines()
    fields = (line.split("\t") for line in lines)
    return [Entry(int(f[0]), f[1], float(f[4]), float(f[5]), f[8], (f[10], f[11], f[12])) for f in fields]


def is_caught(entry: Entry, rule: AreaRule) -> bool:
    """Whether a rule makes a place a member."""
    levels = zip(entry.admin, (rule.admin1, rule.admin2, rule.admin3), strict=True)
    return (
        entry.country == rule.country
        and all(not codes or code in codes for code, codes in levels)
        and (not rule.names or entry.name in rule.names)
    )


def distance_km(entry: Entry, city: City) -> float:
    """Great-circle distance on a sphere of 6,371 km."""
    a, b = math.radians(entry.latitude), math.radians(city.latitude)
    east = math.radians(entry.longitude - city.longitude)
    haversine = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(haversine))


def make_members(entries: list[Entry], description: AreaDescription, places: Places) -> Iterator[AreaMember]:
    """Members by city, basis and name; parts of the city before its surroundings."""
    own = {city.geonames_id for city in places.cities}
    taken = set(own)
    parts = sorted(description.parts, key=lambda part: (part.area_id, part.basis != "part_of_city", part.basis))
    for part in parts:
        city = places.by_id[part.area_id]
        caught = [e for e in entries if e.geonameid not in taken and any(is_caught(e, rule) for rule in part.rules)]
        near = [e for e in caught if distance_km(e, city) <= part.max_km]
        for e in sorted(near, key=lambda e: (e.name, e.geonameid)):
            taken.add(e.geonameid)
            yield AreaMember(
                member_geonameid=e.geonameid, member_name=e.name, country=e.country, area_id=part.area_id,
                basis=part.basis, source=part.source,
            )  # fmt: skip


def as_csv(members: list[AreaMember]) -> str:
    """The file's text."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(AreaMember.model_fields)
    writer.writerows(member.model_dump().values() for member in members)
    return sink.getvalue()


def main(path: str) -> None:
    """Write the file and say how many members each list has."""
    description = read_yaml(PLACES / "areas.yml", AreaDescription, check_area_description)
    places = read_yaml(PLACES / "cities.yml", Places, check_places)
    members = list(make_members(read_entries(Path(path)), description, places))
    (PLACES / "areas.csv").write_text(as_csv(members), encoding="utf-8", newline="")
    for part in description.parts:
        print(part.area_id, part.basis, sum((m.area_id, m.basis) == (part.area_id, part.basis) for m in members))


if __name__ == "__main__":
    main(sys.argv[1])
