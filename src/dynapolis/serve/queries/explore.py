"""Which initiatives match: words, facets, years; with counts beside every value, and what to lift when none is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dynapolis.serve.address import Parameter, View
from dynapolis.serve.facets import Choice, Facet, select
from dynapolis.serve.search.query import Query, expression, parse, without_particles
from dynapolis.serve.search.synonyms import join_words, widen
from dynapolis.serve.site import Release, mask_of, synonyms
from dynapolis.store.reading import Documents

PER_PAGE = ("25", "50", "100")
ORDERS = ("relevance", "newest", "evidence", "name")
FACETS = (
    "city",
    "sector",
    "goal",
    "innovation",
    "stage",
    "lead",
    "status",
    "kind",
    "track",
    "country",
    "lab_type",
    "evidence",
    "coding",
    "language",
    "register",
    "driver",
)
LAB_FACETS = (
    "city",
    "lab_type",
    "sector",
    "status",
    "lead",
    "stage",
    "country",
    "evidence",
    "coding",
    "language",
    "register",
)
_YEARS = (1900, 2100)
_FIRST = 500  # documents of a list that are kept in order
_AT_ONCE = 1 << 15


@dataclass(frozen=True, slots=True)
class Searched:
    """What was really looked for.

    Attributes:
        documents: found, or None when nothing was typed, or they are not needed any more.
        in_name: those of them whose name holds the words.
        also: by term, the other words that were looked for too.
        bare: the words without particles, where only those found something.
    """

    query: Query
    documents: Documents | None
    in_name: Documents | None = None
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    bare: tuple[str, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether words were looked for."""
        return expression(self.query) is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a list says whichever page of it is shown; an edition is frozen, so it stays true.

    Attributes:
        n: initiatives found.
        first: of them, the first ``_FIRST`` in order.
        counts: by facet, of each value.
        lifted: as of ``Found``.
        searched: without its documents.
    """

    n: int
    first: Documents
    counts: Mapping[str, Mapping[str, int]]
    lifted: tuple[tuple[str, int], ...]
    searched: Searched


@dataclass(frozen=True)
class Found:
    """One page of a list.

    Attributes:
        view: what was asked.
        rows: initiatives of this page.
        n: initiatives found.
        n_pages: pages they fill.
        facets: in the order of the page, each with its values' counts.
        searched: what was looked for.
        lifted: where nothing was found, initiatives there would be without each restriction; by parameter.
    """

    view: View
    rows: list[dict[str, Any]]
    n: int
    n_pages: int
    facets: tuple[tuple[Facet, Mapping[str, int]], ...]
    searched: Searched
    lifted: tuple[tuple[str, int], ...]


def parameters(release: Release, facets: Sequence[str] = FACETS) -> tuple[Parameter, ...]:
    """What the address of a list takes."""
    known = [release.facets[name] for name in facets if name in release.facets]
    return (
        Parameter("q", "text", default=""),
        *(Parameter(facet.name, "list", facet.values, Choice()) for facet in known),
        Parameter("y", "range", default=None, least=2015, most=2022),
        Parameter("syn", "switch", default=True),
        Parameter("sort", "choice", ORDERS, "relevance"),
        Parameter("n", "choice", PER_PAGE, PER_PAGE[0]),
        Parameter("page", "number", default=1, least=1),
        Parameter("view", "choice", ("list", "table"), "list"),
    )


def find_initiatives(release: Release, view: View, population: str = "units", facets: Sequence[str] = FACETS) -> Found:
    """One page of the initiatives that match.

    Args:
        release: the edition.
        view: the query of the page, read with ``parameters``.
        population: which initiatives the list is about.
        facets: of the list, in the order of the page.
    """
    here = [release.facets[name] for name in facets if name in release.facets]
    choices = {facet.name: view[facet.name] for facet in here if view[facet.name] != Choice()}
    asked = (population, *facets), view["q"], view["syn"], view["y"], view["sort"], tuple(choices.items())
    size = int(view["n"])
    answer = release.kept(asked, lambda: _answer(release, view, population, here, choices, _FIRST))
    n_pages = max(1, -(-answer.n // size))
    start = (min(view["page"], n_pages) - 1) * size
    first = answer.first
    if start + size > len(first) < answer.n:
        first = _answer(release, view, population, here, choices, start + size).first
    docs = first[start : start + size]
    rows = release.reading.listed([int(doc) for doc in docs]) if len(docs) else []
    counted = tuple((facet, answer.counts[facet.name]) for facet in here)
    return Found(view, rows, answer.n, n_pages, counted, answer.searched, answer.lifted)


def _answer(
    release: Release, view: View, population: str, here: Sequence[Facet], choices: Mapping[str, Choice], most: int
) -> Answer:
    """What matches, with its first documents in order, at most so many."""
    columns = release.reading.columns
    searched = search(release, view["q"], view["syn"])
    base = np.array(columns[f"is_{population}"])
    years = _in_years(release, view["y"])
    if searched.documents is not None:
        base &= mask_of(searched.documents, release.n_documents)
    chosen = select(here, columns, choices, base & years if years is not None else base)
    first = _in_order(release, chosen.mask, view["sort"], searched, most)
    lifted: list[tuple[str, int]] = []
    if not chosen.n:
        lifted = [(name, count) for name, count in chosen.without.items() if count]
        if years is not None and (count := select(here, columns, choices, base).n):
            lifted.append(("y", count))
        if searched.documents is not None:
            everything = np.array(columns[f"is_{population}"])
            count = select(here, columns, choices, everything & years if years is not None else everything).n
            lifted += [("q", count)] if count else []
    told = replace(searched, documents=None, in_name=None)
    return Answer(chosen.n, first, chosen.counts, tuple(lifted), told)


def search(release: Release, text: str, with_synonyms: bool = True) -> Searched:
    """Documents that hold the words; where none does, once more without particles."""
    plain = join_words(parse(text), synonyms())
    query = widen(plain, synonyms()) if with_synonyms else plain
    wanted = expression(query)
    if wanted is None:
        return Searched(query, None)
    documents = release.found(wanted, None)
    bare: tuple[str, ...] = ()
    if not len(documents):
        stripped = without_particles(parse(text))
        if stripped != parse(text):
            again = widen(stripped, synonyms()) if with_synonyms else stripped
            retried = release.found(expression(again), None)
            if len(retried):
                query, documents = again, retried
                bare = tuple(" ".join(term.runs) for term in again.wanted)
    in_name = release.found(expression(query), "name")
    also = tuple((term.printed, tuple(" ".join(words) for words in term.also)) for term in query.terms if term.also)
    return Searched(query, documents, in_name, also, bare)


def _in_years(release: Release, years: tuple[int | None, int | None] | None) -> Any:
    """Initiatives that began in a range of years; those without a year are not among them."""
    if years is None:
        return None
    low, high = (edge if given is None else given for given, edge in zip(years, _YEARS, strict=True))
    start = release.reading.columns["start_year"]
    return (start >= low) & (start <= high) & (start > 0)


def _in_order(release: Release, mask: Any, order: str, searched: Searched, most: int) -> Documents:
    """The first documents of a mask in the order asked for; by relevance, those with the words in their name first."""
    name = "evidence" if order == "relevance" else order
    every = release.reading.columns[f"order_{name}"]
    if order != "relevance" or searched.in_name is None or not len(searched.in_name):
        return _first(every, mask, most)
    named = mask_of(searched.in_name, release.n_documents)
    docs = _first(every, mask & named, most)
    return np.concatenate([docs, _first(every, mask & ~named, most - len(docs))]) if len(docs) < most else docs


def _first(every: Documents, mask: Any, most: int) -> Documents:
    """The first documents of a mask; no more of them is looked at than is needed.

    Example:
        >>> _first(np.array([2, 0, 3, 1]), np.array([True, False, True, True]), 2).tolist()
        [2, 0]
    """
    found, n = [every[:0]], 0
    for start in range(0, len(every), _AT_ONCE):
        if n >= most:
            break
        part = every[start : start + _AT_ONCE]
        found.append(part[mask[part]])
        n += len(found[-1])
    docs: Documents = np.concatenate(found)[:most]
    return docs
