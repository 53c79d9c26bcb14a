"""Answers of the web application, asked from inside: receipts that hold, forms that agree, refusals that help."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from typing import Any
from urllib.parse import quote

import pytest

from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.queries.receipt import read_number
from dynapolis.serve.queries.recount import recount

N_NUMBERS = 100
_RECEIPT = re.compile(r'href="(/(?:ko|en)/n/[^"]+)"')
SOURCES = (
    "",
    "cities",
    "cities/helsinki",
    "cities/seoul",
    "topics",
    "topics/sector/transport",
    "compare?city=seoul~paris",
    "method",
    "partners",
)


@pytest.fixture(scope="module")
def app(served: Any) -> Any:
    return create_app(served.site)


def get(app: Any, address: str, **headers: str) -> tuple[int, dict[str, str], str]:
    path, _, query = address.partition("?")
    status, found, body = ask(app, path, quote(query, safe="=&~+%.-_"), headers)
    return status, found, body.decode("utf-8", "replace")


def test_a_hundred_random_numbers_lead_to_records_that_count_up_to_them(app: Any, served: Any) -> None:
    """From a number on a page to its receipt, from there to initiatives, from each to a quoted source: four clicks."""
    addresses: set[str] = set()
    for path in SOURCES:
        for lang in ("ko", "en"):
            addresses.update(_RECEIPT.findall(get(app, f"/{lang}/{path}")[2]))
    chosen = random.Random(2022).sample(sorted(addresses), min(N_NUMBERS, len(addresses)))
    assert len(chosen) == N_NUMBERS
    release = served.site.release()
    n_counts = 0
    for address in chosen:
        status, _, html = get(app, address)
        assert status == 200, address
        value = json.loads(get(app, address + ".json")[2])
        receipt = read_number(release, value["number"])
        again = recount(release, receipt)
        if again is not None:
            n_counts += 1
            assert again == receipt.value, address
        if value["initiatives"]:
            page = f"/en/projects/{value['initiatives'][0]}"
            status, headers, html = get(app, page)
            if status == 301:
                html = get(app, headers["location"])[2]
            assert 'rel="noopener external"' in html  # the address of the source
        else:
            assert value["inputs"] or value["kind"] in ("completeness", "indicator")
    assert n_counts >= N_NUMBERS // 3


@pytest.mark.parametrize(
    "path", ["projects", "labs", "cities", "cities/helsinki", "topics/sector/transport", "map", "editions"]
)
def test_a_page_and_its_data_forms_hold_the_same(app: Any, path: str) -> None:
    plain = json.loads(get(app, f"/en/{path}.json")[2])
    assert plain == json.loads(get(app, f"/ko/{path}.json")[2]) or path.startswith("topics")
    rows = list(csv.reader(io.StringIO(get(app, f"/en/{path}.csv")[2].removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


def test_the_list_and_its_facets_agree(app: Any) -> None:
    every = json.loads(get(app, "/en/projects.json")[2])
    for city, n in list(every["facets"]["city"].items())[:5]:
        assert json.loads(get(app, f"/en/projects.json?city={city}")[2])["n"] == n
        assert json.loads(get(app, f"/en/projects.json?city=-{city}")[2])["n"] == every["n"] - n


def test_nothing_found_says_what_to_lift(app: Any) -> None:
    _, _, html = get(app, "/en/projects?city=helsinki&q=zzzz")
    assert "Without the words: " in html


def test_a_bad_value_is_refused_with_what_is_taken(app: Any) -> None:
    status, _, html = get(app, "/en/projects?sort=upwards&page=0")
    assert status == 400
    assert "upwards" in html
    assert "relevance" in html
    status, headers, body = get(app, "/en/projects.json?sort=upwards")
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert json.loads(body)["faults"][0]["name"] == "sort"


def test_an_unknown_name_is_passed_over_and_told(app: Any) -> None:
    status, _, html = get(app, "/en/projects?colour=red")
    assert status == 200
    assert "colour" in html


def test_a_joined_record_leads_to_its_initiative_for_good(app: Any, served: Any) -> None:
    release = served.site.release()
    unit = next(u for u in release.reading.units() if len((release.reading.page(u) or {})["records"]) > 1)
    page = release.reading.page(unit) or {}
    status, headers, _ = get(app, f"/en/projects/{page['records'][1]['source_id']}")
    assert status == 301
    assert headers["location"].endswith(unit)


def test_the_same_page_is_not_sent_twice(app: Any) -> None:
    _, headers, _ = get(app, "/en/cities")
    status, _, body = get(app, "/en/cities", **{"if-none-match": headers["etag"]})
    assert (status, body) == (304, "")


def test_a_frozen_address_stays_in_its_edition(app: Any, served: Any) -> None:
    short = served.site.release().id
    _, _, html = get(app, f"/en/editions/{short}/cities")
    assert f'href="/en/editions/{short}/cities/helsinki"' in html
    assert get(app, "/en/editions/none/cities")[0] == 404


def test_every_answer_forbids_what_it_does_not_need(app: Any) -> None:
    for address in ("/en/", "/api/v1/cities", "/healthz", "/en/nowhere"):
        _, headers, _ = get(app, address)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "cities", "projects", "cities/seoul", "method", "method/weights", "map"])
def test_a_strict_policy_has_nothing_to_stop(app: Any, path: str) -> None:
    _, _, html = get(app, f"/ko/{path}")
    assert not re.search(r'<[^>]+\sstyle="|<style|<script(?! type="module" src=)|\son\w+="', html)


def test_a_fault_of_ours_is_told_under_a_number_and_never_shown(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dynapolis.serve.web import pages, routes

    def fail(_asked: Any) -> Any:
        raise RuntimeError("secret inside")

    broken = (routes.PageSpec("cities", fail),)
    monkeypatch.setattr(routes, "PAGES", broken)
    status, _, html = get(create_app(served.site), "/en/cities")
    assert status == 500
    assert "secret" not in html
    assert re.search(r"[0-9a-f]{8}", html)
    assert pages


def test_a_rank_never_stands_without_its_interval(app: Any, served: Any) -> None:
    row = served.site.release().data.ranked[0]
    for path in ("cities", f"cities/{row['city_id']}"):
        _, _, html = get(app, f"/en/{path}")
        assert re.search(rf"{row['median_rank']:g} \({row['rank_low_90']:g}–{row['rank_high_90']:g}\)", html)


def test_spreadsheets_run_nothing_of_a_download() -> None:
    from dynapolis.serve.web.page import Answer
    from dynapolis.serve.web.render import render_csv

    answer = Answer("t", "x", {}, table=(["a"], [["=cmd()"], ["+1"], [3], [None]]))
    assert render_csv(answer).splitlines()[1:] == ["'=cmd()", "'+1", "3", '""']
