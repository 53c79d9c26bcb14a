"""``dynapolis serve`` and ``number``: the web application of a workspace, and one number with its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dynapolis.cli.common import AsJson, InFolder, language, print_json, reporting, say
from dynapolis.cli.edition import EditionId


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 1,
    log: Annotated[bool, typer.Option("--log", help="A line of JSON on standard error for every answer.")] = False,
    workspace: InFolder = Path(),
) -> None:
    """Serve the web application and the API of a workspace, for reading."""
    with reporting(False):
        from dynapolis.report.messages import read_messages
        from dynapolis.serve.run import serve as run

        words = read_messages(language())
        say(words.say("cli.serve_at", address=f"http://{host}:{port}/"))
        run(
            workspace, host, port, workers, lambda edition: say(words.say("cli.serve_layout", edition=edition)), log=log
        )


def number(
    name: Annotated[str, typer.Argument(metavar="NUMBER", help="Permanent name of a number, such as rank.helsinki.")],
    edition: EditionId = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Show a number with its interval and count again what it counts, from the codes of the edition."""
    with reporting(as_json):
        from dynapolis.errors import BadUse
        from dynapolis.report.messages import read_messages
        from dynapolis.serve.queries.receipt import read_number
        from dynapolis.serve.queries.recount import recount
        from dynapolis.serve.site import Site
        from dynapolis.serve.web.pages.receipt import plain
        from dynapolis.store.workspace import open_workspace

        site = Site(open_workspace(workspace))
        try:
            release = site.release(edition)
            receipt = read_number(release, name)
        except KeyError:
            raise BadUse(
                f"no number '{name}' in the edition; numbers are named on the pages and in claims.json"
            ) from None
        again = recount(release, receipt)
        if as_json:
            print_json({**plain(release, receipt), "recounted": again})
            return
        words = read_messages(language())
        ends = "" if receipt.low is None or receipt.high is None else f" ({receipt.low:g}–{receipt.high:g})"
        shown = "–" if receipt.value is None else f"{receipt.value:g}"
        say(words.say("cli.number", number=name, value=shown + ends))
        if again is not None:
            say(words.say("cli.number_again", n=f"{again:g}"))
        for row in release.reading.listed(list(receipt.documents or ())):
            say(f"  {row['unit_id']}  {row['city_id']}  {row['name']}")
