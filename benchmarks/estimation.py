"""How often intervals of estimated shares hold the truth, and how wide they are.

Three parts: (1) made coders and made chance, 2,000 runs of each case at 90 %; (2) closed lists whose true share is
known (the labelled screening sets): the difference estimate beside the plain sample and PPI++ at 95 %; (3) PPI++ beside
ppi-python, where ``.venv-peers`` is there.

    .venv/bin/python benchmarks/estimation.py [RUNS] [--only coders|lists|peer]
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dynapolis.coding.dawid_skene import CoderLabels, fit_dawid_skene
from dynapolis.coding.dawid_skene_draws import draw_truth
from dynapolis.figures.chance import count_interval, share_interval
from dynapolis.figures.estimation.combine import (
    central_interval,
    coding_shares,
    combined_prediction_powered,
    combined_shares,
)
from dynapolis.figures.estimation.design import allocate, draw_sample, strata_by_score
from dynapolis.figures.estimation.difference import difference_estimate, expansion_estimate
from dynapolis.figures.estimation.estimate import Population, ShareEstimate, means_by
from dynapolis.figures.estimation.prediction_powered import prediction_powered_mean

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT.parent / "shared" / "reference" / "screening"
PEER = ROOT / ".venv-peers" / "bin" / "python"
LEVEL, LIST_LEVEL = 0.90, 0.95
N_DRAWS = 400
# Units, coders, codes, share of missing codings, and between which shares a coder is right on a code.
CASES = (
    (200, 2, 4, 0.1, (0.65, 0.98)), (300, 3, 3, 0.2, (0.65, 0.98)), (500, 4, 8, 0.3, (0.65, 0.98)),
    (300, 2, 6, 0.2, (0.65, 0.98)),
)  # fmt: skip
OTHER_CODERS = ((300, 3, 3, 0.2, (0.85, 0.99)), (300, 3, 3, 0.2, (0.55, 0.85)))
N_TRAINING, N_SAMPLE, N_STRATA, N_SPLITS = 300, 300, 5, 5


def make_coders(case: Any, rng: np.random.Generator) -> tuple[Any, Any, list[CoderLabels]]:
    """Prevalence, true codes, and what coders said of them."""
    n_units, n_coders, n_codes, missing, (low, high) = case
    prevalence = rng.dirichlet(np.full(n_codes, 3.0))
    truth = rng.choice(n_codes, p=prevalence, size=n_units)
    coders = []
    for _ in range(n_coders):
        right = rng.uniform(low, high, n_codes)
        wrong = np.stack([np.insert(rng.dirichlet(np.ones(n_codes - 1)), code, 0) for code in range(n_codes)])
        matrix = np.diag(right) + (1 - right)[:, None] * wrong
        labels = (rng.random((n_units, 1)) > matrix.cumsum(axis=1)[truth][:, :-1]).sum(axis=1)
        labels[rng.random(n_units) < missing] = -1
        coders.append(CoderLabels(labels, np.arange(n_codes), 2.0))
    return prevalence, truth, coders


def run_coders(case: Any, rng: np.random.Generator) -> dict[str, float]:
    """Share of codes whose interval holds its truth, by kind of interval, in one run."""
    n_units, _, n_codes, *_ = case
    prevalence, truth, coders = make_coders(case, rng)
    posterior = fit_dawid_skene(coders, n_codes).posterior
    codes = draw_truth(coders, posterior, N_DRAWS, rng).codes
    real = np.bincount(truth, minlength=n_codes) / n_units
    known = share_interval(real * n_units, np.full(n_codes, n_units), LEVEL)
    # A model's score for the first code, of these units and of 2,000 that nobody coded.
    everyone = np.concatenate([truth == 0, rng.random(2000) < prevalence[0]])
    score = np.clip(0.15 + 0.6 * everyone + 0.15 * rng.standard_normal(len(everyone)), 0, 1)
    powered = prediction_powered_mean((truth == 0).astype(float), score[:n_units], score[n_units:], LEVEL)
    both = combined_prediction_powered((codes == 0).astype(float), score[:n_units], score[n_units:], rng)
    return {
        "coding alone": _held(central_interval(coding_shares(codes, n_codes), LEVEL), real),
        "chance alone": _held(known, prevalence),
        "coding and chance": _held(central_interval(combined_shares(codes, n_codes, rng), LEVEL), prevalence),
        "PPI++ alone": float(powered.low <= prevalence[0] <= powered.high),
        "PPI++ and coding": _held(central_interval(both[:, None], LEVEL), prevalence[:1]),
    }


def _held(interval: Any, truth: Any) -> float:
    return float(((interval[0] <= truth + 1e-12) & (truth - 1e-12 <= interval[1])).mean())


def print_coders(runs: int) -> None:
    """Coverage by case and kind of interval."""
    kinds = ("coding alone", "chance alone", "coding and chance", "PPI++ alone", "PPI++ and coding")
    print(f"| units | coders | codes | missing | right on a code | {' | '.join(kinds)} | ms |")
    print("| ---: | ---: | ---: | ---: | --- | " + "---: | " * (len(kinds) + 1))
    for case in (*CASES, *OTHER_CODERS):
        rng, start, found = np.random.default_rng(1), time.process_time(), defaultdict(list)
        for _ in range(runs):
            for kind, held in run_coders(case, rng).items():
                found[kind].append(held)
        cells = " | ".join(f"{100 * np.mean(found[kind]):.1f}%" for kind in kinds)
        cost = 1000 * (time.process_time() - start) / runs
        n, j, k, missing, (low, high) = case
        print(f"| {n} | {j} | {k} | {missing:.0%} | {low:.0%} to {high:.0%} | {cells} | {cost:.0f} |", flush=True)
    rng = np.random.default_rng(2)
    rates = rng.uniform(2, 50, 100 * runs)
    least, most = count_interval(rng.poisson(rates), LEVEL)
    print(f"\ncounts: {100 * ((least <= rates) & (rates <= most)).mean():.1f}% of the chance intervals hold the rate")


def read_list(path: Path) -> tuple[list[str], Any]:
    """Texts and labels of a screening set."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [f"{row['title']} {row['abstract']}" for row in rows], np.array([int(row["included"]) for row in rows])


def scored_populations(path: Path) -> Iterator[tuple[Any, Any]]:
    """Scores and labels of the units that a model, trained on N_TRAINING others, has not seen; of several models."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, label = read_list(path)
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, stop_words="english").fit_transform(texts)
    for split in range(N_SPLITS):
        known = np.random.default_rng(split).choice(len(label), N_TRAINING, replace=False)
        rest = np.setdiff1d(np.arange(len(label)), known)
        model = LogisticRegression(C=20, max_iter=1000).fit(words[known], label[known])
        yield model.predict_proba(words[rest])[:, 1], label[rest].astype(float)


def population_of(score: Any, stratum: Any, drawn: Any, label: Any) -> Population:
    """A population of which these units were drawn and coded."""
    sampled = np.flatnonzero(drawn)
    return Population(score, stratum, np.bincount(stratum), sampled, label[sampled])


def estimates_of(score: Any, label: Any, rng: np.random.Generator) -> dict[str, ShareEstimate]:
    """One stratified and one simple random sample of the same size, and what every estimator makes of it."""
    stratum = strata_by_score(score, N_STRATA)
    size = np.bincount(stratum)
    sizes = allocate(size, N_SAMPLE, "neyman", means_by(stratum, score, len(size)))
    stratified = population_of(score, stratum, draw_sample(stratum, sizes, rng).drawn, label)
    one = np.zeros(len(score), dtype=np.int64)
    simple = population_of(score, one, draw_sample(one, [N_SAMPLE], rng).drawn, label)
    return {
        "difference, stratified by score": difference_estimate(stratified, LIST_LEVEL, rng),
        "labels alone, stratified by score": expansion_estimate(stratified, LIST_LEVEL),
        "difference, simple sample": difference_estimate(simple, LIST_LEVEL, rng),
        "labels alone, simple sample (Wilson, corrected)": expansion_estimate(simple, LIST_LEVEL),
        "PPI++, simple sample": prediction_powered_mean(
            simple.label, score[simple.sampled], score[simple.unlabelled], LIST_LEVEL
        ),
    }


def print_lists(runs: int) -> None:
    """Coverage and mean width on lists whose true share is known."""
    print("\n| list | estimator | holds the truth | width, points | error, points |")
    print("| --- | --- | ---: | ---: | ---: |")
    for path in sorted(LISTS.glob("*.csv.gz")):
        found: dict[str, list[tuple[bool, float, float]]] = defaultdict(list)
        for split, (score, label) in enumerate(scored_populations(path)):
            rng = np.random.default_rng([3, split])
            for _ in range(runs // N_SPLITS):
                for name, one in estimates_of(score, label, rng).items():
                    truth = label.mean()
                    found[name].append((one.low <= truth <= one.high, one.high - one.low, one.share - truth))
        for name, rows in found.items():
            held, width, error = (float(np.mean([row[n] for row in rows])) for n in range(3))
            cells = f"{100 * held:.1f}% | {100 * width:.2f} | {100 * error:+.2f}"
            print(f"| {path.name.removesuffix('.csv.gz')} | {name} | {cells} |", flush=True)


PEER_CODE = """
import json, sys
import numpy as np
from importlib.metadata import version
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
found = []
for case in json.load(sys.stdin):
    y, f, u = (np.array(case[k]) for k in ("label", "score", "unlabelled"))
    low, high = ppi_mean_ci(y, f, u, alpha=1 - case["level"], lam=case["power"])
    share = ppi_mean_pointestimate(y, f, u, lam=case["power"])
    found.append([float(np.ravel(v)[0]) for v in (share, low, high)])
print(json.dumps({"version": version("ppi-python"), "found": found}))
"""


def peer_cases() -> list[dict[str, Any]]:
    """The made examples of ppi-python's own tests (normal labels, biased predictions), and shares."""
    cases = []
    for seed, (n, rest, bias, noise, power, level) in enumerate((
        (100, 1000, 0.1, 0.1, None, 0.9), (100, 1000, 0.1, 0.1, 1, 0.9), (100, 10_000, -2.0, 1.0, None, 0.95),
        (50, 400, 0.0, 3.0, None, 0.95), (100, 1000, 0.1, 0.1, 0, 0.8), (300, 1400, 0.05, 0.2, None, 0.95),
    )):  # fmt: skip
        rng = np.random.default_rng(seed)
        truth = rng.standard_normal(n + rest) if seed < 5 else (rng.random(n + rest) < 0.2).astype(float)
        score = (truth + bias + noise * rng.standard_normal(n + rest)).round(6)
        cases.append(
            {"label": truth[:n].round(6).tolist(), "score": score[:n].tolist(), "unlabelled": score[n:].tolist(),
             "power": power, "level": level}
        )  # fmt: skip
    return cases


def ask_peer(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """What ppi-python says, in an environment of its own."""
    done = subprocess.run([PEER, "-c", PEER_CODE], input=json.dumps(cases), text=True, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def print_peer() -> None:
    """The largest difference between PPI++ here and ppi-python."""
    if not PEER.exists():
        print("\nppi-python: skipped, .venv-peers is not there (sh tools/environment.sh peers)")
        return
    cases = peer_cases()
    said = ask_peer(cases)
    largest = 0.0
    for case, theirs in zip(cases, said["found"], strict=True):
        label, score, others = (np.array(case[name]) for name in ("label", "score", "unlabelled"))
        ours = prediction_powered_mean(label, score, others, case["level"], case["power"])
        largest = max(largest, *(abs(a - b) for a, b in zip((ours.share, ours.low, ours.high), theirs, strict=True)))
    print(f"\nppi-python {said['version']}: {len(cases)} examples, largest difference {largest:.1e}")


def main(words: list[str]) -> None:
    """Print every part, or one of them."""
    only = words[words.index("--only") + 1] if "--only" in words else ""
    runs = int(words[0]) if words and words[0].isdigit() else 2000
    print(f"{runs:,} runs, seed 1, {os.cpu_count()} cores, numpy {np.__version__}\n")
    if only in ("", "coders"):
        print_coders(runs)
    if only in ("", "lists"):
        print_lists(runs)
    if only in ("", "peer"):
        print_peer()


if __name__ == "__main__":
    main(sys.argv[1:])
