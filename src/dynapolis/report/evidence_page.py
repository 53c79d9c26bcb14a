"""The evidence page: every record with its adopted codes and its source, and which records each number counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.sections.common import Writing

SCHEMES = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead", "driver")


def evidence_records(writing: Writing) -> Iterator[dict[str, Any]]:
    """Every record as the evidence page shows it, by city and name."""
    data, speaker = writing.data, writing.speaker
    order = sorted(data.records.items(), key=lambda item: (speaker.city(item[1]["city_id"]), item[1]["name"]))
    for unit, record in order:
        adopted = data.adopted.get(unit, {})
        years = "–".join(str(record[key]) for key in ("start_year", "end_year") if record[key])
        where = [speaker.city(record["city_id"]), years, record["lead_organisation"] or ""]
        local = record["description_ko"] if speaker.lang is Lang.KO else None
        yield {
            "unit_id": unit,
            "source_id": record["source_id"],
            "name": record["name"],
            "where": " · ".join(part for part in where if part),
            "text": local or record["description_en"],
            "text_lang": "ko" if local else "en",
            "codes": list(_codes(writing, adopted)),
            "why": _why(writing, adopted),
            "doubts": ", ".join(speaker.scheme(s) for s in SCHEMES if s in adopted and adopted[s][0]["unsure"]),
            "url": record["source_url"],
            "source_title": record["source_title"] or record["source_url"],
        }


def _codes(writing: Writing, adopted: dict[str, list[dict[str, Any]]]) -> Iterator[dict[str, str]]:
    """Adopted codes with the words that decided; words that decided several codes stand at the first."""
    shown: set[str] = set()
    for scheme in SCHEMES:
        if scheme in adopted:
            quote = adopted[scheme][0]["quote"] or ""
            codes = ", ".join(writing.speaker.code(scheme, row["code"]) for row in adopted[scheme])
            yield {
                "scheme": writing.speaker.scheme(scheme),
                "codes": codes,
                "quote": "" if quote in shown else quote,
            }
            shown.add(quote)


def _why(writing: Writing, adopted: dict[str, list[dict[str, Any]]]) -> str:
    """Why these are the adopted codes and who gave them; one sentence where it is the same for all."""
    reasons = dict.fromkeys((rows[0]["why"], rows[0]["coder_id"]) for rows in adopted.values())
    parts = [writing.say(f"evidence.why_{why}", coder=writing.speaker.coder(coder)) for why, coder in reasons]
    return "; ".join(parts) or writing.say("evidence.uncoded")


def figures_json(writing: Writing, unit_ids: list[str]) -> Markup:
    """What each linked number counts, as places in the list of records; safe inside a script element."""
    place = {unit: n for n, unit in enumerate(unit_ids)}
    figures = {
        name: {
            "what": writing.say("evidence.showing", n=numbers.count(len(set(units))), what=_what(writing, name)),
            "records": sorted({place[unit] for unit in units}),
        }
        for name, units in sorted(writing.links.asked.items())
    }
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _what(writing: Writing, name: str) -> str:
    """A number's name in words."""
    speaker, say = writing.speaker, writing.say
    kind, *rest = name.split(".")
    if kind == "capability":
        return say("evidence.of_cell", capability=say(f"capability.{rest[0]}"), actor=say(f"actor_body.{rest[1]}"))
    if kind == "indicator":
        label = writing.data.spec.by_indicator[rest[1]].name.in_(speaker.lang)
        return say("evidence.of_indicator", indicator=label, city=speaker.city(rest[0]))
    population, scheme, code, basis = rest
    if scheme == "population":
        label = say(f"population.{code}")
        return label if kind == "all" else say("evidence.of_city", what=label, city=speaker.city(kind))
    label = speaker.code(scheme, code)
    return say("evidence.of_figure", what=say(f"population.{population}"), code=label, basis=say(f"basis.{basis}"))
