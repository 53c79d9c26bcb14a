"""Which sign divides the cells of a text file, found by how evenly each candidate divides it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from math import log2
from typing import Literal

from dynapolis.registers.readers.table import Decision
from dynapolis.registers.wording import Wording

CANDIDATES = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one delimiter divides a sample.

    Attributes:
        cells: cells of the header; of most entries where there is no header.
        even: entries with that many cells.
        entries: entries looked at, header included.
        trailing: every entry but the header ends with one delimiter more.
    """

    delimiter: str
    cells: int
    even: int
    entries: int
    trailing: bool = False

    @property
    def score(self) -> float:
        """Share of even entries, times the bits that the number of cells tells; 0 for a single cell."""
        return self.even / self.entries * log2(self.cells) if self.cells else 0.0


def measure(text: str, delimiter: str, *, quote: str = '"', has_header: bool = True) -> Fit:
    """Divides a sample with one delimiter. Quoted cells may run over several lines.

    Example:
        >>> fit = measure("a;b\\n1;2,5\\n3;4,5\\n", ";")
        >>> fit.cells, fit.even, fit.entries
        (2, 3, 3)
    """
    rows = _rows(text, delimiter, quote)
    counts = [len(row) for row in rows]
    if not counts:
        return Fit(delimiter, 0, 0, 0)
    cells = counts[0] if has_header else Counter(counts).most_common(1)[0][0]
    even = counts.count(cells)
    longer = [row for row in rows[1:] if len(row) == cells + 1 and not row[-1]]
    if has_header and len(longer) == len(rows) - 1 > 0:
        return Fit(delimiter, cells, len(rows), len(rows), trailing=True)
    return Fit(delimiter, cells, even, len(counts))


def _rows(text: str, delimiter: str, quote: str) -> list[list[str]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote or None, quoting=quoting)
    rows: list[list[str]] = []
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append(row)
        if len(rows) == _MOST_ENTRIES:
            break
    return rows


def find_delimiter(text: str, *, quote: str = '"', has_header: bool = True) -> tuple[Fit, Decision]:
    """The delimiter that divides most evenly, in many cells rather than few.

    Args:
        text: the beginning of the file, cut at the end of an entry as well as possible.
        quote: the sign around cells, or nothing.
        has_header: the first entry names the columns, so that the others should have as many cells.

    Example:
        >>> fit, decision = find_delimiter("name|city\\nLab|Seoul\\nYard, The|Vienna\\n")
        >>> decision.value, decision.why
        ('pipe', Wording(key='decision.why.all_entries', values={'entries': 3, 'cells': 2}))
    """
    fits = [measure(text, sign, quote=quote, has_header=has_header) for sign in CANDIDATES]
    best = max(fits, key=lambda fit: fit.score)
    if best.score == 0.0:
        unused = next((sign for sign in CANDIDATES if sign not in text), ",")
        single = measure(text, unused, quote=quote, has_header=has_header)
        return single, Decision("delimiter", NAMES[unused], Wording("decision.why.one_column"))
    return best, Decision("delimiter", NAMES[best.delimiter], _evenness(best))


def _evenness(fit: Fit) -> Wording:
    if fit.even < fit.entries:
        found = {"even": fit.even, "entries": fit.entries, "cells": fit.cells}
        return Wording("decision.why.most_entries", found)
    if fit.trailing:
        return Wording("decision.why.trailing", {"entries": fit.entries, "cells": fit.cells})
    return Wording("decision.why.all_entries", {"entries": fit.entries, "cells": fit.cells})
