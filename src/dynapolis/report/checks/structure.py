"""Checks of the whole: comparable editions, files, links, both languages alike, charts for eyes and ears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dynapolis.report.blocks import Bullets, Figure, Paragraph, Report
from dynapolis.report.charts import PALETTE
from dynapolis.report.checks.checked import Checked, Finding, placed_blocks
from dynapolis.report.compose import anchors
from dynapolis.report.data_files import data_files, file_name
from dynapolis.report.ledger import Entry, all_tables, ledger_rows
from dynapolis.report.sections.common import Writing

_CHANGE = ("change_panel", "change_share", "change_cities", "change_parts")


def check_comparisons(checked: Checked) -> Iterator[Finding]:
    """Editions are compared over the comparable panel only, and the parts of a change add up to it."""
    for lang, writing in checked.writings.items():
        made = [name for name in _CHANGE if name in writing.claims]
        comparison = writing.comparison
        if comparison is None:
            yield from (Finding("comparisons", f"{lang} {name}", "no edition was compared") for name in made)
            continue
        outside = set(comparison.cities) - set(comparison.panel)
        if outside or set(comparison.panel) & set(comparison.left_out):
            yield Finding(
                "comparisons", lang, f"cities outside the panel: {', '.join(sorted(outside)) or 'left out ones'}"
            )
        here = {register.name for register in writing.data.registers}
        if strange := set(comparison.registers) - here:
            yield Finding(
                "comparisons", lang, f"registers that this edition does not have: {', '.join(sorted(strange))}"
            )
        parts = comparison.parts
        if parts.before + sum(parts.changes().values()) != parts.after:
            yield Finding("comparisons", lang, f"{parts.before} and its changes are not {parts.after}")


def check_counts(checked: Checked) -> Iterator[Finding]:
    """Every figure has its table, every figure and table an id of its own and a data file of that name."""
    for lang, report in checked.reports.items():
        figures, tables = report.figures(), report.tables()
        ids = [figure.figure_id for figure in figures] + [table.table_id for table in tables]
        for name in {name for name in ids if ids.count(name) > 1}:
            yield Finding("counts", f"{lang} {name}", "stands twice")
        for figure in figures:
            if figure.table.table_id != f"{figure.figure_id}.data" or not figure.table.rows:
                yield Finding("counts", f"{lang} {figure.figure_id}", "has no table behind it")
        files = {name for name, _ in data_files(report)}
        for table in all_tables(block for chapter in report.chapters for block in chapter.blocks):
            if file_name(table) not in files:
                yield Finding("counts", f"{lang} {table.table_id}", "has no data file")
        if len(files) != len(figures) + len(tables) + 1:
            yield Finding("counts", lang, f"{len(files)} files for {len(figures)} figures and {len(tables)} tables")


def check_links(checked: Checked) -> Iterator[Finding]:
    """Every address inside the report leads somewhere, and every record's snapshot is one of the edition."""
    for lang, report in checked.reports.items():
        known = anchors(report)
        for where, href in _addresses(report):
            if href.startswith("#") and href.removeprefix("#") not in known:
                yield Finding("links", f"{lang} {where}", f"{href} leads nowhere")
        data = checked.writings[lang].data
        snapshots = {digest for files in data.edition.inputs["snapshots"].values() for digest in _digests(files)}
        lost = {row["snapshot_id"] for row in data.all_records.values()} - snapshots
        yield from (Finding("links", lang, f"snapshot {name} is none of the edition") for name in sorted(lost))


def _digests(files: Any) -> Iterator[str]:
    if isinstance(files, str):
        yield files
    elif isinstance(files, Mapping):
        for part in files.values():
            yield from _digests(part)


def _addresses(report: Report) -> Iterator[tuple[str, str]]:
    for where, block in placed_blocks(report):
        if isinstance(block, Paragraph | Bullets):
            for line in block.lines:
                yield from ((where, href) for href in (line.href, *(way.href for way in line.ways)) if href)
        for table in all_tables([block]):
            yield from ((table.table_id, cell.href) for row in table.rows for cell in row if cell.href)


def check_parity(checked: Checked) -> Iterator[Finding]:
    """Both languages hold the same set of claim, value and unit, in the same chapters, figures and tables."""
    if len(checked.reports) < 2:
        return
    (one, first), (other, second) = checked.reports.items()
    shapes = [[(c.chapter_id, [b.kind for b in c.blocks]) for c in report.chapters] for report in (first, second)]
    if shapes[0] != shapes[1]:
        differing = [a[0] for a, b in zip(*shapes, strict=False) if a != b]
        yield Finding("parity", f"{one} and {other}", f"chapters differ in their blocks: {', '.join(differing)}")
    said = [{(where, name) for lang, where, line in checked.lines() if lang == here
             for name in (line.claim_id, *line.claim_ids) if name} for here in (one, other)]  # fmt: skip
    for where, name in sorted(said[0] ^ said[1]):
        yield Finding("parity", where, f"claim {name} in one language only")
    entries = [
        {
            (e.claim_id, _key(e.value), e.unit, _key(e.low), _key(e.high))
            for e in _numeric(report, checked.writings[lang])
        }
        for lang, report in checked.reports.items()
    ]
    for entry in sorted(entries[0] ^ entries[1])[:20]:
        yield Finding("parity", entry[0], f"{entry[1]} ({entry[2]}) in one language only")


def _numeric(report: Report, writing: Writing) -> Iterator[Entry]:
    """Entries whose value is no word of a language."""
    for entry in ledger_rows(report, writing.claims):
        if entry.type == "sentence" or not isinstance(entry.value, str):
            yield entry


def _key(value: Any) -> str:
    return "" if value is None else str(value)


_TEXTS: Final = (("ink", 4.5), ("muted", 4.5), ("link", 4.5))
_MARKS: Final = ("one", "two", "three", "four", "quiet")


def check_seen_and_heard(checked: Checked) -> Iterator[Finding]:
    """Every chart has a title and a sentence to hear; colours reach 4.5 : 1 (text) and 3 : 1 (marks) in both themes."""
    for lang, report in checked.reports.items():
        for block in report.blocks():
            if isinstance(block, Figure) and not (block.title.strip() and block.reading.text.strip()):
                yield Finding("seen and heard", f"{lang} {block.figure_id}", "nothing to hear instead of the chart")
    for theme, name in enumerate(("light", "dark")):
        paper = PALETTE["paper"][theme]
        wanted = [*_TEXTS, *((mark, 3.0) for mark in _MARKS)]
        for color, least in wanted:
            if (ratio := contrast(PALETTE[color][theme], paper)) < least:
                yield Finding("seen and heard", f"{name} {color}", f"contrast {ratio:.1f} : 1, at least {least} : 1")


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it.

    Example:
        >>> round(contrast("#ffffff", "#000000"), 1)
        21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
