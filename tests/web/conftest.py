"""The web application of the demo, served once for all tests of its pages."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dynapolis.serve.site import Site
from dynapolis.store.workspace import Workspace, open_workspace


@dataclass(frozen=True)
class Served:
    """A served workspace and where."""

    site: Site
    address: str


@pytest.fixture(scope="session")
def served(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo behind a real server on a free port of this machine."""
    import uvicorn

    from dynapolis.serve.app import create_app

    folder = tmp_path_factory.mktemp("served") / "workspace"
    shutil.copytree(demo_workspace.folder, folder)
    site = Site(open_workspace(folder))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(site), port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield Served(site, f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join(10)
