"""An audit as two pages: what cannot be and how it could be repaired; what holds, and what an edition counts instead.

Each table shows as many rows as a page has room for, the gravest first, and says how many more there are; the list in
full is what ``dynapolis audit --json`` prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dynapolis.audit.claims import ClaimsFile
from dynapolis.audit.rules import Finding
from dynapolis.report import numbers
from dynapolis.report.audit.words import grouped, label_of, printed_text, repair_text, sentence
from dynapolis.report.blocks import Block, Cell, Column, Line, Paragraph, Table
from dynapolis.report.messages import Messages
from dynapolis.steps.printed import Comparison, Held, HeldLeader, is_over_cities

# Rows that fit: of the two tables of the first page, of what holds (more where nothing stands beneath), of numbers and
# leaders held against an edition.
MOST_CONTRADICTIONS, MOST_UNCLEAR, MOST_HOLDING, MOST_HELD, MOST_LEADERS = 14, 12, 14, 20, 5
MOST_HOLDING_ALONE = 30
MOST_LABELS = 12  # claims named beside one finding


@dataclass(frozen=True, slots=True)
class EditionNamed:
    """The edition a report was held against: its short id, its name, and its cities' names by id in one language."""

    short_id: str
    name: str
    cities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The audit in one language: title, lines under it, the blocks of both pages, and lines at the foot."""

    lang: str
    title: str
    source: str
    blocks: tuple[tuple[Block, ...], tuple[Block, ...]]
    foot: tuple[str, ...]


def write_sheet(
    file: ClaimsFile, findings: Sequence[Finding], words: Messages, digest: str,
    comparison: Comparison | None = None, edition: EditionNamed | None = None,
) -> Sheet:  # fmt: skip
    """The two pages.

    Args:
        file: the claims.
        findings: from ``audit.rules.audit``.
        words: texts of the language.
        digest: of the claims file, so that readers know what was audited.
        comparison: the claims held against an edition.
        edition: which one; needed with ``comparison``.
    """
    by = {s: [f for f in findings if f.severity == s] for s in ("contradiction", "unclear", "style", "consistent")}
    first: list[Block] = [
        Paragraph((Line(_summary(findings, by, words)), Line(words.say("audit.sheet.how")))),
        _contradictions(file, by["contradiction"], words),
        _unclear(file, [*by["unclear"], *by["style"]], words),
    ]
    most = MOST_HOLDING if comparison else MOST_HOLDING_ALONE
    second: list[Block] = [_holding(file, by["consistent"], words, most)]
    if comparison is not None and edition is not None:
        second += held_blocks(file, comparison, edition, words)
    foot = [words.say("audit.sheet.digest", digest=digest[:12])]
    if edition is not None:
        foot.append(words.say("audit.sheet.edition", name=edition.name, id=edition.short_id))
    foot.append(words.say("audit.sheet.whole_list"))
    title = words.say("audit.title", title=file.title.in_(words.lang))
    return Sheet(words.lang.value, title, file.source, (tuple(first), tuple(second)), tuple(foot))


def _summary(findings: Sequence[Finding], by: Mapping[str, list[Finding]], words: Messages) -> str:
    counts = {s: str(len(by[s])) for s in ("unclear", "style", "consistent")}
    return words.say("audit.done", n=str(len(findings)), contradictions=str(len(by["contradiction"])), **counts)


def _contradictions(file: ClaimsFile, found: Sequence[Finding], words: Messages) -> Block:
    rows = []
    for number, finding in enumerate(found, start=1):
        labels = _labels(file, finding.claims, words)
        rows.append((Cell(str(number)), Cell(sentence(words, finding)), Cell(labels)))
        rows += [
            (Cell(""), Cell(f"↳ {repair_text(file, repair, words)}", muted=True), Cell(""))
            for repair in finding.repairs
        ]
    return _table("contradictions", ("number", "finding", "claims"), rows, words, MOST_CONTRADICTIONS)


def _unclear(file: ClaimsFile, found: Sequence[Finding], words: Messages) -> Block:
    rows = [
        (Cell(words.say(f"audit.severity.{finding.severity}")), Cell(sentence(words, finding)),
         Cell(_labels(file, claims, words)))
        for finding, claims in grouped(found)
    ]  # fmt: skip
    return _table("unclear", ("severity", "finding", "claims"), rows, words, MOST_UNCLEAR)


def _holding(file: ClaimsFile, found: Sequence[Finding], words: Messages, most: int) -> Block:
    rows = [(Cell(_labels(file, finding.claims[:1], words)), Cell(sentence(words, finding))) for finding in found]
    return _table("holding", ("claims", "finding"), rows, words, most)


def held_blocks(file: ClaimsFile, comparison: Comparison, edition: EditionNamed, words: Messages) -> list[Block]:
    """Numbers and leaders beside what an edition counts, and what the two can say of each other."""
    rows = [_number(file, held, words) for held in comparison.numbers]
    columns = ("claims", "printed", "recounted", "interval", "verdict")
    found: list[Block] = [_table("numbers", columns, rows, words, MOST_HELD, level=comparison.level)]
    if comparison.leaders:
        leaders = [_leader(file, held, edition, words) for held in comparison.leaders]
        heads = ("claims", "named", "place", "most", "first", "verdict")
        found.append(_table("leaders", heads, leaders, words, MOST_LEADERS))
    note = words.say("audit.sheet.lists_differ", n=str(comparison.n_cities), id=edition.short_id)
    return [*found, Paragraph((Line(note),))]


def _number(file: ClaimsFile, held: Held, words: Messages) -> tuple[Cell, ...]:
    quantity = file.by_id[held.claim]
    found = held.found
    if quantity.kind == "share":
        value = f"{numbers.plain(found.value, 1)}%"
        span = f"{numbers.plain_range(found.low, found.high, words.lang, 1)}%"
        of = "of_cities" if is_over_cities(held.figure) else "of"
        small: str | None = words.say(f"audit.sheet.{of}", n=numbers.count(held.n), whole=numbers.count(held.whole))
    else:
        value = numbers.count(held.n)
        span, small = numbers.plain_range(found.low, found.high, words.lang, 0), None
    cells = (Cell(quantity.label.in_(words.lang)), Cell(printed_text(quantity)), Cell(value, small=small), Cell(span))
    return (*cells, Cell(words.say(f"audit.verdict.{held.verdict}")))


def _leader(file: ClaimsFile, held: HeldLeader, edition: EditionNamed, words: Messages) -> tuple[Cell, ...]:
    name = edition.cities.get(held.city_id or "", held.named)
    first = f"{edition.cities[held.first.city_id]} ({held.first.n})"
    place = "–" if held.place is None else words.say("audit.sheet.place", place=str(held.place), n=str(held.n))
    most = "–" if held.p_most is None else f"{numbers.in_100(held.p_most)}"
    cells = (Cell(label_of(file, held.claim, words)), Cell(name), Cell(place), Cell(most), Cell(first))
    return (*cells, Cell(words.say(f"audit.verdict.{held.verdict}")))


def _labels(file: ClaimsFile, claims: Sequence[str], words: Messages) -> str:
    labels = [label_of(file, name, words) for name in claims if not name.startswith("parts-")]
    shown = list(dict.fromkeys(labels))
    more = len(shown) - MOST_LABELS
    if more <= 0:
        return " · ".join(shown)
    return f"{' · '.join(shown[:MOST_LABELS])} · {words.say('audit.sheet.more', n=str(more))}"


def _table(
    name: str, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], words: Messages, most: int,
    level: float | None = None,
) -> Block:  # fmt: skip
    """A table of as many rows as fit, with a note on how many more there are; a sentence where there is nothing."""
    title = words.say(f"audit.sheet.{name}")
    if not rows:
        return Paragraph((Line(f"{title}: {words.say('audit.sheet.nothing')}"),))
    notes = (words.say("audit.sheet.more_rows", n=str(len(rows) - most)),) if len(rows) > most else ()
    values = {"level": numbers.percent(level, 0)} if level is not None else {}
    heads = tuple(
        Column(
            words.say(f"audit.column.{c}", **(values if c == "interval" else {})),
            "right" if c in RIGHT else "left", c,
        )
        for c in columns
    )  # fmt: skip
    return Table(f"audit-{name}", title, heads, tuple(rows[:most]), notes)


RIGHT = ("number", "printed", "recounted", "interval", "most")
