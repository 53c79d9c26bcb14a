"""``dynapolis code coders`` and ``code run``: which coders there are, whether they keep the rules, what one says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.code_work import at_work
from dynapolis.cli.common import FAILED, AsJson, InFolder, language, opened, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.steps.coders import Context, Found


def coders(
    check: Annotated[
        str | None, typer.Option("--check", metavar="NAME", help="Whether this coder keeps the rules.")
    ] = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """List the installed coders; --check tries one on texts of all kinds and tells what it does not keep."""
    with reporting(as_json):
        from dynapolis.coding.conformance import check_coder
        from dynapolis.report.messages import read_messages
        from dynapolis.steps.coders import Context, find_coders, make_coder
        from dynapolis.store.content import ContentPaths, read_codebook
        from dynapolis.store.workspace import SETTINGS

        words = read_messages(language())
        codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
        if (workspace / SETTINGS).is_file():
            with opened(workspace) as (place, ledger):
                context = Context(codebook, place, ledger)
                rows = [_row(found, context) for found in find_coders()] if check is None else []
                faults = check_coder(make_coder(check, context), codebook) if check else []
        else:
            context = Context(codebook)
            rows = [_row(found, context) for found in find_coders()] if check is None else []
            faults = check_coder(make_coder(check, context), codebook) if check else []
        if as_json:
            print_json({"checked": check, "faults": faults} if check else rows)
        elif check:
            say(
                words.say("coders.kept", name=check)
                if not faults
                else words.say("coders.broken", name=check, n=str(len(faults)))
            )
            for fault in faults:
                say(f"  {fault}")
        else:
            for row in rows:
                say(
                    words.say(
                        "coders.row",
                        name=row["name"],
                        package=row["package"],
                        state=words.say(f"coders.state.{row['state']}"),
                    )
                )
                if row["fault"]:
                    say(f"  {row['fault']}")
        if faults:
            raise typer.Exit(FAILED)


def _row(found: Found, context: Context) -> dict[str, Any]:
    """What is told of an installed coder; nothing is trained for it."""
    chat = context.workspace.settings.coders.chat if context.workspace is not None else None
    off = found.name == "chat" and (chat is None or not chat.on)
    state = "faulty" if found.make is None else "off" if off else "on"
    return {"name": found.name, "package": found.package, "state": state, "fault": found.fault}


def run(
    coder: Annotated[str, typer.Argument(metavar="CODER", help="An installed coder; see code coders.")],
    scheme: Annotated[list[str] | None, typer.Option("--scheme", help="Only this scheme; may be given again.")] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="At most so many records.")] = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Let a coder code the workspace's records; what it says goes into the ledger beside what people say."""
    with reporting(as_json), at_work(workspace) as (place, ledger, records, codebook):
        from dynapolis.errors import BadUse
        from dynapolis.report.messages import read_messages
        from dynapolis.steps import coders as steps

        wrong = [name for name in scheme or () if name not in codebook.by_scheme]
        if wrong:
            raise BadUse(f"--scheme {', '.join(wrong)}: expected {', '.join(codebook.by_scheme)}")
        asked = [SimpleNamespace(**row) for row in list(records.values())[:most]]
        made, found = steps.say(coder, steps.Context(codebook, place, ledger), asked, scheme or ())
        codings = steps.to_codings(made, found, codebook)
        with ledger.begin() as writer:
            writer.add_coders([made.coder])
            n = writer.add_codings(codings)
        silent = sum(suggestion.abstains for suggestion in found)
        if as_json:
            told = {"coder": made.coder.id, "version": made.coder.version, "records": len(asked)}
            print_json({**told, "answers": len(found) - silent, "abstentions": silent, "codings": n})
        else:
            values = {"n": f"{len(asked):,}", "answered": f"{len(found) - silent:,}", "silent": f"{silent:,}"}
            say(read_messages(language()).say("coders.ran", coder=coder, **values))
