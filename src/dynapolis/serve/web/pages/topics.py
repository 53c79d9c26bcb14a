"""Sectors, goals and the other schemes: who works on a topic, and how sure the share is."""

from __future__ import annotations

from typing import Any

from dynapolis.report import numbers
from dynapolis.report.blocks import Cell, Column, Section, Table
from dynapolis.serve.web.page import Answer, Asked, NotFound

OF = {"sector": "innovation", "goal": "industry", "lab_type": "living_labs"}  # the population a scheme is counted over


def answer_topics(asked: Asked) -> Answer:
    """All schemes with their codes, each with how many initiatives have it."""
    say, speaker, data = asked.words.say, asked.speaker(), asked.release.data
    parts = []
    for scheme in data.codebook.schemes:
        population = OF.get(scheme.scheme, "units")
        rows = []
        for code in scheme.codes:
            row = data.figure("all", population, scheme.scheme, code.code)
            rows.append(
                (
                    Cell(speaker.code(scheme.scheme, code.code), asked.to(f"topics/{scheme.scheme}/{code.code}")),
                    Cell(numbers.count(row["numerator"]), asked.number(row["figure_id"]) if row["numerator"] else None),
                    Cell(numbers.percent(row["share"]), None, _interval(asked, row)),
                )
            )
        columns = (Column(say("web.topics.code"), "left"), Column(say("word.numerator")), Column(say("word.share")))
        title = f"{speaker.scheme(scheme.scheme)}: {say(f'population.{population}')}"
        parts.append(
            Section(
                scheme.scheme, speaker.scheme(scheme.scheme), [Table(f"t-{scheme.scheme}", title, columns, tuple(rows))]
            )
        )
    title = say("web.menu.topics")
    return Answer(
        title=title,
        template="sections.html.j2",
        values={"lead": say("web.topics.lead"), "cards": [], "parts": parts, "lists": []},
        plain={scheme.scheme: [code.code for code in scheme.codes] for scheme in data.codebook.schemes},
        crumbs=[(title, asked.to("topics"))],
    )


def answer_topic(asked: Asked) -> Answer:
    """One code: its rule, its share with the interval, its cities, and the way to its initiatives.

    Raises:
        NotFound: the codebook of the edition has no such code.
    """
    scheme, code = asked.names["scheme"], asked.names["code"]
    say, speaker, data = asked.words.say, asked.speaker(), asked.release.data
    known = data.codebook.by_scheme.get(scheme)
    if known is None or code not in known.by_code:
        raise NotFound(code.replace("_", " "))
    population = OF.get(scheme, "units")
    rule = known.by_code[code]
    row = data.figure("all", population, scheme, code)
    cities = []
    for city in data.cities:
        here = data.figure(city, population, scheme, code)
        if here["numerator"]:
            cities.append((here["numerator"], speaker.city(city), city, here))
    cities.sort(key=lambda item: (-item[0], item[1]))
    rows = tuple(
        (
            Cell(name, asked.to(f"cities/{city}")),
            Cell(numbers.count(n), asked.number(here["figure_id"])),
            Cell(numbers.percent(here["share"], 0), None, _interval(asked, here, 0)),
        )
        for n, name, city, here in cities
    )
    columns = (Column(say("word.city"), "left"), Column(say("word.numerator")), Column(say("word.share")))
    parts = (
        [Section("topic-cities", say("web.topics.cities"), [Table("topic", say("web.topics.cities"), columns, rows)])]
        if rows
        else []
    )
    label = speaker.code(scheme, code)
    small = "" if row["share"] is None else f"{numbers.percent(row['share'])} ({_interval(asked, row)})"
    cards = [
        (
            say(f"population.{population}"),
            numbers.count(row["numerator"]),
            small,
            asked.number(row["figure_id"]) if row["numerator"] else "",
        )
    ]
    links = (
        [(say("web.topics.all"), asked.to("projects") + f"?{scheme}={code}", "")]
        if scheme in asked.release.facets
        else []
    )
    return Answer(
        title=label,
        template="sections.html.j2",
        values={
            "lead": rule.rule.in_(asked.lang),
            "cards": cards,
            "parts": parts,
            "lists": [(say("web.menu.projects"), links)] if links else [],
        },
        plain={
            "scheme": scheme,
            "code": code,
            "rule": rule.rule.in_(asked.lang),
            "figure": dict(row),
            "cities": [{"city_id": city, "n": n} for n, _, city, _ in cities],
        },
        table=(["city_id", "n", "share"], [[city, n, here["share"]] for n, _, city, here in cities]),
        crumbs=[(say("web.menu.topics"), asked.to("topics")), (label, asked.to(f"topics/{scheme}/{code}"))],
    )


def _interval(asked: Asked, row: dict[str, Any], decimals: int = 1) -> str | None:
    if row["share"] is None:
        return None
    return numbers.percent_range(row["share_low"], row["share_high"], asked.lang, decimals)
