"""Lists give the same initiatives in the same order, whether their answer was kept or is made anew."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.serve.address import read_view
from dynapolis.serve.queries import explore
from dynapolis.serve.queries.explore import find_initiatives, parameters
from dynapolis.serve.site import Release, Site
from dynapolis.store.workspace import Workspace


@pytest.fixture(scope="module")
def release(demo_workspace: Workspace) -> Release:
    return Site(demo_workspace).release()


def pages(release: Release, query: dict[str, str]) -> list[Any]:
    """Ids of all pages of a list, one after the other, and what it counts."""
    ids: list[str] = []
    for page in count(1):
        view = read_view("/en/projects", [*query.items(), ("page", str(page))], parameters(release))
        found = find_initiatives(release, view)
        ids += [row["unit_id"] for row in found.rows]
        if page >= found.n_pages:
            return [ids, found.n, [(facet.name, dict(counts)) for facet, counts in found.facets], found.searched]
    raise AssertionError


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "smart"},
        {"q": "서울"},
        {"city": "seoul"},
        {"sort": "name"},
        {"q": "lab", "sort": "newest"},
        {"y": "2018"},
    ],
)
def test_pages_behind_what_is_kept_continue_the_list(
    release: Release, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pages(release, query)
    assert len(whole[0]) == len(set(whole[0])) == whole[1]
    monkeypatch.setattr(explore, "_FIRST", 7)
    monkeypatch.setattr(explore, "_AT_ONCE", 10)
    release._answers.clear()
    assert pages(release, query) == whole
    release._answers.clear()
    monkeypatch.setattr(release, "kept", lambda _asked, make: make())
    assert pages(release, query) == whole


def test_other_words_other_values_and_another_order_are_other_questions(release: Release) -> None:
    release._answers.clear()
    asked: tuple[dict[str, str], ...] = (
        {},
        {"q": "smart"},
        {"city": "seoul"},
        {"city": "-seoul"},
        {"sort": "name"},
        {"y": "2018"},
    )
    for query in asked:
        find_initiatives(release, read_view("/en/projects", list(query.items()), parameters(release)))
    assert len(release._answers) == len(asked)
    again = read_view("/ko/projects", [("q", "smart"), ("page", "2"), ("view", "table")], parameters(release))
    find_initiatives(release, again)
    assert len(release._answers) == len(asked)


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 70), st.randoms())
def test_the_first_of_a_mask_are_those_of_the_whole(mask: list[bool], most: int, chance: Any) -> None:
    every = np.array(chance.sample(range(len(mask)), len(mask)), dtype=np.int64)
    bits = np.array(mask, dtype=bool)
    assert explore._first(every, bits, most).tolist() == every[bits[every]][:most].tolist()
