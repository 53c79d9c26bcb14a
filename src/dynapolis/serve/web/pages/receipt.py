"""The receipt of a number: formula filled in, inputs, counted initiatives, history, and how to compute it again."""

from __future__ import annotations

from typing import Any

from dynapolis.report import numbers
from dynapolis.report.sections.collaboration import describe_collaboration
from dynapolis.report.sections.common import Writing
from dynapolis.serve.queries.receipt import Receipt, history, read_number
from dynapolis.serve.web.page import Answer, Asked, NotFound
from dynapolis.serve.web.writing import writing_for

MOST = 200  # initiatives that a receipt lists on its page; all are in its .csv and .json


def answer_receipt(asked: Asked) -> Answer:
    """One number.

    Raises:
        NotFound: the edition has no such number.
    """
    number = asked.names["number"]
    try:
        receipt = read_number(asked.release, number)
    except KeyError:
        raise NotFound(number.replace(".", " ")) from None
    writing, say = writing_for(asked), asked.words.say
    what = describe(writing, receipt)
    docs = list(receipt.documents or ())
    rows = asked.release.reading.listed(docs[:MOST]) if docs else []
    in_every = history(asked.site, number)
    return Answer(
        title=what,
        template="receipt.html.j2",
        values={
            "receipt": receipt,
            "what": what,
            "value": shown(receipt, receipt.value),
            "interval": _interval(asked, receipt),
            "formula": _formula(asked, writing, receipt),
            "inputs": [_input(asked, writing, name) for name in receipt.inputs],
            "counted": [_counted(asked, row) for row in rows],
            "n_counted": numbers.count(len(docs)),
            "more": len(docs) > MOST,
            "history": [
                (name, short, shown(old, old.value) if old else "", f"/{asked.lang}/n/{short}/{number}" if old else "")
                for short, name, old in in_every
            ],
            "fate": _fate(asked, receipt, in_every[0]),
            "command": f"dynapolis number {number} --edition {asked.release.id}",
        },
        plain=plain(asked.release, receipt),
        table=_table(asked, receipt) if docs else None,
        crumbs=[(say("web.menu.method"), asked.to("method")), (what, asked.number(number))],
    )


def plain(release: Any, receipt: Receipt) -> dict[str, Any]:
    """A receipt as plain values, its counted initiatives by id."""
    docs = list(receipt.documents or ())
    listed = release.reading.listed(docs) if docs else []
    return {
        "number": receipt.number,
        "kind": receipt.kind,
        "subject": receipt.subject,
        "value": receipt.value,
        "low": receipt.low,
        "high": receipt.high,
        "level": receipt.level,
        "parts": receipt.parts,
        "inputs": list(receipt.inputs),
        "initiatives": [row["unit_id"] for row in listed],
        "edition": release.edition.edition_id,
    }


def describe(writing: Writing, receipt: Receipt) -> str:
    """What a number is, in words."""
    say, speaker, subject = writing.say, writing.speaker, receipt.subject
    if receipt.kind == "figure":
        scope, population, scheme, code = (subject[key] for key in ("scope", "population", "scheme", "code"))
        what = say(f"population.{population}") if scheme != "population" else say(f"population.{code}")
        if scheme != "population":
            what = say(
                "evidence.of_figure", what=what, code=speaker.code(scheme, code), basis=say(f"basis.{subject['basis']}")
            )
        return what if scope == "all" else say("evidence.of_city", what=what, city=speaker.city(scope))
    if receipt.kind == "indicator":
        label = writing.data.spec.by_indicator[subject["indicator"]].name.in_(speaker.lang)
        return say("evidence.of_indicator", indicator=label, city=speaker.city(subject["city"]))
    if receipt.kind in ("rank", "score", "probability", "completeness"):
        top = {"n": str(receipt.parts.get("top", ""))} if receipt.kind == "probability" else {}
        return say(f"web.receipt.of_{receipt.kind}", city=speaker.city(subject["city"]), **top)
    return describe_collaboration(writing, receipt.number) or _cell_of(writing, receipt.number)


def _cell_of(writing: Writing, number: str) -> str:
    kind, *rest = number.split(".")
    if kind == "capability" and len(rest) == 2:
        return writing.say(
            "evidence.of_cell",
            capability=writing.say(f"capability.{rest[0]}"),
            actor=writing.say(f"actor_body.{rest[1]}"),
        )
    return number


def shown(receipt: Receipt, value: float | None) -> str:
    """A value of the number's kind as text."""
    if value is None:
        return numbers.TOO_FEW
    if receipt.kind in ("probability", "completeness"):
        return numbers.percent(value, 0)
    if receipt.kind == "rank":
        return numbers.rank(value)
    if receipt.kind in ("figure", "collaboration", "counted"):
        return numbers.count(value)
    return numbers.count(value) if float(value).is_integer() else numbers.plain(value, 2)


def _fate(asked: Asked, receipt: Receipt, newest: tuple[str, str, Receipt | None]) -> tuple[str, str] | None:
    """How the number of an older edition fares in the newest: changed or withdrawn, with where to look."""
    short, name, there = newest
    if short == asked.release.id:
        return None
    say, address = asked.words.say, f"/{asked.lang}/n/{short}/{receipt.number}"
    if there is None:
        return say("web.receipt.withdrawn", newest=name), ""
    now, then = shown(there, there.value), shown(receipt, receipt.value)
    key = "web.receipt.unchanged" if now == then else "web.receipt.changed"
    return say(key, newest=name, now=now, then=then), address


def _interval(asked: Asked, receipt: Receipt) -> str:
    """The interval with its level and what it holds; empty where the number has none."""
    if receipt.low is None or receipt.high is None or receipt.level is None:
        return ""
    dash = "~" if asked.lang == "ko" else "–"
    ends = f"{shown(receipt, receipt.low)}{dash}{shown(receipt, receipt.high)}"
    holds = asked.words.say(f"web.receipt.holds_{'method' if receipt.kind in ('rank', 'score') else 'chance'}")
    return asked.words.say("web.receipt.interval", ends=ends, level=numbers.percent(receipt.level, 0), holds=holds)


def _formula(asked: Asked, writing: Writing, receipt: Receipt) -> list[str]:
    """The formula in words with its numbers filled in."""
    say, parts = asked.words.say, receipt.parts
    if receipt.kind == "figure":
        lines = [say("web.receipt.formula_count", n=numbers.count(parts["numerator"]))]
        if parts["share"] is not None:
            lines.append(
                say(
                    "web.receipt.formula_share",
                    n=numbers.count(parts["numerator"]),
                    total=numbers.count(parts["denominator"]),
                    share=numbers.percent(parts["share"]),
                    interval=numbers.percent_range(parts["share_low"], parts["share_high"], asked.lang),
                )
            )
        return lines
    if receipt.kind == "indicator":
        spec = writing.data.spec.by_indicator[receipt.subject["indicator"]]
        lines = [
            spec.definition.in_(asked.lang),
            say("web.receipt.formula_records", n=numbers.count(parts["n_records"])),
        ]
        if base := parts.get("denominator"):
            lines.append(
                say(
                    "web.receipt.formula_people",
                    n=numbers.count(base["inhabitants"]),
                    name=base["source_name"],
                    year=str(base["year"]),
                )
            )
        return lines
    if receipt.kind == "rank":
        return [
            say("web.receipt.formula_rank", n=numbers.count(parts["n_draws"]), cities=numbers.count(parts["n_ranked"]))
        ]
    if receipt.kind == "score":
        names = {pillar.id: pillar.name.in_(asked.lang) for pillar in writing.data.spec.pillars}
        filled = ", ".join(
            f"{names.get(p, p)} {numbers.plain(v, 1)}" for p, v in parts["pillars"].items() if v is not None
        )
        return [say("web.receipt.formula_score", pillars=filled)]
    if receipt.kind == "probability":
        return [say("web.receipt.formula_probability", n=numbers.count(parts["n_draws"]), top=parts["top"])]
    if receipt.kind == "completeness":
        estimator = parts.get("estimator") or parts.get("refused") or ""
        return [say("web.receipt.formula_completeness", n=numbers.count(parts["n_found"]), estimator=str(estimator))]
    return [say("web.receipt.formula_count", n=numbers.count(receipt.value or 0))]


def _input(asked: Asked, writing: Writing, name: str) -> tuple[str, str, str]:
    receipt = read_number(asked.release, name)
    return describe(writing, receipt), shown(receipt, receipt.value), asked.number(name)


def _counted(asked: Asked, row: dict[str, Any]) -> tuple[str, str, str]:
    years = "–".join(str(y) for y in (row["start_year"], row["end_year"]) if y)
    city = asked.speaker().city(row["city_id"])
    return row["name"], asked.to(f"projects/{row['unit_id']}"), " · ".join(part for part in (city, years) if part)


def _table(asked: Asked, receipt: Receipt) -> tuple[list[str], list[list[Any]]]:
    rows = asked.release.reading.listed(list(receipt.documents or ()))
    heads = ["unit_id", "name", "city_id", "start_year", "end_year", "sources"]
    return heads, [[row[head] for head in heads] for row in rows]
