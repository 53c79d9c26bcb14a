"""The web application under load: search and facet pages of a workspace with very many initiatives, beside Datasette.

The initiatives of the embedded registers are repeated under invented names until there are enough of them, in an
edition of its own. The application answers with two processes. Two measurements of each: requests sent at 50 a second
whether or not answers have come (so waiting counts), and wrk asking as fast as it is answered. Datasette serves one
table of the same initiatives with the same search (its full-text index), the same facets and the same page size.

Budgets: 95 of 100 answers within 100 ms for 100,000 initiatives, within 300 ms for 1,000,000.

    .venv/bin/python benchmarks/web.py [--sizes 100000] [--seconds 20] [--datasette .venv-peers/bin/datasette]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.parquet as pq

RATE = 50  # requests a second
BUDGETS = {100_000: 100.0, 1_000_000: 300.0}  # ms, 95th percentile
WORDS = (
    "교통",
    "서울",
    "에너지",
    "환경",
    "리빙랩",
    "mobility",
    "energy",
    "living lab",
    "school",
    "air quality",
    "citizens",
    "health",
    "robot",
    "water",
    "자율주행",
    "안전",
)
NAMES = (
    "Northern",
    "Harbour",
    "Green",
    "Open",
    "River",
    "Digital",
    "Old Town",
    "Campus",
    "Valley",
    "Island",
    "강변",
    "도심",
    "새싹",
    "한빛",
    "바다",
    "미래",
)
FACETS = ("city", "sector", "stage", "lead", "status")
AT_A_TIME = 50  # copies of a table that are written together
PER_UNIT = ("unit_id", "record_id", "entity_id", "own_entity_id", "coding_id", "source_id")


def main() -> None:
    """Run and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="100000")
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--datasette", default=".venv-peers/bin/datasette")
    given = options.parse_args()
    print("| initiatives | server | asked | requests/s | median ms | p95 ms | budget ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        subprocess.run([_program("dynapolis"), "demo", str(small)], check=True, capture_output=True)
        for size in map(int, given.sizes.split(",")):
            place, started = _workspace(small, Path(folder) / str(size), size), time.perf_counter()
            _lay_out(place)
            print(f"<!-- {size:,} initiatives laid out in {time.perf_counter() - started:.0f} s -->", flush=True)
            _measure_dynapolis(place, size, given.seconds)
            if Path(given.datasette).is_file():
                _measure_datasette(place, Path(folder) / f"{size}.db", given.datasette, size, given.seconds)
            else:
                print(f"<!-- Datasette not measured: {given.datasette} is not there (tools/environment.sh peers) -->")


# --- the workspace


def _workspace(small: Path, large: Path, size: int) -> Path:
    """A workspace whose last edition holds ``size`` initiatives."""
    from dynapolis.store.editions import list_editions
    from dynapolis.store.lake import read_parquet
    from dynapolis.store.workspace import open_workspace

    shutil.copytree(small, large, ignore=shutil.ignore_patterns("lake", "report", "reading"))
    workspace = open_workspace(large)
    ledger = workspace.open_ledger()
    edition = list_editions(workspace.editions, ledger)[0]
    ledger.close()
    folder = edition.folder / "tables"
    units = read_parquet(folder / "core_coding__unit.parquet").num_rows
    times = -(-size // units)
    for path in sorted(folder.glob("*.parquet")):
        table = read_parquet(path)
        if {"unit_id", "record_id"} & set(table.column_names) or path.stem == "core_resolve__property":
            if path.stem.startswith(("out_figures", "out_collaboration", "out_index")):
                continue  # figures stay those of the embedded registers: no page measured here reads them
            _repeat(path, table, times)
    return large


def _repeat(path: Path, table: pa.Table, times: int) -> None:
    """Write the table so many times, some copies at a time."""
    draft = path.with_suffix(".draft")
    with pq.ParquetWriter(draft, table.schema, compression="zstd") as writer:
        for start in range(0, times, AT_A_TIME):
            copies = [_copy(table, n, random.Random(n)) for n in range(start, min(start + AT_A_TIME, times))]
            writer.write_table(pa.concat_tables(copies))
    draft.replace(path)


def _copy(table: pa.Table, n: int, rng: random.Random) -> pa.Table:
    """The table once more, ids and names changed; the first copy is the table itself."""
    if n == 0:
        return table
    for name in PER_UNIT:
        if name in table.column_names:
            values = [None if v is None else f"{v}-{n}" for v in table[name].to_pylist()]
            table = table.set_column(
                table.column_names.index(name), name, pa.array(values, table.schema.field(name).type)
            )
    if "description_en" in table.column_names:
        names = [f"{rng.choice(NAMES)} {v} {n}" for v in table["name"].to_pylist()]
        table = table.set_column(table.column_names.index("name"), "name", pa.array(names, pa.string()))
    return table


def _lay_out(place: Path) -> None:
    from dynapolis.serve.site import Site
    from dynapolis.store.workspace import open_workspace

    Site(open_workspace(place)).release()


# --- the addresses


def _addresses(of: str, cities: Sequence[str], seed: int = 1) -> Iterator[str]:
    """Searches and facet pages in turn, the same for both servers: words, a facet or two, a page."""
    rng = random.Random(seed)
    while True:
        words = rng.choice(WORDS) if rng.random() < 0.6 else ""
        chosen = {"city": rng.choice(cities)} if rng.random() < 0.5 else {}
        page = rng.choice((1, 1, 1, 2, 3))
        if of == "dynapolis":
            lang = rng.choice(("ko", "en"))
            query = ({"q": words} if words else {}) | chosen | ({"page": page} if page > 1 else {})
            yield f"/{lang}/projects?{urlencode(query)}"
        else:
            rng.choice(("ko", "en"))
            query = [("_facet", name) for name in FACETS] + [("_size", "25"), *chosen.items()]
            query += [("_search", words)] if words else []
            yield f"/{{db}}/initiative?{urlencode(query)}"


# --- measuring


def _measure_dynapolis(place: Path, size: int, seconds: int) -> None:
    from dynapolis.serve.site import Site
    from dynapolis.store.workspace import open_workspace

    cities = Site(open_workspace(place)).release().facets["city"].values
    port = _free_port()
    command = [_program("dynapolis"), "serve", "--workers", "2", "--port", str(port), "-w", str(place)]
    _measure("dynapolis", command, port, size, seconds, _addresses("dynapolis", cities))


def _measure_datasette(place: Path, database: Path, datasette: str, size: int, seconds: int) -> None:
    from dynapolis.serve.site import Site
    from dynapolis.store.workspace import open_workspace

    release = Site(open_workspace(place)).release()
    cities = release.facets["city"].values
    _write_database(release, database)
    port = _free_port()
    command = [
        datasette,
        "serve",
        "-i",
        str(database),
        "--port",
        str(port),
        "--setting",
        "facet_time_limit_ms",
        "5000",
        "--setting",
        "sql_time_limit_ms",
        "10000",
    ]
    addresses = (address.format(db=database.stem) for address in _addresses("datasette", cities))
    _measure("Datasette", command, port, size, seconds, addresses)


def _write_database(release: Any, path: Path) -> None:
    """One table with the columns of a line of our list, indexed by its facets and by full text."""
    with sqlite3.connect(path) as database:
        columns = ", ".join(f"{name} TEXT" for name in ("name", "text", *FACETS))
        database.execute(f"CREATE TABLE initiative (id INTEGER PRIMARY KEY, {columns})")
        docs = list(range(release.n_documents))
        for start in range(0, len(docs), 5000):
            rows = release.reading.listed(docs[start : start + 5000])
            values = [
                (
                    row["doc"],
                    row["name"],
                    f"{row['text_en'] or ''} {row['text_ko'] or ''}",
                    row["city_id"],
                    *(";".join(row["codes"].get(scheme, ())) for scheme in FACETS[1:]),
                )
                for row in rows
            ]
            database.executemany("INSERT INTO initiative VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        for name in FACETS:
            database.execute(f"CREATE INDEX by_{name} ON initiative ({name})")
        database.execute(
            "CREATE VIRTUAL TABLE initiative_fts USING fts5 (name, text, content=initiative, content_rowid=id)"
        )
        database.execute("INSERT INTO initiative_fts (rowid, name, text) SELECT id, name, text FROM initiative")
        database.commit()
    database.close()


def _measure(name: str, command: list[str], port: int, size: int, seconds: int, addresses: Iterator[str]) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        _wait(port)
        paths = [next(addresses) for _ in range(400)]
        for path in paths[:40]:
            _ask(port, path)
        paced = _paced(port, paths, seconds)
        budget = BUDGETS.get(size)
        told = f"{budget:.0f}" if budget and name == "dynapolis" else ""
        _tell(size, name, f"{RATE} a second", paced, told)
        if shutil.which("wrk"):
            fast = _wrk(port, paths, seconds)
            _tell(size, name, "wrk, 4 at a time", fast, "")
        else:
            print("<!-- wrk is not installed, so throughput was not measured -->", flush=True)
    finally:
        server.terminate()
        server.wait(10)


def _tell(size: int, name: str, asked: str, found: dict[str, float], budget: str) -> None:
    times = f"{found['p50']:.1f} | {found['p95']:.1f}"
    print(f"| {size:,} | {name} | {asked} | {found['rate']:.1f} | {times} | {budget} |", flush=True)


def _paced(port: int, paths: Sequence[str], seconds: int) -> dict[str, float]:
    """Requests at fixed moments; a request's time runs from its moment, not from when it could be sent."""
    times: list[float] = []
    failed: list[int] = []
    lock = threading.Lock()
    begin = time.perf_counter() + 0.5

    def send(number: int) -> None:
        due = begin + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        status = _ask(port, paths[number % len(paths)])
        with lock:
            times.append(1000 * (time.perf_counter() - due))
            if status != 200:
                failed.append(status)

    def worker(first: int) -> None:
        for number in range(first, RATE * seconds, 16):
            send(number)

    threads = [threading.Thread(target=worker, args=(first,)) for first in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        print(f"<!-- {len(failed)} of {len(times)} answers failed: {sorted(set(failed))} -->")
    times.sort()
    return {
        "rate": len(times) / (time.perf_counter() - begin),
        "p50": times[len(times) // 2],
        "p95": times[int(0.95 * len(times))],
    }


def _wrk(port: int, paths: Sequence[str], seconds: int) -> dict[str, float]:
    """Four connections that ask again as soon as they are answered."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        script.write("local paths = {" + ",".join(json.dumps(path) for path in paths) + "}\nlocal i = 0\n")
        script.write("request = function() i = i % #paths + 1; return wrk.format('GET', paths[i]) end\n")
        script.write(
            "done = function(s, l, r) io.write(string.format('RESULT %f %f %f\\n', s.requests / s.duration * 1e6, "
            "l:percentile(50) / 1000, l:percentile(95) / 1000)) end\n"
        )
    command = ["wrk", "-t1", "-c4", f"-d{seconds}s", "-s", script.name, f"http://127.0.0.1:{port}"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    os.unlink(script.name)
    rate, p50, p95 = map(float, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
    return {"rate": rate, "p50": p50, "p95": p95}


def _ask(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", quote(path, safe="/?&=%~+._-"), headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def _wait(port: int, seconds: float = 120) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            _ask(port, "/")
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"nothing answers at port {port} after {seconds:.0f} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


if __name__ == "__main__":
    main()
