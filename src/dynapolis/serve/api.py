"""The API under ``/api/v1``: the same queries as the pages, as JSON or CSV, for reading without a key.

Lists are given in pages with a cursor and a ``Link`` header; every answer carries the edition's tag; every error is a
problem document (RFC 9457) that names the parameter and what it takes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel

from dynapolis import __version__
from dynapolis.ids import digest_bytes
from dynapolis.serve.address import BadAddress, read_view
from dynapolis.serve.queries.cities import city_rows
from dynapolis.serve.queries.city import read_city
from dynapolis.serve.queries.explore import FACETS, LAB_FACETS, find_initiatives, parameters
from dynapolis.serve.queries.initiative import Joined, read_initiative
from dynapolis.serve.queries.receipt import read_number
from dynapolis.serve.site import Release, Site
from dynapolis.serve.web.pages.explore import plain_list
from dynapolis.serve.web.pages.receipt import plain as plain_receipt
from dynapolis.serve.web.render import render_json
from dynapolis.store.table_csv import table_csv

OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link", "Cache-Control": "no-cache"}
EditionOf = Annotated[
    str | None, Query(max_length=64, description="Edition: id, its beginning, or name. Default: the last one.")
]
Words = Annotated[str, Query(max_length=200, description='Words; "exact phrase"; -excluded.')]
Cursor = Annotated[str | None, Query(max_length=64, description="From the Link header of the answer before.")]
_LISTS = "One parameter for each facet: values joined by ~, one that begins with - is excluded."


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[dict[str, str]] = []


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "content": {"application/problem+json": {}}, "description": text}
    for code, text in ((400, "A parameter has a value that it does not take."), (404, "There is no such thing."))
}


def api(site: Site) -> FastAPI:
    """The API of a workspace."""
    app = FastAPI(
        title="dynapolis",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        summary="Cities, initiatives and numbers of an edition, each with its evidence.",
        root_path_in_servers=True,
    )
    app.exception_handler(HTTPException)(_http_problem)
    app.exception_handler(404)(_http_problem)
    app.exception_handler(405)(_http_problem)
    app.exception_handler(RequestValidationError)(_validation_problem)
    app.exception_handler(BadAddress)(_address_problem)
    _reading(app, site)
    _lists(app, site)
    return app


def _reading(app: FastAPI, site: Site) -> None:
    """Editions, cities, numbers, sources, tables."""

    @app.get("/releases", responses=_PROBLEMS)
    def releases(request: Request) -> Response:
        """Editions, the one frozen last first."""
        rows = [{"id": e.short_id, "edition_id": e.edition_id, "name": e.name} for e in site.editions]
        return _json(request, site.release(), {"releases": rows})

    @app.get("/cities", responses=_PROBLEMS)
    def cities(request: Request, ed: EditionOf = None) -> Response:
        """All cities: ranks with their intervals, counts, completeness; why a city has no rank."""
        release = _release(site, ed)
        return _json(request, release, {"edition": release.id, "cities": city_rows(release)})

    @app.get("/cities/{city}", responses=_PROBLEMS)
    def city(request: Request, city: Annotated[str, Path(max_length=80)], ed: EditionOf = None) -> Response:
        """Everything the edition says of a city."""
        release = _release(site, ed)
        return _json(request, release, _known(lambda: read_city(release, city), f"city '{city}'", release.data.cities))

    @app.get("/scores", responses=_PROBLEMS)
    def scores(request: Request, ed: EditionOf = None) -> Response:
        """Scores, pillars and ranks of the ranked cities, with their intervals."""
        release = _release(site, ed)
        rows = {"scores": release.data.ranked, "pillars": release.data.rows("out_index__score_pillar")}
        return _json(request, release, {"edition": release.id, **rows})

    @app.get("/numbers/{number}", responses=_PROBLEMS)
    def number(request: Request, number: Annotated[str, Path(max_length=200)], ed: EditionOf = None) -> Response:
        """The receipt of a number: value, interval, formula parts, inputs, counted initiatives."""
        release = _release(site, ed)
        return _json(
            request, release, _known(lambda: plain_receipt(release, read_number(release, number)), f"number '{number}'")
        )

    @app.get("/sources", responses=_PROBLEMS)
    def sources(request: Request, ed: EditionOf = None) -> Response:
        """Registers of the edition with their licences and snapshots."""
        release = _release(site, ed)
        return _json(request, release, {"sources": [_source(release, r.name) for r in release.data.registers]})

    @app.get("/sources/{source}", responses=_PROBLEMS)
    def source(request: Request, source: Annotated[str, Path(max_length=80)], ed: EditionOf = None) -> Response:
        """One register."""
        release = _release(site, ed)
        names = [r.name for r in release.data.registers]
        return _json(request, release, _known(lambda: _source(release, source), f"source '{source}'", names))

    @app.get("/codebook", responses=_PROBLEMS)
    def codebook(request: Request, ed: EditionOf = None) -> Response:
        """Schemes, codes and rules in Korean and English."""
        release = _release(site, ed)
        return _json(request, release, release.data.codebook.model_dump(mode="json"))

    @app.get("/tables/{name}.csv", responses=_PROBLEMS, response_class=Response)
    def table(request: Request, name: Annotated[str, Path(max_length=80)], ed: EditionOf = None) -> Response:
        """One published table of the edition as CSV."""
        release = _release(site, ed)
        names = sorted(path.stem for path in (release.edition.folder / "tables").glob("out_*.parquet"))
        if name not in names:
            raise HTTPException(404, f"table '{name[:60]}'; known: {', '.join(names)}")
        return _answer(request, release, table_csv(release.edition.table(name)), "text/csv; charset=utf-8")


def _lists(app: FastAPI, site: Site) -> None:
    """Initiatives and living labs: the same lists as the pages, with a cursor."""

    def listed(
        request: Request, release: Release, population: str, facets: Sequence[str], cursor: str | None
    ) -> Response:
        names = {"ed", "cursor"}
        query = [(name, value) for name, value in request.query_params.multi_items() if name not in names]
        page = _page_of(cursor)
        view = read_view(request.url.path, [*query, ("page", str(page))], parameters(release, facets))
        if view.unknown:
            raise HTTPException(
                400,
                f"unknown parameters: {', '.join(view.unknown)}; known: "
                f"{', '.join(p.name for p in view.parameters if p.name not in ('page', 'view'))}",
            )
        found = find_initiatives(release, view, population, facets)
        value = plain_list(found)
        if page > found.n_pages:
            value["initiatives"] = []
        response = _json(request, release, value)
        if page < found.n_pages:
            after = urlencode([*query, ("ed", release.id), ("cursor", _cursor(page + 1))])
            root = request.scope.get("root_path", "")
            response.headers["Link"] = f'<{root}{request.url.path.removeprefix(root)}?{after}>; rel="next"'
        return response

    @app.get("/projects", responses=_PROBLEMS, description=f"Initiatives that match. {_LISTS}")
    def projects(
        request: Request,
        q: Words = "",
        y: str | None = None,
        sort: str | None = None,
        n: str | None = None,
        city: str | None = None,
        sector: str | None = None,
        goal: str | None = None,
        stage: str | None = None,
        ed: EditionOf = None,
        cursor: Cursor = None,
    ) -> Response:
        return listed(request, _release(site, ed), "units", FACETS, cursor)

    @app.get("/labs", responses=_PROBLEMS, description=f"Living labs that match. {_LISTS}")
    def labs(
        request: Request,
        q: Words = "",
        y: str | None = None,
        sort: str | None = None,
        n: str | None = None,
        city: str | None = None,
        lab_type: str | None = None,
        status: str | None = None,
        ed: EditionOf = None,
        cursor: Cursor = None,
    ) -> Response:
        return listed(request, _release(site, ed), "living_labs", LAB_FACETS, cursor)

    @app.get("/projects/{initiative}", responses=_PROBLEMS)
    def initiative(
        request: Request, initiative: Annotated[str, Path(max_length=200)], ed: EditionOf = None
    ) -> Response:
        """One initiative with its records, every coding and its words. Ids of joined records lead to it too."""
        release = _release(site, ed)
        try:
            return _json(request, release, read_initiative(release, initiative))
        except Joined as joined:
            return _json(request, release, read_initiative(release, joined.unit_id))
        except KeyError:
            raise HTTPException(404, f"no initiative '{initiative[:60]}'") from None


def _release(site: Site, wanted: str | None) -> Release:
    try:
        return site.release(wanted or None)
    except KeyError:
        known = ", ".join(f"{e.short_id} ({e.name})" for e in site.editions)
        raise HTTPException(404, f"no edition '{(wanted or '')[:40]}'; known: {known}") from None


def _known(read: Callable[[], Any], what: str, names: Iterable[str] = ()) -> Any:
    try:
        return read()
    except KeyError:
        listed = ", ".join(sorted(names))
        raise HTTPException(404, f"no {what[:120]}" + (f"; known: {listed}" if listed else "")) from None


def _source(release: Release, name: str) -> dict[str, Any]:
    register = {r.name: r for r in release.data.registers}[name]
    return {
        "name": name,
        "title": register.title.model_dump(),
        "licence": register.licence.model_dump(mode="json"),
        "snapshots": release.edition.inputs["snapshots"][name],
    }


def _json(request: Request, release: Release, value: Any) -> Response:
    return _answer(request, release, render_json(value), "application/json")


def _answer(request: Request, release: Release, body: str, kind: str) -> Response:
    """The body under the tag of the edition and the address; 304 where the reader has it already."""
    tag = f'"{release.id}.{digest_bytes(str(request.url.include_query_params()).encode() + __version__.encode())[:16]}"'
    headers = OPEN | {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _cursor(page: int) -> str:
    return base64.urlsafe_b64encode(f"p{page}".encode()).decode().rstrip("=")


def _page_of(cursor: str | None) -> int:
    """The page that a cursor stands for.

    Raises:
        HTTPException: the cursor is none of ours.
    """
    if not cursor:
        return 1
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        page = int(text[1:]) if text[:1] == "p" and text[1:].isdigit() and len(text) < 9 else 0
    except (ValueError, binascii.Error):
        page = 0
    if page < 1:
        raise HTTPException(400, "cursor: expected one from the Link header of an answer before")
    return page


def _problem(status: int, title: str, detail: str, faults: list[dict[str, str]] | None = None) -> Response:
    body = Problem(type="about:blank", title=title, status=status, detail=detail, faults=faults or [])
    return Response(body.model_dump_json(), status, media_type="application/problem+json", headers=OPEN)


_Titles = Literal["not found", "bad request", "method not allowed"]
_TITLES: dict[int, _Titles] = {404: "not found", 400: "bad request", 405: "method not allowed"}


def _http_problem(_request: Request, error: Any) -> Response:
    response = _problem(error.status_code, _TITLES.get(error.status_code, "bad request"), str(error.detail))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def _validation_problem(_request: Request, error: Any) -> Response:
    faults = [
        {"name": str(f["loc"][-1]), "value": str(f.get("input"))[:80], "expected": f["msg"]} for f in error.errors()
    ]
    return _problem(400, "bad request", "; ".join(f"{f['name']}: {f['expected']}" for f in faults), faults)


def _address_problem(_request: Request, error: Any) -> Response:
    faults = [{"name": r.name, "value": r.value, "expected": r.expected} for r in error.refusals]
    return _problem(400, "bad request", str(error), faults)
