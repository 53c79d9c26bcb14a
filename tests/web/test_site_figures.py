"""Figures on pages of their own, set into other pages, and the ways to read the ranks on the first page."""

from __future__ import annotations

import re
import struct
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest


def text_of(served: Any, path: str) -> str:
    answer = httpx.get(f"{served.address}/{path}")
    assert answer.status_code == 200, path
    return answer.text


def names(page: str) -> list[str]:
    """Cities in the order of the rank chart, wide form."""
    chart = page[page.index('<div class="wide">') : page.index('<div class="narrow">')]
    return [name for name in re.findall(r'aria-label="([^":]+): \d', chart)]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_ranks_come_first_and_can_be_ordered_marked_and_printed_otherwise(served: Any, lang: str) -> None:
    usual = text_of(served, f"{lang}/")
    by_name = text_of(served, f"{lang}/?sort=name&hl=helsinki&ci=50")
    assert usual.index('id="ranks"') < usual.index('id="h-summary"')
    assert sorted(names(usual)) == sorted(names(by_name))
    assert names(by_name) == sorted(names(by_name))
    assert names(usual) != names(by_name)
    assert "--c-mark" in by_name
    assert "--c-mark" not in usual
    helsinki = "헬싱키" if lang == "ko" else "Helsinki"
    told = [re.search(rf'aria-label="{helsinki}: ([^"]+)"', page) for page in (usual, by_name)]
    assert 'data-claim="city.helsinki.rank"' in by_name
    assert told[0] is not None
    assert told[1] is not None
    assert told[0][1] != told[1][1], "the interval that is printed did not change"


def test_a_pillar_stands_in_place_of_the_index(served: Any) -> None:
    page = text_of(served, "en/?dim=maturity")
    assert 'id="pillars"' in page
    assert 'id="ranks"' not in page


def test_an_order_that_is_not_known_is_refused_with_those_that_are(served: Any) -> None:
    answer = httpx.get(f"{served.address}/en/?sort=colour&hl=atlantis")
    assert answer.status_code == 400
    assert "ptop5" in answer.text
    assert "helsinki" in answer.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_figure_of_the_report_has_a_page_a_picture_and_data(served: Any, lang: str) -> None:
    results = text_of(served, f"{lang}/")
    pages = set(re.findall(rf'href="(/{lang}/figures/[^"]+?)"', results))
    pages = {page for page in pages if not page.endswith((".svg", ".png", ".csv"))}
    assert len(pages) == 3
    for number in (1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17):
        path = f"{lang}/figures/2022.F{number}"
        page = text_of(served, path)
        assert f'id="2022.F{number}"' in page
        assert "<iframe" in page.replace("&lt;", "<")
        drawn = text_of(served, f"{path}.svg")
        assert drawn.startswith("<svg ")
        assert "var(--" not in drawn  # other programs know no colours of a page
        assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
        assert text_of(served, f"{path}.csv").count("\n") > 1
    assert httpx.get(f"{served.address}/{lang}/figures/2022.F8").status_code == 404
    assert httpx.get(f"{served.address}/{lang}/figures/1999.F1").status_code == 404


def test_only_a_figure_that_is_set_into_a_page_may_be_framed(served: Any) -> None:
    alone = httpx.get(f"{served.address}/en/figures/2022.F1")
    inside = httpx.get(f"{served.address}/en/figures/2022.F1?embed=1")
    assert "frame-ancestors 'self'" in alone.headers["content-security-policy"]
    assert "frame-ancestors *" in inside.headers["content-security-policy"]
    assert "<header" not in inside.text
    assert "/en/editions/" in inside.text


@pytest.mark.parametrize("path", ["ko/", "en/map", "ko/compare?city=seoul~helsinki", "en/figures/2022.F1"])
def test_a_chart_is_taken_away_as_a_picture(served: Any, path: str) -> None:
    page, mark, query = path.partition("?")
    address = f"{served.address}/{page.rstrip('/')}.png{mark}{query}"
    first, again = httpx.get(address), httpx.get(address)
    assert first.status_code == 200, address
    assert first.headers["content-type"] == "image/png"
    assert first.content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", first.content[16:24])
    assert width > 1000
    assert height > 300
    assert first.content == again.content


def test_a_page_without_a_chart_is_no_picture(served: Any) -> None:
    assert httpx.get(f"{served.address}/en/help.png").status_code == 404
    assert httpx.get(f"{served.address}/en/partners.png").status_code == 404
