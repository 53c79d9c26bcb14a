"""Cues: words that speak for a code, in Korean and English, from ``content/cues/<codebook>.yml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty
from dynapolis.model.problem import Problem

Strength = Literal["strong", "weak"]
WEIGHTS: Final[Mapping[Strength, float]] = {"strong": 1.0, "weak": 0.35}


class Words(Frozen):
    """English words (``*`` at the end for any ending, several stand next to each other) and Korean parts of words."""

    en: tuple[NonEmpty, ...] = ()
    ko: tuple[NonEmpty, ...] = ()


class CodeCues(Frozen):
    """The words of one code, by how strongly they speak."""

    strong: Words = Field(default_factory=Words)
    weak: Words = Field(default_factory=Words)

    def of(self, strength: Strength) -> Words:
        """The words of one strength."""
        return self.strong if strength == "strong" else self.weak


class CueBook(Frozen):
    """All cues of a codebook: scheme → code → words."""

    codebook: NonEmpty
    licence: NonEmpty
    schemes: dict[str, dict[str, CodeCues]]

    def columns(self, scheme: str) -> list[tuple[str, Strength]]:
        """What is counted of a scheme, in order: each code with each strength."""
        return [(code, strength) for code in self.schemes.get(scheme, {}) for strength in WEIGHTS]


def check_cues(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Words listed twice for one code, which would count them twice."""
    for scheme, codes in (raw.get("schemes") or {}).items():
        for code, cues in (codes or {}).items():
            for lang in ("en", "ko"):
                words = [w for s in ("strong", "weak") for w in (((cues or {}).get(s) or {}).get(lang) or ())]
                for word in sorted({word for word in words if words.count(word) > 1}, key=str):
                    loc = ("schemes", scheme, code)
                    yield Problem(loc, repr(word), "every word once for a code", "remove one of them")
