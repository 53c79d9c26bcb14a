"""A lab project leads to the lab its record names, and to nothing where no record is about that lab."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dynapolis.resolve.links.lab_of_project import find_labs
from dynapolis.resolve.links.link import LinkUnit, Reason, Rule

MakeUnit = Callable[..., LinkUnit]
WORDS = {"seoul": ("seoul", "서울"), "vienna": ("vienna", "비엔나"), "incheon": ("incheon", "인천")}


def only_link(*units: LinkUnit) -> tuple[str, Rule, bool]:
    links, unresolved = find_labs(units, WORDS)
    assert unresolved == []
    (link,) = links
    return link.target_id, link.rule, link.unsure


@pytest.mark.parametrize(
    ("cell", "name", "rule"),
    [
        ("Guro Living Lab", "Guro Living Lab", Rule.SAME_NAME),
        ("GURO  living-lab", "Guro Living Lab", Rule.SAME_NAME),
        ("Living Innovation Zones", "Living Innovation Zones (LIZ)", Rule.SAME_NAME),
        ("Seoul Street Lab", "Street Lab", Rule.SAME_WORDS),
        ("Happy Village Living Lab", "Happy Village Living Lab support programme", Rule.SAME_WORDS),
        ("Magok Living Lab", "Magok Living Lab 2019", Rule.SAME_WORDS),
        ("ASCR", "Aspern Smart City Research (ASCR)", Rule.SHORT_NAME),
    ],
)
def test_a_lab_is_found_by_the_first_rule_that_fits(unit: MakeUnit, cell: str, name: str, rule: Rule) -> None:
    lab = unit(name, "living_lab")
    assert only_link(unit("p", "lab_project", lab_name=cell), lab) == (lab.unit_id, rule, False)


def test_a_lab_is_found_by_its_korean_name(unit: MakeUnit) -> None:
    lab = unit("Guro Living Lab", "living_lab", name_local="구로 리빙랩")
    project = unit("p", "lab_project", lab_name="구로 리빙랩")
    assert only_link(project, lab) == (lab.unit_id, Rule.SAME_NAME, False)


def test_a_part_of_a_name_is_never_sure(unit: MakeUnit) -> None:
    lab = unit("Arabianranta Housing Living Lab", "living_lab")
    project = unit("p", "lab_project", lab_name="Arabianranta Living Lab")
    assert only_link(project, lab) == (lab.unit_id, Rule.PART_OF_NAME, True)


def test_words_that_all_labs_share_join_nothing(unit: MakeUnit) -> None:
    links, unresolved = find_labs(
        [unit("p", "lab_project", lab_name="MADE Living Lab"), unit("De Ceuvel Living Lab", "living_lab")], WORDS
    )
    assert links == []
    assert [item.reason for item in unresolved] == [Reason.NO_RECORD]


def test_a_lab_of_another_year_is_another_lab(unit: MakeUnit) -> None:
    links, _ = find_labs(
        [unit("p", "lab_project", lab_name="Magok Lab 2019"), unit("Magok Lab 2020", "living_lab")], WORDS
    )
    assert links == []


def test_a_lab_of_another_city_is_another_lab(unit: MakeUnit) -> None:
    links, _ = find_labs(
        [unit("p", "lab_project", lab_name="Street Lab"), unit("Street Lab", "living_lab", "vienna")], WORDS
    )
    assert links == []


def test_two_labs_of_one_name_are_both_given_and_both_unsure(unit: MakeUnit) -> None:
    first = unit("Street Lab", "living_lab")
    second = unit("Street Lab (north)", "living_lab")
    links, _ = find_labs([unit("p", "lab_project", lab_name="street lab"), first, second], WORDS)
    assert {(link.target_id, link.unsure, link.confidence) for link in links} == {
        (first.unit_id, True, 0.5),
        (second.unit_id, True, 0.5),
    }


def test_a_living_lab_comes_before_a_project_of_the_same_name(unit: MakeUnit) -> None:
    lab = unit("Street Lab", "living_lab")
    project = unit("p", "lab_project", lab_name="Street Lab")
    assert only_link(project, unit("Street Lab ", "project"), lab)[0] == lab.unit_id


def test_a_better_name_of_a_programme_comes_before_a_worse_one_of_a_lab(unit: MakeUnit) -> None:
    programme = unit("Incheon Citizen Smart City Lab programme", "programme", "incheon")
    lab = unit("IFEZ Smart City Citizen Lab", "living_lab", "incheon")
    project = unit("p", "lab_project", "incheon", lab_name="Citizen Smart City Lab")
    assert only_link(project, programme, lab)[:2] == (programme.unit_id, Rule.SAME_WORDS)


def test_a_record_that_names_itself_is_no_link(unit: MakeUnit) -> None:
    links, unresolved = find_labs([unit("Street Lab", "lab_project", lab_name="Street Lab")], WORDS)
    assert links == []
    assert [item.reason for item in unresolved] == [Reason.ITSELF]


def test_a_lab_whose_record_names_it_needs_no_link(unit: MakeUnit) -> None:
    assert find_labs([unit("Street Lab", "living_lab", lab_name="Street Lab")], WORDS) == ([], [])


@pytest.mark.parametrize(
    ("told", "rule", "unsure"),
    [
        ({"lead_organisation": "Smart Docklands"}, Rule.LEAD, False),
        ({"partners": ("Nobody", "Smart Docklands")}, Rule.PARTNER, False),
        ({"description_en": "A trial of Smart Docklands with sensors."}, Rule.TEXT, False),
        ({"description_ko": "Smart Docklands의 실증이다."}, Rule.TEXT, False),
        ({"lead_organisation": "Docklands"}, Rule.PART_OF_NAME, True),
    ],
)
def test_without_the_column_lead_partners_and_text_are_asked(
    unit: MakeUnit, told: dict[str, object], rule: Rule, unsure: bool
) -> None:
    lab = unit("Smart Docklands", "living_lab")
    found = only_link(unit("p", "lab_project", **told), lab)
    assert found == (lab.unit_id, rule, unsure)


def test_a_lab_project_that_names_no_lab_is_listed(unit: MakeUnit) -> None:
    links, unresolved = find_labs([unit("p", "lab_project"), unit("Street Lab", "living_lab")], WORDS)
    assert links == []
    assert [(item.reason, item.quote) for item in unresolved] == [(Reason.NOT_NAMED, "")]


def test_a_project_that_names_no_lab_needs_none(unit: MakeUnit) -> None:
    assert find_labs([unit("p", "project"), unit("Street Lab", "living_lab")], WORDS) == ([], [])


def test_the_longer_of_two_names_counts_where_one_holds_the_other(unit: MakeUnit) -> None:
    long = unit("Magok Smart City Lab", "living_lab")
    project = unit("p", "lab_project", description_en="One of five of the Magok Smart City Lab.")
    assert only_link(project, unit("Smart City Lab", "living_lab"), long)[0] == long.unit_id
