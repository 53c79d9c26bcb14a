"""Who codes which unit: one coder each, and a share by two, drawn alike from every stratum.

Units of the overlap are a systematic sample over the units in the order of their strata (Cochran, Sampling
Techniques, 1977, ch. 8): each has the same probability, and a stratum differs from its share by less than one unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.coding_work import Assignment


def assign(
    strata: Mapping[str, tuple[str, ...]], coders: Sequence[str], overlap: float, rng: np.random.Generator
) -> list[Assignment]:
    """Give every unit to a coder, and the overlap to two; loads differ by one unit at most.

    Args:
        strata: the stratum of every unit, such as its city and register.
        coders: who codes.
        overlap: share of units that two code, 0 to 1.
        rng: what draws.

    Raises:
        BadUse: no coder or one twice; an overlap without a second coder, or outside 0 to 1.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> found = assign({"u1": ("a",), "u2": ("a",), "u3": ("b",)}, ["kim", "lee"], 1 / 3, rng)
        >>> len(found), sum(item.overlap for item in found)
        (4, 2)
    """
    if not coders or len(set(coders)) != len(coders):
        raise BadUse(f"coders {', '.join(coders) or '(none)'}: name at least one, and each once")
    if not 0 <= overlap <= 1 or (overlap > 0 and len(coders) < 2):
        raise BadUse(f"an overlap of {overlap:g} among {len(coders)} coders: give a share from 0 to 1 and two coders")
    units = sorted(strata)
    order = [units[n] for n in rng.permutation(len(units))]
    order.sort(key=lambda unit: strata[unit])  # stable: by chance within a stratum
    twice = _systematic(len(order), overlap, rng)
    probability = len(twice) / len(order) if order else 0.0
    loads = dict.fromkeys((coders[n] for n in rng.permutation(len(coders))), 0)
    found = []
    for place, unit in enumerate(order):
        chosen = sorted(loads, key=lambda coder: loads[coder])[: 2 if place in twice else 1]
        for coder in chosen:
            loads[coder] += 1
            found.append(Assignment(unit, coder, place in twice, probability))
    return found


def _systematic(n: int, share: float, rng: np.random.Generator) -> set[int]:
    """Places of a systematic sample of this share, with a start by chance."""
    wanted = round(n * share)
    if not wanted:
        return set()
    start = rng.random()
    return {min(n - 1, int((start + k) * n / wanted)) for k in range(wanted)}
