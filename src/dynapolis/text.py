"""Unicode as registers use it: one normal form, split lists, Hangul or not."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """Text in NFC, without byte order marks, with single spaces inside and none at its ends.

    Example:
        >>> clean("  Women  in\\u00a0Tech ")
        'Women in Tech'
    """
    return " ".join(unicodedata.normalize("NFC", text.replace("\ufeff", "")).split())


def split_list(cell: str, separator: str = ";") -> tuple[str, ...]:
    """Values of a cell that holds a list; empty parts are dropped.

    Example:
        >>> split_list("Bilbao; TNO;; Waag")
        ('Bilbao', 'TNO', 'Waag')
    """
    return tuple(part for part in (clean(piece) for piece in cell.split(separator)) if part)


def has_hangul(text: str) -> bool:
    """Whether the text holds at least one Hangul syllable or letter.

    Example:
        >>> has_hangul("리빙랩 lab"), has_hangul("lab")
        (True, False)
    """
    return any("\uac00" <= c <= "\ud7a3" or "\u1100" <= c <= "\u11ff" or "\u3130" <= c <= "\u318f" for c in text)
