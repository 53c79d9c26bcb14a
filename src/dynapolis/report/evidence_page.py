"""The evidence pages: every initiative with its records, codes and sources, and which of them each number counts.

One page lists all initiatives; each city has a page with everything that is known of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.data import Row
from dynapolis.report.evidence_links import record_address, record_anchor
from dynapolis.report.sections.collaboration import describe_collaboration, link_lines
from dynapolis.report.sections.common import Writing

SCHEMES = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead", "driver")


def evidence_units(writing: Writing, city: str) -> Iterator[dict[str, Any]]:
    """Every initiative of a city by name, as its page shows it: its records, its codes, and how they came together."""
    data, speaker = writing.data, writing.speaker
    for unit in _units_of(writing, city):
        adopted, records = data.adopted.get(unit, {}), data.records_of_unit[unit]
        number = {r["record_id"]: n for n, r in enumerate(records, start=1)}
        yield {
            "unit_id": unit,
            "name": records[0]["name"],
            "records": [_record(writing, record) for record in records],
            "codes": list(_codes(writing, adopted, number)),
            "why": _why(writing, adopted),
            "doubts": ", ".join(speaker.scheme(s) for s in SCHEMES if s in adopted and adopted[s][0]["unsure"]),
            "joined": list(_joined(writing, records)),
            "links": list(link_lines(writing, unit)),
        }


def evidence_list(writing: Writing) -> Iterator[dict[str, Any]]:
    """Every initiative by city and name: its name with the way to its city's page, and its sources."""
    data, speaker = writing.data, writing.speaker
    for city in searched_cities(writing):
        for unit in _units_of(writing, city):
            records = data.records_of_unit[unit]
            yield {
                "unit_id": unit,
                "name": records[0]["name"],
                "href": record_address(records[0]),
                "where": " · ".join(part for part in (speaker.city(city), _years(records[0])) if part),
                "sources": [(r["source_url"], _domain(r["source_url"])) for r in records],
            }


def searched_cities(writing: Writing) -> list[str]:
    """Cities with initiatives, by name."""
    cities = [city for city, row in writing.data.cities.items() if row["n_units"]]
    return sorted(cities, key=writing.speaker.city)


def _units_of(writing: Writing, city: str) -> list[str]:
    units = [(row["name"], unit) for unit, row in writing.data.records.items() if row["city_id"] == city]
    return [unit for _, unit in sorted(units)]


def _record(writing: Writing, record: Row) -> dict[str, Any]:
    local = record["description_ko"] if writing.speaker.lang is Lang.KO else None
    lab = writing.say("evidence.lab", name=record["lab_name"]) if record["lab_name"] else ""
    where = [_years(record), record["lead_organisation"] or "", lab]
    return {
        "anchor": record_anchor(record),
        "name": record["name"],
        "where": " · ".join(part for part in where if part),
        "text": local or record["description_en"],
        "text_lang": "ko" if local else "en",
        "register": writing.speaker.register(record["register"]),
        "url": record["source_url"],
        "source_title": record["source_title"] or record["source_url"],
    }


def _years(record: Row) -> str:
    """First and last year; one that the register itself doubts has a question mark."""
    years = [(str(record[k]), k in record["doubted"]) for k in ("start_year", "end_year") if record[k]]
    return "–".join(f"{year}?" if doubted else year for year, doubted in years)


def _domain(url: str) -> str:
    """The host of an address, which says enough where many stand in a list."""
    return urlsplit(url).netloc.removeprefix("www.")


def _joined(writing: Writing, records: list[Row]) -> Iterator[str]:
    """By which judgements several records are one initiative."""
    here = {record["record_id"]: record for record in records}
    shown: set[tuple[str, str, str]] = set()
    for record in records:
        for row in writing.data.joined_by.get(record["record_id"], ()):
            pair = (row["left_id"], row["right_id"], row["judge"])
            if pair in shown or not {row["left_id"], row["right_id"]} <= here.keys():
                continue
            shown.add(pair)
            ids = f"{here[row['left_id']]['source_id']} = {here[row['right_id']]['source_id']}"
            if row["origin"] == "given":
                name = row["judge"].removeprefix("register ")
                doubted = any(r["register"] == name and "same_as" in r["doubted"] for r in records)
                key = "evidence.joined_given_doubted" if doubted else "evidence.joined_given"
                yield writing.say(key, pair=ids, register=writing.speaker.register(name))
            else:
                yield writing.say("evidence.joined_made", pair=ids, judge=row["judge"], why=row["why"])


def _codes(writing: Writing, adopted: dict[str, list[Row]], number: dict[str, int]) -> Iterator[dict[str, str]]:
    """Adopted codes with the words that decided; words that decided several codes stand at the first.

    Where an initiative has several records, a number tells in which of them the words stand.
    """
    shown: set[str] = set()
    for scheme in SCHEMES:
        if scheme in adopted:
            first = adopted[scheme][0]
            quote = first["quote"] or ""
            codes = ", ".join(writing.speaker.code(scheme, row["code"]) for row in adopted[scheme])
            p = first["probability"] if first["why"] == "consensus" else None
            yield {
                "scheme": writing.speaker.scheme(scheme),
                "codes": codes if p is None else writing.say("evidence.probable", codes=codes, p=numbers.percent(p, 0)),
                "quote": "" if quote in shown else quote,
                "number": f"[{number[first['record_id']]}]" if len(number) > 1 else "",
            }
            shown.add(quote)


def _why(writing: Writing, adopted: dict[str, list[Row]]) -> str:
    """Why these are the adopted codes and who gave them; one sentence where it is the same for all."""
    speaker = writing.speaker
    reasons: dict[tuple[str, str], list[str]] = {}
    for scheme in (scheme for scheme in SCHEMES if scheme in adopted):
        first = adopted[scheme][0]
        reasons.setdefault((first["why"], first["coder_id"]), []).append(speaker.scheme(scheme))
    parts = []
    for (why, coder), schemes in reasons.items():
        said = writing.say(f"evidence.why_{why}", coder=speaker.coder(coder))
        parts.append(said if len(reasons) == 1 else f"{said} ({', '.join(schemes)})")
    return "; ".join(parts) or writing.say("evidence.uncoded")


def figures_json(writing: Writing, unit_ids: list[str], asked: Mapping[str, list[str]]) -> Markup:
    """What each number that leads to a page counts, as places in its list; safe inside a script element."""
    place = {unit: n for n, unit in enumerate(unit_ids)}
    figures = {
        name: {
            "what": writing.say("evidence.showing", n=numbers.count(len(set(units))), what=_what(writing, name)),
            "records": sorted({place[unit] for unit in units}),
        }
        for name, units in sorted(asked.items())
    }
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _what(writing: Writing, name: str) -> str:
    """A number's name in words."""
    speaker, say = writing.speaker, writing.say
    collaboration = describe_collaboration(writing, name)
    if collaboration is not None:
        return collaboration
    kind, *rest = name.split(".")
    if kind == "register":
        return speaker.register(rest[0])
    if kind == "capability":
        return say("evidence.of_cell", capability=say(f"capability.{rest[0]}"), actor=say(f"actor_body.{rest[1]}"))
    if kind == "indicator":
        label = writing.data.spec.by_indicator[rest[1]].name.in_(speaker.lang)
        shown = say("evidence.of_indicator", indicator=label, city=speaker.city(rest[0]))
        return f"{shown}{_divided_by(writing, rest[0], rest[1])}"
    if kind == "cross":
        codes = {"lab_type": rest[2], **({} if rest[3] == "all" else {"status": rest[4]})}
        named = [
            say("way.uncoded") if code == "uncoded" else speaker.code(scheme, code) for scheme, code in codes.items()
        ]
        return f"{say('population.living_labs')}: {' × '.join(named)}"
    population, scheme, code, basis = rest
    if scheme == "population":
        label = say(f"population.{code}")
        return label if kind == "all" else say("evidence.of_city", what=label, city=speaker.city(kind))
    label = speaker.code(scheme, code)
    return say("evidence.of_figure", what=say(f"population.{population}"), code=label, basis=say(f"basis.{basis}"))


def _divided_by(writing: Writing, city: str, indicator: str) -> str:
    """What a rate was divided by, and where that stands; nothing for other indicators."""
    data, say = writing.data, writing.say
    rows = data.denominators.get(city)
    if data.spec.by_indicator[indicator].kind != "rate" or not rows or rows[0]["status"] == "none":
        return ""
    row = rows[0]
    source = data.populations.sources[row["source"]].title
    projection = f", {say('population_words.projection')}" if row["is_projection"] else ""
    return say(
        "evidence.divided_by", inhabitants=numbers.count(row["inhabitants"]), year=f"{row['year']}{projection}",
        basis=say(f"table_words.place_basis_{row['definition']}"), source=source, name=row["source_name"],
    )  # fmt: skip
