"""A search as typed: words, "exact phrases", −excluded words; what else is searched; the expression the index takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dynapolis.serve.search.tokens import END, fold, is_hangul, pieces, runs

LONGEST = 200  # characters of a search that are read
MOST_TERMS = 12
_PART = re.compile(r'(?P<minus>[-−])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
# Particles that follow a noun; the longest that leaves two syllables is taken off when the word itself finds nothing.
PARTICLES = (
    "에서는",
    "으로는",
    "에서도",
    "으로도",
    "에게서",
    "이라는",
    "까지는",
    "부터는",
    "에서",
    "으로",
    "에게",
    "까지",
    "부터",
    "이라",
    "라는",
    "처럼",
    "보다",
    "마다",
    "조차",
    "이나",
    "이며",
    "에는",
    "에도",
    "와의",
    "과의",
    "로는",
    "로도",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "로",
    "와",
    "과",
    "도",
    "만",
    "나",
    "며",
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for. ``runs`` follow each other; ``also`` are other words for it, each again as runs."""

    printed: str
    runs: tuple[str, ...]
    exact: bool = False
    excluded: bool = False
    also: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """All terms must be found, the excluded ones must not."""

    terms: tuple[Term, ...]

    @property
    def wanted(self) -> tuple[Term, ...]:
        """Terms that must be found."""
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        """Terms that must not be found."""
        return tuple(term for term in self.terms if term.excluded)


def parse(text: str) -> Query:
    """The terms of a search; signs and what goes beyond the limits are passed over, nothing is refused.

    Example:
        >>> [(term.printed, term.exact, term.excluded) for term in parse('서울 "living lab" -버스').terms]
        [('서울', False, False), ('living lab', True, False), ('버스', False, True)]
    """
    found: list[Term] = []
    for match in _PART.finditer(text[:LONGEST]):
        exact = match["phrase"] is not None
        printed = match["phrase"] if exact else match["word"]
        words = tuple(runs(printed or ""))
        term = Term((printed or "").strip(), words, exact, bool(match["minus"]))
        if words and term not in found:
            found.append(term)
    return Query(tuple(found[:MOST_TERMS]))


def without_particles(query: Query) -> Query:
    """The same search with the particle taken off every Hangul word that may carry one; exact ones stay."""
    return Query(tuple(term if term.exact else replace(term, runs=_bare(term.runs)) for term in query.terms))


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    last = words[-1]
    if not is_hangul(last):
        return words
    for particle in PARTICLES:
        if last.endswith(particle) and len(last) - len(particle) >= 2:  # a noun has two syllables or more
            return (*words[:-1], last[: -len(particle)])
        if last == particle and len(words) > 1:  # "AI는" is read as "ai" and "는"
            return words[:-1]
    return words


def expression(query: Query) -> str | None:
    """The search as SQLite's full-text index reads it; nothing when no term is wanted.

    Every token is quoted, so no sign of a search is ever read as an operator.

    Example:
        >>> expression(parse("교통체계 -lab"))
        '("교통 통체 체계") NOT ("lab")'
    """
    if not query.wanted:
        return None
    wanted = " AND ".join(_either(term) for term in query.wanted)
    return " NOT ".join([wanted, *(_either(term) for term in query.unwanted)])


def _either(term: Term) -> str:
    own = _exact(term.runs) if term.exact or " " in term.printed else _near(term.runs)
    return f"({' OR '.join(dict.fromkeys((own, *map(_exact, term.also))))})"


def _near(words: Sequence[str]) -> str:
    """Runs of one typed word, such as 'ai' and '교통' of AI교통; all of them, in any place: Korean spells both ways."""
    parts = [f'"{" ".join(pieces(word))}"' + (" *" if is_hangul(word) and len(word) == 1 else "") for word in words]
    return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"


def _exact(words: Sequence[str]) -> str:
    """Words one after the other; one syllable alone is the beginning of a word."""
    if len(words) == 1:
        return _near(words)
    return f'"{f" {END} ".join(" ".join(pieces(word)) for word in words)}"'


def bounds(text: str, query: Query, around: int = 90) -> str:
    """The stretch of a text around the first term found, for a line of results; its beginning where none is.

    Example:
        >>> bounds("a" * 200 + " lab", parse("lab"), 5)
        '…aaaa lab'
    """
    folded = fold(text)
    if len(folded) != len(text):  # folding changed lengths: positions would be wrong
        return text[: 2 * around] + ("…" if len(text) > 2 * around else "")
    spots = [folded.find(word) for term in query.wanted for words in (term.runs, *term.also) for word in words[:1]]
    start = max(0, min((spot for spot in spots if spot >= 0), default=0) - around)
    end = min(len(text), start + 2 * around)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
