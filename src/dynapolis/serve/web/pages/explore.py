"""The lists of projects and of living labs: search, facets, results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.sentences import Speaker
from dynapolis.serve.address import Parameter, View
from dynapolis.serve.facets import Choice, Facet
from dynapolis.serve.queries.explore import (
    FACETS,
    LAB_FACETS,
    ORDERS,
    PER_PAGE,
    Found,
    find_initiatives,
    parameters,
)
from dynapolis.serve.search.query import bounds
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked

OPEN = 6  # facets that stand open on a wide page
SHOWN = 12  # values of a facet that are shown before "more"
COLUMNS = (
    "id",
    "name",
    "name_local",
    "city",
    "start_year",
    "end_year",
    "lead_organisation",
    "innovation",
    "kind",
    "sector",
    "goal",
    "lab_type",
    "stage",
    "status",
    "lead",
    "registers",
    "sources",
)


def project_parameters(release: Release) -> Sequence[Parameter]:
    """What the address of the list of projects takes."""
    return parameters(release)


def lab_parameters(release: Release) -> Sequence[Parameter]:
    """What the address of the list of living labs takes."""
    return parameters(release, LAB_FACETS)


def answer_projects(asked: Asked) -> Answer:
    """All initiatives, living labs among them."""
    return _answer(asked, "projects", "units", FACETS)


def answer_labs(asked: Asked) -> Answer:
    """Living labs."""
    return _answer(asked, "labs", "living_labs", LAB_FACETS)


def _answer(asked: Asked, name: str, population: str, facets: Sequence[str]) -> Answer:
    found = find_initiatives(asked.release, asked.view, population, facets)
    speaker, say, view = asked.speaker(), asked.words.say, asked.view
    title = say(f"web.{name}.title")
    return Answer(
        title=title,
        template="explore.html.j2",
        values={
            "found": found,
            "name": name,
            "facets": [_facet(facet, counts, view, speaker, say) for facet, counts in found.facets],
            "chosen": _chosen(found, speaker, say),
            "rows": [_row(asked, row, found, speaker) for row in found.rows],
            "n": numbers.count(found.n),
            "pages": _pages(found),
            "orders": [(o, say(f"web.sort.{o}"), view.but(sort=o, page=None)) for o in ORDERS],
            "sizes": [(n, view.but(n=n, page=None)) for n in PER_PAGE],
            "lifted": [_lifted(found, key, n, say, speaker) for key, n in found.lifted],
            "also": [(printed, ", ".join(words)) for printed, words in found.searched.also],
            "open": OPEN,
            "hidden": _hidden(view),
        },
        plain=plain_list(found),
        table=(COLUMNS, [_line(row) for row in found.rows]),
        crumbs=[(title, asked.to(name))],
    )


def plain_list(found: Found) -> dict[str, Any]:
    """A list as plain values, as the API gives it too."""
    return {
        "n": found.n,
        "page": min(found.view["page"], found.n_pages),
        "n_pages": found.n_pages,
        "also_searched": {printed: list(words) for printed, words in found.searched.also},
        "facets": {facet.name: counts for facet, counts in found.facets},
        "initiatives": [plain_row(row) for row in found.rows],
    }


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """One initiative of a list as plain values."""
    return {"id": row["unit_id"], **{k: v for k, v in row.items() if k not in ("doc", "unit_id")}}


def _line(row: Mapping[str, Any]) -> list[Any]:
    codes = row["codes"]
    values = {
        **row,
        "id": row["unit_id"],
        "city": row["city_id"],
        **{k: codes.get(k, ()) for k in ("kind", "sector", "goal", "lab_type", "stage", "status", "lead")},
    }
    return [values[column] for column in COLUMNS]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet as the page shows it."""

    value: str
    label: str
    n: str
    state: str  # "", "wanted", "unwanted"
    href: str
    exclude: str


def _facet(facet: Facet, counts: Mapping[str, int], view: View, speaker: Speaker, say: Any) -> dict[str, Any]:
    choice: Choice = view[facet.name]
    values = []
    for value in facet.values:
        state = "wanted" if value in choice.wanted else "unwanted" if value in choice.unwanted else ""
        if counts[value] or state:
            label = value_label(facet.name, value, speaker, say)
            links = (view.toggled(facet.name, value, page=None), view.excluded(facet.name, value, page=None))
            values.append((counts[value], Value(value, label, numbers.count(counts[value]), state, *links)))
    if facet.name in ("city", "country", "register", "sector", "goal", "lead", "lab_type", "driver", "kind", "track"):
        values.sort(key=lambda pair: (not pair[1].state, -pair[0], pair[1].label))
    return {
        "name": facet.name,
        "label": facet_label(facet.name, speaker, say),
        "values": [value for _, value in values],
        "active": choice != Choice(),
        "shown": SHOWN,
    }


def facet_label(name: str, speaker: Speaker, say: Any) -> str:
    """What a facet is called: the codebook's word for a scheme, else our own."""
    return speaker.scheme(name) if name in speaker.data.codebook.by_scheme else say(f"web.facet.{name}")


def value_label(name: str, value: str, speaker: Speaker, say: Any) -> str:
    """What a value of a facet is called."""
    if name in speaker.data.codebook.by_scheme:
        return speaker.code(name, value)
    if name == "city":
        return speaker.city(value)
    if name == "register":
        return speaker.register(value)
    if name == "country":
        known = {city.country: city.country_name for city in speaker.data.places.cities}
        return str(known[value].in_(speaker.lang))
    return str(say(f"web.value.{name}.{value}"))


def _chosen(found: Found, speaker: Speaker, say: Any) -> list[tuple[str, str, bool]]:
    """What is chosen, each with the address that lifts it."""
    view = found.view
    chips = []
    for facet, _ in found.facets:
        choice: Choice = view[facet.name]
        name = facet_label(facet.name, speaker, say)
        for value in choice.wanted:
            label = f"{name}: {value_label(facet.name, value, speaker, say)}"
            chips.append((label, view.toggled(facet.name, value, page=None), False))
        for value in choice.unwanted:
            label = f"{name}: {value_label(facet.name, value, speaker, say)}"
            chips.append((label, view.excluded(facet.name, value, page=None), True))
    if view["y"]:
        chips.append((f"{say('web.facet.y')}: {_range(view['y'], speaker.lang)}", view.but(y=None, page=None), False))
    return chips


def _range(years: tuple[int | None, int | None], lang: Lang) -> str:
    low, high = ("" if year is None else str(year) for year in years)
    return f"{low}{'~' if lang is Lang.KO else '–'}{high}"


def _lifted(found: Found, key: str, n: int, say: Any, speaker: Speaker) -> tuple[str, str, str]:
    label = say(f"web.facet.{key}") if key in ("q", "y") else facet_label(key, speaker, say)
    return label, numbers.count(n), found.view.but(**{key: None, "page": None})


def _pages(found: Found) -> list[tuple[str, str, bool]]:
    """Links to pages near this one, with the first and the last; an empty address is a gap."""
    here, last = min(found.view["page"], found.n_pages), found.n_pages
    wanted = sorted({1, *range(max(1, here - 2), min(last, here + 2) + 1), last})
    links: list[tuple[str, str, bool]] = []
    for before, page in zip([0, *wanted], wanted, strict=False):
        if page - before > 1:
            links.append(("…", "", False))
        links.append((str(page), found.view.but(page=page), page == here))
    return links if last > 1 else []


def _row(asked: Asked, row: Mapping[str, Any], found: Found, speaker: Speaker) -> dict[str, Any]:
    korean = asked.lang is Lang.KO
    name, local = row["name"], row["name_local"]
    text = (row["text_ko"] or row["text_en"]) if korean else (row["text_en"] or row["text_ko"])
    text_lang = "ko" if text and text == row["text_ko"] else "en"
    years = "–".join(str(y) for y in (row["start_year"], row["end_year"]) if y)
    codes = row["codes"]
    marks = [speaker.code(s, c) for s in ("sector", "goal", "lab_type", "stage") for c in codes.get(s, ())[:2]]
    kind = "labs" if "living_lab" in codes.get("kind", ()) else "projects"
    return {
        "name": name,
        "local": local if local != name else "",
        "href": asked.to(f"{kind}/{row['unit_id']}"),
        "city": speaker.city(row["city_id"]),
        "city_href": asked.to(f"cities/{row['city_id']}"),
        "years": years,
        "text": bounds(text or "", found.searched.query) if found.searched.typed else text or "",
        "text_lang": text_lang,
        "marks": marks,
        "innovation": row["innovation"],
        "n_records": row["n_records"],
        "lead": row["lead_organisation"] or "",
    }


def _hidden(view: View) -> list[tuple[str, str]]:
    """The rest of the view, for the form that only changes the words and the years."""
    path = view.but(q=None, y=None, page=None)
    _, _, query = path.partition("?")
    from urllib.parse import parse_qsl

    return parse_qsl(query)
