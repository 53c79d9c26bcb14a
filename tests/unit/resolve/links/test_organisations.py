"""Organisations of units: which spellings are one, which cells hold several, and which name nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dynapolis.model.known_organisation import KnownOrganisation, check_known
from dynapolis.model.organisation import Helix, Organisation
from dynapolis.resolve.links.known import known_of, organisation_key
from dynapolis.resolve.links.link import LinkUnit, Reason, Rule
from dynapolis.resolve.links.organisations_of_unit import find_organisations

MakeUnit = Callable[..., LinkUnit]
LOOKUP = (
    Organisation("City of Amsterdam", frozenset({Helix.PUBLIC}), "city", False),
    Organisation("Waag", frozenset({Helix.CIVIC}), "foundation", False),
    Organisation("Gemeente Amsterdam", frozenset({Helix.PUBLIC}), "city", False),
    Organisation("City of Barcelona and i2cat Foundation", frozenset({Helix.PUBLIC, Helix.ACADEMIC}), "both", False),
)


def row(name: str, city_id: str = "", **said: Any) -> KnownOrganisation:
    return KnownOrganisation(name=name, city_id=city_id, why="read", who="ann", **said)


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
    said = [
        row("Busan Metropolitan City", city_id="seoul", same_as="City of Busan"),
        row("City of Busan", is_sme=False, pic="999999999", ror_id="04pvpzj22"),
    ]
    _, apart, _ = find_organisations(units, LOOKUP)
    _, (body,), _ = find_organisations(units, LOOKUP, known_of(said))
    assert len(apart) == 2
    assert (body.name, body.names) == ("City of Busan", ("Busan Metropolitan City", "City of Busan"))
    assert (body.is_sme, body.pics, body.ror_ids) == (False, ("999999999",), ("04pvpzj22",))


def test_a_name_is_another_ones_in_its_city_alone(unit: MakeUnit) -> None:
    units = [unit("p", partners=("Public Works",)), unit("q", partners=("Seoul Public Works",))]
    _, here, _ = find_organisations(units, (), known_of([row("Public Works", "seoul", same_as="Seoul Public Works")]))
    _, elsewhere, _ = find_organisations(
        units, (), known_of([row("Public Works", "busan", same_as="Seoul Public Works")])
    )
    assert (len(here), len(elsewhere)) == (1, 2)


def test_the_helix_of_a_list_counts_only_where_the_lookup_is_silent(unit: MakeUnit) -> None:
    units = [unit("p", partners=("City of Amsterdam", "Stranger"))]
    said = known_of([row("City of Amsterdam", helix=Helix.PRIVATE), row("Stranger", helix=Helix.CIVIC)])
    _, bodies, _ = find_organisations(units, LOOKUP, said)
    assert {body.name: body.helices for body in bodies} == {"City of Amsterdam": ("public",), "Stranger": ("civic",)}


def test_rows_that_disagree_on_size_say_nothing_of_it() -> None:
    said = known_of([row("Waag", is_sme=True), row("Waag Society", same_as="Waag", is_sme=False)])
    assert said.of(organisation_key("Waag")).is_sme is None


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([row("Waag", is_sme=True), row("Waag", is_sme=True)], "name"),
        ([row("Waag")], "same_as"),
        ([row("De Waag", same_as="Waag"), row("Waag", same_as="Waag Society")], "same_as"),
    ],
)
def test_faults_between_rows_are_told(rows: list[KnownOrganisation], column: str) -> None:
    found = list(check_known(enumerate(rows, start=2)))
    assert [problem.loc for _, problem in found] == [(column,)]


@pytest.mark.parametrize("cells", [{"pic": "123"}, {"ror_id": "https://ror.org/04pvpzj22"}, {"helix": "firm"}])
def test_faulty_cells_are_refused(cells: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        row("Waag", **cells)


def test_leads_and_partners_stay_told_apart(unit: MakeUnit) -> None:
    links, _, _ = find_organisations([unit("p", lead_organisation="Waag", partners=("Waag",))], LOOKUP)
    assert sorted(link.field for link in links) == ["lead", "partner"]
