"""The little grammar that English sentences made from figures need: plurals and lists.

The rules cover the words of a report on cities, not the whole language. What a rule cannot decide is refused
or can be given by the writer (``plural`` takes the irregular form as an argument).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Formatter
from types import MappingProxyType
from typing import Final

from dynapolis.errors import BadUse
from dynapolis.model.language import Lang
from dynapolis.report.particles import attach

__all__ = ["fill_english", "join_list", "plural"]

_IRREGULAR_PLURALS: Final = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "series": "series", "species": "species",
    "criterion": "criteria", "index": "indices", "half": "halves", "life": "lives", "quiz": "quizzes",
    "tech": "techs", "epoch": "epochs", "monarch": "monarchs", "stomach": "stomachs",
}  # fmt: skip

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


def fill_english(template: str, values: Mapping[str, str]) -> str:
    """A text with its values; ``{n:living lab}`` is the count with its noun in the right number.

    Raises:
        BadUse: a place has no value, or stands before a noun and is no count.

    Example:
        >>> fill_english("{n:city} of {name}", {"n": "1", "name": "x"}), fill_english("{n:city}", {"n": "1,088"})
        ('1 city of x', '1,088 cities')
    """
    parts = []
    for literal, name, noun, _ in Formatter().parse(template):
        parts.append(literal)
        if name is None:
            continue
        if name not in values:
            raise BadUse(
                f"the text {template!r} has no value for {{{name}}}; given: {', '.join(sorted(values)) or 'none'}"
            )
        parts.append(_counted(values[name], noun, template) if noun else values[name])
    return "".join(parts)


def _counted(value: str, noun: str, template: str) -> str:
    digits = value.replace(",", "")
    if not digits.isdecimal():
        raise BadUse(f"{value!r} is no count, but {noun!r} is counted by it in {template!r}")
    return plural(int(digits), noun)


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
