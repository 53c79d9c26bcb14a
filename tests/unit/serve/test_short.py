"""Short forms of long addresses lead back to them, and nowhere else."""

from __future__ import annotations

import base64
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.site import Site
from dynapolis.serve.web.short import LONGEST, long_of, short_of
from dynapolis.store.workspace import Workspace


@given(st.text(min_size=0, max_size=3000))
def test_a_short_form_leads_back(words: str) -> None:
    address = f"/ko/projects?q={quote(words, safe='')}"
    short = short_of(address)
    if len(address.partition("?")[2]) <= LONGEST:
        assert short == address
    elif len(address) <= 16_000:
        assert long_of(short.removeprefix("/v/")) == address


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode()


@pytest.mark.parametrize(
    "text",
    [
        "https://elsewhere.example/", "//elsewhere.example/en/", "/en//elsewhere.example", "/metrics", "/en/\r\nX: y",
        "/en/" + "a" * 20_000, "/en/\\elsewhere", "/en/한글", "",
    ],
)  # fmt: skip
def test_no_other_place_is_reached(text: str) -> None:
    assert long_of(packed(text)) is None


def test_a_page_of_a_long_view_gives_its_short_form_to_cite(demo_workspace: Workspace) -> None:
    site = Site(demo_workspace)
    app = create_app(site)
    query = "q=" + quote("교통 " * 60 + "lab " * 200)
    status, _, body = ask(app, "/en/projects", query, {})
    assert status == 200
    page = body.decode()
    start = page.index('href="/v/') + len('href="/v/')
    short = page[start : page.index('"', start)]
    assert len(short) < LONGEST
    status, headers, _ = ask(app, f"/v/{short}", "", {})
    assert status == 303
    assert headers["location"].startswith(f"/en/editions/{site.release().id}/projects?q=")
    path, _, rest = headers["location"].partition("?")
    assert ask(app, path, rest, {})[0] == 200
    assert ask(app, "/v/nonsense", "", {})[0] == 404
