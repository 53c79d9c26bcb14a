"""``dynapolis``: the command line. Heavy libraries are loaded by the command that needs them, never here."""

from __future__ import annotations

from typing import Annotated

import typer

from dynapolis import __version__
from dynapolis.cli import (
    audit,
    cities,
    code,
    demo,
    edition,
    imports,
    index,
    init,
    leads,
    register,
    resolve,
    screen,
    serve,
)

app = typer.Typer(
    name="dynapolis",
    help="From published lists of smart-city projects to an index that knows its uncertainty, in Korean and English.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("import")(imports.import_file)
app.command("run")(edition.run)
app.command("report")(edition.report)
app.command("export")(edition.export)
app.command("audit")(audit.audit)
app.command("serve")(serve.serve)
app.command("number")(serve.number)
app.add_typer(register.app, name="register")
app.add_typer(leads.app, name="leads")
app.add_typer(cities.app, name="cities")
app.add_typer(resolve.app, name="resolve")
app.add_typer(index.app, name="index")
app.add_typer(screen.app, name="screen")
app.add_typer(code.app, name="code")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dynapolis {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the whole program."""
