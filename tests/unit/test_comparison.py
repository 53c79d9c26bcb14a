"""Two editions held against each other: hand counts, laws, and what is not comparable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadUse
from dynapolis.steps.comparison import Parts, Side, compare_editions

# One city, five projects then and six now, in two common registers; "n" is new in the later edition's own register.
#   r:1 innovation in both            r:2 innovation then, not any more (recoded)
#   r:3 none then, innovation now     r:4 innovation then, no longer listed
#   r:5 none in both                  s:6 listed now, innovation
#   new:7 innovation, but in a register that only the later edition has
BEFORE = Side(
    name="2019", registers=frozenset("rs"), searched=frozenset({"seoul", "oslo"}),
    projects=frozenset({"a1", "a2", "a3", "a4", "a5"}), innovation=frozenset({"a1", "a2", "a4"}),
    city_of=dict.fromkeys(("a1", "a2", "a3", "a4", "a5"), "seoul"),
    records={f"a{n}": frozenset({("r", str(n))}) for n in range(1, 6)},
)  # fmt: skip
AFTER = Side(
    name="2022", registers=frozenset({"r", "s", "new"}), searched=frozenset({"seoul", "busan"}),
    projects=frozenset({"b1", "b2", "b3", "b5", "b6", "b7"}), innovation=frozenset({"b1", "b3", "b6", "b7"}),
    city_of={**dict.fromkeys(("b1", "b2", "b3", "b5", "b6", "b7"), "seoul")},
    records={
        **{f"b{n}": frozenset({("r", str(n))}) for n in (1, 2, 3, 5)},
        "b6": frozenset({("s", "6")}), "b7": frozenset({("new", "7")}),
    },
)  # fmt: skip


def test_the_panel_is_what_both_searched_alike_and_the_rest_says_why_it_is_not_in_it() -> None:
    found = compare_editions(BEFORE, AFTER, level=0.9, seed=1)
    assert found.panel == ("seoul",)
    assert found.registers == ("r", "s")
    assert found.left_out == {"busan": "not_searched_before", "oslo": "not_searched_after"}


def test_shares_count_records_of_common_registers_only() -> None:
    seoul = compare_editions(BEFORE, AFTER, level=0.9, seed=1).cities["seoul"]
    assert (seoul.before.n, seoul.before.total) == (3, 5)
    assert (seoul.after.n, seoul.after.total) == (3, 5)  # not 4 of 6: b7 stands in a new register
    assert seoul.change == 0
    assert seoul.verdict == "unclear"
    assert seoul.p_increase == pytest.approx(0.5, abs=0.02)


def test_the_decomposition_is_that_counted_by_hand() -> None:
    parts = compare_editions(BEFORE, AFTER, level=0.9, seed=1).parts
    assert parts == Parts(before=3, listed=1, delisted=1, coded_in=1, coded_out=1, joined=0, after=3)


def test_two_records_that_become_one_project_are_told_as_joined() -> None:
    before = replace(BEFORE, innovation=frozenset({"a1", "a2"}), projects=frozenset({"a1", "a2"}))
    after = replace(
        AFTER, projects=frozenset({"b1"}), innovation=frozenset({"b1"}),
        records={"b1": frozenset({("r", "1"), ("r", "2")})},
    )  # fmt: skip
    parts = compare_editions(before, after, level=0.9, seed=1).parts
    assert parts == Parts(before=2, listed=0, delisted=0, coded_in=0, coded_out=0, joined=-1, after=1)


def many(name: str, n: int, total: int) -> Side:
    units = [f"{name}{k}" for k in range(total)]
    return Side(
        name, frozenset("r"), frozenset({"seoul"}), frozenset(units), frozenset(units[:n]),
        dict.fromkeys(units, "seoul"), {unit: frozenset({("r", unit)}) for unit in units},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [((10, 100), (60, 100), "rose"), ((60, 100), (10, 100), "fell"), ((1, 3), (2, 3), "unclear")],
)
def test_a_change_is_clear_only_with_nine_in_ten(before: tuple[int, int], after: tuple[int, int], verdict: str) -> None:
    found = compare_editions(many("a", *before), many("b", *after), level=0.9, seed=1).whole
    assert found.verdict == verdict
    assert found.low < found.change < found.high
    assert found.verdict == "unclear" or found.low * found.high > 0


def test_editions_without_a_common_register_or_city_are_refused() -> None:
    with pytest.raises(BadUse, match="share no register"):
        compare_editions(replace(BEFORE, registers=frozenset("x")), AFTER, level=0.9, seed=1)
    with pytest.raises(BadUse, match="share no city with projects"):
        compare_editions(replace(BEFORE, searched=frozenset({"oslo"})), AFTER, level=0.9, seed=1)


def test_the_same_seed_gives_the_same_comparison() -> None:
    assert compare_editions(BEFORE, AFTER, level=0.9, seed=7) == compare_editions(BEFORE, AFTER, level=0.9, seed=7)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Side, Side]:
    """Two editions over the same twelve records, each grouping, listing and coding them in its own way."""
    sides = []
    for name in ("a", "b"):
        groups = draw(st.lists(st.integers(0, 6), min_size=12, max_size=12))
        listed = draw(st.lists(st.booleans(), min_size=12, max_size=12))
        records: dict[str, set[tuple[str, str]]] = {}
        for number, (group, here) in enumerate(zip(groups, listed, strict=True)):
            if here or number == 0:
                records.setdefault(f"{name}{group}", set()).add(("r", str(number)))
        units = frozenset(records)
        innovation = frozenset(unit for unit in sorted(units) if draw(st.booleans()))
        keys = {unit: frozenset(found) for unit, found in records.items()}
        sides.append(
            Side(name, frozenset("r"), frozenset({"seoul"}), units, innovation, dict.fromkeys(units, "seoul"), keys)
        )
    return sides[0], sides[1]


@given(editions())
def test_the_parts_always_add_up_to_the_change_and_going_back_changes_their_signs(sides: tuple[Side, Side]) -> None:
    there = compare_editions(*sides, level=0.9, seed=1).parts
    back = compare_editions(*sides[::-1], level=0.9, seed=1).parts
    assert there.before + sum(there.changes().values()) == there.after
    assert (back.before, back.after) == (there.after, there.before)
    assert (back.listed, back.delisted) == (there.delisted, there.listed)
    assert (back.coded_in, back.coded_out) == (there.coded_out, there.coded_in)
    assert back.joined == -there.joined
