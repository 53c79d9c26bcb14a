"""``dynapolis import``: a published list into the workspace, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, now, opened, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.model.register import RegisterSpec
    from dynapolis.store.ledger import Ledger
    from dynapolis.store.workspace import Workspace


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The published list.")],
    register: Annotated[str, typer.Option("--register", "-r", metavar="NAME", help="Which register the file is of.")],
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Import FILE as a snapshot of a register, with the codings files that lie beside it.

    Everything is checked first; if anything is wrong, all faults are listed and nothing is imported.
    """
    with reporting(as_json):
        with opened(workspace) as (place, ledger):
            summary = import_into(place, ledger, register, file)
        if as_json:
            print_json(summary)
        else:
            say_summary(summary)


def import_into(place: Workspace, ledger: Ledger, register: str, file: Path) -> dict[str, Any]:
    """Check, keep and note one import; returns what was done.

    Raises:
        BadUse: the register or the file is not there.
        BadInput: the files have faults.
    """
    from dynapolis.errors import BadUse
    from dynapolis.model.register import DESCRIPTION
    from dynapolis.registers.importer import import_register
    from dynapolis.store import content
    from dynapolis.store.snapshots import current_snapshots, note_snapshots

    description = content.register_file(place.content.registers / register)
    spec = content.read_register(description)
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
    place.snapshots.keep(register, files)
    known = current_snapshots(ledger).get(register, {})
    with ledger.begin() as writer:
        n_snapshots = note_snapshots(writer, known, register, files, names=names, licence=spec.licence.name, now=now())
        writer.add_coders(spec.coders)
        n_codings = writer.add_codings(found.codings)
    return {
        "register": register,
        "files": names,
        "records": len(found.records),
        "cities": found.n_by_city,
        "codings": len(found.codings),
        "new_snapshots": n_snapshots,
        "new_codings": n_codings,
        "used": found.used,
        "ignored": found.ignored,
        "missing_files": list(found.missing_files),
    }


def _files_beside(spec: RegisterSpec, file: Path) -> dict[str, Path]:
    """The list itself, and the codings files of the register that lie in the same folder."""
    beside = {c.file: file.parent / c.file for c in spec.codings if c.file != spec.file}
    return {spec.file: file, **{role: path for role, path in beside.items() if path.is_file()}}


def say_summary(summary: dict[str, Any]) -> None:
    """What an import did, for people."""
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    values = {key: f"{summary[key]:,}" for key in ("records", "codings", "new_snapshots", "new_codings")}
    say(words.say("cli.import_done", register=summary["register"], n_cities=str(len(summary["cities"])), **values))
    say(words.say("cli.import_used", columns=", ".join(summary["used"])))
    if summary["ignored"]:
        say(words.say("cli.import_ignored", columns="; ".join(f"{k}: {v}" for k, v in summary["ignored"].items())))
    for name in summary["missing_files"]:
        say(words.say("cli.import_missing", file=name))
