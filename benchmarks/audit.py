"""The audit on invented reports: planted contradictions found, consistent reports left in peace, and how long it takes.

A report has a total, its parts with shares rounded half up or half to even, a subset, and both languages. A planted one
has exactly one thing wrong: a share moved, parts that exceed the whole, a sum off, a subset too large, or a number that
differs between the languages.

    .venv/bin/python benchmarks/audit.py [--n 1000] [--claims 500]
"""

from __future__ import annotations

import argparse
import random
import time
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from dynapolis.audit.claims import ClaimsFile
from dynapolis.audit.rules import audit

FAULTS = ("share", "parts", "sum", "subset", "language")


def main() -> None:
    """Run and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--n", type=int, default=1000)
    options.add_argument("--claims", type=int, default=500)
    given = options.parse_args()
    accused = sum(is_accused(report(random.Random(seed), None)) for seed in range(given.n))
    found = {fault: [0, 0] for fault in FAULTS}
    for seed in range(given.n):
        fault = FAULTS[seed % len(FAULTS)]
        found[fault][1] += 1
        found[fault][0] += is_accused(report(random.Random(seed + 10**6), fault))
    print("| reports | | |")
    print("| --- | --- | --- |")
    print(f"| consistent | {given.n} | {accused} accused |")
    for fault, (hit, n) in found.items():
        print(f"| planted: {fault} | {n} | {hit} found |")
    large = merged([report(random.Random(seed), None) for seed in range(given.claims)], given.claims)
    started = time.perf_counter()
    audit(large)
    print(f"| {len(large.quantities)} claims in one file | | {time.perf_counter() - started:.2f} s |")


def is_accused(file: ClaimsFile) -> bool:
    """Whether the audit says that something cannot be."""
    return any(finding.severity == "contradiction" for finding in audit(file))


def report(rng: random.Random, fault: str | None, prefix: str = "") -> ClaimsFile:
    """One invented report, with one fault or none."""
    n_parts = rng.randint(3, 6)
    counts = [rng.randint(3, 120) for _ in range(n_parts)]
    whole = sum(counts)
    decimals, rounding = rng.choice((0, 0, 1)), rng.choice((ROUND_HALF_UP, ROUND_HALF_EVEN))
    shares = [rounded(100 * Decimal(c) / whole, decimals, rounding) for c in counts]
    subset = rng.randint(1, whole)
    if fault == "parts":
        shares[0] += n_parts + 3
    elif fault == "share":
        shares[-1] += 3 + n_parts
    quantities: list[dict[str, Any]] = [quantity(f"{prefix}whole", "count", whole)]
    quantities += [quantity(f"{prefix}c{i}", "count", c) for i, c in enumerate(counts)]
    for i, share in enumerate(shares):
        item = quantity(f"{prefix}s{i}", "share", share, decimals)
        quantities.append(item | {"of": f"{prefix}whole"})
    quantities.append(quantity(f"{prefix}subset", "count", whole + rng.randint(1, 50) if fault == "subset" else subset))
    if fault == "sum":
        quantities[1]["ko"]["value"] += (off := rng.randint(1, 9))
        quantities[1]["en"]["value"] += off
    if fault == "language":
        quantities[rng.randrange(len(quantities))]["en"]["value"] += 1
    one = [f"{prefix}s{i}" for i in range(n_parts)]
    return ClaimsFile.model_validate(
        {
            "report": "invented", "title": {"en": "invented", "ko": "지어낸 보고서"}, "source": "none",
            "quantities": quantities,
            "parts": [{"whole": f"{prefix}whole", "parts": one, "labels": "one", "complete": True}],
            "sums": [{"total": f"{prefix}whole", "parts": [f"{prefix}c{i}" for i in range(n_parts)]}],
            "subsets": [{"whole": f"{prefix}whole", "part": f"{prefix}subset"}],
        }
    )  # fmt: skip


def rounded(value: Decimal, decimals: int, rounding: str) -> float:
    """A percentage as a printer rounds it."""
    return float(value.quantize(Decimal(1).scaleb(-decimals), rounding=rounding))


def quantity(name: str, kind: str, value: float, decimals: int = 0) -> dict[str, Any]:
    """A quantity printed alike in both languages."""
    printed = {"value": value, "decimals": decimals}
    return {
        "id": name,
        "label": {"en": name, "ko": "수치 " + name},
        "kind": kind,
        "ko": dict(printed),
        "en": dict(printed),
    }


def merged(files: list[ClaimsFile], most: int) -> ClaimsFile:
    """Several reports as one file of about ``most`` claims."""
    parts: dict[str, list[Any]] = {"quantities": [], "parts": [], "sums": [], "subsets": []}
    for number in range(len(files)):
        if len(parts["quantities"]) >= most:
            break
        file = report(random.Random(number), None, f"r{number}.")
        for name, items in parts.items():
            items.extend(item.model_dump() for item in getattr(file, name))
    base = {"report": "large", "title": {"en": "large", "ko": "큰 보고서"}, "source": "none"}
    return ClaimsFile.model_validate({**base, **parts})


if __name__ == "__main__":
    main()
