"""Every user-facing text, by key, in one language; the other language has the same keys and places.

Texts live in ``content/messages/ko.yml`` and ``en.yml``. ``{name}`` is a place for a value; in Korean ``{name:이}``
adds the particle that fits the value's reading, in English ``{n:city}`` counts the noun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dynapolis.errors import BadContent, BrokenClaim, Fault
from dynapolis.model.language import Lang
from dynapolis.report.english import fill_english
from dynapolis.report.particles import fill
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import Tree, read_tree

PLACE = re.compile(r"(?<!\{)\{([a-z0-9_]+)(?::[^}]*)?\}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that is read otherwise than it is spelled, for the particle after it."""

    text: str
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Messages:
    """The texts of one language."""

    lang: Lang
    texts: Mapping[str, str]

    def say(self, key: str, **values: str | Spoken) -> str:
        """A text with its values.

        Raises:
            BrokenClaim: there is no text of that key.
            BadUse: a place of the text has no value.
            UnknownReading: a Korean particle follows a value whose reading is not known.
        """
        if key not in self.texts:
            raise BrokenClaim(f"no text '{key}' in content/messages/{self.lang}.yml; add it in both languages")
        plain = {name: value.text if isinstance(value, Spoken) else value for name, value in values.items()}
        if self.lang is Lang.EN:
            return fill_english(self.texts[key], plain)
        readings = {n: v.reading for n, v in values.items() if isinstance(v, Spoken) and v.reading}
        return fill(self.texts[key], plain, readings)


@cache
def read_messages(lang: str, folder: Path | None = None) -> Messages:
    """The texts of a language, after both languages were held against each other.

    Texts lie in ``<lang>.yml`` and, for parts of the product with many of their own, in ``<part>/<lang>.yml``.

    Raises:
        BadContent: a key or place stands in one language only; all such are listed.
    """
    folder = folder or shipped() / "messages"
    parts = ["", *sorted(f"{path.parent.name}/" for path in folder.glob(f"*/{Lang.EN}.yml"))]
    faults: list[Fault] = []
    texts: dict[Lang, dict[str, str]] = {code: {} for code in Lang}
    for part in parts:
        found, faulty = _read_part(folder, part)
        faults += faulty
        for code in Lang:
            twice = found[code].keys() & texts[code].keys()
            faults += [
                Fault(f"{part}{code}.yml", 0, key, "a text", "no text, another file has one", "remove it")
                for key in sorted(twice)
            ]
            texts[code] |= found[code]
    if faults:
        raise BadContent("messages", faults)
    return Messages(Lang(lang), texts[Lang(lang)])


def _read_part(folder: Path, part: str) -> tuple[dict[Lang, dict[str, str]], list[Fault]]:
    """The texts of one file in both languages, and what is wrong with them."""
    trees = {code: read_tree(folder / f"{part}{code}.yml") for code in Lang}
    faults = [fault for tree in trees.values() for fault in tree.faults]
    texts: dict[Lang, dict[str, str]] = {}
    for code, tree in trees.items():
        found = dict(_flatten(tree.data)) if isinstance(tree.data, Mapping) else {}
        texts[code] = {name: " ".join(text.split()) for name, text in found.items() if isinstance(text, str)}
        faults += [
            Fault(
                f"{part}{code}.yml", _line(tree, name), name, repr(value), "a text", "write a text, in quotation marks"
            )
            for name, value in found.items()
            if not isinstance(value, str) or not value.strip()
        ]
    return texts, faults or list(_differences(texts, trees, part))


def _flatten(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value


def _line(tree: Tree, name: str) -> int:
    return tree.line(tuple(name.split(".")))


def _differences(texts: Mapping[Lang, Mapping[str, str]], trees: Mapping[Lang, Tree], part: str) -> Iterator[Fault]:
    for here, there in ((Lang.EN, Lang.KO), (Lang.KO, Lang.EN)):
        for key in texts[here].keys() - texts[there].keys():
            line = _line(trees[there], key)
            yield Fault(f"{part}{there}.yml", line, key, "no text", f"the text that {here}.yml has", "add it")
    for key in texts[Lang.EN].keys() & texts[Lang.KO].keys():
        places = {lang: set(PLACE.findall(texts[lang][key])) for lang in Lang}
        if places[Lang.EN] != places[Lang.KO]:
            found, expected = f"places {sorted(places[Lang.KO])}", f"places {sorted(places[Lang.EN])} as in en.yml"
            yield Fault(f"{part}ko.yml", _line(trees[Lang.KO], key), key, found, expected, "use the same")
