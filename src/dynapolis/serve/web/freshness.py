"""Whether what a register says was looked at long ago, and whom to tell that something is wrong."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import quote

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def today() -> date:
    """The day, in universal time."""
    return datetime.now(UTC).date()


def is_stale(checked: str, on: date | None = None) -> bool:
    """Whether something was last checked more than twelve months ago; a date that cannot be read says nothing.

    Args:
        checked: as ISO 8601; the day alone, or year and month, or the year, each taken at its end.
        on: the day it is; today if not given.

    Example:
        >>> [is_stale(text, date(2026, 11, 27)) for text in ("2025-11-26", "2025-11-27", "2025", "2024", "soon")]
        [True, False, False, True, False]
    """
    found = _DATE.fullmatch(checked[:10])
    if found is None:
        return False
    now = on or today()
    last = (int(found[1]) + 1, int(found[2] or 12), int(found[3] or 31))
    return last < (now.year, now.month, now.day)


def letter_to(contact: str, subject: str, text: str) -> str:
    """Address of a letter to whoever published an edition, with what it is about filled in; empty without contact.

    Example:
        >>> letter_to("ann@example.org", "An error", "/en/n/1/rank.oslo")
        'mailto:ann@example.org?subject=An%20error&body=%2Fen%2Fn%2F1%2Frank.oslo'
        >>> letter_to("https://example.org/issues", "An error", "x")
        'https://example.org/issues'
        >>> letter_to("", "An error", "x")
        ''
    """
    if not contact or "://" in contact:
        return contact
    return f"mailto:{quote(contact, safe='@.+-_')}?subject={quote(subject, safe='')}&body={quote(text, safe='')}"
