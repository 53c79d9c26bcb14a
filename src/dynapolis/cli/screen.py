"""``dynapolis screen``: which records of a list belong, decided by people, ranked by a learner, with a rule to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, language, print_json, reporting, say
from dynapolis.cli.screen_simulate import simulate

if TYPE_CHECKING:
    from dynapolis.cli.screening import Desk
    from dynapolis.model.screening import ScreenVerdict
    from dynapolis.report.messages import Messages

app = typer.Typer(help="Lists to be screened: read the promising first, stop by a rule.", no_args_is_help=True)
app.command("simulate")(simulate)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a screening.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who decides.", show_default="the user of this computer")
]
Ids = Annotated[list[str] | None, typer.Option(metavar="ID", help="Records by id; may be given several times.")]


@app.callback()
def screen() -> None:
    """Lists to be screened: read the promising first, stop by a rule."""


@app.command("start")
def start(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV files: title, abstract, maybe included.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder for the screening.")],
    target_recall: Annotated[float, typer.Option(help="Share of what belongs that has to be found.")] = 0.95,
    confidence: Annotated[float, typer.Option(help="How sure that has to be.")] = 0.95,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Draws the first records and the audits.")] = 1,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Begin a screening: write down the rule and the records before the first decision.

    Rows whose column included is 0 or 1 are decided already; they count as known beforehand.
    """
    with reporting(as_json):
        from dynapolis.cli.screening import begin, open_desk, person_name

        begin(files, out, target_recall=target_recall, confidence=confidence, seed=seed, by=person_name(by))
        with open_desk(out) as desk:
            _tell(desk, as_json)


@app.command("next")
def next_records(
    folder: Folder,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="Records at most.")] = 10,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write them to a CSV file to fill in and record.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the records to read now: an open audit first, else the most promising ones.

    When the model has run dry, this draws an audit, a random sample of the unread records, and says so.
    """
    with reporting(as_json):
        from dynapolis.cli.screening import open_desk, shown_row, write_sheet

        with open_desk(folder) as desk:
            drawn = desk.draw_due_audit()
            shown = desk.sitting.next(limit)
            if out:
                write_sheet(out, shown)
            if as_json:
                print_json([shown_row(item) for item in shown])
                return
            words = _words()
            if drawn:
                say(words.say("screen.audit_drawn", n=f"{drawn:,}", unread=f"{desk.sitting.n_unread:,}"))
            for item in shown:
                say(words.say("screen.next_row", id=item.record.id, title=_line(item.record.title, words)))
            if out:
                say(words.say("screen.written", n=f"{len(shown):,}", file=str(out)))
            if desk.sitting.may_stop():
                say(words.say("screen.stop"))


@app.command("record")
def record(
    folder: Folder,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A sheet of next --out with its column decision filled in.")
    ] = None,
    include: Ids = None,
    exclude: Ids = None,
    undo: Ids = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add decisions: of a filled-in sheet, or of records by id. All of them are added, or none.

    In the sheet, 1, y, yes or include mean that a record belongs, 0, n, no or exclude that it does not; an empty cell
    is no decision.
    """
    with reporting(as_json):
        from dynapolis.cli.screening import open_desk, person_name, read_sheet
        from dynapolis.errors import BadUse
        from dynapolis.model.screening import ScreenVerdict

        named = ((include, ScreenVerdict.INCLUDE), (exclude, ScreenVerdict.EXCLUDE), (undo, ScreenVerdict.UNDO))
        wanted: list[tuple[str, ScreenVerdict, bool]] = [
            (key, verdict, False) for keys, verdict in named for key in keys or ()
        ]
        if bool(wanted) == bool(file):
            raise BadUse("name a filled-in sheet, or records by --include, --exclude and --undo, and not both")
        name = person_name(by)
        with open_desk(folder) as desk:
            if file:
                wanted = read_sheet(file, desk.sitting)
            n_added = desk.decide_all(wanted, name)
            _tell(desk, as_json, added=n_added)


@app.command("read")
def read(
    folder: Folder,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Decisions at most.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Decide record after record at the terminal; the learner takes in each answer before the next record.

    Keys: y it belongs, n it does not, u undo the last, s show it later, q quit. Each answer is on the disk at once.
    With --json the records to read now are printed and nothing is asked.
    """
    with reporting(as_json):
        from dynapolis.cli.screen_reading import read_records
        from dynapolis.cli.screening import open_desk, person_name, shown_row

        name = person_name(by)
        with open_desk(folder) as desk:
            if as_json:
                desk.draw_due_audit()
                print_json([shown_row(item) for item in desk.sitting.next(limit or 1)])
                return
            try:
                read_records(desk, _words(), name, limit)
            finally:
                _tell(desk, as_json=False)


@app.command("status")
def status(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write every record with its decision to a CSV file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how far a screening is: read, found, the recall with its bounds, and whether the rule lets you stop."""
    with reporting(as_json):
        from dynapolis.cli.screening import open_desk, write_decided

        with open_desk(folder) as desk:
            if out:
                write_decided(out, desk.sitting)
            _tell(desk, as_json)


def _tell(desk: Desk, as_json: bool, **more: int) -> None:
    found = desk.status()
    if as_json:
        print_json(found | more)
        return
    words = _words()
    if "added" in more:
        say(words.say("screen.added", n=f"{more['added']:,}"))
    for line in status_lines(words, found):
        say(line)


def status_lines(words: Messages, found: dict[str, Any]) -> list[str]:
    """The state of a screening, in sentences."""

    def percent(share: float) -> str:
        return f"{100 * share:.1f}"

    rule = {"target": percent(found["target_recall"]), "confidence": percent(found["confidence"])}
    lines = [words.say("screen.counts", **{key: f"{found[key]:,}" for key in ("records", "read", "found", "unread")})]
    if not found["unread"]:
        lines.append(words.say("screen.all_read"))
    elif found["recall"] is not None:
        numbers = {key: percent(found[name]) for key, name in (("recall", "recall"), ("low", "recall_low"),
                                                               ("high", "recall_high"))}  # fmt: skip
        lines.append(words.say("screen.recall", confidence=rule["confidence"], **numbers))
    elif found["audits"] and not found["found"] and not found["open_audit"]:
        lines.append(words.say("screen.nothing_found", most=f"{found['most_included']:,}", **rule))
    else:
        lines.append(words.say("screen.no_audit"))
    if found["open_audit"]:
        lines.append(words.say("screen.audit_open", n=f"{found['open_audit']:,}"))
    lines.append(
        words.say("screen.stop" if found["may_stop"] else "screen.go_on", **({} if found["may_stop"] else rule))
    )
    return lines


def _line(title: str, words: Messages) -> str:
    return title or words.say("screen.no_title")


def _words() -> Messages:
    from dynapolis.report.messages import read_messages

    return read_messages(language())
