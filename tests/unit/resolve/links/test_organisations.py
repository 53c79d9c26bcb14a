"""Organisations of units: which spellings are one, which cells hold several, and which name nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.model.organisation import Helix, Organisation
from dynapolis.resolve.links.link import LinkUnit, Reason, Rule
from dynapolis.resolve.links.organisations_of_unit import find_organisations, organisation_key

MakeUnit = Callable[..., LinkUnit]
LOOKUP = (
    Organisation("City of Amsterdam", frozenset({Helix.PUBLIC}), "city", False),
    Organisation("Waag", frozenset({Helix.CIVIC}), "foundation", False),
    Organisation("Gemeente Amsterdam", frozenset({Helix.PUBLIC}), "city", False),
    Organisation("City of Barcelona and i2cat Foundation", frozenset({Helix.PUBLIC, Helix.ACADEMIC}), "both", False),
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Wien 3420", "Wien 3420 AG"),
        ("Connect", "CONNECT"),
        ("the Exploratorium", "Exploratorium"),
        ("Universität zu Köln", "University of Koeln"),
        ("㈜카카오모빌리티", "카카오모빌리티 주식회사"),
        ("City of Amsterdam", "Gemeente Amsterdam"),
    ],
)
def test_spellings_of_one_organisation_have_one_key(left: str, right: str) -> None:
    assert organisation_key(left) == organisation_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("City of Busan", "Busan Bank"), ("Urban Lab", "Urban Lab Paris&Co"), ("TU Wien", "TU Berlin")],
)
def test_other_organisations_have_other_keys(left: str, right: str) -> None:
    assert organisation_key(left) != organisation_key(right)


@given(st.text("abcXYZ &.-1", min_size=1, max_size=30))
def test_a_key_does_not_change_with_case_or_spaces_around(name: str) -> None:
    assert organisation_key(f"  {name.upper()} ") == organisation_key(name.lower())


@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_every_name_has_a_key(name: str) -> None:
    assert organisation_key(name)


def cells(unit: MakeUnit, *names: str) -> list[tuple[str, Rule, bool]]:
    """For each organisation found in a cell: its name, the rule, whether it is unsure."""
    others = [unit(f"o{n}", lead_organisation=name) for n, name in enumerate(names[1:])]
    links, bodies, _ = find_organisations([unit("p", partners=(names[0],)), *others], LOOKUP)
    name_of = {body.organisation_id: body.name for body in bodies}
    found = [(name_of[x.target_id], x.rule, x.unsure) for x in links if x.unit_id == "u-p"]
    return sorted(found)


def test_a_cell_of_two_known_organisations_is_two(unit: MakeUnit) -> None:
    assert cells(unit, "City of Amsterdam and Waag") == [
        ("City of Amsterdam", Rule.PART_OF_CELL, False),
        ("Waag", Rule.PART_OF_CELL, False),
    ]


def test_a_part_that_is_not_known_by_itself_is_unsure(unit: MakeUnit) -> None:
    assert cells(unit, "City of Amsterdam and Haarlem Council") == [
        ("City of Amsterdam", Rule.PART_OF_CELL, False),
        ("Haarlem Council", Rule.PROBABLE_PART, True),
    ]


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("Housing and Development Board", Rule.NAME_KEY),
        ("Ministry of Trade, Industry and Energy", Rule.NAME_KEY),
        ("City of Barcelona and i2cat Foundation", Rule.NAME_KEY),  # the lookup knows it as one
        ("Tongji University College of Design and Innovation", Rule.UNDIVIDED),
    ],
)
def test_a_name_that_holds_an_and_stays_whole(unit: MakeUnit, cell: str, rule: Rule) -> None:
    assert cells(unit, cell) == [(cell, rule, rule is Rule.UNDIVIDED)]


@pytest.mark.parametrize("cell", ["28 private firms", "telecom operators", "unknown", "six largest Finnish cities"])
def test_a_cell_that_names_nobody_is_listed_and_becomes_no_organisation(unit: MakeUnit, cell: str) -> None:
    links, bodies, (item,) = find_organisations([unit("p", partners=(cell,))], LOOKUP)
    assert (links, bodies) == ([], [])
    assert (item.quote, item.reason) == (cell, Reason.NO_NAME)


@pytest.mark.parametrize("cell", ["DG Cities", "2getthere", "500 Startups", "42dot", "ioby"])
def test_names_that_look_like_counts_or_groups_are_names(unit: MakeUnit, cell: str) -> None:
    assert cells(unit, cell) == [(cell, Rule.NAME_KEY, False)]


def test_an_organisation_has_the_helices_of_all_its_names_and_none_that_nobody_gave(unit: MakeUnit) -> None:
    units = [unit("p", partners=("Gemeente Amsterdam", "Stranger")), unit("q", lead_organisation="City of Amsterdam")]
    _, bodies, _ = find_organisations(units, LOOKUP)
    assert {body.names: body.helices for body in bodies} == {
        ("City of Amsterdam", "Gemeente Amsterdam"): ("public",),
        ("Stranger",): (),
    }


def test_whoever_resolves_organisations_may_say_that_two_names_are_one(unit: MakeUnit) -> None:
    units = [unit("p", partners=("City of Busan",)), unit("q", partners=("Busan Metropolitan City",))]
    canonical = {("made", "seoul", "Busan Metropolitan City"): organisation_key("City of Busan")}
    _, apart, _ = find_organisations(units, LOOKUP)
    _, joined, _ = find_organisations(
        units, LOOKUP, canonical=canonical, small={organisation_key("City of Busan"): False}
    )
    assert len(apart) == 2
    assert [(body.names, body.is_sme) for body in joined] == [(("Busan Metropolitan City", "City of Busan"), False)]


def test_leads_and_partners_stay_told_apart(unit: MakeUnit) -> None:
    links, _, _ = find_organisations([unit("p", lead_organisation="Waag", partners=("Waag",))], LOOKUP)
    assert sorted(link.field for link in links) == ["lead", "partner"]
