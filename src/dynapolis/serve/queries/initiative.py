"""One initiative: its records, its codes with the words that decided, its links, how its records came together."""

from __future__ import annotations

from typing import Any

from dynapolis.serve.site import Release


class Joined(Exception):
    """The id asked for belongs to something that was joined into an initiative."""

    def __init__(self, unit_id: str) -> None:
        self.unit_id = unit_id
        super().__init__(unit_id)


def read_initiative(release: Release, wanted: str) -> dict[str, Any]:
    """Everything that is known of an initiative.

    Raises:
        Joined: the id is one of its records, or of something joined into it.
        KeyError: nothing has that id.
    """
    page = release.reading.page(wanted)
    if page is not None:
        return page
    survivor = release.reading.survivor(wanted)
    if survivor is None:
        raise KeyError(wanted)
    raise Joined(survivor)
