"""``dynapolis screen read``: a person decides at a terminal, one record at a time; no mouse, and no terminal needed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dynapolis.cli.common import say

if TYPE_CHECKING:
    from dynapolis.cli.screening import Desk
    from dynapolis.coding.screen.sitting import Shown
    from dynapolis.report.messages import Messages

# Keys as they lie, so that a keyboard left in Hangul answers as well.
KEYS = {"y": "y", "n": "n", "u": "u", "s": "s", "q": "q", "ㅛ": "y", "ㅜ": "n", "ㅕ": "u", "ㄴ": "s", "ㅂ": "q"}
_LOOK_AHEAD = 50  # records put off are passed over, at most so many


def read_records(desk: Desk, words: Messages, by: str, limit: int | None) -> None:
    """Ask for record after record until the rule says stop, the limit is reached, or the person quits."""
    from dynapolis.model.screening import ScreenVerdict

    answered: list[str] = []
    later: set[str] = set()
    while limit is None or len(answered) < limit:
        if drawn := desk.draw_due_audit():
            say(words.say("screen.audit_drawn", n=f"{drawn:,}", unread=f"{desk.sitting.n_unread:,}"))
        if desk.sitting.may_stop():
            return
        item = _first(desk, later)
        if item is None:
            return
        _show(words, item, desk)
        key = _answer(words, bool(answered))
        if key == "q":
            return
        if key == "u":
            desk.undo(answered.pop(), by)
            say(words.say("screen.undone"))
        elif key == "s":
            later.add(item.record.id)
        else:
            desk.decide(item, ScreenVerdict.INCLUDE if key == "y" else ScreenVerdict.EXCLUDE, by)
            answered.append(item.record.id)
            later.discard(item.record.id)


def _first(desk: Desk, later: set[str]) -> Shown | None:
    """The best record that was not put off; when all were, they come again."""
    shown = desk.sitting.next(len(later) + 1 if len(later) < _LOOK_AHEAD else _LOOK_AHEAD)
    fresh = [item for item in shown if item.record.id not in later]
    if not fresh:
        later.clear()
    return next(iter(fresh or shown), None)


def _show(words: Messages, item: Shown, desk: Desk) -> None:
    record = item.record
    sitting = desk.sitting
    say()
    counts = {"read": f"{len(sitting.counts):,}", "records": f"{len(sitting.records):,}", "found": f"{sitting.found:,}"}
    say(words.say(f"screen.shown_{item.picked.value}", **counts))
    say(record.title or words.say("screen.no_title"))
    say(record.abstract or words.say("screen.no_abstract"))


def _answer(words: Messages, may_undo: bool) -> str:
    """A key; whatever is no answer is asked again. The end of the input is quitting."""
    while True:
        say(words.say("screen.keys"))
        sys.stdout.flush()
        typed = sys.stdin.readline()
        if not typed:
            return "q"
        key = KEYS.get(typed.strip().lower()[:1], "")
        if key == "u" and not may_undo:
            say(words.say("screen.nothing_to_undo"))
        elif key:
            return key
        else:
            say(words.say("screen.unknown_key", typed=typed.strip() or "–"))
