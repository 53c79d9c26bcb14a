"""Ten thousand invented requests to the pages and the API: no answer is a fault, none shows the inside of the program.

Paths are real ones, real ones spoilt, and noise; queries hold known and unknown names with good, bad and hostile
values.

    .venv/bin/python benchmarks/fuzz.py [--n 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

PATHS = (
    "/", "/ko/", "/en/cities", "/ko/cities/seoul", "/en/compare", "/ko/projects", "/en/labs", "/ko/map", "/en/topics",
    "/ko/topics/sector/transport", "/en/partners", "/ko/editions", "/en/method", "/ko/method/weights", "/en/data",
    "/ko/search", "/en/help", "/ko/report", "/en/report/results", "/en/n/{id}/rank.seoul", "/ko/editions/{id}/cities",
    "/en/projects/{unit}", "/api/v1/releases", "/api/v1/cities", "/api/v1/cities/seoul", "/api/v1/projects",
    "/api/v1/labs", "/api/v1/numbers/rank.seoul", "/api/v1/sources", "/api/v1/codebook", "/api/v1/openapi.json",
    "/api/v1/tables/out_index__score_pillar.csv", "/healthz", "/metrics", "/static/x/site.css", "/id/city/seoul",
)  # fmt: skip
NAMES = ("q", "city", "sector", "goal", "stage", "y", "sort", "n", "page", "view", "syn", "ed", "cursor", "layer",
         "org", "min", "show", "path", "norm", "agg", "w_activity", "lab_type", "utm", "__proto__", "")  # fmt: skip
VALUES = (
    "", "0", "1", "-1", "999999999999999999999", "1e9", "NaN", "seoul", "seoul~helsinki", "-seoul", "~", "--",
    "2019..2022",
    "..", "9..1", "교통", "서울은", '"', "'", "' OR 1=1 --", "*", "(", "NEAR(a b)", "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00",
    "\x00", "\u202e", "ﬁ", "💡" * 40, "a" * 3000, "{{7*7}}", "${7*7}", "relevance", "newest", "table", "units",
)  # fmt: skip
SUFFIXES = ("", "", "", ".json", ".csv", ".svg", ".png", ".xml", "/", "//", "%2e%2e", "?", "#", ".json.json")


def main() -> None:
    """Run and print a table; ends with 1 where an answer is a fault."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workspace", type=Path)
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        place = given.workspace or Path(folder) / "demo"
        if given.workspace is None:
            program = str(Path(sys.executable).with_name("dynapolis"))
            subprocess.run([program, "demo", str(place)], check=True, capture_output=True)
        faults = _ask_all(place, given.n, random.Random(given.seed))
    for fault in faults[:20]:
        print(f"fault: {fault}")
    raise SystemExit(1 if faults else 0)


def _ask_all(place: Path, n: int, rng: random.Random) -> list[str]:
    from dynapolis.serve.app import create_app
    from dynapolis.serve.inside import ask
    from dynapolis.serve.site import Site
    from dynapolis.store.workspace import open_workspace

    site = Site(open_workspace(place))
    app = create_app(site)
    known = {"id": site.release().id, "unit": next(iter(site.release().reading.units()))}
    statuses: Counter[int] = Counter()
    faults: list[str] = []
    started = time.perf_counter()
    for _ in range(n):
        path, query = _invent(rng, known)
        status, headers, body = ask(app, path, query, {"accept-language": rng.choice(("ko", "en", "xx;q=z", ""))})
        statuses[status] += 1
        runs = b"<script>alert" in body and "html" in headers.get("content-type", "")  # JSON is data, and runs nowhere
        if status >= 500 or b"Traceback" in body or runs:
            faults.append(f"{status} {path}?{query}"[:300])
    print(f"| requests | seconds | {' | '.join(map(str, sorted(statuses)))} | faults |")
    print("| --- " * (len(statuses) + 3) + "|")
    counts = " | ".join(f"{statuses[s]:,}" for s in sorted(statuses))
    print(f"| {n:,} | {time.perf_counter() - started:.0f} | {counts} | {len(faults)} |")
    return faults


def _invent(rng: random.Random, known: dict[str, Any]) -> tuple[str, str]:
    path = rng.choice(PATHS).format(**known)
    if rng.random() < 0.25:
        place = rng.randrange(len(path) + 1)
        path = path[:place] + rng.choice(VALUES)[:200] + path[place:]
    path += rng.choice(SUFFIXES)
    pairs = [(rng.choice(NAMES), rng.choice(VALUES)) for _ in range(rng.choice((0, 0, 1, 1, 2, 4)))]
    return path if path.startswith("/") else "/" + path, urlencode(pairs, quote_via=quote)


if __name__ == "__main__":
    main()
