"""Ids made from raw values, so that better cleaning never changes them.

An id is the first 16 hexadecimal digits of the SHA-256 of its parts, joined by a character that cannot
occur in them. The same parts give the same id on every machine, in every import.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_SEPARATOR = "\x1f"  # ASCII "unit separator"
_LENGTH = 16
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes, 64 hexadecimal digits: the id of a snapshot is the digest of its file."""
    return hashlib.sha256(data).hexdigest()


def make_id(*parts: str) -> str:
    """Short id of an ordered list of raw values.

    Raises:
        ValueError: a part contains the separator, so two lists of parts could share one id.

    Example:
        >>> make_id("starter", "atelier-amsterdam") == make_id("starter", "atelier-amsterdam")
        True
        >>> make_id("ab", "c") == make_id("a", "bc")
        False
    """
    if any(_SEPARATOR in part for part in parts):
        raise ValueError("a part of an id contains the ASCII unit separator (0x1F)")
    return digest_bytes(_SEPARATOR.join(parts).encode())[:_LENGTH]


def digest_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """SHA-256 of a value in one canonical JSON form (keys sorted, no spaces, UTF-8)."""
    return digest_bytes(canonical_json(value).encode())


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text.

    Raises:
        ValueError: the value holds NaN or an infinity, for which JSON has no word.

    Example:
        >>> canonical_json({"b": 1, "a": "가"})
        '{"a":"가","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def record_id(register: str, source_id: str) -> str:
    """Id of a record: its register and the publisher's own id, as printed."""
    return make_id("record", register, source_id)


def unit_id(entity_id: str, city_id: str) -> str:
    """Id of a unit of coding: one initiative in one city."""
    return make_id("unit", entity_id, city_id)


def is_slug(text: str) -> bool:
    """Whether a text is a name made of small letters, digits and single hyphens.

    Example:
        >>> is_slug("cordis-h2020"), is_slug("Cordis H2020")
        (True, False)
    """
    return _SLUG.fullmatch(text) is not None
