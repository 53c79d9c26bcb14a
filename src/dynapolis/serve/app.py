"""The application: addresses in, pages out. Everything is read-only; every response says how long it may be kept."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from dynapolis import __version__
from dynapolis.ids import digest_bytes
from dynapolis.model.language import Lang
from dynapolis.report.fonts import FAMILY, WEIGHTS, Weight
from dynapolis.serve.address import BadAddress, read_view
from dynapolis.serve.lettering import PARTS, Part, unicode_range
from dynapolis.serve.metrics import Metrics
from dynapolis.serve.site import Release, Site
from dynapolis.serve.web.page import Answer, Asked, Moved, NotFound, address
from dynapolis.serve.web.render import (
    STATIC,
    SUFFIXES,
    font_address,
    frame,
    render_csv,
    render_html,
    render_json,
    render_png,
    render_svg,
    static_address,
    static_file,
    templates,
)
from dynapolis.serve.web.routes import find_page
from dynapolis.serve.web.short import long_of

log = logging.getLogger("dynapolis.serve")

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
    "csv": "text/csv",
    "woff2": "font/woff2",
}
_FOREVER = "public, max-age=31536000, immutable"
_AGAIN = "no-cache"  # may be kept, but is asked for again: the answer is then 304 while the edition is the same


def create_app(site: Site) -> FastAPI:
    """The application of a workspace."""
    from dynapolis.serve.api import api

    app = FastAPI(title="dynapolis", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.state.metrics = Metrics()
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.middleware("http")(_framing(app.state.metrics))
    app.mount("/api/v1", api(site))

    @app.get("/", include_in_schema=False)
    def front(request: Request) -> Response:
        return RedirectResponse(f"/{_preferred(request.headers.get('accept-language', ''))}/", 302)

    @app.get("/healthz", include_in_schema=False)
    def health() -> Response:
        return PlainTextResponse(f"ok {site.release().id}\n", headers={"Cache-Control": "no-store"})

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return PlainTextResponse(app.state.metrics.text(), headers={"Cache-Control": "no-store"})

    @app.get("/id/{kind}/{name}", include_in_schema=False)
    def permanent(request: Request, kind: str, name: str) -> Response:
        lang = _preferred(request.headers.get("accept-language", ""))
        place = {"project": "projects", "lab": "labs", "city": "cities"}.get(kind)
        if place is None:
            return _missing(site, lang, name)
        return RedirectResponse(f"/{lang}/{place}/{quote(name)}", 303)

    @app.get("/v/{packed}", include_in_schema=False)
    def view(packed: str) -> Response:
        address = long_of(packed)
        return RedirectResponse(address, 303) if address else _missing(site, Lang.EN, "")

    @app.get("/static/fonts/{edition}/{name}", include_in_schema=False)
    def font(edition: str, name: str) -> Response:
        return _font(site, edition, name)

    @app.get("/static/{digest}/{name}", include_in_schema=False)
    def static(digest: str, name: str) -> Response:
        path = STATIC / name
        if path.parent != STATIC or not path.is_file() or static_address(name) != f"/static/{digest}/{name}":
            return PlainTextResponse("not found\n", 404)
        return Response(static_file(name), media_type=_TYPES[path.suffix[1:]], headers={"Cache-Control": _FOREVER})

    @app.get("/{name}", include_in_schema=False)
    async def first_page(request: Request, name: str) -> Response:
        """The first page of a language without its last stroke, or in another form: ``/ko``, ``/ko.json``."""
        lang, suffix = _suffix_of(name)
        if lang not in {code.value for code in Lang}:
            return await run_in_threadpool(_missing, site, Lang.EN, name)
        if not suffix:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/{lang}/{query}", 301)
        return await page(request, lang, f".{suffix}")

    @app.get("/{lang}/{path:path}", include_in_schema=False)
    async def page(request: Request, lang: str, path: str) -> Response:
        if lang not in {code.value for code in Lang}:
            return await run_in_threadpool(_missing, site, Lang.EN, f"{lang}/{path}")
        query = request.query_params.multi_items()
        return await run_in_threadpool(_page, site, Lang(lang), path, query, request.headers.get("if-none-match"))

    return app


Next = Callable[[Request], Awaitable[Response]]


def _framing(metrics: Metrics) -> Callable[[Request, Next], Awaitable[Response]]:
    """Headers of every response, a line of log and its time; a fault of ours is told under a number, never shown."""

    async def frame_response(request: Request, go_on: Next) -> Response:
        started = time.perf_counter()
        path = request.url.path
        try:
            response = await go_on(request)
        except Exception:
            number = secrets.token_hex(4)
            log.exception("failed", extra={"id": number, "path": path})
            response = await run_in_threadpool(_failed, path, number)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        seconds = time.perf_counter() - started
        metrics.note(path, response.status_code, seconds)
        log.info("served", extra={"path": path, "status": response.status_code, "ms": round(1000 * seconds, 1)})
        return response

    return frame_response


def _page(site: Site, lang: Lang, path: str, query: list[tuple[str, str]], known: str | None) -> Response:
    """One page in the form that its address asks for."""
    frozen, wanted, rest = _edition_in(path)
    bare, suffix = _suffix_of(rest)
    found = find_page(bare)
    try:
        release = site.release(wanted)
    except KeyError:
        return _missing(site, lang, bare)
    if found is None:
        return _missing(site, lang, bare, release)
    spec, names = found
    here = address(lang, bare, release.id if frozen else None)
    try:
        view = read_view(here, query, spec.parameters(release))
    except BadAddress as bad:
        return _refused(site, lang, release, bare, bad, suffix)
    tag = f'"{release.id}.{lang}.{digest_bytes((view.but() + suffix + __version__).encode())[:16]}"'
    if known == tag:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _AGAIN})
    asked = Asked(site, release, lang, names, view, frozen, bare)
    try:
        answer = spec.answer(asked)
    except BadAddress as bad:  # a value that only the whole site can judge, such as an edition's id
        return _refused(site, lang, release, bare, bad, suffix)
    except Moved as moved:
        return RedirectResponse(moved.address + (f".{suffix}" if suffix else ""), 301)
    except NotFound as missing:
        return _missing(site, lang, missing.tried or bare, release)
    response = _in_form(asked, answer, suffix)
    if response is None:
        return _missing(site, lang, bare, release)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = _AGAIN
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _in_form(asked: Asked, answer: Answer, suffix: str) -> Response | None:
    """The answer as HTML or in the form of a suffix; None where it has no such form."""
    if not suffix:
        policy = {"Content-Security-Policy": POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")}
        headers = policy if answer.embeddable else {}
        return Response(render_html(asked, answer), answer.status, media_type="text/html", headers=headers)
    if suffix == "json" and answer.plain is not None:
        return Response(render_json(answer.plain), media_type=_TYPES["json"], headers=_OPEN)
    if suffix == "csv" and answer.table:
        name = asked.path.strip("/").replace("/", "-") or "overview"
        disposition = f'attachment; filename="dynapolis-{asked.release.id}-{quote(name)}.csv"'
        headers = {**_OPEN, "Content-Disposition": disposition}
        return Response(render_csv(answer), media_type=_TYPES["csv"], headers=headers)
    if suffix == "svg" and answer.drawing:
        return Response(render_svg(answer.drawing), media_type=_TYPES["svg"], headers=_OPEN)
    if suffix == "png" and answer.drawing:
        return Response(render_png(asked, answer.drawing), media_type=_TYPES["png"], headers=_OPEN)
    return None


_OPEN = {"Access-Control-Allow-Origin": "*"}


def _edition_in(path: str) -> tuple[bool, str | None, str]:
    """Whether an edition stands in the path, which, and the rest of the path."""
    parts = path.split("/")
    if parts[0] == "editions" and len(parts) > 1 and parts[1]:
        return True, parts[1], "/".join(parts[2:])
    if parts[0] == "n" and len(parts) == 3:  # a receipt names its edition itself
        return False, parts[1], path
    return False, None, path


def _suffix_of(path: str) -> tuple[str, str]:
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in SUFFIXES else (path, "")


def _font(site: Site, edition: str, name: str) -> Response:
    """A font or the sheet that names it."""
    try:
        release = site.release(edition.partition("-")[0])
    except KeyError:
        return PlainTextResponse("not found\n", 404)
    if font_address(release) != f"/static/fonts/{edition}":  # letters have changed since
        return RedirectResponse(f"{font_address(release)}/{name}", 302)
    for lang in Lang:
        sheets: dict[Part, str] = {"first": f"{lang}.css", "rest": f"{lang}-rest.css"}
        for part, sheet in sheets.items():
            if name == sheet:
                rules = "".join(_face(release, lang, weight, part) for weight in WEIGHTS)
                return Response(rules, media_type=_TYPES["css"], headers={"Cache-Control": _FOREVER})
        for weight in WEIGHTS:
            for part in PARTS:
                if name == f"{weight}-{lang}-{part}.woff2":
                    data = release.font(lang, weight, part)
                    return Response(data, media_type=_TYPES["woff2"], headers={"Cache-Control": _FOREVER})
    return PlainTextResponse("not found\n", 404)


def _face(release: Release, lang: Lang, weight: Weight, part: Part) -> str:
    """The rule of one file of fonts; nothing where it has no letters."""
    letters = release.letters(lang, weight, part)
    if not letters:
        return ""
    only = f"unicode-range:{unicode_range(letters)};" if part == "rest" else ""
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:optional;{only}'
        f'src:url("{font_address(release)}/{weight}-{lang}-{part}.woff2") format("woff2")}}'
    )


# --- pages that tell what is wrong


def _missing(site: Site, lang: Lang, tried: str, release: Release | None = None) -> Response:
    """404, with ways on."""
    say = frame(lang)["say"]
    words = " ".join(tried.replace("/", " ").replace("-", " ").split())[:60]
    links = [(say("web.frame.home"), f"/{lang}/"), (say("web.projects.title"), f"/{lang}/projects")]
    if words:
        links.insert(0, (say("web.error.missing_search", words=words), f"/{lang}/search?q={quote(words)}"))
    release = release or site.release()
    return _error(lang, 404, say("web.error.missing_title"), say("web.error.missing"), [], links, release)


def _refused(site: Site, lang: Lang, release: Release, path: str, bad: BadAddress, suffix: str) -> Response:
    """400, with every value that is not one, and what is."""
    if suffix == "json":
        return problem(400, "bad-address", str(bad), [vars_of(r) for r in bad.refusals])
    say = frame(lang)["say"]
    lines = [say("web.error.bad_line", name=r.name, value=r.value, expected=r.expected) for r in bad.refusals]
    links = [(say("web.error.bad_reset"), address(lang, path))]
    return _error(lang, 400, say("web.error.bad_title"), say("web.error.bad"), lines, links, release)


def _failed(path: str, number: str) -> Response:
    if path.startswith("/api/"):
        return problem(500, "internal-error", f"a fault of the program, noted under {number}")
    lang = Lang.KO if path.startswith("/ko/") else Lang.EN
    say = frame(lang)["say"]
    return _error(lang, 500, say("web.error.failed_title"), say("web.error.failed", id=number), [], [], None)


def _error(
    lang: Lang,
    status: int,
    title: str,
    lead: str,
    lines: list[str],
    links: list[tuple[str, str]],
    release: Release | None,
) -> Response:
    values = frame(lang) | {"title": title, "lead": lead, "lines": lines, "links": links}
    values["fonts"] = font_address(release) if release else ""
    html = templates().get_template("error.html.j2").render(**values)
    return Response(html, status, media_type="text/html", headers={"Cache-Control": "no-store"})


def problem(status: int, kind: str, detail: str, faults: list[dict[str, Any]] | None = None) -> Response:
    """An error for machines (RFC 9457)."""
    body: dict[str, Any] = {"type": f"about:blank#{kind}", "title": kind, "status": status, "detail": detail}
    if faults:
        body["faults"] = faults
    return Response(render_json(body), status, media_type="application/problem+json", headers=_OPEN)


def vars_of(refusal: Any) -> dict[str, str]:
    """A refusal as plain values."""
    return {"name": refusal.name, "value": refusal.value, "expected": refusal.expected}


def _preferred(header: str) -> Lang:
    """Korean where a reader's browser asks for it before English."""
    wanted = [part.split(";")[0].strip().lower()[:2] for part in header.split(",")]
    return next((Lang(code) for code in wanted if code in ("ko", "en")), Lang.KO)
