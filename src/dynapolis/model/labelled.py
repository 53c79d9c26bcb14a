"""A record to be screened: what a reader sees of it, and in a labelled set whether it was included."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenRecord:
    """One record of a list to be screened.

    Attributes:
        id: made from title and abstract as published, so that the same text has the same id in every list; a further
            record of the same text has a number behind it. Lists sorted by this id have one order, however they came.
        source: name of the file it was read from.
        source_id: its id in that file; empty where the file gives none.
        title: title, may be empty.
        abstract: abstract or description, may be empty.
        included: whether it was included; None where nobody has said.
    """

    id: str
    source: str
    source_id: str
    title: str
    abstract: str
    included: bool | None

    @property
    def text_id(self) -> str:
        """What all records of the same text share.

        Example:
            >>> ScreenRecord("00aa-2", "a.csv", "7", "t", "", None).text_id
            '00aa'
        """
        return self.id.partition("-")[0]
