"""An answer as HTML, JSON, CSV, SVG or PNG."""

from __future__ import annotations

import csv
import io
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from dynapolis import __version__
from dynapolis.ids import digest_bytes
from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.charts import dark_variables
from dynapolis.report.formats.png import svg_png
from dynapolis.report.svg import file_svg
from dynapolis.serve.site import Release
from dynapolis.serve.web.freshness import letter_to
from dynapolis.serve.web.page import Answer, Asked, Drawing, address
from dynapolis.serve.web.short import short_of
from dynapolis.serve.web.writing import source_line

STATIC = Path(__file__).parent.parent / "static"
_PICTURES = 32
SUFFIXES = ("json", "csv", "svg", "png")
MENU = ("cities", "projects", "labs", "map", "topics", "partners", "compare", "editions", "method", "report", "data")


def render_html(asked: Asked, answer: Answer) -> str:
    """The page as HTML."""
    values = frame(asked.lang) | _frame_of(asked, answer) | dict(answer.values)
    return templates().get_template(answer.template).render(values)


def frame(lang: Lang) -> dict[str, Any]:
    """What the frame of every page needs, with or without an edition."""
    from dynapolis.serve.site import words

    return {
        "lang": lang.value,
        "other": (Lang.EN if lang is Lang.KO else Lang.KO).value,
        "say": words(lang).say,
        "version": __version__,
        "static": static_address,
        "fonts": "",
        "pictures": {},
        "older": None,
        "menu": [(name, f"/{lang}/{name}") for name in MENU],
        "numbers": numbers,
    }


def _frame_of(asked: Asked, answer: Answer) -> dict[str, Any]:
    lang, release = asked.lang, asked.release
    forms = (
        ("csv", answer.table),
        ("json", answer.plain is not None),
        ("svg", answer.drawing),
        ("png", answer.drawing),
    )
    edition = release.id if asked.frozen else None
    query = asked.view.but("")
    other = Lang.EN if lang is Lang.KO else Lang.KO
    return {
        "asked": asked,
        "answer": answer,
        "title": answer.title,
        "view": asked.view,
        "here": address(lang, asked.path, edition) + query,
        "there": address(other, asked.path, edition) + query,
        "frozen_address": short_of(address(lang, asked.path, release.id) + query),
        "menu": [(name, asked.to(name)) for name in MENU],
        "release": release,
        "fonts": font_address(release),
        "editions": [(e.short_id, e.name) for e in asked.site.editions],
        "warnings": asked.speaker().warnings(),
        "older": _older(asked),
        "ranks_nothing": release.data.ranks_nothing,
        "report_error": letter_to(
            asked.site.workspace.settings.serve.contact or "",
            f"dynapolis {release.id}: {answer.title}",
            address(lang, asked.path, release.id) + query,
        ),
        "formats": [suffix for suffix, there in forms if there],
    }


def _older(asked: Asked) -> dict[str, Any] | None:
    """What a page of an edition that is not the newest says of that; a receipt tells itself how its number fares."""
    newest, shown, lang = asked.site.editions[0], asked.release.edition, asked.lang
    if newest.edition_id == shown.edition_id:
        return None
    say = asked.words.say
    links = [(say("web.frame.changed"), f"/{lang}/editions?from={shown.short_id}&to={newest.short_id}")]
    if not asked.path.startswith("n/"):
        links.insert(0, (say("web.frame.there"), address(lang, asked.path) + asked.view.but("")))
    text = say("web.frame.older", name=shown.name, id=shown.short_id, newest=newest.name, newest_id=newest.short_id)
    return {"text": text, "links": links}


def with_suffix(here: str, suffix: str) -> str:
    """The address of the same view in another form."""
    path, mark, query = here.partition("?")
    return f"{path.rstrip('/') or path}.{suffix}{mark}{query}"


def render_csv(answer: Answer) -> str:
    """The page's table: UTF-8 with a byte order mark, so that spreadsheets read Korean; nothing for null."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    heads, rows = answer.table or ((), ())
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return "\ufeff" + sink.getvalue()


def _cell(value: Any) -> Any:
    """Lists joined by ';'; text that a spreadsheet would run as a formula is led by an apostrophe."""
    if value is None:
        return ""
    text = ";".join(map(str, value)) if isinstance(value, (list, tuple)) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def render_json(value: Any) -> str:
    """Plain values as JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False, default=str) + "\n"


def render_svg(drawing: Drawing) -> str:
    """The page's chart as a file of its own: light colours, no links."""
    return file_svg(drawing.chart, title=drawing.title, description=drawing.description)


def render_png(asked: Asked, drawing: Drawing) -> bytes:
    """The same as PNG, with what a reader needs who sees it alone."""
    note = f"{source_line(asked)} {address(asked.lang, asked.path, asked.release.id)}{asked.view.but('')}"
    return _png(render_svg(drawing), asked.lang.value, drawing.title, note)


@lru_cache(_PICTURES)
def _png(svg: str, lang: str, title: str, note: str) -> bytes:
    """Pictures asked for last are kept: drawing one takes up to a second."""
    return svg_png(svg, lang=lang, title=title, note=note)


@cache
def templates() -> Environment:
    """The pages' templates."""
    environment = Environment(
        loader=PackageLoader("dynapolis.serve", "templates"),
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["strong"] = _strong
    environment.filters["suffixed"] = with_suffix
    return environment


def _strong(text: str) -> Markup:
    """Text with its **bold** words marked."""
    parts = str(escape(text)).split("**")
    return Markup("".join(f"<strong>{part}</strong>" if n % 2 else part for n, part in enumerate(parts)))


def font_address(release: Release) -> str:
    """Folder of the fonts of an edition."""
    return f"/static/fonts/{release.id}-{release.font_key}"


@cache
def static_address(name: str) -> str:
    """Address of a file that never changes under its name."""
    return f"/static/{digest_bytes(static_file(name))[:10]}/{name}"


@cache
def static_file(name: str) -> bytes:
    """A file of the pages; the sheet takes the colours of the charts' dark theme from the charts."""
    data = (STATIC / name).read_bytes()
    return data.replace(b"DARK_CHARTS", dark_variables().encode()) if name == "site.css" else data
