"""What writers write: a chapter in Markdown, per language, around claims, figures and tables that are only named.

A file ``content/report/<language>/<chapter>.md`` holds headings (``## Title {#anchor}``), paragraphs, lists (``- …``)
and lines that place a block: ``{figure:F1}``, ``{table:T2}``, ``{part:cases}``. Inside sentences stand

- ``{claim:innovation}``: the whole sentence of a claim;
- ``{claim:edition.draws}``: one value of a claim; ``{claim:edition.draws:은}`` with the Korean particle that fits,
  ``{claim:edition.draws:draw}`` counting an English noun;
- ``{see:F1}``: the way to a figure or table, ``{chapter:method}`` to a chapter, ``{open:evidence.html}`` to a page.

Nobody types a number: a digit or a number word in the text is a fault, as is an order of blocks or claims that differs
between the languages. What an edition does not claim is passed over with its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from dynapolis.errors import BadContent, Fault
from dynapolis.model.language import Lang
from dynapolis.store.content import shipped

CHAPTERS: Final = (
    "summary", "reading", "scope", "results", "projects", "labs", "cases", "change", "cities", "method", "tables",
    "references", "availability", "changelog", "funding",
)  # fmt: skip
NUMBERED: Final = ("scope", "results", "projects", "labs", "cases", "change", "cities", "method", "tables")

_PLACE: Final = re.compile(r"\{(claim|see|chapter|open|figure|table|part):([^{}:]+)(?::([^{}]+))?\}")
_HEADING: Final = re.compile(r"(#{2,3}) (.+?) \{#([a-z0-9-]+)\}")
_ALONE: Final = re.compile(r"\{(figure|table|part):([A-Za-z0-9_-]+)\}")

_NUMBER_WORDS: Final = {
    Lang.EN: re.compile(
        r"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
        r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|"
        r"millions?|billions?|dozens?|half|halves|thirds?|quarters?|twice|thrice|double[ds]?|triple[ds]?|first|second|"
        r"fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b",
        re.IGNORECASE,
    ),
    Lang.KO: re.compile(
        r"(?<![가-힣])(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|스물|서른|마흔|쉰|예순|일흔|여든|아흔|"
        r"[일이삼사오육칠팔구]?[십백천만억][일이삼사오육칠팔구십백천만억]+)(?![가-힣])"
        r"|(?<![가-힣])(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|수십|수백|수천|몇십|몇백|"
        r"[일이삼사오육칠팔구]?[십백천만억]+[일이삼사오육칠팔구]?) ?(?:개|곳|건|명|번|배|퍼센트|가지|도시)"
        r"|(?<![가-힣])(?:일|이|삼|사|오|육|칠|팔|구)(?:위|퍼센트|년|월)"
        r"|절반|과반|갑절|(?<![가-힣])(?:첫째|둘째|셋째|넷째)(?![가-힣])"
    ),
}
# What looks like a number word and is none.
_NO_NUMBER: Final = {
    Lang.EN: re.compile(r"\b(one another|no one|one by one|at first)\b", re.IGNORECASE),
    Lang.KO: re.compile(r"하나하나|하나씩|하나로|가운데 하나를|한 곳도|한 번도"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A name in braces: what it asks for, of which name, and a particle or noun to go with it."""

    kind: str
    name: str
    form: str = ""


Span = str | Place


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of a chapter: text with places in it, or a place alone."""

    kind: Literal["heading", "paragraph", "bullets", "block"]
    spans: tuple[tuple[Span, ...], ...]
    anchor: str = ""
    level: int = 2
    line: int = 0

    def places(self) -> Iterator[Place]:
        """All places in their order."""
        for spans in self.spans:
            yield from (span for span in spans if isinstance(span, Place))


@dataclass(frozen=True, slots=True)
class Prose:
    """A chapter as it was written in one language."""

    chapter_id: str
    lang: Lang
    passages: tuple[Passage, ...]

    def order(self) -> list[tuple[str, str]]:
        """What the other language must have in the same order: headings by anchor, blocks, claims, ways."""
        return [
            (place.kind, place.name) if place else ("heading", passage.anchor)
            for passage in self.passages
            for place in ([None] if passage.kind == "heading" else passage.places())
        ]


@cache
def read_prose(folder: Path | None = None) -> dict[Lang, dict[str, Prose]]:
    """All chapters of both languages, held against each other.

    Raises:
        BadContent: a chapter is missing; a digit or number word was typed; a particle was typed after a value; a place
            is not known; the languages differ in headings, blocks or claims. All such faults are listed.
    """
    root = folder or shipped() / "report"
    found: dict[Lang, dict[str, Prose]] = {lang: {} for lang in Lang}
    faults: list[Fault] = []
    for lang in Lang:
        for chapter in CHAPTERS:
            path = root / lang / f"{chapter}.md"
            if not path.is_file():
                where = f"{lang}/{chapter}.md"
                faults.append(Fault(where, 0, "", "no file", "a chapter", "write it in both languages"))
                continue
            text = path.read_text(encoding="utf-8")
            faults += check_prose(text, lang, f"{lang}/{chapter}.md")
            found[lang][chapter] = Prose(chapter, lang, tuple(parse_passages(text)))
    for chapter in CHAPTERS:
        if all(chapter in found[lang] for lang in Lang):
            faults += _differences(found[Lang.EN][chapter], found[Lang.KO][chapter])
    if faults:
        raise BadContent("report", faults)
    return found


def check_prose(text: str, lang: Lang, where: str) -> Iterator[Fault]:
    """What must not stand in a writer's text.

    Example:
        >>> [fault.found for fault in check_prose("Of 12 cities, two lead.", Lang.EN, "x.md")]
        ["'12'", "'two'"]
    """
    for row, line in enumerate(text.splitlines(), start=1):
        for place in re.finditer(r"\{[^{}]*\}", line):
            if not (_PLACE.fullmatch(place[0]) or re.fullmatch(r"\{#[a-z0-9-]+\}", place[0])):
                yield Fault(where, row, "", repr(place[0]), "a known place", "see the head of report/prose.py")
        bare = re.sub(r"\{[^{}]*\}", "\x00", line)
        for number in re.finditer(r"\d[\d.,]*", bare):
            yield _typed(where, row, number[0])
        for word in _NUMBER_WORDS[lang].finditer(_NO_NUMBER[lang].sub(lambda m: "_" * len(m[0]), bare)):
            yield _typed(where, row, word[0].strip())
        if lang is Lang.KO:
            for typed in re.finditer(r"\x00(은|는|이|가|을|를|과|와|으로|로|이다|이라는|라는)(?![가-힣])", bare):
                expected = f"the particle inside the braces, {{…:{typed[1]}}}"
                yield Fault(where, row, "", f"'{typed[1]}' after a value", expected, "move it there")


def _typed(where: str, row: int, found: str) -> Fault:
    return Fault(where, row, "", repr(found), "no number outside braces", "name a claim's value, {claim:id.value}")


def parse_passages(text: str) -> Iterator[Passage]:
    """The blocks of a chapter."""
    waiting: list[str] = []
    first = 0

    def flush() -> Iterator[Passage]:
        if not waiting:
            return
        if all(line.startswith("- ") or line.startswith("  ") for line in waiting):
            items = [item.strip() for item in "\n".join(waiting).removeprefix("- ").split("\n- ")]
            yield Passage("bullets", tuple(_spans(" ".join(item.split())) for item in items), line=first)
        else:
            yield Passage("paragraph", (_spans(" ".join(waiting)),), line=first)
        waiting.clear()

    for row, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        heading, alone = _HEADING.fullmatch(line), _ALONE.fullmatch(line)
        if heading or alone or not line:
            yield from flush()
        if heading:
            yield Passage("heading", ((heading[2],),), heading[3], len(heading[1]), row)
        elif alone:
            yield Passage("block", ((Place(alone[1], alone[2]),),), line=row)
        elif line:
            first = first if waiting else row
            waiting.append(line)
    yield from flush()


def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    end = 0
    for found in _PLACE.finditer(text):
        if found.start() > end:
            spans.append(text[end : found.start()])
        spans.append(Place(found[1], found[2], found[3] or ""))
        end = found.end()
    if end < len(text):
        spans.append(text[end:])
    return tuple(spans)


def _differences(one: Prose, other: Prose) -> Iterator[Fault]:
    """Headings and blocks in the same order; between them the same claims and ways, in any order of words."""
    for here, there in ((one, other), (other, one)):
        missing = _counted(here.order(), there.order())
        for kind, name in missing:
            found = f"no {{{kind}:{name}}}" if kind != "heading" else f"no heading {{#{name}}}"
            expected = f"as in {here.lang}/{here.chapter_id}.md"
            yield Fault(f"{there.lang}/{there.chapter_id}.md", 0, "", found, expected, "add it, or remove it there")
    kinds = ("heading", "figure", "table", "part")
    frames = [[item for item in prose.order() if item[0] in kinds] for prose in (one, other)]
    if frames[0] != frames[1] and sorted(frames[0]) == sorted(frames[1]):
        where = f"{other.lang}/{other.chapter_id}.md"
        yield Fault(where, 0, "", "blocks in another order", f"the order of {one.lang}", "put them in the same order")


def _counted(here: Sequence[tuple[str, str]], there: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What stands more often here than there."""
    left = list(there)
    missing = []
    for item in here:
        if item in left:
            left.remove(item)
        else:
            missing.append(item)
    return missing
