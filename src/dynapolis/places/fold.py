"""Names of places as keys: one form for all the ways in which a name is capitalised, accented and punctuated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

# Letters that Unicode does not take apart by itself.
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t"}
)
# The same letters, and those with dots and rings, as typewriters without them write them.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Latin letters whose capitals look like those of another script: first and last small letter of it, the letters.
_LOOKALIKES = (
    ("α", "ω", str.maketrans("abehikmnoptvxyz", "αβεηικμνορτνχυζ")),
    ("а", "я", str.maketrans("abcehikmoptxy", "авсенікмортху")),
)
_ASCII_NO_LETTER = re.compile(r"[^0-9a-z]+")
_NO_LETTER = re.compile(r"[\W_]+")


def fold_words(text: str) -> str:
    """A name in small letters without accents, its words separated by single spaces.

    Apostrophes, hyphens and full stops separate words, because publishers write them or leave them out at will.

    Example:
        >>> fold_words("Villenave-d'Ornon"), fold_words("København Ø"), fold_words("GIEẞEN"), fold_words("서울특별시")
        ('villenave d ornon', 'kobenhavn o', 'giessen', '서울특별시')
    """
    if text.isascii():
        return _ASCII_NO_LETTER.sub(" ", text.lower()).strip()
    return _fold_letters(text.casefold())


def fold_written_out(text: str) -> str:
    """The same, with ä, ö, ü, å and ø written out as ae, oe, ue, aa and oe.

    Example:
        >>> fold_written_out("Køge"), fold_written_out("Århus"), fold_written_out("Graz")
        ('koege', 'aarhus', 'graz')
    """
    if text.isascii():
        return fold_words(text)
    return _fold_letters(unicodedata.normalize("NFC", text).casefold().translate(_WRITTEN_OUT))


def fold(text: str) -> str:
    """The key of a name: its folded words without the spaces between them.

    Example:
        >>> fold("La Roche-sur-Yon") == fold("LA ROCHE SUR YON")
        True
    """
    return fold_words(text).replace(" ", "")


def loosen(words: str, saints: Collection[str], small: Collection[str]) -> str:
    """A looser key of folded words: every word for "saint" becomes one, and small linking words are dropped.

    Args:
        words: as ``fold_words`` gives them.
        saints: words that mean "saint" in some language, with their abbreviations.
        small: linking words, such as "sur" or "upon".

    Example:
        >>> loosen("st etienne du rouvray", {"st", "saint"}, {"du"})
        '*etiennerouvray'
        >>> loosen("rottenburg am neckar", {"st"}, {"am"})
        'rottenburgneckar'
    """
    return "".join(["*" if word in saints else word for word in words.split(" ") if word not in small])


def cut_at_first_accent(name: str, least: int = 5) -> str:
    """The key of a name that a faulty export cut off before its first letter outside ASCII; empty if too short.

    Example:
        >>> cut_at_first_accent("Portimão"), cut_at_first_accent("Göteborg"), cut_at_first_accent("Berlin")
        ('portim', '', '')
    """
    head = next((name[:n] for n, letter in enumerate(name) if not letter.isascii()), "")
    key = fold(head)
    return key if len(key) >= least else ""


def unmix(words: str) -> str:
    """Folded words of which each is in one script: Latin letters inside a Greek or Cyrillic word become its own.

    Example:
        >>> unmix("kαλοπαναγιωτης"), unmix("hρακλειο"), unmix("athens αθηνα")
        ('καλοπαναγιωτης', 'ηρακλειο', 'athens αθηνα')
    """
    return words if words.isascii() else " ".join(_unmix_word(word) for word in words.split(" "))


def _unmix_word(word: str) -> str:
    latin = sum(c.isascii() for c in word)
    if latin and latin < len(word) / 2:
        for first, last, letters in _LOOKALIKES:
            if any(first <= c <= last for c in word):
                return word.translate(letters)
    return word


def _fold_letters(small: str) -> str:
    # Compatibility forms, such as mathematical letters, show their case only when taken apart.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", small.translate(_LETTERS)).casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return _NO_LETTER.sub(" ", unicodedata.normalize("NFC", plain).translate(_LETTERS)).strip()
