"""Names in a form in which they can be compared: folded, without legal forms, in words, in letters of the jamo.

Two spellings of one name differ in case, accents, points, legal forms, small words and script. Each function here takes
one of these away; which words are legal forms or small words is content (``content/resolve/names.yml``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from dynapolis.model.language import Frozen, NonEmpty
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml
from dynapolis.text import has_hangul

_LETTERS = str.maketrans({
    "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h",
    "㈜": " 주식회사 ", "＆": "&",
})  # fmt: skip
_NO_LETTER = re.compile(r"[^\w]+|_+")
_APOSTROPHE = re.compile(r"(?<=\w\w)['’´`](?=s\b)")
_POINTS = re.compile(r"\b(\w)[.](?=\w\b)")  # S.p.A., e.V.
_SINGLE = re.compile(r"(?:(?<=\s)|^)(\w(?: \w)+)(?=\s|$)")
_KOREAN_FORM = re.compile(r"[(（]\s*(주|유|재|사|학|의|복)\s*[)）]")
_WRITTEN_OUT = re.compile(r"([aou])e")
_DIGITS, _WORD = re.compile(r"\d+"), re.compile(r"\w+")
_ROMAN = {
    word: number
    for number, word in enumerate(
        ["II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"], start=2
    )
}
_BRACKETS = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]")
LEAST_ACRONYM, MOST_ACRONYM = 2, 12

_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)  # fmt: skip
_FIRST, _LAST, _PER_INITIAL, _PER_VOWEL = 0xAC00, 0xD7A3, 588, 28


class NameWords(Frozen):
    """The file as it stands."""

    legal_forms: dict[str, tuple[NonEmpty, ...]]
    small_words: tuple[NonEmpty, ...]
    same_words: dict[str, NonEmpty]
    authority_words: tuple[NonEmpty, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known about words of names.

    Attributes:
        legal_forms: each as a tuple of folded words, the longest first.
        small: linking words.
        same: words that are compared as another one.
        authority: words that name a city's own administration.
    """

    legal_forms: tuple[tuple[str, ...], ...]
    small: frozenset[str]
    same: dict[str, str]
    authority: frozenset[str]


@cache
def read_vocabulary(path: Path | None = None) -> Vocabulary:
    """The words of the shipped file, or of another.

    Raises:
        BadContent: the file is missing or faulty.
    """
    file = read_yaml(path or shipped() / "resolve" / "names.yml", NameWords)
    forms = {tuple(fold(form).split()) for forms in file.legal_forms.values() for form in forms}
    ordered = sorted((form for form in forms if form), key=lambda form: (-len(form), form))
    return Vocabulary(tuple(ordered), frozenset(file.small_words), dict(file.same_words), _squashed(file))


def _squashed(file: NameWords) -> frozenset[str]:
    return frozenset(squash(fold(word)) for word in file.authority_words)


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Small letters without accents and signs, words separated by single spaces; letters with points are one word.

    Example:
        >>> fold("Università degli Studi"), fold("S.p.A."), fold("TREND S R L"), fold("리빙랩(서울)")
        ('universita degli studi', 'spa', 'trend srl', '리빙랩 서울')
    """
    small = _POINTS.sub(r"\1", unicodedata.normalize("NFKC", text.translate(_LETTERS)).casefold().translate(_LETTERS))
    apart = unicodedata.normalize("NFD", _APOSTROPHE.sub("", small))
    plain = unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
    words = " ".join(_NO_LETTER.sub(" ", plain).split())
    return _SINGLE.sub(lambda found: found[1].replace(" ", ""), words)


def without_legal_form(name: str, vocabulary: Vocabulary | None = None) -> str:
    """A name folded and without the legal forms at its two ends; a name that is nothing else stays.

    Example:
        >>> without_legal_form("㈜카카오모빌리티"), without_legal_form("(주) 카카오모빌리티")
        ('카카오모빌리티', '카카오모빌리티')
        >>> without_legal_form("CenterVue S.p.A."), without_legal_form("Siemens AG & Co. KG"), without_legal_form("AG")
        ('centervue', 'siemens', 'ag')
    """
    known = vocabulary or read_vocabulary()
    words = fold(_KOREAN_FORM.sub(" 주식회사 ", name)).split()
    forms = _form_set(known)
    longest = len(known.legal_forms[0]) if known.legal_forms else 0
    while True:
        cut = _one_form_less(words, forms, longest)
        if cut == words or not cut:
            return " ".join(words)
        words = cut


@lru_cache(maxsize=4)
def _forms_of(forms: tuple[tuple[str, ...], ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(forms)


def _form_set(vocabulary: Vocabulary) -> frozenset[tuple[str, ...]]:
    return _forms_of(vocabulary.legal_forms)


def _one_form_less(words: list[str], forms: frozenset[tuple[str, ...]], longest: int) -> list[str]:
    for size in range(min(longest, len(words)), 0, -1):
        if tuple(words[-size:]) in forms:
            return words[:-size]
    for size in range(min(longest, len(words)), 0, -1):
        if tuple(words[:size]) in forms and (size > 1 or len(words[0]) > 2 or has_hangul(words[0])):
            return words[size:]
    return words


def words_of(name: str, vocabulary: Vocabulary | None = None, *, organisation: bool = False) -> tuple[str, ...]:
    """The words of a name that may tell it from others: no small words, no legal forms of an organisation.

    Umlauts written out are as those left out (Muenchen, München, Munchen), and words that mean the same are one word.

    Example:
        >>> words_of("Universität zu Köln"), words_of("UNIVERSITY OF KOELN")
        (('university', 'koln'), ('university', 'koln'))
    """
    known = vocabulary or read_vocabulary()
    folded = without_legal_form(name, known) if organisation else fold(name)
    kept = [word for word in folded.split() if word not in known.small] or folded.split()
    return tuple(known.same.get(word) or squash(known.same.get(word, word)) for word in kept)


@lru_cache(maxsize=1 << 16)
def squash(word: str) -> str:
    """A folded word with ae, oe, ue as a, o, u, whichever way its umlauts were written.

    Example:
        >>> squash("muenchen"), squash("hoersholm"), squash("blue"), squash("queen")
        ('munchen', 'horsholm', 'blu', 'quen')
    """
    return _WRITTEN_OUT.sub(r"\1", word) if word.isascii() else word


@lru_cache(maxsize=1 << 16)
def letters(text: str) -> str:
    """A folded text as a row of letters, Hangul syllables taken apart into jamo, so that distances count letters.

    Example:
        >>> len(letters("서울")), letters("living lab")
        (5, 'livinglab')
    """
    joined = text.replace(" ", "")
    return joined if joined.isascii() else unicodedata.normalize("NFD", joined)


@lru_cache(maxsize=1 << 16)
def romanise(text: str) -> str:
    """Hangul in Latin letters, syllable by syllable; other letters stay.

    Sounds that change at the border of two syllables are not followed, so 신라 is ``sinla``.

    Source: the letters of the Revised Romanization of Korean (2000).

    Example:
        >>> romanise("마곡"), romanise("청계천"), romanise("리빙랩 lab")
        ('magok', 'cheonggyecheon', 'ribingraep lab')
    """
    return "".join(_syllable(c) if "\uac00" <= c <= "\ud7a3" else c for c in text)


def _syllable(syllable: str) -> str:
    place = ord(syllable) - _FIRST
    initial, rest = divmod(place, _PER_INITIAL)
    vowel, final = divmod(rest, _PER_VOWEL)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def initials(name: str, vocabulary: Vocabulary | None = None) -> str:
    """The first letters of the words of a name, small words left out; empty when it would be too short.

    Example:
        >>> initials("Helsinki Region Environmental Services"), initials("Vilnius")
        ('hres', '')
    """
    known = vocabulary or read_vocabulary()
    found = "".join(word[0] for word in fold(name).split() if word not in known.small and not has_hangul(word))
    return found if LEAST_ACRONYM <= len(found) <= MOST_ACRONYM else ""


def acronyms(name: str) -> tuple[str, ...]:
    """Words of a name that look like acronyms: written in capitals among others that are not, or alone in brackets.

    Example:
        >>> acronyms("Marineterrein Amsterdam Living Lab (MALL)"), acronyms("DOLL Living Lab"), acronyms("CITY OF OSLO")
        (('mall',), ('doll',), ())
    """
    bracketed = [fold(part) for part in _BRACKETS.findall(name) if " " not in part.strip()]
    shouted = [word.strip("()[],.:;") for word in name.split()]
    capitals = [word for word in shouted if word.isupper() and len(word) >= LEAST_ACRONYM and word.isalnum()]
    if name.isupper():
        capitals = []
    found = dict.fromkeys([*bracketed, *map(fold, capitals)])
    return tuple(word for word in found if LEAST_ACRONYM <= len(word) <= MOST_ACRONYM and not word.isdigit())


def numbers(name: str) -> tuple[str, ...]:
    """Numbers in a name, sorted and without leading zeros: they tell a second phase, or a year, from another.

    Roman numbers from two to fifteen count, but for a single letter that begins the name.

    Example:
        >>> numbers("Living Lab 2020, phase 02"), numbers("Concerted Action IV"), numbers("V-Park")
        (('2', '2020'), ('4',), ())
    """
    roman = [str(_ROMAN[word]) for word in _WORD.findall(name)[1:] if word in _ROMAN]
    return tuple(sorted([found.lstrip("0") or "0" for found in _DIGITS.findall(name)] + roman))


def variants(name: str) -> tuple[str, ...]:
    """A name, and what is left of it without the brackets, and what stands in them if that is a name of its own.

    Example:
        >>> variants("Living Innovation Zones (LIZ)")
        ('Living Innovation Zones (LIZ)', 'Living Innovation Zones')
    """
    outside = " ".join(_BRACKETS.sub(" ", name).split())
    inside = [part.strip() for part in _BRACKETS.findall(name) if len(part.split()) > 1]
    return tuple(dict.fromkeys(part for part in (name, outside, *inside) if part))


def same_words_joined(words: Sequence[str]) -> str:
    """Words in the order of the alphabet, joined: the key of a name whose words stand in another order.

    Example:
        >>> same_words_joined(["oslo", "city"]) == same_words_joined(["city", "oslo"])
        True
    """
    return " ".join(sorted(words))
