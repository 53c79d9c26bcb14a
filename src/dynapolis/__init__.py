"""dynapolis: from published lists of smart-city projects to an index that knows its uncertainty.

Importing the package loads nothing heavy; each room is imported where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dynapolis.serve.client import Place

__version__ = "0.1.0"


def open(place: str | Path) -> Place:  # the word a reader of a file would use
    """A workspace or a served address, for reading.

    Args:
        place: the folder of a workspace, or an address such as ``https://example.org``.

    Raises:
        dynapolis.errors.BadUse: there is nothing to read there.

    Example:
        >>> import dynapolis
        >>> dynapolis.open("demo").city("seoul")["median_rank"]  # doctest: +SKIP
        14.0
    """
    from dynapolis.serve.client import open_place

    return open_place(place)
