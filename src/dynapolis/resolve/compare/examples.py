"""Two records made from a few values, for examples and tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from dynapolis.resolve.compare.subject import SUBJECT, Subject, subjects_of


def pair(left: Mapping[str, Any], right: Mapping[str, Any], *, organisations: bool = False) -> tuple[Subject, Subject]:
    """Two subjects; what is not given is empty.

    Example:
        >>> [subject.names[0].words for subject in pair({"name": "Smart Kalasatama"}, {"name": "Fiksu Kalasatama"})]
        [('smart', 'kalasatama'), ('fiksu', 'kalasatama')]
    """
    one, other = several(left, right, organisations=organisations)
    return one, other


def several(*given: Mapping[str, Any], organisations: bool = False) -> list[Subject]:
    """Subjects of several records."""
    empty = dict.fromkeys(SUBJECT.names) | {"name": "", "register": "a"}
    rows = [empty | {"record_id": str(n)} | dict(values) for n, values in enumerate(given)]
    return subjects_of(pa.Table.from_pylist(rows, SUBJECT), organisations=organisations)
