"""A project leads to the programme that leads it or that its text names; the rest is declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dynapolis.ids import record_id
from dynapolis.model.declared_programme import DeclaredProgramme, check_declared
from dynapolis.resolve.links.link import LinkUnit, Reason, Rule
from dynapolis.resolve.links.programme_of_project import find_programmes

MakeUnit = Callable[..., LinkUnit]


def declared(project: str, programme: str, verdict: str = "part") -> DeclaredProgramme:
    return DeclaredProgramme.model_validate(
        {
            "project_register": "made", "project_id": project, "programme_register": "made", "programme_id": programme,
            "verdict": verdict, "quote": "part of it", "why": "the page says so", "who": "a reader",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "rule", "unsure"),
    [
        ({"lead_organisation": "Forum Virium Helsinki"}, Rule.LEAD, False),
        ({"lead_organisation": "Forum Virium Helsinki and MIT"}, Rule.LEAD, False),
        ({"partners": ("Waag", "Forum Virium Helsinki")}, Rule.PARTNER, True),
        ({"description_en": "It grew in Forum Virium Helsinki and went on."}, Rule.TEXT, False),
    ],
)
def test_a_programme_is_found_in_lead_partners_and_text(
    unit: MakeUnit, told: dict[str, object], rule: Rule, unsure: bool
) -> None:
    programme = unit("Forum Virium Helsinki", "programme")
    links, unresolved = find_programmes([unit("p", **told), programme], [])
    assert [(link.target_id, link.rule, link.unsure) for link in links] == [(programme.unit_id, rule, unsure)]
    assert unresolved == []


def test_names_of_common_words_count_as_they_are_written_only(unit: MakeUnit) -> None:
    programme = unit("Circular City", "programme")
    links, _ = find_programmes([unit("p", description_en="A step to the circular city of tomorrow."), programme], [])
    assert links == []


@pytest.mark.parametrize("text", ["Sandbox for all", "STEP by STEP", "Mobilitätsfonds pays"])
def test_a_single_word_is_not_looked_for_in_texts(unit: MakeUnit, text: str) -> None:
    programmes = [unit(name, "programme") for name in ("Sandbox", "STEP", "Mobilitätsfonds")]
    assert find_programmes([unit("p", description_en=text), *programmes], []) == ([], [])


def test_the_words_of_a_name_may_stand_in_another_order_in_a_lead(unit: MakeUnit) -> None:
    programme = unit("City Digital (UI Labs)", "programme")
    (link,), _ = find_programmes([unit("p", lead_organisation="UI Labs City Digital"), programme], [])
    assert link.target_id == programme.unit_id


def test_a_living_lab_and_a_programme_need_no_programme(unit: MakeUnit) -> None:
    lead = {"lead_organisation": "Smart Dublin"}
    units = [unit("l", "living_lab", **lead), unit("q", "programme", **lead), unit("Smart Dublin", "programme")]
    assert find_programmes(units, []) == ([], [])


def test_a_declared_row_adds_a_link_across_cities_and_quotes_what_it_rests_on(unit: MakeUnit) -> None:
    project, programme = unit("p"), unit("q", "programme", "busan")
    both = [_with_ids(project), _with_ids(programme)]
    (link,), _ = find_programmes(both, [declared("p", "q")])
    assert (link.target_id, link.rule, link.quote) == (programme.unit_id, Rule.DECLARED, "part of it")


def test_a_declared_row_takes_away_what_a_rule_gets_wrong(unit: MakeUnit) -> None:
    project, programme = unit("p", lead_organisation="q"), unit("q", "programme")
    assert find_programmes([_with_ids(project), _with_ids(programme)], [declared("p", "q", "not")]) == ([], [])


def test_a_declared_row_on_a_programme_that_is_not_here_is_listed(unit: MakeUnit) -> None:
    _, (item,) = find_programmes([_with_ids(unit("p"))], [declared("p", "gone")])
    assert (item.reason, item.quote) == (Reason.DECLARED_NOT_HERE, "made: gone")


def test_a_pair_is_declared_once() -> None:
    assert [line for line, _ in check_declared([(2, declared("p", "q")), (3, declared("p", "q", "not"))])] == [3]


def _with_ids(unit: LinkUnit) -> LinkUnit:
    """The unit with the id its record would have in a register."""
    from dataclasses import replace

    records = tuple(replace(r, record_id=record_id(r.register, r.source_id)) for r in unit.records)
    return replace(unit, records=records)
