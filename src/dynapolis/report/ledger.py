"""The ledger: every number that a report prints, as a claim with its value, unit, interval and evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from dynapolis.report.blocks import Block, Figure, Report, Table
from dynapolis.report.claim import Claim, Value

UNITS: Final[Mapping[str, str]] = {
    "count": "number", "share": "share", "share_interval": "share", "rank": "rank", "rank_interval": "rank",
    "level": "probability", "in_100": "probability", "points": "points", "points_signed": "share",
    "points_interval": "share", "points_range": "points", "places": "ranks", "alpha": "alpha",
    "alpha_interval": "alpha", "variance": "share",
}  # fmt: skip
_INTERVALS: Final = frozenset({"share_interval", "alpha_interval", "points_interval", "points_range"})
_INTERVAL_OF: Final = {"share": "interval", "low": "low_interval", "high": "high_interval", "change": "interval"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One value that the report prints.

    Attributes:
        claim_id: permanent name: of a sentence's claim (``innovation.n``) or of a cell (``2022.T1.seoul.n_units``).
        type: "sentence" or "cell".
        subject: what it is about: a city, code or population; the row of a cell.
        quantity: what is told of it; the column of a cell.
        value: the bare value; text where it is a name.
        unit: "number", "share" (0 to 1), "rank", "points", "probability", "alpha", or that of the column.
        low, high: ends of its uncertainty interval, where it has one.
        n: the denominator, where the claim has one.
        comparison: how it stands to others, by the hedging rule: "clear", "leading", "inseparable", "rose" and so on.
        evidence: names of the figures, tables or initiatives it rests on, joined by spaces.
    """

    claim_id: str
    type: str
    subject: str
    quantity: str
    value: Any
    unit: str
    low: float | None
    high: float | None
    n: float | None
    comparison: str
    evidence: str


def ledger_rows(report: Report, claims: Mapping[str, Claim]) -> list[Entry]:
    """All entries: those of sentences, then those of cells in the order of the report; the same in every language."""
    entries = [entry for claim in claims.values() for entry in claim_entries(claim)]
    cities = frozenset(page.city_id for page in report.cities)
    entries += [entry for table in all_tables(report.blocks()) for entry in cell_entries(table, cities)]
    return entries


def claim_entries(claim: Claim) -> Iterator[Entry]:
    """One entry for every value of a claim; an interval goes with the value it belongs to."""
    values = claim.values
    subject = next((str(values[k].value) for k in ("what", "city", "code", "pillar", "cell") if k in values), "all")
    n = next((float(values[k].value) for k in ("total", "n_ranked") if k in values), None)
    verdict = claim.key.rsplit("_", 1)[-1]
    comparison = verdict if verdict in ("clear", "leading", "inseparable", "rose", "fell", "unclear") else ""
    owned = {_INTERVAL_OF[name] for name in values if _INTERVAL_OF.get(name) in values}
    for name, value in values.items():
        if name in owned:
            continue
        low, high = _ends(values.get(_INTERVAL_OF.get(name, "")), value)
        yield Entry(
            f"{claim.claim_id}.{name}", "sentence", subject, name, _bare(value), UNITS.get(value.kind, "name"),
            low, high, n, comparison, " ".join(claim.evidence),
        )  # fmt: skip


def _ends(interval: Value | None, value: Value) -> tuple[float | None, float | None]:
    ends: tuple[Any, Any] = (None, None)
    if interval is not None and interval.kind in _INTERVALS:
        ends = interval.value
    elif value.kind == "rank_interval":
        ends = value.value[1:]
    elif value.kind in _INTERVALS:
        ends = value.value
    low, high = (None if end is None else float(end) for end in ends)
    return low, high


def _bare(value: Value) -> Any:
    if value.kind == "rank_interval":
        return value.value[0]
    if value.kind in _INTERVALS:
        return None
    return " ".join(map(str, value.value)) if isinstance(value.value, tuple | list) else value.value


def cell_entries(table: Table, cities: Collection[str] = ()) -> Iterator[Entry]:
    """One entry for every cell that holds a number.

    A share or interval without evidence of its own rests on what the cell before it rests on; any other number on the
    evidence of its row, or the initiatives of the city that its row or table is about; and where there is none, on its
    table.
    """
    about = next((part for part in table.table_id.split(".") if part in cities), None)
    for r, row in enumerate(table.rows):
        key = table.keys[r] if r < len(table.keys) else str(r + 1)
        city = key if key in cities else about
        whole = table.rests_on[r] if table.rests_on else f"city.{city}" if city else f"table.{table.table_id}"
        evidence = whole
        for c, cell in enumerate(row):
            if cell.value is None and cell.low is None:
                continue
            column = table.columns[c]
            of_a_count = column.unit == "share" or cell.value is None
            evidence = cell.evidence or (evidence if of_a_count else whole)
            yield Entry(
                table.claim_of(r, c), "cell", key, column.key or str(c), cell.value, column.unit or "number",
                cell.low, cell.high, None, "", evidence,
            )  # fmt: skip


def all_tables(blocks: Iterable[Block]) -> Iterator[Table]:
    """Tables and the tables behind figures, in order."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block.table
        elif isinstance(block, Table):
            yield block


def ledger_csv(entries: Iterable[Entry]) -> bytes:
    """The ledger as UTF-8 CSV with a header; nothing for what is not known."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    names = [field.name for field in fields(Entry)]
    writer.writerow(names)
    for entry in entries:
        parts = (getattr(entry, name) for name in names)
        writer.writerow(["" if part is None else part for part in parts])
    return sink.getvalue().encode()
