"""All editions, and what changed from one to another: what went in, shares over what both searched, ranks, numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from dynapolis.errors import BadUse
from dynapolis.report import numbers
from dynapolis.report.blocks import Cell, Column, Figure, Line, Paragraph, Section, Table
from dynapolis.report.sections.change import compare, parts_figure, slope_figure
from dynapolis.report.sections.common import Writing
from dynapolis.report.write import all_claims
from dynapolis.serve.address import BadAddress, Parameter, Refusal
from dynapolis.serve.queries.receipt import read_number
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked, Moved, address
from dynapolis.serve.web.writing import ReceiptLinks, at_home, picture_of

MOST_COMPARED = 50_000  # initiatives; the decomposition reads every record of both editions
MOST_GONE = 50
# What an edition was made from, by what a reader calls it; the rest of the inputs follows from these.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "evidence": ("snapshots",),
    "joining": ("judgements", "resolve"),
    "coding": ("codings", "coders", "consensus", "organisations"),
    "rules": ("codebook", "codebooks"),
    "cities": ("places", "areas"),
    "method": ("index", "crosswalk", "code", "level"),
    "denominators": ("population", "population_sources"),
    "chance": ("seed", "draws"),
}


def edition_parameters(_release: Release) -> Sequence[Parameter]:
    """Two editions to compare; and the edition chosen in the footer of a page, with that page."""
    return tuple(Parameter(name, "text", default="") for name in ("show", "path", "from", "to"))


def answer_editions(asked: Asked) -> Answer:
    """All editions, and what changed between two of them, the two last ones unless others are asked for.

    Raises:
        Moved: an edition was chosen in the footer of a page.
        BadAddress: there is no edition of an id.
    """
    known = [edition.short_id for edition in asked.site.editions]
    if asked.view["show"] in known:
        raise Moved(address(asked.lang, quote(asked.view["path"]), asked.view["show"]))
    ends = _chosen(asked, known)
    say = asked.words.say
    facts = [_facts(asked.site.release(edition.edition_id)) for edition in asked.site.editions]
    title = say("web.menu.editions")
    parts = [Section("editions", title, [_listed(asked, facts)])]
    pictures: dict[str, str] = {}
    plain: dict[str, Any] = {"editions": facts}
    if ends:
        old, new = (asked.site.release(end) for end in ends)
        inputs, gone = _inputs(old, new), _gone(old, new)
        shares, pictures = _shares(asked, old, new)
        parts += [_what_went_in(asked, inputs), shares, _ranks(asked, old, new), _numbers_gone(asked, old, gone)]
        plain |= {"from": old.id, "to": new.id, "inputs_changed": inputs, "numbers_gone": gone}
    return Answer(
        title=title,
        template="editions.html.j2",
        values={
            "parts": [part for part in parts if part.blocks],
            "pictures": pictures,
            "choices": [(fact["id"], fact["name"]) for fact in facts],
            "ends": ends,
        },
        plain=plain,
        table=(list(facts[0]), [list(fact.values()) for fact in facts]),
        crumbs=[(title, asked.to("editions"))],
    )


def _chosen(asked: Asked, known: Sequence[str]) -> tuple[str, str] | None:
    """The earlier and the later edition to compare; nothing where there is one alone."""
    refused = [
        Refusal(name, asked.view[name][:80], ", ".join(known))
        for name in ("from", "to")
        if asked.view[name] and asked.view[name] not in known
    ]
    if refused:
        raise BadAddress(refused)
    new = asked.view["to"] or next((one for one in known if one != asked.view["from"]), known[0])
    before = [one for one in known[known.index(new) + 1 :]] or [one for one in known if one != new]
    old = asked.view["from"] or next(iter(before), "")
    return (old, new) if old and old != new else None


def _facts(release: Release) -> dict[str, Any]:
    data = release.data
    return {
        "id": release.id,
        "name": release.edition.name,
        "codebook": data.codebook.version,
        "registers": [register.name for register in data.registers],
        "n_units": data.n("units"),
        "n_innovation": data.n("innovation"),
        "n_living_labs": data.n("living_labs"),
        "n_ranked": len(data.ranked),
    }


def _listed(asked: Asked, facts: Sequence[Mapping[str, Any]]) -> Table:
    say = asked.words.say
    rows = tuple(
        (
            Cell(fact["name"], address(asked.lang, "", fact["id"]), fact["id"]),
            Cell(fact["codebook"]),
            Cell(numbers.count(len(fact["registers"]))),
            *(Cell(numbers.count(fact[name])) for name in ("n_units", "n_innovation", "n_living_labs", "n_ranked")),
        )
        for fact in facts
    )
    keys = ("edition", "rules", "registers", "units", "innovation", "labs", "ranked")
    columns = tuple(Column(say(f"web.editions.{key}"), "right" if n else "left") for n, key in enumerate(keys))
    return Table("editions-table", say("web.menu.editions"), columns, rows)


def _inputs(old: Release, new: Release) -> dict[str, bool]:
    """By kind of input, whether it differs between two editions."""
    before, after = old.edition.inputs, new.edition.inputs
    linked = {name for inputs in (before, after) for name in inputs if name.startswith("links: ")}
    kinds = {**_KINDS, "links": tuple(sorted(linked))}
    return {kind: any(before.get(name) != after.get(name) for name in names) for kind, names in kinds.items()}


def _what_went_in(asked: Asked, changed: Mapping[str, bool]) -> Section:
    say = asked.words.say
    rows = tuple(
        (
            Cell(say(f"web.editions.input_{kind}")),
            Cell(say("web.editions.differs" if differs else "web.editions.as_before"), muted=not differs),
        )
        for kind, differs in changed.items()
    )
    columns = (Column(say("web.editions.input"), "left"), Column(say("web.editions.change"), "left"))
    title = say("web.editions.inputs")
    return Section("inputs", title, [Table("inputs-table", title, columns, rows, (say("web.editions.inputs_note"),))])


def _shares(asked: Asked, old: Release, new: Release) -> tuple[Section, dict[str, str]]:
    """The change of shares over what both editions searched, and what it is made of; or why it is not told."""
    say = asked.words.say
    title = say("web.editions.shares")
    if max(old.n_documents, new.n_documents) > MOST_COMPARED:
        return Section("shares", title, [Paragraph((Line(say("web.editions.too_many")),))]), {}
    try:
        comparison = new.kept(("comparison", old.id), lambda: compare(old.data, new.data))
    except BadUse as nothing:
        return Section("shares", title, [Paragraph((Line(say("web.editions.not_comparable", why=str(nothing))),))]), {}
    speaker = new.speaker(asked.lang)
    writing = Writing(new.data, speaker, all_claims(new.data, comparison), ReceiptLinks(asked), comparison)
    written = at_home(asked, Section("shares", title, [slope_figure(writing), parts_figure(writing)]))
    figures = [replace(block, href=None) for block in written.blocks if isinstance(block, Figure)]  # of two editions
    return replace(written, blocks=figures), {figure.figure_id: picture_of(asked, figure) for figure in figures}


def _ranks(asked: Asked, old: Release, new: Release) -> Section:
    """Cities whose rank interval moved, those ranked in both editions only."""
    say, speaker, lang = asked.words.say, asked.speaker(), asked.lang
    before = {row["city_id"]: row for row in old.data.ranked}
    rows = []
    for row in new.data.ranked:
        if (was := before.get(row["city_id"])) is not None:
            ranks = [
                numbers.rank_with_interval(r["median_rank"], r["rank_low_90"], r["rank_high_90"], lang)
                for r in (was, row)
            ]
            apart = was["rank_low_90"] > row["rank_high_90"] or was["rank_high_90"] < row["rank_low_90"]
            verdict = say("web.editions.moved" if apart else "web.editions.not_moved")
            city = Cell(speaker.city(row["city_id"]), asked.to(f"cities/{row['city_id']}"))
            rows.append((city, Cell(ranks[0]), Cell(ranks[1]), Cell(verdict, muted=not apart)))
    headings = (say("word.city"), old.edition.name, new.edition.name, say("web.editions.verdict"))
    columns = tuple(Column(h, "right" if n else "left") for n, h in enumerate(headings))
    title = say("web.editions.changes")
    table = Table("changes-table", title, columns, tuple(rows), (say("web.editions.rule"),))
    return Section("changes", title, [table] if rows else [])


def _gone(old: Release, new: Release) -> list[str]:
    """Numbers of the earlier edition that the later one does not have."""
    there = set(new.reading.counted_names())
    return [name for name in old.reading.counted_names() if name not in there and not _has(new, name)]


def _has(release: Release, number: str) -> bool:
    """Whether an edition has a number, were it zero."""
    try:
        read_number(release, number)
    except KeyError:
        return False
    return True


def _numbers_gone(asked: Asked, old: Release, gone: Sequence[str]) -> Section:
    say = asked.words.say
    title = say("web.editions.gone", n=numbers.count(len(gone)))
    if not gone:
        return Section("gone", title, [Paragraph((Line(say("web.editions.none_gone")),))])
    rows = tuple((Cell(name, f"/{asked.lang}/n/{old.id}/{quote(name, safe='.+_-')}"),) for name in gone[:MOST_GONE])
    more = (say("web.editions.more_gone", n=numbers.count(len(gone) - MOST_GONE)),) if len(gone) > MOST_GONE else ()
    return Section(
        "gone", title, [Table("gone-table", title, (Column(say("web.editions.number"), "left"),), rows, more)]
    )
