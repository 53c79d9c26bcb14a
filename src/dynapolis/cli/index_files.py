"""Tables of ``dynapolis index`` as people have them: any encoding and delimiter, workbooks, packed files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynapolis.store.composite_rows import Rows


def read_any(path: Path) -> Rows:
    """A table of any format that lists are read in.

    Raises:
        BadInput: the file as a whole cannot be read; faulty rows are told by the rows themselves.
    """
    from dynapolis.model.layout import Layout
    from dynapolis.registers.readers import open_table
    from dynapolis.store.composite_rows import make_rows

    with open_table(path, Layout()) as table:

        def entries() -> Iterator[tuple[int, tuple[str, ...], str]]:
            for entry in table.entries:
                yield entry.line, entry.cells, entry.wrong

        return make_rows(path.name, table.header, entries())
