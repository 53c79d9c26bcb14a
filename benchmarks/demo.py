"""Seconds and memory of the whole demo, after installation: from an empty folder to a report in two languages.

Each run is a process of its own with 1,000 draws in a new folder, measured by the operating system's accounting of
the finished process (peak memory is that of the largest process). The budget is 15 s and 600 MB on two cores.

    .venv/bin/python benchmarks/demo.py [RUNS]
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUDGET_SECONDS, BUDGET_MEGABYTES = 15.0, 600.0


def measure() -> tuple[float, float, float]:
    """Wall seconds, processor seconds, and peak megabytes of one demo."""
    folder = Path(tempfile.mkdtemp())
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).with_name("dynapolis")), "demo", str(folder / "demo")]
    try:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"the demo failed with exit code {os.waitstatus_to_exitcode(status)}")
        process.returncode = 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Warm up once, run, and print minimum, median and maximum beside the budget."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    measure()
    results = [measure() for _ in range(runs)]
    print(f"dynapolis demo, {runs} runs after a warm-up, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print("| figure | min | median | max | budget |")
    print("| --- | ---: | ---: | ---: | ---: |")
    rows = (("wall, s", BUDGET_SECONDS), ("processor, s", None), ("peak memory, MB", BUDGET_MEGABYTES))
    for n, (name, budget) in enumerate(rows):
        values = [result[n] for result in results]
        shown = " | ".join(f"{f(values):.1f}" for f in (min, statistics.median, max))
        print(f"| {name} | {shown} | {'–' if budget is None else f'{budget:.0f}'} |")


if __name__ == "__main__":
    main()
