"""Dates as publishers write them. Nothing here asks what day it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

NO_TIME = datetime(1980, 1, 1)  # stands in files whose bytes must not depend on when they were written
EPOCH = "epoch"  # the form of a date told in seconds since 1970
_SECONDS = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")  # float would also take 1_000
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")


def parse_date(text: str, form: str | None = None) -> str | None:
    """The day in ISO 8601, or None where the text is no date of that form. The time of day is left out.

    Args:
        text: as printed.
        form: as in ``strptime``; ``epoch`` for seconds since 1970 in UTC; none for ISO 8601.

    Example:
        >>> parse_date("2024-07-24 11:59:53"), parse_date("25.05.2020 00:00", "%d.%m.%Y %H:%M"), parse_date("soon")
        ('2024-07-24', '2020-05-25', None)
    """
    try:
        if form is None:
            return datetime.fromisoformat(text[:10]).date().isoformat() if _ISO.fullmatch(text) else None
        if form == EPOCH:
            return datetime.fromtimestamp(float(text), UTC).date().isoformat() if _SECONDS.fullmatch(text) else None
        return datetime.strptime(text, form).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
