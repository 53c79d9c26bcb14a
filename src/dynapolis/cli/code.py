"""``dynapolis code``: what has to do with coders. ``agreement`` tells how far they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dynapolis.cli.common import AsJson, InFolder, chosen_edition, language, print_json, reporting, say
from dynapolis.cli.edition import EditionId

app = typer.Typer(help="Coders and their codes.", no_args_is_help=True)


@app.callback()
def code() -> None:
    """Coders and their codes."""


@app.command("agreement")
def agreement(
    edition: EditionId = None,
    by_code: Annotated[bool, typer.Option("--codes", help="Also each code against all others.")] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Print Krippendorff's alpha with its interval, per scheme and pair of coders."""
    with reporting(as_json):
        made = chosen_edition(workspace, edition)
        rows = [row for row in made.table("out_coding__agreement").to_pylist() if by_code or not row["code"]]
        if as_json:
            print_json(rows)
        else:
            from dynapolis.report.agreement_table import agreement_lines
            from dynapolis.report.messages import read_messages

            say("\n".join(agreement_lines(made, rows, read_messages(language()))))
