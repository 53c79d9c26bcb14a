"""The draft of a register's folder: description, empty corrections, sample and README, with every open question marked.

A draft cannot be imported while a question is open: a text that begins with ``ASK`` is a fault of the description.
"""

from __future__ import annotations

import csv
import glob
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dynapolis.model.lead import ASK, LeadField, LeadVocabulary
from dynapolis.registers.leads.guess import Guess, guess_columns, guess_key, guess_kind

SAMPLE_ENTRIES = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One table of the new list, as far as it was looked at."""

    name: str
    file: str
    sheet: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    decisions: tuple[str, ...]
    n_entries: int


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of the folder by name, and the questions a person has to answer."""

    files: dict[str, str]
    questions: tuple[str, ...]


def draft_register(
    name: str, tables: Sequence[Seen], synonyms: Mapping[str, Sequence[str]], vocabulary: LeadVocabulary, today: str
) -> Draft:
    """Draft the folder of a register of leads.

    Args:
        name: of the register.
        tables: what was seen of the list.
        synonyms: by property, words of headers.
        vocabulary: kinds and properties.
        today: the date, for the licence's check.
    """
    questions = ["who publishes the list, under which licence, of which day; what it does not measure"]
    parts = [_head(name, today)]
    samples = {}
    expected = [["table", "n_read", "n_kept"]]
    for table in tables:
        guesses = guess_columns(table.header, table.rows, synonyms, vocabulary)
        text, asked = _table(table, guesses, vocabulary)
        parts.append(text)
        questions += [f"table {table.name}: {question}" for question in asked]
        rows = table.rows[:SAMPLE_ENTRIES]
        samples[f"sample/{table.name}.csv"] = _csv([table.header, *rows])
        expected.append([table.name, str(len(rows)), str(len(rows))])
    files = {
        "register.yml": "\n".join(parts),
        "corrections.yml": _CORRECTIONS,
        "lookups.csv": "town,country,geonameid,decided_by,why\n",
        "README.md": _readme(name, tables),
        "sample/expected.csv": _csv(expected),
        **samples,
    }
    return Draft(files, tuple(questions))


def _head(name: str, today: str) -> str:
    return f"""\
# Draft of register {name}. Every {ASK} is a question; the register can be imported when none is left.
name: {_quoted(name)}
holds: leads
title: {{en: "{ASK} the title in English", ko: "{ASK} 한국어 제목"}}
publisher: {{name: "{ASK} who publishes it", official: false}}
licence:
  name: "{ASK} the licence, or none stated"
  terms: unlicensed        # open, non_commercial or unlicensed; the last two are kept out of published exports
  checked: "{today}"
  note: {{en: "{ASK} where the licence was found", ko: "{ASK} 이용 조건을 확인한 곳"}}
date: "{ASK} the day of the list"
languages: [en]
convenience_sample: false
does_not_measure: {{en: "{ASK} what the list must not be taken for", ko: "{ASK} 이 목록을 무엇으로 보아서는 안 되는가"}}

tables:"""


def _table(table: Seen, guesses: Sequence[Guess], vocabulary: LeadVocabulary) -> tuple[str, list[str]]:
    properties = [g.field.property for g in guesses if g.field]
    kind = guess_kind(properties)
    key = guess_key(table.header, table.rows, guesses)
    asked = [doubt for guess in guesses for doubt in guess.doubts]
    needed = [name.split("|") for name in vocabulary.kinds[kind].requires]
    lacking = [names[0] for names in needed if not set(names) & set(properties)]
    lines = [f"  - name: {_quoted(table.name)}"]
    lines += [f"    # {_in_one_line(decision)}" for decision in table.decisions]
    lines.append(f"    holds: {kind}        # {', '.join(vocabulary.kinds)}")
    lines.append(f"    files: [{_quoted(glob.escape(table.file))}]")
    if table.sheet:
        lines.append(f"    layout: {{sheet: {_quoted(table.sheet)}}}")
    lines.append(f"    key: [{', '.join(map(_quoted, key))}]        # the columns that name an entry for good")
    if len(key) == len(table.header) > 1:
        asked.append("no few columns name an entry; the key is the whole entry, so any change makes a new one")
    lines.append("    fields:")
    required = {next((name for name in names if name in properties), names[0]) for names in needed}
    for guess in guesses:
        if guess.field:
            lines += [f"      # ? {_in_one_line(doubt)}" for doubt in guess.doubts]
            lines.append(f"      {_quoted(guess.column)}: {_field(guess.field, guess.field.property in required)}")
    for name in lacking:
        lines.append(f"      {_quoted(f'{ASK} which column gives {name}')}: {name}")
        asked.append(f"a {kind} needs {name}; which column gives it?")
    unmapped = [guess for guess in guesses if not guess.field]
    if unmapped:
        lines.append("    ignore:")
        asked += [f"'{guess.column}' is not used: why, or what is it?" for guess in unmapped if not guess.doubts]
    for guess in unmapped:
        why = guess.doubts[0] if guess.doubts else "why is it left out?"
        lines.append(f"      {_quoted(guess.column)}: {_quoted(f'{ASK} {why}')}")
    fewest, most = max(1, table.n_entries * 9 // 10), table.n_entries * 2
    lines.append(
        f"    expect: {{min_records: {fewest}, max_records: {most}}}        # {table.n_entries} entries were seen"
    )
    return "\n".join(lines) + "\n", asked


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


def _readme(name: str, tables: Sequence[Seen]) -> str:
    listed = "\n".join(f"- `{table.file}`: {table.n_entries} entries, {len(table.header)} columns" for table in tables)
    return f"""\
# Register {name}

{ASK}: who publishes the list, where it was found and on which day, under which licence.

{listed}

## Dirt

{ASK}: what is wrong or odd in the list, with counts.

## Sample

`sample/` holds a few entries under the publisher's own column names, and what must come of them (`expected.csv`).
Where the licence does not allow passing entries on, write invented ones in the same form.
"""


_CORRECTIONS = """\
# Corrections are records: what is printed, what it should be, why, who decided and when. When the publisher mends the
# error the import stops and names the record that has expired.
#
# repairs:
#   - {table: ..., repair: double_utf8, why: "...", by: "...", date: "2026-01-31"}
# corrections:
#   - table: ...
#     entry: {id: "12"}
#     column: city
#     printed: "MILAN0"
#     corrected: "MILANO"
#     why: "a zero for the letter O; the postcode is of Milan"
#     by: "..."
#     date: "2026-01-31"
repairs: []
corrections: []
"""
