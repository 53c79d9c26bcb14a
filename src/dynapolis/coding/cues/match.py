"""Which cues a word matches, alone or as the first of several that stand next to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dynapolis.coding.cues.tokens import fold, is_hangul
from dynapolis.model.cues import WEIGHTS, CueBook

_STEM = 4  # letters by which phrases are looked up


@dataclass
class CueMatcher:
    """The cues of one scheme, ready to be asked of words. Answers are kept, so that a word is judged once.

    ``columns`` says what each number stands for: a code with a strength.
    """

    columns: list[tuple[str, str]]
    _whole: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _begin: list[tuple[str, int]] = field(default_factory=list)
    _inside: list[tuple[str, int]] = field(default_factory=list)
    _phrases: dict[str, list[tuple[tuple[str, ...], int]]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: CueBook, scheme: str) -> CueMatcher:
        """The matcher of a scheme; of no column where the book says nothing about it."""
        matcher = cls([(code, strength) for code, strength in book.columns(scheme)])
        for column, (code, strength) in enumerate(matcher.columns):
            words = book.schemes[scheme][code].of(strength)  # type: ignore[arg-type]
            for cue in words.en:
                matcher._add(fold(cue).split(), column)
            matcher._inside += [(fold(cue), column) for cue in words.ko]
        return matcher

    def _add(self, parts: Sequence[str], column: int) -> None:
        if len(parts) > 1:
            self._phrases[parts[0].rstrip("*")[:_STEM]].append((tuple(parts), column))
        elif parts[0].endswith("*"):
            self._begin.append((parts[0][:-1], column))
        else:
            self._whole[parts[0]].add(column)

    def of_word(self, word: str) -> frozenset[int]:
        """Columns that a word alone speaks for; a hyphenated word also speaks by its parts."""
        known = self._known.get(word)
        if known is None:
            parts = {word, *word.split("-")} - {""}
            known = frozenset(column for part in parts for column in self._columns(part))
            self._known[word] = known
        return known

    def _columns(self, word: str) -> Iterator[int]:
        if is_hangul(word):
            yield from (column for cue, column in self._inside if cue in word)
            return
        yield from self._whole.get(word, ())
        yield from (column for begin, column in self._begin if word.startswith(begin))
        yield from (column for cue, column in self._inside if cue == word)

    def phrases(self, words: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Phrases found in a row of words, each with its column."""
        for place, word in enumerate(words):
            for parts, column in self._phrases.get(word[:_STEM], ()):
                there = words[place : place + len(parts)]
                if len(there) == len(parts) and all(map(_fits, there, parts)):
                    yield " ".join(parts), column

    def found(self, words: Sequence[str]) -> dict[int, set[str]]:
        """Per column, the words and phrases that speak for it, each once."""
        said: dict[int, set[str]] = defaultdict(set)
        for word in dict.fromkeys(words):
            for column in self.of_word(word):
                said[column].add(word)
        for phrase, column in self.phrases(words):
            said[column].add(phrase)
        return said


def _fits(word: str, cue: str) -> bool:
    return word.startswith(cue[:-1]) if cue.endswith("*") else word == cue


def weight_of(strength: str) -> float:
    """How much a cue of a strength counts."""
    return WEIGHTS[strength]  # type: ignore[index]
