"""A composite indicator as data: the tree of indicators, the steps that make scores of them, and what is uncertain.

Any number of levels, any indicators, any units. The steps are those of the OECD/JRC handbook (2008,
doi 10.1787/9789264043466-en), each with the choices of one careful index maker; ``uncertain`` names the choices
another would have made. Read from YAML; every fault is told with its place.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from dynapolis.model.composite_uncertain import (
    Correlated,
    Range,
    UncertainIndicator,
    UncertainStep,
    Uncertainty,
    UncertainValue,
    UncertainWeights,
)
from dynapolis.model.language import Frozen, NonEmpty, Text

__all__ = [
    "Aggregate", "AggregateChoice", "AggregationMethod", "Columns", "CompositeSpec", "Correlated", "Denominate",
    "Impute", "ImputeMethod", "IndexIndicator", "Name", "Node", "NormalMethod", "Normalise", "NormaliseChoice",
    "Over", "Range", "Screen", "Step", "TreatChoice", "TreatFunction", "TreatOutliers", "UncertainIndicator",
    "UncertainStep", "UncertainValue", "UncertainWeights", "Uncertainty", "Weight", "WeightChoice",
    "WeightMethod",
]  # fmt: skip

Name = Text | NonEmpty  # in both languages, or one that stands for both
TreatFunction = Literal["log", "log_shifted", "log_mirrored", "log_plus_one", "log_gii", "box_cox", "none"]
NormalMethod = Literal[
    "min_max", "z_score", "rank", "percentile_rank", "borda", "goalposts", "scaled", "distance_to_max",
    "distance_to_reference", "distance_to_target", "fraction_of_max", "none",
]  # fmt: skip
WeightMethod = Literal[
    "given", "equal", "pca", "balance", "infomax", "entropy", "critic", "budget_allocation", "ahp", "benefit_of_doubt"
]
AggregationMethod = Literal[
    "arithmetic", "geometric", "harmonic", "power", "copeland", "borda_count", "kemeny", "mazziotta_pareto", "mean_min",
    "weighted_sum",
]  # fmt: skip
ImputeMethod = Literal[
    "mean", "median", "group_mean", "group_median", "row_mean", "row_median", "linear", "carried", "regression",
    "nearest", "multiple",
]  # fmt: skip
Over = Literal["panel", "year"]


class Node(Frozen):
    """A node of the tree above the indicators: a pillar, a sub-index, the index itself (the one without a parent)."""

    code: NonEmpty
    name: Name | None = None
    parent: str | None = None
    weight: float = Field(default=1.0, ge=0)


class IndexIndicator(Frozen):
    """One indicator.

    Attributes:
        code: the column of the data that holds it.
        parent: the node it belongs to; none: carried along, not aggregated.
        direction: 1 where more is better, −1 where less is.
        weight: among the children of its parent; only their ratios count.
        target, low, high: in the indicator's own units and its own direction as printed, whatever ``direction`` says:
            a target for distances, and the goalposts between which a score is spread.
        denominator: the column that divides it.
        range: the scale of the normalised indicator, where it is not that of the step.
    """

    code: NonEmpty
    name: Name | None = None
    unit: Name | None = None
    parent: str | None = None
    direction: Literal[1, -1] = 1
    weight: float = Field(default=1.0, ge=0)
    target: float | None = None
    low: float | None = None
    high: float | None = None
    denominator: str | None = None
    range: Range | None = None


class Screen(Frozen):
    """Leave out units with less than a share ``available`` of their indicators, or ``non_zero`` of them not nought."""

    step: Literal["screen"]
    available: float | None = Field(default=None, ge=0, le=1)
    non_zero: float | None = Field(default=None, ge=0, le=1)
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class Denominate(Frozen):
    """Divide each indicator by its denominator, times ``factors`` (by indicator)."""

    step: Literal["denominate"]
    factors: dict[str, float] = Field(default_factory=dict)


class Impute(Frozen):
    """Fill gaps.

    Attributes:
        method: how; see the method page of imputation.
        group: a column of groups, for the means and medians of groups.
        within: of the methods within a row, which indicators speak for each other: all of them (none), those of the
            same ``parent``, those with the same ancestor at a level (a number), or those below one node (its code),
            which alone are filled then.
        over: in a panel, fill each year from itself or from all years; ``linear`` and ``carried`` go along the years
            of a unit in any case.
        at_most: years over which ``carried`` and ``linear`` reach at most.
        ends: before the first and after the last observed year, take the nearest one or leave the gap; if not
            given, ``linear`` takes the nearest and ``carried`` leaves the beginning open.
        neighbours: units of which ``nearest`` takes the mean.
        predictors: indicators at most from which ``regression`` and ``multiple`` predict.
        n: tables that ``multiple`` draws.
    """

    step: Literal["impute"]
    method: ImputeMethod
    group: str | None = None
    within: int | str | None = None
    over: Over = "year"
    at_most: int | None = Field(default=None, ge=1)
    ends: Literal["nearest", "leave"] | None = None
    neighbours: int = Field(default=5, ge=1)
    predictors: int = Field(default=5, ge=1)
    n: int = Field(default=20, ge=2)


class TreatChoice(Frozen):
    """How an indicator with outliers is treated.

    Attributes:
        max_skew, max_kurtosis: an indicator is treated when |skew| and excess kurtosis reach both.
        max_winsorised: points at most; the rule is asked again after each. Values that are tied go together, so
            that the last of several may go beyond.
        force: winsorise ``max_winsorised`` points whether the rule asks for it or not.
        function: the transformation when winsorising does not help.
        lambda_: of Box and Cox, or none to estimate it.
        shift: for Box and Cox, move the values so that the lowest is 1.
        on: transform the raw or the winsorised values.
    """

    max_skew: float = Field(default=2.0, gt=0)
    max_kurtosis: float = 3.5
    max_winsorised: int = Field(default=5, ge=0)
    force: bool = False
    function: TreatFunction = "log_shifted"
    lambda_: float | None = Field(default=None, alias="lambda")
    shift: bool = True
    on: Literal["raw", "winsorised"] = "raw"


class TreatOutliers(TreatChoice):
    """Winsorise a skewed indicator, then transform it when that is not enough.

    Attributes:
        over: in a panel, treat each year by itself, or all years together, as scores compared over time ask for.
        only: indicators that are treated; none means all.
        each: choices for single indicators, by code; what an entry does not say is as in the step.
    """

    step: Literal["treat"]
    over: Over = "year"
    only: tuple[str, ...] | None = None
    each: dict[str, TreatChoice] = Field(default_factory=dict)


class NormaliseChoice(Frozen):
    """How an indicator is brought to the common scale.

    Attributes:
        method: the formula; see the method page of normalisation.
        range: the ends of the scale; if not given, 0 to 100 for min–max, goalposts and scaled, 0 to 1 for percentile
            ranks, distances and the fraction of the maximum, and plain ranks for ``rank`` and ``borda``.
        centre, spread: mean and standard deviation of z-scores.
        reference: the unit that ``distance_to_reference`` measures to.
        cap: cut scores off at the ends of the range (z-scores: where one is given; distances: at the upper end); if
            not given, goalposts are cut off and nothing else is.
        ties: rank of equal values: the lowest of those they span, or their mean.
        turn: how ``fraction_of_max`` turns round an indicator of which less is better: ``rest`` is 1 − x / max;
            ``sign`` is −x / max(−x), that is x / min, as in COINr, which gives more to worse values.
    """

    method: NormalMethod
    range: Range | None = None
    centre: float = 0.0
    spread: float = Field(default=1.0, gt=0)
    reference: str | None = None
    cap: bool | None = None
    ties: Literal["min", "average"] = "average"
    turn: Literal["rest", "sign"] = "rest"


class Normalise(NormaliseChoice):
    """The same for all indicators, but for those in ``each``; over all years of a panel at once, or year by year.

    What an entry of ``each`` does not say is as in the step. A range in ``each`` goes before that of the indicator,
    and that one before the range of the step.
    """

    step: Literal["normalise"]
    over: Over = "panel"
    each: dict[str, NormaliseChoice] = Field(default_factory=dict)


class WeightChoice(Frozen):
    """Where the weights of the children of a node come from.

    Attributes:
        values: by child: for ``given`` its weight, where it is not that of the tree; for ``balance`` how important it
            is to be, where not all are to be equally so.
        comparisons: for ``ahp``: how many times as important the child of the row is as that of the column.
        max_inconsistency: for ``ahp``: a consistency ratio above it is refused; none: only told.
        experts: for ``budget_allocation``: how each expert shares out points among children.
        least, most: for ``benefit_of_doubt``: the least and the greatest share of one child in a unit's weights.
        allow_negative: for ``given``, ``pca``, ``balance``: whether a weight may be below 0.
        components: for ``pca``: none takes the loadings of the first component as weights; a number takes the squared
            loadings of so many rotated components.
    """

    method: WeightMethod
    values: dict[str, float] = Field(default_factory=dict)
    comparisons: tuple[tuple[float, ...], ...] = ()
    experts: tuple[dict[str, float], ...] = ()
    least: float = Field(default=0.0, ge=0, le=1)
    most: float = Field(default=1.0, gt=0, le=1)
    max_inconsistency: float | None = Field(default=0.1, ge=0)
    allow_negative: bool = False
    components: int | None = Field(default=None, ge=1)


class Weight(WeightChoice):
    """Weights below every node, but for the nodes in ``each``."""

    step: Literal["weight"]
    each: dict[str, WeightChoice] = Field(default_factory=dict)


class AggregateChoice(Frozen):
    """How the children of a node become one score.

    Attributes:
        power: the exponent of the power mean.
        least_available: the least share of the children that must be there; below it the unit has no score.
        available_by: whether that share is of their number or of their weight.
        sign: of the penalty of Mazziotta and Pareto: "-" where a high score is good, "+" where it is bad.
        standardised: for Mazziotta and Pareto: the scores as they are given; spread over 70 to 130; or with mean 100
            and deviation 10.
        alpha, beta: of the mean-min function: how much of the unbalance is taken off, and how gently it sets in.
    """

    method: AggregationMethod
    power: float | None = None
    least_available: float = Field(default=0.0, ge=0, le=1)
    available_by: Literal["number", "weight"] = "number"
    sign: Literal["+", "-"] = "-"
    standardised: Literal["given", "range_70_130", "mean_100_sd_10"] = "given"
    alpha: float = Field(default=0.5, ge=0, le=1)
    beta: float = Field(default=1.0, ge=0)


class Aggregate(AggregateChoice):
    """For every node, but for those in ``each`` (by code) and ``levels`` (2 is the level above the indicators)."""

    step: Literal["aggregate"]
    levels: dict[int, AggregateChoice] = Field(default_factory=dict)
    each: dict[str, AggregateChoice] = Field(default_factory=dict)


Step = Annotated[
    Screen | Denominate | Impute | TreatOutliers | Normalise | Weight | Aggregate, Field(discriminator="step")
]


class Columns(Frozen):
    """Which columns of the data are not indicators, and how its cells are written.

    Attributes:
        unit: codes of the units; none twice at one time.
        name: what people call a unit; if not given, its code.
        time: years of a panel; none where there is one time only.
        groups: columns of groups, such as regions.
        denominators: columns that divide indicators.
        decimal: the sign of decimals in the data and the metadata.
        missing: words that stand for a gap, besides nothing, ``NA``, ``n/a`` and ``NaN``.
    """

    unit: NonEmpty = "uCode"
    name: str | None = None
    time: str | None = None
    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()
    decimal: Literal[".", ","] = "."
    missing: tuple[str, ...] = ()


class CompositeSpec(Frozen):
    """A whole composite indicator. Its hash stands in the manifest of everything made from it.

    Attributes:
        index: a short name.
        title: what people call it.
        columns: which columns of the data are not indicators.
        nodes: everything above the indicators; exactly one has no parent, the index itself.
        indicators: in the order in which tables show them.
        steps: taken in this order.
        uncertain: choices that might have been others; all are drawn anew in each replica.
        correlated: errors of measurement that go together.
        intervals: shares of the replicas that rank intervals hold.
        top: for which k the probability of being among the first k is told.
    """

    index: NonEmpty
    title: Name | None = None
    columns: Columns = Field(default_factory=Columns)
    nodes: tuple[Node, ...] = Field(min_length=1)
    indicators: tuple[IndexIndicator, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    uncertain: tuple[Uncertainty, ...] = ()
    correlated: tuple[Correlated, ...] = ()
    intervals: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(default=(0.5, 0.9), min_length=1)
    top: tuple[Annotated[int, Field(ge=1)], ...] = (1, 5, 10)

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """Parent of every node and indicator."""
        above: dict[str, str | None] = {node.code: node.parent for node in self.nodes}
        return above | {indicator.code: indicator.parent for indicator in self.indicators}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Children of every node, in the order of the file: indicators first."""
        found: dict[str, list[str]] = {node.code: [] for node in self.nodes}
        everything: tuple[IndexIndicator | Node, ...] = (*self.indicators, *self.nodes)
        for item in everything:
            if item.parent is not None:
                found[item.parent].append(item.code)
        return {code: tuple(items) for code, items in found.items()}

    @cached_property
    def levels(self) -> dict[str, int]:
        """Level of every node and indicator: 1 for indicators, a node one above its highest child."""

        def level(code: str) -> int:
            below = self.children.get(code)
            return 1 if below is None else 1 + max((level(child) for child in below), default=0)

        return {code: level(code) for code in self.parents}

    @cached_property
    def upwards(self) -> tuple[str, ...]:
        """Nodes in an order in which every child stands before its parent."""
        return tuple(sorted((node.code for node in self.nodes), key=lambda code: self.levels[code]))

    @cached_property
    def root(self) -> str:
        """The node without a parent."""
        return next(node.code for node in self.nodes if node.parent is None)

    def step(self, name: str) -> Any:
        """The first step of a name, or None."""
        return next((step for step in self.steps if step.step == name), None)
