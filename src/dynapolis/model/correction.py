"""Corrections of published lists: declared, signed records that expire loudly (``corrections.yml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty

CORRECTIONS = "corrections.yml"  # the file beside register.yml, and its role among the files of an import


class Correction(Frozen):
    """One printed value that is wrong, and the right one.

    It holds only while the publisher prints exactly ``printed`` for the entry. When the entry is gone or prints
    something else, the import stops and says so: the publisher may have mended the error, and then this record goes.

    Attributes:
        table: the table of the register.
        entry: the key columns and their printed values, which name the entry.
        column: the column that is wrong.
        printed: what stands there.
        corrected: what should stand there.
        why: how one knows, with the source.
        by: who decided.
        date: when.
    """

    table: NonEmpty
    entry: dict[str, str] = Field(min_length=1)
    column: NonEmpty
    printed: str
    corrected: str
    why: NonEmpty
    by: NonEmpty
    date: NonEmpty


class Repair(Frozen):
    """A repair of a whole table: text that was stored as UTF-8 twice is read back to what was meant.

    It expires like a correction: when no cell needs it any more, the import stops and says so.
    """

    table: NonEmpty
    repair: Literal["double_utf8"]
    why: NonEmpty
    by: NonEmpty
    date: NonEmpty


class Corrections(Frozen):
    """All corrections of one register."""

    repairs: tuple[Repair, ...] = ()
    corrections: tuple[Correction, ...] = ()
