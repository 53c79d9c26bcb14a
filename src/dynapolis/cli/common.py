"""What all commands share: one error shape, exit codes, JSON for machines, progress for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.errors import BadInput, BadUse, DynapolisError

if TYPE_CHECKING:
    from dynapolis.store.editions import Edition
    from dynapolis.store.ledger import Ledger
    from dynapolis.store.workspace import Workspace

DONE, FAILED, BAD, INTERRUPTED = 0, 1, 2, 130

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value for machines, and no progress.")]
InFolder = Annotated[Path, typer.Option("--workspace", "-w", help="The workspace folder.", show_default="this folder")]


def now() -> str:
    """The time in UTC, ISO 8601 to the microsecond."""
    return datetime.now(UTC).isoformat()


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def say(text: str = "") -> None:
    """A line for people, on standard output."""
    sys.stdout.write(text + "\n")


@contextmanager
def reporting(as_json: bool) -> Iterator[None]:
    """Turn errors into one message and the right exit code.

    Bad input or use ends with 2, any other error of dynapolis with 1. Other errors are defects and pass through.
    """
    try:
        yield
    except DynapolisError as error:
        code = BAD if isinstance(error, BadInput | BadUse) else FAILED
        if as_json:
            print_json(error_value(error))
        else:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        raise typer.Exit(code) from error
    except BrokenPipeError:  # the reader of our output has gone; there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except OSError as error:
        text = f"{error.filename or ''}: {error.strerror or error}; free space, or name another place"
        if as_json:
            print_json({"error": "OSError", "message": text})
        else:
            sys.stderr.write(f"{text}\n")
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted: nothing is half done; the next run goes on from the last finished step\n")
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def opened(workspace: Path) -> Iterator[tuple[Workspace, Ledger]]:
    """A workspace and its ledger, which is closed at the end."""
    from dynapolis.store.workspace import open_workspace

    place = open_workspace(workspace)
    ledger = place.open_ledger()
    try:
        yield place, ledger
    finally:
        ledger.close()


def chosen_edition(workspace: Path, wanted: str | None) -> Edition:
    """The edition a command is about: by id, the beginning of an id, or name; else the one made last."""
    from dynapolis.store.editions import find_edition

    with opened(workspace) as (place, ledger):
        return find_edition(place.editions, ledger, wanted)


def error_value(error: DynapolisError) -> dict[str, Any]:
    """An error as a plain value: its kind, its message, and its faults if it has any."""
    value: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, BadInput):
        keys = ("where", "row", "column", "found", "expected", "mend")
        value["message"] = str(error).splitlines()[0]
        value["faults"] = [{key: getattr(fault, key) for key in keys} for fault in error.faults]
    return value


@contextmanager
def progress(total: int, words: Mapping[str, str], *, silent: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal, nothing elsewhere; the value is called with the key of each finished part."""
    if silent or not sys.stderr.isatty():
        yield lambda _key: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def tick(key: str) -> None:
            bar.update(task, advance=1, description=words.get(key, key))

        yield tick


def language() -> str:
    """The language of what commands say: DYNAPOLIS_LANG if it is set, else Korean in a Korean locale, else English."""
    wanted = os.environ.get("DYNAPOLIS_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "ko" if wanted.lower().startswith("ko") else "en"


@contextmanager
def counting(*, silent: bool) -> Iterator[Callable[[str, int], None]]:
    """The number of entries read so far on a terminal, nothing elsewhere; called with a name and a number."""
    if silent or not sys.stderr.isatty():
        yield lambda _what, _n: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda what, n: status.update(f"{what}: {n:,}")


@contextmanager
def library_silence() -> Iterator[None]:
    """Keep what a library writes straight to the process's standard output out of ours, which machines read."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no such descriptor: nothing can be written to it
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
