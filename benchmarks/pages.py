"""Pages of the web application in Lighthouse: bytes, requests, LCP, TBT, CLS, nodes, scores, against the budgets.

The demo is served by one process; Lighthouse opens each template in both languages as a phone on slow 4G (its own
default, simulated) in the Chromium that is there. Bytes are those that came over the wire. Lighthouse is installed
from npm into a folder of its own when it is not there; where neither npm nor Chromium is to be had, the reason is
printed and nothing is measured.

    .venv/bin/python benchmarks/pages.py [--pages overview,city] [--lighthouse PATH] [--workspace DIR]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("dynapolis"))
LANGS = ("ko", "en")
CHROME = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync"
)
KIB = 1024
TRIES = 3


@dataclass(frozen=True)
class Budget:
    """Most of everything on one kind of page: KiB, requests, seconds, milliseconds, a shift, nodes; and least score."""

    html: float = 60
    script: float = 40
    total: float = 380
    requests: int = 20
    lcp: float = 1.8
    tbt: float = 100
    cls: float = 0.05
    nodes: int = 1500
    score: int = 95


USUAL = Budget()
EXPLORER = Budget(script=50, total=400, lcp=2.0, tbt=150)
TABLES = Budget(html=200, nodes=5000)  # pages that are long tables are held to the budget of the report
MAP = Budget(html=40, script=110, total=800, requests=50, lcp=2.5, tbt=200, cls=0.1, score=85)
PAGES: dict[str, tuple[str, Budget]] = {
    "overview": ("/{lang}/", USUAL),
    "cities": ("/{lang}/cities", TABLES),
    "city": ("/{lang}/cities/helsinki", USUAL),
    "compare": ("/{lang}/compare?city=helsinki~seoul~amsterdam", USUAL),
    "projects": ("/{lang}/projects", EXPLORER),
    "search": ("/{lang}/search?q=%EA%B5%90%ED%86%B5", EXPLORER),
    "record": ("/{lang}/projects/{unit}", USUAL),
    "labs": ("/{lang}/labs", EXPLORER),
    "map": ("/{lang}/map", MAP),
    "topic": ("/{lang}/topics/sector/transport", EXPLORER),
    "partners": ("/{lang}/partners", TABLES),
    "editions": ("/{lang}/editions", TABLES),
    "method": ("/{lang}/method", TABLES),
    "weights": ("/{lang}/method/weights", USUAL),
    "receipt": ("/{lang}/n/{edition}/all.innovation.sector_report.transport.primary", USUAL),
    "data": ("/{lang}/data", TABLES),
    "help": ("/{lang}/help", USUAL),
}


def main() -> None:
    """Measure and print a table; ends with 1 where a budget is not kept."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", default=",".join(PAGES))
    options.add_argument("--lighthouse")
    options.add_argument("--workspace")
    given = options.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name:
        lighthouse = given.lighthouse or _install(Path(name))
        if chromium is None or lighthouse is None:
            missing = "Chromium" if chromium is None else "npm, which brings Lighthouse,"
            print(f"nothing measured: {missing} is not to be had here")
            return
        workspace = Path(given.workspace or Path(name) / "demo")
        if not given.workspace:
            subprocess.run([PROGRAM, "demo", str(workspace)], check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        command = [PROGRAM, "serve", "--port", str(port), "-w", str(workspace)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            kept = _measure(port, given.pages.split(","), lighthouse, chromium)
        finally:
            server.terminate()
            server.wait()
    sys.exit(0 if kept else 1)


def _measure(port: int, pages: list[str], lighthouse: str, chromium: str) -> bool:
    fill = {"unit": _unit(port), "edition": _edition(port)}
    heads = ["page", "lang", "score", "a11y", "HTML", "CSS", "JS", "fonts", "total, KiB", "requests", "LCP, s"]
    heads += ["TBT, ms", "CLS", "nodes", "over budget"]
    print(f"| {' | '.join(heads)} |")
    print(f"| --- | --- {'| ---: ' * (len(heads) - 3)}| --- |")
    kept = True
    for page in pages:
        path, budget = PAGES[page]
        for lang in LANGS:
            found = _lighthouse(f"http://127.0.0.1:{port}{path.format(lang=lang, **fill)}", lighthouse, chromium)
            over = _over(found, budget)
            kept = kept and not over
            shown = [f"{found[k]:.0f}" for k in ("score", "a11y")]
            shown += [f"{found[k]:.1f}" for k in ("html", "css", "script", "font", "total")]
            shown += [f"{found['requests']:.0f}", f"{found['lcp']:.2f}", f"{found['tbt']:.0f}", f"{found['cls']:.3f}"]
            shown += [f"{found['nodes']:,.0f}", ", ".join(over) or "–"]
            print(f"| {page} | {lang} | {' | '.join(shown)} |", flush=True)
    return kept


def _lighthouse(address: str, lighthouse: str, chromium: str) -> dict[str, float]:
    """What one visit costs."""
    command = [lighthouse, address, "--quiet", "--output=json", f"--chrome-flags={CHROME}",
               "--only-categories=performance,accessibility"]  # fmt: skip
    for left in reversed(range(TRIES)):  # now and then Chromium does not start
        told = subprocess.run(command, check=not left, capture_output=True, env={**os.environ, "CHROME_PATH": chromium})
        if told.returncode == 0:
            break
    report: Any = json.loads(told.stdout)
    audits = report["audits"]
    items = audits["network-requests"]["details"]["items"]
    kinds: dict[str, float] = {}
    for item in items:
        kind = str(item.get("resourceType", "Other")).lower()
        kinds[kind] = kinds.get(kind, 0) + item.get("transferSize", 0) / KIB
    nodes = audits.get("dom-size-insight") or audits.get("dom-size") or {}
    return {
        "score": 100 * report["categories"]["performance"]["score"],
        "a11y": 100 * report["categories"]["accessibility"]["score"],
        "html": kinds.get("document", 0), "css": kinds.get("stylesheet", 0), "script": kinds.get("script", 0),
        "font": kinds.get("font", 0), "total": sum(kinds.values()), "requests": len(items),
        "lcp": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "tbt": audits["total-blocking-time"]["numericValue"],
        "cls": audits["cumulative-layout-shift"]["numericValue"],
        "nodes": _nodes(nodes),
    }  # fmt: skip


def _nodes(audit: dict[str, Any]) -> float:
    """How many elements the page has, as either version of the audit tells it."""
    if "numericValue" in audit:
        return float(audit["numericValue"])
    items = audit.get("details", {}).get("items", []) or audit.get("details", {}).get("debugData", {})
    if isinstance(items, dict):
        return float(items.get("totalElements", 0))
    return float(next((i["value"]["value"] if isinstance(i["value"], dict) else i["value"] for i in items), 0))


def _over(found: dict[str, float], budget: Budget) -> list[str]:
    """Names of what is over its budget."""
    most = ("html", "script", "total", "requests", "lcp", "tbt", "cls", "nodes")
    over = [name for name in most if found[name] > getattr(budget, name)]
    return over + [name for name in ("score", "a11y") if found[name] < budget.score]


def _install(folder: Path) -> str | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    command = [npm, "install", "--no-audit", "--no-fund", "lighthouse"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    program = folder / "node_modules" / ".bin" / "lighthouse"
    return str(program) if done.returncode == 0 and program.exists() else None


def _unit(port: int) -> str:
    return str(_get(port, "/api/v1/projects?n=25")["initiatives"][0]["id"])


def _edition(port: int) -> str:
    return str(_get(port, "/api/v1/releases")["releases"][0]["id"])


def _get(port: int, path: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not answer within a minute")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
