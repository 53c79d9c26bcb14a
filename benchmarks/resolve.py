"""Records resolved: how long it takes, how much memory, how it grows, and how right the answers are.

Invented organisations, the same for the same seed: more than half with Korean names and legal forms, three of ten in
two to four records, four of ten further ones with a wrong letter, towns, postcodes and addresses missing in part. Each
size is a process of its own; reading and writing are not in it. Precision and recall are those of the pairs joined by
rule. Budgets: 100,000 records in 90 seconds and 2 GB on two cores, a million in 20 minutes. The growth exponent is the
slope of the logarithm of the time over that of the records.

    .venv/bin/python benchmarks/resolve.py [--sizes 10000,30000,100000] [--data DIR]

With --data, the folder of the published lists, also precision and recall on every gold set, beside Splink with its
default settings on the same pairs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BUDGETS = {100_000: (90, 2_000), 1_000_000: (20 * 60, None)}  # seconds, megabytes
SIZES = "10000,30000,100000"
SYLLABLES = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치"
    "강남동산성신영원인정진천한현해화"
)
KOREAN_KINDS = ("테크", "연구소", "시스템", "대학교", "재단", "엔지니어링", "솔루션", "모빌리티", "에너지", "")
KOREAN_FORMS = ("주식회사 {}", "(주){}", "㈜{}", "{} 주식회사", "재단법인 {}", "{}")
ONSETS, VOWELS = ("b", "br", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v"), "aeiou"
KINDS = (
    "Technologies",
    "Institute",
    "Systems",
    "University of {}",
    "Engineering",
    "Energy",
    "Foundation {}",
    "Labs",
    "",
)
FORMS = ("{}", "{} GmbH", "{} Ltd", "{} S.p.A.", "{} SL", "{} AB", "{} BV", "{} Oy")
TOWNS = {
    "KR": [
        "서울",
        "부산",
        "인천",
        "대구",
        "대전",
        "광주",
        "울산",
        "세종",
        "수원",
        "성남",
        "고양",
        "용인",
        "창원",
        "청주",
    ],
    "DE": ["Berlin", "Hamburg", "München", "Köln", "Frankfurt", "Stuttgart", "Dresden", "Leipzig", "Bremen", "Aachen"],
    "IT": ["Roma", "Milano", "Torino", "Napoli", "Bologna", "Firenze", "Genova", "Padova", "Trento", "Bari"],
    "ES": ["Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao", "Zaragoza"],
    "GB": ["London", "Manchester", "Leeds", "Bristol", "Oxford", "Cambridge", "Glasgow"],
    "SE": ["Stockholm", "Göteborg", "Malmö", "Lund", "Uppsala"],
}


def invented(n: int, seed: int = 2022) -> tuple[list[dict[str, Any]], list[int]]:
    """Rows of ``n`` records, and which organisation each is."""
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    owner: list[int] = []
    entity = 0
    while len(rows) < n:
        base = _organisation(chance)
        copies = chance.randint(2, 4) if chance.random() < 0.3 else 1
        for copy in range(min(copies, n - len(rows))):
            rows.append(_record(base, copy, len(rows), chance))
            owner.append(entity)
        entity += 1
    order = list(range(n))
    chance.shuffle(order)
    return [rows[place] for place in order], [owner[place] for place in order]


def _organisation(chance: random.Random) -> dict[str, str]:
    country = "KR" if chance.random() < 0.55 else chance.choice(list(TOWNS)[1:])
    if country == "KR":
        name = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) + chance.choice(KOREAN_KINDS)
    else:
        words = [_word(chance).capitalize() for _ in range(chance.randint(1, 2))]
        kind = chance.choice(KINDS)
        name = kind.format(" ".join(words)) if "{}" in kind else f"{' '.join(words)} {kind}".strip()
    return {
        "name": name, "country": country, "city": chance.choice(TOWNS[country]),
        "postcode": f"{chance.randint(10_000, 99_999)}", "url": f"https://www.{_word(chance)}{_word(chance)}.org",
    }  # fmt: skip


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(ONSETS) + chance.choice(VOWELS) for _ in range(chance.randint(2, 4)))


def _record(base: dict[str, str], copy: int, number: int, chance: random.Random) -> dict[str, Any]:
    name = base["name"]
    if copy and chance.random() < 0.4 and len(name) > 3:
        at = chance.randrange(1, len(name) - 1)
        name = (
            name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            if chance.random() < 0.5
            else name[:at] + name[at + 1 :]
        )
    form = chance.choice(KOREAN_FORMS if base["country"] == "KR" else FORMS)
    kept = {"city": 0.95, "postcode": 0.5, "url": 0.35}
    shown = {column: base[column] if chance.random() < share else "" for column, share in kept.items()}
    return {
        "record_id": str(number),
        "register": "list",
        "name": form.format(name),
        "country": base["country"],
        **shown,
    }


def measure(n: int) -> None:
    """Resolve ``n`` records and print the numbers of this process as JSON."""
    from dynapolis.resolve.evaluate import pair_measures
    from dynapolis.resolve.organisations import organisation_table
    from dynapolis.resolve.profile import ORGANISATIONS
    from dynapolis.resolve.score import score_pairs
    from dynapolis.resolve.threshold import choose_bands

    rows, owner = invented(n)
    table = organisation_table(rows)
    ids, groups = [row["record_id"] for row in rows], {}
    for record, entity in zip(ids, owner, strict=True):
        groups.setdefault(entity, []).append(record)
    del rows
    start, start_cpu = time.perf_counter(), time.process_time()
    found = score_pairs(table, profile=ORGANISATIONS, tell_from=0.5)
    limits = {"most_wrong": ORGANISATIONS.most_wrong, "most_missed": ORGANISATIONS.most_missed}
    bands = choose_bands(found["probability"].to_numpy(), **limits)
    done, done_cpu = time.perf_counter(), time.process_time()
    truth = frozenset(
        (min(a, b), max(a, b)) for group in groups.values() for k, a in enumerate(group) for b in group[k + 1 :]
    )
    columns = (found[name].to_pylist() for name in ("left_id", "right_id", "probability"))
    same = [(min(a, b), max(a, b)) for a, b, p in zip(*columns, strict=True) if p >= bands.same]
    answer = pair_measures(same, truth)
    print(json.dumps({
        "records": n, "pairs": found.num_rows, "wall": done - start, "cpu": done_cpu - start_cpu,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "threshold": bands.same,
        "precision": answer.precision.value, "recall": answer.recall.value, "f1": answer.f1,
    }))  # fmt: skip


def exponent(told: list[dict[str, Any]]) -> float:
    """The slope of the logarithm of the time over that of the records, by least squares."""
    x, y = ([math.log(t[key]) for t in told] for key in ("records", "wall"))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def scale(sizes: list[int]) -> None:
    """Measure each size and print the table with the budgets."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    told = []
    print(f"dynapolis resolve, {os.cpu_count()} cores, Python {sys.version.split()[0]}, invented organisations")
    print("| records | candidate pairs | wall, s | processor, s | peak memory, MB | precision | recall | budget |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for n in sizes:
        words = [sys.executable, __file__, "--measure", str(n)]
        told.append(json.loads(subprocess.check_output(words, env=environment)))
        t = told[-1]
        seconds, megabytes = BUDGETS.get(n, (None, None))
        budget = " and ".join([f"{seconds} s"] * bool(seconds) + [f"{megabytes} MB"] * bool(megabytes)) or "–"
        shares = f"{t['precision']:.3f} | {t['recall']:.3f}"
        times = f"{t['wall']:.1f} | {t['cpu']:.1f} | {t['megabytes']:.0f}"
        print(f"| {n:,} | {t['pairs']:,} | {times} | {shares} | {budget} |", flush=True)
    if len(told) > 1:
        print(f"\ngrowth exponent: {exponent(told):.2f}")


def gold(data: Path) -> None:
    """Precision and recall on every gold set whose lists are there, beside Splink with its defaults."""
    with tempfile.TemporaryDirectory() as out:
        program = "from dynapolis.cli.main import app; app()"
        words = [sys.executable, "-c", program, "resolve", "evaluate", "--data", str(data), "--out", out, "--json"]
        answer = json.loads(subprocess.check_output(words))
    print("\n| set | matcher | threshold | unit | found | precision | recall | F1 (95 %) |")
    print("| --- | --- | --- | --- | ---: | ---: | ---: | --- |")
    for row in answer["measures"]:
        shares = " | ".join(f"{row[name] or 0:.3f}" for name in ("precision", "recall"))
        interval = f"{row['f1']:.3f} ({row['f1_low']:.3f}–{row['f1_high']:.3f})"
        cut = f"{row['cut']} {row['threshold']:.3f}"
        print(
            f"| {row['set']} | {row['matcher']} | {cut} | {row['unit']} | {row['n_found']:,} | {shares} | {interval} |"
        )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--measure", type=int)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure)
        return
    scale([int(size) for size in asked.sizes.split(",")])
    if asked.data:
        gold(asked.data)


if __name__ == "__main__":
    main()
