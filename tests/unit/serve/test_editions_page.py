"""What changed from one edition to another, on the page of editions: inputs, what a change is made of, numbers gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.site import Site
from dynapolis.store.workspace import Workspace

Cli = Callable[..., Any]
Get = Callable[[str], tuple[int, str]]


def getter(site: Site) -> Get:
    app = create_app(site)

    def get(address: str) -> tuple[int, str]:
        path, _, query = address.partition("?")
        status, _, body = ask(app, path, query, {})
        return status, body.decode("utf-8")

    return get


@pytest.fixture(scope="module")
def pages(cli: Cli, fictional: Callable[..., Workspace], tmp_path_factory: pytest.TempPathFactory) -> Get:
    """Two editions: in the second, one project is no longer listed, and another is that was not before."""
    place = fictional(tmp_path_factory.mktemp("editions") / "workspace")
    assert cli("run", "--edition", "first", "--workspace", place.folder).exit_code == 0
    for name, added in (("list.csv", NEW_RECORD), ("codes.csv", NEW_CODES)):
        path = place.folder / "own" / name
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("a2,")]
        path.write_text("\n".join([*lines, added]) + "\n", encoding="utf-8")
    result = cli("import", place.folder / "own" / "list.csv", "--register", "fictional", "--workspace", place.folder)
    assert result.exit_code == 0, result.output
    assert cli("run", "--edition", "second", "--workspace", place.folder).exit_code == 0
    return getter(Site(place))


NEW_RECORD = "a99,Aldern Tram Trial,Aldern,NL,2021,,City of Aldern,,The city tries a new tram with its makers.,https://example.org/a99"
NEW_CODES = "a99,project,industry,transport,rnbd_business_model,,,,pilot,active,public,,tries a new tram"


def test_the_two_last_editions_are_compared(pages: Get) -> None:
    told = json.loads(pages("/en/editions.json")[1])
    assert [edition["name"] for edition in told["editions"]] == ["second", "first"]
    assert told["from"] == told["editions"][1]["id"]
    changed = {kind for kind, differs in told["inputs_changed"].items() if differs}
    assert changed == {"evidence", "coding"}
    text = pages("/en/editions")[1]
    assert "1 newly listed, 1 no longer listed" in text
    assert 'data-claim="change.parts"' in text or "newly listed" in text


def test_the_page_says_the_same_in_korean(pages: Get) -> None:
    text = pages("/ko/editions")[1]
    assert "앞선 판" in text
    assert "새로 오른" in text or "새로" in text


def test_editions_are_chosen_by_the_address_and_a_wrong_one_is_refused(pages: Get) -> None:
    ids = [edition["id"] for edition in json.loads(pages("/en/editions.json")[1])["editions"]]
    back = json.loads(pages(f"/en/editions.json?from={ids[0]}&to={ids[1]}")[1])
    assert (back["from"], back["to"]) == (ids[0], ids[1])
    assert "1 newly listed, 1 no longer listed" in pages(f"/en/editions?from={ids[0]}&to={ids[1]}")[1]
    same = json.loads(pages(f"/en/editions.json?from={ids[0]}&to={ids[0]}")[1])
    assert "from" not in same
    status, wrong = pages("/en/editions?from=none&to=neither")
    assert status == 400
    assert wrong.count(ids[0]) >= 2
    status, problem = pages("/en/editions.json?from=none")
    assert status == 400
    assert json.loads(problem)["type"].endswith("bad-address")


def test_numbers_that_are_gone_lead_to_their_receipt_in_the_earlier_edition(pages: Get) -> None:
    told = json.loads(pages("/en/editions.json")[1])
    assert told["numbers_gone"], "the organisation of the project that is gone counted something"
    name = told["numbers_gone"][0]
    address = f"/en/n/{told['from']}/{name}"
    assert address in pages("/en/editions")[1]
    assert pages(address)[0] == 200
    assert {pages(f"/en/n/{told['to']}/{name}")[0] for name in told["numbers_gone"]} == {404}


def test_a_single_edition_has_nothing_to_compare(cli: Cli, fictional: Callable[..., Workspace], tmp_path: Path) -> None:
    place = fictional(tmp_path / "workspace")
    assert cli("run", "--workspace", place.folder).exit_code == 0
    one = getter(Site(place))
    assert "There is one edition." in one("/en/editions")[1]
    assert set(json.loads(one("/en/editions.json")[1])) == {"editions"}


def test_pages_and_numbers_of_an_older_edition_say_so(pages: Get) -> None:
    told = json.loads(pages("/en/editions.json")[1])
    old, new = told["from"], told["to"]
    page = pages(f"/en/editions/{old}/cities")[1]
    assert "This page is of the edition first" in page
    assert f'href="/en/editions?from={old}&amp;to={new}"' in page
    assert "This page is of the edition" not in pages(f"/en/editions/{new}/cities")[1]
    assert "이 화면의 판: first" in pages(f"/ko/editions/{old}/cities")[1]
    gone = pages(f"/en/n/{old}/{told['numbers_gone'][0]}")[1]
    assert "does not have this number" in gone
    assert "this number is the same: " in pages(f"/en/n/{old}/brimby.units.population.projects.primary")[1]
    changed = "aldern.innovation.sector_report.transport.primary"
    assert "In the newest edition, second, this number is 3; here it is 2." in pages(f"/en/n/{old}/{changed}")[1]
    assert "newest edition" not in pages(f"/en/n/{new}/{changed}")[1]
