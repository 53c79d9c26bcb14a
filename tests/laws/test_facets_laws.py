"""Facets against counting by hand: OR within, AND across, and what choosing more would add."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.serve.facets import Choice, Facet, encode, encode_several, select

ONE = Facet("one", ("a", "b", "c"))
MANY = Facet("many", ("x", "y", "z"), several=True)
ROWS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c"]), st.sets(st.sampled_from(["x", "y", "z"])), st.booleans()),
    max_size=30,
)
CHOICE_ONE = st.builds(Choice, st.sets(st.sampled_from("ab")).map(tuple), st.sets(st.sampled_from("c")).map(tuple))
CHOICE_MANY = st.builds(Choice, st.sets(st.sampled_from("xy")).map(tuple), st.sets(st.sampled_from("z")).map(tuple))


def fits(values: set[str], choice: Choice) -> bool:
    return (not choice.wanted or bool(values & set(choice.wanted))) and not values & set(choice.unwanted)


@given(rows=ROWS, one=CHOICE_ONE, many=CHOICE_MANY)
def test_selection_and_counts_are_those_of_plain_counting(
    rows: list[tuple[str | None, set[str], bool]], one: Choice, many: Choice
) -> None:
    columns = {"one": encode([r[0] for r in rows], ONE), "many": encode_several([sorted(r[1]) for r in rows], MANY)}
    base = np.array([r[2] for r in rows], bool)
    choices = {name: c for name, c in (("one", one), ("many", many)) if c != Choice()}
    found = select([ONE, MANY], columns, choices, base)

    inside = [r for r in rows if r[2]]
    by_one = [r for r in inside if fits({r[0]} - {None}, one)]  # type: ignore[arg-type]
    by_many = [r for r in inside if fits(r[1], many)]
    both = [r for r in by_one if fits(r[1], many)]
    assert found.n == len(both)
    assert found.counts["one"] == {v: sum(r[0] == v for r in by_many) for v in ONE.values}
    assert found.counts["many"] == {v: sum(v in r[1] for r in by_one) for v in MANY.values}
    if "one" in choices:
        assert found.without["one"] == len(by_many)
    if "many" in choices:
        assert found.without["many"] == len(by_one)
