"""What the ranks would be without one indicator or node: how much hangs on it.

Source: remove_elements of COINr (Becker and others 2022, doi 10.21105/joss.04567); OECD/JRC, Handbook on Constructing
Composite Indicators (2008), doi 10.1787/9789264043466-en, step 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.kin import ancestors, codes_at
from dynapolis.index.analysis.regrouping import children_of, score_from
from dynapolis.index.analysis.rows import require_one
from dynapolis.index.combining.score_ranks import score_ranks
from dynapolis.index.compose import Composite
from dynapolis.index.periods import blocks
from dynapolis.model.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An index without each of some elements in turn.

    Attributes:
        codes: what was left out.
        units, times: of each row.
        scores, ranks: shape (n_codes, n_rows); ranks are counted within a year.
        nominal, nominal_ranks: with everything, shape (n_rows,).
        shifts: nominal rank less rank without, shape (n_codes, n_rows): above 0 the unit would stand higher.
    """

    codes: tuple[str, ...]
    units: tuple[str, ...]
    times: tuple[str, ...]
    scores: FloatArray
    ranks: FloatArray
    nominal: FloatArray
    nominal_ranks: FloatArray
    shifts: FloatArray

    @property
    def mean_shift(self) -> FloatArray:
        """Mean size of the shifts over units, shape (n_codes,); NaN where no unit is left."""
        return _over_units(self.shifts, largest=False)

    @property
    def largest_shift(self) -> FloatArray:
        """Largest size of a shift, shape (n_codes,)."""
        return _over_units(self.shifts, largest=True)


def leave_one_out(
    composite: Composite, *, level: int = 1, codes: Sequence[str] | None = None, of: str | None = None
) -> LeftOut:
    """Scores and ranks without each element of a level in turn.

    The element is taken away, and its weight goes to its siblings in proportion; a node that loses its only child
    goes too. Everything before aggregation stays as it is, and so do the weights of the others, wherever they came
    from. Only the nodes above the element are made again.

    Args:
        composite: made without replicas.
        level: of the elements: 1 for the indicators.
        codes: these elements instead.
        of: the node whose ranks are looked at; none: the index.

    Raises:
        BadUse: an element does not stand below the node.
    """
    spec = composite.spec
    target = spec.root if of is None else of
    nominal = require_one(composite, target)
    chosen = tuple(codes) if codes is not None else codes_at(spec, level, target)
    astray = [code for code in chosen if target not in ancestors(spec, code)]
    if astray:
        raise BadUse(f"not below {target}: {', '.join(astray)}; leave out elements of which it is made")
    scores = np.stack([_without(composite, code, target) for code in chosen])
    ranks = np.full(scores.shape, np.nan)
    nominal_ranks = np.full(nominal.shape, np.nan)
    for rows in blocks(composite.table, "year"):
        ranks[:, rows], nominal_ranks[rows] = score_ranks(scores[:, rows]), score_ranks(nominal[rows])
    table = composite.table
    return LeftOut(
        chosen, table.units, table.times, scores, ranks, nominal, nominal_ranks, nominal_ranks - ranks
    )  # fmt: skip


def _without(composite: Composite, code: str, target: str) -> FloatArray:
    """Scores of the target when one element is not there: its line is made again, from below."""
    spec = composite.spec
    gone, replaced, score = code, code, np.full(composite.table.n_rows, np.nan)
    for node in ancestors(spec, code):
        children = children_of(composite, node)
        place = spec.children[node].index(replaced)
        kept = np.arange(children.shape[-1])
        if gone == replaced:
            kept = np.delete(kept, place)
        else:
            children[:, place] = score
        score = score_from(composite, node, children, kept)
        gone = node if not len(kept) else gone
        replaced = node
        if node == target:
            break
    return score


def _over_units(shifts: FloatArray, *, largest: bool) -> FloatArray:
    there = ~np.isnan(shifts)
    size = np.where(there, np.abs(shifts), 0.0)
    n = there.sum(axis=1)
    value = size.max(axis=1) if largest else size.sum(axis=1) / np.maximum(n, 1)
    return np.asarray(np.where(n > 0, value, np.nan))
