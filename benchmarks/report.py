"""Seconds and memory of the report, both languages, in HTML and in all formats, from an edition of 1,300 initiatives.

The edition is made of the embedded registers with some of their records taken twice, under other names, with their
codes; it has all 41 cities of these registers. Each run is a process of its own that reads the edition, composes and
checks both languages, and writes pages, fonts, data files and ledger into a new folder. Budgets, on two cores: 5 s for
HTML; 60 s and 1,500 MB for HTML, PDF, DOCX and XLSX together.

    .venv/bin/python benchmarks/report.py [RUNS]
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dynapolis.cli.demo import EMBEDDED
from dynapolis.store.content import shipped

INITIATIVES = 1300
# by what is asked for: seconds, megabytes
BUDGETS: dict[str, tuple[float, float | None]] = {"html": (5, None), "html,pdf,docx,xlsx": (60, 1500)}
SETTINGS = '[run]\ndraws = 200\n\n[content]\nregisters = "own/registers"\n'
PROGRAM = str(Path(sys.executable).with_name("dynapolis"))


def make_edition(folder: Path, initiatives: int) -> int:
    """A workspace with one edition of about so many initiatives; returns how many it has."""
    subprocess.run([PROGRAM, "init", str(folder)], check=True, stdout=subprocess.DEVNULL)
    (folder / "dynapolis.toml").write_text(SETTINGS, encoding="utf-8")
    for name in EMBEDDED:
        shutil.copytree(shipped() / "registers" / name, folder / "own" / "registers" / name)
    lists = {name: folder / "own" / "registers" / name / "register.csv" for name in EMBEDDED}
    rows = {name: read(path) for name, path in lists.items()}
    missing = initiatives - sum(map(len, rows.values())) + 61  # some records are joined to one initiative
    for name, found in rows.items():
        twice = [row["id"] for row in found][: max(0, missing)]
        missing -= len(twice)
        for path in lists[name].parent.glob("*.csv"):
            repeat(path, set(twice))
        add = [PROGRAM, "import", str(lists[name]), "--register", name, "--workspace", str(folder)]
        subprocess.run(add, check=True, stdout=subprocess.DEVNULL)
    run = [PROGRAM, "run", "--edition", "large", "--workspace", str(folder), "--json"]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    from dynapolis.report.data import ReportData
    from dynapolis.store.editions import find_edition
    from dynapolis.store.workspace import open_workspace

    place = open_workspace(folder)
    ledger = place.open_ledger()
    try:
        return ReportData.load(find_edition(place.editions, ledger, "large")).n("units")
    finally:
        ledger.close()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def repeat(path: Path, ids: set[str]) -> None:
    """Append the rows of these ids again, under other ids and joined to nothing."""
    rows = read(path)
    if not rows or "id" not in rows[0]:
        return
    more = [{**row, "id": f"{row['id']}-again"} for row in rows if row["id"] in ids]
    for row in more:
        for column in row.keys() & {"same_as"}:
            row[column] = ""
        if "name" in row:
            row["name"] = f"{row['name']} again"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *more])


def measure(workspace: Path, formats: str) -> tuple[float, float, float]:
    """Wall seconds, processor seconds, and peak megabytes of one report."""
    out = Path(tempfile.mkdtemp())
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [PROGRAM, "report", "--edition", "large", "--out", str(out), "--workspace", str(workspace)]
    command += ["--format", formats]
    try:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"the report failed with exit code {os.waitstatus_to_exitcode(status)}")
        process.returncode = 0
    finally:
        shutil.rmtree(out, ignore_errors=True)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Make the edition, warm up once, run, and print minimum, median and maximum beside the budget."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folder = Path(tempfile.mkdtemp())
    try:
        found = make_edition(folder / "workspace", INITIATIVES)
        measure(folder / "workspace", "html")
        results = {formats: [measure(folder / "workspace", formats) for _ in range(runs)] for formats in BUDGETS}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    load = os.getloadavg()[0]
    cores = f"{os.cpu_count()} cores, load {load:.1f}, Python {sys.version.split()[0]}"
    print(f"Both languages, {found:,} initiatives in 41 cities, {runs} runs after a warm-up, {cores}")
    print("| formats | figure | min | median | max | budget |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for formats, measured in results.items():
        seconds, megabytes = BUDGETS[formats]
        rows = (("wall, s", seconds), ("processor, s", None), ("peak memory, MB", megabytes))
        for n, (name, budget) in enumerate(rows):
            values = [result[n] for result in measured]
            shown = " | ".join(f"{f(values):.1f}" for f in (min, statistics.median, max))
            print(f"| {formats} | {name} | {shown} | {'–' if budget is None else f'{budget:,.0f}'} |")


if __name__ == "__main__":
    main()
