"""Names that differ from a typed one by one or two letters, found for many towns of a country at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from dynapolis.places.gazetteer import Country, Found

AGAINST_AN_ERROR = 1.5  # what each wrong letter weighs against a name, in powers of ten of population
_SHORTEST = 5  # below, another name is as near as the right one
_SHORTEST_FOR_TWO = 8
_ROWS_AT_ONCE = 256
_NONE = 9


class Misspelt(NamedTuple):
    """The likeliest place near a typed name, its name, and how many letters are wrong."""

    found: Found
    name: str
    errors: int


def most_errors(key: str) -> int:
    """How many wrong letters are looked for in a name of that length.

    Example:
        >>> most_errors("rom"), most_errors("milan0"), most_errors("helsisnki")
        (0, 1, 2)
    """
    if len(key) < _SHORTEST or not key.isalnum() or not key[0].isalpha():
        return 0
    return 2 if len(key) >= _SHORTEST_FOR_TWO else 1


@dataclass
class Speller:
    """The names of one country by length, ready to be compared."""

    country: Country

    @cached_property
    def by_length(self) -> dict[tuple[bool, int], list[str]]:
        """Keys by whether they are ASCII and by length: all names of cities, the own ones of small places."""
        columns = self.country.columns
        found: dict[tuple[bool, int], list[str]] = {}
        cells = "|".join([*columns.main, *columns.others[: columns.n_cities]])
        for key in dict.fromkeys(cells.replace(" ", "").split("|")):
            if len(key) >= _SHORTEST - 1:
                found.setdefault((key.isascii(), len(key)), []).append(key)
        return found

    def find(self, typed: Sequence[str]) -> dict[str, Misspelt]:
        """The likeliest name near each typed key; keys with none near are left out.

        Distances are optimal string alignment (Damerau and Levenshtein: one wrong, missing, added letter or two
        neighbours exchanged count 1).
        """
        groups: dict[tuple[bool, int], list[str]] = {}
        for key in dict.fromkeys(typed):
            if most_errors(key):
                groups.setdefault((key.isascii(), len(key)), []).append(key)
        near: dict[str, list[tuple[int, float]]] = {}
        nearest: dict[tuple[str, int], tuple[int, str]] = {}
        for (is_ascii, length), keys in groups.items():
            most = most_errors(keys[0])
            for names in (self.by_length.get((is_ascii, n), []) for n in range(length - most, length + most + 1)):
                for key, name, distance in _pairs(keys, names, most):
                    for code in self.country.keys[name]:
                        near.setdefault(key, []).append((code, AGAINST_AN_ERROR * distance))
                        pair = (key, code >> 1)
                        nearest[pair] = min((distance, name), nearest.get(pair, (_NONE, "")))
        judged = {key: self.country.judge(codes) for key, codes in near.items()}
        return {key: Misspelt(found, *nearest[key, found.place][::-1]) for key, found in judged.items()}


def _pairs(keys: Sequence[str], names: Sequence[str], most: int) -> Iterator[tuple[str, str, int]]:
    """Pairs of a typed key and a name that differ in at most ``most`` letters."""
    for start in range(0, len(keys) if names else 0, _ROWS_AT_ONCE):
        block = keys[start : start + _ROWS_AT_ONCE]
        distances = cdist(block, names, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)
        rows, columns = np.nonzero(distances <= most)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            yield block[row], names[column], int(distances[row, column])
