"""All cities as a table, and the page of one city."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynapolis.report import numbers
from dynapolis.report.blocks import Block, Bullets, Cell, Column, Line, Section, Table
from dynapolis.report.city_table import cities_in_order, city_cells
from dynapolis.report.sections.tables import write_tables
from dynapolis.serve.queries.cities import city_rows
from dynapolis.serve.queries.city import read_city
from dynapolis.serve.web.freshness import is_stale
from dynapolis.serve.web.page import Answer, Asked, NotFound
from dynapolis.serve.web.writing import ReceiptLinks, sections


def answer_cities(asked: Asked) -> Answer:
    """Every city with its rank and interval, or why it has none."""
    data, speaker, say = asked.release.data, asked.speaker(), asked.words.say
    links = ReceiptLinks(asked)
    headings, cells = city_cells(data, speaker, links.to)
    order = cities_in_order(data, speaker)
    rows = tuple(
        (
            Cell(row[0].text, asked.to(f"cities/{city}"), row[0].small),
            *(_to_rank(asked, city, cell) for cell in row[1:]),
        )
        for city, row in zip(order, cells, strict=True)
    )
    columns = tuple(Column(h, "left" if n == 0 else "right") for n, h in enumerate(headings))
    table = Table("cities", say("figure.cities"), columns, rows, (say("note.score", level=speaker.level),))
    title = say("web.menu.cities")
    found = city_rows(asked.release)
    parts = [Section("all-cities", say("figure.cities"), [table]), *sections(asked, "cities", (write_tables,)).parts]
    return Answer(
        title=title,
        template="sections.html.j2",
        values={"lead": say("web.cities.lead"), "cards": [], "parts": parts, "lists": []},
        plain={"cities": found},
        table=(list(found[0]), [list(row.values()) for row in found]) if found else None,
        crumbs=[(title, asked.to("cities"))],
    )


def _to_rank(asked: Asked, city: str, cell: Cell) -> Cell:
    """The link of a rank leads to its receipt."""
    if cell.href and cell.href.startswith("cities.html"):
        return Cell(cell.text, asked.number(f"rank.{city}"), cell.small, cell.muted)
    return cell


def answer_city(asked: Asked) -> Answer:
    """One city: where it stands, what it does, on what evidence.

    Raises:
        NotFound: the edition does not know the city.
    """
    city = asked.names["city"]
    try:
        row = read_city(asked.release, city)
    except KeyError:
        raise NotFound(city) from None
    speaker, say = asked.speaker(), asked.words.say
    name = speaker.city(city)
    parts = [_standing(asked, row), *_mixes(asked, row), _indicators(asked, row), _coverage(asked, row)]
    return Answer(
        title=name,
        template="city.html.j2",
        values={
            "name": name,
            "other_name": row["name_en"] if asked.lang == "ko" else row["name_ko"],
            "other_lang": "en" if asked.lang == "ko" else "ko",
            "row": row,
            "rank": _rank(asked, row),
            "rank_href": asked.number(f"rank.{city}"),
            "reading": _reading(asked, row, name),
            "cards": _cards(asked, row),
            "parts": [part for part in parts if part.blocks],
            "best": _best(asked, city),
            "links": [
                (say("web.city.all_here"), asked.to("projects") + f"?city={city}"),
                (say("web.city.labs_here"), asked.to("labs") + f"?city={city}"),
                (
                    say("web.city.compare"),
                    asked.to("compare") + "?city=" + "~".join([city, *(a["city_id"] for a in row["alike"])]),
                ),
            ],
            "alike": [(speaker.city(a["city_id"]), asked.to(f"cities/{a['city_id']}")) for a in row["alike"]],
        },
        plain=row,
        table=_table(row),
        crumbs=[(say("web.menu.cities"), asked.to("cities")), (name, asked.to(f"cities/{city}"))],
    )


def _rank(asked: Asked, row: dict[str, Any]) -> str:
    if row["median_rank"] is None:
        return ""
    return asked.speaker().rank(row["median_rank"], row["rank_low_90"], row["rank_high_90"])


def _reading(asked: Asked, row: dict[str, Any], name: str) -> str:
    """What the rank says, in one sentence that a reader in a hurry takes away."""
    say = asked.words.say
    if row["median_rank"] is None:
        return say(f"status.{row['no_rank']}") if row["no_rank"] else say("web.state.not_covered")
    n = len(asked.release.data.ranked)
    ahead = [p for p in row["ahead"].values() if p >= 0.9]
    behind = [p for p in row["ahead"].values() if p <= 0.1]
    return say(
        "web.city.reading",
        city=name,
        low=numbers.rank(row["rank_low_90"]),
        high=numbers.rank(row["rank_high_90"]),
        n=numbers.count(n),
        ahead=numbers.count(len(ahead)),
        behind=numbers.count(len(behind)),
        open=numbers.count(n - 1 - len(ahead) - len(behind)),
    )


def _cards(asked: Asked, row: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    say, data, lang = asked.words.say, asked.release.data, asked.lang
    cards = []
    if row["score"] is not None:
        small = numbers.plain_range(row["score_low"], row["score_high"], lang, 0)
        score = asked.number(f"score.{row['city_id']}")
        cards.append((say("word.score"), numbers.plain(row["score"], 0), small, score))
    for name in ("projects", "innovation", "living_labs"):
        if row[f"n_{name}"] is not None:
            figure = data.figure(row["city_id"], "units", "population", name)["figure_id"]
            cards.append((say(f"population.{name}"), numbers.count(row[f"n_{name}"]), "", asked.number(figure)))
    return cards


def _standing(asked: Asked, row: dict[str, Any]) -> Section:
    """Pillar scores against all cities, and what they make strong or weak."""
    say, data = asked.words.say, asked.release.data
    names = {pillar.id: pillar.name.in_(asked.lang) for pillar in data.spec.pillars}
    rows = tuple(
        (
            Cell(names.get(p["pillar"], p["pillar"])),
            Cell(
                numbers.plain(p["score"], 0), small=numbers.plain_range(p["score_low"], p["score_high"], asked.lang, 0)
            ),
            Cell(numbers.plain(p["middle"], 0)),
            Cell(numbers.plain_range(p["least"], p["greatest"], asked.lang, 0)),
            Cell(numbers.percent(p["position"], 0)),
        )
        for p in row["pillars"]
    )
    if not rows:
        return Section("standing", say("web.city.standing"), [])
    keys = ("pillar", "score", "middle", "range", "below")
    columns = tuple(Column(say(f"web.city.{key}"), "right" if n else "left") for n, key in enumerate(keys))
    lines = [
        Line(say(f"web.city.{kind}", what=", ".join(names.get(p, p) for p in row[kind])))
        for kind in ("strengths", "weaknesses")
        if row[kind]
    ]
    table = Table("pillars", say("web.city.pillars"), columns, rows, (say("web.city.rule"),))
    return Section("standing", say("web.city.standing"), [table, *([Bullets(tuple(lines))] if lines else [])])


def _mixes(asked: Asked, row: dict[str, Any]) -> list[Section]:
    """Shares of codes in the city beside those of all cities."""
    say, speaker = asked.words.say, asked.speaker()
    parts = []
    for scheme, mix in row["mixes"].items():
        rows = tuple(
            (
                Cell(speaker.code(scheme, m["code"]), asked.to(f"topics/{scheme}/{m['code']}")),
                Cell(numbers.count(m["numerator"]), asked.number(m["figure_id"]) if m["numerator"] else None),
                Cell(numbers.percent(m["share"]), None, _interval(asked, m)),
                Cell(numbers.percent(m["share_all"])),
            )
            for m in mix
        )
        if not any(m["numerator"] for m in mix):
            continue
        total = numbers.count(mix[0]["denominator"])
        headings = (speaker.scheme(scheme), say("word.numerator"), say("word.share"), say("web.city.share_all"))
        columns = tuple(Column(h, "right" if n else "left") for n, h in enumerate(headings))
        title = f"{speaker.scheme(scheme)} ({say('word.denominator')} {total})"
        parts.append(
            Section(f"mix-{scheme}", speaker.scheme(scheme), [Table(f"mix-{scheme}-table", title, columns, rows)])
        )
    return parts


def _interval(asked: Asked, mix: dict[str, Any]) -> str | None:
    if mix["share"] is None:
        return None
    return numbers.percent_range(mix["share_low"], mix["share_high"], asked.lang, 0)


def _indicators(asked: Asked, row: dict[str, Any]) -> Section:
    say, data = asked.words.say, asked.release.data
    rows = []
    for found in row["indicators"]:
        spec = data.spec.by_indicator[found["indicator"]]
        name = Cell(f"{spec.id} {spec.name.in_(asked.lang)}")
        if found["value"] is None:
            rows.append(
                (name, Cell(say(f"status.{found['status']}"), muted=True), Cell(numbers.count(found["n_records"])))
            )
            continue
        interval = (
            numbers.plain_range(found["low"], found["high"], asked.lang, spec.decimals)
            if found["low"] is not None
            else None
        )
        href = asked.number(f"indicator.{row['city_id']}.{spec.id}")
        value = Cell(numbers.plain(found["value"], spec.decimals), href, interval, not found["in_index"])
        rows.append((name, value, Cell(numbers.count(found["n_records"]))))
    headings = (say("web.city.indicator"), say("web.city.value"), say("web.city.records"))
    columns = tuple(Column(h, "right" if n else "left") for n, h in enumerate(headings))
    table = Table("indicators", say("section.tables"), columns, tuple(rows))
    return Section("city-indicators", say("section.tables"), [table] if rows else [])


def _coverage(asked: Asked, row: dict[str, Any]) -> Section:
    """Which registers looked here, when and in which languages, and how complete the finds are estimated to be."""
    say, speaker = asked.words.say, asked.speaker()
    rows = tuple(
        (
            Cell(speaker.register(s["register"])),
            Cell(say(f"population.{s['kind']}") if f"population.{s['kind']}" in asked.words.texts else s["kind"]),
            Cell(say("web.state.not_covered") if s["n_found"] is None else numbers.count(s["n_found"])),
            Cell(str(s["date"] or ""), small=say("web.state.stale") if is_stale(str(s["date"] or "")) else ""),
            Cell(", ".join(s["languages"] or ()) if not isinstance(s["languages"], str) else s["languages"]),
        )
        for s in row["searches"]
    )
    keys = ("register", "kind", "found", "date", "languages")
    columns = tuple(Column(say(f"web.city.{key}"), "right" if key == "found" else "left") for key in keys)
    table = Table("searches", say("web.city.coverage"), columns, rows)
    lines = []
    if row["completeness"] is not None:
        interval = numbers.percent_range(row["completeness_low"], row["completeness_high"], asked.lang, 0)
        lines = [
            Line(
                say("web.city.completeness", share=numbers.percent(row["completeness"], 0), interval=interval),
                "completeness",
                asked.number(f"completeness.{row['city_id']}"),
            )
        ]
    blocks: list[Block] = [*([Bullets(tuple(lines))] if lines else []), *([table] if rows else [])]
    return Section("city-coverage", say("web.city.coverage"), blocks)


def _best(asked: Asked, city: str) -> list[tuple[str, str, str]]:
    """The initiatives with the strongest evidence of the city."""
    columns, facet = asked.release.reading.columns, asked.release.facets["city"]
    if city not in facet.values:
        return []
    order = columns["order_evidence"]
    here = order[columns["city"][order] == facet.values.index(city)][:5]
    rows: Sequence[dict[str, Any]] = asked.release.reading.listed([int(doc) for doc in here]) if len(here) else ()
    korean = asked.lang == "ko"
    return [
        (
            row["name"],
            asked.to(f"projects/{row['unit_id']}"),
            (row["text_ko"] if korean else None) or row["text_en"] or "",
        )
        for row in rows
    ]


def _table(row: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    heads = ["indicator", "value", "low", "high", "n_records", "status"]
    return heads, [[found[head] for head in heads] for found in row["indicators"]]
