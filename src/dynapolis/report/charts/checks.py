"""What the charts refuse."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from dynapolis.errors import BadUse
from dynapolis.report.charts.look import LOOKS

_NARROWEST: Final = 300  # px


def require_rows(chart: str, names: Sequence[str], width: int) -> None:
    """There are rows, each with a name of its own, in a picture that is wide enough."""
    if not names:
        raise BadUse(f"{chart}: there are no rows. Leave the chart out, or print a sentence instead.")
    if width < _NARROWEST:
        raise BadUse(f"{chart}: a width of {width} px is too narrow. Give at least {_NARROWEST}.")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise BadUse(f"{chart}: given twice: {'; '.join(twice)}. Give every row once.")


def require_order(where: str, law: str, *values: float) -> None:
    """The values are finite and never fall."""
    if not all(map(math.isfinite, values)) or any(a > b + 1e-9 for a, b in pairwise(values)):
        raise BadUse(f"{where}: found {', '.join(f'{value:g}' for value in values)}; expected {law}.")


def require_names(chart: str, used: Iterable[str], names: Mapping[str, str]) -> None:
    """Every series has a name, and there are no more of them than looks."""
    unnamed = sorted(set(used) - set(names))
    if unnamed:
        raise BadUse(f"{chart}: no name is given for {', '.join(unnamed)}. Name every series in the words.")
    if len(names) > len(LOOKS):
        raise BadUse(f"{chart}: {len(names)} series, but only {len(LOOKS)} can be told apart. Split the chart.")


def require_every_cell(cells: Iterable[tuple[str, str]], row_order: Sequence[str], column_order: Sequence[str]) -> None:
    """The cells, each as row and column, are all pairs of both orders."""
    for order in (row_order, column_order):
        if len(set(order)) < len(order):
            raise BadUse(f"heatmap: a name stands twice in an order: {', '.join(order)}. Give every name once.")
    given = set(cells)
    wanted = {(row, column) for row in row_order for column in column_order}
    for what, pairs in (("missing", wanted - given), ("not in the orders", given - wanted)):
        if pairs:
            some = "; ".join(f"{row}, {column}" for row, column in sorted(pairs)[:3])
            raise BadUse(f"heatmap: {len(pairs)} cells are {what}, such as {some}. Give one cell for every pair.")
