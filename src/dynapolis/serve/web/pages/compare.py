"""Cities side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynapolis.report import numbers
from dynapolis.report.blocks import Cell, Column, Figure, Section, Table
from dynapolis.report.sections.index import RankView, rank_figure
from dynapolis.report.sections.rankings import pillar_figure
from dynapolis.serve.address import Parameter
from dynapolis.serve.facets import Choice
from dynapolis.serve.queries.compare import MOST, compare, suggestions, verdict
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked
from dynapolis.serve.web.writing import figure_at_home, first_drawing, picture_of, writing_for


def compare_parameters(release: Release) -> Sequence[Parameter]:
    """The cities, in the order in which they stand."""
    return (Parameter("city", "list", tuple(sorted(release.data.cities)), Choice()),)


def answer_compare(asked: Asked) -> Answer:
    """The chosen cities; with fewer than two, what could be compared; with more than six, the table alone."""
    say, speaker = asked.words.say, asked.speaker()
    cities = list(asked.view["city"].wanted)
    title = say("web.menu.compare")
    found = compare(asked.release, cities) if len(cities) > 1 else None
    parts = [_facts(asked, found)] if found else []
    pictures: dict[str, str] = {}
    drawn: list[Figure] = []
    if found and len(cities) <= MOST:
        drawn = _standing(asked, cities)
        pictures = {figure.figure_id: picture_of(asked, figure) for figure in drawn}
        parts += [_ahead(asked, found), *_drawn(asked, drawn), _pillars(asked, found), _goals(asked, found)]
    chosen = [(speaker.city(c), asked.view.toggled("city", c)) for c in cities]
    suggested = [
        (", ".join(speaker.city(c) for c in group), asked.to("compare") + "?city=" + "~".join(group))
        for group in suggestions(asked.release)
    ]
    return Answer(
        title=title,
        template="compare.html.j2",
        values={
            "chosen": chosen,
            "parts": [part for part in parts if part.blocks],
            "pictures": pictures,
            "suggested": suggested,
            "too_many": say("web.compare.too_many", n=str(MOST)) if len(cities) > MOST else "",
            "options": sorted(
                (speaker.city(c), c)
                for c, row in asked.release.data.cities.items()
                if row["searched"] and c not in cities
            ),
            "city": "~".join(cities),
        },
        plain=found or {"cities": [], "suggestions": suggestions(asked.release)},
        table=_table(found),
        drawing=first_drawing(drawn),
        crumbs=[(title, asked.to("compare"))],
    )


def _facts(asked: Asked, found: dict[str, Any]) -> Section:
    say, speaker, lang = asked.words.say, asked.speaker(), asked.lang
    rows = []
    for row in found["cities"]:
        city = row["city_id"]
        if row["median_rank"] is None:
            rank = Cell(say(f"status.{row['no_rank']}") if row["no_rank"] else say("web.state.not_covered"), muted=True)
        else:
            text = numbers.rank_with_interval(row["median_rank"], row["rank_low_90"], row["rank_high_90"], lang)
            rank = Cell(text, asked.number(f"rank.{city}"))
        score = Cell(numbers.MISSING, muted=True)
        if row["score"] is not None:
            interval = numbers.plain_range(row["score_low"], row["score_high"], lang, 0)
            score = Cell(numbers.plain(row["score"], 0), asked.number(f"score.{city}"), interval)
        counts = [
            Cell(say("web.state.not_covered"), muted=True)
            if row[f"n_{name}"] is None
            else Cell(
                numbers.count(row[f"n_{name}"]),
                asked.number(asked.release.data.figure(city, "units", "population", name)["figure_id"]),
            )
            for name in ("projects", "innovation", "living_labs")
        ]
        rows.append((Cell(speaker.city(city), asked.to(f"cities/{city}")), rank, score, *counts))
    headings = (
        say("word.city"),
        say("word.rank"),
        say("word.score"),
        *(say(f"population.{n}") for n in ("projects", "innovation", "living_labs")),
    )
    columns = tuple(Column(h, "right" if n else "left") for n, h in enumerate(headings))
    return Section(
        "facts", say("web.compare.facts"), [Table("compare", say("web.compare.facts"), columns, tuple(rows))]
    )


def _ahead(asked: Asked, found: dict[str, Any]) -> Section:
    """Probability that the row's city is ahead of the column's, with a verdict in words."""
    say, speaker = asked.words.say, asked.speaker()
    p = {(row["city_id"], row["other_city_id"]): row["p_ahead"] for row in found["ahead"]}
    cities = [row["city_id"] for row in found["cities"] if row["median_rank"] is not None]
    if len(cities) < 2:
        return Section("ahead", say("web.compare.ahead"), [])
    rows = tuple(
        (
            Cell(speaker.city(a)),
            *(
                Cell("") if a == b else Cell(numbers.percent(p[a, b], 0), None, say(f"web.compare.{verdict(p[a, b])}"))
                for b in cities
            ),
        )
        for a in cities
    )
    columns = (Column(say("word.city"), "left"), *(Column(speaker.city(c)) for c in cities))
    return Section(
        "ahead",
        say("web.compare.ahead"),
        [Table("ahead-table", say("web.compare.ahead_title"), columns, rows, (say("web.compare.rule"),))],
    )


def _pillars(asked: Asked, found: dict[str, Any]) -> Section:
    say, speaker = asked.words.say, asked.speaker()
    cities = [row["city_id"] for row in found["cities"]]
    rows = tuple(
        (
            Cell(pillar.name.in_(asked.lang)),
            *(
                Cell(
                    numbers.plain(p["score"], 0),
                    small=numbers.plain_range(p["score_low"], p["score_high"], asked.lang, 0),
                )
                if (p := found["pillars"][c].get(pillar.id)) is not None
                else Cell(numbers.MISSING, muted=True)
                for c in cities
            ),
        )
        for pillar in asked.release.data.spec.pillars
    )
    columns = (Column(say("web.city.pillar"), "left"), *(Column(speaker.city(c)) for c in cities))
    return Section("pillars", say("web.city.pillars"), [Table("pillar-table", say("web.city.pillars"), columns, rows)])


def _goals(asked: Asked, found: dict[str, Any]) -> Section:
    speaker = asked.speaker()
    cities = [row["city_id"] for row in found["cities"]]
    by = {c: {m["code"]: m for m in found["goals"][c]} for c in cities}
    codes = list(dict.fromkeys(code for c in cities for code in by[c]))
    rows = tuple(
        (Cell(speaker.code("goal", code)), *(_share(asked, by[c].get(code)) for c in cities)) for code in codes
    )
    columns = (Column(speaker.scheme("goal"), "left"), *(Column(speaker.city(c)) for c in cities))
    return Section(
        "goals", speaker.scheme("goal"), [Table("goal-table", speaker.scheme("goal"), columns, rows)] if rows else []
    )


def _share(asked: Asked, mix: dict[str, Any] | None) -> Cell:
    if mix is None or not mix["denominator"]:
        return Cell(numbers.MISSING, muted=True)
    share = "" if mix["share"] is None else numbers.percent(mix["share"], 0)
    href = asked.number(mix["figure_id"]) if mix["numerator"] else None
    return Cell(numbers.count(mix["numerator"]), href, share)


def _table(found: dict[str, Any] | None) -> tuple[list[str], list[list[Any]]] | None:
    if not found:
        return None
    return list(found["cities"][0]), [list(row.values()) for row in found["cities"]]


def _standing(asked: Asked, cities: Sequence[str]) -> list[Figure]:
    """Ranks and pillar scores of the chosen cities that have a rank, each with its interval."""
    ranked = {row["city_id"] for row in asked.release.data.ranked}
    chosen = tuple(city for city in cities if city in ranked)
    if not chosen:
        return []
    writing = writing_for(asked)
    figures = [rank_figure(writing, RankView(chosen))]
    if "pillars" in writing.claims:
        figures.append(pillar_figure(writing, (), chosen))
    return [figure_at_home(asked, figure) for figure in figures]


def _drawn(asked: Asked, figures: Sequence[Figure]) -> list[Section]:
    title = asked.words.say("web.compare.drawn")
    return [Section("drawn", title, list(figures))] if figures else []
