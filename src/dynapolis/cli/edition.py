"""``dynapolis run``, ``report`` and ``export``: an edition made, told, and given away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import (
    AsJson,
    InFolder,
    chosen_edition,
    language,
    now,
    opened,
    print_json,
    progress,
    reporting,
    say,
)

if TYPE_CHECKING:
    from dynapolis.store.editions import Edition
    from dynapolis.store.ledger import Ledger
    from dynapolis.store.workspace import Workspace

N_TICKS = 7
EditionId = Annotated[
    str | None,
    typer.Option("--edition", "-e", metavar="ID", help="Id, its beginning, or name.", show_default="the last one"),
]


def run(
    edition: Annotated[
        str, typer.Option("--edition", metavar="NAME", help="What people call the edition.")
    ] = "edition",
    engine: Annotated[str, typer.Option("--engine", help="What runs the tables: duckdb.")] = "duckdb",
    private: Annotated[
        bool, typer.Option("--private", help="Take in registers whose terms forbid passing on; it is never exported.")
    ] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Go the whole way, from the snapshots to a frozen edition; only what changed is made again."""
    with reporting(as_json):
        from dynapolis.errors import BadUse

        if engine != "duckdb":
            raise BadUse(f"engine '{engine}' is not known; known: duckdb")
        with opened(workspace) as (place, ledger):
            made = run_edition(place, ledger, edition, silent=as_json, private=private)
            left_out = _left_out(place, ledger, private=private)
        if as_json:
            value = {"edition": made.edition_id, "folder": str(made.folder), "joining": joining(made)}
            print_json({**value, "left_out": left_out, "cities": city_rows(made)})
        else:
            say_cities(made)
            say_joining(made)
            if left_out:
                from dynapolis.report.messages import read_messages

                say(read_messages(language()).say("cli.run_left_out", registers=", ".join(left_out)))


def _left_out(place: Workspace, ledger: Ledger, *, private: bool) -> list[str]:
    """Registers that are not in the edition, since their terms forbid passing them on."""
    from dynapolis.store.register_files import not_publishable
    from dynapolis.store.snapshots import current_snapshots

    return [] if private else list(not_publishable(place.snapshots, current_snapshots(ledger)))


def run_edition(place: Workspace, ledger: Ledger, name: str, *, silent: bool, private: bool = False) -> Edition:
    """Make an edition, with a progress bar on a terminal."""
    from dynapolis.edition import make_edition
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    parts = {key: words.say(f"cli.step_{key}") for key in ("records", "adopted", "figures", "index")}
    with progress(N_TICKS, parts, silent=silent) as tick:
        return make_edition(place, ledger, name=name, now=now(), private=private, tick=tick)


def report(
    edition: EditionId = None,
    lang: Annotated[str, typer.Option("--lang", help="Languages, separated by commas.")] = "ko,en",
    formats: Annotated[
        str, typer.Option("--format", help="Formats, separated by commas: html, pdf, docx, xlsx.")
    ] = "html",
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = Path("report"),
    previous: Annotated[str | None, typer.Option("--previous", help="An earlier edition to compare with.")] = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write the report of an edition, one folder per language."""
    with reporting(as_json):
        langs = _choose(lang, ("ko", "en"), "language")
        forms = _choose(formats, ("html", "pdf", "docx", "xlsx"), "format")
        made = chosen_edition(workspace, edition)
        earlier = chosen_edition(workspace, previous) if previous else None
        pages = write_reports(made, langs, out, earlier) if "html" in forms else []
        if others := [form for form in forms if form != "html"]:
            from dynapolis.report.formats.write import write_formats

            pages += write_formats(made, langs, others, out, earlier)
        if as_json:
            print_json({"edition": made.edition_id, "pages": [str(page) for page in pages]})
        else:
            say_pages(pages)


def export(
    edition: EditionId = None,
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder.")] = Path("export"),
    site: Annotated[bool, typer.Option("--site", help="The pages of the web application as files instead.")] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write an edition as a data package: Parquet, CSV, JSON, SKOS codebook, checksums, citation; or as web pages."""
    with reporting(as_json):
        from dynapolis.report.messages import read_messages

        if site:
            _export_site(workspace, edition, out, as_json=as_json)
            return
        from dynapolis.report.export import export_edition

        made = chosen_edition(workspace, edition)
        files = export_edition(made, out)
        if as_json:
            print_json({"edition": made.edition_id, "out": str(out), "files": files})
        else:
            say(read_messages(language()).say("cli.export_done", n=str(len(files)), folder=str(out)))


def _export_site(workspace: Path, edition: str | None, out: Path, *, as_json: bool) -> None:
    """Write the pages of an edition as files."""
    from dynapolis.errors import BadUse
    from dynapolis.report.messages import read_messages
    from dynapolis.serve.export import export_site
    from dynapolis.serve.site import Site
    from dynapolis.store.workspace import open_workspace

    site = Site(open_workspace(workspace))
    try:
        release = site.release(edition)
    except KeyError:
        raise BadUse(f"no edition '{edition}'") from None
    n = export_site(site, out, release)
    if as_json:
        print_json({"edition": release.edition.edition_id, "out": str(out), "files": n})
    else:
        say(read_messages(language()).say("cli.site_done", n=str(n), folder=str(out)))


def write_reports(made: Edition, langs: tuple[str, ...], out: Path, previous: Edition | None = None) -> list[Path]:
    """Write the report in each language; returns the first page of each."""
    from dynapolis.report.write import write_reports as write_pages

    return write_pages(made, langs, out, previous)


def say_pages(pages: list[Path]) -> None:
    """Where to look."""
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    for page in pages:
        say(words.say("cli.report_done", page=str(page.resolve())))


def joining(made: Edition) -> dict[str, int]:
    """How many records there are, how many initiatives they are, how many references lead nowhere, and how many
    judgements do not hold.
    """
    sizes = {
        "records": "core_records__record",
        "units": "core_coding__unit",
        "unresolved": "core_resolve__unresolved",
        "refused": "core_resolve__refused",
    }
    return {name: made.table(table).num_rows for name, table in sizes.items()}


def say_joining(made: Edition) -> None:
    """What became of the records, for people."""
    from dynapolis.report.messages import read_messages

    words, found = read_messages(language()), {name: f"{n:,}" for name, n in joining(made).items()}
    say(words.say("cli.run_joined", records=found["records"], units=found["units"]))
    if found["unresolved"] != "0":
        say(words.say("cli.run_unresolved", n=found["unresolved"]))
    if found["refused"] != "0":
        say(words.say("cli.run_refused", n=found["refused"]))


def city_rows(made: Edition) -> list[dict[str, Any]]:
    """The city table for machines: every rank with its interval, and the cities without a rank with why."""
    names = {row["city_id"]: row for row in made.table("core_places__city").to_pylist()}
    tables = made.tables()
    ranked = tables["out_index__rank_interval_city"].to_pylist() if "out_index__rank_interval_city" in tables else []
    keep = (
        "city_id",
        "median_rank",
        "rank_low_90",
        "rank_high_90",
        "tier",
        "p_top_5",
        "score",
        "score_low",
        "score_high",
    )
    rows = [{key: row[key] for key in keep} | {"name_en": names[row["city_id"]]["name_en"]} for row in ranked]
    return rows + [dict(row) for row in tables["out_index__unranked_city"].to_pylist()]


def say_cities(made: Edition) -> None:
    """The city table for people, with what it is not."""
    from rich.console import Console
    from rich.table import Table

    from dynapolis.report.city_table import city_lines
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    lines = city_lines(made, words)
    table = Table(title=words.say("cli.table_title", edition=made.short_id), box=None, title_justify="left")
    for number, heading in enumerate(lines.headings):
        table.add_column(heading, justify="left" if number == 0 else "right")
    for line in lines.rows:
        table.add_row(*line)
    console = Console(width=None if Console().is_terminal else 110)
    console.print(table)
    for note in lines.notes:
        console.print(note, style="bold" if note == lines.notes[0] else "", highlight=False)


def _choose(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    from dynapolis.errors import BadUse

    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    wrong = [part for part in chosen if part not in known]
    if wrong or not chosen:
        raise BadUse(f"{what} '{', '.join(wrong) or text}' is not known; known: {', '.join(known)}")
    return chosen
