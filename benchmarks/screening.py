"""Screening side by side with ASReview in one run, how often its claims hold, and how long one decision takes.

Each labelled list is replayed by both programs as a user would call them, as processes of their own, from the same
start: from the top of the file until one record of each kind was seen, and from one known record of each kind, the
same two for both. ASReview runs in .venv-peers (tools/environment.sh peers); without it, its recorded figures on the
reference lists are shown and no times are compared. The strongest published settings of ASReview, ELAS h3 and l2, need
neural models whose weights no package ships; ELAS u3 and u4 need none.

    .venv/bin/python benchmarks/screening.py [FILE …] [--seeds 42,1,2] [--models elas_u4,elas_u3]
                                            [--parts peers,stop,retrain] [--replays 30]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dynapolis.coding.screen.learner import Learner
from dynapolis.coding.screen.order import Start, batch_size, canonical_order, starting_order
from dynapolis.coding.screen.recall import order_quality
from dynapolis.coding.screen.replay import replay_order, replay_stop
from dynapolis.coding.screen.stop_rule import StopRule
from dynapolis.model.labelled import ScreenRecord
from dynapolis.store.labelled_files import read_screening_lists

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "reference" / "screening"
PEER = ROOT / ".venv-peers" / "bin" / "asreview"
OURS = Path(sys.executable).with_name("dynapolis")
RECORDED = {"top": "default", "seeds": "prior_1plus1"}
RETRAIN_RECORDS, RETRAIN_BUDGET = 10_000, 0.5  # records, seconds at the 95th percentile
WALL_SHARE = 0.1  # of the wall time of ASReview's first model, its default


@dataclass(frozen=True, slots=True)
class Outcome:
    """One replay by one program; times None where they were not measured here."""

    name: str
    start: str
    seed: int
    program: str
    records: int
    to_95: float
    wss: float
    wall: float | None
    cpu: float | None


def timed(words: Sequence[str | Path]) -> tuple[str, float, float]:
    """Output, wall and CPU seconds of a command, which must succeed."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(path: Path, start: str, seed: int) -> tuple[Outcome, list[int]]:
    """Our replay, and the rows it began with."""
    words = (OURS, "screen", "simulate", path, "--seed", str(seed), "--start", start, "--json")
    text, wall, cpu = timed(words)
    found = json.loads(text)
    outcome = Outcome(
        path.name, start, seed, "dynapolis", found["n_records"], found["records_to_95"], found["wss_95"], wall, cpu
    )
    return outcome, found["start_rows"]


def theirs(path: Path, start: str, seed: int, rows: Sequence[int], model: str) -> Outcome:
    """ASReview's replay from the same start: by itself from the top, or from the same known records."""
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder, "data.csv"), Path(folder, "out.asreview")
        raw = path.read_bytes()
        data.write_bytes(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        prior = ["--prior-idx", *(str(row - 1) for row in rows)] if start == "seeds" else []
        words = (PEER, "simulate", data, "--seed", str(seed), "--ai", model, "-o", out, *prior)
        _, wall, cpu = timed(words)
        in_order = peer_labels(out, Path(folder))
    n = sum(1 for _ in csv.reader(io.StringIO(_text(path), newline=""))) - 1
    quality = order_quality(np.concatenate([in_order, np.zeros(n - len(in_order), dtype=bool)]))
    assert quality.records_to_95 is not None and quality.wss_95 is not None
    return Outcome(path.name, start, seed, model, n, quality.records_to_95, quality.wss_95, wall, cpu)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")


def peer_labels(out: Path, folder: Path) -> np.ndarray:
    """Labels in reading order; ASReview stops after the last included record."""
    with zipfile.ZipFile(out) as archive:
        name = next(name for name in archive.namelist() if name.endswith(("results.sql", "results.db", ".sql", ".db")))
        archive.extract(name, folder)
    with sqlite3.connect(folder / name) as base:
        return np.array([bool(label) for (label,) in base.execute("SELECT label FROM results ORDER BY rowid")])


def recorded(path: Path, start: str) -> Iterator[Outcome]:
    """The figures of ASReview that lie beside the reference lists."""
    table = REFERENCE / "asreview_elas_u4.csv"
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()) if table.exists() else ():
        if path.name.startswith(row["dataset"]) and row["config"] == RECORDED[start]:
            yield Outcome(path.name, start, 42, "elas_u4", int(row["records"]), int(row["n_to_95"]),
                          float(row["wss95"]), None, None)  # fmt: skip


def side_by_side(paths: Sequence[Path], seeds: Sequence[int], models: Sequence[str]) -> list[Outcome]:
    found = []
    here = PEER.exists()
    if not here:
        print(f"\nASReview is not installed ({PEER.relative_to(ROOT)}; make it: tools/environment.sh peers): its "
              "figures are those recorded with the reference lists, and its times are not compared.")  # fmt: skip
    for path in paths:
        for start in ("top", "seeds"):
            for seed in seeds if start == "seeds" else seeds[:1]:
                outcome, rows = ours(path, start, seed)
                peers = [theirs(path, start, seed, rows, m) for m in models] if here else list(recorded(path, start))
                found += [outcome, *peers]
                told = ", ".join(f"{item.program} {item.to_95:,.0f}" for item in (outcome, *peers))
                print(f"  {path.name}, {start}, seed {seed}: records to 95 %: {told}", file=sys.stderr)
    return found


def print_comparison(found: Sequence[Outcome]) -> bool:
    """The table, and whether what is claimed holds."""
    programs = list(dict.fromkeys(item.program for item in found))
    print(f"\n| list | start | {' | '.join(f'records to 95 %, {p} | WSS@95, {p} | seconds, {p}' for p in programs)} |")
    print("| --- | --- |" + " ---: |" * (3 * len(programs)))
    cells = {(item.name, item.start): None for item in found}
    means: dict[tuple[str, str], dict[str, tuple[float, float, float | None, float]]] = {}
    for cell in cells:
        means[cell] = {p: _mean([i for i in found if (i.name, i.start) == cell and i.program == p]) for p in programs}
        print(f"| {cell[0].removesuffix('.csv.gz')} | {cell[1]} | {_cells(means[cell], programs)} |")
    total = {p: _mean_of([row[p] for row in means.values()]) for p in programs}
    print(f"| **mean** | | {_cells(total, programs)} |")
    mine, holds = total["dynapolis"], True
    for peer in programs[1:]:
        other = total[peer]
        good = mine[1] > other[1] and mine[0] < other[0]
        share = "" if other[2] is None or mine[2] is None else f", {mine[2] / other[2]:.3f} of its wall time"
        share += "" if other[2] is None else f" and {mine[3] / other[3]:.3f} of its CPU time"
        if peer == programs[1] and other[2] is not None and mine[2] is not None:  # the default model
            good &= mine[2] <= WALL_SHARE * other[2]
        print(f"\nAgainst {peer}: mean WSS@95 {mine[1]:.4f} to {other[1]:.4f}, mean records to 95 % {mine[0]:,.0f} to "
              f"{other[0]:,.0f}{share}: {'holds' if good else 'DOES NOT HOLD'}")  # fmt: skip
        holds &= good
    return holds


def _mean(items: Sequence[Outcome]) -> tuple[float, float, float | None, float]:
    walls = [item.wall for item in items if item.wall is not None]
    cpus = [item.cpu for item in items if item.cpu is not None]
    return (
        float(np.mean([item.to_95 for item in items])),
        float(np.mean([item.wss for item in items])),
        float(np.mean(walls)) if walls else None,
        float(np.mean(cpus)) if cpus else float("nan"),
    )


def _mean_of(rows: Sequence[tuple[float, float, float | None, float]]) -> tuple[float, float, float | None, float]:
    walls = [row[2] for row in rows if row[2] is not None]
    wall = float(np.mean(walls)) if walls else None
    return float(np.mean([r[0] for r in rows])), float(np.mean([r[1] for r in rows])), wall, float(
        np.mean([r[3] for r in rows])
    )  # fmt: skip


def _cells(row: dict[str, tuple[float, float, float | None, float]], programs: Sequence[str]) -> str:
    return " | ".join(
        f"{row[p][0]:,.0f} | {row[p][1]:.4f} | {'–' if row[p][2] is None else format(row[p][2], '.1f')}"
        for p in programs
    )


def stop_calibration(paths: Sequence[Path], n_seeds: int) -> bool:
    """How often the recall that was claimed at the stop was reached, and what reading until there costs."""
    print(f"\n| list | target | read | of it in audits | lower bound held | target reached | recall | "
          f"read by rank alone | target reached |\n| --- |{' ---: |' * 8}")  # fmt: skip
    holds = True
    for target in (0.95, 0.9, 0.8):
        held: list[bool] = []
        for path in paths:
            rows = [_stop_once(*prepared, target, seed) for prepared in [_prepared(path)] for seed in range(n_seeds)]
            held += [bool(row[2]) for row in rows]
            mean = np.mean(np.array(rows, dtype=float), axis=0)
            print(f"| {path.name.removesuffix('.csv.gz')} | {target:.0%} | {mean[0]:.0%} | {mean[1]:.0%} | "
                  f"{mean[2]:.1%} | {mean[3]:.1%} | {mean[4]:.3f} | {mean[5]:.0%} | {mean[6]:.1%} |")  # fmt: skip
        print(f"| **all, {len(held)} replays** | {target:.0%} | | | {np.mean(held):.1%} | | | | |")
        holds &= float(np.mean(held)) >= 0.95
    return holds


def _prepared(path: Path) -> tuple[Learner, np.ndarray]:
    records = read_screening_lists([path], labelled=True)
    own = [records[row] for row in canonical_order([record.id for record in records])]
    learner = Learner([record.title for record in own], [record.abstract for record in own])
    return learner, np.array([bool(record.included) for record in own])


def _stop_once(learner: Learner, included: np.ndarray, target: float, seed: int) -> tuple[float, ...]:
    rng = np.random.default_rng([seed, 5])
    start = starting_order(Start.SEEDS, included, np.arange(len(included)), rng)
    order = replay_order(learner, included, start)
    point = replay_stop(learner, included, order, len(start), StopRule(target_recall=target),
                        lambda places, size: rng.choice(places, size=size, replace=False))  # fmt: skip
    n, low = len(included), point.told.low
    assert low is not None and point.true_recall is not None and point.true_recall_by_rank is not None
    return (
        point.n_read / n, point.n_audited / n, low <= point.true_recall + 1e-12, point.true_recall >= target,
        point.true_recall, point.by_rank / n, point.true_recall_by_rank >= target,
    )  # fmt: skip


def enlarged(records: Sequence[ScreenRecord], n: int) -> list[ScreenRecord]:
    """As many records with distinct texts: beyond the real ones, the sentences of two real ones crossed."""
    rng = np.random.default_rng(2022)
    found = list(records)
    while len(found) < n:
        one, other = (records[place] for place in rng.integers(0, len(records), 2))
        parts = one.abstract.split(". ")[::2] + other.abstract.split(". ")[1::2]
        found.append(ScreenRecord(f"made-{len(found)}", "made", "", one.title, ". ".join(parts), one.included))
    return found[:n]


def retraining(paths: Sequence[Path], n_decisions: int = 60) -> bool:
    """Seconds from one more decision to the new order of 10,000 records, when few and when many were read."""
    records = enlarged([r for path in paths for r in read_screening_lists([path], labelled=True)], RETRAIN_RECORDS)
    included = np.array([bool(record.included) for record in records])
    began = time.perf_counter()
    learner = Learner([record.title for record in records], [record.abstract for record in records])
    print(f"\nTurning {RETRAIN_RECORDS:,} records into numbers: {time.perf_counter() - began:.1f} s, once a sitting.")
    print("\n| read before | median, s | 95th percentile, s |\n| ---: | ---: | ---: |")
    order = np.random.default_rng(1).permutation(len(records))
    worst = 0.0
    for n_read in (100, 1_000, 3_000, 9_900):
        learner.scores(order[:n_read], included[order[:n_read]])
        seconds = []
        for more in range(1, n_decisions + 1):
            read = order[: n_read + more]
            began = time.perf_counter()
            scores = learner.scores(read, included[read])
            np.argsort(-scores, kind="stable")
            seconds.append(time.perf_counter() - began)
        median, late = np.quantile(seconds, [0.5, 0.95])
        worst = max(worst, float(late))
        print(f"| {n_read:,} | {median:.3f} | {late:.3f} |")
    print(
        f"\nBudget {RETRAIN_BUDGET} s at the 95th percentile: {'holds' if worst <= RETRAIN_BUDGET else 'DOES NOT HOLD'}"
    )
    return worst <= RETRAIN_BUDGET


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="labelled lists; default: the reference lists")
    parser.add_argument("--seeds", default="42,1,2", help="of the known records and the models")
    parser.add_argument("--models", default="elas_u4,elas_u3", help="settings of ASReview")
    parser.add_argument("--parts", default="peers,stop,retrain")
    parser.add_argument("--replays", type=int, default=30, help="replays of the rule to stop, a list")
    wanted = parser.parse_args()
    paths = wanted.files or sorted(REFERENCE.glob("*.csv.gz"))
    if not paths:
        print(f"screening: skipped, no labelled list was named and {REFERENCE} is not there")
        return
    parts = wanted.parts.split(",")
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"Screening, {len(paths)} lists, {cores} cores, load {load:.1f} at the beginning; a batch is 1 record at "
          f"first, {batch_size(1000)} after 1,000.")  # fmt: skip
    good = True
    if "peers" in parts:
        seeds = [int(seed) for seed in wanted.seeds.split(",")]
        good &= print_comparison(side_by_side(paths, seeds, wanted.models.split(",")))
    if "stop" in parts:
        good &= stop_calibration(paths, wanted.replays)
    if "retrain" in parts:
        good &= retraining(paths)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
