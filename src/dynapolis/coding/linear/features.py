"""Units as numbers, by way of their words: what a word is made of is worked out once, however many units hold it.

A unit's n-grams are those of its words, so the table of units by n-grams is the table of units by words times that of
words by n-grams. Both are sparse, and the second grows only by words never seen before: a million short descriptions
cost little more than their words.

Character n-grams inside words find stems and compounds without a morpheme analyser (measured on Korean: 2–4-grams .621
macro-F1 where words alone give .435).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from dynapolis.coding.cues.match import CueMatcher
from dynapolis.coding.cues.tokens import words_of
from dynapolis.model.arrays import FloatArray
from dynapolis.model.cues import CueBook
from dynapolis.model.suggestion import UnitText

SHORTEST, LONGEST = 2, 5  # characters of an n-gram, the space at either end of a word counting as one
NAME_COUNTS = 2  # a word in the name counts as this many in the text
LEAST_UNITS = 2  # an n-gram of fewer units is not learned from
SCALE = 20.0  # brings n-gram features to the size of cue features
CUE_WEIGHT = 0.3
MOST_IN_NAME, MOST_IN_FIRST = 2, 3  # cues that count; more of them say no more
_NAMES = ("name", "name_local")
Matrix = Any  # scipy.sparse.csr_matrix, which is not typed


def pieces_of(word: str) -> list[str]:
    """The word itself and its character n-grams.

    Example:
        >>> pieces_of("ai")
        ['#ai', ' a', 'ai', 'i ', ' ai', 'ai ', ' ai ']
    """
    padded = f" {word} "
    found = [f"#{word}"]
    for size in range(SHORTEST, LONGEST + 1):
        found += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Units as counts of words, in three tables of shape (n_units, n_words): all of it, names, first sentences.

    ``phrases`` holds per scheme the phrases found: unit, place (0 all, 1 name, 2 first sentence) and cue column.
    """

    everywhere: Matrix
    name: Matrix
    first: Matrix
    phrases: dict[str, list[tuple[int, int, int]]]


@dataclass
class Lexicon:
    """All words met so far, and which cues each matches; grows by what it is shown."""

    book: CueBook
    schemes: tuple[str, ...]
    words: list[str] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)
    _matchers: dict[str, CueMatcher] = field(default_factory=dict)
    _cues: dict[str, Matrix] = field(default_factory=dict)

    def matcher(self, scheme: str) -> CueMatcher:
        """The cues of a scheme."""
        if scheme not in self._matchers:
            self._matchers[scheme] = CueMatcher.of(self.book, scheme)
        return self._matchers[scheme]

    def count(self, units: Sequence[UnitText]) -> Counted:
        """Words of units; unknown ones are added."""
        parts: tuple[list[Counter[int]], ...] = ([], [], [])
        phrases: dict[str, list[tuple[int, int, int]]] = {scheme: [] for scheme in self.schemes}
        for number, unit in enumerate(units):
            everywhere, name, first = _split(unit)
            counts = Counter(map(self._number, everywhere))
            counts.update({word: (NAME_COUNTS - 1) * n for word, n in Counter(map(self._number, name)).items()})
            for part, found in zip(
                parts, (counts, Counter(map(self._number, name)), Counter(map(self._number, first))), strict=True
            ):
                part.append(found)
            for scheme in self.schemes:
                matcher = self.matcher(scheme)
                for place, words in enumerate((everywhere, name, first)):
                    phrases[scheme] += [(number, place, column) for _, column in set(matcher.phrases(words))]
        width = len(self.words)
        return Counted(_table(parts[0], width), _table(parts[1], width), _table(parts[2], width), phrases)

    def _number(self, word: str) -> int:
        number = self.place.get(word)
        if number is None:
            number = self.place[word] = len(self.words)
            self.words.append(word)
        return number

    def cues(self, scheme: str) -> Matrix:
        """Which words match which cue columns, shape (n_words, n_columns)."""
        known = self._cues.get(scheme)
        start = 0 if known is None else known.shape[0]
        matcher = self.matcher(scheme)
        if start < len(self.words) or known is None:
            found = [matcher.of_word(word) for word in self.words[start:]]
            fresh = _ones(found, len(matcher.columns))
            known = fresh if known is None else sparse.vstack([known, fresh], format="csr")
            self._cues[scheme] = known
        return known


def cue_features(counted: Counted, lexicon: Lexicon, scheme: str) -> FloatArray:
    """Distinct cues in the name, in all of it (logarithm), in the first sentence; shape (n_units, 3 × n_columns)."""
    cues = lexicon.cues(scheme)
    tables = []
    for place, part in enumerate((counted.everywhere, counted.name, counted.first)):
        held = part.copy()
        held.data = np.ones_like(held.data)
        here = np.asarray((held @ cues[: held.shape[1]]).todense())
        for unit, where, column in counted.phrases.get(scheme, ()):
            if where == place:
                here[unit, column] += 1
        tables.append(here)
    everywhere, name, first = tables
    parts = [np.minimum(name, MOST_IN_NAME), np.log1p(everywhere), np.minimum(first, MOST_IN_FIRST) / 2]
    features: FloatArray = CUE_WEIGHT * np.hstack(parts)
    return features


@dataclass
class Grams:
    """The n-grams that were learned from, with their weights, and their values for all words met so far.

    Weights are inverse document frequencies: ``log((1 + n) / (1 + units with it)) + 1``.
    """

    column: dict[str, int]
    weight: FloatArray
    _of_words: Matrix = None

    @classmethod
    def learn(cls, counted: Counted, words: Sequence[str]) -> Grams:
        """From the units to learn from."""
        n = counted.everywhere.shape[0]
        in_units = np.asarray((counted.everywhere > 0).sum(axis=0)).ravel()
        met: Counter[str] = Counter()
        for word, units in zip(words, in_units, strict=False):
            if units:
                for piece in set(pieces_of(word)):
                    met[piece] += int(units)
        kept = [piece for piece, units in met.items() if units >= LEAST_UNITS]
        weight = np.array([np.log((1 + n) / (1 + min(met[piece], n))) + 1 for piece in kept])
        return cls({piece: number for number, piece in enumerate(kept)}, weight)

    def of_words(self, words: Sequence[str]) -> Matrix:
        """Words by n-grams, shape (n_words, n_grams); only words not met before are worked out."""
        start = 0 if self._of_words is None else self._of_words.shape[0]
        if self._of_words is None or start < len(words):
            found = [[self.column[p] for p in pieces_of(w) if p in self.column] for w in words[start:]]
            fresh = _ones(found, len(self.column)) @ sparse.diags(self.weight)
            self._of_words = fresh if self._of_words is None else sparse.vstack([self._of_words, fresh], format="csr")
        return self._of_words

    def features(self, counted: Counted, words: Sequence[str]) -> Matrix:
        """Units by n-grams, each unit brought to one length; shape (n_units, n_grams)."""
        held, scale = normalised(counted)
        table = self.of_words(words)[: held.shape[1]]
        return (sparse.diags(scale) @ held @ table).tocsr()


def normalised(counted: Counted) -> tuple[Matrix, FloatArray]:
    """Square roots of counts, and what brings every unit to the same length."""
    held = counted.everywhere.copy()
    held.data = np.sqrt(held.data)
    length = np.sqrt(np.asarray(counted.everywhere.sum(axis=1)).ravel())
    return held, 1.0 / (SCALE * np.maximum(length, 1.0))


def _split(unit: UnitText) -> tuple[list[str], list[str], list[str]]:
    """Words of everything, of the names, and of the first sentence of the text."""
    everywhere: list[str] = []
    name: list[str] = []
    first: list[str] = []
    for passage in unit.passages:
        words = words_of(passage.text)
        everywhere += words
        if passage.property in _NAMES:
            name += words
        elif not first:
            first = words_of(passage.text.split(". ")[0])
    return everywhere, name, first


def _table(rows: Sequence[Counter[int]], width: int) -> Matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((word for row in rows for word in row), np.int64, int(ends[-1]))
    values = np.fromiter((n for row in rows for n in row.values()), np.float64, int(ends[-1]))
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))


def _ones(rows: Sequence[Iterable[int]], width: int) -> Matrix:
    lists = [list(row) for row in rows]
    ends = np.cumsum([0, *(len(row) for row in lists)])
    columns = np.fromiter((column for row in lists for column in row), np.int64, int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(lists), width))
