"""Wrong letters: what is found near a name equals what a slow and plain comparison finds."""

from __future__ import annotations

import pytest

from dynapolis.places.gazetteer import Country
from dynapolis.places.read_gazetteer import read_gazetteer
from dynapolis.places.typing_errors import Speller, most_errors


def distance(a: str, b: str) -> int:
    """Optimal string alignment by its textbook recurrence."""
    d = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
    return d[-1][-1]


@pytest.fixture(scope="module")
def luxembourg() -> Country:
    return read_gazetteer().country("LU")


@pytest.mark.parametrize(
    "typed", ["diferdange", "eschsuralzete", "dudlange", "luxemburgg", "lxuemburg", "zzzzzz", "esc"]
)
def test_every_name_near_enough_is_found_and_no_other(typed: str, luxembourg: Country) -> None:
    columns = luxembourg.columns
    cells = "|".join([*columns.main, *columns.others[: columns.n_cities]]).replace(" ", "")
    names = {name for name in cells.split("|") if name.isascii() and len(name) >= 4}
    near = {name: distance(typed, name) for name in names}
    near = {name: n for name, n in near.items() if n <= most_errors(typed)}
    found = Speller(luxembourg).find([typed])
    assert bool(found) == bool(near)
    if near:
        assert near[found[typed].name] == found[typed].errors


def test_a_shorter_distance_wins_between_equals() -> None:
    austria = read_gazetteer().country("AT")
    found = Speller(austria).find(["salzurg", "innsbruk"])
    names = {typed: austria.columns.name[near.found.place] for typed, near in found.items()}
    assert names == {"salzurg": "Salzburg", "innsbruk": "Innsbruck"}
    assert {near.errors for near in found.values()} == {1}
