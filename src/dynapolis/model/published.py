"""What a published report says, restated as facts: so far the cases it names."""

from __future__ import annotations

from dynapolis.model.language import Frozen, NonEmpty, Text


class PrintedCase(Frozen):
    """A case that a report names, and the codes it gives as an example of."""

    register_name: NonEmpty
    source_id: NonEmpty
    codes: dict[str, str]


class PrintedCases(Frozen):
    """The cases of one report."""

    report: Text
    cases: tuple[PrintedCase, ...]
