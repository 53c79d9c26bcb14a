"""Agreement of coders as text, the same on the terminal and in the report."""

from __future__ import annotations

from collections.abc import Sequence

from dynapolis.report import numbers
from dynapolis.report.data import ReportData, Row
from dynapolis.report.english import join_list
from dynapolis.report.messages import Messages
from dynapolis.report.sentences import Speaker
from dynapolis.store.editions import Edition


def pair_name(speaker: Speaker, row: Row) -> str:
    """The two coders of a row, or that all who coded blind are compared."""
    if row["scope"] == "all":
        return speaker.words.say("word.all_blind")
    return " – ".join(speaker.coder_short(row[key]) for key in ("coder_1", "coder_2"))


def alpha_text(row: Row, speaker: Speaker) -> str:
    """Alpha with its interval, or that it is not defined."""
    if row["alpha"] is None:
        return numbers.MISSING
    interval = "" if row["low"] is None else f" ({numbers.plain_range(row['low'], row['high'], speaker.lang, 2)})"
    return f"{numbers.plain(row['alpha'], 2)}{interval}"


def agreement_notes(speaker: Speaker) -> tuple[str, ...]:
    """Which codes were read under newer rules, and whose agreement is not independent."""
    data, say = speaker.data, speaker.words.say
    notes = []
    older = sorted({r["codebook_version"] for r in data.rows("core_coding__translated")} - {data.codebook.version})
    if older:
        notes.append(say("note.agreement_versions", versions=", ".join(older), current=data.codebook.version))
    if any(row["scope"] == "across" for row in data.rows("out_coding__agreement")):
        notes.append(say("note.agreement_across"))
    for coder, row in data.coders.items():
        if row["sees"]:
            seen = join_list([speaker.coder_short(c) for c in row["sees"].split(";")], speaker.lang)
            notes.append(say("note.agreement_saw", coder=speaker.coder_short(coder), seen=seen))
    return tuple(notes)


def within_registers(rows: Sequence[Row]) -> list[Row]:
    """Rows of coders who read the same records, and of all together; those of other records are in the table only."""
    return [row for row in rows if row["scope"] != "across"]


def agreement_lines(edition: Edition, rows: Sequence[Row], words: Messages) -> list[str]:
    """One line per scheme (and code) and pair of coders, in columns."""
    data = ReportData.load(edition)
    speaker = Speaker(data, words)
    lines = []
    for row in within_registers(rows):
        what = row["scheme"] if not row["code"] else f"{row['scheme']}={row['code']}"
        lines.append(
            (what, pair_name(speaker, row), str(row["n_units"]), f"{row['percent']:.1f}%", alpha_text(row, speaker))
        )
    headings = tuple(words.say(f"word.{key}") for key in ("scheme", "pair", "n_units", "agreement_percent", "alpha"))
    widths = [max(_width(line[n]) for line in [headings, *lines]) for n in range(len(headings))]
    table = [
        "  ".join(_pad(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [headings, *lines]
    ]
    return [*table, "", *(speaker.coder(coder) for coder in data.coders), *agreement_notes(speaker)]


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Hangul takes two."""
    return sum(
        2 if "\u1100" <= c <= "\u11ff" or "\u3130" <= c <= "\u318f" or "\uac00" <= c <= "\ud7a3" else 1 for c in text
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
