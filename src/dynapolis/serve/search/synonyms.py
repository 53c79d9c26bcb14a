"""Other words for a search word, from the content folder: each group says one thing in Korean and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dynapolis.serve.search.query import Query, Term
from dynapolis.serve.search.tokens import runs

Synonyms = Mapping[tuple[str, ...], Sequence[str]]


def read_groups(groups: Iterable[Sequence[str]]) -> Synonyms:
    """Other words by the runs of each word.

    Example:
        >>> read_groups([["리빙랩", "living lab"]])[("리빙랩",)]
        ('living lab',)
    """
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            key = tuple(runs(word))
            found[key] = (*found.get(key, ()), *(other for other in group if other != word))
    return found


def join_words(query: Query, synonyms: Synonyms) -> Query:
    """Neighbouring words that a group spells as one thing ("living lab") are read as one term."""
    longest = max((len(key) for key in synonyms), default=1)
    terms: list[Term] = []
    rest = list(query.terms)
    while rest:
        size = next((n for n in range(min(longest, len(rest)), 1, -1) if _is_one(rest[:n], synonyms)), 1)
        terms.append(rest[0] if size == 1 else _one(rest[:size]))
        rest = rest[size:]
    return Query(tuple(terms))


def _is_one(terms: Sequence[Term], synonyms: Synonyms) -> bool:
    plain = not any(term.exact or term.excluded for term in terms)
    return plain and _words(terms) in synonyms


def _one(terms: Sequence[Term]) -> Term:
    return Term(" ".join(term.printed for term in terms), _words(terms))


def _words(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(word for term in terms for word in term.runs)


def widen(query: Query, synonyms: Synonyms) -> Query:
    """The same search with the other words of its terms; exact ones stay as they are.

    A synonym of several words is found where they stand next to each other.
    """
    return Query(
        tuple(
            term if term.exact else replace(term, also=tuple(tuple(runs(word)) for word in synonyms.get(term.runs, ())))
            for term in query.terms
        )
    )
