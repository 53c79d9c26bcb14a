"""Texts as numbers: three views of each record, in any language that is written with letters.

Words and pairs of words know terms; runs of four letters know what terms have in common (plural, inflection, compound,
spelling) and work where words are not parted by spaces as in English; the title alone speaks for the records whose
abstract is missing or long. Hangul is taken apart into its letters first, so that a run of letters reaches over a
stem and its particle.

Source of the weighting: Salton and Buckley (1988), doi 10.1016/0306-4573(88)90021-0 (TF-IDF, here with 1 + log tf).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

import numpy as np

from dynapolis.model.arrays import IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Unit = Literal["words", "letters"]


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at the texts.

    Attributes:
        name: how the view is called in settings and messages.
        parts: what of the record it reads.
        units: ``words`` (1–2-grams) and ``letters`` (4-grams inside words); both together are weighted alike.
        weight: how much its score counts in the sum of all views.
    """

    name: str
    parts: Literal["title and abstract", "title"]
    units: tuple[Unit, ...]
    weight: float


VIEWS = (
    View("words", "title and abstract", ("words",), 1.0),
    View("letters", "title and abstract", ("letters",), 1.0),
    View("title", "title", ("words", "letters"), 0.5),
)
_LEAST_RECORDS: dict[Unit, int] = {"words": 2, "letters": 3}  # a term of fewer records tells nothing of others
_MOST_COMMON = 0.95  # nor does one of nearly every record
_RUN = 4
_WORD = re.compile(r"\w+")


def view_matrices(
    titles: Sequence[str], abstracts: Sequence[str], views: Sequence[View] = VIEWS
) -> tuple[csr_matrix, ...]:
    """One sparse matrix a view, shape (n_records, n_terms); rows have length 1, or 0 where there is no known term.

    Args:
        titles, abstracts: the texts, in the same order; may be empty.
        views: the views wanted.

    Example:
        >>> [m.shape[0] for m in view_matrices(["Smart city lab"] * 4, [""] * 4)]
        [4, 4, 4]
    """
    short = [_words(title) for title in titles]
    texts = {
        "title": short,
        "title and abstract": [title + _words(text) for title, text in zip(short, abstracts, strict=True)],
    }
    counts = {
        (parts, unit): _weighted(count(texts[parts]), _LEAST_RECORDS[unit])
        for parts, unit in {(view.parts, unit): None for view in views for unit in view.units}
        for count in (_word_counts if unit == "words" else _letter_counts,)
    }
    return tuple(_side_by_side([counts[view.parts, unit] for unit in view.units]) for view in views)


def _words(text: str) -> list[str]:
    """Words in lower case; Hangul syllables taken apart (NFD), marks of accents dropped."""
    text = text.lower()
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return _WORD.findall(text)


def _word_counts(texts: Sequence[list[str]]) -> csr_matrix:
    """How often each word of two letters or more, and each pair of such words, occurs."""
    columns, ends, n_words = _numbered([[word for word in words if len(word) > 1] for words in texts])
    inside = np.ones(len(columns), dtype=bool)  # whether the next word belongs to the same text
    inside[ends[1:][ends[1:] > ends[:-1]] - 1] = False
    first = np.flatnonzero(inside)
    pairs, places = np.unique(columns[first].astype(np.int64) * n_words + columns[first + 1], return_inverse=True)
    in_text = np.searchsorted(ends, np.arange(len(columns)), side="right") - 1
    rows = np.concatenate([in_text, in_text[first]])
    return _table(rows, np.concatenate([columns, n_words + places]), (len(texts), n_words + len(pairs)))


def _letter_counts(texts: Sequence[list[str]]) -> csr_matrix:
    """How often each run of letters inside a word occurs; a word's ends count as a letter, a short word is a run.

    Every distinct word is cut up once; the runs of a text are the runs of its words.
    """
    known: dict[str, int] = {}
    words = _counts(texts, known)
    return words @ _counts([_runs(f" {word} ") for word in known or ("",)], {})


def _runs(word: str) -> list[str]:
    return [word[at : at + _RUN] for at in range(max(1, len(word) - _RUN + 1))]


def _counts(texts: Sequence[Sequence[str]], known: dict[str, int]) -> csr_matrix:
    """Counts of terms, shape (n_texts, n_terms), terms in the order in which they first occur; fills ``known``."""
    columns, ends, n_terms = _numbered(texts, known)
    return _table(np.repeat(np.arange(len(texts)), np.diff(ends)), columns, (len(texts), n_terms))


def _numbered(texts: Sequence[Sequence[str]], known: dict[str, int] | None = None) -> tuple[IntArray, IntArray, int]:
    """Numbers of all terms of all texts one after the other, where each text begins and ends, how many terms."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    columns = np.fromiter(map(number.__getitem__, chain.from_iterable(texts)), dtype=np.int64)
    if known is not None:
        known.update(number)
    return columns, np.cumsum([0, *map(len, texts)]), max(len(number), 1)


def _table(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> csr_matrix:
    """How often each column stands in each row."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)  # equal places are added up


def _weighted(counts: csr_matrix, least: int) -> csr_matrix:
    """TF-IDF with (1 + log tf) · (1 + ln((1 + n) / (1 + df))), of the terms that are neither rare nor everywhere."""
    from scipy.sparse import csr_matrix, diags

    n = counts.shape[0]
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    keep = (n_with >= min(least, max(1, n // 4))) & (n_with <= max(_MOST_COMMON * n, 1))
    kept = csr_matrix(counts[:, keep]) if keep.any() else csr_matrix((n, 1))
    kept.data = 1 + np.log(kept.data)
    rarity = 1 + np.log((1 + n) / (1 + n_with[keep])) if keep.any() else np.ones(1)
    return _unit_rows(csr_matrix(kept @ diags(rarity)))


def _side_by_side(parts: Sequence[csr_matrix]) -> csr_matrix:
    """Several term matrices as one, each row again of length 1."""
    from scipy.sparse import csr_matrix, hstack

    return parts[0] if len(parts) == 1 else _unit_rows(csr_matrix(hstack(parts)))


def _unit_rows(matrix: csr_matrix) -> csr_matrix:
    from scipy.sparse import csr_matrix, diags

    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return csr_matrix(diags(1 / lengths) @ matrix)
