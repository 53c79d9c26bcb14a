"""``dynapolis import``: a published list into the workspace, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, counting, language, now, opened, print_json, reporting, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynapolis.model.register import RegisterSpec
    from dynapolis.registers.changes import TableChanges
    from dynapolis.report.messages import Messages
    from dynapolis.store.ledger import Ledger
    from dynapolis.store.workspace import Workspace


def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The published list: a file, a zip, a folder or a data package.")
    ],
    register: Annotated[str, typer.Option("--register", "-r", metavar="NAME", help="Which register the file is of.")],
    table: Annotated[
        list[str] | None,
        typer.Option("--file", metavar="TABLE=PATH", help="The file of one table, where its name does not tell."),
    ] = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Import FILE as a snapshot of a register, with the further files of the register that lie beside it.

    Everything is checked first; if anything is wrong, all faults are listed and nothing is imported. A second import
    says what the publisher added, removed and changed since the first.
    """
    with reporting(as_json):
        with opened(workspace) as (place, ledger), counting(silent=as_json) as tick:
            summary = import_into(place, ledger, register, file, named_files(table or []), tick)
        if as_json:
            print_json(summary)
        else:
            say_summary(summary)


def named_files(words: list[str]) -> dict[str, Path]:
    """Files by table, from ``TABLE=PATH``.

    Raises:
        BadUse: a word is not of that form.
    """
    from dynapolis.errors import BadUse

    pairs = [word.partition("=") for word in words]
    wrong = [word for word, (name, _, path) in zip(words, pairs, strict=True) if not name or not path]
    if wrong:
        raise BadUse(f"--file {', '.join(wrong)}: expected TABLE=PATH, such as --file project=projects.csv")
    return {name: Path(path) for name, _, path in pairs}


def import_into(
    place: Workspace,
    ledger: Ledger,
    register: str,
    file: Path,
    named: Mapping[str, Path] | None = None,
    tick: Callable[[str, int], None] = lambda _table, _n: None,
) -> dict[str, Any]:
    """Check, keep and note one import; returns what was done.

    Raises:
        BadUse: the register or a file is not there.
        BadInput: the files have faults.
    """
    from dynapolis.errors import BadUse
    from dynapolis.model.lead import LeadRegister
    from dynapolis.store import content
    from dynapolis.store.register_files import read_description

    description = content.register_file(place.content.registers / register)
    spec = read_description(description)
    if spec.name != register:
        raise BadUse(f"{description} describes '{spec.name}', not '{register}'; the folder and name: must be the same")
    if isinstance(spec, LeadRegister):
        return _import_leads(place, ledger, spec, file, named or {}, tick)
    if named:
        raise BadUse(f"register {register} holds initiatives in one list; --file is for registers of several tables")
    return _import_initiatives(place, ledger, spec, description, file)


def _import_leads(
    place: Workspace,
    ledger: Ledger,
    spec: Any,
    file: Path,
    named: Mapping[str, Path],
    tick: Callable[[str, int], None],
) -> dict[str, Any]:
    from dynapolis.leads.imports import import_leads
    from dynapolis.registers.changes import summary

    done = import_leads(place, ledger, spec.name, file, named, now=now(), tick=tick, clock=perf_counter)
    return {
        "register": done.register,
        "holds": "leads",
        "licence": spec.licence.name,
        "published": spec.publishable,
        "files": done.files,
        "is_new": done.is_new,
        "tables": list(done.reports),
        "changes": summary(done.changes),
        "tables_gone": list(done.gone),
        "tables_appeared": list(done.appeared),
        "incomparable": done.incomparable,
        "unclaimed": list(done.unclaimed),
    }


def _import_initiatives(
    place: Workspace, ledger: Ledger, spec: RegisterSpec, description: Path, file: Path
) -> dict[str, Any]:
    from dynapolis.errors import BadUse
    from dynapolis.model.register import DESCRIPTION
    from dynapolis.registers.changes import summary
    from dynapolis.registers.importer import import_register
    from dynapolis.store import content
    from dynapolis.store.snapshots import current_snapshots, note_snapshots

    register = spec.name
    if not file.is_file():
        raise BadUse(f"{file} is not a file; name the file of the list")
    paths = {**_files_beside(spec, file), DESCRIPTION: description}
    files = {role: path.read_bytes() for role, path in paths.items()}
    places = content.read_places(place.content.places)
    names = {role: path.name for role, path in paths.items()}
    known_coders = {(coder.id, coder.version): coder for coder in ledger.coders()}
    changed = [c.id for c in spec.coders if known_coders.get((c.id, c.version), c) != c]
    if changed:
        raise BadUse(
            f"register {register}: coder {', '.join(changed)} is known under the same version as something else; "
            "raise the coder's version in register.yml"
        )
    found = import_register(spec, files, lambda v: content.read_codebook(place.content.codebooks, v), places, names)
    known = current_snapshots(ledger).get(register, {})
    changes = _changes(place, register, known, found) if known else {}
    place.snapshots.keep(register, files)
    with ledger.begin() as writer:
        n_snapshots = note_snapshots(writer, known, register, files, names=names, licence=spec.licence.name, now=now())
        writer.add_coders(spec.coders)
        n_codings = writer.add_codings(found.codings)
    most = spec.expect.max_records
    return {
        "register": register,
        "holds": "initiatives",
        "files": names,
        "records": len(found.records),
        "cities": found.n_by_city,
        "codings": len(found.codings),
        "new_snapshots": n_snapshots,
        "new_codings": n_codings,
        "used": found.used,
        "ignored": found.ignored,
        "missing_files": list(found.missing_files),
        "warnings": ["more_records_than_expected"] if most and len(found.records) > most else [],
        "changes": summary(changes),
    }


def _changes(place: Workspace, register: str, known: Mapping[str, str], found: Any) -> dict[str, TableChanges]:
    """What changed since the last import, whose list is read again by the description it came with."""
    from dynapolis.model.register import DESCRIPTION
    from dynapolis.registers.changes import compare_records
    from dynapolis.registers.importer import import_register
    from dynapolis.store import content

    if {role: found.snapshots.get(role) for role in known} == dict(known):
        return {}
    spec = content.read_register(place.snapshots.verified(register, DESCRIPTION, known[DESCRIPTION]))
    lists = {role: place.snapshots.read(register, role, known[role]) for role in (spec.file, DESCRIPTION)}
    places = content.read_places(place.content.places)
    before = import_register(spec, lists, lambda v: content.read_codebook(place.content.codebooks, v), places)
    return {"initiative": compare_records(before.records, found.records)}


def _files_beside(spec: RegisterSpec, file: Path) -> dict[str, Path]:
    """The list itself, and the codings files of the register that lie in the same folder."""
    beside = {c.file: file.parent / c.file for c in spec.codings if c.file != spec.file}
    return {spec.file: file, **{role: path for role, path in beside.items() if path.is_file()}}


def say_summary(summary: dict[str, Any]) -> None:
    """What an import did, for people."""
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    if summary["holds"] == "leads":
        _say_leads(words, summary)
    else:
        _say_initiatives(words, summary)
    for table, changes in summary["changes"].items():
        say_changes(words, table, changes)


def _say_initiatives(words: Messages, summary: dict[str, Any]) -> None:
    values = {key: f"{summary[key]:,}" for key in ("records", "codings", "new_snapshots", "new_codings")}
    say(words.say("cli.import_done", register=summary["register"], n_cities=str(len(summary["cities"])), **values))
    say(words.say("cli.import_used", columns=", ".join(summary["used"])))
    if summary["ignored"]:
        say(words.say("cli.import_ignored", columns="; ".join(f"{k}: {v}" for k, v in summary["ignored"].items())))
    for name in summary["missing_files"]:
        say(words.say("cli.import_missing", file=name))
    for warning in summary["warnings"]:
        say(words.say(f"cli.warning_{warning}", table=summary["register"]))


def _say_leads(words: Messages, summary: dict[str, Any]) -> None:
    from dynapolis.registers.readers import decision_of

    say(words.say("cli.leads_done", register=summary["register"], licence=summary["licence"]))
    if not summary["published"]:
        say(words.say("cli.leads_not_published"))
    if not summary["is_new"]:
        say(words.say("cli.leads_known"))
    for key in ("gone", "appeared"):
        if summary[f"tables_{key}"]:
            say(words.say(f"cli.changes_{key}", tables=", ".join(summary[f"tables_{key}"])))
    if summary["unclaimed"]:
        say(words.say("cli.leads_unclaimed", files=", ".join(summary["unclaimed"])))
    if summary["incomparable"]:
        say(words.say("cli.changes_incomparable", why=summary["incomparable"]))
    for table in summary["tables"]:
        numbers = {key: f"{table[key]:,}" for key in ("n_read", "n_kept", "n_repeated", "n_refused")}
        skipped = f"{sum(table['n_skipped'].values()):,}"
        say(words.say("cli.leads_table", table=table["table"], file=table["file"], n_skipped=skipped, **numbers))
        for decision in table["decisions"]:
            say("  " + decision_of(decision).said("cli.leads_decision", words.say))
        say("  " + words.say("cli.import_used", columns=", ".join(table["used"])))
        if table["ignored"]:
            say(
                "  "
                + words.say("cli.import_ignored", columns="; ".join(f"{k}: {v}" for k, v in table["ignored"].items()))
            )
        for why, n in table["n_skipped"].items():
            say("  " + words.say("cli.leads_skipped", n=f"{n:,}", why=why))
        for fault in table["refused"][:5]:
            say("  " + words.say("cli.leads_refused", fault=fault))
        for key in ("n_corrected", "n_repaired"):
            if table[key]:
                say("  " + words.say(f"cli.leads_{key[2:]}", n=f"{table[key]:,}"))
        for warning in table["warnings"]:
            say("  " + words.say(f"cli.warning_{warning}", table=table["table"]))


def say_changes(words: Messages, table: str, changes: dict[str, Any]) -> None:
    """What changed in one table, for people."""
    numbers = {key: f"{changes[key]:,}" for key in ("before", "after", "added", "removed", "changed")}
    say(words.say("cli.changes_table", table=table, **numbers))
    for name, n in changes["by_property"].items():
        say("  " + words.say("cli.changes_property", property=name, n=f"{n:,}"))
    if changes["not_compared"]:
        say("  " + words.say("cli.changes_not_compared", properties=", ".join(changes["not_compared"])))
