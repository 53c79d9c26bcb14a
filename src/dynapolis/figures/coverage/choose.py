"""Which estimate stands for a set of lists, and why there may be none.

Two lists: Chapman. Three or more: the log-linear model of the lowest AICc, with an interval over all candidates; where
the lists overlap too little for that, Chao's lower bound alone.

Sources of the stated minima: Robson and Regier (1964), Sample size in Petersen mark-recapture experiments (seven shared
units); Chao, Tsay, Lin, Shau and Chao (2001), The applications of capture-recapture models to epidemiological data,
doi 10.1002/sim.996 (a sample coverage of 55 %, below which only a lower bound is recommended).
"""

from __future__ import annotations

from dataclasses import dataclass

from dynapolis.figures.coverage.chao import bound_of_lists
from dynapolis.figures.coverage.chapman import chapman
from dynapolis.figures.coverage.dependence import PairTest, compare_lists, judge_dependence
from dynapolis.figures.coverage.estimate import MIN_SHARED, Estimate, Refused
from dynapolis.figures.coverage.lists import Histories
from dynapolis.figures.coverage.log_linear import find_models, weights
from dynapolis.figures.coverage.profile import profile_interval
from dynapolis.model.coverage import Dependence, Estimator, Reason

MIN_SAMPLE_COVERAGE = 0.55


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is said of one set of lists.

    Attributes:
        estimate: the estimate, or why there is none.
        bound: Chao's lower bound, or why there is none.
        tests: pairs of lists compared among the units of a third.
        dependence: what they say together.
    """

    estimate: Estimate | Refused
    bound: Estimate | Refused
    tests: tuple[PairTest, ...]
    dependence: Dependence


def choose(histories: Histories, level: float) -> Chosen:
    """Estimate, lower bound and dependence of the lists that searched one place for one kind.

    Args:
        histories: of the lists that searched; none at all where nobody did.
        level: probability the intervals hold.

    Example:
        >>> from dynapolis.figures.coverage.lists import from_rows
        >>> choose(from_rows(["a"], [12]), 0.9).estimate
        Refused(reason=<Reason.ONE_LIST: 'one_list'>)
    """
    tests = tuple(compare_lists(histories))
    dependence = judge_dependence(len(histories.lists), tests)
    reason = _refuse_all(histories)
    if reason:
        return Chosen(Refused(reason), Refused(reason), tests, dependence)
    lists = histories.without_empty_lists()
    estimate = chapman(lists, level) if len(lists.lists) == 2 else log_linear(lists, level)
    return Chosen(estimate, bound_of_lists(lists, level), tests, dependence)


def _refuse_all(histories: Histories) -> Reason | None:
    if len(histories.lists) < 2:
        return Reason.ONE_LIST if histories.lists else Reason.NOT_SEARCHED
    if not histories.n_found:
        return Reason.NOTHING_FOUND
    return Reason.LITTLE_OVERLAP if histories.n_shared < MIN_SHARED else None


def log_linear(
    histories: Histories,
    level: float,
    *,
    min_shared: int = MIN_SHARED,
    min_sample_coverage: float = MIN_SAMPLE_COVERAGE,
) -> Estimate | Refused:
    """The total by the log-linear model of the lowest AICc; its interval is over all candidates.

    Args:
        histories: of three lists or more, none of them empty.
        level: probability the interval holds.
        min_shared: fewer units in two lists or more are refused.
        min_sample_coverage: a lower sample coverage is refused.
    """
    if histories.n_shared < min_shared:
        return Refused(Reason.LITTLE_OVERLAP)
    if histories.sample_coverage < min_sample_coverage:
        return Refused(Reason.LOW_COVERAGE)
    fits = find_models(histories)
    if not fits:
        return Refused(Reason.INESTIMABLE)
    best, found = fits[0], histories.n_found
    low, high = profile_interval(histories, fits, level)
    if high == float("inf"):
        return Refused(Reason.INESTIMABLE)
    total = found + best.unseen
    model = " ".join(f"{histories.lists[i]}*{histories.lists[j]}" for i, j in best.pairs) or "independent"
    weight = float(weights(fits)[0])
    return Estimate(Estimator.LOG_LINEAR, total, min(low, total), max(high, total), best.error, model, weight)
