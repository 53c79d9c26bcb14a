"""``dynapolis leads``: what the registers of leads say of places, without taking it for city projects."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, opened, print_json, reporting, say

app = typer.Typer(help="Leads: candidates from other lists, counted apart from projects.", no_args_is_help=True)


@app.callback()
def _leads() -> None:
    """Leads: candidates from other lists, counted apart from projects."""


@app.command()
def counts(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV file for the counts.")],
    towns: Annotated[
        Path | None,
        typer.Option("--towns", metavar="FILE", help="Also write every town with the city it was taken for."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Count registers too whose terms forbid passing them on; for you alone.")
    ] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Count the leads of every register by place, with and without national bodies.

    City proper and functional area are two rows. A legal seat is not a project of the city: no index uses these counts.
    """
    with reporting(as_json):
        from dynapolis.leads.counts import COLUMNS
        from dynapolis.leads.overview import workspace_counts
        from dynapolis.leads.places import PLACE
        from dynapolis.report.messages import read_messages

        with opened(workspace) as (place, ledger):
            found = workspace_counts(place, ledger, private=private)
        _write(out, COLUMNS, found.counts.rows)
        if towns:
            _write(towns, PLACE.names, found.counts.places.to_pylist())
        n_cities = len({row["city_id"] for row in found.counts.rows if row["city_id"]})
        if as_json:
            left_out = list(found.left_out)
            print_json({"file": str(out), "cities": n_cities, "located": found.counts.located, "left_out": left_out})
            return
        words = read_messages(language())
        say(words.say("cli.counts_done", n_cities=f"{n_cities:,}", file=str(out)))
        for row in found.counts.located:
            numbers = {name: f"{value:,}" for name, value in row.items() if isinstance(value, int)}
            say("  " + words.say("cli.counts_located", register=row["register"], table=row["table"], **numbers))
        if found.left_out:
            say(words.say("cli.counts_left_out", registers=", ".join(found.left_out)))


@app.command()
def organisations(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV file for the table.")],
    private: Annotated[
        bool, typer.Option("--private", help="Use lists too whose terms forbid passing them on; for you alone.")
    ] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write what imported lists know of the organisations that records name: PIC, ROR, small or not, helix.

    Rows already known come first. Name the file in dynapolis.toml as known_organisations, below [content], and run
    again. A list's organisation is taken where its name has the same words and its seat lies in the city, or where it
    is the only one of that name.
    """
    with reporting(as_json):
        from dynapolis.leads.known import known_here, table_text
        from dynapolis.report.messages import read_messages
        from dynapolis.store.files import write_whole

        with opened(workspace) as (place, ledger):
            found = known_here(place, ledger, private=private)
        write_whole(out, table_text(found.rows))
        if as_json:
            counts = {"rows": len(found.rows), "named": found.n_named, "found": found.n_found}
            print_json({"file": str(out), **counts, "left_out": list(found.left_out)})
            return
        words = read_messages(language())
        numbers = {"n_named": f"{found.n_named:,}", "n_found": f"{found.n_found:,}", "n_rows": f"{len(found.rows):,}"}
        say(words.say("cli.organisations_known", file=str(out), **numbers))
        if found.left_out:
            say(words.say("cli.counts_left_out", registers=", ".join(found.left_out)))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    from dynapolis.store.files import write_whole

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    write_whole(path, text.getvalue())
