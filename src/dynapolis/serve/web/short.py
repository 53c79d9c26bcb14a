"""A long address as a short one, and back: nothing is stored, so nothing can be lost.

An address whose query is longer than 1,500 characters is cut by some mail programs and chats. Its short form holds the
same address, packed; whoever opens it is led to the address itself.
"""

from __future__ import annotations

import base64
import binascii
import zlib

LONGEST = 1500  # characters of a query that need no short form
MOST = 16_000  # characters of an address that a short form may lead to
_STARTS = ("/ko/", "/en/")


def short_of(address: str) -> str:
    """The address itself, or ``/v/…`` where its query is longer than 1,500 characters.

    Example:
        >>> short_of("/en/projects?city=seoul")
        '/en/projects?city=seoul'
        >>> long = "/en/projects?city=" + "~".join(["seoul"] * 400)
        >>> len(short_of(long)) < 80, long_of(short_of(long).removeprefix("/v/")) == long
        (True, True)
    """
    if len(address.partition("?")[2]) <= LONGEST:
        return address
    packed = base64.urlsafe_b64encode(zlib.compress(address.encode(), 9)).decode()
    return f"/v/{packed.rstrip('=')}"


def long_of(packed: str) -> str | None:
    """The address that a short form leads to; None where it is none of ours.

    Example:
        >>> long_of("nonsense") is None
        True
    """
    try:
        data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        found = zlib.decompressobj().decompress(data, MOST + 1).decode()
    except (binascii.Error, zlib.error, ValueError):
        return None
    plain = found.isascii() and found.isprintable() and "\\" not in found and "//" not in found.partition("?")[0]
    return found if plain and len(found) <= MOST and found.startswith(_STARTS) else None
