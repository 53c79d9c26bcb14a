"""Words of a text as cues and n-grams see them: folded, Hangul apart from other letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[가-힣]+|[a-z0-9][a-z0-9\-]*|[^\W\d_가-힣]+")
_ASCII = re.compile(r"[\x00-\x7f]*")


@lru_cache(maxsize=4096)
def fold_word(text: str) -> str:
    """One form, small letters, no marks on Latin letters."""
    return fold(text)


def fold(text: str) -> str:
    """Text as it is compared.

    Example:
        >>> fold("Jätkäsaari ＬＡＢ"), fold("서울시")
        ('jatkasaari lab', '서울시')
    """
    if _ASCII.fullmatch(text):
        return text.lower()
    marked = unicodedata.normalize("NFKD", text).lower()
    return unicodedata.normalize("NFC", "".join(c for c in marked if not "\u0300" <= c <= "\u036f"))


def words_of(text: str) -> list[str]:
    """Words in order.

    Example:
        >>> words_of("AI교통 self-driving!")
        ['ai', '교통', 'self-driving']
    """
    return _WORD.findall(fold(text))


def is_hangul(word: str) -> bool:
    """Whether a word is Hangul; words are of one kind."""
    return "가" <= word[0] <= "힣"
