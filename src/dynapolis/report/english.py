"""The little grammar that English sentences made from figures need: plural, article, lists.

The rules cover the words of a report on cities, not the whole language. What a rule cannot decide is refused
or can be given by the writer (``plural`` takes the irregular form as an argument).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from dynapolis.errors import BadUse
from dynapolis.model.language import Lang
from dynapolis.report.particles import attach

__all__ = ["article", "join_list", "plural"]

_IRREGULAR_PLURALS: Final = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "series": "series", "species": "species",
    "criterion": "criteria", "index": "indices", "half": "halves", "life": "lives", "quiz": "quizzes",
    "tech": "techs", "epoch": "epochs", "monarch": "monarchs", "stomach": "stomachs",
}  # fmt: skip

_LETTERS_WITH_VOWEL_SOUND: Final = frozenset("AEFHILMNORSX")  # their names begin with one: an "ef", an "aitch"
_LONGEST_ACRONYM: Final = 5  # letters; longer words in capitals are read as words if they can be (UNESCO, not UNFCCC)
_ACRONYMS_READ_AS_WORDS: Final = frozenset({
    "FIFA", "LAB", "LAN", "LEED", "LIDAR", "LIFE", "MAP", "MOOC", "NASA", "NATO", "NET", "NUTS", "RADAR", "RAM", "ROM",
    "SHOP", "SMART", "STEM", "SUMP", "SWOT",
})  # fmt: skip
# Beginnings of words, tried in this order before "a vowel letter takes an".
_BEGINNINGS: Final[tuple[tuple[str, Literal["a", "an"]], ...]] = (
    ("hour|honest|honou?r|heir", "an"),
    (r"once|ones?\b|oneself|oneness", "a"),
    ("unanim", "a"),
    ("uni(n|m(?!odal)|dent)", "an"),  # uninformed, unimportant, unidentified
    ("uni|unesco|us[aeiu]|ut[eio]|utrecht|ubiq|uk[er]|ura[ln]|uru|ufo", "a"),  # said "yoo"
    ("eu(np|lj|ms|i)", "an"),  # Korean places: Eunpyeong-gu, Euljiro, Eumseong, Euijeongbu
    ("eu|ewe", "a"),  # said "yoo": European, euro
    ("y(?![aeiou])", "an"),  # Ystad, Yvonne
    ("[aeiouæœø]", "an"),
)

_NO_READINGS: Final[Mapping[str, str]] = MappingProxyType({})


def plural(n: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun in the right number; thousands are set off by commas.

    Args:
        n: the count, 0 or more.
        singular: the noun, or a phrase that ends in it (``living lab``).
        plural: the plural form, for nouns that the rules below do not know.

    Rules: consonant + y becomes ies; s, x, z, ch and sh take es; words in -sis become -ses; acronyms in capitals take
    s; a short list of irregular nouns (person, criterion, series); everything else takes s.

    Raises:
        BadUse: ``n`` is negative, or ``singular`` does not end in a Latin letter and no ``plural`` is given.

    Example:
        >>> plural(1, "city"), plural(0, "city"), plural(1088, "living lab")
        ('1 city', '0 cities', '1,088 living labs')
    """
    if n < 0:
        raise BadUse(f"cannot count {n} of {singular!r}: a count is 0 or more. Write a difference as a number alone.")
    noun = singular if n == 1 else plural if plural is not None else _regular_plural(singular)
    return f"{n:,} {noun}"


def _regular_plural(singular: str) -> str:
    word = re.search(r"[A-Za-zÀ-ɏ]+$", singular)
    if word is None:
        raise BadUse(f"no plural is known for {singular!r}: it does not end in a Latin letter. Give the plural form.")
    last = word[0]
    if len(last) > 1 and last.isupper():
        return singular + "s"
    known = _IRREGULAR_PLURALS.get(last.lower())
    if known is not None:
        return singular[: word.start()] + last[0] + known[1:]
    if re.search(r"[^aeiou]y$|quy$", last):
        return singular[:-1] + "ies"
    if last.endswith("sis"):
        return singular[:-2] + "es"
    return singular + ("es" if last.endswith(("s", "x", "z", "ch", "sh")) else "s")


def article(word: str) -> Literal["a", "an"]:
    """The indefinite article before a word, number or acronym, by how that is pronounced.

    Args:
        word: what follows the article; only its beginning matters. Opening quotes, brackets and currency signs
            are skipped. Acronyms of up to five capitals are read letter by letter, unless known as words (NATO).
            Numbers without commas from 1100 to 1199 and from 1800 to 1899 are read as years (eleven hundred).

    Raises:
        BadUse: the word begins with neither a Latin letter nor a digit, so its English sound is not known.

    Example:
        >>> [article(word) for word in ("city", "hour", "university", "EU", "SME", "8%", "18", "100")]
        ['a', 'an', 'a', 'an', 'an', 'an', 'an', 'a']
    """
    start = unicodedata.normalize("NFC", word).lstrip("'\"‘“«([ €$£¥₩")
    if number := re.match(r"[0-9]+(?:,[0-9]{3})*", start):
        return _article_of_number(number[0])
    letters = "".join(c for c in unicodedata.normalize("NFD", start) if not unicodedata.combining(c))
    token = re.match(r"[^\W\d_]+", letters)
    if token is None or not unicodedata.name(token[0][0], "").startswith("LATIN "):
        raise BadUse(f"the article before {word!r} is not known: it begins with no Latin letter or digit.")
    return _article_of_letter(token[0][0]) if _is_spelled_out(token[0]) else _article_of_word(letters)


def _article_of_number(number: str) -> Literal["a", "an"]:
    """``an`` before eight…, eleven… and eighteen…."""
    digits = number.replace(",", "")
    leading_group = digits[: (len(digits) - 1) % 3 + 1]  # what is said before thousand, million …
    is_year = len(number) == 4 and number[:2] in ("11", "18")
    return "an" if leading_group.startswith("8") or leading_group in ("11", "18") or is_year else "a"


def _is_spelled_out(token: str) -> bool:
    """Whether a word is read letter by letter: one letter, or an acronym, also with a small ending (SMEs, MSc)."""
    if len(token) == 1:
        return True
    capitals = re.match(r"[A-Z]{2,}", token)
    if capitals is None or token.removesuffix("s") in _ACRONYMS_READ_AS_WORDS:
        return False
    return len(capitals[0]) <= _LONGEST_ACRONYM or not re.search(r"[AEIOUY]", capitals[0][1:])


def _article_of_letter(letter: str) -> Literal["a", "an"]:
    return "an" if letter.upper() in _LETTERS_WITH_VOWEL_SOUND else "a"


def _article_of_word(word: str) -> Literal["a", "an"]:
    return next((form for beginning, form in _BEGINNINGS if re.match(beginning, word.lower())), "a")


def join_list(items: Sequence[str], lang: Lang | str, readings: Mapping[str, str] = _NO_READINGS) -> str:
    """Items as a list inside a sentence.

    English joins the last two with "and", without a comma before it. Korean joins two items with 과 or 와 and
    longer lists with commas.

    Args:
        items: at least one text, in the order to print.
        lang: ``en`` or ``ko``.
        readings: item to its reading in Hangul; used only for the first of two items in Korean.

    Raises:
        BadUse: there are no items, or the language is not ``en`` or ``ko``.
        UnknownReading: the first of two items in Korean has no known reading; see ``particles.final_sound``.

    Example:
        >>> join_list(["Amsterdam", "Helsinki", "Seoul"], "en"), join_list(["암스테르담", "서울"], "ko")
        ('Amsterdam, Helsinki and Seoul', '암스테르담과 서울')
    """
    if lang not in tuple(Lang):
        raise BadUse(f"cannot join a list in language {lang!r}. Known: en, ko.")
    if not items:
        raise BadUse("cannot join a list of no items. Write another sentence for the case that there is none.")
    if len(items) == 1:
        return items[0]
    if lang == Lang.EN:
        return f"{', '.join(items[:-1])} and {items[-1]}"
    if len(items) == 2:
        return f"{attach(items[0], '과', readings.get(items[0]))} {items[1]}"
    return ", ".join(items)
