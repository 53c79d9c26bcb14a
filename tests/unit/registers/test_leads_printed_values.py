"""Cells that hold more than a value, and numbers of publishers who write both decimal signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dynapolis.model.lead import LeadField, PropertyType
from dynapolis.registers.leads.values import Refused, parser_of

ADDRESS = "https://example.org/contact-form/project/999984059/101135031"


def test_the_group_of_an_expression_is_the_value_and_the_rest_of_the_cell_is_left_out() -> None:
    pic = LeadField(property="organisation_id", extract="project/([0-9]+)/")
    assert parser_of(pic, PropertyType.TEXT)(ADDRESS) == "999984059"
    assert parser_of(pic, PropertyType.INTEGER)(ADDRESS) == 999984059


def test_a_cell_without_the_wanted_part_is_refused_and_an_empty_one_is_no_value() -> None:
    read = parser_of(LeadField(property="town", extract="^(.+), [A-Z]{2}$"), PropertyType.TEXT)
    assert read("New York, NY") == "New York"
    assert isinstance(read("New York"), Refused)
    assert read("  ") is None


@pytest.mark.parametrize("expression", ["(", "project/", "(a)(b)"])
def test_an_expression_that_cannot_give_one_value_is_no_description(expression: str) -> None:
    with pytest.raises(ValidationError, match="regular expression"):
        LeadField(property="town", extract=expression)


EITHER = parser_of(LeadField(property="cost_eur", decimal="either"), PropertyType.NUMBER)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [("7995922,4", 7995922.4), ("166336.2", 166336.2), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("100", 100.0)],
)
def test_both_decimal_signs_are_read_where_only_one_reading_is_possible(printed: str, meant: float) -> None:
    assert EITHER(printed) == meant


@pytest.mark.parametrize("printed", ["1,234", "12.345", "999,999"])
def test_a_number_that_could_be_two_is_refused(printed: str) -> None:
    assert isinstance(EITHER(printed), Refused)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_an_amount_with_two_decimals_is_the_same_with_either_sign(whole: int, cents: int) -> None:
    assert EITHER(f"{whole},{cents:02d}") == EITHER(f"{whole}.{cents:02d}") == float(f"{whole}.{cents:02d}")
