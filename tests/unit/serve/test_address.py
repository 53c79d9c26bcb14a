"""The grammar of addresses: read, refused, written again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.serve.address import BadAddress, Parameter, View, read_view
from dynapolis.serve.facets import Choice

PARAMETERS = (
    Parameter("q", "text", default=""),
    Parameter("city", "list", ("seoul", "helsinki", "new-york"), Choice()),
    Parameter("y", "range", least=2015, most=2022),
    Parameter("sort", "choice", ("name", "newest"), "name"),
    Parameter("page", "number", default=1, least=1),
    Parameter("syn", "switch", default=True),
)


def view(*query: tuple[str, str]) -> View:
    return read_view("/en/projects", query, PARAMETERS)


def test_lists_ranges_and_exclusions_are_read() -> None:
    read = view(("city", "seoul~-helsinki"), ("y", "2019..2022"), ("page", "3"), ("syn", "0"), ("q", "  a   b "))
    assert read["city"] == Choice(("seoul",), ("helsinki",))
    assert (read["y"], read["page"], read["syn"], read["q"]) == ((2019, 2022), 3, False, "a b")


def test_a_name_with_a_hyphen_is_no_exclusion() -> None:
    assert view(("city", "new-york~-new-york")).values["city"] == Choice(("new-york",))


def test_a_name_given_twice_is_a_list() -> None:
    assert view(("city", "seoul"), ("city", "helsinki"))["city"].wanted == ("seoul", "helsinki")


@pytest.mark.parametrize(
    ("text", "read"), [("2019..", (2019, None)), ("..2022", (None, 2022)), ("2020", (2020, 2020)), ("..", None)]
)
def test_a_range_may_be_open(text: str, read: object) -> None:
    assert view(("y", text))["y"] == read


def test_all_bad_values_are_told_at_once_with_what_is_taken() -> None:
    with pytest.raises(BadAddress) as told:
        view(("city", "atlantis"), ("sort", "up"), ("page", "0"), ("y", "2022..2019"), ("syn", "yes"))
    assert [refusal.name for refusal in told.value.refusals] == ["city", "y", "sort", "page", "syn"]
    assert "seoul, helsinki, new-york" in str(told.value)


@pytest.mark.parametrize("text", ["-1", "1.5", "１", "9" * 30, "", "x"])
def test_a_number_is_plain_digits_within_its_bounds(text: str) -> None:
    if text:
        with pytest.raises(BadAddress):
            view(("page", text))
    else:
        assert view(("page", text))["page"] == 1


def test_unknown_names_are_passed_over_and_told() -> None:
    assert view(("utm_source", "x"), ("utm_source", "y")).unknown == ("utm_source",)


def test_only_what_differs_from_the_default_is_written() -> None:
    read = view(("city", "seoul"), ("sort", "name"), ("page", "1"))
    assert read.but() == "/en/projects?city=seoul"
    assert read.but(city=None) == "/en/projects"
    assert read.but(page=2) == "/en/projects?city=seoul&page=2"
    assert read.toggled("city", "helsinki") == "/en/projects?city=seoul~helsinki"
    assert read.toggled("city", "seoul") == "/en/projects"
    assert read.excluded("city", "seoul") == "/en/projects?city=-seoul"


CHOICES = st.lists(st.sampled_from(["seoul", "helsinki", "new-york"]), unique=True)


@given(
    q=st.text(max_size=20),
    wanted=CHOICES,
    unwanted=CHOICES,
    page=st.integers(1, 10**6),
    y=st.none() | st.tuples(st.integers(1900, 2000), st.integers(2000, 2100)),
    syn=st.booleans(),
)
def test_a_view_that_is_written_reads_the_same(
    q: str, wanted: list[str], unwanted: list[str], page: int, y: tuple[int, int] | None, syn: bool
) -> None:
    from urllib.parse import parse_qsl

    choice = Choice(tuple(wanted), tuple(w for w in unwanted if w not in wanted))
    first = view()
    address = first.but(q=" ".join(q.split()), city=choice, page=page, y=y, syn=syn)
    again = read_view("/en/projects", parse_qsl(address.partition("?")[2], keep_blank_values=True), PARAMETERS)
    assert again["city"] == choice
    assert (again["page"], again["y"], again["syn"]) == (page, y, syn)
    assert again.but() == address
