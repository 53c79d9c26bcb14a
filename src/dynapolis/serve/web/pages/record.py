"""The page of one initiative: what it is, how it was coded and by whom on which words, where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.sentences import Speaker
from dynapolis.serve.layout import CODED
from dynapolis.serve.queries.initiative import Joined, read_initiative
from dynapolis.serve.web.freshness import is_stale
from dynapolis.serve.web.page import Answer, Asked, Moved, NotFound

Row = Mapping[str, Any]


def answer_record(asked: Asked) -> Answer:
    """One initiative.

    Raises:
        Moved: the id belongs to something that was joined into another initiative.
        NotFound: nothing has that id.
    """
    wanted = asked.names["initiative"]
    try:
        page = read_initiative(asked.release, wanted)
    except Joined as joined:
        raise Moved(asked.to(f"{asked.path.split('/')[0]}/{joined.unit_id}")) from None
    except KeyError:
        raise NotFound(wanted.replace("-", " ")) from None
    speaker, say = asked.speaker(), asked.words.say
    first, unit = page["records"][0], page["unit"]
    section = "labs" if unit["is_living_labs"] else "projects"
    if asked.path != f"{section}/{wanted}":
        raise Moved(asked.to(f"{section}/{wanted}"))
    return Answer(
        title=first["name"],
        template="record.html.j2",
        values={
            "unit": unit,
            "name": first["name"],
            "local": first["name_local"] or "",
            "city": speaker.city(unit["city_id"]),
            "city_href": asked.to(f"cities/{unit['city_id']}"),
            "texts": _texts(page, asked.lang),
            "facts": _facts(asked, page, speaker),
            "codes": [_code(asked, page, scheme, speaker) for scheme in CODED if _has(page, scheme)],
            "uncoded": [speaker.scheme(row["scheme"]) for row in page.get("uncoded", ())],
            "records": [_record(record, speaker, number) for number, record in enumerate(page["records"], start=1)],
            "judgements": page["judgements"],
            "links": [_link(row) for row in page.get("links", ())],
            "populations": [say(f"population.{name}") for name in _populations(unit)],
        },
        plain=page,
        table=_table(page),
        crumbs=[(say(f"web.{section}.title"), asked.to(section)), (first["name"], asked.to(f"{section}/{wanted}"))],
    )


def _texts(page: Row, lang: Lang) -> list[tuple[str, str, str]]:
    """Descriptions with their language and record, the page's own language first; the same text once."""
    found: dict[str, tuple[str, str, str]] = {}
    for number, record in enumerate(page["records"], start=1):
        for code in (lang.value, "ko" if lang is Lang.EN else "en"):
            text = record[f"description_{code}"]
            if text and text not in found:
                found[text] = (text, code, str(number) if len(page["records"]) > 1 else "")
    return sorted(found.values(), key=lambda item: item[1] != lang.value)


def _facts(asked: Asked, page: Row, speaker: Speaker) -> list[tuple[str, str]]:
    say, first = asked.words.say, page["records"][0]
    years = "–".join(
        f"{first[k]}{'?' if k in (first['doubted'] or ()) else ''}" for k in ("start_year", "end_year") if first[k]
    )
    partners = ", ".join(dict.fromkeys(p for record in page["records"] for p in record["partners"] or ()))
    facts = [
        (say("web.fact.years"), years),
        (say("web.fact.lead"), first["lead_organisation"] or ""),
        (say("web.fact.partners"), partners),
        (say("web.fact.lab"), first["lab_name"] or ""),
        (say("web.fact.district"), first["district"] or ""),
    ]
    return [(name, value) for name, value in facts if value]


def _has(page: Row, scheme: str) -> bool:
    return any(row["scheme"] == scheme for row in page["adopted"])


def _code(asked: Asked, page: Row, scheme: str, speaker: Speaker) -> dict[str, Any]:
    """The adopted codes of a scheme, why they were adopted, and what every coder said."""
    say = asked.words.say
    adopted = sorted((r for r in page["adopted"] if r["scheme"] == scheme), key=lambda r: r["position"])
    first = adopted[0]
    said: dict[str, list[Row]] = defaultdict(list)
    for row in page["codings"]:
        if row["scheme"] == scheme and row["is_current"]:
            said[row["coder_id"]].append(row)
    rules = speaker.data.codebook.by_scheme[scheme].by_code
    return {
        "scheme": scheme,
        "label": speaker.scheme(scheme),
        "codes": [
            {
                "label": speaker.code(scheme, row["code"]),
                "rule": rules[row["code"]].rule.in_(asked.lang),
                "href": asked.to(f"topics/{scheme}/{row['code']}"),
            }
            for row in adopted
        ],
        "probability": numbers.percent(first["probability"], 0) if first["why"] == "consensus" else "",
        "why": say(f"evidence.why_{first['why']}", coder=speaker.coder(first["coder_id"])),
        "unsure": first["unsure"],
        "quotes": list(dict.fromkeys(row["quote"] for row in adopted if row["quote"])),
        "coders": [
            {
                "name": speaker.coder(coder),
                "codes": ", ".join(speaker.code(scheme, r["code"]) for r in sorted(rows, key=lambda r: r["position"])),
                "quote": next((r["quote"] for r in rows if r["quote"]), ""),
                "version": rows[0]["codebook_version"],
                "agrees": {r["code"] for r in rows} == {r["code"] for r in adopted},
            }
            for coder, rows in sorted(said.items())
        ],
    }


def _record(record: Row, speaker: Speaker, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "name": record["name"],
        "register": speaker.register(record["register"]),
        "source_id": record["source_id"],
        "url": record["source_url"],
        "source_title": record["source_title"] or record["source_url"],
        "snapshot": record["snapshot_id"],
        "line": record["line"],
        "date": record["register_date"],
        "stale": is_stale(record["register_date"] or ""),
        "licence": record["licence"],
    }


def _link(row: Row) -> dict[str, str]:
    return {"kind": row["link"], "target": row["target_id"], "quote": row["quote"] or ""}


def _populations(unit: Row) -> list[str]:
    return [
        name.removeprefix("is_")
        for name, yes in unit.items()
        if name.startswith("is_") and yes and name not in ("is_units", "is_initiatives")
    ]


def _table(page: Row) -> tuple[list[str], list[list[Any]]]:
    """Every coding of the initiative, as its ``.csv``."""
    heads = ["scheme", "code", "coder_id", "codebook_version", "round", "unsure", "quote", "is_current"]
    return heads, [[row[head] for head in heads] for row in page["codings"]]
