"""The pages as plain files that any file host can serve: every page in both languages, with links between the files.

What needs a server stays behind: lists are written whole without facets, and search is left out. Addresses are
relative, so the folder may lie anywhere.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from dynapolis.errors import BadUse
from dynapolis.model.language import Lang
from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.site import Release, Site
from dynapolis.store.files import write_whole

_LINK = re.compile(r'(?P<name>href|src|action|content)="(?P<to>/[^"]*)"')
_FACETS = re.compile(
    r"<(?P<tag>form|details)\b[^>]*(?:class=\"(?:search|filters|find|edition|years|weights)\")[^>]*>.*?</(?P=tag)>",
    re.DOTALL,
)
_START = (
    "",
    "cities",
    "projects",
    "labs",
    "map",
    "topics",
    "partners",
    "compare",
    "editions",
    "method",
    "method/weights",
    "data",
    "report",
    "help",
)
_PAGED = re.compile(r"^(?P<path>/(?:ko|en)/(?:projects|labs|partners))\?page=(?P<page>\d+)$")

_ELSEWHERE = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={to}"><a href="{to}">{to}</a>\n'
)
_FRONT = (
    '<!doctype html><html lang="ko"><meta charset="utf-8"><title>dynapolis</title>'
    '<a href="ko/index.html" lang="ko">한국어</a> <a href="en/index.html" lang="en">English</a></html>\n'
)


def export_site(site: Site, out: Path, release: Release) -> int:
    """Write the pages of an edition into a new or empty folder; returns how many files.

    Raises:
        BadUse: the folder holds something already, or the edition holds what must not be passed on.
    """
    edition = release.edition
    if edition.private:
        raise BadUse(f"edition {edition.short_id} holds {', '.join(edition.private)}, whose terms forbid passing on")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadUse(f"{out} is not empty; name a new folder")
    app = create_app(site.only(release))
    waiting = deque(f"/{lang}/{path}" for lang in Lang for path in _START)
    known = set(waiting)
    pages: dict[str, str] = {}
    others: dict[str, bytes] = {}
    while waiting:
        address = waiting.popleft()
        path, _, query = address.partition("?")
        status, headers, body = ask(app, path, query)
        if status in (301, 302, 303):
            target = headers["location"]
            pages[address] = _ELSEWHERE.format(to=target)
            found: Iterator[str] = iter([target])
        elif status != 200:
            continue
        elif headers.get("content-type", "").startswith("text/html"):
            pages[address] = _FACETS.sub("", body.decode())
            found = (match["to"] for match in _LINK.finditer(pages[address]))
        else:
            others[address] = body
            found = (
                f"/{part}"
                for part in re.findall(r'url\("/([^"]+)"\)', body.decode("utf-8", "ignore"))
                if address.endswith(".css")
            )
        for to in found:
            bare = to.partition("#")[0]
            if bare not in known and _wanted(bare):
                known.add(bare)
                waiting.append(bare)
    files = {address: _file(address, html=address in pages) for address in (*pages, *others)}
    for address, html in pages.items():
        write_whole(out / files[address], _relative(html, files, files[address]))
    for address, data in others.items():
        text = data.decode() if address.endswith(".css") else None
        write_whole(
            out / files[address],
            data if text is None else text.replace('url("/', 'url("' + "../" * files[address].count("/")),
        )
    write_whole(out / "index.html", _FRONT)
    return len(files) + 1


def _wanted(address: str) -> bool:
    """Pages of the last edition and what they show; no facets, no data forms, no frozen copies."""
    path, mark, _ = address.partition("?")
    if path.startswith("/static/"):
        return True
    if (
        path.startswith("/api/")
        or "/editions/" in path
        or path.endswith((".json", ".csv", ".svg", ".png"))
        or path.endswith("/search")
    ):
        return False
    return path.startswith(("/ko/", "/en/")) and (not mark or bool(_PAGED.match(address)))


def _file(address: str, *, html: bool) -> str:
    """Name of an address's file."""
    if found := _PAGED.match(address):
        return f"{found['path'][1:]}/page-{found['page']}.html"
    path = address.strip("/")
    if not html:
        return path
    return f"{path}/index.html" if address.endswith("/") or path in ("ko", "en") else f"{path}.html"


def _relative(html: str, files: dict[str, str], here: str) -> str:
    folder = posixpath.dirname(here)

    def change(found: re.Match[str]) -> str:
        bare, mark, anchor = found["to"].partition("#")
        target = files.get(bare)
        if target is None:  # a page that needs a server: the nearest one that does not
            target = files.get(bare.partition("?")[0])
        to = posixpath.relpath(target, folder) + mark + anchor if target else "#main"
        return f'{found["name"]}="{to}"'

    return _LINK.sub(change, html)
