"""How alike two names are: letter by letter, word by word, across scripts."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel, JaroWinkler

from dynapolis.resolve.compare.evidence import Evidence, level_of, nothing
from dynapolis.resolve.compare.subject import Name, Subject
from dynapolis.resolve.names import fold, letters

LEVELS = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)
_ALIKE = 0.9  # Jaro–Winkler of two words from which one is taken for a spelling of the other
_LEAST_LETTERS = 4
_LEAST_SYLLABLES = 2
_LEAST_ROMAN = 5
_CONTAINED = 0.9  # what a name is worth whose words all stand in the other, longer one
_NEAR = 0.88
_SECOND = 0.95  # the one's first name is only the other's second
_INSIDE = 0.7  # what stands in brackets may be a part of the thing, or what it is a part of
_PLACE_OF_IT = 0.6  # a project in a quarter or lab is not the quarter or lab
_IN = ("in", "in the", "at", "at the", "im", "en", "a")
_OTHER_NUMBERS = 0.6  # a second phase, a later year or another site is another thing


class Alike(NamedTuple):
    """Two names and how alike they are, with the words they share."""

    score: float
    left: Name
    right: Name
    shared: tuple[str, ...]


def compare_names(left: Subject, right: Subject) -> Evidence:
    """The two likest names of two records, whichever language they are in.

    The score is the larger of two: the share of letters that stand in the same order in both, if it is at least 0.88;
    and the weight of the words both have over the weight of the words of both (or, for a name that stands whole inside
    the other, over its own weight, times 0.9 and less the less it weighs). A word counts as shared when it is the same,
    a near spelling, two words written as one, or, in Korean, the beginning of the other.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_names(*pair({"name": "Grow Smarter Årsta"}, {"name": "GrowSmarter Stockholm"})).values["shared"]
        'growsmarter'
    """
    best: Alike | None = None
    for a in left.names:
        for b in right.names:
            if (a.is_roman and b.is_roman) or (a.is_roman and b.is_hangul) or (b.is_roman and a.is_hangul):
                continue
            found = alike(a, b)
            if best is None or found.score > best.score:
                best = found
                if found.score >= 1:
                    break
    if best is None:
        return nothing("name")
    values = {"left": best.left.printed, "right": best.right.printed, "shared": ", ".join(best.shared)}
    key = "name_same" if best.score >= 1 else "name_alike" if best.shared else "name_other"
    if best.shared and (best.left.is_roman or best.right.is_roman):
        key = "name_across"
    score = best.score
    if best.score < 1 and left.numbers and right.numbers and not _agree(left.numbers, right.numbers):
        score *= _OTHER_NUMBERS
        key = "name_other_numbers"
        values |= {"left_numbers": ", ".join(left.numbers), "right_numbers": ", ".join(right.numbers)}
    if best.score < 1 and (_lies_in(best.left, best.right) or _lies_in(best.right, best.left)):
        score *= _PLACE_OF_IT
        key = "name_place_of_other"
    return Evidence(level_of(score, LEVELS), score, key, values)


def _lies_in(one: Name, other: Name) -> bool:
    """Whether one name tells that the thing is in or at what the other name names: "Open data in Dock Lab", "Dock Lab".

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> one, other = pair({"name": "Open data in Dock Lab"}, {"name": "Dock Lab"})
        >>> _lies_in(one.names[0], other.names[0]), _lies_in(other.names[0], one.names[0])
        (True, False)
    """
    if not one.letters.endswith(other.letters):  # most names, without looking further
        return False
    whole, place = fold(one.printed), fold(other.printed)
    return any(whole.endswith(f" {word} {place}") for word in _IN)


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of the two has all the numbers of the other."""
    return set(one) <= set(other) or set(other) <= set(one)


def alike(a: Name, b: Name) -> Alike:
    """How alike two names are, from 0 to 1, whichever comes first."""
    if (b.letters, b.printed) < (a.letters, a.printed):
        found = alike(b, a)
        return Alike(found.score, a, b, found.shared)
    if a.letters == b.letters:
        worth = _INSIDE if a.is_inside != b.is_inside else _SECOND if a.is_second != b.is_second else 1.0
        return Alike(worth, a, b, a.words)
    shared, weight, spare = _shared(a, b)
    lighter = min(a.total, b.total)
    score = 0.0
    if weight > 0:
        jaccard = weight / max(a.total + b.total - weight - spare, weight)
        inside = _CONTAINED * (weight / lighter) * min(1.0, weight / _enough(a, b))
        score = max(jaccard, inside if weight >= 0.95 * lighter else 0.0)
    if len(a.letters) > _LEAST_LETTERS and len(b.letters) > _LEAST_LETTERS:
        score = max(score, Indel.normalized_similarity(a.letters, b.letters, score_cutoff=_NEAR))
    return Alike(min(score, _most(a, b)), a, b, shared)


def _most(a: Name, b: Name) -> float:
    """What two names can be worth at most that are not the same to the letter."""
    return _INSIDE if a.is_inside or b.is_inside else 0.99


def _enough(a: Name, b: Name) -> float:
    """How much weight a contained name needs to be as good as a whole one: half of the heavier name's."""
    return max(a.total, b.total) * 0.6


def _shared(a: Name, b: Name) -> tuple[tuple[str, ...], float, float]:
    """Words that both names have, their weight, and by how much more two of them weigh than when written as one."""
    of_a, of_b = dict(zip(a.words, a.weights, strict=True)), dict(zip(b.words, b.weights, strict=True))
    same = [word for word in a.words if word in of_b]
    weight = sum(min(of_a[word], of_b[word]) for word in same)
    rest_a = [word for word in a.words if word not in of_b]
    rest_b = [word for word in b.words if word not in of_a]
    if not rest_a or not rest_b:
        return tuple(same), weight, 0.0
    loose = a.is_roman or b.is_roman
    for word in rest_a:
        found = next((other for other in rest_b if other[0] == word[0] and _is_spelling(word, other, loose)), None)
        if found is not None:
            rest_b.remove(found)
            same.append(word)
            weight += min(of_a[word], of_b[found])
    more, extra, spare = _written_as_one(a, of_b, same)
    back, extra_back, spare_back = _written_as_one(b, of_a, same)
    return (*same, *more, *back), weight + extra + extra_back, spare + spare_back


def _is_spelling(word: str, other: str, loose: bool) -> bool:
    if word.isdigit() or other.isdigit():
        return False
    if not word.isascii() and not other.isascii():
        short, long = sorted((word, other), key=len)
        if len(short) < _LEAST_SYLLABLES:
            return False
        return long.startswith(short) or (len(short) > _LEAST_SYLLABLES and _near(letters(word), letters(other)))
    if min(len(word), len(other)) < _LEAST_LETTERS:
        return False
    if loose:
        return min(len(word), len(other)) >= _LEAST_ROMAN and (word.startswith(other) or other.startswith(word))
    return _near(word, other)


def _near(word: str, other: str) -> bool:
    return bool(JaroWinkler.similarity(word, other, score_cutoff=_ALIKE) >= _ALIKE)


def _written_as_one(a: Name, other: dict[str, float], same: list[str]) -> tuple[list[str], float, float]:
    """Two neighbouring words of one name that the other writes as one, their weight there, and how much more here."""
    found, weight, spare = [], 0.0, 0.0
    for at, (first, second) in enumerate(pairwise(a.words)):
        joined = first + second
        if joined in other and not {joined, first, second} & set(same):
            both = a.weights[at] + a.weights[at + 1]
            found.append(joined)
            weight += min(other[joined], both)
            spare += max(both - other[joined], 0.0)
    return found, weight, spare
