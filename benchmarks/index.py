"""Seconds and memory of the uncertainty analysis of an index, and how they grow with units and replicas.

Every figure is measured in a process of its own: processor seconds of the analysis (drawing, building, ranking,
intervals, tops, tiers; the least of the runs), wall seconds, and the greatest memory of the process. Sizes are those of
COINr's own timings, which are read from ``../shared/reference/coinr`` where that lies beside the repository; elsewhere
the example of 51 countries is left out, and said to be.

    .venv/bin/python benchmarks/index.py [RUNS]
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dynapolis.index.combining.combine import combine
from dynapolis.index.compose import begin, compose, take
from dynapolis.index.uncertainty.distribution import explore
from dynapolis.index.uncertainty.sobol import find_sensitivity
from dynapolis.model.composite import (
    Aggregate,
    AggregateChoice,
    CompositeSpec,
    Denominate,
    Impute,
    IndexIndicator,
    Node,
    Normalise,
    Screen,
    TreatOutliers,
    UncertainStep,
    UncertainValue,
    UncertainWeights,
)
from dynapolis.model.unit_table import UnitTable
from dynapolis.store.composite_files import read_composite

COINR = Path(__file__).resolve().parents[2] / "shared" / "reference" / "coinr"
BUDGETS = {"asem": 0.5, "large": 10.0}
BUDGET_MEGABYTES = 1500.0
INPUTS = (
    UncertainValue(name="winmax", kind="value", path="treat.max_winsorised", one_of=(1, 2, 3, 4, 5)),
    UncertainStep(
        name="normalisation",
        kind="step",
        step="normalise",
        one_of=(
            {"range": (1, 100)},
            {"method": "z_score", "range": None, "centre": 10, "spread": 2},
            {"method": "rank"},
        ),
    ),
    UncertainWeights(name="weights", kind="weights", distribution="uniform_noise", noise=0.25, levels=(2, 3)),
)
STEPS = (
    TreatOutliers(step="treat"),
    Normalise(step="normalise", method="min_max", range=(0, 100)),
    Aggregate(step="aggregate", method="arithmetic"),
)


def asem() -> tuple[UnitTable, CompositeSpec]:
    """COINr's example: 51 countries, 49 indicators."""
    table, spec = read_composite(COINR / "input" / "asem_idata.csv", COINR / "input" / "asem_imeta.csv")
    before = (
        Denominate(step="denominate"),
        Impute(step="impute", method="group_mean", group="EurAsia_group"),
        Screen(step="screen", available=0.9),
    )
    return table, spec.model_copy(update={"steps": (*before, *STEPS), "uncertain": INPUTS})


def synthetic(n: int) -> tuple[UnitTable, CompositeSpec]:
    """The recipe of COINr's large timings, with other random numbers: 50 indicators, eight pillars, two sub-indices."""
    rng = np.random.default_rng(1)
    shared = rng.standard_normal(n)
    columns = []
    for j in range(1, 51):
        mixed = 0.6 * shared + 0.8 * rng.standard_normal(n)
        columns.append(np.exp(mixed) if j % 5 == 0 else 50 + 10 * mixed)
    units = tuple(f"u{place}" for place in range(n))
    codes = tuple(f"x{j}" for j in range(1, 51))
    pillars = tuple(Node(code=f"p{k}", parent="s1" if k <= 4 else "s2") for k in range(1, 9))
    spec = CompositeSpec(
        index="synthetic",
        nodes=(Node(code="index"), Node(code="s1", parent="index"), Node(code="s2", parent="index"), *pillars),
        indicators=tuple(
            IndexIndicator(code=code, parent=f"p{(j - 1) % 8 + 1}", direction=-1 if j % 7 == 0 else 1)
            for j, code in enumerate(codes, 1)
        ),
        steps=STEPS,
        uncertain=INPUTS,
    )
    return UnitTable(units, units, (), codes, np.stack(columns, axis=1), {}, {}), spec


def work(name: str, n: int, size: int) -> Callable[[], Any]:
    """One of the things that are timed, ready to run."""
    if name == "copeland":
        scores = np.random.default_rng(1).random((n, 8)) * 100
        return lambda: combine(scores, np.ones(8), AggregateChoice(method="copeland"))
    table, spec = asem() if n == 51 else synthetic(n)
    if name == "explore":
        return lambda: explore(table, spec, size, np.random.default_rng(1))
    if name == "sensitivity":
        return lambda: find_sensitivity(table, spec, np.random.default_rng(1), n=size, n_resamples=100)
    if name == "whole":
        return lambda: compose(table, spec)
    before = begin(table)
    for step in spec.steps:
        if step.step == name:
            return lambda: take(before, spec, step)
        before = take(before, spec, step)
    raise SystemExit(f"there is no work {name!r}")


def measure_here(name: str, n: int, size: int, runs: int) -> None:
    """Print the least processor and wall seconds of some runs, after one that warms up."""
    run = work(name, n, size)
    if n < 50_000:
        run()
    found = []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        found.append((time.process_time() - cpu, time.perf_counter() - wall))
    print(json.dumps([min(part) for part in zip(*found, strict=True)]))


def measure(name: str, n: int, size: int = 0, runs: int = 3) -> tuple[float, float, float]:
    """Processor seconds, wall seconds and peak megabytes of one thing in a process of its own."""
    command = [sys.executable, __file__, "--measure", name, str(n), str(size), str(runs)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} with {n} units failed with exit code {process.returncode}")
    cpu, wall = json.loads(told.splitlines()[-1])
    return cpu, wall, usage.ru_maxrss / 1024


def theirs() -> dict[tuple[str, str], float]:
    """COINr's processor seconds by size and operation."""
    with (COINR / "timings_r.csv").open(encoding="utf-8", newline="") as file:
        return {(row["size"], row["operation"]): float(row["cpu_median_s"]) for row in csv.DictReader(file)}


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The power of the size that the seconds grow with, fitted by least squares to their logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def print_budgets(runs: int, has_reference: bool) -> None:
    """The three sizes that have a budget."""
    print("| units × indicators | replicas | processor, s | wall, s | budget, s | peak memory, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    cases = [(51, 1000, BUDGETS["asem"])] if has_reference else []
    for n, replicas, budget in (*cases, (5000, 1000, BUDGETS["large"]), (100_000, 100, None)):
        cpu, wall, megabytes = measure("explore", n, replicas, runs if n < 50_000 else 1)
        shown = "–" if budget is None else f"{budget:g}"
        size = f"{n:,} × {49 if n == 51 else 50}"
        print(f"| {size} | {replicas:,} | {cpu:.3f} | {wall:.3f} | {shown} | {megabytes:.0f} |", flush=True)
    print(f"\nBudget of memory: {BUDGET_MEGABYTES:.0f} MB.\n")


def print_growth(runs: int) -> None:
    """Fitted exponents in units and in replicas; 1 is growth in proportion."""
    units = [2500, 5000, 10_000, 20_000, 40_000]
    in_units = [measure("explore", n, 200, runs)[0] for n in units]
    replicas = [250, 500, 1000, 2000]
    in_replicas = [measure("explore", 5000, n, runs)[0] for n in replicas]
    print("| grows with | from | to | processor, s | exponent |")
    print("| --- | ---: | ---: | --- | ---: |")
    rows = (("units (200 replicas)", units, in_units), ("replicas (5,000 units)", replicas, in_replicas))
    for name, sizes, seconds in rows:
        shown = " · ".join(f"{value:.2f}" for value in seconds)
        print(f"| {name} | {sizes[0]:,} | {sizes[-1]:,} | {shown} | {exponent(sizes, seconds):.2f} |", flush=True)
    print()


def print_comparison(runs: int) -> None:
    """Ours beside COINr's, in processor seconds; theirs were measured once on another, busy machine."""
    known = theirs()
    cases = (
        ("51x49", "full example pipeline (7 steps, Regen)", "whole", 51, 0),
        ("51x49", "treat (defaults, imputed data)", "treat", 51, 0),
        ("51x49", "normalise (min-max 0-100)", "normalise", 51, 0),
        ("51x49", "Copeland on 8 pillars", "copeland", 51, 0),
        ("51x49", "UA N=1000, 3 inputs (1000 rebuilds)", "explore", 51, 1000),
        ("51x49", "SA N=100, 3 inputs (500 rebuilds), Nboot=100", "sensitivity", 51, 100),
        ("5000x50", "full pipeline (4 steps, Regen)", "whole", 5000, 0),
        ("5000x50", "treat (defaults)", "treat", 5000, 0),
        ("5000x50", "normalise (min-max 0-100)", "normalise", 5000, 0),
        ("5000x50", "UA N=60, 3 inputs (60 rebuilds)", "explore", 5000, 60),
        ("400x8", "Copeland, 400 units x 8 columns", "copeland", 400, 0),
    )
    print("| size | operation | COINr, s | dynapolis, s | ratio |")
    print("| --- | --- | ---: | ---: | ---: |")
    for size, operation, name, n, replicas in cases:
        cpu = measure(name, n, replicas, 3 * runs)[0]
        before = known[size, operation]
        print(f"| {size} | {operation} | {before:.3f} | {cpu:.5f} | {before / max(cpu, 1e-6):,.0f} |", flush=True)


def main() -> None:
    """Print budgets, growth, and the comparison."""
    if sys.argv[1:2] == ["--measure"]:
        measure_here(sys.argv[2], *map(int, sys.argv[3:6]))
        return
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    has_reference = COINR.is_dir()
    print(f"dynapolis index, least of {runs} runs, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    print_budgets(runs, has_reference)
    print_growth(runs)
    if has_reference:
        print_comparison(runs)
    else:
        print("COINr's example and timings do not lie beside the repository, in ../shared/reference/coinr: left out.")


if __name__ == "__main__":
    main()
