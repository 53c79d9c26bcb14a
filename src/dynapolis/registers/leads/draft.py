"""The draft of a register's folder: description, empty corrections, sample and README, with every open question marked.

A draft cannot be imported while a question is open: a text that begins with ``ASK`` is a fault of the description.
What the draft says to the person who will complete it is written by a function that knows their language.
"""

from __future__ import annotations

import csv
import glob
import io
import json
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dynapolis.model.lead import ASK, LeadField, LeadVocabulary
from dynapolis.registers.leads.guess import Guess, guess_columns, guess_key, guess_kind
from dynapolis.registers.readers import Decision
from dynapolis.registers.wording import Say, Wording

SAMPLE_ENTRIES = 20
_LINE = 118


@dataclass(frozen=True, slots=True)
class Seen:
    """One table of the new list, as far as it was looked at."""

    name: str
    file: str
    sheet: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    decisions: tuple[Decision, ...]
    n_entries: int


@dataclass(frozen=True, slots=True)
class Question:
    """Something a person has to decide; of one table, or of the whole register where there is none."""

    table: str | None
    asked: Wording

    def said(self, say: Say) -> str:
        """The question in the language of ``say``."""
        text = self.asked.said(say)
        return say("draft.of_table", table=self.table, question=text) if self.table else text


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of the folder by name, and the questions a person has to answer."""

    files: dict[str, str]
    questions: tuple[Question, ...]


def draft_register(
    name: str,
    tables: Sequence[Seen],
    synonyms: Mapping[str, Sequence[str]],
    vocabulary: LeadVocabulary,
    today: str,
    say: Say,
    say_in: Mapping[str, Say],
) -> Draft:
    """Draft the folder of a register of leads.

    Args:
        name: of the register.
        tables: what was seen of the list.
        synonyms: by property, words of headers.
        vocabulary: kinds and properties.
        today: the date, for the licence's check.
        say: gives the texts of the files in the language of the person who asked for the draft.
        say_in: the same by language, for what every register holds in each.
    """
    questions = [Question(None, Wording("draft.about"))]
    parts = [_head(name, today, say, say_in)]
    samples = {}
    expected = [["table", "n_read", "n_kept"]]
    for table in tables:
        guesses = guess_columns(table.header, table.rows, synonyms, vocabulary)
        text, asked = _table(table, guesses, vocabulary, say)
        parts.append(text)
        questions += [Question(table.name, question) for question in asked]
        rows = table.rows[:SAMPLE_ENTRIES]
        samples[f"sample/{table.name}.csv"] = _csv([table.header, *rows])
        expected.append([table.name, str(len(rows)), str(len(rows))])
    files = {
        "register.yml": "\n".join(parts),
        "corrections.yml": _corrections(say),
        "lookups.csv": "town,country,geonameid,decided_by,why\n",
        "README.md": _readme(name, tables, say),
        "sample/expected.csv": _csv(expected),
        **samples,
    }
    return Draft(files, tuple(questions))


def _head(name: str, today: str, say: Say, say_in: Mapping[str, Say]) -> str:
    def ask(key: str, speak: Say = say) -> str:
        return _quoted(f"{ASK} {speak(f'draft.{key}')}")

    def ask_in_each(key: str) -> str:
        return "{" + ", ".join(f"{lang}: {ask(key, speak)}" for lang, speak in say_in.items()) + "}"

    return f"""\
# {say("draft.head", register=name)}
name: {_quoted(name)}
holds: leads
title: {ask_in_each("title")}
publisher: {{name: {ask("publisher")}, official: false}}
licence:
  name: {ask("licence")}
  terms: unlicensed        # {say("draft.terms")}
  checked: "{today}"
  note: {ask_in_each("note")}
date: {ask("date")}
languages: [en]
convenience_sample: false
does_not_measure: {ask_in_each("does_not_measure")}

tables:"""


def _table(table: Seen, guesses: Sequence[Guess], vocabulary: LeadVocabulary, say: Say) -> tuple[str, list[Wording]]:
    properties = [g.field.property for g in guesses if g.field]
    kind = guess_kind(properties)
    key = guess_key(table.header, table.rows, guesses)
    asked = [doubt for guess in guesses for doubt in guess.doubts]
    needed = [name.split("|") for name in vocabulary.kinds[kind].requires]
    lacking = [names[0] for names in needed if not set(names) & set(properties)]
    lines = [f"  - name: {_quoted(table.name)}"]
    lines += [f"    # {_in_one_line(decision.said('draft.read_as', say))}" for decision in table.decisions]
    lines.append(f"    holds: {kind}        # {', '.join(vocabulary.kinds)}")
    lines.append(f"    files: [{_quoted(glob.escape(table.file))}]")
    if table.sheet:
        lines.append(f"    layout: {{sheet: {_quoted(table.sheet)}}}")
    lines.append(f"    key: [{', '.join(map(_quoted, key))}]        # {say('draft.key')}")
    if len(key) == len(table.header) > 1:
        asked.append(Wording("draft.whole_key"))
    required = {next((name for name in names if name in properties), names[0]) for names in needed}
    lines += ["    fields:", *_fields(guesses, required, say)]
    for name in lacking:
        lines.append(f"      {_quoted(f'{ASK} ' + say('draft.which_column', property=name))}: {name}")
        asked.append(Wording("draft.needs", {"kind": kind, "property": name}))
    unmapped = [guess for guess in guesses if not guess.field]
    lines += ["    ignore:", *_ignored(unmapped, say)] if unmapped else []
    asked += [Wording("draft.not_used", {"column": guess.column}) for guess in unmapped if not guess.doubts]
    fewest, most = max(1, table.n_entries * 9 // 10), table.n_entries * 2
    seen = say("draft.seen", n=f"{table.n_entries:,}")
    lines.append(f"    expect: {{min_records: {fewest}, max_records: {most}}}        # {seen}")
    return "\n".join(lines) + "\n", asked


def _fields(guesses: Sequence[Guess], required: Collection[str], say: Say) -> Iterator[str]:
    """The used columns, each under what is doubtful about it."""
    for guess in guesses:
        if guess.field:
            yield from (f"      # ? {_in_one_line(doubt.said(say))}" for doubt in guess.doubts)
            yield f"      {_quoted(guess.column)}: {_field(guess.field, guess.field.property in required)}"


def _ignored(guesses: Sequence[Guess], say: Say) -> Iterator[str]:
    """The other columns, each with the question why."""
    for guess in guesses:
        why = guess.doubts[0] if guess.doubts else Wording("draft.why_left_out")
        yield f"      {_quoted(guess.column)}: {_quoted(f'{ASK} {why.said(say)}')}"


def _field(field: LeadField, required: bool) -> str:
    """The shortest way to write a column's description."""
    default = LeadField(property=field.property)
    words = {
        name: getattr(field, name)
        for name in ("missing", "decimal", "date", "separator")
        if getattr(field, name) != getattr(default, name)
    }
    if not words and not required:
        return field.property
    parts = [f"property: {field.property}"] + (["required: true"] if required else [])
    parts += [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in words.items()]
    return "{" + ", ".join(parts) + "}"


def _quoted(text: str) -> str:
    """A text as YAML: bare where it is a plain word, else quoted as in JSON, with no sign that YAML would not take."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) and not _is_yaml_word(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in quoted)


def _in_one_line(text: str) -> str:
    """A text for a comment, which ends where its line ends."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _is_yaml_word(text: str) -> bool:
    return text.lower() in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _readme(name: str, tables: Sequence[Seen], say: Say) -> str:
    told = [(t.file, f"{t.n_entries:,}", f"{len(t.header):,}") for t in tables]
    listed = "\n".join("- " + say("draft.listed", file=file, n=n, columns=columns) for file, n, columns in told)
    return f"""\
# {say("draft.readme_title", register=name)}

{ASK}: {say("draft.readme_about")}

{listed}

## {say("draft.readme_dirt")}

{ASK}: {say("draft.readme_ask_dirt")}

## {say("draft.readme_sample")}

{say("draft.readme_about_sample")}
"""


def _corrections(say: Say) -> str:
    about = "\n".join(f"# {line}" for line in textwrap.wrap(say("draft.corrections"), _LINE - 2))
    return f"""\
{about}
#
# repairs:
#   - {{table: ..., repair: double_utf8, why: "...", by: "...", date: "2026-01-31"}}
# corrections:
#   - table: ...
#     entry: {{id: "12"}}
#     column: city
#     printed: "MILAN0"
#     corrected: "MILANO"
#     why: {_quoted(say("draft.corrections_why"))}
#     by: "..."
#     date: "2026-01-31"
repairs: []
corrections: []
"""
