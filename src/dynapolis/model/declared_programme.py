"""What a person or a reading of the sources says of a project and a programme (``content/resolve/programmes.csv``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from dynapolis.model.language import Frozen, NonEmpty
from dynapolis.model.problem import Problem


class DeclaredProgramme(Frozen):
    """One reviewed row: the record of a project, the record of a programme, and whether the one is part of the other.

    ``not`` takes away what a rule would say. ``quote`` are the words it rests on, ``who`` read them.
    """

    project_register: NonEmpty
    project_id: NonEmpty
    programme_register: NonEmpty
    programme_id: NonEmpty
    verdict: Literal["part", "not"]
    quote: NonEmpty
    why: NonEmpty
    who: NonEmpty


def check_declared(rows: Iterable[tuple[int, DeclaredProgramme]]) -> Iterator[tuple[int, Problem]]:
    """The same project and programme twice."""
    seen: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        key = (row.project_register, row.project_id, row.programme_register, row.programme_id)
        first = seen.setdefault(key, line)
        if first != line:
            found, mend = f"{row.project_id} and {row.programme_id} a second time", f"see line {first}; remove one"
            yield line, Problem(("programme_id",), found, "each pair once", mend)
