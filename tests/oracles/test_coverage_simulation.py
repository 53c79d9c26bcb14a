"""A known total, listed at random by lists of known reach, is found again as often as the intervals promise.

Here with 300 runs each, so that a share below its level by chance alone is allowed for; 1,000 runs of more cases stand
in ``benchmarks/coverage.py``, whose output docs/en/method/coverage.md prints.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dynapolis.figures.coverage.chao import bound_of_lists
from dynapolis.figures.coverage.chapman import chapman
from dynapolis.figures.coverage.choose import log_linear
from dynapolis.figures.coverage.estimate import Estimate
from dynapolis.figures.coverage.lists import Histories

N_RUNS, LEVEL = 300, 0.9
LEAST = LEVEL - 2.6 * np.sqrt(LEVEL * (1 - LEVEL) / N_RUNS)  # one in two hundred lies below by chance


def draw(n: int, reach: Sequence[float], rng: np.random.Generator, spread: float = 0.0) -> Histories:
    """Units listed independently; with ``spread`` some are likelier to be listed at all, by every list."""
    odds = np.log(np.array(reach) / (1 - np.array(reach)))
    chances = 1 / (1 + np.exp(-(odds[None, :] + spread * rng.standard_normal((n, 1)))))
    seen = (rng.random((n, len(reach))) < chances).astype(int)
    counts = np.zeros((2,) * len(reach), dtype=np.int64)
    np.add.at(counts, tuple(seen.T), 1)
    counts[(0,) * len(reach)] = 0
    return Histories(tuple("abcdef"[: len(reach)]), counts)


def estimates(n: int, reach: Sequence[float], seed: int, spread: float = 0.0) -> list[Estimate]:
    rng = np.random.default_rng(seed)
    drawn = (draw(n, reach, rng, spread) for _ in range(N_RUNS))
    found = [chapman(h, LEVEL) if len(reach) == 2 else log_linear(h, LEVEL, min_sample_coverage=0) for h in drawn]
    return [estimate for estimate in found if isinstance(estimate, Estimate)]


@pytest.mark.parametrize(
    ("n", "reach"),
    [(60, (0.5, 0.4)), (100, (0.8, 0.8)), (150, (0.3, 0.4)), (1000, (0.2, 0.3)), (80, (0.5, 0.5, 0.4)),
     (300, (0.4, 0.3, 0.3))],
)  # fmt: skip
def test_intervals_hold_a_known_total_as_often_as_they_say(n: int, reach: tuple[float, ...]) -> None:
    found = estimates(n, reach, seed=n)
    assert len(found) > 0.9 * N_RUNS
    assert sum(e.low <= n <= e.high for e in found) >= LEAST * len(found)
    assert np.median([e.total for e in found]) == pytest.approx(n, rel=0.05)


def test_units_that_are_likelier_to_be_listed_at_all_make_two_lists_tell_too_little() -> None:
    assert np.median([e.total for e in estimates(300, (0.4, 0.4), seed=1, spread=1.5)]) < 270


@pytest.mark.parametrize("spread", [0.0, 1.0, 2.0])
def test_the_lower_bound_lies_below_the_truth_also_where_units_differ(spread: float) -> None:
    rng = np.random.default_rng(5)
    found = [bound_of_lists(draw(300, (0.5, 0.3, 0.2), rng, spread), LEVEL) for _ in range(N_RUNS)]
    bounds = [bound for bound in found if isinstance(bound, Estimate)]
    assert len(bounds) == N_RUNS
    assert np.mean([bound.total for bound in bounds]) <= 300 * 1.02
    assert sum(bound.low <= 300 for bound in bounds) >= (LEVEL + (1 - LEVEL) / 2 - 0.03) * N_RUNS
