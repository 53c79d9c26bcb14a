"""The country of a town as lists write it: two letters, three letters, the European Union's own codes, or a name."""

from __future__ import annotations

from collections.abc import Mapping

from dynapolis.places.fold import fold
from dynapolis.places.gazetteer import Gazetteer
from dynapolis.places.rules import PlaceRules


def country_names(rules: PlaceRules, gazetteer: Gazetteer) -> dict[str, str]:
    """Every folded name and three-letter code of a country, to its ISO 3166-1 alpha-2 code."""
    more = {fold(name): code for code, names in rules.file.country_names.items() for name in names}
    return {**gazetteer.names, **more}


def find_country(printed: str, rules: PlaceRules, codes: frozenset[str], names: Mapping[str, str]) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country as printed; "" where the field is empty, None where it is none.

    "NA" is Namibia, never a missing value.

    Example:
        >>> from dynapolis.places.rules import read_place_rules
        >>> rules, codes = read_place_rules(), frozenset({"GR", "NA", "GB"})
        >>> [find_country(c, rules, codes, {"greece": "GR"}) for c in ("EL", "UK", "NA", " gr ", "Greece", "", "QQ")]
        ['GR', 'GB', 'NA', 'GR', 'GR', '', None]
    """
    text = printed.strip().upper()
    if not text:
        return ""
    if text in rules.file.country_codes:
        return rules.file.country_codes[text]
    if text in codes:
        return text
    return names.get(fold(printed))
