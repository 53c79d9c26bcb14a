"""The first page: which cities lead, how sure that is, what the initiatives aim at."""

from __future__ import annotations

from typing import Any

from dynapolis.report import numbers
from dynapolis.report.sections.index import write_index
from dynapolis.report.sections.innovation import write_innovation
from dynapolis.report.sections.summary import write_summary
from dynapolis.serve.queries.cities import city_rows
from dynapolis.serve.web.page import Answer, Asked
from dynapolis.serve.web.writing import sections


def answer_overview(asked: Asked) -> Answer:
    """Headline claims, the rank intervals in tiers, four key figures, and what the projects aim at."""
    say = asked.words.say
    drawn = sections(asked, "overview", (write_summary, write_index, write_innovation))
    rows = city_rows(asked.release)
    lead = "" if asked.release.data.ranked else say("web.state.no_index")
    return Answer(
        title=say("page.title"),
        template="sections.html.j2",
        values={
            "lead": lead or say("page.subtitle"),
            "cards": _cards(asked),
            "parts": drawn.parts,
            "pictures": drawn.pictures,
            "lists": _lists(asked),
        },
        plain={"edition": asked.release.edition.edition_id, "cities": rows},
        table=(list(rows[0]), [list(row.values()) for row in rows]) if rows else None,
        svg=next(iter(drawn.pictures.values()), ""),
    )


def _cards(asked: Asked) -> list[tuple[str, str, str, str]]:
    """Four key figures, each with its interval where it has one, and its receipt."""
    data, say, speaker = asked.release.data, asked.words.say, asked.speaker()
    cards = []
    for name in ("projects", "innovation", "living_labs"):
        row = data.figure("all", "units", "population", name)
        among = data.figure("all", "projects", "population", "innovation") if name == "innovation" else row
        small = ""
        if name == "innovation" and among["share"] is not None:
            interval = numbers.percent_range(among["share_low"], among["share_high"], speaker.lang)
            small = f"{numbers.percent(among['share'])} ({interval})"
        cards.append(
            (say(f"population.{name}"), numbers.count(row["numerator"]), small, asked.number(row["figure_id"]))
        )
    searched = [city for city in data.cities.values() if city["searched"]]
    ranked = say("web.overview.ranked", n=numbers.count(len(data.ranked)))
    return [*cards, (say("web.menu.cities"), numbers.count(len(searched)), ranked, asked.to("cities"))]


def _lists(asked: Asked) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The initiatives with the strongest evidence, and where to go on."""
    say, release = asked.words.say, asked.release
    docs = [int(doc) for doc in release.reading.columns["order_evidence"][:5]]
    speaker = asked.speaker()
    best: list[tuple[str, str, str]] = []
    rows: list[dict[str, Any]] = release.reading.listed(docs) if docs else []
    for row in rows:
        best.append((row["name"], asked.to(f"projects/{row['unit_id']}"), speaker.city(row["city_id"])))
    return [(say("web.overview.strongest"), best)] if best else []
