"""A run that is interrupted loses nothing; the next one goes on and ends in the bytes of a run that was left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dynapolis
import dynapolis.store.lake
from dynapolis.steps import capability, evidence, figures, index, posterior
from dynapolis.store import editions, ledger, snapshots
from dynapolis.store.workspace import Workspace

STEPS = ("records", "adopted", "figures", "index")
SLOW = 4000  # draws, so that the last step takes seconds and can be hit
WORDS = "interrupted: nothing is half done; the next run goes on from the last finished step"
# By the step it belongs to, what a run calls to build it.
BUILDERS: tuple[tuple[str, Any, str], ...] = (
    ("records", evidence, "record_tables"),
    ("adopted", evidence, "translate_codings"),
    ("adopted", posterior, "fit_questions"),
    ("adopted", evidence, "adopt_codings"),
    ("adopted", posterior, "posterior_table"),
    ("adopted", evidence, "organisation_table"),
    ("figures", figures, "figure_tables"),
    ("figures", figures, "agreement_table"),
    ("index", index, "load_evidence"),
    ("index", posterior, "read_questions"),
    ("index", index, "learn_model"),
    ("index", index, "index_tables"),
    ("index", capability, "capability_tables"),
)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def editions_of(workspace: Workspace) -> dict[str, bytes]:
    """All files of all editions; drafts that a killed process left are none."""
    return {name: data for name, data in files(workspace.editions).items() if not name.startswith(".draft-")}


def precious(workspace: Workspace) -> tuple[dict[str, list[dict[str, Any]]], dict[str, bytes]]:
    """What may never be lost: rows of the ledger but the editions, and snapshots."""
    book = workspace.open_ledger()
    try:
        tables = [table for table in ledger.metadata.sorted_tables if table is not ledger.edition]
        return {table.name: book.rows(table) for table in tables}, files(workspace.snapshots.folder)
    finally:
        book.close()


def stamps(workspace: Workspace) -> list[str]:
    return [step for step in STEPS if (workspace.lake.folder / step / "stamp.json").is_file()]


class Counted:
    """A function that counts its calls, and is interrupted at the first one if that is wanted."""

    def __init__(self, function: Callable[..., Any], *, interrupted: bool = False) -> None:
        self.function, self.interrupted, self.calls = function, interrupted, 0

    def __call__(self, *values: Any, **named: Any) -> Any:
        self.calls += 1
        result = self.function(*values, **named)
        if self.interrupted and self.calls == 1:
            raise KeyboardInterrupt
        return result


@pytest.fixture(scope="module")
def left_alone(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """The edition of a run that nobody interrupted."""
    workspace = fictional(tmp_path_factory.mktemp("left alone") / "workspace")
    assert cli("run", "--workspace", workspace.folder).exit_code == 0
    return editions_of(workspace)


@pytest.fixture
def workspace(fictional: Callable[..., Workspace], tmp_path: Path) -> Workspace:
    return fictional(tmp_path / "workspace")


@pytest.mark.parametrize(("step", "room", "name"), BUILDERS, ids=[f"{step}-{name}" for step, _, name in BUILDERS])
def test_a_run_interrupted_in_any_step_goes_on_from_it(
    step: str,
    room: Any,
    name: str,
    workspace: Workspace,
    cli: Callable[..., Any],
    left_alone: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = precious(workspace)
    finished = list(STEPS[: STEPS.index(step)])
    with monkeypatch.context() as patch:
        patch.setattr(room, name, Counted(getattr(room, name), interrupted=True))
        result = cli("run", "--workspace", workspace.folder)
    assert result.exit_code == 130
    assert result.stdout == ""
    assert result.stderr.strip() == WORDS
    assert stamps(workspace) == finished
    assert editions_of(workspace) == {}
    assert precious(workspace) == before

    counters = {(room, name): Counted(getattr(room, name)) for _, room, name in BUILDERS}
    for (where, what), counter in counters.items():
        monkeypatch.setattr(where, what, counter)
    assert cli("run", "--workspace", workspace.folder).exit_code == 0

    assert {s for s, room, name in BUILDERS if counters[room, name].calls} == set(STEPS) - set(finished)
    assert editions_of(workspace) == left_alone
    assert precious(workspace) == before


@pytest.mark.parametrize("nth", [1, 5, 16])
def test_a_run_interrupted_while_it_writes_a_file_leaves_no_half_file(
    nth: int,
    workspace: Workspace,
    cli: Callable[..., Any],
    left_alone: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = 0
    sync = os.fsync

    def interrupted(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise KeyboardInterrupt
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupted)  # the file beside is written, but not yet moved into its place
        assert cli("run", "--workspace", workspace.folder).exit_code == 130
    assert [name for name in files(workspace.folder) if Path(name).name.startswith(".")] == []
    assert cli("run", "--workspace", workspace.folder).exit_code == 0
    assert editions_of(workspace) == left_alone


@pytest.mark.parametrize("name", ["_write", "canonical_json"])
def test_a_run_interrupted_while_it_freezes_shows_no_half_edition(
    name: str,
    workspace: Workspace,
    cli: Callable[..., Any],
    left_alone: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(editions, name, Counted(getattr(editions, name), interrupted=True))
        assert cli("run", "--workspace", workspace.folder).exit_code == 130
    # Either nothing is there, or the whole folder, which counts for nothing as long as the ledger does not name it.
    assert files(workspace.editions) in ({}, left_alone)
    told = cli("report", "--workspace", workspace.folder, "--out", workspace.folder / "report")
    assert told.exit_code == 2
    assert "there is no edition yet" in told.stderr
    assert stamps(workspace) == list(STEPS)

    counters = {(room, name): Counted(getattr(room, name)) for _, room, name in BUILDERS}
    for (where, what), counter in counters.items():
        monkeypatch.setattr(where, what, counter)
    assert cli("run", "--workspace", workspace.folder).exit_code == 0
    assert not any(counter.calls for counter in counters.values())
    assert editions_of(workspace) == left_alone


@pytest.mark.parametrize(
    ("room", "name"),
    [(snapshots, "write_whole"), (ledger.Writer, "add_coders"), (ledger.Writer, "add_codings")],
    ids=["snapshots", "coders", "codings"],
)
def test_an_interrupted_import_is_whole_or_not_there(
    room: Any, name: str, workspace: Workspace, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = precious(workspace)[0]
    listed = workspace.folder / "own" / "list.csv"
    listed.write_bytes(listed.read_bytes().replace(b"The city tries a new bus", b"The town tries a new bus"))
    words = ("import", listed, "--register", "fictional", "--workspace", workspace.folder)
    original, calls = getattr(room, name), 0

    def interrupted(*values: Any) -> Any:
        nonlocal calls
        calls += 1
        original(*values)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, name, interrupted)
        result = cli(*words)
    assert calls == 1
    assert result.exit_code == 130
    assert precious(workspace)[0] == before
    assert cli("run", "--workspace", workspace.folder).exit_code == 0

    assert cli(*words).exit_code == 0
    rows = precious(workspace)[0]
    assert [row["file_role"] for row in rows["snapshot"]] == [*(r["file_role"] for r in before["snapshot"]), "list.csv"]


@pytest.fixture(scope="module")
def slow_left_alone(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """The same with many draws."""
    workspace = fictional(tmp_path_factory.mktemp("slow") / "workspace", SLOW)
    assert cli("run", "--workspace", workspace.folder).exit_code == 0
    return editions_of(workspace)


@pytest.mark.parametrize(
    ("sent", "after"),
    [(signal.SIGINT, "records"), (signal.SIGINT, "figures"), (signal.SIGKILL, "adopted"), (signal.SIGKILL, "figures")],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_the_program_stopped_in_the_middle_of_a_run_loses_nothing(
    sent: signal.Signals,
    after: str,
    fictional: Callable[..., Workspace],
    cli: Callable[..., Any],
    program: Callable[..., Any],
    slow_left_alone: dict[str, bytes],
    tmp_path: Path,
) -> None:
    workspace = fictional(tmp_path / "workspace", SLOW)
    before = precious(workspace)
    process = program("run", "--workspace", workspace.folder)
    try:
        wait_for(workspace.lake.folder / after / "stamp.json", process)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert out == ""
    if sent is signal.SIGINT:
        assert process.returncode == 130
        assert err.strip() == WORDS
    else:
        assert process.returncode == -signal.SIGKILL
    assert precious(workspace) == before
    assert editions_of(workspace) == {}
    finished = {step: (workspace.lake.folder / step / "stamp.json").stat().st_mtime_ns for step in stamps(workspace)}
    assert after in finished

    assert cli("run", "--workspace", workspace.folder).exit_code == 0
    assert editions_of(workspace) == slow_left_alone
    assert precious(workspace) == before
    for step, time_of in finished.items():
        assert (workspace.lake.folder / step / "stamp.json").stat().st_mtime_ns == time_of, f"{step} was built again"


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_interruption_in_the_middle_of_a_query_is_an_interruption() -> None:
    """DuckDB turns Ctrl-C into an error of its own, which would be shown as a defect."""
    code = """
import os, signal, threading
import narwhals as nw
import pyarrow as pa
from dynapolis.cli.common import reporting
from dynapolis.engine.duckdb import DuckDBEngine
signal.signal(signal.SIGINT, signal.default_int_handler)
with reporting(False), DuckDBEngine() as engine:
    numbers = pa.table({"number": list(range(9000))})
    pairs = engine.frame("a", numbers).join(engine.frame("b", numbers), how="cross")
    rest = (nw.col("number") * nw.col("number_right") % 7).alias("rest")
    counts = pairs.select(rest).group_by("rest").agg(nw.len().alias("n"))
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    engine.collect(counts, order_by=["rest"])
"""
    environment = os.environ | {"PYTHONPATH": str(Path(dynapolis.__file__).parents[1])}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[1] == WORDS
