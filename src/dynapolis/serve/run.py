"""Serving a workspace: one process, or several that share the reading copy."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI

from dynapolis.serve.app import create_app
from dynapolis.serve.metrics import JsonLines
from dynapolis.serve.site import Site
from dynapolis.store.workspace import open_workspace

_FOLDER = "DYNAPOLIS_SERVED"  # how worker processes learn which workspace they serve


def serve(folder: Path, host: str, port: int, workers: int, tell: Callable[[str], None], *, log: bool) -> None:
    """Serve until stopped. The reading copy is laid out first, so that no reader waits for it.

    Raises:
        BadUse: the folder is no workspace, or has no edition.
    """
    import uvicorn

    site = Site(open_workspace(folder), tell)
    site.release()
    os.environ[_FOLDER] = str(folder.resolve())
    if log:
        log_json()
    options = {"host": host, "port": port, "access_log": False, "log_level": "warning", "server_header": False}
    if workers > 1:
        uvicorn.run("dynapolis.serve.run:application", factory=True, workers=workers, **options)  # type: ignore[arg-type]
    else:
        uvicorn.run(create_app(site), **options)  # type: ignore[arg-type]


def application() -> FastAPI:
    """The application of a worker process."""
    return create_app(Site(open_workspace(Path(os.environ[_FOLDER]))))


def log_json() -> None:
    """One line of JSON on standard error for every answer."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("dynapolis.serve")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
