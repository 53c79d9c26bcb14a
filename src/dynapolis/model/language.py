"""Korean and English as equals: a text exists in both or not at all."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from dynapolis.text import has_hangul

NonEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Lang(StrEnum):
    """A language of the product."""

    KO = "ko"
    EN = "en"


class Frozen(BaseModel):
    """Parent of everything read from a content file: frozen, and a key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """One text in both languages.

    Example:
        >>> Text(en="Pilot", ko="파일럿").in_("ko")
        '파일럿'
    """

    en: NonEmpty
    ko: NonEmpty

    @field_validator("en")
    @classmethod
    def _english_holds_no_hangul(cls, value: str) -> str:
        if has_hangul(value):
            raise ValueError("the English text holds Hangul: the two languages may have been swapped")
        return value

    def in_(self, lang: Lang | str) -> str:
        """The text in one language."""
        return self.ko if Lang(lang) is Lang.KO else self.en
