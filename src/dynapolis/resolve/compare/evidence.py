"""What one comparison says of two records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NOTHING = -1


class Evidence(NamedTuple):
    """What one comparison found.

    Attributes:
        level: how alike the two are, from 0 for not at all; ``NOTHING`` where one of them tells nothing. The model
            learns for every level how much it speaks for one thing or for two.
        score: the same between 0 and 1, finer than the level; 0 where there is nothing to compare.
        key: the sentence that tells it, a key of the messages below ``resolve.evidence``.
        values: what the sentence names, as printed in the records.
    """

    level: int
    score: float
    key: str
    values: Mapping[str, str]


def nothing(what: str) -> Evidence:
    """One of the two records does not tell.

    Example:
        >>> nothing("web").level
        -1
    """
    return Evidence(NOTHING, 0.0, f"{what}_untold", {})


def level_of(score: float, least: tuple[float, ...]) -> int:
    """How many of the ascending limits a score reaches.

    Example:
        >>> level_of(0.5, (0.2, 0.4, 0.8))
        2
    """
    return sum(score >= limit for limit in least)
