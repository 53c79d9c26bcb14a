"""Whether printed numbers can all be true together, and the fewest that must be otherwise: exact integer programming.

Every count and the count behind every share is a whole number. A printed count fixes it, a printed share bounds it by
its whole, structures tie them together. A claim that is given up is a 0/1 variable; the fewest are sought, then all
other ways with as few, then the values that would fit in each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from dynapolis.audit.claims import ClaimsFile, Quantity
from dynapolis.audit.fit import share_bounds

MOST_REPAIRS = 20
LARGEST = 10.0  # times the largest printed number: how far a number may be moved


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that may be given up: a printed number (by its quantity's id) or the labelling of parts of a whole."""

    id: str
    kind: str  # "count", "share", "labels"
    variable: str


@dataclass(frozen=True, slots=True)
class Row:
    """``low ≤ Σ factor · variable ≤ high``, unless the claim is given up."""

    factors: dict[str, float]
    low: float
    high: float
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Repair:
    """Claims that would have to be otherwise, and for each printed number the counts that would then fit."""

    claims: tuple[Claim, ...]
    fits: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Numbers that cannot all be true: the claims that take part, and all smallest repairs."""

    claims: tuple[str, ...]
    repairs: tuple[Repair, ...]


def find_conflicts(claims: ClaimsFile) -> list[Conflict]:
    """All groups of connected claims that contradict each other."""
    rows = list(_rows(claims))
    largest = max((q.first.value for q in claims.quantities if q.kind == "count" and q.first), default=1.0)
    limit = LARGEST * max(largest, 10.0)
    found = []
    for group in _components(rows):
        if _solve(group, limit, ()) != ():
            found.append(_conflict(group, limit))
    return found


def _rows(claims: ClaimsFile) -> Iterator[Row]:
    for quantity in claims.quantities:
        printed = quantity.first
        if printed is None:
            continue
        if quantity.kind == "count":
            yield Row({quantity.id: 1.0}, printed.value, printed.value, Claim(quantity.id, "count", quantity.id))
        else:
            low, high = share_bounds(printed.value, printed.decimals)
            claim = Claim(quantity.id, "share", quantity.id)
            whole = str(quantity.of)
            yield Row({quantity.id: 1.0, whole: -float(high)}, -np.inf, 1e-9, claim)
            yield Row({quantity.id: 1.0, whole: -float(low)}, -1e-9, np.inf, claim)
            yield Row({quantity.id: 1.0, whole: -1.0}, -np.inf, 0.0, None)
    for number, parts in enumerate(claims.parts):
        if parts.labels == "one":
            factors = {**dict.fromkeys(parts.parts, 1.0), parts.whole: -1.0}
            yield Row(
                factors, 0.0 if parts.complete else -np.inf, 0.0, Claim(f"parts-{number + 1}", "labels", parts.whole)
            )
    for total in claims.sums:
        yield Row({**dict.fromkeys(total.parts, 1.0), total.total: -1.0}, 0.0, 0.0, None)
    for subset in claims.subsets:
        yield Row({subset.part: 1.0, subset.whole: -1.0}, -np.inf, 0.0, None)


def _components(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows that hang together by their variables."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for row in rows:
        first, *others = row.factors
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[root(next(iter(row.factors)))].append(row)
    return list(groups.values())


def _conflict(rows: Sequence[Row], limit: float) -> Conflict:
    repairs: list[tuple[str, ...]] = []
    fewest = None
    while len(repairs) < MOST_REPAIRS:
        given_up = _solve(rows, limit, repairs)
        if given_up is None or (fewest is not None and len(given_up) > fewest):
            break
        fewest = len(given_up)
        repairs.append(given_up)
    known = {row.claim.id: row.claim for row in rows if row.claim}
    found = []
    for names in sorted(repairs):
        chosen = tuple(known[name] for name in names)
        fits = {c.id: span for c in chosen if c.kind != "labels" and (span := _span(rows, limit, names, c.variable))}
        found.append(Repair(chosen, fits))
    return Conflict(_irreducible(rows, limit), tuple(found))


def _irreducible(rows: Sequence[Row], limit: float) -> tuple[str, ...]:
    """Claims none of which can be left out without the contradiction going away."""
    names = list(dict.fromkeys(row.claim.id for row in rows if row.claim))
    left_out: list[str] = []
    for name in names:
        if _feasible(rows, limit, (*left_out, name)):
            continue
        left_out.append(name)
    return tuple(name for name in names if name not in left_out)


def _feasible(rows: Sequence[Row], limit: float, without: Sequence[str]) -> bool:
    kept = [row for row in rows if row.claim is None or row.claim.id not in without]
    return _solve(kept, limit, ()) == ()


def _solve(rows: Sequence[Row], limit: float, cuts: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """The fewest claims to give up, not among those already found; None where there is no other way."""
    variables = list(dict.fromkeys(name for row in rows for name in row.factors))
    claims = list(dict.fromkeys(row.claim.id for row in rows if row.claim))
    size = len(variables) + len(claims)
    place = {name: n for n, name in enumerate(variables)}
    slot = {name: len(variables) + n for n, name in enumerate(claims)}
    matrix, low, high = [], [], []
    reach = limit * (1 + max((sum(map(abs, row.factors.values())) for row in rows), default=1.0))
    for row in rows:
        base = np.zeros(size)
        for name, factor in row.factors.items():
            base[place[name]] = factor
        for bound, sign in ((row.high, -1.0), (row.low, 1.0)):
            if np.isfinite(bound):
                line = base.copy()
                if row.claim:
                    line[slot[row.claim.id]] = sign * reach
                matrix.append(line)
                low.append(-np.inf if sign < 0 else bound)
                high.append(bound if sign < 0 else np.inf)
    for cut in cuts:
        line = np.zeros(size)
        line[[slot[name] for name in cut]] = 1.0
        matrix.append(line)
        low.append(-np.inf)
        high.append(len(cut) - 1.0)
    cost = np.concatenate([np.zeros(len(variables)), np.ones(len(claims))])
    upper = np.concatenate([np.full(len(variables), limit), np.ones(len(claims))])
    found = milp(
        cost,
        constraints=LinearConstraint(np.array(matrix), low, high),
        bounds=Bounds(np.zeros(size), upper),
        integrality=np.ones(size),
    )
    if found.x is None:
        return None
    return tuple(name for name in claims if found.x[slot[name]] > 0.5)


def _span(rows: Sequence[Row], limit: float, given_up: Sequence[str], variable: str) -> tuple[int, int] | None:
    """Smallest and largest value of a variable once some claims are given up."""
    kept = [row for row in rows if row.claim is None or row.claim.id not in given_up]
    variables = list(dict.fromkeys([variable, *(name for row in kept for name in row.factors)]))
    place = {name: n for n, name in enumerate(variables)}
    matrix = np.zeros((max(1, len(kept)), len(variables)))
    for n, row in enumerate(kept):
        for name, factor in row.factors.items():
            matrix[n, place[name]] = factor
    low = [row.low for row in kept] or [-np.inf]
    high = [row.high for row in kept] or [np.inf]
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(variables))
        cost[place[variable]] = sign
        found = milp(
            cost,
            constraints=LinearConstraint(matrix, low, high),
            bounds=Bounds(0, limit),
            integrality=np.ones(len(variables)),
        )
        if found.x is None:
            return None
        ends.append(round(float(found.x[place[variable]])))
    return (ends[0], ends[1]) if ends[1] < limit else None


def count_of(claims: Mapping[str, Quantity], name: str) -> int | None:
    """A printed count; None where the quantity is a share or was not printed."""
    quantity = claims.get(name)
    if quantity is None or quantity.kind != "count" or quantity.first is None:
        return None
    return round(quantity.first.value)
