"""``dynapolis register``: the registers there are, a draft for a new one, its own test, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, now, opened, print_json, reporting, say
from dynapolis.cli.imports import named_files, say_changes

if TYPE_CHECKING:
    from dynapolis.model.lead import LeadRegister
    from dynapolis.model.register import RegisterSpec
    from dynapolis.registers.changes import TableChanges
    from dynapolis.registers.leads.draft import Draft, Seen
    from dynapolis.store.content import ContentPaths

app = typer.Typer(help="Registers: list them, draft a new one, test it, see what changed.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The register.")]
Registers = Annotated[
    Path | None,
    typer.Option("--registers", metavar="DIR", help="Folder of the registers; else the workspace's, else the shipped."),
]


@app.command("list")
def list_registers(workspace: InFolder = Path(), registers: Registers = None, as_json: AsJson = False) -> None:
    """List the registers that can be imported, with what they hold and their licence."""
    with reporting(as_json):
        from dynapolis.errors import BadContent
        from dynapolis.model.register import DESCRIPTION
        from dynapolis.report.messages import read_messages
        from dynapolis.store.register_files import read_description

        rows, faulty = [], {}
        for path in sorted(_folder(workspace, registers).glob(f"*/{DESCRIPTION}")):
            try:
                rows.append(_row(read_description(path)))
            except BadContent as error:
                faulty[path.parent.name] = str(error).splitlines()[0]
        if as_json:
            print_json([*rows, *({"register": name, "faulty": why} for name, why in faulty.items())])
            return
        words = read_messages(language())
        for row in rows:
            told = {name: row[name] for name in ("register", "holds", "licence")}
            say(words.say("cli.register_holds", title=row["title"][language()], **told))
        for name, why in faulty.items():
            say(words.say("cli.register_faulty", register=name, why=why))


def _row(spec: RegisterSpec | LeadRegister) -> dict[str, Any]:
    return {
        "register": spec.name,
        "holds": spec.holds,
        "title": spec.title.model_dump(),
        "licence": spec.licence.name,
        "published": spec.publishable,
        "date": spec.date,
    }


@app.command()
def new(
    name: Name,
    source: Annotated[Path, typer.Option("--from", metavar="FILE", help="The published list, or a part of it.")],
    table: Annotated[
        list[str] | None, typer.Option("--file", metavar="TABLE=PATH", help="A further file of the same register.")
    ] = None,
    workspace: InFolder = Path(),
    registers: Registers = None,
    as_json: AsJson = False,
) -> None:
    """Draft the folder of a new register from the header and the first entries of FILE.

    Headers are understood in Korean and English. Whatever the draft is unsure of stands in it as a question that
    begins with ASK; the register can be imported when none is left.
    """
    with reporting(as_json):
        from dynapolis.errors import BadUse
        from dynapolis.ids import is_slug
        from dynapolis.model.language import Lang
        from dynapolis.registers.leads.draft import draft_register
        from dynapolis.report.messages import read_messages
        from dynapolis.store.files import write_whole
        from dynapolis.store.register_files import read_header_synonyms, read_lead_vocabulary

        if not is_slug(name):
            raise BadUse(f"{name!r} is no name of a register; use small letters, digits and single hyphens")
        folder = (registers or _own_folder(workspace)) / name
        if folder.exists():
            raise BadUse(f"{folder} is there already; choose another name or remove it")
        seen = _look(source, named_files(table or []))
        words = {lang.value: read_messages(lang).say for lang in sorted(Lang)}
        vocabulary, synonyms, today = read_lead_vocabulary(), read_header_synonyms(), now()[:10]
        draft = draft_register(name, seen, synonyms, vocabulary, today, words[language()], words)
        for path, text in draft.files.items():
            write_whole(folder / path, text)
        _say_draft(name, folder, draft, as_json)


@app.command()
def check(name: Name, workspace: InFolder = Path(), registers: Registers = None, as_json: AsJson = False) -> None:
    """Test a register: read its description and its sample, and compare with what is expected of it."""
    with reporting(as_json):
        from dynapolis.model.lead import LeadRegister
        from dynapolis.report.messages import read_messages
        from dynapolis.store.content import register_file
        from dynapolis.store.register_files import read_description

        folder = _folder(workspace, registers) / name
        spec = read_description(register_file(folder))
        counts = _check_leads(spec, folder) if isinstance(spec, LeadRegister) else _check_list(spec, folder, workspace)
        if as_json:
            print_json({"register": name, "entries": counts})
        else:
            n = f"{sum(counts.values()):,}"
            say(read_messages(language()).say("cli.register_checked", register=name, n=n))


def _check_leads(spec: LeadRegister, folder: Path) -> dict[str, int]:
    """Entries read of every table of the sample."""
    from dynapolis.registers.leads.corrections import require_known
    from dynapolis.registers.leads.sample import check_sample
    from dynapolis.store.register_files import read_corrections, read_lead_vocabulary

    require_known(spec, read_corrections(folder))
    reports = check_sample(spec, folder / "sample", read_lead_vocabulary())
    return {report.table: report.n_read for report in reports}


def _check_list(spec: RegisterSpec, folder: Path, workspace: Path) -> dict[str, int]:
    """Records of a register of initiatives, whose own list is its sample."""
    from dynapolis.model.register import DESCRIPTION
    from dynapolis.registers.importer import import_register
    from dynapolis.store import content

    paths = _content(workspace)
    roles = {spec.file, DESCRIPTION, *(codings.file for codings in spec.codings)}
    files = {role: (folder / role).read_bytes() for role in sorted(roles) if (folder / role).is_file()}
    if spec.file not in files:
        from dynapolis.errors import BadUse

        raise BadUse(f"register {spec.name}: {folder / spec.file} is not there; import the list with dynapolis import")
    places = content.read_places(paths.places)
    found = import_register(spec, files, lambda version: content.read_codebook(paths.codebooks, version), places)
    return {spec.file: len(found.records)}


@app.command()
def changes(
    name: Name,
    back: Annotated[int, typer.Option("--back", min=1, help="Compare with the import so many imports ago.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write every change to a CSV file.")] = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Show what the publisher of a register of leads added, removed and changed between two imports."""
    with reporting(as_json):
        from dynapolis.leads.imports import lead_changes
        from dynapolis.registers.changes import summary
        from dynapolis.report.messages import read_messages

        with opened(workspace) as (place, ledger):
            found = lead_changes(place, ledger, name, back)
        if out:
            _write_changes(found, out)
        told = summary(found)
        if as_json:
            print_json(told)
        else:
            for table, values in told.items():
                say_changes(read_messages(language()), table, values)


def _folder(workspace: Path, registers: Path | None) -> Path:
    """Folder of the registers: as named, else the workspace's if this is one, else the shipped ones."""
    return registers or _content(workspace).registers


def _content(workspace: Path) -> ContentPaths:
    """The content of the workspace, or the shipped one where there is no workspace."""
    from dynapolis.store.content import ContentPaths
    from dynapolis.store.workspace import SETTINGS, open_workspace

    return open_workspace(workspace).content if (workspace / SETTINGS).is_file() else ContentPaths.default()


def _own_folder(workspace: Path) -> Path:
    """Folder in which a new register may be written: the workspace's own, never the shipped one.

    Raises:
        BadUse: the workspace has no folder of its own for registers.
    """
    from dynapolis.errors import BadUse
    from dynapolis.store.content import ContentPaths

    folder = _folder(workspace, None)
    if folder == ContentPaths.default().registers:
        raise BadUse(
            "no folder for registers of your own; name one with --registers DIR, or set registers under [content] in "
            "dynapolis.toml"
        )
    return folder


def _look(source: Path, further: dict[str, Path]) -> list[Seen]:
    """The header and the first entries of every table of a list."""
    from dynapolis.registers.leads.seen import look_at

    return look_at(source, further)


def _say_draft(name: str, folder: Path, draft: Draft, as_json: bool) -> None:
    from dynapolis.report.messages import read_messages

    if as_json:
        questions = [{"table": question.table, **question.asked.as_value()} for question in draft.questions]
        print_json({"register": name, "folder": str(folder), "questions": questions})
        return
    words = read_messages(language())
    say(words.say("cli.register_new", register=name, folder=str(folder)))
    for question in draft.questions:
        say("  " + words.say("cli.register_unsure", question=question.said(words.say)))
    say(words.say("cli.register_next", register=name))


def _write_changes(found: dict[str, TableChanges], out: Path) -> None:
    import csv
    import io

    from dynapolis.registers.changes import COLUMNS
    from dynapolis.store.files import write_whole

    text = io.StringIO()
    rows: Any = csv.writer(text, lineterminator="\n")
    rows.writerow(("table", *COLUMNS))
    for table, item in found.items():
        for row in item.rows.to_pylist():
            rows.writerow((table, *(row[name] for name in COLUMNS)))
    write_whole(out, text.getvalue())
