"""What is known of organisations beyond their names (``content/resolve/organisations.csv``).

A row says that a name is another spelling, translation or earlier name of an organisation, which identifiers it has,
whether it is a small or medium-sized enterprise, and its helix where the lookup of names is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pydantic import field_validator

from dynapolis.model.language import Frozen, NonEmpty
from dynapolis.model.organisation import Helix
from dynapolis.model.problem import Problem
from dynapolis.text import split_list

_PIC = re.compile(r"\d{9}")
_ROR = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}\d{2}")


class KnownOrganisation(Frozen):
    """One row. ``pic`` and ``ror_id`` are lists joined by semicolons; ``who`` read what ``why`` rests on.

    An empty ``city_id`` means wherever the name stands; ``same_as`` is the organisation's own name, where ``name`` is
    another one.
    """

    city_id: str = ""
    name: NonEmpty
    same_as: str = ""
    pic: str = ""
    ror_id: str = ""
    is_sme: bool | None = None
    helix: Helix | None = None
    why: NonEmpty
    who: NonEmpty

    @field_validator("pic")
    @classmethod
    def _pics(cls, value: str) -> str:
        if wrong := [part for part in split_list(value) if not _PIC.fullmatch(part)]:
            raise ValueError(f"expected participant codes of nine digits, not {', '.join(wrong)}")
        return value

    @field_validator("ror_id")
    @classmethod
    def _rors(cls, value: str) -> str:
        if wrong := [part for part in split_list(value) if not _ROR.fullmatch(part)]:
            raise ValueError(f"expected ROR ids such as 04pvpzj22, without their address, not {', '.join(wrong)}")
        return value

    @property
    def says_nothing(self) -> bool:
        """Whether the row holds a name alone."""
        return not (self.same_as or self.pic or self.ror_id or self.helix) and self.is_sme is None


def check_known(rows: Iterable[tuple[int, KnownOrganisation]]) -> Iterator[tuple[int, Problem]]:
    """Names given twice, rows that say nothing, and names that are the same as one that is the same as a third."""
    all_rows = list(rows)
    seen: dict[tuple[str, str], int] = {}
    others = {(row.city_id, row.name) for _, row in all_rows if row.same_as}
    for line, row in all_rows:
        first = seen.setdefault((row.city_id, row.name), line)
        if first != line:
            yield line, Problem(("name",), f"{row.name} a second time", "each name once", f"see line {first}")
        if row.says_nothing:
            yield line, Problem(("same_as",), "a row that says nothing", "what is known of it", "fill in or remove it")
        if row.same_as and {(row.city_id, row.same_as), ("", row.same_as)} & others:
            found, expected = f"{row.same_as}, which is another name itself", "the organisation's own name"
            yield line, Problem(("same_as",), found, expected, "name the last of them")
