"""Pages about the edition: method, data, report, search, help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dynapolis.report import numbers
from dynapolis.report.blocks import Chapter, Section
from dynapolis.report.compose import anchors_of, compose_report
from dynapolis.report.sections.agreement import write_agreement
from dynapolis.report.sections.coverage import write_coverage
from dynapolis.report.sections.registers import write_registers
from dynapolis.report.sections.summary import write_limits, write_reading
from dynapolis.report.sections.tables import write_method
from dynapolis.serve.address import Parameter
from dynapolis.serve.queries.explore import search
from dynapolis.serve.search.tokens import fold
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked, NotFound
from dynapolis.serve.web.writing import sections

_METHOD = (write_reading, write_method, write_registers, write_coverage, write_agreement, write_limits)
MOST_HITS = 8  # of one kind on the page of search results


def answer_method(asked: Asked) -> Answer:
    """How the numbers are made, what they rest on, how far the coders agree, and what they are not."""
    say = asked.words.say
    drawn = sections(asked, "method", _METHOD)
    title = say("web.menu.method")
    links = [
        (say("web.weights.title"), asked.to("method/weights"), say("web.weights.lead")),
        (say("web.menu.topics"), asked.to("topics"), say("web.topics.lead")),
    ]
    spec = asked.release.data.spec
    return Answer(
        title=title,
        template="sections.html.j2",
        values={
            "lead": say("web.method.lead"),
            "cards": [],
            "parts": drawn.parts,
            "pictures": drawn.pictures,
            "lists": [(say("web.method.more"), links)],
        },
        plain={
            "index": spec.index,
            "version": spec.version,
            "indicators": [i.model_dump() for i in spec.indicators],
            "pillars": [p.model_dump() for p in spec.pillars],
            "codebook": asked.release.data.codebook.version,
        },
        crumbs=[(title, asked.to("method"))],
    )


def answer_data(asked: Asked) -> Answer:
    """Tables to take away, the API, and how to cite."""
    say, release = asked.words.say, asked.release
    tables = sorted(path.stem for path in (release.edition.folder / "tables").glob("out_*.parquet"))
    files = [(name, f"/api/v1/tables/{name}.csv?ed={release.id}", "") for name in tables]
    api = [
        ("/api/v1/releases", "/api/v1/releases", ""),
        ("/api/v1/cities", "/api/v1/cities", ""),
        ("/api/v1/projects", "/api/v1/projects", ""),
        ("/api/v1/openapi.json", "/api/v1/openapi.json", "OpenAPI 3.1"),
    ]
    licences = sorted({register.licence.name for register in release.data.registers})
    title = say("web.menu.data")
    return Answer(
        title=title,
        template="data.html.j2",
        values={
            "tables": files,
            "api": api,
            "licences": ", ".join(licences),
            "edition": release.edition.edition_id,
            "cite": say("web.data.cite_text", id=release.id, address=asked.to("")),
        },
        plain={"edition": release.edition.edition_id, "tables": tables, "licences": licences},
        crumbs=[(title, asked.to("data"))],
    )


def search_parameters(_release: Release) -> Sequence[Parameter]:
    """The words."""
    return (Parameter("q", "text", default=""),)


def answer_search(asked: Asked) -> Answer:
    """Cities, topics and initiatives that match."""
    say, release, words = asked.words.say, asked.release, asked.view["q"]
    speaker = asked.speaker()
    groups: list[tuple[str, list[tuple[str, str, str]]]] = []
    needle = fold(words).strip()
    if needle:
        cities = [
            (speaker.city(c), asked.to(f"cities/{c}"), row["name_en"] if asked.lang == "ko" else row["name_ko"])
            for c, row in release.data.cities.items()
            if any(
                needle in fold(row[k]) or (len(needle) > 2 and fold(row[k]) in needle) for k in ("name_en", "name_ko")
            )
        ]
        topics = [
            (speaker.code(s.scheme, c.code), asked.to(f"topics/{s.scheme}/{c.code}"), speaker.scheme(s.scheme))
            for s in release.data.codebook.schemes
            for c in s.codes
            if any(needle in fold(text) for text in (c.label.ko, c.label.en))
        ]
        found = search(release, words)
        docs = [] if found.documents is None else _best_first(release, found.documents, found.in_name)
        rows: list[dict[str, Any]] = release.reading.listed(docs[:MOST_HITS]) if docs else []
        hits = [(row["name"], asked.to(f"projects/{row['unit_id']}"), speaker.city(row["city_id"])) for row in rows]
        if len(docs) > MOST_HITS:
            hits.append(
                (say("web.search.all", n=numbers.count(len(docs))), asked.to("projects") + f"?q={quote(words)}", "")
            )
        groups = [
            (say(f"web.menu.{name}"), items[: MOST_HITS + 1])
            for name, items in (("cities", cities), ("topics", topics), ("projects", hits))
            if items
        ]
    title = say("web.menu.search")
    lead = (
        say("web.search.lead", words=words) if groups else say("web.explore.none") if words else say("web.search.type")
    )
    return Answer(
        title=title,
        template="sections.html.j2",
        values={"lead": lead, "cards": [], "parts": [], "lists": groups},
        plain={name: [{"label": label, "address": href} for label, href, _ in items] for name, items in groups},
        crumbs=[(title, asked.to("search"))],
    )


def _best_first(release: Release, documents: Any, in_name: Any) -> list[int]:
    order = release.reading.columns["order_evidence"]
    place = {int(doc): n for n, doc in enumerate(order)}
    named = set() if in_name is None else {int(doc) for doc in in_name}
    return sorted((int(doc) for doc in documents), key=lambda doc: (doc not in named, place[doc]))


def answer_help(asked: Asked) -> Answer:
    """How to read a rank, how to search, keys, and how to report an error."""
    say = asked.words.say
    parts = sections(asked, "help", (write_reading,)).parts
    title = say("web.menu.help")
    return Answer(
        title=title,
        template="help.html.j2",
        values={"parts": parts, "address": asked.to("")},
        crumbs=[(title, asked.to("help"))],
    )


def answer_report(asked: Asked) -> Answer:
    """The report of the edition: its cover and chapters."""
    say = asked.words.say
    report = _report(asked)
    chapters = [
        (f"{c.number} {c.title}" if c.number else c.title, asked.to(f"report/{c.chapter_id}"), "") for c in report
    ]
    title = say("web.menu.report")
    return Answer(
        title=title,
        template="sections.html.j2",
        values={"lead": say("web.report.lead"), "cards": [], "parts": [], "lists": [(say("page.contents"), chapters)]},
        plain={"chapters": [c.chapter_id for c in report]},
        crumbs=[(title, asked.to("report"))],
    )


def answer_chapter(asked: Asked) -> Answer:
    """One chapter of the report.

    Raises:
        NotFound: the report has no such chapter.
    """
    report = _report(asked)
    place = {chapter.chapter_id: number for number, chapter in enumerate(report)}
    wanted = asked.names["chapter"]
    if wanted not in place:
        raise NotFound(wanted)
    chapter = report[place[wanted]]
    drawn = sections(asked, f"report-{wanted}", (lambda _: Section(wanted, chapter.title, chapter.blocks),))
    beside = [report[n] for n in (place[wanted] - 1, place[wanted] + 1) if 0 <= n < len(report)]
    links = [(c.title, asked.to(f"report/{c.chapter_id}"), "") for c in beside]
    title = asked.words.say("web.menu.report")
    return Answer(
        title=chapter.title,
        template="sections.html.j2",
        values={
            "lead": "",
            "cards": [],
            "parts": drawn.parts,
            "pictures": drawn.pictures,
            "lists": [(asked.words.say("page.contents"), links)],
        },
        plain={"chapter": wanted},
        crumbs=[(title, asked.to("report")), (chapter.title, asked.to(f"report/{wanted}"))],
    )


def _report(asked: Asked) -> Sequence[Chapter]:
    """The chapters of the report, composed once for each language."""
    key = ("composed", asked.lang.value)
    if key not in asked.release.drawn:
        report = compose_report(asked.release.data, asked.release.claims, asked.lang.value)
        asked.release.drawn[key] = report.chapters
        asked.release.drawn["anchors", asked.lang.value] = {
            anchor: chapter.chapter_id
            for chapter in report.chapters
            for block in chapter.blocks
            for anchor in anchors_of(block)
        }
    found: Sequence[Chapter] = asked.release.drawn[key]
    return found
