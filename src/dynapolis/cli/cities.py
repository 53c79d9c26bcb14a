"""``dynapolis cities``: towns as typed to cities, and what a person decides about those that stay open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, now, opened, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.places.evaluate import Judged, Known
    from dynapolis.places.gazetteer import Gazetteer
    from dynapolis.store.place_decisions import Towns

app = typer.Typer(help="Cities: towns as typed are matched to a gazetteer.", no_args_is_help=True)


class Which(StrEnum):
    """Gazetteers by name."""

    CITIES15000 = "cities15000"
    CITIES500 = "cities500"


class Half(StrEnum):
    """Which strings of a list of known towns are looked at."""

    ALL = "all"
    DEVELOPMENT = "development"
    HELD_OUT = "held-out"


File = Annotated[Path, typer.Argument(metavar="FILE", help="A list with a header: CSV, TSV, XLSX, JSON.")]
Town = Annotated[str, typer.Option("--town", metavar="COL", help="The column of the town.")]
Country = Annotated[str, typer.Option("--country", metavar="COL", help="The column of the country.")]
WhichGazetteer = Annotated[
    Which, typer.Option("--gazetteer", help="Cities down to 15,000 inhabitants, or places down to 500.")
]
DecisionsFile = Annotated[
    Path | None, typer.Option("--decisions", metavar="FILE", help="Decisions of persons, beside those of a workspace.")
]
MaybeWorkspace = Annotated[
    Path | None, typer.Option("--workspace", "-w", help="A workspace whose decisions hold.", show_default="none")
]
Threshold = Annotated[
    float | None, typer.Option("--threshold", min=0, max=1, metavar="X", help="The least score of an answer.")
]


@app.callback()
def cities() -> None:
    """Cities: towns as typed are matched to a gazetteer."""


@app.command("match")
def match(
    file: File,
    town: Town,
    country: Country,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The same rows with their cities.")],
    gazetteer: WhichGazetteer = Which.CITIES15000,
    queue: Annotated[
        Path | None, typer.Option("--queue", metavar="FILE", help="Also write the towns left for a person.")
    ] = None,
    decisions: DecisionsFile = None,
    workspace: MaybeWorkspace = None,
    threshold: Threshold = None,
    areas: Annotated[
        bool, typer.Option("--areas", help="Add the column area: the city to whose functional area the place belongs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write FILE with a city for every row: id, name, coordinates, score, reason, runner-up.

    Rows keep their order; a town that is not sure enough stays empty, with the reason and what it looks like.
    """
    with reporting(as_json):
        from dynapolis.cli.city_files import QUEUE, count_pairs, queue_rows, write_matched, write_rows
        from dynapolis.places.match import match_places
        from dynapolis.places.read_gazetteer import read_gazetteer

        counted = count_pairs(file, town, country)
        decided = _decisions(decisions, workspace)
        given = match_places(list(counted), read_gazetteer(gazetteer.value), decided, threshold=threshold)
        answers = dict(zip(counted, given, strict=True))
        write_matched(file, out, (town, country), answers, _area_of(workspace) if areas else None)
        open_towns = queue_rows(counted, answers)
        for path in (queue, workspace / "lake" / QUEUE_FILE if workspace else None):
            if path:
                write_rows(path, QUEUE, open_towns)
        n_answered = sum(n for pair, n in counted.items() if answers[pair].is_answer)
        reasons: dict[str, int] = {}
        for answer in given:
            reasons[answer.reason.value] = reasons.get(answer.reason.value, 0) + 1
        result = {
            "out": str(out), "rows": counted.total(), "rows_answered": n_answered, "towns": len(counted),
            "towns_answered": sum(a.is_answer for a in given), "towns_open": len(open_towns),
            "reasons": dict(sorted(reasons.items())),
        }  # fmt: skip
        _tell(as_json, result, "cities_matched", ("rows", "rows_answered", "towns", "towns_answered", "towns_open"))


QUEUE_FILE = "queue_places.csv"


@app.command("decide")
def decide(
    town: Annotated[str, typer.Option("--town", metavar="TEXT", help="The town as typed.")],
    country: Annotated[str, typer.Option("--country", metavar="TEXT", help="Its country as typed.")],
    city: Annotated[str, typer.Option("--city", metavar="ID", help="GeoNames id of the city, or none.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="On what the decision rests.")],
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Decide which city a town as typed is, or that it is none; from then on it is looked up.

    A decision is never changed: a later one on the same town stands after it and holds.
    """
    with reporting(as_json):
        from dynapolis.store.place_decisions import PlaceDecision, add_decision

        geonameid, name = _known_city(city)
        decision = PlaceDecision(town, country, geonameid, by, why, now())
        with opened(workspace) as (_, ledger), ledger.begin() as writer:
            add_decision(writer, decision)
        result = {"town": town, "country": country, "geonameid": geonameid, "name": name}
        _tell(as_json, result, "cities_decided" if geonameid else "cities_decided_none", ("town", "country", "name"))


@app.command("queue")
def queue_of_towns(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A queue that cities match has written.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="How many towns at most.")] = 20,
    workspace: MaybeWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List the towns that nobody has decided yet, those of most rows first.

    Without FILE, those of the last cities match in the workspace (this folder if none is named).
    """
    with reporting(as_json):
        from dynapolis.cli.city_files import read_queue
        from dynapolis.store.place_decisions import town_key

        home = workspace or (None if file else Path())
        decided = {town_key(*pair) for pair in _decisions(None, home)}
        rows = read_queue(file or (home or Path()) / "lake" / QUEUE_FILE)
        rows = [row for row in rows if town_key(row["town"], row["country"]) not in decided]
        if as_json:
            print_json(rows[:most])
            return
        words = _words()
        say(words.say("cli.cities_queue", n=f"{len(rows):,}"))
        for row in rows[:most]:
            say("  " + words.say("cli.cities_queue_town", **{k: str(v) for k, v in row.items()}))


@app.command("evaluate")
def evaluate(
    file: File,
    town: Town,
    country: Country,
    geonameid: Annotated[str, typer.Option("--geonameid", metavar="COL", help="The column of the known city.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the tables.")],
    coordinates: Annotated[
        Path | None, typer.Option("--coordinates", metavar="FILE", help="Ids with lat and lon of reference places.")
    ] = None,
    gazetteer: WhichGazetteer = Which.CITIES15000,
    half: Annotated[
        Half, typer.Option("--half", help="All strings, or the half that rules were or were not tuned on.")
    ] = Half.ALL,
    decisions: DecisionsFile = None,
    workspace: MaybeWorkspace = None,
    threshold: Threshold = None,
    as_json: AsJson = False,
) -> None:
    """Match a list whose cities are known, and write how often the answers are right.

    Overall, by country, by reason, by ranges of the score, and every wrong or missed town.
    """
    with reporting(as_json):
        from dynapolis.places.evaluate import is_held_out, judge, summary
        from dynapolis.places.match import match_places
        from dynapolis.places.read_gazetteer import read_gazetteer

        known = _known_towns(file, (town, country, geonameid), coordinates)
        if half is not Half.ALL:
            known = [item for item in known if is_held_out(item.town) == (half is Half.HELD_OUT)]
        place_names = read_gazetteer(gazetteer.value)
        pairs = [(item.town, item.country) for item in known]
        answers = match_places(pairs, place_names, _decisions(decisions, workspace), threshold=threshold)
        judged = [judge(item, answer, place_names) for item, answer in zip(known, answers, strict=True)]
        overall = {"gazetteer": place_names.name, "half": half.value, **summary(judged)}
        _write_evaluation(out, overall, judged)
        _tell(as_json, {"out": str(out), **overall}, "cities_evaluated", tuple(overall))


def _write_evaluation(out: Path, overall: Mapping[str, Any], judged: Sequence[Judged]) -> None:
    from dynapolis.cli.city_files import write_rows
    from dynapolis.places.evaluate import by, confusions, reliability

    tables: dict[str, Sequence[Mapping[str, Any]]] = {
        "summary": [overall],
        "by_country": by(judged, "country", lambda item: item.known.country),
        "by_reason": by(judged, "reason", lambda item: item.answer.reason.value),
        "reliability": reliability(judged),
        "confusions": confusions(judged),
    }
    for name, rows in tables.items():
        write_rows(out / f"{name}.csv", list(rows[0]) if rows else [name], rows)


def _known_towns(file: Path, columns: tuple[str, str, str], coordinates: Path | None) -> list[Known]:
    """Distinct towns with a known city, in the order of the file; rows without an id are left out."""
    from dynapolis.cli.city_files import read_rows
    from dynapolis.errors import BadInput, Fault
    from dynapolis.places.evaluate import Known

    where = _coordinates(coordinates) if coordinates else {}
    found: dict[Known, None] = {}
    faults: list[Fault] = []
    for _, places, rows in read_rows(file, columns):
        for number, cells in enumerate(rows, start=1):
            town, country, city = (cells[place] for place in places)
            if city.isdecimal():
                found[Known(town, country, int(city), *where.get(int(city), (None, None)))] = None
            elif city:
                faults.append(
                    Fault(f"{file.name}, entry {number}", 0, columns[2], repr(city), "a number", "correct it")
                )
    if faults:
        raise BadInput(file.name, faults)
    return list(found)


def _coordinates(file: Path) -> dict[int, tuple[float, float]]:
    """Places by id, from a list with columns for the id, the latitude and the longitude under one of their names."""
    from dynapolis.cli.city_files import read_rows
    from dynapolis.errors import BadUse

    names = (("geonameid", "id"), ("lat", "latitude", "lat_gn"), ("lon", "lng", "longitude", "lng_gn"))
    found: dict[int, tuple[float, float]] = {}
    for header, _, rows in read_rows(file, ()):
        small = [name.casefold() for name in header]
        places = [next((small.index(name) for name in choice if name in small), None) for choice in names]
        if None in places:
            told = "; ".join(" or ".join(choice) for choice in names)
            raise BadUse(f"{file.name} needs the columns {told}; it has {', '.join(header)}")
        for cells in rows:
            city, lat, lon = (cells[place] for place in places if place is not None)
            if city.isdecimal() and lat and lon:
                found[int(city)] = (float(lat.replace(",", ".")), float(lon.replace(",", ".")))
    return found


def _decisions(file: Path | None, workspace: Path | None) -> Towns:
    """The decisions of a file and of a workspace; where both speak of a town, the workspace's holds."""
    from dynapolis.store.place_decisions import read_decisions, workspace_decisions

    found = read_decisions(file) if file else {}
    if workspace:
        with opened(workspace) as (_, ledger):
            found |= workspace_decisions(ledger)
    return found


def _known_city(city: str) -> tuple[int | None, str]:
    """The id of a city and its name, for a decision.

    Raises:
        BadUse: it is no id that the gazetteer knows.
    """
    from dynapolis.errors import BadUse
    from dynapolis.places.read_gazetteer import read_gazetteer
    from dynapolis.store.place_decisions import NO_CITY

    if city == NO_CITY:
        return None, ""
    places: Gazetteer = read_gazetteer()
    where = places.where(int(city)) if city.isascii() and city.isdigit() else None
    if where is None:
        raise BadUse(f"{city} is no GeoNames id of the gazetteer; name an id, or {NO_CITY} for a town that is no city")
    return int(city), f"{where[0].columns.name[where[1]]}, {where[0].code}"


def _area_of(workspace: Path | None) -> Callable[[int], str | None]:
    from dynapolis.places.areas import functional_area
    from dynapolis.store.areas import read_areas
    from dynapolis.store.content import ContentPaths, read_places
    from dynapolis.store.workspace import open_workspace

    content = open_workspace(workspace).content if workspace else ContentPaths.default()
    areas, places = read_areas(content.areas), read_places(content.places)
    return lambda geonameid: functional_area(geonameid, areas, places)


def _words() -> Any:
    from dynapolis.report.messages import read_messages

    return read_messages(language())


def _tell(as_json: bool, result: Mapping[str, Any], key: str, names: Sequence[str]) -> None:
    """A result as JSON, or as one sentence."""
    if as_json:
        print_json(result)
        return
    values = {name: _shown(result[name]) for name in ("out", *names) if name in result}
    say(_words().say(f"cli.{key}", **values))


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
