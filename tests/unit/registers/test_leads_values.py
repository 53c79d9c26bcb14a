"""From a printed cell to a value: what each type accepts, and that whatever it does not accept is refused."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.model.lead import LeadField, PropertyType
from dynapolis.registers.leads.values import Refused, parser_of
from dynapolis.text import clean

TYPED = [kind for kind in PropertyType if kind is not PropertyType.TEXT]


def read(cell: str, kind: str, **said: Any) -> Any:
    """The value of a cell, or the word "refused"."""
    value = parser_of(LeadField(property="x", **said), PropertyType(kind))(cell)
    return "refused" if isinstance(value, Refused) else value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("7", 7), (" 7 ", 7), ("7.0", 7), ("7.", 7), ("-7", -7), ("+7", 7), ("007", 7), ("2988507", 2988507),
        ("7.5", "refused"), ("7,0", "refused"), ("1,000", "refused"), ("1e3", "refused"), ("seven", "refused"),
        ("--7", "refused"), ("+-7", "refused"), ("-", "refused"), (".", "refused"), (".0", "refused"), ("²", "refused"),
        ("0x10", "refused"), ("1_000", "refused"), ("9" * 18, 10**18 - 1), ("9" * 30, "refused"),
        ("9" * 5000, "refused"), ("", None),
    ],
)  # fmt: skip
def test_an_integer_is_a_whole_number_also_where_a_spreadsheet_gave_it_noughts(cell: str, value: Any) -> None:
    assert read(cell, "integer") == value


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("7995922.4", "point", 7995922.4), ("7995922,4", "comma", 7995922.4), ("-0.5", "point", -0.5),
        ("1,234,567.89", "point", 1234567.89), ("1.234.567,89", "comma", 1234567.89), ("1,234", "point", 1234.0),
        ("1.234", "comma", 1234.0), ("1e3", "point", 1000.0), ("2,5E-1", "comma", 0.25), ("0", "comma", 0.0),
        ("1.234.567", "point", "refused"), ("12,34", "point", "refused"), ("1,23,456", "point", "refused"),
        ("1,234.5", "comma", "refused"), ("12.34", "comma", "refused"), ("1 234", "point", "refused"),
        ("12 €", "point", "refused"), ("NaN", "point", "refused"), ("inf", "point", "refused"),
        ("1e999", "point", "refused"), ("-1e999", "point", "refused"), (".5", "point", "refused"),
        ("1.", "point", "refused"), ("", "point", None),
    ],
)  # fmt: skip
def test_a_number_is_read_by_the_declared_sign_of_its_decimals(cell: str, decimal: str, value: Any) -> None:
    assert read(cell, "number", decimal=decimal) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1999", 1999), ("2021.0", 2021), (" 2100 ", 2100), ("1799", "refused"), ("2200", "refused"), ("19", "refused"),
     ("2019-2021", "refused"), ("2019년", "refused"), ("02019", "refused"), ("", None)],
)  # fmt: skip
def test_a_year_has_four_digits_of_the_last_centuries_or_the_next(cell: str, value: Any) -> None:
    assert read(cell, "year") == value


@pytest.mark.parametrize(
    ("cell", "form", "value"),
    [
        ("2024-02-29", None, "2024-02-29"), ("2024-02-29T23:59:59Z", None, "2024-02-29"),
        ("2024-02-29 08:30", None, "2024-02-29"), ("2024-02-29 08:30:01.5+09:00", None, "2024-02-29"),
        ("2023-02-29", None, "refused"), ("2024-13-01", None, "refused"), ("29.02.2024", None, "refused"),
        ("2024-2-9", None, "refused"), ("20240229", None, "refused"), ("2024-02-29 morning", None, "refused"),
        ("29.02.2024", "%d.%m.%Y", "2024-02-29"), ("2024-02-29", "%d.%m.%Y", "refused"),
        ("29 February 2024", "%d %B %Y", "2024-02-29"), ("2024년 2월 29일", "%Y년 %m월 %d일", "2024-02-29"),
        ("0", "epoch", "1970-01-01"), ("1709164800", "epoch", "2024-02-29"), ("1709251199", "epoch", "2024-02-29"),
        ("-86400", "epoch", "1969-12-31"), ("1.7091648e9", "epoch", "2024-02-29"), ("nan", "epoch", "refused"),
        ("inf", "epoch", "refused"), ("1e300", "epoch", "refused"), ("1_000", "epoch", "refused"),
        ("today", "epoch", "refused"), ("", "epoch", None), ("", None, None),
    ],
)  # fmt: skip
def test_a_date_is_read_as_it_is_declared_and_must_be_in_the_calendar(cell: str, form: str | None, value: Any) -> None:
    assert read(cell, "date", date=form) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("true", True), ("True", True), ("yes", True), ("false", False), ("no", False), ("TRUE", "refused"),
     ("1", "refused"), ("maybe", "refused"), ("", None)],
)  # fmt: skip
def test_a_boolean_has_the_declared_words_and_no_others(cell: str, value: Any) -> None:
    assert read(cell, "boolean") == value


def test_the_words_of_a_boolean_can_be_declared_in_any_language() -> None:
    assert [read(cell, "boolean", yes=("예", "1"), no=("아니오",)) for cell in ("예", "1", "아니오", "true")] == [
        True, True, False, "refused",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "value"),
    [("https://example.org/a?b=1", "https://example.org/a?b=1"), ("HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG"),
     ("https://서울.kr/가", "https://서울.kr/가"), ("www.example.org", "refused"), ("ftp://example.org", "refused"),
     ("https://example", "refused"), ("https://example.org and more", "refused"), ("javascript:alert(1)", "refused"),
     ("", None)],
)  # fmt: skip
def test_an_address_begins_with_http_and_holds_no_space(cell: str, value: Any) -> None:
    assert read(cell, "url") == value


def test_a_list_is_divided_at_its_sign_and_its_empty_parts_are_dropped() -> None:
    assert read("a; b;;c ", "list") == "a; b; c"
    assert read("에너지, 교통", "list", separator=",") == "에너지; 교통"
    assert read("a; b", "list", separator="|") == "a; b"


def test_text_is_cleaned_and_nothing_else_is_done_to_it() -> None:
    assert read("  Women\u00a0in \n Tech ", "text") == "Women in Tech"
    assert read(unicodedata.normalize("NFD", "서울"), "text") == "서울"
    assert read("", "text") is None
    assert read(" \u00a0\ufeff", "text") is None


def test_na_is_namibia_unless_it_is_declared_as_missing() -> None:
    assert read("NA", "text") == "NA"
    assert read("NA", "text", missing=("NA",)) is None
    assert read("NA", "number") == "refused"
    assert read("NA", "number", missing=("NA",)) is None


@pytest.mark.parametrize("kind", list(PropertyType))
def test_declared_words_of_absence_are_compared_cleaned_and_whole(kind: PropertyType) -> None:
    said = {"missing": ("n. a.", "–")}
    assert read(" n.  a. ", kind, **said) is None
    assert read("–", kind, **said) is None
    assert read("n. a. today", kind, **said) == ("n. a. today" if kind in ("text", "list") else "refused")


@pytest.mark.parametrize("word", ["NA", "N/A", "-", "null", "None", "없음", "unknown", "?", "#N/A", "nan"])
@pytest.mark.parametrize("kind", [kind for kind in TYPED if kind is not PropertyType.LIST])
def test_no_undeclared_word_stands_for_absence(kind: PropertyType, word: str) -> None:
    assert read(word, kind) == "refused"


CELLS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,-+eE_ T:Z/", max_size=20),
    st.from_regex(re.compile(r"\d{4}-\d\d-\d\d"), fullmatch=True),
)
FIELDS = st.builds(
    LeadField,
    property=st.just("x"),
    decimal=st.sampled_from(["point", "comma", "either"]),
    date=st.sampled_from([None, "epoch", "%d.%m.%Y", "%d %B %Y"]),
    missing=st.sampled_from([(), ("NA", "-")]),
)


@given(FIELDS, st.sampled_from(TYPED), CELLS)
def test_a_cell_is_empty_or_a_value_or_refused_and_never_lost_in_silence(
    field: LeadField, kind: PropertyType, cell: str
) -> None:
    value = parser_of(field, kind)(cell)
    if not clean(cell) or clean(cell) in field.missing:
        assert value is None
    elif kind is PropertyType.LIST:
        assert (value is None) == (not clean(cell.replace(";", " ")))
    else:
        assert value is not None
    if isinstance(value, float):
        assert math.isfinite(value)
    if isinstance(value, int):
        assert abs(value) < 2**63
    if kind is PropertyType.DATE and isinstance(value, str):
        assert date.fromisoformat(value).isoformat() == value


@given(FIELDS, st.sampled_from(list(PropertyType)), CELLS)
def test_what_a_parser_remembers_is_what_it_would_read_again(field: LeadField, kind: PropertyType, cell: str) -> None:
    parse = parser_of(field, kind)
    assert parse(cell) == parse(cell) == parser_of(field, kind)(cell)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_whole_numbers_survive_being_printed_in_all_their_forms(number: int) -> None:
    assert read(str(number), "integer") == read(f"{number}.0", "integer") == number
    grouped = f"{number:,}"
    assert read(grouped, "number") == float(number)
    assert read(grouped.replace(",", "."), "number", decimal="comma") == float(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_being_printed_with_a_point_or_a_comma(number: float) -> None:
    assert read(repr(number), "number") == number
    assert read(repr(number).replace(".", ","), "number", decimal="comma") == number


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d %B %Y", "%Y/%m/%d"]))
def test_days_survive_being_printed_in_any_declared_form(day: date, form: str) -> None:
    assert read(day.strftime(form), "date", date=form) == day.isoformat()
    assert read(day.isoformat(), "date") == day.isoformat()


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 86_399))
def test_seconds_since_1970_give_the_day_in_utc(day: date, second: int) -> None:
    seconds = (day - date(1970, 1, 1)) // timedelta(seconds=1) + second
    assert read(str(seconds), "date", date="epoch") == day.isoformat()
