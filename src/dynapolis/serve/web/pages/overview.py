"""The first page: which cities lead, how sure that is, what the initiatives aim at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dynapolis.report import numbers
from dynapolis.report.blocks import Figure, Section
from dynapolis.report.sections.common import Writing
from dynapolis.report.sections.index import RankView, rank_figure
from dynapolis.report.sections.innovation import write_innovation
from dynapolis.report.sections.rankings import pillar_figure
from dynapolis.report.sections.summary import write_summary
from dynapolis.serve.address import Parameter
from dynapolis.serve.queries.cities import city_rows
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked
from dynapolis.serve.web.writing import at_home, first_drawing, picture_of, sections, writing_for

INDEX = "index"
SORTS = ("rank", "name", "country", "ptop5")
LEVELS = ("90", "50")


def overview_parameters(release: Release) -> tuple[Parameter, ...]:
    """The index or a pillar, the order of cities, one that stands out, and which interval is printed."""
    data = release.data
    pillars = tuple(pillar.id for pillar in data.spec.pillars)
    return (
        Parameter("dim", "choice", (INDEX, *pillars), INDEX),
        Parameter("sort", "choice", SORTS, SORTS[0]),
        Parameter("hl", "choice", tuple(row["city_id"] for row in data.ranked)),
        Parameter("ci", "choice", LEVELS, LEVELS[0]),
    )


def answer_overview(asked: Asked) -> Answer:
    """Headline claims, the rank intervals in tiers, four key figures, and what the projects aim at."""
    say = asked.words.say
    drawn = sections(asked, "overview", (write_summary, write_innovation))
    ranks, picture = _index(asked)
    parts = [ranks, *map(_without_stages, drawn.parts)]
    pictures = picture | drawn.pictures
    rows = city_rows(asked.release)
    lead = "" if asked.release.data.ranked else say("web.state.no_index")
    return Answer(
        title=say("page.title"),
        template="overview.html.j2",
        values={
            "lead": lead or say("page.subtitle"),
            "cards": _cards(asked),
            "parts": parts,
            "pictures": pictures,
            "lists": _lists(asked),
            "controls": _controls(asked) if asked.release.data.ranked else [],
        },
        plain={"edition": asked.release.edition.edition_id, "cities": rows},
        table=(list(rows[0]), [list(row.values()) for row in rows]) if rows else None,
        drawing=first_drawing(block for part in parts for block in part.blocks),
    )


def _without_stages(part: Section) -> Section:
    """A section without the figure of stages: it stands in the report, and the first page has to stay light."""
    kept = [block for block in part.blocks if not (isinstance(block, Figure) and block.figure_id == "stages")]
    return replace(part, blocks=kept)


def _index(asked: Asked) -> tuple[Section, dict[str, str]]:
    """The chart of ranks, or of one pillar, as the address asks for it; and its picture."""
    say, data, view = asked.words.say, asked.release.data, asked.view
    writing = writing_for(asked)
    marked = [f"city.{view['hl']}.rank"] if view["hl"] else []
    lines = writing.lines(*marked, "index_first", "rank_example", "unranked")
    if not data.ranked:
        return at_home(asked, Section(INDEX, say("section.index"), [lines])), {}
    order = _order(asked)
    figure: Figure
    if view["dim"] != INDEX:
        figure = pillar_figure(writing, (view["dim"],), order or _by_score(writing, view["dim"]))
    else:
        figure = rank_figure(writing, RankView(order, view["hl"], view["ci"]))
    section = at_home(asked, Section(INDEX, say("section.index"), [lines, figure, writing.lines("sensitivity")]))
    return section, {figure.figure_id: picture_of(asked, figure)}


def _order(asked: Asked) -> tuple[str, ...]:
    """Cities in the order asked for; nothing where that is by rank."""
    ranked, speaker, sort = asked.release.data.ranked, asked.speaker(), asked.view["sort"]
    if sort == "rank":
        return ()
    cities = asked.release.data.cities
    keys: dict[str, Any] = {
        "name": lambda row: speaker.city(row["city_id"]),
        "country": lambda row: (cities[row["city_id"]]["country"], row["order"]),
        "ptop5": lambda row: (-row["p_top_5"], row["order"]),
    }
    return tuple(row["city_id"] for row in sorted(ranked, key=keys[sort]))


def _by_score(writing: Writing, pillar: str) -> tuple[str, ...]:
    rows = [row for row in writing.data.rows("out_index__score_pillar") if row["pillar"] == pillar]
    return tuple(row["city_id"] for row in sorted(rows, key=lambda row: -(row["score"] or 0)))


def _controls(asked: Asked) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """What the form offers: name, label, choices as value and label, and the one chosen."""
    say, data, view = asked.words.say, asked.release.data, asked.view
    speaker = asked.speaker()
    dims = [(INDEX, say("web.overview.index"))]
    dims += [(pillar.id, pillar.name.in_(asked.lang)) for pillar in data.spec.pillars]
    cities = sorted((speaker.city(row["city_id"]), row["city_id"]) for row in data.ranked)
    offered = {
        "dim": dims,
        "sort": [(sort, say(f"web.overview.sort_{sort}")) for sort in SORTS],
        "hl": [("", say("web.overview.nobody")), *((city, name) for name, city in cities)],
        "ci": [(level, f"{level}%") for level in LEVELS],
    }
    return [(name, say(f"web.overview.{name}"), choices, view[name] or "") for name, choices in offered.items()]


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
