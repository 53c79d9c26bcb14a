"""What of a text is indexed: Latin words as they stand, Hangul as pairs of neighbouring syllables.

A word search finds 교통 inside 대중교통체계가 only if Hangul is cut smaller than at its spaces: Korean writes compounds
and particles without a gap. Pairs of syllables find every part of two syllables or more; a single syllable finds the
pairs that begin with it, and a syllable that stands alone.

Source: overlapping n-grams for Chinese, Japanese and Korean, as in Lee and Ahn (1996), "Using n-grams for Korean text
retrieval", SIGIR.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

END = "ￜ"  # a sign no register writes: it stands between words, so that no pair or phrase reaches across
_RUN = re.compile(r"([가-힣]+)|([^\W_가-힣]+)", re.UNICODE)


def fold(text: str) -> str:
    """Text as it is compared: one normal form, small letters, no marks on Latin letters.

    Example:
        >>> fold("Jätkäsaari ＡＩ"), fold("서울시")
        ('jatkasaari ai', '서울시')
    """
    marked = unicodedata.normalize("NFKD", text).lower()
    bare = "".join(c for c in marked if not ("\u0300" <= c <= "\u036f"))
    return unicodedata.normalize("NFC", bare)


def runs(text: str) -> list[str]:
    """Stretches of Hangul and of other letters and digits, in order, folded.

    Example:
        >>> runs("AI교통 체계, 2022")
        ['ai', '교통', '체계', '2022']
    """
    return [match.group() for match in _RUN.finditer(fold(text))]


def tokens(text: str) -> list[str]:
    """Tokens of a text in order, words apart.

    Example:
        >>> tokens("대중교통 lab")
        ['대중', '중교', '교통', 'ￜ', 'lab', 'ￜ']
        >>> tokens("숲")
        ['숲', 'ￜ']
    """
    found: list[str] = []
    for run in runs(text):
        found += pieces(run)
        found.append(END)
    return found


def pieces(run: str) -> list[str]:
    """Tokens of one run: the pairs of a Hangul run of two syllables or more, otherwise the run itself."""
    return [a + b for a, b in pairwise(run)] if is_hangul(run) and len(run) > 1 else [run]


def is_hangul(run: str) -> bool:
    """Whether a run is Hangul; runs are of one kind."""
    return "가" <= run[0] <= "힣"


def indexed(text: str) -> str:
    """Tokens as one string, as the full-text table stores them."""
    return " ".join(tokens(text))
