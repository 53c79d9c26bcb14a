"""The protocol that every coder of units follows: rules, models, and whatever others add by an entry point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Coder
from dynapolis.model.suggestion import Suggestion, UnitText


class UnitCoder(Protocol):
    """Answers every scheme of a codebook for every unit, and says who it is.

    ``coder`` names and versions it as the ledger knows it. ``code`` returns one suggestion per unit and scheme asked
    of that unit, units in the order given and schemes in the codebook's order. The same units, codebook and coder
    version give the same answer; what is random in a coder is seeded by its version. A coder never sees codings of
    the units it is given: what it learned, it learned before, from other units.
    """

    @property
    def coder(self) -> Coder:
        """Name, version and kind, as written beside every coding it gives."""
        ...

    def code(self, units: Sequence[UnitText], codebook: Codebook) -> Sequence[Suggestion]:
        """One suggestion per unit and scheme asked of it.

        Raises:
            dynapolis.errors.DynapolisError: the codebook's version is not one this coder knows.
        """
        ...
