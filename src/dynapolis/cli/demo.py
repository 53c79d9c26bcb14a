"""``dynapolis demo``: the main job on the embedded register, from an empty folder to a report in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dynapolis.cli.common import AsJson, opened, print_json, reporting
from dynapolis.cli.edition import city_rows, run_edition, say_cities, say_pages, write_reports
from dynapolis.cli.imports import import_into, say_summary


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder of the demo's workspace.")] = Path("demo"),
    as_json: AsJson = False,
) -> None:
    """Make a workspace from the embedded register, run it to a report, print the cities and where to look.

    A second run in the same folder makes again only what changed.
    """
    with reporting(as_json):
        from dynapolis.store.content import shipped
        from dynapolis.store.workspace import SETTINGS, init_workspace

        if not (folder / SETTINGS).is_file():
            init_workspace(folder)
        with opened(folder) as (place, ledger):
            summary = import_into(place, ledger, "starter", shipped() / "registers" / "starter" / "register.csv")
            if not as_json:
                say_summary(summary)
            made = run_edition(place, ledger, "demo", silent=as_json)
        pages = write_reports(made, ("ko", "en"), folder / "report")
        if as_json:
            value = {"edition": made.edition_id, "import": summary, "pages": [str(p) for p in pages]}
            print_json({**value, "cities": city_rows(made)})
        else:
            say_cities(made)
            say_pages(pages)
