"""``dynapolis resolve``: which records are the same thing, by rule and by people; nothing is destroyed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, now, opened, print_json, reporting, say
from dynapolis.cli.resolve_evaluate import evaluate

if TYPE_CHECKING:
    from dynapolis.cli.joining import Joining
    from dynapolis.model.evidence import Judgement
    from dynapolis.report.messages import Messages
    from dynapolis.resolve.entities import Refused
    from dynapolis.resolve.judge import Plan
    from dynapolis.resolve.queue import Waiting

app = typer.Typer(help="Records of the same thing: found, judged, joined.", invoke_without_command=True)

app.command("evaluate")(evaluate)

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who judges.", show_default="the user of this computer")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="On what it rests.")]
Private = Annotated[
    bool, typer.Option("--private", help="Take in registers whose terms forbid passing on, as run --private does.")
]
_MOST_SHOWN = 20


@app.callback()
def resolve(
    context: typer.Context, private: Private = False, workspace: InFolder = Path(), as_json: AsJson = False
) -> None:
    """Find records of the same thing: join what is sure by rule, and put the rest into a queue for people.

    What a person has judged stands. Running it again adds nothing unless records or the rule changed.
    """
    if context.invoked_subcommand:
        with reporting(as_json):
            from dynapolis.errors import BadUse

            if private or as_json or workspace != Path():
                raise BadUse(f"put the options behind {context.invoked_subcommand}, not before it")
        return
    with reporting(as_json), opened(workspace) as (place, ledger):
        from dynapolis.cli.joining import find_pairs, plan_of, queue_of, read_joining
        from dynapolis.resolve.queue import queue_table

        state = read_joining(place, ledger, private=private)
        pairs, n_pairs = find_pairs(place, state)
        plan = plan_of(state, pairs, now())
        with ledger.begin() as writer:
            writer.add_judgements(plan.judgements)
        if plan.judgements:
            state = read_joining(place, ledger, private=private)
        queue = queue_of(state, plan)
        table = queue_table(queue)
        place.lake.step("queue", {"queue": table.to_pylist()}, lambda: {"core_resolve__queue": table})
        found = _result(state, plan, n_pairs, queue)
        if as_json:
            print_json(found)
        else:
            _say_result(state, plan, found)


def _result(state: Joining, plan: Plan, n_pairs: int, queue: list[Waiting]) -> dict[str, Any]:
    from dynapolis.model.evidence import Verdict

    n_same = sum(1 for row in plan.judgements if row.verdict is Verdict.SAME)
    return {
        "records": len(state.records),
        "entities": len(plan.entities.members),
        "pairs": n_pairs,
        "joined_now": n_same,
        "joined_before": plan.n_known,
        "taken_back": len(plan.judgements) - n_same,
        "judged_by_people": plan.n_people,
        "answered_by_others": plan.n_implied,
        "queue": len(queue),
        "refused": [_refused_row(state, item) for item in plan.refused],
    }


def _refused_row(state: Joining, item: Refused) -> dict[str, Any]:
    def row(judgement: Judgement) -> dict[str, Any]:
        return {
            "left": state.title(judgement.left_id), "right": state.title(judgement.right_id),
            "judge": judgement.judge, "why": judgement.why,
        }  # fmt: skip

    return {**row(item.judgement), "against": row(item.against)}


def _say_result(state: Joining, plan: Plan, found: dict[str, Any]) -> None:
    words = _words()
    numbers = {name: f"{value:,}" for name, value in found.items() if isinstance(value, int)}
    say(words.say("cli.resolve_found", records=numbers["records"], pairs=numbers["pairs"]))
    say(words.say("cli.resolve_joined", now=numbers["joined_now"], before=numbers["joined_before"]))
    if found["taken_back"]:
        say(words.say("cli.resolve_taken_back", n=numbers["taken_back"]))
    if found["judged_by_people"]:
        say(words.say("cli.resolve_people", n=numbers["judged_by_people"]))
    say(words.say("cli.resolve_entities", entities=numbers["entities"]))
    _say_refused(words, state, plan.refused)
    if found["queue"]:
        say(words.say("cli.resolve_queue", n=numbers["queue"]))


def _say_refused(words: Messages, state: Joining, refused: tuple[Refused, ...]) -> None:
    if refused:
        say(words.say("cli.resolve_refused", n=f"{len(refused):,}"))
    for item in refused[:_MOST_SHOWN]:
        values = {
            "left": state.title(item.judgement.left_id), "right": state.title(item.judgement.right_id),
            "judge": item.judgement.judge, "against_left": state.title(item.against.left_id),
            "against_right": state.title(item.against.right_id), "against_judge": item.against.judge,
        }  # fmt: skip
        say("  " + words.say("cli.resolve_refused_pair", **values))


@app.command()
def review(
    by: By = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Answers at most.")] = None,
    private: Private = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Judge the pairs of the queue, one at a time, those first whose answer may change published figures most.

    Keys: s same, d different, u unsure, z undo the last, q quit; what is typed behind a key is the reason. With --json
    the queue is printed and nothing is asked.
    """
    with reporting(as_json), opened(workspace) as (place, ledger):
        from dynapolis.cli.joining import find_pairs, person, plan_of, queue_of, read_joining
        from dynapolis.cli.review import Session, review_pairs, typed_line

        name = person(by)
        state = read_joining(place, ledger, private=private)
        queue = queue_of(state, plan_of(state, find_pairs(place, state)[0], now()))
        if as_json:
            print_json([_queue_row(state, item) for item in queue[:limit]])
            return
        words = _words()
        session = Session(state, ledger, words, name)
        if not queue:
            say(words.say("cli.review_empty"))
            return
        say(words.say("cli.review_begin", n=f"{len(queue):,}", name=name))
        try:
            review_pairs(session, queue, limit, typed_line)
        finally:
            say(words.say("cli.review_end", **{key: f"{n:,}" for key, n in session.tally().items()}))


def _queue_row(state: Joining, item: Waiting) -> dict[str, Any]:
    from dataclasses import asdict

    left, right = item.scored.pair
    return {
        "left_id": left, "right_id": right, "left": state.title(left), "right": state.title(right),
        "probability": item.scored.probability, "why": item.scored.why, "unsure": item.unsure,
        "effect": item.effect.value, "urgency": item.urgency,
        "changes": [asdict(change) for change in item.effect.changes],
    }  # fmt: skip


@app.command("decide")
def decide(
    left: Annotated[str, typer.Argument(metavar="RECORD", help="A record: its id, or REGISTER:ID.")],
    right: Annotated[str, typer.Argument(metavar="RECORD", help="The other record.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="same, different or unsure.")],
    why: Why,
    by: By = None,
    private: Private = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Judge any two records; to take apart what was joined, judge them different.

    A "same" that would make one of two records judged different is refused, and the judgement in its way is named.
    """
    with reporting(as_json), opened(workspace) as (place, ledger):
        from dynapolis.cli.joining import person, read_joining, record_named
        from dynapolis.errors import BadUse
        from dynapolis.model.evidence import Judgement, Verdict
        from dynapolis.resolve.standing import pair_of

        if verdict not in list(Verdict):
            raise BadUse(f"'{verdict}' is no verdict; expected {', '.join(Verdict)}")
        state = read_joining(place, ledger, private=private)
        pair = pair_of(record_named(state, left), record_named(state, right))
        _require_text(why)
        if pair[0] == pair[1]:
            raise BadUse(f"'{left}' and '{right}' are one record; name two")
        row = Judgement(*pair, Verdict(verdict), person(by), why.strip(), now())
        _add(state, row, ledger, as_json)


@app.command("undo")
def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number of a judgement, as list shows it.")],
    why: Why,
    by: By = None,
    private: Private = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Undo a judgement by one more row: the pair is again what it was before, or unsure if nobody had judged it."""
    with reporting(as_json), opened(workspace) as (place, ledger):
        from dynapolis.cli.joining import person, read_joining
        from dynapolis.errors import BadUse
        from dynapolis.resolve.judge import undone
        from dynapolis.resolve.standing import pair_of, standing

        _require_text(why)
        numbered = ledger.numbered_judgements()
        if number not in numbered:
            raise BadUse(f"there is no judgement {number}; see: dynapolis resolve list")
        state, row = read_joining(place, ledger, private=private), numbered[number]
        counts = standing(state.judgements).get(pair_of(row.left_id, row.right_id))
        if counts != row:
            told = next((str(n) for n, other in numbered.items() if other == counts), "none of the ledger")
            raise BadUse(f"judgement {number} does not count any more; on its two records {told} does")
        _add(state, undone(row, state.judgements, by=person(by), why=why.strip(), now=now()), ledger, as_json)


def _require_text(why: str) -> None:
    from dynapolis.errors import BadUse

    if not why.strip():
        raise BadUse("--why is empty; say on what the judgement rests")


def _add(state: Joining, row: Judgement, ledger: Any, as_json: bool) -> None:
    """Write one judgement of a person, unless it would contradict another; tell what no longer holds because of it."""
    from dynapolis.errors import BadUse
    from dynapolis.resolve.entities import join_records

    before = join_records(state.records, state.judgements)
    after = join_records(state.records, [*state.judgements, row])
    fallen = tuple(item for item in after.refused if item not in before.refused)
    if own := next((item for item in fallen if item.judgement == row), None):
        left, right = state.title(own.against.left_id), state.title(own.against.right_id)
        told = f"{left} and {right} would become one, which {own.against.judge} judged different ({own.against.why})"
        raise BadUse(f"{told}; undo one of the judgements first. Nothing was written")
    with ledger.begin() as writer:
        writer.add_judgements([row])
    if as_json:
        value = {
            "left_id": row.left_id, "right_id": row.right_id, "verdict": row.verdict.value, "judge": row.judge,
            "refused": [_refused_row(state, item) for item in fallen],
        }  # fmt: skip
        print_json(value)
        return
    words = _words()
    values = {"left": state.title(row.left_id), "right": state.title(row.right_id)}
    say(words.say(f"cli.resolve_decided_{row.verdict.value}", **values))
    _say_refused(words, state, fallen)


@app.command("list")
def list_judgements(
    of: Annotated[str | None, typer.Option("--of", metavar="RECORD", help="Only those on this record.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those too that do not count any more.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write all judgements of the ledger to a CSV file.")
    ] = None,
    private: Private = False,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """List the judgements that count: who said what of which two records, when and why."""
    with reporting(as_json), opened(workspace) as (place, ledger):
        from dynapolis.cli.joining import read_joining, record_named
        from dynapolis.store.judgement_files import write_judgements

        state = read_joining(place, ledger, private=private)
        if out:
            write_judgements(out, ledger.judgements())
        wanted = record_named(state, of) if of else None
        rows = [
            row
            for row in _judgement_rows(state, ledger.numbered_judgements())
            if (every or row["counts"]) and wanted in (None, row["left_id"], row["right_id"])
        ]
        if as_json:
            print_json(rows)
            return
        words = _words()
        for row in rows:
            shown = {key: str(row[key]) for key in ("verdict", "judge", "why", "left", "right")}
            number = "–" if row["number"] is None else str(row["number"])
            when = row["made_at"][:10] or "–"
            say(
                words.say(
                    f"cli.resolve_listed_{'counts' if row['counts'] else 'not'}", number=number, when=when, **shown
                )
            )
        say(words.say("cli.resolve_listed", n=f"{len(rows):,}"))


def _judgement_rows(state: Joining, numbered: dict[int, Judgement]) -> list[dict[str, Any]]:
    """All judgements by time; those that came with registers first, without a number."""
    from dataclasses import asdict

    from dynapolis.resolve.entities import join_records
    from dynapolis.resolve.standing import in_order, pair_of, standing

    numbers = {row: number for number, row in numbered.items()}
    last = standing(state.judgements)
    fallen = {item.judgement for item in join_records(state.records, state.judgements).refused}
    found = []
    for row in in_order(state.judgements):
        here = row.left_id in state.records and row.right_id in state.records
        found.append(
            {
                "number": numbers.get(row),
                **asdict(row),
                "verdict": row.verdict.value,
                "counts": here and row not in fallen and last[pair_of(row.left_id, row.right_id)] == row,
                "left": state.title(row.left_id),
                "right": state.title(row.right_id),
            }
        )
    return found


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file that list --out wrote.")],
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Add the judgements of a file that the ledger has not got, with who and when as they were.

    What was undone stays undone: which judgement counts is decided by who and when, not by the place of a row.
    """
    with reporting(as_json), opened(workspace) as (_, ledger):
        from dynapolis.store.judgement_files import add_missing, read_judgements

        rows = read_judgements(file)
        found = {"read": len(rows), "added": add_missing(ledger, rows)}
        if as_json:
            print_json(found)
        else:
            say(_words().say("cli.resolve_loaded", **{key: f"{n:,}" for key, n in found.items()}))


def _words() -> Messages:
    from dynapolis.report.messages import read_messages

    return read_messages(language())
