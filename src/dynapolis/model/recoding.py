"""How a code of an earlier edition of a published list reads under the later one, with the reason."""

from __future__ import annotations

from dynapolis.model.language import Frozen, NonEmpty


class Recoding(Frozen):
    """One row of ``recoding.csv`` beside a register; a code without a row stays itself."""

    property: NonEmpty
    code: NonEmpty
    code_now: NonEmpty
    why_en: NonEmpty
    why_ko: NonEmpty
