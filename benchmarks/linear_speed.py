"""How fast the linear coder codes and learns again: very many short descriptions, and one more decision among 10,000.

Descriptions are made of sentences of the embedded registers in Korean and English, shuffled, with invented words now
and then, so that new words keep coming. Budgets on two cores: 1,000,000 descriptions in 5 minutes and 3 GB after
training; learning again after one decision on 10,000 records within 0.5 seconds, 95 of 100 times.

    .venv/bin/python benchmarks/linear_speed.py [--n 1000000] [--records 10000]
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import time
from collections.abc import Iterator

import numpy as np

from dynapolis.coding.linear.coder import BATCH, LinearCoder
from dynapolis.coding.linear.update import Updated
from dynapolis.model.suggestion import Passage, UnitText
from dynapolis.steps.suggestions import embedded_examples
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.cue_files import read_cues

SCHEMES = ("sector", "kind", "track", "goal", "stage", "status", "lead")
N_DECISIONS = 60


def main() -> None:
    """Run and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--n", type=int, default=1_000_000)
    options.add_argument("--records", type=int, default=10_000)
    given = options.parse_args()
    codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
    examples = embedded_examples(ContentPaths.default(), codebook)
    started = time.perf_counter()
    coder = LinearCoder.train(examples, codebook, read_cues())
    print(f"learned from {len(examples)} initiatives in {time.perf_counter() - started:.1f} s")
    sentences = [p.text for e in examples for p in e.unit.passages if p.property == "description"]
    started = time.perf_counter()
    halves = [(coder, sentences, given.n // 2, seed) for seed in (1, 2)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        peaks = pool.map(_code, halves)
    seconds = time.perf_counter() - started
    print("| descriptions | schemes | seconds | a second | peak MB, both processes | budget |")
    print("| --- | --- | --- | --- | --- | --- |")
    pace = f"{seconds:.0f} | {given.n / seconds:,.0f} | {sum(peaks):.0f}"
    print(f"| {given.n:,} | {len(SCHEMES)} | {pace} | 300 s, 3,000 MB |", flush=True)
    _relearn(coder, sentences, given.records)


def _code(work: tuple[LinearCoder, list[str], int, int]) -> float:
    coder, sentences, n, seed = work
    for units in _batches(sentences, n, seed):
        coder.best(units, SCHEMES)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _batches(sentences: list[str], n: int, seed: int) -> Iterator[list[UnitText]]:
    """Invented descriptions, a batch at a time."""
    rng = random.Random(seed)
    parts = [part for text in sentences for part in text.split(". ")]
    for start in range(0, n, BATCH):
        units = []
        for number in range(start, min(start + BATCH, n)):
            text = ". ".join(rng.choices(parts, k=2)) + (f" x{rng.randrange(10**7)}" if rng.random() < 0.2 else "")
            name = " ".join(rng.choice(parts).split()[:4])
            units.append(UnitText(str(number), (Passage("name", "en", name), Passage("description", "en", text))))
        yield units


def _relearn(coder: LinearCoder, sentences: list[str], n: int) -> None:
    """One decision after the other on a list, the model learning again after each and scoring the whole list."""
    units = [unit for batch in _batches(sentences, n, 3) for unit in batch]
    online = Updated.of(coder, units, "sector")
    rng = np.random.default_rng(5)
    codes = list(coder.learned["sector"].codes)
    times = []
    for _ in range(N_DECISIONS):
        unit, code = int(rng.integers(n)), codes[int(rng.integers(len(codes)))]
        started = time.perf_counter()
        online.decide(unit, code)
        online.probabilities()
        times.append(time.perf_counter() - started)
    p95 = float(np.quantile(times, 0.95))
    print("| records | decisions | median s | p95 s | budget |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| {n:,} | {N_DECISIONS} | {np.median(times):.3f} | {p95:.3f} | 0.5 s |")


if __name__ == "__main__":
    main()
