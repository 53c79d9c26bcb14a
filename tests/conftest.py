"""What all tests share: the command line, twelve invented records to run, and the demo made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from typer.testing import CliRunner, Result

import dynapolis
from dynapolis.cli.demo import EMBEDDED
from dynapolis.cli.main import app
from dynapolis.store.content import shipped
from dynapolis.store.editions import Edition, find_edition
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FICTIONAL = Path(__file__).parent / "fixtures" / "fictional"
FICTIONAL_SETTINGS = """\
[run]
draws = {draws}

[content]
registers = "own/registers"
index = "own/index.yml"
places = "own/cities.yml"
population = "own/population.csv"
organisations = "own/organisations.csv"
"""
DEMO_DRAWS = 200

# How long an example takes says how busy the machine is: laws have no deadline, benchmarks measure.
settings.register_profile("dynapolis", deadline=None)
settings.load_profile("dynapolis")

Cli = Callable[..., Result]
Program = Callable[..., "subprocess.Popen[str]"]
MakeWorkspace = Callable[..., Workspace]


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Runs a command in this process. A defect of the program is raised here and not hidden in the result."""

    def run(*words: str | Path, lang: str = "en") -> Result:
        environment = {"DYNAPOLIS_LANG": lang}
        return CliRunner().invoke(app, [str(word) for word in words], env=environment, catch_exceptions=False)

    return run


@pytest.fixture(scope="session")
def program() -> Program:
    """Starts the program as a process of its own, with its output as text."""
    source = str(Path(dynapolis.__file__).parents[1])
    # Whoever runs the tests may ignore SIGINT, and a child would inherit that.
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from dynapolis.cli.main import app; app()"
    )

    def start(*words: str | Path, lang: str = "en") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error:::dynapolis", "-c", code, *(str(word) for word in words)],
            env=os.environ | {"PYTHONPATH": source, "PYTHONUTF8": "1", "DYNAPOLIS_LANG": lang},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    return start


@pytest.fixture(scope="session")
def fictional(cli: Cli) -> MakeWorkspace:
    """Makes a workspace with the twelve invented records, imported and not yet run."""

    def make(folder: Path, draws: int = 100) -> Workspace:
        assert cli("init", folder).exit_code == 0
        shutil.copytree(FICTIONAL, folder / "own")
        (folder / SETTINGS).write_text(FICTIONAL_SETTINGS.format(draws=draws), encoding="utf-8")
        result = cli("import", folder / "own" / "list.csv", "--register", "fictional", "--workspace", folder)
        assert result.exit_code == 0, result.output
        return open_workspace(folder)

    return make


@pytest.fixture(scope="session")
def demo_workspace(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The embedded registers, imported and run with few draws. Only to be read: copy the folder to change it."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    assert cli("init", folder).exit_code == 0
    (folder / SETTINGS).write_text(f"[run]\ndraws = {DEMO_DRAWS}\n", encoding="utf-8")
    lists = {name: shipped() / "registers" / name / "register.csv" for name in EMBEDDED}
    imports = (("import", file, "--register", name) for name, file in lists.items())
    for words in (*imports, ("run", "--edition", "demo")):
        result = cli(*words, "--workspace", folder)
        assert result.exit_code == 0, result.output
    return open_workspace(folder)


@pytest.fixture(scope="session")
def demo_edition(demo_workspace: Workspace) -> Edition:
    """The one edition of the demo."""
    ledger = demo_workspace.open_ledger()
    try:
        return find_edition(demo_workspace.editions, ledger, "demo")
    finally:
        ledger.close()


@pytest.fixture(scope="session")
def demo_report(cli: Cli, demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the demo's report in both languages: ``ko/`` and ``en/``."""
    folder = tmp_path_factory.mktemp("report")
    result = cli("report", "--workspace", demo_workspace.folder, "--out", folder)
    assert result.exit_code == 0, result.output
    return folder


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium. Tests that need it are skipped, with the reason, where it or its driver cannot run."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    driver = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, text=True, check=False)
    if driver.returncode:
        pytest.skip(f"the driver of the browser does not run here: {driver.stderr.strip()}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()
