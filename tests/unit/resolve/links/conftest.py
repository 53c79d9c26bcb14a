"""Records and units for tests of links, made of the few words that matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dynapolis.model.evidence import Record
from dynapolis.resolve.links.link import LinkUnit

MakeUnit = Callable[..., LinkUnit]


@pytest.fixture
def unit() -> MakeUnit:
    """Makes a unit of one record: its name is its id, everything else is empty unless told."""

    def make(name: str, kind: str = "project", city: str = "seoul", **told: Any) -> LinkUnit:
        empty: dict[str, Any] = dict.fromkeys(
            (
                "name_local",
                "start_year",
                "end_year",
                "lead_organisation",
                "description_ko",
                "source_title",
                "evidence",
                "note",
            )
        )
        record = Record(
            **(
                empty
                | {
                    "record_id": f"r-{name}", "register": "made", "snapshot_id": "s", "line": 1, "source_id": name,
                    "name": name, "city_id": city, "partners": (), "description_en": "", "source_url": "https://e.org",
                }
                | told
            )
        )  # fmt: skip
        return LinkUnit(f"u-{name}", city, kind, (record,))

    return make
