"""Towns matched in a second on one core, and how long it takes until the first one can be.

Two lists: the distinct towns of a file of known towns, and 100,000 distinct invented ones (names of the gazetteer in
five spellings: as they are, in capitals, with a post district, with a country in brackets, with one letter wrong). Each
measurement is a process of its own on one core: loading (gazetteer, rules, and every country of the list made ready)
is told apart from matching. The budget is 20,000 distinct towns a second.

    .venv/bin/python benchmarks/cities.py [TYPED_TOWNS.csv[.gz]] [RUNS]

TYPED_TOWNS has the columns town and country_iso; without it only the invented list is measured.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

BUDGET = 20_000
N_INVENTED = 100_000
Pairs = list[tuple[str, str]]


def invented(seed: int = 2022) -> Pairs:
    """Distinct towns made from names of the gazetteer; the same seed gives the same list."""
    from dynapolis.places.read_gazetteer import read_gazetteer

    gazetteer, chance = read_gazetteer(), random.Random(seed)
    names: tuple[Pairs, Pairs] = ([], [])  # of cities and of small places, which are met equally often
    for code in sorted(gazetteer.codes):
        columns = gazetteer.country(code).columns
        for place, name in enumerate(columns.name):
            names[place >= columns.n_cities].append((name, code))
    found: dict[tuple[str, str], None] = {}
    while len(found) < N_INVENTED:
        name, country = chance.choice(chance.choice(names))
        at = chance.randrange(len(name))
        spellings = (name, name.upper(), f"{name} {at + 1}", f"{name} ({country})", name[:at] + name[at + 1 :])
        found[chance.choice(spellings), country] = None
    return list(found)


def typed(path: Path) -> Pairs:
    """Distinct towns of a file, in its order."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list({(row["town"], row["country_iso"]): None for row in csv.DictReader(file)})


def measure(what: str) -> None:
    """Load, match, and print the numbers of this process as JSON."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pairs = invented() if what == "invented" else typed(Path(what))
    from dynapolis.places.match import Matcher
    from dynapolis.places.read_gazetteer import read_gazetteer
    from dynapolis.places.rules import read_place_rules
    from dynapolis.places.score import read_calibration

    start = time.perf_counter()
    matcher = Matcher(read_gazetteer(), read_place_rules(), read_calibration())
    matcher.make_ready({country for _, country in pairs})
    loaded, loaded_cpu = time.perf_counter(), time.process_time()
    answers = matcher.match(pairs, {})
    done, done_cpu = time.perf_counter(), time.process_time()
    print(json.dumps({
        "towns": len(pairs), "load": loaded - start, "match": done - loaded,
        "match_cpu": done_cpu - loaded_cpu,
        "answered": sum(answer.is_answer for answer in answers),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


def main() -> None:
    """Measure each list some times and print the table."""
    lists = [word for word in sys.argv[1:2] if not word.isdecimal()] + ["invented"]
    runs = int(sys.argv[-1]) if sys.argv[-1].isdecimal() else 5
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    print(f"dynapolis cities, {runs} runs, one core, Python {sys.version.split()[0]}; budget {BUDGET:,} towns a second")
    print(
        "| list | distinct towns | answered | load, s | towns a second: min | median | max | of processor time | MB |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for what in lists:
        words = [sys.executable, __file__, "--measure", what]
        told = [json.loads(subprocess.check_output(words, env=environment)) for _ in range(runs)]
        rates = [t["towns"] / t["match"] for t in told]
        shown = " | ".join(f"{f(rates):,.0f}" for f in (min, statistics.median, max))
        load, megabytes, cpu = (statistics.median(t[key] for t in told) for key in ("load", "megabytes", "match_cpu"))
        name = "invented" if what == "invented" else "known towns"
        counts = f"{told[0]['towns']:,} | {told[0]['answered']:,}"
        print(f"| {name} | {counts} | {load:.2f} | {shown} | {told[0]['towns'] / cpu:,.0f} | {megabytes:.0f} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        main()
