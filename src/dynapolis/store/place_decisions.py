"""What persons decided about towns as typed: which city each is, or that it is none.

Decisions are added and never changed; of several on one town the last one holds. They come from a workspace's ledger
or from a CSV file that travels with a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dynapolis.errors import BadContent, BadUse, Fault
from dynapolis.store.csv_file import read_table
from dynapolis.store.ledger import Ledger, Writer, place_decision
from dynapolis.text import clean

NO_CITY = "none"
COLUMNS = ("town", "country", "geonameid", "decided_by", "why")

Towns = dict[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class PlaceDecision:
    """One person's decision on one town as typed.

    Attributes:
        town, country: as they stand in a list.
        geonameid: the city; None where it is no city.
        decided_by: who decided.
        why: on what it rests.
        made_at: UTC, ISO 8601.
    """

    town: str
    country: str
    geonameid: int | None
    decided_by: str
    why: str
    made_at: str


def town_key(town: str, country: str) -> tuple[str, str]:
    """A town and a country as typed, but for spaces and the case of the country.

    Example:
        >>> town_key(" Espoo  Otaniemi", "fi")
        ('Espoo Otaniemi', 'FI')
    """
    return clean(town), clean(country).upper()


def add_decision(writer: Writer, decision: PlaceDecision) -> None:
    """Add a decision; a second thought stands after the first.

    Raises:
        BadUse: the town, the person or the reason is empty.
    """
    for name in ("town", "decided_by", "why"):
        if not clean(getattr(decision, name)):
            raise BadUse(f"a decision on a place needs {name}; nothing was written")
    town, country = town_key(decision.town, decision.country)
    writer.add(place_decision, [{**asdict(decision), "town": town, "country": country}])


def workspace_decisions(ledger: Ledger) -> Towns:
    """The decisions of a ledger that hold, by town and country."""
    return {(row["town"], row["country"]): row["geonameid"] for row in ledger.rows(place_decision)}


def read_decisions(path: Path) -> Towns:
    """Decisions of a CSV file with the columns town, country, geonameid, decided_by and why.

    ``geonameid`` is the number of a city, or ``none`` for a town that is no city.

    Raises:
        BadContent: the file is missing or has faults; all are listed with their lines.
    """
    rows, faults = read_table(path, COLUMNS)
    seen: dict[tuple[str, str], str] = {}
    for line, row in rows:
        faults += _faults(path.name, line, row, seen)
    if faults:
        raise BadContent(path.name, faults)
    return {town_key(row["town"], row["country"]): _city(row["geonameid"]) for _, row in rows}


def _city(cell: str) -> int | None:
    return None if cell == NO_CITY else int(cell)


def _faults(where: str, line: int, row: Mapping[str, str], seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    for column in ("town", "decided_by", "why"):
        if not clean(row[column]):
            yield Fault(where, line, column, "an empty cell", "a text", "fill it in")
    city, key = row["geonameid"], town_key(row["town"], row["country"])
    if city != NO_CITY and not (city.isascii() and city.isdigit() and int(city)):
        expected = f"a GeoNames id or {NO_CITY}"
        yield Fault(where, line, "geonameid", repr(city) if city else "an empty cell", expected, "correct the cell")
    if seen.setdefault(key, city) != city:
        yield Fault(
            where, line, "geonameid", repr(city), f"one city for {key[0]!r} (above: {seen[key]})", "keep one row"
        )
