"""Names as links compare them: in steps, from the name as it stands to one that differs in a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import Indel

from dynapolis.model.evidence import Record
from dynapolis.resolve.links.link import Rule
from dynapolis.resolve.names import acronyms, fold, initials, letters, numbers, variants, words_of
from dynapolis.text import has_hangul

# Words that say what kind of thing a name is of, and not which one.
KIND_WORDS = frozenset(
    {"program", "project", "projects", "support", "scheme", "operation", "사업", "프로젝트", "지원", "운영", "프로그램"}
)
# Words that many labs share: a name that has only these in common with another has nothing in common with it.
LAB_WORDS = frozenset(
    {
        "living",
        "lab",
        "smart",
        "city",
        "urban",
        "innovation",
        "citizen",
        "리빙랩",
        "스마트",
        "스마트도시",
        "스마트시티",
        "시민",
    }
)
LEAST_LIKENESS = 0.9
LEAST_LETTERS = 8


@lru_cache(maxsize=1 << 14)
def spelled(name: str) -> frozenset[str]:
    """The ways a name is written by itself: whole, without its brackets, and what stands in them.

    Example:
        >>> sorted(spelled("Aspern Smart City Research (ASCR)"))
        ['aspern smart city research', 'aspern smart city research ascr']
    """
    return frozenset(fold(part) for part in variants(name))


@lru_cache(maxsize=1 << 14)
def telling_words(name: str, city: tuple[str, ...] = ()) -> frozenset[str]:
    """Words of a name without those of the city's names, words of kind and numbers.

    Example:
        >>> sorted(telling_words("Citizen participation Incheon smart city living lab programme 2020", ("incheon",)))
        ['citizen', 'city', 'lab', 'living', 'participation', 'smart']
    """
    return frozenset(w for w in words_of(name) if w not in city and w not in KIND_WORDS and not w.isdigit())


def city_words(names: Iterable[str]) -> tuple[str, ...]:
    """The words of a city's names, in the form of ``telling_words``."""
    return tuple(sorted({word for name in names for word in words_of(name)}))


def names_of(record: Record) -> tuple[str, ...]:
    """The names of a record, in English and in the local language."""
    return tuple(name for name in (record.name, record.name_local) if name)


def compare_names(cell: str, name: str, city: tuple[str, ...]) -> Rule | None:
    """The first rule by which a cell is a name; none where it is another.

    Args:
        cell: a name as a record quotes it.
        name: a name of what may be meant.
        city: words of the city's names.

    Example:
        >>> compare_names("ASCR", "Aspern Smart City Research (ASCR)", ("vienna",)).value
        'short_name'
        >>> compare_names("Incheon Smart City Living Lab", "Incheon Smart City Living Lab 2025", ("incheon",)).value
        'same_words'
        >>> compare_names("MADE Living Lab", "De Ceuvel", ("amsterdam",)) is None
        True
    """
    if spelled(cell) & spelled(name):
        return Rule.SAME_NAME
    if _years_clash(cell, name):
        return None
    left, right = telling_words(cell, city), telling_words(name, city)
    if left == right and left:
        return Rule.SAME_WORDS
    if fold(cell) in _short(name) or fold(name) in _short(cell):
        return Rule.SHORT_NAME
    if (left < right or right < left) and (left & right) - LAB_WORDS:
        return Rule.PART_OF_NAME
    return Rule.LIKE_NAME if _alike(fold(cell), fold(name)) else None


def _years_clash(cell: str, name: str) -> bool:
    """Whether both have numbers, and other ones: the second round of a programme is not its first."""
    left, right = numbers(cell), numbers(name)
    return bool(left and right and left != right)


@lru_cache(maxsize=1 << 14)
def _short(name: str) -> frozenset[str]:
    found = {*acronyms(name), initials(name)}
    return frozenset(word for word in found if len(word) > 2)


def _alike(left: str, right: str) -> bool:
    a, b = letters(left), letters(right)
    if min(len(a), len(b)) < LEAST_LETTERS:
        return False
    return Indel.normalized_similarity(a, b, score_cutoff=LEAST_LIKENESS) >= LEAST_LIKENESS


@lru_cache(maxsize=1 << 14)
def _finder(name: str) -> re.Pattern[str]:
    """Finds a name as it is written; Korean particles may follow it, letters may not."""
    end = "" if has_hangul(name[-1]) else r"(?!(?![가-힣])[\w-])"
    return re.compile(rf"(?<![\w-]){re.escape(name)}{end}")


def find_name(name: str, text: str | None) -> str | None:
    """The words of a text that are a name, letter for letter, with the words around it; none where it is not there.

    Capitals count, since a name that is made of common words is else found in every text.

    Example:
        >>> find_name("Guro Living Lab", "Activity of the Guro Living Lab that sets up lamps")
        'Activity of the Guro Living Lab that sets up lamps'
        >>> find_name("서초구", "2022년 서초구가 고른 제안") is not None, find_name("구로", "마포구로 간다")
        (True, None)
    """
    found = _finder(name).search(text) if text else None
    return None if found is None or text is None else around(text, found.start(), found.end())


def around(text: str, start: int, end: int, reach: int = 40) -> str:
    """Words of a text with up to ``reach`` letters on both sides, cut between words."""
    left = text.rfind(" ", 0, max(0, start - reach)) + 1 if start > reach else 0
    right = text.find(" ", min(len(text), end + reach))
    return text[left : right if right >= 0 else len(text)]
