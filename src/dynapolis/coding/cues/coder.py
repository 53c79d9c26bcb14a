"""The coder that codes by cues alone: what the codebook's own words make of a text, without having learned anything."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from dynapolis.coding.cues.match import CueMatcher, weight_of
from dynapolis.coding.cues.tokens import words_of
from dynapolis.ids import digest_json
from dynapolis.model.arrays import FloatArray
from dynapolis.model.codebook import Codebook, Scheme
from dynapolis.model.cues import CueBook
from dynapolis.model.evidence import Coder, CoderKind
from dynapolis.model.language import Text
from dynapolis.model.suggestion import Reason, Suggestion, UnitText

NAME, FIRST, REST = 3.0, 2.0, 1.0  # what a word counts in the name, in the first sentence, elsewhere
SHARP = 0.9  # turns the difference of two scores into odds; from the embedded registers, see the method page
LEAST_MARGIN = 1.0  # between the best and the second code; below it the coder abstains
_NAMES = ("name", "name_local")


class CueCoder:
    """Codes by counting cues: name before first sentence before the rest, strong words before weak ones."""

    def __init__(self, book: CueBook, least_margin: float = LEAST_MARGIN) -> None:
        self._book, self._least = book, least_margin
        self._matchers: dict[str, CueMatcher] = {}

    @cached_property
    def coder(self) -> Coder:
        """Its version changes with the cues and the margin."""
        version = digest_json([self._book.model_dump(mode="json"), self._least])[:12]
        name = Text(en="Rules: cues of the codebook", ko="규칙: 코드북의 단서 낱말")
        return Coder(id="rules", kind=CoderKind.RULE, version=version, name=name)

    def code(self, units: Sequence[UnitText], codebook: Codebook) -> list[Suggestion]:
        """One suggestion per unit and scheme asked of it."""
        return [
            self._suggest(unit, scheme)
            for unit in units
            for scheme in codebook.schemes
            if is_asked(scheme, unit.is_living_lab)
        ]

    def _suggest(self, unit: UnitText, scheme: Scheme) -> Suggestion:
        if scheme.scheme not in self._matchers:
            self._matchers[scheme.scheme] = CueMatcher.of(self._book, scheme.scheme)
        matcher = self._matchers[scheme.scheme]
        scores, reasons = score_cues(unit, matcher, scheme.code_names)
        order = np.argsort(-scores, kind="stable")
        probabilities = _odds(scores)
        best = scheme.code_names[order[0]]
        margin = scores[order[0]] - (scores[order[1]] if len(order) > 1 else 0.0)
        answered = scores[order[0]] > 0 and margin >= self._least
        shown = tuple(sorted((r for r in reasons if r.code == best), key=lambda r: -r.weight)[:5])
        return Suggestion(
            unit_id=unit.unit_id,
            scheme=scheme.scheme,
            probabilities=dict(zip(scheme.code_names, probabilities.tolist(), strict=True)),
            codes=(best,) if answered else (),
            reasons=shown,
            why="" if answered else "no_cue" if not scores[order[0]] else "no_margin",
        )


def is_asked(scheme: Scheme, is_living_lab: bool | None) -> bool:
    """Whether a scheme is asked of a unit; where its kind is not known, every scheme is."""
    if scheme.applies_to == "all" or is_living_lab is None:
        return True
    return is_living_lab == (scheme.applies_to == "living_labs")


def score_cues(unit: UnitText, matcher: CueMatcher, codes: Sequence[str]) -> tuple[FloatArray, list[Reason]]:
    """Score of every code, shape (n_codes,), and the words behind it."""
    place = {code: number for number, code in enumerate(codes)}
    scores = np.zeros(len(codes))
    reasons: list[Reason] = []
    for passage in unit.passages:
        words = words_of(passage.text)
        first = len(words_of(passage.text.split(". ")[0]))
        parts = [(words, NAME)] if passage.property in _NAMES else [(words[:first], FIRST), (words[first:], REST)]
        for part, weight in parts:
            for column, said in matcher.found(part).items():
                code, strength = matcher.columns[column]
                worth = weight * weight_of(strength)
                if code in place:
                    scores[place[code]] += worth * len(said)
                    reasons += [Reason(code, word, worth) for word in sorted(said)]
    return scores, reasons


def _odds(scores: FloatArray) -> FloatArray:
    raised = np.exp(SHARP * (scores - scores.max()))
    shares: FloatArray = raised / raised.sum()
    return shares
