"""Every published list beside the repository, imported: entries read, used and refused, seconds, counts of the READMEs.

Also the budget for Horizon 2020 (144,726 participations with their projects in under 20 s and 1.5 GB) and how time
and memory grow from 10,000 to 1,000,000 participations: copies of the real ones under new project numbers, each
imported by the installed command as a process of its own. With --write the tables go into docs/{en,ko}/imports.md.

    .venv/bin/python benchmarks/imports.py [--write] [--only lists|budget|growth]
"""

from __future__ import annotations

import csv
import gzip
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from _lists import DATA, Count, Done, catalogue, counts, run_list

from dynapolis.errors import DynapolisError
from dynapolis.store.content import ContentPaths
from dynapolis.store.register_files import read_lead_register
from dynapolis.store.workspace import init_workspace

DOCS = Path(__file__).parents[1] / "docs"
H2020 = DATA / "derived" / "h2020_participations_located.csv.gz"
BUDGET_SECONDS, BUDGET_MEGABYTES = 20.0, 1500.0
SIZES = (10_000, 31_623, 100_000, 316_228, 1_000_000)
LANGUAGES = ("en", "ko")

Row = Sequence[object]


def table(head: Row, rows: Iterable[Row], n_words: int) -> str:
    """A Markdown table whose first ``n_words`` columns are words and the others numbers."""
    lines = [head, ["---"] * n_words + ["---:"] * (len(head) - n_words), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def import_all() -> tuple[list[Done], list[Count], list[tuple[dict[str, Any], str]]]:
    """Every list of the catalogue in one workspace, every number of a README, and what was said to refused lists."""
    known = catalogue()
    with tempfile.TemporaryDirectory() as folder:
        place = init_workspace(Path(folder) / "workspace")
        ledger = place.open_ledger()
        try:
            done = [run_list(place, ledger, item) for item in known["lists"]]
            refused = []
            for item in known["refused"]:
                try:
                    run_list(place, ledger, item)
                except DynapolisError as error:
                    refused.append((item, str(error).replace(str(DATA) + "/", "")))
            found = list(counts(done))
        finally:
            ledger.close()
        unsettled = [count for count in found if not count.is_settled]
        if unsettled or len(refused) != len(known["refused"]):
            raise SystemExit(f"counts that are neither reproduced nor explained: {unsettled}")
        return done, found, refused


def terms(register: str) -> str:
    """Under which terms a shipped register stands."""
    return str(read_lead_register(ContentPaths.default().registers / register / "register.yml").licence.terms)


def list_rows(done: list[Done]) -> list[Row]:
    """One row for every table of every list; the months of one list are added up."""
    rows: list[Row] = []
    for one in done:
        for name in dict.fromkeys(report["table"] for report in one.reports):
            of = [report for report in one.reports if report["table"] == name]
            numbers = [sum(r[key] for r in of) for key in ("n_read", "n_kept")]
            numbers.append(sum(sum(r["n_skipped"].values()) for r in of))
            numbers += [sum(r[key] for r in of) for key in ("n_refused", "n_repeated")]
            first = [one.item["register"], _file(one, of), name, *(f"{n:,}" for n in numbers)]
            rows.append([*first, f"{sum(r['seconds'] for r in of):.2f}", terms(one.item["register"])])
    return rows


def _file(one: Done, reports: list[dict[str, Any]]) -> str:
    """The file of a table, with its folder where that was imported whole; first and last of many months."""
    files = [str(report["file"]) for report in reports]
    folder = one.item["path"].rsplit("/", 1)[-1]
    name = files[0] if len(files) == 1 else f"{files[0]} … {files[-1]}"
    return f"{folder}/{name}" if (DATA / one.item["path"]).is_dir() else name


def count_rows(found: list[Count], words: dict[str, Any], language: str) -> list[Row]:
    """One row for every number of a README."""
    return [
        [
            c.register,
            c.path.rsplit("/", 1)[-1],
            c.table,
            _what(c, words),
            f"{c.printed:,}",
            f"{c.found:,}",
            c.why[language] if c.why else "–",
        ]
        for c in found
    ]


def _what(count: Count, words: dict[str, Any]) -> str:
    fact = count.fact
    if count.table == "files":
        return str(words["files"])
    if fact.get("refused"):
        return str(words["refused"])
    columns = fact.get("distinct")
    parts = [words["distinct"].format(columns=", ".join(columns)) if columns else words["entries"]]
    given = {"": words["none"], "*": words["any"]}
    conditions = [given.get(v, "{column} = " + v).format(column=c) for c, v in fact.get("where", {}).items()]
    if conditions:
        parts.append(words["where"].format(conditions=", ".join(conditions)))
    if "at_least" in fact:
        parts.append(words["at_least"].format(n=fact["at_least"]))
    if fact.get("together"):
        parts.append(words["together"])
    return ", ".join(parts)


# A process counts the memory of the one it was split off from as its own peak, so a small one starts the command.
START = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall, code = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, code)
process.returncode = 0
"""


def run_command(words: list[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak megabytes of one call of the installed command."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).with_name("dynapolis")), *words]
    starter = [sys.executable, "-I", "-S", "-c", START, *command]
    done = subprocess.run(starter, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    wall, processor, memory, code = done.stdout.split()[-4:]
    if code != "0":
        raise SystemExit(f"{' '.join(command)} failed with exit code {code}")
    return float(wall), float(processor), float(memory)


def measure_import(register: str, file: Path, registers: Path | None = None) -> tuple[float, float, float]:
    """Seconds, processor seconds and peak memory of one import into a new workspace."""
    folder = Path(tempfile.mkdtemp()) / "workspace"
    try:
        init_workspace(folder)
        if registers:
            settings = folder / "dynapolis.toml"
            settings.write_text(
                settings.read_text(encoding="utf-8") + f'\n[content]\nregisters = "{registers}"\n', "utf-8"
            )
        return run_command(["import", str(file), "--register", register, "--workspace", str(folder), "--json"])
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def measure_budget(runs: int = 3) -> list[Row]:
    """The import of Horizon 2020 against its budget: participations, and the projects that lie beside them."""
    results = [measure_import("h2020-participations", H2020) for _ in range(runs)]
    rows: list[Row] = []
    for n, (name, budget) in enumerate(
        (("wall, s", BUDGET_SECONDS), ("processor, s", None), ("peak memory, MB", BUDGET_MEGABYTES))
    ):
        values = sorted(result[n] for result in results)
        rows.append(
            [
                name,
                *(f"{v:,.1f}" for v in (values[0], values[len(values) // 2], values[-1])),
                f"{budget:,.0f}" if budget else "–",
            ]
        )
    return rows


def write_enlarged(path: Path, size: int) -> None:
    """So many participations: the real ones over and over, each round under project numbers of its own."""
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        for number, (row, round_) in enumerate(islice(_rounds(), size)):
            if number == 0:
                lines.writerow(row)
            lines.writerow([f"{round_}{row['rcn']}" if round_ else row["rcn"], *list(row.values())[1:]])


def _rounds() -> Iterable[tuple[dict[str, str], int]]:
    round_ = 0
    while True:
        with gzip.open(H2020, "rt", encoding="utf-8", newline="") as file:
            yield from ((row, round_) for row in csv.DictReader(file))
        round_ += 1


def registers_without_limits(folder: Path) -> Path:
    """The register of Horizon 2020 for lists of any size: no smallest number, no projects, no corrections to expire."""
    shipped = ContentPaths.default().registers / "h2020-participations" / "register.yml"
    description = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    description["tables"] = description["tables"][:1]
    description["tables"][0]["expect"] = {"min_records": 1}
    own = folder / "h2020-participations"
    own.mkdir(parents=True)
    (own / "register.yml").write_text(yaml.safe_dump(description, allow_unicode=True, sort_keys=False), "utf-8")
    return folder


def measure_growth() -> tuple[list[Row], float, float]:
    """Seconds and memory by size; the exponent of processor seconds, and of those beyond 100 entries."""
    with tempfile.TemporaryDirectory() as folder:
        registers = registers_without_limits(Path(folder) / "registers")
        results = []
        for size in SIZES:
            path = Path(folder) / "h2020_participations_located.csv"
            write_enlarged(path, size)
            results.append(measure_import("h2020-participations", path, registers))
        write_enlarged(path, 100)
        fixed = min(measure_import("h2020-participations", path, registers)[1] for _ in range(3))
    seconds = [processor for _, processor, _ in results]
    rows: list[Row] = [
        [f"{size:,}", f"{wall:.1f}", f"{processor:.1f}", f"{size / wall:,.0f}", f"{memory:,.0f}"]
        for size, (wall, processor, memory) in zip(SIZES, results, strict=True)
    ]
    return rows, exponent(SIZES, seconds), exponent(SIZES, [max(value - fixed, 0.01) for value in seconds])


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The k of seconds ~ size**k by least squares over the logarithms.

    >>> round(exponent([10, 100, 1000], [2, 20, 200]), 3)
    1.0
    """
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def show(parts: dict[str, dict[str, str]], write: bool) -> None:
    """Print the English tables; with ``write``, set all of them between the marks of both pages."""
    for name, texts in parts.items():
        print(f"## {name}\n\n{texts['en']}\n")
        for language in LANGUAGES if write else ():
            page = DOCS / language / "imports.md"
            marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
            text, n = marks.subn(lambda m, new=texts[language]: f"{m[1]}{new}\n{m[2]}", page.read_text("utf-8"))
            if n != 1:
                raise SystemExit(f"{page}: no place for <!-- {name} -->")
            page.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure, print, and write the pages when asked to."""
    if not DATA.is_dir():
        raise SystemExit(f"the published lists are not at {DATA}")
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    known = catalogue()
    words: dict[str, dict[str, Any]] = known["words"]
    facts = {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
    }
    parts: dict[str, dict[str, str]] = {}
    if only in ("", "lists"):
        done, found, refused = import_all()
        rows = list_rows(done)
        parts["figures"] = {
            lang: words[lang]["measured"].format(**facts) + "\n\n" + table(words[lang]["head"], rows, 3)
            for lang in LANGUAGES
        }
        parts["counts"] = {
            lang: table(words[lang]["counts"], count_rows(found, words[lang], lang), 4) for lang in LANGUAGES
        }
        said = [[i["register"], i["path"].rsplit("/", 1)[-1], _fault(text, i["says"])] for i, text in refused]
        parts["refused"] = {lang: table(words[lang]["refusal"], said, 3) for lang in LANGUAGES}
        parts["others"] = {
            lang: table(words[lang]["no_list"], [[i["path"], i["why"][lang]] for i in known["no_register"]], 2)
            for lang in LANGUAGES
        }
    if only in ("", "budget"):
        rows = measure_budget()
        parts["budget"] = {lang: table(words[lang]["budget"], rows, 1) for lang in LANGUAGES}
    if only in ("", "growth"):
        rows, k, k_beyond = measure_growth()
        parts["growth"] = {
            lang: table(words[lang]["growth"], rows, 0)
            + "\n\n"
            + words[lang]["exponent"].format(k=f"{k:.2f}", beyond=f"{k_beyond:.2f}")
            for lang in LANGUAGES
        }
    show(parts, write="--write" in sys.argv)


def _fault(text: str, says: str) -> str:
    """The first fault that says what the list is refused for."""
    return next(line for line in text.splitlines() if says in line).strip().removeprefix("- ")[:300]


if __name__ == "__main__":
    main()
