"""Normalising: every indicator on a scale of its own or a common one, more is better, over all years or year by year.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5, doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.periods import blocks, each_block
from dynapolis.index.scales.against_marks import between_marks, directed_marks, towards
from dynapolis.index.scales.among_others import percentile_ranks, rank_scores
from dynapolis.index.scales.within_data import fraction_of_max, min_max, onto, z_score
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import CompositeSpec, IndexIndicator, Normalise, NormaliseChoice
from dynapolis.model.unit_table import UnitTable

DEFAULT_RANGE: Mapping[str, tuple[float, float]] = {
    "min_max": (0.0, 100.0),
    "goalposts": (0.0, 100.0),
    "scaled": (0.0, 100.0),
}
UNIT_RANGE = (0.0, 1.0)
WITHOUT_RANGE = ("z_score", "rank", "borda", "none")  # a range is optional: what it does stands in the model
NEEDS = {"goalposts": ("low", "high"), "scaled": ("low", "high"), "distance_to_target": ("target",)}


def normalise_table(
    values: FloatArray, spec: CompositeSpec, codes: Sequence[str], step: Normalise, table: UnitTable
) -> FloatArray:
    """Bring every indicator to its scale; more is better afterwards, whatever its direction.

    Gaps stay gaps. An indicator of which all values are equal gets the middle of its range (z-scores the centre,
    ranks what equal ranks are). Marks are in the indicator's own units and turned with it.

    Args:
        values: shape (..., n_rows, n_indicators).
        spec: directions, ranges, targets and goalposts of the indicators.
        codes: the indicators, in the order of the columns.
        step: the method, and the choices of single indicators.
        table: the rows, for years and the reference unit.

    Returns:
        shape as ``values``. With replicas, an indicator that has no scale in one of them is NaN in that one.

    Raises:
        BadUse: a mark that the method needs is not given, both goalposts are equal, the reference is not a unit; or,
            without replicas, an indicator has no scale: the reference unit has a gap or the lowest value, the target
            is not above the lowest value, there is no fraction of a maximum that is not above 0.

    Example:
        >>> from dynapolis.model.composite import Node
        >>> step = Normalise(step="normalise", method="goalposts")
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(step,),
        ...     indicators=(IndexIndicator(code="deaths", parent="i", direction=-1, low=10, high=50),),
        ... )
        >>> rows = np.array([[10.0], [20.0], [60.0]])
        >>> table = UnitTable(("a", "b", "c"), ("A", "B", "C"), (), ("deaths",), rows, {}, {})
        >>> normalise_table(rows, spec, ("deaths",), step, table).ravel().tolist()
        [100.0, 75.0, 0.0]
    """
    known = {item.code: item for item in spec.indicators}
    indicators = [known[code] for code in codes]
    choices = choices_of(indicators, step)
    _require_marks(indicators, choices, table)
    directions = np.array([float(item.direction) for item in indicators])
    groups = _alike(choices)
    rows_of = blocks(table, step.over)

    def make(part: FloatArray, rows: IntArray) -> FloatArray:
        result = np.empty_like(part)
        for choice, places in groups:
            column = _Columns([indicators[place] for place in places], [choices[place] for place in places])
            directed = part[..., places] * directions[places]
            result[..., places] = _score(directed, directions[places], choice, column, table, rows)
        return result

    result = each_block(values, rows_of, make)
    if values.ndim == 2:
        _require_scales(values, result, codes, choices)
    return result


def choices_of(indicators: Sequence[IndexIndicator], step: Normalise) -> tuple[NormaliseChoice, ...]:
    """What holds for each indicator: its entry in ``each``, its own range, and the step, in this order.

    Raises:
        BadUse: ``each`` names an indicator that is not there.
    """
    unknown = sorted(set(step.each) - {item.code for item in indicators})
    if unknown:
        raise BadUse(f"step normalise: no such indicator: {', '.join(unknown)}; correct the codes in each")
    found = []
    for item in indicators:
        own = step.each.get(item.code)
        said = {} if item.range is None else {"range": item.range}
        said |= {name: getattr(own, name) for name in own.model_fields_set} if own else {}
        found.append(step.model_copy(update=said))
    return tuple(found)


def range_of(choice: NormaliseChoice) -> tuple[float, float] | None:
    """The range of a choice or of its method; none where scores are not brought to one.

    Example:
        >>> range_of(NormaliseChoice(method="percentile_rank")), range_of(NormaliseChoice(method="rank"))
        ((0.0, 1.0), None)
    """
    if choice.range is not None or choice.method in WITHOUT_RANGE:
        return choice.range
    return DEFAULT_RANGE.get(choice.method, UNIT_RANGE)


def _alike(choices: Sequence[NormaliseChoice]) -> list[tuple[NormaliseChoice, IntArray]]:
    """Columns whose formula is the same but for numbers of their own."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, c in enumerate(choices):
        ranged = range_of(c) is not None
        groups.setdefault((c.method, c.reference, c.cap, c.ties, c.turn, ranged), []).append(place)
    return [(choices[places[0]], np.array(places)) for places in groups.values()]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Indicators whose formula is the same, and their choices."""

    indicators: Sequence[IndexIndicator]
    choices: Sequence[NormaliseChoice]

    def mark(self, name: str) -> FloatArray:
        """A mark of each indicator, in its own units."""
        return np.array([float(getattr(item, name)) for item in self.indicators])

    def number(self, name: str) -> FloatArray:
        """A number of each choice."""
        return np.array([float(getattr(choice, name)) for choice in self.choices])

    @property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Low and high end of each range."""
        ends = np.array([range_of(choice) or UNIT_RANGE for choice in self.choices], dtype=float)
        return ends[:, 0], ends[:, 1]


def _score(
    directed: FloatArray,
    directions: FloatArray,
    choice: NormaliseChoice,
    columns: _Columns,
    table: UnitTable,
    rows: IntArray,
) -> FloatArray:
    """Scores of columns that share a formula; ``directed`` are the values of some rows, more is better."""
    low, high = columns.ends
    method = choice.method
    if method == "none":
        return directed
    if method in ("min_max", "distance_to_max"):
        return min_max(directed, low, high)
    if method == "z_score":
        scores = z_score(directed, columns.number("centre"), columns.number("spread"))
        return np.clip(scores, low, high) if choice.cap and range_of(choice) is not None else scores
    if method in ("rank", "borda"):
        ranks = rank_scores(directed, choice.ties)
        return ranks - (method == "borda") if range_of(choice) is None else min_max(ranks, low, high)
    if method == "percentile_rank":
        return onto(percentile_ranks(directed, choice.ties), low, high)
    if method == "fraction_of_max":
        return onto(fraction_of_max(directed, directions, choice.turn), low, high)
    if method in ("goalposts", "scaled"):
        marks = directed_marks(columns.mark("low"), columns.mark("high"), directions)
        part = between_marks(directed, *marks)
        return onto(
            np.clip(part, 0, 1) if choice.cap or (choice.cap is None and method == "goalposts") else part, low, high
        )
    if method == "distance_to_target":
        return onto(towards(directed, columns.mark("target") * directions, bool(choice.cap)), low, high)
    return onto(towards(directed, _reference(directed, choice, table, rows), bool(choice.cap)), low, high)


def _reference(directed: FloatArray, choice: NormaliseChoice, table: UnitTable, rows: IntArray) -> FloatArray:
    """Values of the reference unit, shape (..., 1, n); over all years of a panel, each row's own year.

    A unit that is compared over all years at once is measured to the reference in the same year.
    """
    result = np.full((*directed.shape[:-2], len(rows), directed.shape[-1]), np.nan)
    times = [table.times[int(row)] if table.times else "" for row in rows]
    for place, row in enumerate(rows):
        if table.units[int(row)] == choice.reference:
            same = np.array([time == times[place] for time in times])
            result[..., same, :] = directed[..., place : place + 1, :]
    return result


def _require_marks(indicators: Sequence[IndexIndicator], choices: Sequence[NormaliseChoice], table: UnitTable) -> None:
    faults = [fault for item, choice in zip(indicators, choices, strict=True) for fault in _faults(item, choice, table)]
    if faults:
        raise BadUse("step normalise: " + "; ".join(faults))


def _faults(item: IndexIndicator, choice: NormaliseChoice, table: UnitTable) -> Iterator[str]:
    for name in NEEDS.get(choice.method, ()):
        if getattr(item, name) is None:
            yield f"{item.code} has no {name}, which {choice.method} needs; give it one, or another method"
    marks = item.low is not None and item.high is not None and choice.method in ("goalposts", "scaled")
    if marks and not float(item.low or 0) < float(item.high or 0):
        yield f"{item.code}: low {item.low:g} is not below high {item.high:g}; correct them (direction turns them)"
    if choice.method == "distance_to_reference" and choice.reference not in table.units:
        named = "no reference is given" if choice.reference is None else f"{choice.reference} is not a unit of the data"
        yield f"{item.code}: {named}, which distance_to_reference needs; name a unit"
    ends = range_of(choice)
    if ends is not None and ends[0] >= ends[1]:
        yield f"{item.code}: range {ends[0]:g} to {ends[1]:g} does not rise; correct it"


def _require_scales(
    values: FloatArray, result: FloatArray, codes: Sequence[str], choices: Sequence[NormaliseChoice]
) -> None:
    lost: BoolArray = np.asarray((np.isnan(result) & np.isfinite(values)).any(axis=-2))
    why = {
        "distance_to_reference": "the reference unit has a gap there, or the lowest value",
        "distance_to_target": "the target is not above the lowest value, and scores are not cut off",
        "fraction_of_max": "no value is above 0, or the best is 0",
    }
    faults = [
        f"{codes[place]}: {choices[place].method} has no scale: "
        f"{why.get(choices[place].method, 'its values are no numbers')}; take another method for it in each"
        for place in map(int, np.flatnonzero(lost))
        if choices[place].turn != "sign"
    ]
    if faults:
        raise BadUse("step normalise: " + "; ".join(faults))
