"""Checks of numbers: sums, values behind what is printed, evidence, denominators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from dynapolis.report.blocks import Cell, Line, Table
from dynapolis.report.checks.checked import NUMBER, Checked, Finding
from dynapolis.report.compose import anchors
from dynapolis.report.ledger import all_tables
from dynapolis.report.messages import Spoken
from dynapolis.report.sections.common import Writing
from dynapolis.report.sentences import Speaker


def check_sums(checked: Checked) -> Iterator[Finding]:
    """Shares of exclusive categories (one code for each) sum to 100 %, but for rounding."""
    for lang, table in checked.tables():
        for c, column in enumerate(table.columns):
            if column.key not in ("share_primary", "share") or column.unit != "share":
                continue
            printed = [_first_number(row[c].text) for row in table.rows if row[c].value is not None]
            known = [number for number in printed if number is not None]
            if known and abs(sum(known) - 100) > 0.05 * len(known) + 1e-6:
                yield Finding("sums", f"{lang} {table.table_id}.{column.key}", f"shares sum to {sum(known):.1f}%")


# What is written with digits and is no number: names of versions, files, sizes of draws in fixed phrases.
_FIXED = re.compile(r"R&B?D|\b[A-Z]{1,4}\d+\b|100번|\b(?:in|of) 100\b|100%를 넘|more than 100|95%|CC BY[\d .A-Z-]*")


def check_numbers(checked: Checked) -> Iterator[Finding]:
    """Every printed number equals a claim: those of sentences their values, those of cells their bare value."""
    for lang, where, line in checked.lines():
        text = _FIXED.sub(" ", line.text)
        found = NUMBER.findall(text)
        if not found or _is_way(line):
            continue
        claims = [line.claim_id] if line.claim_id else list(line.claim_ids)
        if not claims and (where in _SOURCES or line.text in checked.quoted[lang]):
            continue
        known = _numbers_of(checked.writings[lang], claims)
        for number in found:
            if number not in known:
                yield Finding("numbers", f"{lang} {where}", f"'{number}' in ‘{line.text[:80]}’ is no value of {claims}")
    for lang, table in checked.tables():
        yield from _cells(lang, table)
    yield from _captions(checked)


# Names that hold digits, and levels of the method that stand in the fixed words of headings and notes.
_NAMED = re.compile(r"\b[a-z]\d\b|(?<!\d)20\d\d\.\d+|\d{4}-\d\d-\d\d")
_OF_SOURCES: Final = ("T16",)  # its headings and notes quote the publishers of populations


def _captions(checked: Checked) -> Iterator[Finding]:
    """Numbers in titles, headings and notes are those of the claims that the table names, or part of a fixed text."""
    for lang, report in checked.reports.items():
        writing, fixed = checked.writings[lang], checked.fixed[lang]
        editions = {writing.comparison.before, writing.comparison.after} if writing.comparison else set()
        names = {block.table.table_id: (block.title, *block.notes) for block in report.figures()}
        for table in all_tables(report.blocks()):
            if table.table_id.rsplit(".", 1)[-1] in _OF_SOURCES:
                continue
            texts = [(text, table.claim_ids) for text in (table.title, *table.notes, *names.get(table.table_id, ()))]
            texts += [(c.heading, (c.claim_id,) if c.claim_id else ()) for c in table.columns]
            for text, claims in texts:
                known = _numbers_of(writing, [*claims]) | fixed | editions
                for number in NUMBER.findall(_FIXED.sub(" ", _NAMED.sub(" ", text))):
                    if number not in known:
                        where = f"{lang} {table.table_id}"
                        yield Finding("numbers", where, f"'{number}' in ‘{text[:80]}’ is no value of {list(claims)}")


def _is_way(line: Line) -> bool:
    """Only the way to a figure, a table or a page."""
    return line.href is not None and line.claim_id is None and not line.claim_ids


_SOURCES: Final = ("references", "availability", "changelog")


def _numbers_of(writing: Writing, claim_ids: list[str]) -> set[str]:
    speaker = Speaker(writing.data, writing.speaker.words, set(writing.data.cities))
    known: set[str] = set()
    for claim_id in claim_ids:
        for value in writing.claims[claim_id].values.values():
            said = speaker.value(value)
            known |= set(NUMBER.findall(said.text if isinstance(said, Spoken) else said))
    return known


def _cells(lang: str, table: Table) -> Iterator[Finding]:
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row[1:], start=1):
            if table.columns[c].align == "left" and cell.value is None:
                continue
            if fault := _cell_fault(cell, table.columns[c].unit):
                yield Finding("numbers", f"{lang} {table.claim_of(r, c)}", fault)


def _cell_fault(cell: Cell, unit: str) -> str:
    """What is printed against the bare value, at the precision that is printed."""
    printed = _first_number(cell.text)
    if printed is None:
        return ""
    if cell.value is None and cell.low is None:
        return f"‘{cell.text}’ has no value behind it"
    if not isinstance(cell.value, int | float) or cell.text[:1] in "<>" or unit == "probability":
        return ""
    decimals = len(cell.text.replace(",", "").split("%")[0].split(".")[1].split()[0]) if "." in cell.text else 0
    value = cell.value * 100 if "%" in cell.text or (unit == "share" and cell.text[:1] in "+−") else float(cell.value)
    if unit == "share" and "·" in cell.text:
        return ""
    slack = 0.51 * 10.0 ** -min(decimals, 3)
    return "" if abs(abs(value) - printed) <= slack else f"‘{cell.text}’ is printed, the value is {cell.value}"


def _first_number(text: str) -> float | None:
    found = NUMBER.search(text)
    return float(found[0].replace(",", "")) if found else None


def check_evidence(checked: Checked) -> Iterator[Finding]:
    """Every claim rests on at least one thing a reader can open: initiatives, a city, or a table of the report."""
    for lang, writing in checked.writings.items():
        known = anchors(checked.reports[lang])
        for claim in writing.claims.values():
            if not any(_opens(writing, name, known) for name in claim.evidence):
                yield Finding("evidence", f"{lang} {claim.claim_id}", f"nothing behind {', '.join(claim.evidence)}")


def _opens(writing: Writing, name: str, known: Mapping[str, str]) -> bool:
    kind, _, rest = name.partition(".")
    if kind == "table":
        return True
    if kind == "city":
        return f"row-{rest}" in known
    counted = writing.data.figures.get(name)
    return (
        writing.links.to(name) is not None
        or (counted is not None and counted["numerator"] == 0)
        or kind == "capability"
    )


def check_denominators(checked: Checked) -> Iterator[Finding]:
    """A sentence that prints a share prints what it is a share of."""
    for writing in checked.writings.values():
        for claim in writing.claims.values():
            shares = [name for name, value in claim.values.items() if value.kind == "share"]
            wholes = {"total", "n_before", "n"} & claim.values.keys()
            if shares and not wholes:
                yield Finding(
                    "denominators", claim.claim_id, f"{', '.join(shares)} without the number it is a share of"
                )
    for lang, table in checked.tables():
        keys = {column.key for column in table.columns}
        if "share_primary" in keys and not {"n_primary"} & keys:
            yield Finding("denominators", f"{lang} {table.table_id}", "shares without their numbers")
