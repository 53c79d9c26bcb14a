"""``dynapolis resolve review``: a person judges pairs at a terminal, one at a time, the most urgent first.

Every answer is a row of the ledger before the next pair is shown, so that nothing is lost whenever somebody stops.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dynapolis.cli.common import now, say

if TYPE_CHECKING:
    from dynapolis.cli.joining import Joining
    from dynapolis.model.evidence import Judgement, Verdict
    from dynapolis.report.messages import Messages
    from dynapolis.resolve.queue import Waiting
    from dynapolis.store.ledger import Ledger

# Keys as they lie, so that a keyboard left in Hangul answers as well.
KEYS = {"s": "s", "d": "d", "u": "u", "z": "z", "q": "q", "ㄴ": "s", "ㅇ": "d", "ㅕ": "u", "ㅋ": "z", "ㅂ": "q"}
SHOWN = ("register", "name", "name_local", "city", "years", "lead", "partners", "lab_name", "source_url", "text")
_LONGEST = 240


@dataclass
class Session:
    """One sitting of one person.

    Attributes:
        state: records and judgements as they were when the sitting began.
        ledger: where answers go.
        words: texts in the person's language.
        by: the person.
        answers: what was answered, in this order, each with its place in the queue.
        undone: the rows that undid answers.
    """

    state: Joining
    ledger: Ledger
    words: Messages
    by: str
    answers: list[tuple[int, Judgement]] = field(default_factory=list)
    undone: list[Judgement] = field(default_factory=list)
    rows: list[Judgement] = field(default_factory=list)

    def add(self, row: Judgement) -> None:
        """Write one judgement now."""
        with self.ledger.begin() as writer:
            writer.add_judgements([row])
        self.rows.append(row)

    def is_open(self, pair: tuple[str, str]) -> bool:
        """Whether the answers given so far leave a pair open."""
        from dynapolis.resolve.entities import join_records

        if not self.rows:
            return True
        clusters = join_records(self.state.records, [*self.state.judgements, *self.rows]).clusters
        return not clusters.together(pair) and clusters.held_apart(pair) is None

    def tally(self) -> dict[str, int]:
        """How many answers of each kind stand."""
        from dynapolis.model.evidence import Verdict

        found = Counter(row.verdict.value for _, row in self.answers)
        return {verdict.value: found[verdict.value] for verdict in Verdict}


def review_pairs(session: Session, queue: Sequence[Waiting], limit: int | None, ask: Callable[[], str]) -> None:
    """Ask for one pair after the other until the queue, the limit or the person comes to an end.

    Args:
        session: who sits there.
        queue: the pairs, the most urgent first.
        limit: how many answers at most.
        ask: gives what was typed; empty text at the end of the input.
    """
    place = 0
    while place < len(queue) and (limit is None or len(session.answers) < limit):
        item = queue[place]
        if not session.is_open(item.scored.pair):
            place += 1
            continue
        show_pair(session, item, place + 1, len(queue))
        key, reason = _answer(session, ask)
        if key == "q":
            return
        if key == "z":
            place = _undo(session, place)
            continue
        row = _judged(item, key, reason, session.by)
        session.add(row)
        session.answers.append((place, row))
        place += 1


def _answer(session: Session, ask: Callable[[], str]) -> tuple[str, str]:
    """A key and the reason typed behind it; whatever is no answer is asked again."""
    while True:
        say(session.words.say("cli.review_keys"))
        typed = ask()
        if not typed:
            return "q", ""
        word, _, reason = typed.strip().partition(" ")
        key = KEYS.get(word.lower())
        if key == "z" and not session.answers:
            say(session.words.say("cli.review_nothing_to_undo"))
        elif key:
            return key, reason.strip()
        else:
            say(session.words.say("cli.review_unknown", typed=typed.strip() or "–"))


def _judged(item: Waiting, key: str, reason: str, by: str) -> Judgement:
    from dynapolis.model.evidence import Judgement

    return Judgement(*item.scored.pair, _verdicts()[key], by, reason or f"reviewed: {item.scored.why}", now())


def _verdicts() -> Mapping[str, Verdict]:
    from dynapolis.model.evidence import Verdict

    return {"s": Verdict.SAME, "d": Verdict.DIFFERENT, "u": Verdict.UNSURE}


def _undo(session: Session, place: int) -> int:
    """Undo the last answer by one more row; back to its pair."""
    from dynapolis.resolve.judge import undone

    before, last = session.answers.pop()
    said = [*session.state.judgements, *session.rows]
    session.add(undone(last, said, by=session.by, why=f"undone: {last.verdict.value}", now=now()))
    say(session.words.say("cli.review_undone"))
    return min(before, place)


def show_pair(session: Session, item: Waiting, number: int, of: int) -> None:
    """Two records side by side, what speaks for and against, and what joining them changes."""
    from rich.console import Console
    from rich.table import Table

    words = session.words
    cities = session.state.cities(words.lang)
    cells = [record_cells(session.state.records[record], cities) for record in item.scored.pair]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    for name in SHOWN:
        if any(side[name] for side in cells):
            table.add_row(words.say(f"cli.review_{name}"), *(side[name] for side in cells))
    console = Console(width=None if Console().is_terminal else 110, markup=False, highlight=False, emoji=False)
    say()
    probability = f"{item.scored.probability:.3f}"
    say(words.say("cli.review_pair", number=str(number), of=str(of), probability=probability))
    with console.capture() as shown:
        console.print(table)
    say("\n".join(line.rstrip() for line in shown.get().splitlines()))
    for line in evidence_lines(words, item, cities):
        say(f"- {line}")
    if item.unsure:
        say(words.say("cli.review_unsure_before", judge=item.unsure))


def evidence_lines(words: Messages, item: Waiting, cities: Mapping[str, str]) -> list[str]:
    """The evidence as sentences, and every published count that would change."""
    lines = [words.say(f"resolve.evidence.{key}", **values) for key, values in item.scored.evidence]
    lines = lines or [item.scored.why]
    for change in item.effect.changes:
        lines.append(
            words.say(
                f"cli.review_change_{change.count}", city=cities[change.city_id], before=str(change.before),
                after=str(change.after), rank_before=f"{change.rank_before:g}", rank_after=f"{change.rank_after:g}",
            )
        )  # fmt: skip
    return lines if item.effect.changes else [*lines, words.say("cli.review_no_change")]


def record_cells(row: Mapping[str, Any], cities: Mapping[str, str]) -> dict[str, str]:
    """What is shown of a record, as text; nothing where it does not tell."""
    years = [str(row[name]) if row[name] is not None else "" for name in ("start_year", "end_year")]
    found = {
        "register": f"{row['register']}:{row['source_id']}",
        "name": row["name"],
        "name_local": row["name_local"],
        "city": cities[row["city_id"]],
        "years": "–".join(years) if any(years) else "",
        "lead": row["lead_organisation"],
        "partners": "; ".join(row["partners"] or ()),
        "lab_name": row["lab_name"],
        "source_url": row["source_url"],
        "text": row["description_en"] or row["description_ko"],
    }
    return {name: _short(text or "") for name, text in found.items()}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def typed_line() -> str:
    """What a person types, with its end of line; empty at the end of the input. No terminal is needed."""
    sys.stdout.flush()
    return sys.stdin.readline()
