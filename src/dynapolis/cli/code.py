"""``dynapolis code``: what has to do with coders. ``agreement`` tells how far they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dynapolis.cli import code_coders, code_detail, code_estimate, code_predict, code_work
from dynapolis.cli.common import AsJson, InFolder, chosen_edition, language, print_json, reporting, say
from dynapolis.cli.edition import EditionId

app = typer.Typer(help="Coders and their codes.", no_args_is_help=True)
app.command("sample")(code_estimate.sample)
app.command("estimate")(code_estimate.estimate)
app.command("predict")(code_predict.predict)
app.command("coders")(code_coders.coders)
app.command("run")(code_coders.run)
app.command("assign")(code_work.assign)
app.command("export")(code_work.export)
app.command("load")(code_work.load)
app.command("status")(code_work.status)
app.command("adjudicate")(code_work.adjudicate)
app.command("queue")(code_work.queue)
app.command("tickets")(code_work.tickets)
app.command("ticket")(code_work.ticket)


@app.callback()
def code() -> None:
    """Coders and their codes."""


@app.command("agreement")
def agreement(
    edition: EditionId = None,
    by_code: Annotated[bool, typer.Option("--codes", help="Also each code against all others.")] = False,
    pair: Annotated[
        str | None,
        typer.Option("--pair", metavar="A,B", help="Two coders in detail; each may be several joined by +."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="The pair by language, city or register.")] = None,
    matrix: Annotated[
        str | None, typer.Option("--confusion", metavar="SCHEME", help="What the pair takes for what, in a scheme.")
    ] = None,
    folded: Annotated[
        bool, typer.Option("--fold", help="Read logistics and work as one sector, as the report does.")
    ] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Print Krippendorff's alpha with its interval, per scheme and pair of coders; of one pair also the details."""
    with reporting(as_json):
        made = chosen_edition(workspace, edition)
        if pair or by or matrix:
            code_detail.detail(made, pair, by, matrix, folded=folded, as_json=as_json)
            return
        rows = [row for row in made.table("out_coding__agreement").to_pylist() if by_code or not row["code"]]
        if as_json:
            print_json(rows)
        else:
            from dynapolis.report.agreement_table import agreement_lines
            from dynapolis.report.messages import read_messages

            say("\n".join(agreement_lines(made, rows, read_messages(language()))))
