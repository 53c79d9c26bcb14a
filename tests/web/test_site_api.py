"""The API against its own description, under thousands of invented requests, and from Python."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation.modes import GenerationMode

import dynapolis
from dynapolis.errors import BadUse
from dynapolis.serve.api import api
from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask

EXAMPLES = 30  # for each operation; benchmarks/fuzz.py asks 10,000 times


def test_no_invented_request_breaks_the_api(served: Any) -> None:
    """Every operation with invented values, good and bad ones: no answer of ours is a fault or shows one."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", api(served.site))
    tried = 0
    for operation in schema.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                cases = operation.ok().as_strategy(generation_mode=mode)
            except Unsatisfiable:
                continue

            @given(case=cases)
            @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            def invented(case: Any) -> None:
                nonlocal tried
                tried += 1
                response = case.call()
                assert response.status_code < 500, case.formatted_path
                assert "Traceback" not in response.text

            with contextlib.suppress(Unsatisfiable):
                invented()
    assert tried >= EXAMPLES * 10


def test_the_description_is_openapi_3_1(served: Any) -> None:
    status, _, body = ask(create_app(served.site), "/api/v1/openapi.json")
    description = json.loads(body)
    assert status == 200
    assert description["openapi"].startswith("3.1")
    assert {"/releases", "/cities", "/projects", "/labs", "/numbers/{number}", "/sources"} <= set(description["paths"])


def test_pages_of_a_list_together_are_the_whole_list(served: Any) -> None:
    place = dynapolis.open(served.address)
    found = [row["id"] for row in place.projects(n="25")]
    assert len(found) == len(set(found)) == served.site.release().n_documents


def test_a_folder_and_an_address_give_the_same(served: Any) -> None:
    here, there = dynapolis.open(served.site.workspace.folder), dynapolis.open(served.address)
    assert here.cities() == there.cities()
    assert here.number("rank.helsinki") == there.number("rank.helsinki")
    assert [r["id"] for r in here.labs("교통")] == [r["id"] for r in there.labs("교통")]


def test_what_is_not_there_is_a_key_error_and_what_is_not_taken_a_bad_use(served: Any) -> None:
    place = dynapolis.open(served.address)
    with pytest.raises(KeyError, match="atlantis"):
        place.city("atlantis")
    with pytest.raises(BadUse, match="seoul"):
        list(place.projects(city="atlantis"))
    with pytest.raises(BadUse, match="no workspace"):
        dynapolis.open("nowhere")
    with pytest.raises(BadUse, match="http"):
        dynapolis.open("ftp://example.org")


def test_errors_are_problem_documents(served: Any) -> None:
    for path, query, status in (
        ("/nothing", "", 404),
        ("/cities/x", "", 404),
        ("/projects", "sort=up", 400),
        ("/projects", "cursor=zz", 400),
        ("/cities", "ed=none", 404),
    ):
        found, headers, body = ask(api(served.site), path, query)
        assert (found, headers["content-type"]) == (status, "application/problem+json")
        assert json.loads(body)["status"] == status
