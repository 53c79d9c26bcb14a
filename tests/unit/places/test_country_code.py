"""Countries as lists write them."""

from __future__ import annotations

import pytest

from dynapolis.places.country_code import country_names, find_country
from dynapolis.places.read_gazetteer import read_gazetteer
from dynapolis.places.rules import read_place_rules


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("GR", "GR"), ("EL", "GR"), ("UK", "GB"), ("GB", "GB"), ("XK", "XK"), ("NA", "NA"), ("na", "NA"), ("NO", "NO"),
        ("FIN", "FI"), ("gbr", "GB"), ("Greece", "GR"), ("대한민국", "KR"), ("Österreich", "AT"),
        ("Czech Republic", "CZ"),
        ("The Netherlands", "NL"), ("United States of America", "US"), ("Côte d'Ivoire", "CI"), (" De ", "DE"),
        ("", ""), ("  ", ""), ("QQ", None), ("Atlantis", None),
    ],
)  # fmt: skip
def test_a_country_is_found_under_its_codes_and_names(printed: str, code: str | None) -> None:
    rules, cities = read_place_rules(), read_gazetteer()
    assert find_country(printed, rules, cities.codes, country_names(rules, cities)) == code


def test_every_code_of_the_rules_is_a_country_of_the_gazetteer() -> None:
    file, codes = read_place_rules().file, read_gazetteer().codes
    named = {*file.country_codes.values(), *file.country_names, *file.territories}
    named |= {code for territories in file.territories.values() for code in territories}
    named |= {code for tail in file.tails for code in tail.countries}
    assert named <= codes


def test_a_name_stands_for_one_country_only() -> None:
    names = read_place_rules().file.country_names
    pairs = [(name, code) for code, all_of_it in names.items() for name in set(all_of_it)]
    assert len({name for name, _ in pairs}) == len(pairs)
