"""A coder in one file: it answers one scheme by how long a text is, and is silent on all others."""

from __future__ import annotations

from collections.abc import Sequence

from dynapolis.coding.cues.coder import is_asked
from dynapolis.model.codebook import Codebook, Scheme
from dynapolis.model.evidence import Coder, CoderKind
from dynapolis.model.language import Text
from dynapolis.model.suggestion import Suggestion, UnitText
from dynapolis.steps.coders import Context


class LengthCoder:
    """Takes a text of more than forty words for an active initiative."""

    coder = Coder(
        id="length", kind=CoderKind.RULE, version="1", name=Text(en="Length of the text", ko="글의 길이")
    )  # fmt: skip

    def code(self, units: Sequence[UnitText], codebook: Codebook) -> list[Suggestion]:
        """One suggestion per unit and scheme asked of it, in order."""
        return [
            self._answer(unit, scheme)
            for unit in units
            for scheme in codebook.schemes
            if is_asked(scheme, unit.is_living_lab)
        ]

    def _answer(self, unit: UnitText, scheme: Scheme) -> Suggestion:
        codes = [code.code for code in scheme.codes]
        alike = dict.fromkeys(codes, 1 / len(codes))
        if scheme.scheme != "status" or len(unit.text.split()) <= 40:
            return Suggestion(unit.unit_id, scheme.scheme, alike, (), why="coders.why.not_told")
        sure = {code: 0.8 if code == "active" else 0.2 / (len(codes) - 1) for code in codes}
        return Suggestion(unit.unit_id, scheme.scheme, sure, ("active",))


def make(_context: Context) -> LengthCoder:
    """What the entry point names."""
    return LengthCoder()
