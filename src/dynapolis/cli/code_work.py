"""``dynapolis code assign, export, load, status, adjudicate, queue, tickets``: several people coding one workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, now, opened, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.model.codebook import Codebook
    from dynapolis.model.language import Text
    from dynapolis.report.messages import Messages
    from dynapolis.steps.coding_work import Records
    from dynapolis.store.ledger import Ledger
    from dynapolis.store.workspace import Workspace

CoderName = Annotated[str, typer.Option("--coder", help="The coder's name: letters, digits, _ and -.")]
NameEn = Annotated[str | None, typer.Option("--name-en", help="How reports call the coder in English.")]
NameKo = Annotated[str | None, typer.Option("--name-ko", help="How reports call the coder in Korean.")]


@contextmanager
def at_work(workspace: Path) -> Iterator[tuple[Workspace, Ledger, Records, Codebook]]:
    """A workspace with its last edition's records and codebook.

    Raises:
        BadUse: no edition was made yet.
    """
    from dynapolis.steps.coding_work import records_to_code
    from dynapolis.store.content import read_codebook, read_index_spec
    from dynapolis.store.editions import find_edition

    with opened(workspace) as (place, ledger):
        edition = find_edition(place.editions, ledger, None)
        version = read_index_spec(place.content.index).codebook_version
        yield place, ledger, records_to_code(edition), read_codebook(place.content.codebooks, version)


def _words() -> Messages:
    from dynapolis.report.messages import read_messages

    return read_messages(language())


def _named(coder: str, en: str | None, ko: str | None) -> Text:
    """The coder's name in both languages; its id where none is given."""
    from dynapolis.errors import BadUse
    from dynapolis.model.language import Text

    if not coder or not all(c.isascii() and (c.isalnum() or c in "_-") for c in coder):
        raise BadUse(f"--coder {coder!r}: expected letters, digits, _ and -, such as kim_j")
    return Text(en=en or ko or coder, ko=ko or en or coder)


def assign(
    coders: Annotated[str, typer.Option("--coders", help="Names of coders, separated by commas.")],
    overlap: Annotated[float, typer.Option("--overlap", help="Share of records that two code.")] = 0.2,
    seed: Annotated[int, typer.Option("--seed", help="Of the draw.")] = 1,
    by: Annotated[str, typer.Option("--by", help="Strata: city, register, or none.")] = "city,register",
    plan: Annotated[str, typer.Option("--plan", help="What people call this giving out.")] = "first",
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Give records out: each to one coder, a share drawn by chance to two, alike in every stratum."""
    with reporting(as_json), at_work(workspace) as (_, ledger, records, _codebook):
        from dynapolis.steps.coding_work import give_out

        names = [name.strip() for name in coders.split(",") if name.strip()]
        for name in names:
            _named(name, None, None)
        strata = [name.strip() for name in by.split(",") if name.strip()]
        loads = give_out(ledger, records, names, overlap=overlap, seed=seed, by=strata, plan=plan, now=now())
        if as_json:
            print_json({"plan": plan, "given": loads})
            return
        for coder, n in loads.items():
            say(_words().say("work.given", coder=coder, n=f"{n:,}"))


def export(
    coder: CoderName,
    out: Annotated[Path, typer.Option("--out", help="The sheet to fill in: a CSV file.")],
    most: Annotated[int | None, typer.Option("--most", min=1, help="At most so many records.")] = None,
    queued: Annotated[
        bool, typer.Option("--queue", help="Records whose rules changed since they were coded, whoever coded them.")
    ] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write a sheet of records that a coder has still to code; nobody else's codes are in it."""
    with reporting(as_json), at_work(workspace) as (_, ledger, records, codebook):
        from dynapolis.steps.coding_work import recode_queue, to_code
        from dynapolis.store.coding_sheets import write_sheet

        _named(coder, None, None)
        rows = to_code(ledger, records, codebook, coder)
        if queued:
            waiting = recode_queue(ledger, records, codebook)
            rows = [records[record] for record in waiting]
        rows = rows[:most]
        codes = write_sheet(out, rows, codebook)
        if as_json:
            print_json({"sheet": str(out), "codes": str(codes), "records": len(rows), "codebook": codebook.version})
        else:
            say(_words().say("work.exported", n=f"{len(rows):,}", path=str(out), codes=str(codes)))


def load(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="A sheet as code export wrote it, filled in.")],
    coder: CoderName,
    name_en: NameEn = None,
    name_ko: NameKo = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Take a filled-in sheet into the ledger; every fault is told, and a faulty sheet changes nothing."""
    with reporting(as_json), at_work(workspace) as (place, ledger, records, codebook):
        from dynapolis.steps.coding_work import take_in

        n = take_in(place, ledger, sheet, records, codebook, coder, _named(coder, name_en, name_ko))
        if as_json:
            print_json({"coder": coder, "codings": n, "codebook": codebook.version})
        else:
            say(_words().say("work.loaded", n=f"{n:,}", coder=coder))


def status(workspace: InFolder = Path(), as_json: AsJson = False) -> None:
    """Tell how far each coder is, and of records given to two, in how much they differ once both have coded."""
    with reporting(as_json), at_work(workspace) as (_, ledger, _records, codebook):
        from dynapolis.steps.coding_work import plain_progress, progress, reasons_given

        found, counts = progress(ledger, codebook)
        reasons = reasons_given(ledger)
        if as_json:
            print_json({"coders": plain_progress(found), **counts, "reasons": reasons})
            return
        words = _words()
        for item in found:
            values = {"given": f"{item.given:,}", "coded": f"{item.coded:,}", "open": f"{item.open:,}"}
            say(words.say("work.progress", coder=item.coder_id, **values))
        say(words.say("work.overlap", **{name: f"{n:,}" for name, n in counts.items()}))
        for reason, n in sorted(reasons.items(), key=lambda item: -item[1]):
            label = words.say(f"work.reason.{reason}") if reason in _reasons() else reason
            say(words.say("work.reason_n", reason=label, n=f"{n:,}"))


def _reasons() -> tuple[str, ...]:
    from dynapolis.model.coding_work import REASONS

    return REASONS


def adjudicate(
    coder: CoderName,
    out: Annotated[Path | None, typer.Option("--out", help="Write what two coders differ in to this CSV file.")] = None,
    sheet: Annotated[Path | None, typer.Option("--load", help="Take the decisions of this file.")] = None,
    name_en: NameEn = None,
    name_ko: NameKo = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Decide where two coders differ: --out writes both answers side by side, --load takes codes and reasons back."""
    with reporting(as_json), at_work(workspace) as (place, ledger, records, codebook):
        from dynapolis.errors import BadUse
        from dynapolis.steps.coding_work import decide, disputes
        from dynapolis.store.coding_sheets import write_disputes

        name = _named(coder, name_en, name_ko)
        if (out is None) == (sheet is None):
            raise BadUse("give either --out FILE, to write what differs, or --load FILE, to take decisions")
        if sheet is not None:
            n = decide(place, ledger, sheet, records, codebook, coder, name)
            if as_json:
                print_json({"coder": coder, "codings": n})
            else:
                say(_words().say("work.loaded", n=f"{n:,}", coder=coder))
            return
        found = disputes(ledger, records, codebook)
        write_disputes(Path(str(out)), found, records)
        if as_json:
            print_json({"file": str(out), "differences": len(found), "reasons": list(_reasons())})
            return
        words = _words()
        say(words.say("work.disputes", n=f"{len(found):,}", path=str(out)))
        for reason in _reasons():
            say(f"  {reason}: {words.say(f'work.reason.{reason}')}")


def queue(workspace: InFolder = Path(), as_json: AsJson = False) -> None:
    """List records coded under rules of the codebook that changed since, and which schemes wait."""
    with reporting(as_json), at_work(workspace) as (_, ledger, records, codebook):
        from dynapolis.steps.coding_work import recode_queue

        found = recode_queue(ledger, records, codebook)
        if as_json:
            print_json({"codebook": codebook.version, "waiting": {k: list(v) for k, v in found.items()}})
            return
        words = _words()
        counts: dict[str, int] = {}
        for schemes in found.values():
            for scheme in schemes:
                counts[scheme] = counts.get(scheme, 0) + 1
        say(words.say("work.waiting", n=f"{len(found):,}", version=codebook.version))
        for scheme, n in counts.items():
            say(words.say("work.waiting_scheme", scheme=codebook.by_scheme[scheme].label.in_(words.lang), n=f"{n:,}"))


def tickets(
    every: Annotated[bool, typer.Option("--all", help="Also those that are decided or withdrawn.")] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """List questions about coding rules, with the records that raised them."""
    with reporting(as_json), opened(workspace) as (_, ledger):
        from dynapolis.steps.coding_work import all_tickets, plain_ticket

        found = [item for item in all_tickets(ledger).values() if every or item.state == "open"]
        if as_json:
            print_json([plain_ticket(item) for item in found])
            return
        words = _words()
        for item in found:
            state = words.say(f"work.state.{item.state}")
            say(f"{item.id} ({item.scheme or '–'}, {state}): {item.question.in_(words.lang)}")
            if item.records:
                say(f"    {', '.join(item.records)}")
            if item.answer is not None:
                say(f"    → {item.decided_in}: {item.answer.in_(words.lang)}")


def ticket(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A new id, or that of a ticket to be answered.")],
    by: Annotated[str, typer.Option("--by", help="Who asks, decides or withdraws.")],
    question_en: Annotated[str | None, typer.Option("--en", help="Question or answer in English.")] = None,
    question_ko: Annotated[str | None, typer.Option("--ko", help="Question or answer in Korean.")] = None,
    scheme: Annotated[str | None, typer.Option("--scheme", help="Which scheme a new one is about.")] = None,
    records: Annotated[str, typer.Option("--records", help="register:id, separated by commas.")] = "",
    decided_in: Annotated[
        str | None, typer.Option("--decide", metavar="VERSION", help="Decided: the codebook version with the answer.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Withdrawn: the question fell away.")] = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Ask about a rule, or decide or withdraw a question; both languages are needed."""
    with reporting(as_json), at_work(workspace) as (_, ledger, _records, codebook):
        from dynapolis.errors import BadUse
        from dynapolis.model.language import Text
        from dynapolis.model.ticket import Ticket
        from dynapolis.steps.coding_work import add_ticket, all_tickets, plain_ticket

        known = all_tickets(ledger).get(identity)
        if scheme is not None and scheme not in codebook.by_scheme:
            raise BadUse(f"--scheme {scheme}: expected one of {', '.join(codebook.by_scheme)}")
        both = Text(en=question_en, ko=question_ko) if question_en and question_ko else None
        if known is None:
            if decided_in or withdraw:
                raise BadUse(f"no ticket {identity}; see dynapolis code tickets --all")
            if both is None:
                raise BadUse("a new ticket needs its question in both languages: --en TEXT --ko TEXT")
            cited = tuple(part.strip() for part in records.split(",") if part.strip())
            made = Ticket(id=identity, scheme=scheme, question=both, records=cited, raised_under=codebook.version)
        elif withdraw:
            made = known.model_copy(update={"state": "withdrawn"})
        elif decided_in and both is not None:
            made = known.model_copy(update={"state": "decided", "decided_in": decided_in, "answer": both})
        else:
            raise BadUse(f"ticket {identity} is there; answer it: --decide VERSION --en TEXT --ko TEXT, or --withdraw")
        add_ticket(ledger, made, by, now())
        value: Any = plain_ticket(made)
        if as_json:
            print_json(value)
        else:
            say(_words().say("work.ticket_noted", id=made.id, state=_words().say(f"work.state.{made.state}")))
