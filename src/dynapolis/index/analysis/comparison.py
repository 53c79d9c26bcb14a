"""The same index made in different ways: scores and ranks side by side, who moves, and by which step.

Source: compare_coins and compare_coins_multi of COINr (Becker and others 2022, doi 10.21105/joss.04567); Saisana,
Saltelli and Tarantola (2005), doi 10.1111/j.1467-985X.2005.00350.x, for the mean shift in rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.correlation import correlate
from dynapolis.index.combining.score_ranks import score_ranks
from dynapolis.index.compose import Composite
from dynapolis.index.periods import blocks
from dynapolis.model.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Comparison:
    """Variants of an index over all units that any of them has.

    Attributes:
        names: of the variants.
        base: the one the others are compared with.
        units, times: of each row; units that only some variants have stand with a gap in the others.
        scores, ranks: shape (n_variants, n_rows); ranks are those among all units the variant itself has, within a
            year, so that a unit that others lack moves the others down as it did there.
        changes: rank in the base less rank in the variant: above 0 the unit stands higher in the variant.
        score_changes: score in the variant less score in the base.
        correlations: Spearman's between variants, shape (n_variants, n_variants), over units that both have.
    """

    names: tuple[str, ...]
    base: str
    units: tuple[str, ...]
    times: tuple[str, ...]
    scores: FloatArray
    ranks: FloatArray
    changes: FloatArray
    score_changes: FloatArray
    correlations: FloatArray

    @property
    def mean_change(self) -> FloatArray:
        """Mean size of the change in rank over units that have both ranks, shape (n_variants,)."""
        there = ~np.isnan(self.changes)
        total = np.where(there, np.abs(self.changes), 0.0).sum(axis=1)
        n = there.sum(axis=1)
        return np.asarray(np.where(n > 0, total / np.maximum(n, 1), np.nan))

    @property
    def n_moved(self) -> FloatArray:
        """Units whose rank changes, shape (n_variants,)."""
        return np.asarray((np.abs(np.nan_to_num(self.changes)) > 0).sum(axis=1).astype(float))

    def movers(self, name: str, n: int = 10) -> tuple[tuple[str, str, float], ...]:
        """Unit, time and change of the units that move most in a variant, from the largest move down."""
        changes = self.changes[self.names.index(name)]
        size = np.nan_to_num(np.abs(changes))
        order = np.argsort(-size, kind="stable")[: int((size > 0).sum())][:n]
        return tuple((self.units[i], self.times[i] if self.times else "", float(changes[i])) for i in order)


def compare(variants: Mapping[str, Composite], *, base: str | None = None, code: str | None = None) -> Comparison:
    """Compare variants of an index by one of their columns.

    Args:
        variants: by name; the first is the base unless another is named.
        base: the variant the others are compared with.
        code: a node or indicator that all of them have; none: the index of each.

    Raises:
        BadUse: fewer than two variants, no such base, or a variant lacks the code.
    """
    names = tuple(variants)
    if len(names) < 2:
        raise BadUse(f"found {len(names)} variants; expected two or more; name another specification to compare with")
    lacking = [name for name, made in variants.items() if code is not None and code not in made.scores]
    if lacking:
        raise BadUse(f"{code} is no node or indicator of {', '.join(lacking)}; compare by one that all variants have")
    columns = {
        name: (made.table.units, made.table.times, made.scores[code or made.spec.root])
        for name, made in variants.items()
    }
    return compare_scores(columns, base=base)


def compare_scores(
    variants: Mapping[str, tuple[Sequence[str], Sequence[str], FloatArray]], *, base: str | None = None
) -> Comparison:
    """Compare columns of scores, each with the units and times of its rows (times empty where there is one).

    Example:
        >>> one = (("a", "b", "c"), (), np.array([3.0, 2.0, 1.0]))
        >>> two = (("c", "b"), (), np.array([9.0, 5.0]))
        >>> found = compare_scores({"one": one, "two": two})
        >>> found.units, found.ranks[1].tolist(), found.changes[1].tolist()
        (('a', 'b', 'c'), [nan, 2.0, 1.0], [nan, 0.0, 2.0])
    """
    names = tuple(variants)
    first = names[0] if base is None else base
    if first not in names:
        raise BadUse(f"found base {first!r}; expected one of {', '.join(names)}; correct it")
    keys = [_keys(units, times) for units, times, _ in variants.values()]
    at_base = keys[names.index(first)]
    every = list(dict.fromkeys([*at_base, *(key for some in keys for key in some)]))
    place = {key: row for row, key in enumerate(every)}
    scores, ranks = np.full((len(names), len(every)), np.nan), np.full((len(names), len(every)), np.nan)
    for number, (own, (_, times, column)) in enumerate(zip(keys, variants.values(), strict=True)):
        rows = [place[key] for key in own]
        scores[number, rows], ranks[number, rows] = column, _ranks(column, times)
    here = names.index(first)
    times = tuple(time for _, time in every) if any(time for _, time in every) else ()
    return Comparison(
        names, first, tuple(unit for unit, _ in every), times, scores, ranks, ranks[here] - ranks,
        scores - scores[here], correlate(scores.T, scores.T, "spearman").r,
    )  # fmt: skip


def rank_by_year(composite: Composite, code: str | None = None) -> FloatArray:
    """Rank of every row in a node, the index if none is named, within its year; shape (n_rows,)."""
    scores = composite.scores[code or composite.spec.root]
    result = np.full(scores.shape, np.nan)
    for rows in blocks(composite.table, "year"):
        result[..., rows] = score_ranks(scores[..., rows])
    return result


def _keys(units: Sequence[str], times: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(units, times or ("",) * len(units), strict=True))


def _ranks(scores: FloatArray, times: Sequence[str]) -> FloatArray:
    return score_ranks(scores, groups=tuple(f" {time}" for time in times) if times else None)
