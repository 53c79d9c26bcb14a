"""How often the intervals of coverage hold a known total, over 1,000 runs of each case, and what an estimate costs.

Units are listed at random and independently by two, three or four lists of known reach. Chapman's interval and that of
the log-linear models must hold the total at least as often as their level says; Chao's bound must lie below it also
where some units are likelier to be listed at all (``spread``, in log-odds).

    .venv/bin/python benchmarks/coverage.py [RUNS]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

import numpy as np

from dynapolis.figures.coverage.chao import bound_of_lists
from dynapolis.figures.coverage.chapman import chapman
from dynapolis.figures.coverage.choose import log_linear
from dynapolis.figures.coverage.estimate import Estimate
from dynapolis.figures.coverage.lists import Histories

LEVELS = (0.9, 0.95)
INDEPENDENT = (
    (60, (0.5, 0.4)), (100, (0.8, 0.8)), (150, (0.3, 0.4)), (300, (0.2, 0.6)), (1000, (0.2, 0.2)),
    (80, (0.5, 0.5, 0.4)), (150, (0.5, 0.4, 0.3)), (300, (0.4, 0.3, 0.3)), (1000, (0.3, 0.4, 0.3)),
    (500, (0.5, 0.3, 0.3, 0.4)),
)  # fmt: skip
UNEQUAL = ((300, (0.5, 0.3)), (300, (0.5, 0.3, 0.2)), (300, (0.5, 0.3, 0.2, 0.4)))
SPREADS = (0.0, 1.0, 2.0)


def draw(n: int, reach: Sequence[float], rng: np.random.Generator, spread: float = 0.0) -> Histories:
    """Units listed independently by lists of known reach."""
    odds = np.log(np.array(reach) / (1 - np.array(reach)))
    chances = 1 / (1 + np.exp(-(odds[None, :] + spread * rng.standard_normal((n, 1)))))
    seen = (rng.random((n, len(reach))) < chances).astype(int)
    counts = np.zeros((2,) * len(reach), dtype=np.int64)
    np.add.at(counts, tuple(seen.T), 1)
    counts[(0,) * len(reach)] = 0
    return Histories(tuple("abcdef"[: len(reach)]), counts)


def print_intervals(runs: int) -> None:
    """Share of intervals that hold the total, and what one estimate costs."""
    print("| total | reach of the lists | estimator | refused | median estimate | holds at 90% | holds at 95% | ms |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for n, reach in INDEPENDENT:
        held, start = [], time.perf_counter()
        for level in LEVELS:
            rng = np.random.default_rng(1)
            drawn = [draw(n, reach, rng) for _ in range(runs)]
            found = [
                chapman(h, level) if len(reach) == 2 else log_linear(h, level, min_sample_coverage=0) for h in drawn
            ]
            kept = [estimate for estimate in found if isinstance(estimate, Estimate)]
            held.append(sum(e.low <= n <= e.high for e in kept) / len(kept))
        cost = 1000 * (time.perf_counter() - start) / (2 * runs)
        name = "Chapman" if len(reach) == 2 else "log-linear"
        shown = " · ".join(f"{p:g}" for p in reach)
        middle = np.median([e.total for e in kept])
        print(f"| {n:,} | {shown} | {name} | {runs - len(kept)} | {middle:,.0f} | {100 * held[0]:.1f}% "
              f"| {100 * held[1]:.1f}% | {cost:.1f} |", flush=True)  # fmt: skip


def print_bounds(runs: int) -> None:
    """Mean of the lower bound beside the truth, and how often its lower end lies below it."""
    print("\n| total | reach of the lists | spread | mean bound | low end below the total (90%) |")
    print("| ---: | --- | ---: | ---: | ---: |")
    for n, reach in UNEQUAL:
        for spread in SPREADS:
            rng = np.random.default_rng(2)
            found = [bound_of_lists(draw(n, reach, rng, spread), 0.9) for _ in range(runs)]
            kept = [bound for bound in found if isinstance(bound, Estimate)]
            below = sum(bound.low <= n for bound in kept) / len(kept)
            mean = np.mean([bound.total for bound in kept])
            shown = " · ".join(f"{p:g}" for p in reach)
            print(f"| {n:,} | {shown} | {spread:g} | {mean:,.0f} | {100 * below:.1f}% |", flush=True)


def main() -> None:
    """Print both tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"dynapolis coverage, {runs:,} runs of each case, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    print_intervals(runs)
    print_bounds(runs)


if __name__ == "__main__":
    main()
