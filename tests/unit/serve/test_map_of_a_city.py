"""The parts of a city on the page of the map: counts that lead to their receipts, and what tells no part."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.site import Site
from dynapolis.store.workspace import Workspace


@pytest.fixture(scope="module")
def app(demo_workspace: Workspace) -> Any:
    return create_app(Site(demo_workspace))


def told(app: Any, address: str, query: str = "") -> tuple[int, str]:
    status, _, body = ask(app, address, query, {})
    return status, body.decode("utf-8")


@pytest.mark.parametrize("layer", ["units", "projects", "innovation", "living_labs"])
def test_parts_and_those_without_a_part_are_all_initiatives(app: Any, layer: str, demo_workspace: Workspace) -> None:
    found = json.loads(told(app, "/en/map.json", f"city=seoul&layer={layer}")[1])
    release = Site(demo_workspace).release()
    sure = {
        row["unit_id"]
        for row in release.data.rows("out_links__link")
        if row["link"] == "district" and not row["unsure"] and row["target_id"].startswith("seoul-")
    }
    counted = {
        unit for unit, yes in zip(release.reading.units(), release.reading.columns[f"is_{layer}"], strict=True) if yes
    }
    assert found["n"] - found["n_without_part"] == len(sure & counted) > 0
    assert len([part for part in found["parts"] if part["level"] == "autonomous_district"]) == 25


def test_every_count_of_a_part_leads_to_a_receipt_of_as_many(app: Any) -> None:
    found = json.loads(told(app, "/en/map.json", "city=seoul")[1])
    page = told(app, "/en/map", "city=seoul")[1]
    for part in found["parts"]:
        if part["n"]:
            number = f"district.{part['district_id']}"
            assert number in page
            release = page[page.index("/en/n/") + len("/en/n/") :].partition("/")[0]
            assert json.loads(told(app, f"/en/n/{release}/{number}.json")[1])["value"] == part["n"]


def test_a_city_that_is_none_is_refused_and_one_without_parts_says_so(app: Any) -> None:
    assert told(app, "/en/map", "city=atlantis")[0] == 400
    assert "서울" in told(app, "/ko/map", "city=seoul")[1]
    for city in ("tallinn", "boston"):
        assert told(app, "/ko/map", f"city={city}")[0] == 200
