"""Which keys a gazetteer entry is found under: its own names and the alternate ones, without codes and repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dynapolis.places.fold import fold_words, fold_written_out

_CODE = re.compile(r"[A-Z]{2,4}|[0-9]+")  # airport and other codes among the alternate names
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


def own_names(name: str, ascii_name: str = "") -> list[str]:
    """Folded words of a place's own name, and of the parts of a name in two languages.

    Example:
        >>> own_names("Arrasate / Mondragón"), own_names("Frankfurt (Oder)")
        (['arrasate mondragon', 'arrasate', 'mondragon'], ['frankfurt oder'])
    """
    return _once([name, ascii_name, *re.split(r"\s*/\s*", name)]) or [fold_words(name)]


def alternate_names(name: str, names: Iterable[str], own: Iterable[str]) -> list[str]:
    """Folded words of alternate names that are no codes and none of its own, and of its name without brackets.

    Example:
        >>> alternate_names("Copenhagen", ["CPH", "Kopenhagen", "København", "Copenhagen"], ["copenhagen"])
        ['kopenhagen', 'kobenhavn', 'koebenhavn']
        >>> alternate_names("Frankfurt (Oder)", [], ["frankfurt oder"])
        ['frankfurt']
    """
    return _once([_IN_BRACKETS.sub("", name), *(other for other in names if not _CODE.fullmatch(other))], own)


def _once(names: Iterable[str], but_not: Iterable[str] = ()) -> list[str]:
    """Every name once as a key, in both foldings; Latin ones of three letters and more."""
    seen = {words.replace(" ", "") for words in but_not}
    found: list[str] = []
    for name in names:
        for words in (fold_words(name), fold_written_out(name)):
            key = words.replace(" ", "")
            if key not in seen and (len(key) > 2 or (key and not key.isascii())):
                seen.add(key)
                found.append(words)
    return found
