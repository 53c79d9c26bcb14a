"""Which letters the fonts of pages hold. Korean ones come in two files: letters of most pages, and the rest.

A Korean page shows two or three hundred of the seven hundred syllables that all pages of an edition have, and waits for
its fonts on a slow connection. The rest is fetched only where it is shown, by ``unicode-range``, and when the page
stands; which letters are in which file decides nothing but bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from dynapolis.model.language import Lang
from dynapolis.report.data import ReportData
from dynapolis.report.fonts import Weight
from dynapolis.report.messages import Messages
from dynapolis.text import has_hangul

Part = Literal["first", "rest"]
PARTS: tuple[Part, ...] = ("first", "rest")
_REGULAR = 400  # weight of running text, which also sets what registers wrote
# Messages that most pages show; in bold the short ones of those that are headings and labels.
_FRAME = frozenset(
    {
        "web", "page", "claim", "word", "population", "status", "collaboration", "section", "figure", "reading",
        "evidence", "coverage", "report_words", "report_figure", "report_part", "report_chapter", "report_table",
        "table_words", "way", "source", "basis", "capability", "lang", "note",
    }
)  # fmt: skip
_HEADINGS = frozenset({"web", "page", "section", "word", "population", "figure", "status"})
_SHORT = 12
_LATIN = "ÿ"  # the last letter of western European names


def letters_of(
    data: ReportData, written: Collection[str], words: Messages, lang: Lang, weight: Weight, part: Part
) -> str:
    """The letters of one file, sorted; none where a language has no second file.

    English pages show Korean names in the reader's own Korean font: thousands of letters for a few words would cost
    more than they give.

    Args:
        data: the edition, whose names and labels pages show.
        written: letters of what registers wrote.
        words: the texts of the language.
        lang: of the pages.
        weight: of the font.
        part: the letters of most pages, or the rest.
    """
    every = _all(data, written, words, lang, weight)
    if lang is Lang.EN:
        return "".join(sorted(every)) if part == "first" else ""
    signs = {letter for letter in every if letter <= _LATIN or not letter.isalpha()}
    first = signs | {letter for letter in _common(data, words, weight) & every if has_hangul(letter)}
    return "".join(sorted(first if part == "first" else every - first))


def unicode_range(letters: Iterable[str]) -> str:
    """Letters as the value of ``unicode-range``.

    Example:
        >>> unicode_range("가각간é")
        'U+e9,U+ac00-ac01,U+ac04'
    """
    runs: list[list[int]] = []
    for point in sorted(map(ord, letters)):
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ",".join(f"U+{low:x}" + (f"-{high:x}" if high > low else "") for low, high in runs)


def _all(data: ReportData, written: Collection[str], words: Messages, lang: Lang, weight: Weight) -> set[str]:
    shown = (data.codebook, data.spec, *(register.title for register in data.registers))
    texts = [*words.texts.values(), *(part.model_dump_json() for part in shown), *_places(data)]
    of_registers = {letter for letter in written if not has_hangul(letter)}
    if weight == _REGULAR and lang is Lang.KO:
        of_registers = set(written)
    own = set("".join(texts))
    if lang is Lang.EN:  # of Korean, only what English pages print on purpose: the other language's name, cities
        known = set(words.say("lang.other") + "".join(str(c["name_ko"]) for c in data.cities.values()))
        own = {letter for letter in own if letter in known or not has_hangul(letter)}
    return own | of_registers


def _places(data: ReportData) -> list[str]:
    rows = [*data.cities.values(), *data.rows("out_links__district")]
    return [str(row[f"name_{lang}"]) for row in rows for lang in Lang]


def _common(data: ReportData, words: Messages, weight: Weight) -> set[str]:
    labels = [code.label.in_(Lang.KO) for scheme in data.codebook.schemes for code in scheme.codes]
    names = [pillar.name.in_(Lang.KO) for pillar in data.spec.pillars]
    names += [city.name.in_(Lang.KO) for city in data.places.cities]
    groups = _FRAME if weight == _REGULAR else _HEADINGS
    said = [text for key, text in words.texts.items() if key.partition(".")[0] in groups]
    if weight != _REGULAR:
        said = [text for text in said if len(text) <= _SHORT and not text.endswith(".")]
    else:
        names += [indicator.name.in_(Lang.KO) for indicator in data.spec.indicators]
        names += [city.country_name.in_(Lang.KO) for city in data.places.cities]
        # What to know before reading stands below every page.
        names += [
            text.in_(Lang.KO) for register in data.registers for text in (register.title, register.does_not_measure)
        ]
    return set("".join((*said, *labels, *names)))
