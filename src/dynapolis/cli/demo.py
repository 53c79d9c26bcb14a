"""``dynapolis demo``: the main job on the embedded registers, from an empty folder to a report in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dynapolis.cli.common import AsJson, opened, print_json, reporting
from dynapolis.cli.edition import (
    city_rows,
    joining,
    run_edition,
    say_cities,
    say_joining,
    say_pages,
    write_reports,
)
from dynapolis.cli.imports import import_into, say_summary

EMBEDDED = ("starter", "europe", "world")


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder of the demo's workspace.")] = Path("demo"),
    as_json: AsJson = False,
) -> None:
    """Make a workspace from the embedded registers, run it to a report, print the cities and where to look.

    A second run in the same folder makes again only what changed.
    """
    with reporting(as_json):
        from dynapolis.store.content import shipped
        from dynapolis.store.workspace import SETTINGS, init_workspace

        if not (folder / SETTINGS).is_file():
            init_workspace(folder)
        with opened(folder) as (place, ledger):
            lists = {name: shipped() / "registers" / name / "register.csv" for name in EMBEDDED}
            summaries = [import_into(place, ledger, name, file) for name, file in lists.items()]
            for summary in summaries if not as_json else ():
                say_summary(summary)
            made = run_edition(place, ledger, "demo", silent=as_json)
        pages = write_reports(made, ("ko", "en"), folder / "report")
        if as_json:
            value = {"edition": made.edition_id, "imports": summaries, "pages": [str(p) for p in pages]}
            print_json({**value, "joining": joining(made), "cities": city_rows(made)})
        else:
            say_cities(made)
            say_joining(made)
            say_pages(pages)
