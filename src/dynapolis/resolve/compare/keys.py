"""Keys under which spellings of a town and of a web address meet."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dynapolis.resolve.names import fold, squash

_TOWN_REST = re.compile(r"\b(?:cedex|kommune|municipality|city|\d+)\b")
_SHORTEST, _SHORT = 2, 4  # letters of a city's abbreviation


def town_key(town: str) -> str:
    """A town without its district's number, CEDEX and spelling of umlauts.

    Example:
        >>> town_key("PARIS CEDEX 15"), town_key("Muenchen") == town_key("MUNCHEN")
        ('paris', True)
    """
    if not town:
        return ""
    folded = " ".join(squash(word) for word in fold(town).split())
    return " ".join(_TOWN_REST.sub(" ", folded).split()) or folded


def abbreviates(word: str, city: str) -> bool:
    """Whether a word of two to four letters may stand for the city: its letters follow each other in the city's name.

    Example:
        >>> abbreviates("cph", "copenhagen"), abbreviates("sf", "san-francisco"), abbreviates("liz", "san-francisco")
        (True, True, False)
    """
    if not _SHORTEST <= len(word) <= _SHORT or not city.startswith(word[0]):
        return False
    rest = iter(city)
    return all(letter in rest for letter in word)


def host(url: str) -> str:
    """The host of an address without www.

    Example:
        >>> host("https://www.ForumVirium.fi/en/"), host("forumvirium.fi"), host("")
        ('forumvirium.fi', 'forumvirium.fi', '')
    """
    if not url.strip():
        return ""
    try:
        found = (urlsplit(url if "//" in url else f"//{url}").hostname or "").strip(".")
    except ValueError:
        return ""
    return found.removeprefix("www.")


def address(url: str) -> str:
    """An address without its scheme, www, fragment and last slash.

    Example:
        >>> address("https://www.forumvirium.fi/en/#top")
        'forumvirium.fi/en'
    """
    try:
        parts = urlsplit(url.strip() if "//" in url else f"//{url.strip()}")
    except ValueError:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host(url)}{parts.path.rstrip('/')}{query}"
