"""Correlations as a list of pairs: between levels, along the tree, within groups; and pairs that deserve a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.correlation import Method, correlate
from dynapolis.index.analysis.kin import ancestor_at, ancestors, codes_at, directions_of
from dynapolis.index.analysis.rows import columns
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class Pairs:
    """Correlated columns, one pair a line.

    Attributes:
        first, second: their codes.
        r: shape (n_pairs,); NaN where it is not defined.
        p: its p-value.
        n: rows that have both.
        shown: false where p is above the limit that was asked for.
        group: node in which both were found, or the level of the second; empty where pairs are not grouped.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    r: FloatArray
    p: FloatArray
    n: FloatArray
    shown: BoolArray
    group: tuple[str, ...]

    def only(self, chosen: BoolArray) -> Pairs:
        """Some of the pairs."""
        places = np.flatnonzero(chosen)

        def some(items: Sequence[str]) -> tuple[str, ...]:
            return tuple(items[int(place)] for place in places)

        return Pairs(
            some(self.first), some(self.second), self.r[places], self.p[places], self.n[places], self.shown[places],
            some(self.group),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """How to correlate.

    Attributes:
        method: of Pearson, Spearman or Kendall.
        directed: turn indicators of which less is better round first; for raw data, so that a negative r is always
            a conflict. Normalised data and scores are turned already.
        max_p: show only pairs whose p is not above it; none: all.
    """

    method: Method = "pearson"
    directed: bool = False
    max_p: float | None = None


USUAL = Asked()


def between_levels(
    table: UnitTable,
    spec: CompositeSpec,
    levels: tuple[int, int] = (1, 1),
    below: tuple[str | None, str | None] = (None, None),
    asked: Asked = USUAL,
) -> Pairs:
    """Every code of one level with every code of another, or of the same; both may be cut to what is below a node.

    Raises:
        BadUse: nothing at a level, or a code is no column of the table.
    """
    first, second = codes_at(spec, levels[0], below[0]), codes_at(spec, levels[1], below[1])
    one, other = np.divmod(np.arange(len(first) * len(second)), len(second))
    return _listed(table, spec, first, second, one, other, ("",) * len(one), asked)


def within_groups(
    table: UnitTable, spec: CompositeSpec, level: int = 1, group_level: int = 2, asked: Asked = USUAL
) -> Pairs:
    """Each two codes of one level that belong to the same node of a higher one; each pair once.

    Example:
        >>> from dynapolis.model.composite import Aggregate, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Aggregate(step="aggregate", method="arithmetic"),),
        ...     indicators=(IndexIndicator(code="x", parent="i"), IndexIndicator(code="y", parent="i", direction=-1)),
        ... )
        >>> rows = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
        >>> table = UnitTable(("a", "b", "c"), ("A", "B", "C"), (), ("x", "y"), rows, {}, {})
        >>> found = within_groups(table, spec, asked=Asked(directed=True))
        >>> found.first, found.second, found.r.round(9).tolist(), found.group
        (('x',), ('y',), [-1.0], ('i',))
    """
    if group_level <= level:
        raise BadUse(f"found groups of level {group_level} for codes of level {level}; take a level above them")
    codes = codes_at(spec, level)
    groups = [ancestor_at(spec, code, group_level) for code in codes]
    both = [
        (one, other)
        for one in range(len(codes))
        for other in range(one + 1, len(codes))
        if groups[one] is not None and groups[one] == groups[other]
    ]
    one, other = np.array(both, dtype=np.int64).reshape(-1, 2).T
    return _listed(table, spec, codes, codes, one, other, tuple(str(groups[place]) for place in one), asked)


def with_ancestors(
    table: UnitTable, spec: CompositeSpec, level: int = 1, up_to: int | None = None, asked: Asked = USUAL
) -> Pairs:
    """Each code of one level with the nodes above it, ``group`` being the level of that node.

    Args:
        table: scores, in which nodes are columns too.
        spec: the tree.
        level: of the codes.
        up_to: how many nodes upwards: 1 is the parent alone, 2 its parent too; none: the whole line.
        asked: how to correlate.
    """
    codes = codes_at(spec, level)
    lines = [(place, node) for place, code in enumerate(codes) for node in ancestors(spec, code)[:up_to]]
    lines.sort(key=lambda line: spec.levels[line[1]])
    nodes = tuple(dict.fromkeys(node for _, node in lines))
    if not nodes:
        raise BadUse(f"nothing stands above level {level}; choose a lower one")
    one = np.array([place for place, _ in lines], dtype=np.int64)
    other = np.array([nodes.index(node) for _, node in lines], dtype=np.int64)
    return _listed(table, spec, codes, nodes, one, other, tuple(str(spec.levels[n]) for _, n in lines), asked)


def flagged(found: Pairs, *, above: float | None = None, below: float | None = None) -> Pairs:
    """Pairs whose r is above one limit, or below another: double counting, and conflict.

    Of pairs inside groups (``within_groups``), those above say that a node counts nearly the same twice, those below
    that it adds up what cannot rise together. On raw data ask with ``directed``; else every indicator of which less
    is better looks like a conflict, or hides one.

    Args:
        found: pairs.
        above, below: limits on r, not on its size; a pair at the limit is not flagged.
    """
    with np.errstate(invalid="ignore"):
        high = found.r > above if above is not None else np.zeros(found.r.shape, dtype=bool)
        low = found.r < below if below is not None else np.zeros(found.r.shape, dtype=bool)
    return found.only(np.asarray(high | low))


def with_denominators(table: UnitTable, spec: CompositeSpec, beyond: float = 0.6, method: Method = "pearson") -> Pairs:
    """Indicators that go with the size of units: candidates to be divided by it.

    Args:
        table: raw data, with its denominators.
        spec: the indicators.
        beyond: size of r above which a pair is listed, in either direction.
        method: of the correlation.

    Raises:
        BadUse: the table has no denominators.
    """
    if not table.denominators:
        raise BadUse("the table has no denominators; name their columns in columns.denominators")
    codes = tuple(item.code for item in spec.indicators)
    names = tuple(table.denominators)
    sizes = np.stack([table.denominators[name] for name in names], axis=-1)
    found = correlate(columns(table, codes), sizes, method)
    with np.errstate(invalid="ignore"):
        one, other = np.nonzero(np.abs(found.r) > beyond)
    return Pairs(
        tuple(codes[place] for place in one), tuple(names[place] for place in other), found.r[one, other],
        found.p[one, other], found.n[one, other], np.ones(len(one), dtype=bool), ("",) * len(one),
    )  # fmt: skip


def _listed(
    table: UnitTable,
    spec: CompositeSpec,
    first: tuple[str, ...],
    second: tuple[str, ...],
    one: IntArray,
    other: IntArray,
    group: tuple[str, ...],
    asked: Asked,
) -> Pairs:
    a, b = (columns(table, codes) * _signs(spec, codes, asked) for codes in (first, second))
    found = correlate(a, b, asked.method)
    r, p, n = found.r[one, other], found.p[one, other], found.n[one, other]
    shown = ~(p > asked.max_p) if asked.max_p is not None else np.ones(len(one), dtype=bool)
    names = tuple(first[place] for place in one), tuple(second[place] for place in other)
    return Pairs(names[0], names[1], r, p, n, np.asarray(shown), group)


def _signs(spec: CompositeSpec, codes: tuple[str, ...], asked: Asked) -> FloatArray:
    return np.array(directions_of(spec, codes) if asked.directed else (1,) * len(codes), dtype=float)
