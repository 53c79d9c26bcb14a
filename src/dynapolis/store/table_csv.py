"""A table as CSV text, the same wherever one is given away."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow as pa


def table_csv(table: pa.Table) -> str:
    """UTF-8 with a header; lists joined by ';', nothing for null."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_cell(value) for value in row.values()])
    return sink.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return ";".join(map(str, value)) if isinstance(value, list) else value
