"""``dynapolis init``: an empty workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dynapolis.cli.common import AsJson, language, print_json, reporting, say


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")], as_json: AsJson = False
) -> None:
    """Make an empty workspace in DIR."""
    with reporting(as_json):
        from dynapolis.report.messages import read_messages
        from dynapolis.store.workspace import init_workspace

        init_workspace(folder)
        if as_json:
            print_json({"workspace": str(folder)})
        else:
            say(read_messages(language()).say("cli.init_done", folder=str(folder)))
